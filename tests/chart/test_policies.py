"""What RBAC cannot bind, policies do. Each test is an attack, on a real API server with the chart's own rights."""

import base64
import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from api_server import Answer, ApiServer
from charts import SYNCHRONIZING, Chart

HOME = "policies"
NAME = "connected-registry"
TAINT = "example.com/untrusted"
CONTROLLER, UNINSTALL, AGENT = (
    f"system:serviceaccount:{HOME}:{NAME}-{part}" for part in ("controller", "uninstall", "trust-agent")
)
EDITOR = "mallory"
CORE = f"/api/v1/namespaces/{HOME}"
LEASES = f"/apis/coordination.k8s.io/v1/namespaces/{HOME}/leases"
ISSUERS, CERTIFICATES = (f"/apis/cert-manager.io/v1/namespaces/{HOME}/{kind}" for kind in ("issuers", "certificates"))
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
KINDS = {
    "ServiceAccount",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
}
# Who may edit ConfigMaps and Secrets of the namespace, and nothing else.
EDITORS_RIGHTS = [
    {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "editor", "namespace": HOME},
        "rules": [{"apiGroups": [""], "resources": ["configmaps", "secrets"], "verbs": ["*"]}],
    },
    {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "editor", "namespace": HOME},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "editor"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": EDITOR}],
    },
]


