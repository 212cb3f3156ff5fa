"""Permissions: each account has what its program needs, and nothing beyond. A real API server answers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from api_server import ApiServer
from charts import DEFAULTS, Chart, Rendered

F = "connected-registry"
HOME = "rights"
WEBHOOK, AGENT, UNINSTALL, PREFLIGHT = "webhook", "trust-agent", "uninstall", "preflight"
# The API group of each resource that is asked about.
GROUPS = {
    "leases": "coordination.k8s.io",
    "issuers": "cert-manager.io",
    "certificates": "cert-manager.io",
    "deployments": "apps",
    "mutatingwebhookconfigurations": "admissionregistration.k8s.io",
    "clusterissuers": "cert-manager.io",
    "validatingwebhookconfigurations": "admissionregistration.k8s.io",
    "customresourcedefinitions": "apiextensions.k8s.io",
    "roles": "rbac.authorization.k8s.io",
    "daemonsets": "apps",
    "servicecidrs": "networking.k8s.io",
    "storageclasses": "storage.k8s.io",
}
READ = ("get", "list", "watch")

# (account, verbs, resource, names or None, namespace: HOME, any other name, or "" for what has none)
NEEDED: list[tuple[str, tuple[str, ...], str, tuple[str | None, ...], str]] = [
    (WEBHOOK, READ, "secrets", (f"{F}-settings", f"{F}-webhook-tls", f"{F}-tls-source", f"{F}-active-tls"), HOME),
    (WEBHOOK, ("patch",), "secrets", (f"{F}-webhook-tls", f"{F}-active-tls"), HOME),
    (WEBHOOK, ("create",), "secrets", (None,), HOME),
    (WEBHOOK, (*READ, "patch", "create"), "configmaps", (f"{F}-ca-bundle",), HOME),
    (WEBHOOK, ("patch", "create"), "configmaps", (f"{F}-status",), HOME),
    (WEBHOOK, ("create", "delete", "list", "watch"), "leases", (None,), HOME),
    (WEBHOOK, ("get",), "nodes", ("any",), ""),
    (WEBHOOK, ("get", "update"), "leases", (f"{F}-controller",), HOME),
    (WEBHOOK, ("get",), "deployments", (f"{F}-webhook",), HOME),
    (WEBHOOK, ("create", "delete", "get", "patch"), "issuers", (f"{F}-selfsigned", f"{F}-ca"), HOME),
    (WEBHOOK, ("create", "delete", "get", "patch"), "certificates", (f"{F}-ca", f"{F}-tls"), HOME),
    # cert-manager's objects, once the certificate comes from elsewhere.
    (WEBHOOK, ("delete",), "secrets", (f"{F}-ca", f"{F}-tls-source"), HOME),
    # To patch is bound further: test_live_update.py.
    (WEBHOOK, ("list", "watch", "patch"), "pods", (None,), "anywhere"),
    (WEBHOOK, ("create",), "events", (None,), "anywhere"),
    (WEBHOOK, (*READ, "patch"), "mutatingwebhookconfigurations", (f"{F}-{HOME}",), ""),
    (WEBHOOK, (*READ, "patch"), "validatingwebhookconfigurations", (f"{F}-{HOME}",), ""),
    (AGENT, READ, "configmaps", (f"{F}-ca-bundle",), HOME),
    (AGENT, ("create", "patch"), "leases", (f"{F}-node-any",), HOME),
    (AGENT, ("get",), "nodes", ("any",), ""),
    (AGENT, ("get",), "daemonsets", (f"{F}-trust-agent",), HOME),
    (AGENT, ("get",), "namespaces", (HOME,), HOME),
    (UNINSTALL, ("patch",), "secrets", (f"{F}-settings",), HOME),
    (UNINSTALL, ("patch", "delete"), "configmaps", (f"{F}-ca-bundle",), HOME),
    (UNINSTALL, ("delete",), "configmaps", (f"{F}-status",), HOME),
    (UNINSTALL, ("list", "delete"), "leases", (None,), HOME),
    (UNINSTALL, ("list",), "pods", (None,), HOME),
    (UNINSTALL, ("get",), "nodes", ("any",), ""),
    (
        UNINSTALL,
        ("delete",),
        "secrets",
        (f"{F}-ca", f"{F}-tls-source", f"{F}-active-tls", f"{F}-webhook-tls", f"{F}-cert-manager-webhook-ca"),
        HOME,
    ),
    (UNINSTALL, ("delete",), "certificates", (f"{F}-ca", f"{F}-tls"), HOME),
    (UNINSTALL, ("delete",), "issuers", (f"{F}-selfsigned", f"{F}-ca"), HOME),
    (PREFLIGHT, ("get", "delete"), "services", (F,), HOME),
    (PREFLIGHT, ("create",), "services", (None,), HOME),
    (PREFLIGHT, ("list",), "services", (None,), "anywhere"),
    (PREFLIGHT, ("get",), "persistentvolumeclaims", ("connected-registry-pvc",), HOME),
    (PREFLIGHT, ("list",), "nodes", (None,), ""),
    (PREFLIGHT, ("list",), "servicecidrs", (None,), ""),
    (PREFLIGHT, ("list",), "storageclasses", (None,), ""),
    (PREFLIGHT, ("list",), "validatingwebhookconfigurations", (None,), ""),
    (PREFLIGHT, ("get",), "customresourcedefinitions", ("certificates.cert-manager.io",), ""),
    (
        UNINSTALL,
        ("get", "delete"),
        "leases",
        ("cert-manager-controller", "cert-manager-cainjector-leader-election"),
        "kube-system",
    ),
]

DENIED: list[tuple[str, tuple[str, ...], str, tuple[str | None, ...], str]] = [
    # The CA's private key, the parent's password, everybody else's Secrets.
    (WEBHOOK, READ, "secrets", (f"{F}-ca", f"{F}-parent", "another", None), HOME),
    (WEBHOOK, READ, "secrets", (f"{F}-settings", None), "anywhere"),
    (WEBHOOK, ("update", "patch", "delete"), "secrets", (f"{F}-settings", "another", None), HOME),
    (WEBHOOK, ("update", "patch"), "secrets", (f"{F}-ca", f"{F}-tls-source"), HOME),
    (WEBHOOK, ("delete",), "secrets", (f"{F}-parent", f"{F}-active-tls", f"{F}-webhook-tls"), HOME),
    (WEBHOOK, (*READ, "update", "patch", "create"), "configmaps", ("another", None), HOME),
    (WEBHOOK, ("get", "update", "patch"), "leases", (f"{F}-node-any",), HOME),
    (WEBHOOK, ("list", "delete"), "leases", (None,), "anywhere"),
    (WEBHOOK, ("create", "get", "patch", "delete"), "issuers", ("another",), HOME),
    (WEBHOOK, ("create", "get", "patch", "delete"), "certificates", ("another",), HOME),
    (WEBHOOK, ("create", "get"), "clusterissuers", (None,), ""),
    (WEBHOOK, ("create", "update", "delete"), "pods", (None,), "anywhere"),
    (WEBHOOK, ("update", "patch"), "pods/status", (None,), "anywhere"),
    (WEBHOOK, ("update", "patch"), "pods/ephemeralcontainers", (None,), "anywhere"),
    (WEBHOOK, ("patch", "update", "delete", "get"), "mutatingwebhookconfigurations", ("another",), ""),
    (WEBHOOK, ("delete",), "validatingwebhookconfigurations", (f"{F}-{HOME}",), ""),
    (WEBHOOK, ("get", "update", "patch"), "deployments", ("another",), HOME),
    (WEBHOOK, ("create",), "roles", (None,), HOME),
    (WEBHOOK, ("list", "watch", "patch", "update"), "nodes", ("any",), ""),
    (AGENT, READ, "secrets", (None, f"{F}-settings", f"{F}-active-tls"), HOME),
    (AGENT, READ, "configmaps", ("another", None), HOME),
    (AGENT, ("update", "patch", "delete"), "configmaps", (f"{F}-ca-bundle",), HOME),
    (AGENT, ("create", "patch"), "leases", (None,), "anywhere"),
    (AGENT, ("get", "list", "delete"), "leases", (f"{F}-controller", None), HOME),
    (AGENT, ("list", "watch", "update", "patch", "delete"), "nodes", ("any",), ""),
    (AGENT, ("get", "patch", "delete"), "daemonsets", ("another", None), HOME),
    (AGENT, ("get", "list"), "namespaces", (None,), ""),
    (AGENT, ("get", "update"), "leases", (f"{F}-restart",), HOME),
    (AGENT, ("get", "list"), "pods", (None,), HOME),
    (UNINSTALL, ("get", "list", "delete"), "secrets", (f"{F}-parent", "another", None), HOME),
    (UNINSTALL, ("delete",), "certificates", ("another",), HOME),
    (UNINSTALL, ("delete", "patch"), "customresourcedefinitions", ("certificates.cert-manager.io",), ""),
    (UNINSTALL, ("delete",), "pods", (None,), HOME),
    (UNINSTALL, ("patch", "delete"), "nodes", (None,), ""),
    (PREFLIGHT, ("get", "list"), "secrets", (f"{F}-settings", f"{F}-parent", "another", None), HOME),
    (PREFLIGHT, ("delete", "update", "patch"), "services", (f"{F}-webhook", "another"), HOME),
    (PREFLIGHT, ("create", "delete"), "services", (None,), "anywhere"),
    (PREFLIGHT, ("delete", "update", "patch"), "persistentvolumeclaims", ("connected-registry-pvc",), HOME),
    (PREFLIGHT, ("get", "list"), "pods", (None,), HOME),
    (UNINSTALL, ("list",), "leases", (None,), "anywhere"),
    (UNINSTALL, ("get", "delete", "list", "update"), "leases", ("kube-controller-manager", None), "kube-system"),
    ("", ("get", "list"), "secrets", (None,), HOME),
]


@pytest.fixture(scope="module")
def installed(chart: Chart, api_server: ApiServer) -> Iterator[Rendered]:
    """Provide the accounts and rights of an installation, the uninstall hooks' own among them."""
    api_server.create_namespace(HOME)
    rendered = chart.render(DEFAULTS, namespace=HOME)
    kinds = {"ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
    ours = [item for item in rendered.ours() if item["kind"] in kinds]
    text = "---\n".join(yaml.safe_dump(item) for item in ours)
    api_server.kubectl("create", "--filename=-", input=text)
    yield rendered
    api_server.kubectl("delete", "--filename=-", "--wait=false", input=text)


def questions(
    rows: list[tuple[str, tuple[str, ...], str, tuple[str | None, ...], str]], account: str
) -> list[dict[str, str]]:
    """Every single question in the rows about one account."""
    return [
        {
            "verb": verb,
            "resource": resource.partition("/")[0],
            "subresource": resource.partition("/")[2],
            "group": GROUPS.get(resource, ""),
            "namespace": namespace,
            **({"name": name} if name else {}),
        }
        for row_account, verbs, resource, names, namespace in rows
        if row_account == account
        for verb in verbs
        for name in names
    ]


def user(account: str) -> str:
    """Return the API's name of one of our accounts; the registry pod's has no suffix."""
    return f"system:serviceaccount:{HOME}:{F}" + (f"-{account}" if account else "")


@pytest.mark.parametrize("account", [WEBHOOK, AGENT, UNINSTALL, PREFLIGHT])
def test_each_account_may_do_what_it_needs(installed: Rendered, api_server: ApiServer, account: str) -> None:
    asked = questions(NEEDED, account)
    missing = [
        question for question, yes in zip(asked, api_server.allowed(user(account), asked), strict=True) if not yes
    ]
    assert asked and not missing


@pytest.mark.parametrize("account", [WEBHOOK, AGENT, UNINSTALL, PREFLIGHT, ""])
def test_no_account_may_do_more(installed: Rendered, api_server: ApiServer, account: str) -> None:
    asked = questions(DENIED, account)
    granted = [question for question, yes in zip(asked, api_server.allowed(user(account), asked), strict=True) if yes]
    assert asked and not granted


def test_a_certificate_in_a_secret_of_the_users_is_read_and_never_changed(chart: Chart) -> None:
    without_cert_manager = {"install": False, "enabled": False}
    values = {**DEFAULTS, "cert-manager": without_cert_manager, "tls": {"secret": "k8secret"}}
    rules = chart.render(values).get("Role", "connected-registry-webhook")["rules"]
    verbs = [rule["verbs"] for rule in rules if "k8secret" in rule.get("resourceNames", [])]
    assert verbs == [["get", "list", "watch"]]


def test_the_preflight_hook_may_read_the_users_objects_that_it_judges_and_no_others(chart: Chart) -> None:
    own = {"cert-manager": {"install": False, "enabled": False}, "tls": {"secret": "k8secret"}}
    values = {**DEFAULTS, **own, "connectionStringSecret": "parent", "pvc": {"existingClaim": "images"}}
    rules = chart.render(values).get("Role", "connected-registry-preflight")["rules"]
    readable = {rule["resources"][0]: rule.get("resourceNames") for rule in rules if rule["verbs"] == ["get"]}
    assert readable == {"secrets": ["k8secret", "parent"], "persistentvolumeclaims": ["images"]}
    rules = chart.render(DEFAULTS).get("Role", "connected-registry-preflight")["rules"]
    assert not [rule for rule in rules if rule["resources"] == ["secrets"]]


def test_no_rule_holds_a_wildcard(installed: Rendered) -> None:
    rules = [rule for item in installed.ours() if item["kind"] in ("Role", "ClusterRole") for rule in item["rules"]]
    assert rules and not [rule for rule in rules for part in rule.values() if "*" in part]


def test_server_side_apply_creates_named_objects_only(installed: Rendered, api_server: ApiServer) -> None:
    """A right to create that is bound to names is worth something, since apply says the name."""
    definitions = installed.kind("CustomResourceDefinition")
    api_server.kubectl("apply", "--server-side", "--filename=-", input="---\n".join(map(yaml.safe_dump, definitions)))
    api_server.wait_for("get", "issuers.cert-manager.io", "--all-namespaces")
    for name, allowed in ((f"{F}-selfsigned", True), ("another", False)):
        issuer = {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Issuer",
            "metadata": {"name": name, "namespace": HOME},
            "spec": {"selfSigned": {}},
        }
        result = api_server.kubectl(
            "apply",
            "--server-side",
            f"--as={user(WEBHOOK)}",
            "--validate=false",
            "--filename=-",
            input=json.dumps(issuer),
            check=False,
        )
        assert (result.returncode == 0) == allowed, result.stderr


def test_one_object_can_be_watched_by_name(installed: Rendered, api_server: ApiServer) -> None:
    """The webhook and the agents watch single objects; a list of all of them is refused."""

    def listing(*selector: str) -> Any:
        return api_server.kubectl(
            "get", "secrets", f"--namespace={HOME}", f"--as={user(WEBHOOK)}", *selector, check=False
        )

    assert listing(f"--field-selector=metadata.name={F}-settings").returncode == 0
    assert "forbidden" in listing().stderr