def config_map(name: str, **changes: Any) -> dict[str, Any]:
    """Return a ConfigMap of the controller."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"ca.crt": "CA"}, **changes}


def secret(name: str, kind: str = "Opaque", **changes: Any) -> dict[str, Any]:
    """Return a Secret."""
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "type": kind, **changes}


def lease(name: str, **spec: Any) -> dict[str, Any]:
    """Return a Lease."""
    return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": name}, "spec": spec}


def issuer(name: str, **spec: Any) -> dict[str, Any]:
    """Return an Issuer of cert-manager."""
    return {"apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": {"name": name}, "spec": spec}


def certificate(name: str, **changes: Any) -> dict[str, Any]:
    """Return a Certificate as the controller makes it, with changes."""
    authority = name.endswith("-ca")
    by = f"{NAME}-selfsigned" if authority else f"{NAME}-ca"
    spec = {
        "secretName": name if authority else f"{name}-source",
        "issuerRef": {
            "group": "cert-manager.io",
            "kind": "Issuer",
            "name": by,
        },
        "dnsNames": ["registry.example"],
        **changes,
    }
    return {"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": {"name": name}, "spec": spec}


@dataclass
class Cluster:
    """The API server with the rights and the policies of an installation."""

    server: ApiServer

    def apply(self, path: str, body: dict[str, Any], user: str = "", token: str = "", manager: str = "x") -> Answer:
        """Send a forced server-side apply."""
        target = f"{path}/{body['metadata']['name']}?fieldManager={manager}&force=true"
        given = {"token": token} if token else {"user": user}
        return self.server.call("PATCH", target, body, content_type=APPLY, **given)

    def merge(self, path: str, patch: dict[str, Any], user: str) -> Answer:
        """Send a merge patch."""
        return self.server.call("PATCH", path, patch, user=user, content_type=MERGE)


@pytest.fixture(scope="module")
def cluster(chart: Chart, api_server: ApiServer) -> Iterator[Cluster]:
    """Provide the installation, with the published ConfigMaps, after the policies have come into force."""
    api_server.create_namespace(HOME)
    values = {**SYNCHRONIZING, "trustDistribution": {"startupTaint": TAINT, "restart": True}}
    rendered = chart.render(values, namespace=HOME)
    objects = [item for item in rendered.ours() if item["kind"] in KINDS] + EDITORS_RIGHTS
    definitions = "---\n".join(yaml.safe_dump(item) for item in rendered.kind("CustomResourceDefinition"))
    api_server.kubectl("apply", "--server-side", "--force-conflicts", "--filename=-", input=definitions)
    api_server.wait_for("get", "issuers.cert-manager.io,certificates.cert-manager.io", "--all-namespaces")
    text = "---\n".join(yaml.safe_dump(item) for item in objects)
    api_server.kubectl("apply", "--server-side", "--validate=strict", "--filename=-", input=text)
    out = Cluster(api_server)
    probe = config_map(f"{NAME}-status")
    # A policy comes into force a moment after it was made.
    deadline = time.monotonic() + 60
    while (answer := api_server.call("POST", f"{CORE}/configmaps?dryRun=All", probe, user=EDITOR)).status != 422:
        assert time.monotonic() < deadline, answer.body
        time.sleep(0.1)
    for name in ("ca-bundle", "policy"):
        mine = config_map(f"{NAME}-{name}")
        mine["metadata"]["annotations"] = {"connected-registry.io/bundle-since": "2026-01-01T00:00:00Z"}
        assert out.apply(f"{CORE}/configmaps", mine, CONTROLLER).status == 201
    yield out
    api_server.kubectl("delete", "--ignore-not-found", "--wait=false", "--filename=-", input=text)


def is_denied(answer: Answer, words: str = "") -> bool:
    """Report whether a policy refused it, not RBAC, and said so in these words."""
    return answer.status == 422 and "ValidatingAdmissionPolicy" in answer.body["message"] and words in str(answer.body)


@pytest.mark.parametrize("name", ["ca-bundle", "policy"])
@pytest.mark.parametrize(
    "patch",
    [
        {"data": {"ca.crt": "CA and another"}},
        {"data": {"other": "x"}},
        {"data": None},
        {"binaryData": {"x": "eA=="}},
        {"immutable": True},
        {"metadata": {"annotations": {"connected-registry.io/bundle-since": "2099-01-01T00:00:00Z"}}},
        {"metadata": {"annotations": {"connected-registry.io/bundle-since": None}}},
        {"metadata": {"labels": {"connected-registry.io/name": "another"}}},
        {"metadata": {"finalizers": ["example.com/stay"]}},
        {
            "metadata": {
                "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "no-such-uid"}]
            }
        },
    ],
    ids=str,
)
@pytest.mark.parametrize("user", [EDITOR, UNINSTALL, ""], ids=["editor", "uninstall", "administrator"])
def test_nobody_but_the_controller_changes_what_it_publishes(
    cluster: Cluster, name: str, patch: dict[str, Any], user: str
) -> None:
    answer = cluster.merge(f"{CORE}/configmaps/{NAME}-{name}", patch, user)
    assert is_denied(answer) or (user == UNINSTALL and name == "policy" and answer.status == 403), answer.body


@pytest.mark.parametrize("user", [EDITOR, ""], ids=["editor", "administrator"])
def test_nobody_but_the_uninstall_marks_the_bundle(cluster: Cluster, user: str) -> None:
    mark = {"metadata": {"annotations": {"connected-registry.io/uninstalling": "2026-01-01T00:00:00Z"}}}
    assert is_denied(cluster.merge(f"{CORE}/configmaps/{NAME}-ca-bundle", mark, user))


def test_the_uninstall_may_mark_the_bundle_and_others_may_annotate_it(cluster: Cluster) -> None:
    path = f"{CORE}/configmaps/{NAME}-ca-bundle"
    mark: dict[str, Any] = {"metadata": {"annotations": {"connected-registry.io/uninstalling": "2026-01-01T00:00:00Z"}}}
    assert cluster.merge(path, mark, UNINSTALL).status == 200
    mark["metadata"]["annotations"]["connected-registry.io/uninstalling"] = None
    assert cluster.merge(path, mark, UNINSTALL).status == 200
    tracked = {"metadata": {"annotations": {"example.com/tracking": "x"}, "labels": {"team": "a"}}}
    assert cluster.merge(path, tracked, EDITOR).status == 200


def test_nobody_makes_a_published_configmap_before_the_controller_does(cluster: Cluster) -> None:
    assert is_denied(cluster.server.call("POST", f"{CORE}/configmaps", config_map(f"{NAME}-status"), user=EDITOR))
    assert is_denied(cluster.apply(f"{CORE}/configmaps", config_map(f"{NAME}-status"), EDITOR))


def test_a_published_configmap_may_be_deleted_so_that_a_namespace_can_be(cluster: Cluster) -> None:
    assert cluster.apply(f"{CORE}/configmaps", config_map(f"{NAME}-status"), CONTROLLER).status == 201
    assert cluster.server.call("DELETE", f"{CORE}/configmaps/{NAME}-status", user=EDITOR).status == 200


def test_other_configmaps_are_free(cluster: Cluster) -> None:
    assert cluster.server.call("POST", f"{CORE}/configmaps", config_map("mine"), user=EDITOR).status == 201


def test_the_record_of_trust_is_the_controllers(cluster: Cluster) -> None:
    def record(text: str) -> dict[str, Any]:
        data = {key: base64.b64encode(text.encode()).decode() for key in ("tls.crt", "tls.key", "trusted.crt")}
        return secret(f"{NAME}-active-tls", "kubernetes.io/tls", data=data)

    assert is_denied(cluster.server.call("POST", f"{CORE}/secrets", record("evil"), user=EDITOR))
    assert cluster.apply(f"{CORE}/secrets", record("good"), CONTROLLER).status == 201
    path = f"{CORE}/secrets/{NAME}-active-tls"
    assert is_denied(cluster.merge(path, {"data": {"trusted.crt": "ZXZpbA=="}}, EDITOR))
    assert is_denied(cluster.merge(path, {"data": {"trusted.crt": None}}, EDITOR))
    since = {"metadata": {"annotations": {"connected-registry.io/bundle-since": "2099-01-01T00:00:00Z"}}}
    assert is_denied(cluster.merge(path, since, EDITOR))
    # The certificate itself is judged by the webhook.
    assert cluster.merge(path, {"data": {"tls.crt": "bmV3"}}, EDITOR).status == 200


@pytest.mark.parametrize("name", [f"{NAME}-webhook-tls", f"{NAME}-active-tls"])
def test_the_controller_cannot_make_a_token_of_another_account(cluster: Cluster, name: str) -> None:
    kind = "kubernetes.io/service-account-token"
    body = secret(name, kind)
    body["metadata"]["annotations"] = {"kubernetes.io/service-account.name": "default"}
    cluster.server.call("DELETE", f"{CORE}/secrets/{name}")
    assert cluster.server.call("POST", f"{CORE}/secrets", body, user=CONTROLLER).status == 403
    assert is_denied(cluster.apply(f"{CORE}/secrets", body, CONTROLLER), "types Opaque and kubernetes.io/tls")
    assert cluster.apply(f"{CORE}/secrets", secret(name), CONTROLLER).status == 201
    assert cluster.merge(f"{CORE}/secrets/{name}", {"type": kind}, CONTROLLER).status == 422
    assert cluster.server.call("DELETE", f"{CORE}/secrets/{name}", user=CONTROLLER).status == 403
    cluster.server.call("DELETE", f"{CORE}/secrets/{name}")


def test_the_controller_creates_no_object_of_another_name(cluster: Cluster) -> None:
    for path, body in (
        (f"{CORE}/secrets", secret("another")),
        (f"{CORE}/configmaps", config_map("another")),
        (LEASES, lease("another")),
        (LEASES, lease(f"{NAME}-node-a")),
    ):
        assert cluster.server.call("POST", path, body, user=CONTROLLER).status == 403
        assert cluster.apply(path, body, CONTROLLER).status == 403


def test_of_several_candidates_one_creates_the_object(cluster: Cluster) -> None:
    def claim(candidate: str) -> int:
        body = lease(f"{NAME}-controller", holderIdentity=candidate, leaseDurationSeconds=15)
        target = f"{LEASES}/{NAME}-controller?fieldManager=connected-registry-{candidate}"
        return cluster.server.call("PATCH", target, body, user=CONTROLLER, content_type=APPLY).status

    assert [claim(each) for each in ("a", "b", "c")] == [201, 409, 409]
    cluster.server.call("DELETE", f"{LEASES}/{NAME}-controller")


def node_token(cluster: Cluster, node: str) -> str:
    """Return a token as kubelet gets it for the pod of the trust agent on this node."""
    call = cluster.server.call
    call("POST", "/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": node}})
    agent = f"{NAME}-trust-agent"
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"agent-{node}"},
        "spec": {
            "serviceAccountName": agent,
            "nodeName": node,
            "automountServiceAccountToken": False,
            "containers": [{"name": "agent", "image": "agent:1"}],
        },
    }
    made = call("POST", f"{CORE}/pods", pod)
    assert made.status == 201, made.body
    bound = {"apiVersion": "v1", "kind": "Pod", "name": f"agent-{node}", "uid": made.body["metadata"]["uid"]}
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"boundObjectRef": bound}}
    answer = call("POST", f"{CORE}/serviceaccounts/{agent}/token", request)
    assert answer.status == 201, answer.body
    return str(answer.body["status"]["token"])


def test_an_agent_speaks_for_its_own_node_alone(cluster: Cluster) -> None:
    token = node_token(cluster, "node-a")
    assert cluster.apply(LEASES, lease(f"{NAME}-node-node-a", holderIdentity="node-a"), token=token).status == 201
    assert cluster.apply(LEASES, lease(f"{NAME}-restart", holderIdentity="node-a"), token=token).status == 201
    for other in ("node-node-b", "node-node-a-b", "node-x", "controller", "sync", "sync-leader"):
        body = lease(f"{NAME}-{other}", holderIdentity="nobody", leaseDurationSeconds=2147483647)
        assert is_denied(cluster.apply(LEASES, body, token=token), "of its own node"), other
        assert is_denied(cluster.server.call("POST", LEASES, body, token=token)), other
    assert is_denied(cluster.apply(LEASES, lease("kube-scheduler"), token=token))


def test_an_agent_reports_in_the_name_of_its_own_node_alone(cluster: Cluster) -> None:
    """Readers take the holder for the node that reports."""
    token = node_token(cluster, "node-c")
    for name in (f"{NAME}-node-node-c", f"{NAME}-restart"):
        assert is_denied(cluster.apply(LEASES, lease(name, holderIdentity="node-d"), token=token)), name
        assert cluster.apply(LEASES, lease(name, holderIdentity="node-c"), token=token).status in (200, 201), name
        assert is_denied(cluster.merge(f"{LEASES}/{name}", {"spec": {"holderIdentity": "node-d"}}, AGENT)), name
    assert is_denied(cluster.apply(LEASES, lease(f"{NAME}-node-node-c"), token=token))
    released = lease(f"{NAME}-restart", holderIdentity="")
    assert cluster.apply(LEASES, released, token=token).status == 200


def test_a_token_that_names_no_node_writes_no_report(cluster: Cluster) -> None:
    """Such as one that somebody asked for by kubectl create token, or of an account that is impersonated."""
    assert is_denied(cluster.apply(LEASES, lease(f"{NAME}-node-node-a", holderIdentity="x"), AGENT))


def test_only_leases_of_the_installation_are_deleted(cluster: Cluster) -> None:
    for name in (f"{NAME}-node-gone", "other-controller", f"{NAME}-controller"):
        assert cluster.server.call("POST", LEASES, lease(name)).status == 201
    for user in (CONTROLLER, UNINSTALL):
        assert is_denied(cluster.server.call("DELETE", f"{LEASES}/other-controller", user=user))
    assert is_denied(cluster.server.call("DELETE", f"{LEASES}/{NAME}-controller", user=CONTROLLER))
    assert cluster.server.call("DELETE", f"{LEASES}/{NAME}-controller", user=UNINSTALL).status == 200
    assert cluster.server.call("DELETE", f"{LEASES}/{NAME}-node-gone", user=CONTROLLER).status == 200


NODE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {
        "name": "tainted",
        "labels": {"a": "b"},
        "annotations": {"a": "b"},
        "finalizers": ["example.com/keep"],
    },
    "spec": {
        "taints": [{"key": TAINT, "effect": "NoSchedule"}, {"key": "other", "effect": "NoSchedule"}],
        "podCIDR": "10.0.1.0/24",
        "podCIDRs": ["10.0.1.0/24"],
    },
}


@pytest.fixture(params=["all fields", "no fields"])
def node(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """Provide a node with the taint: one with every optional field, one without."""
    body = copy.deepcopy(NODE)
    if request.param == "no fields":
        body["metadata"] = {"name": "tainted"}
        body["spec"] = {"taints": NODE["spec"]["taints"]}
    assert cluster.server.call("POST", "/api/v1/nodes", body).status == 201
    yield "/api/v1/nodes/tainted"
    cluster.merge("/api/v1/nodes/tainted", {"metadata": {"finalizers": None}}, "")
    cluster.server.call("DELETE", "/api/v1/nodes/tainted")


@pytest.mark.parametrize(
    "patch",
    [
        {"metadata": {"labels": {"node-role.kubernetes.io/control-plane": ""}}},
        {"metadata": {"labels": {"a": "c"}}},
        {"metadata": {"annotations": {"x": "y"}}},
        {"metadata": {"finalizers": ["example.com/more"]}},
        {
            "metadata": {
                "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "no-such-uid"}]
            }
        },
        {"spec": {"providerID": "aws:///x"}},
        {"spec": {"podCIDR": "10.9.9.0/24", "podCIDRs": ["10.9.9.0/24"]}},
        {"spec": {"unschedulable": True}},
        {"spec": {"externalID": "x"}},
        {"metadata": {"generateName": "x"}},
        {"spec": {"configSource": {"configMap": {"name": "a", "namespace": "b", "kubeletConfigKey": "c"}}}},
        {"spec": {"taints": []}},
        {"spec": {"taints": [{"key": TAINT, "effect": "NoSchedule"}]}},
        {"spec": {"taints": [{"key": TAINT, "effect": "NoExecute"}, {"key": "other", "effect": "NoSchedule"}]}},
        {"spec": {"taints": [*NODE["spec"]["taints"], {"key": "new", "effect": "NoSchedule"}]}},
    ],
    ids=str,
)
def test_the_controller_changes_nothing_of_a_node_but_its_taint(
    cluster: Cluster, node: str, patch: dict[str, Any]
) -> None:
    def content() -> tuple[Any, Any]:
        body = cluster.server.call("GET", node).body
        kept = {key: one for key, one in body["metadata"].items() if key not in ("managedFields", "resourceVersion")}
        return kept, body["spec"]

    before = content()
    answer = cluster.merge(node, patch, CONTROLLER)
    assert content() == before
    # The API server itself drops one of these fields and keeps others from any change.
    assert answer.status == 422 or "configSource" in str(patch), answer.body


def test_the_controller_takes_the_taint(cluster: Cluster, node: str) -> None:
    taints = cluster.server.call("GET", node).body["spec"]["taints"]
    others = [taint for taint in taints if taint["key"] != TAINT]
    answer = cluster.merge(node, {"spec": {"taints": others}}, CONTROLLER)
    assert answer.status == 200, answer.body
    assert cluster.server.call("DELETE", node, user=CONTROLLER).status == 403
    for part in ("status", "proxy"):
        assert cluster.merge(f"{node}/{part}", {"status": {}}, CONTROLLER).status == 403


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("ca", {"vault": {"server": "https://x", "path": "x", "auth": {"tokenSecretRef": {"name": f"{NAME}-parent"}}}}),
        ("selfsigned", {"ca": {"secretName": "another"}}),
        ("ca", {"ca": {"secretName": "another"}}),
    ],
    ids=str,
)
def test_no_issuer_of_the_controller_reads_a_secret_of_others(
    cluster: Cluster, name: str, spec: dict[str, Any]
) -> None:
    """cert-manager reads the Secret for an Issuer, and sends it to the server that the Issuer names."""
    assert is_denied(cluster.apply(ISSUERS, issuer(f"{NAME}-{name}", **spec), CONTROLLER))


@pytest.mark.parametrize(
    "change",
    [
        {"secretName": "another"},
        {"secretName": f"{NAME}-settings"},
        {"issuerRef": {"name": "another"}},
        {"issuerRef": {"name": f"{NAME}-ca", "kind": "ClusterIssuer"}},
        {"issuerRef": {"name": f"{NAME}-ca", "kind": "Issuer", "group": "another.example"}},
        {"keystores": {"jks": {"create": True, "passwordSecretRef": {"name": "another", "key": "x"}}}},
    ],
    ids=str,
)
def test_no_certificate_of_the_controller_touches_what_others_own(cluster: Cluster, change: dict[str, Any]) -> None:
    assert is_denied(cluster.apply(CERTIFICATES, certificate(f"{NAME}-tls", **change), CONTROLLER))


def test_the_controller_makes_the_objects_of_its_certificate(cluster: Cluster) -> None:
    for path, body in (
        (ISSUERS, issuer(f"{NAME}-selfsigned", selfSigned={})),
        (ISSUERS, issuer(f"{NAME}-ca", ca={"secretName": f"{NAME}-ca"})),
        (CERTIFICATES, certificate(f"{NAME}-ca")),
        (CERTIFICATES, certificate(f"{NAME}-tls")),
    ):
        answer = cluster.apply(path, body, CONTROLLER)
        assert answer.status == 201, answer.body


def test_the_uninstall_only_marks_the_settings(cluster: Cluster) -> None:
    name = f"{NAME}-settings"
    assert cluster.server.call("POST", f"{CORE}/secrets", secret(name, data={"settings.json": "e30="})).status == 201
    path = f"{CORE}/secrets/{name}"
    for patch in (
        {"stringData": {"settings.json": "{}  "}},
        {"data": None},
        {"immutable": True},
        {"metadata": {"labels": {"x": "y"}}},
        {"metadata": {"finalizers": ["example.com/stay"]}},
        {"metadata": {"annotations": {"connected-registry.io/freeze": "true"}}},
    ):
        assert is_denied(cluster.merge(path, patch, UNINSTALL)), patch
    mark = {"metadata": {"annotations": {"connected-registry.io/uninstalling": "2026-01-01T00:00:00Z"}}}
    assert cluster.merge(path, mark, UNINSTALL).status == 200


@pytest.mark.parametrize("user", ["", "system:kube-controller-manager"], ids=["administrator", "controller manager"])
def test_a_finalizer_that_stays_behind_can_be_taken_away(cluster: Cluster, user: str) -> None:
    """A deletion in the foreground ends with it; kube-controller-manager may work under its own name."""
    if user:
        cluster.server.kubectl(
            "create", "clusterrolebinding", "manager", "--clusterrole=cluster-admin", f"--user={user}"
        )
    body = config_map(f"{NAME}-status")
    body["metadata"]["finalizers"] = ["example.com/stay"]
    assert cluster.apply(f"{CORE}/configmaps", body, CONTROLLER).status == 201
    path = f"{CORE}/configmaps/{NAME}-status"
    assert cluster.server.call("DELETE", path).status == 200
    answer = cluster.merge(path, {"metadata": {"finalizers": None}}, user)
    if user:
        cluster.server.kubectl("delete", "clusterrolebinding", "manager")
    assert answer.status == 200, answer.body
    assert cluster.server.call("GET", path).status == 404


def test_one_account_for_all_components_can_work(chart: Chart, api_server: ApiServer) -> None:
    """With serviceAccount.create=false, the name of the user's, or no name, is that of several components."""
    home, account = "policies-shared", "system:serviceaccount:policies-shared:mine"
    api_server.create_namespace(home)
    own = {"serviceAccount": {"create": False, "name": "mine"}}
    given = {part: own for part in ("controller", "webhook", "trustAgent", "hooks", "registry")}
    rendered = chart.render({**SYNCHRONIZING, **given}, namespace=home)
    text = "---\n".join(yaml.safe_dump(item) for item in rendered.ours() if item["kind"] in KINDS)
    api_server.kubectl("apply", "--server-side", "--validate=strict", "--filename=-", input=text)
    leases = LEASES.replace(HOME, home)

    def write(name: str) -> Answer:
        target = f"{leases}/{name}?fieldManager=x&force=true"
        return api_server.call("PATCH", target, lease(name, holderIdentity="x"), user=account, content_type=APPLY)

    try:
        deadline = time.monotonic() + 60
        while not is_denied(write(f"{NAME}-node-x")):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        for part in ("controller", "sync"):
            answer = write(f"{NAME}-{part}")
            assert answer.status == 201, answer.body
    finally:
        api_server.kubectl("delete", "--ignore-not-found", "--wait=false", "--filename=-", input=text)
