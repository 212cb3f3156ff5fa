"""`connected-registry check --cluster` against a real API server: the rules that only a cluster can answer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_server import ApiServer
from layers import run_check
from material import Material

ADDRESS = "192.100.0.77"
NAMESPACE = "edge-check"
DEFAULT_CLASS = {"storageclass.kubernetes.io/is-default-class": "true"}


def thing(kind: str, name: str, version: str = "v1", namespace: str | None = None, **rest: Any) -> dict[str, Any]:
    """Return an object of the API. `labels` and `annotations` go into its metadata."""
    metadata: dict[str, Any] = {"name": name} | ({"namespace": namespace} if namespace else {})
    for part in ("labels", "annotations"):
        if part in rest:
            metadata[part] = rest.pop(part)
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def storage_class(name: str, **rest: Any) -> dict[str, Any]:
    return thing("StorageClass", name, "storage.k8s.io/v1", provisioner="example.org/none", **rest)


class Cluster:
    """The API server with what a cluster has, and whatever a test adds for its time."""

    def __init__(self, server: ApiServer) -> None:
        self.server = server
        self._made: list[tuple[str, ...]] = []

    def add(self, *objects: dict[str, Any]) -> None:
        """Create objects that go again with the test."""
        for one in objects:
            self.server.kubectl("create", "--filename=-", input=json.dumps(one))
            namespace = one["metadata"].get("namespace")
            self._made.append(
                (one["kind"], one["metadata"]["name"], *([f"--namespace={namespace}"] if namespace else []))
            )

    def remove(self) -> None:
        for made in reversed(self._made):
            self.server.kubectl("delete", *made, "--ignore-not-found", "--wait=false")
        self._made.clear()

    def told(self, values: dict[str, Any] | None = None, *arguments: str, kubeconfig: Path | None = None) -> Any:
        """Run check; returns its exit code, the rules found by severity, and standard error."""
        given = json.dumps({"service": {"clusterIP": ADDRESS}, **(values or {})})
        environment = {"KUBECONFIG": str(kubeconfig or self.server.kubeconfig), "HOME": "/nonexistent"}
        argv = ["-f", "-", "-o", "json", "--cluster", *arguments]
        if "--namespace" not in arguments:
            argv += ["--namespace", NAMESPACE]
        result = run_check(*argv, input=given.encode(), environment=environment)
        found = json.loads(result.stdout)["findings"] if result.returncode != 2 else []
        return result.returncode, {one["id"]: one["severity"] for one in found}, result.stderr.decode()


@pytest.fixture(scope="module")
def namespace(api_server: ApiServer) -> Iterator[None]:
    api_server.create_namespace(NAMESPACE)
    yield
    api_server.kubectl("delete", "namespace", NAMESPACE, "--wait=false")


@pytest.fixture
def cluster(api_server: ApiServer, namespace: None) -> Iterator[Cluster]:
    one = Cluster(api_server)
    one.add(storage_class("standard", annotations=DEFAULT_CLASS))
    yield one
    one.remove()


OWN = {"cert-manager": {"install": False, "enabled": False}, "tls": {"secret": "k8secret"}}


def test_settings_that_fit_are_found_to_fit_and_nothing_is_made(cluster: Cluster) -> None:
    assert cluster.told() == (0, {}, "")
    assert not cluster.server.get("services", f"--namespace={NAMESPACE}")["items"]


def test_an_address_that_another_service_has(cluster: Cluster) -> None:
    """CR003; the Service of the same release does not count: its address stays."""
    spec = {"clusterIP": ADDRESS, "ports": [{"port": 443}]}
    cluster.add(thing("Service", "web", namespace="default", spec=spec))
    assert cluster.told()[1] == {"CR003": "error"}
    assert cluster.told({"service": {"clusterIP": "192.100.0.78"}})[1] == {}
    cluster.remove()
    cluster.add(storage_class("standard", annotations=DEFAULT_CLASS))
    owner = {"meta.helm.sh/release-name": "first", "meta.helm.sh/release-namespace": NAMESPACE}
    cluster.add(thing("Service", "mine", namespace=NAMESPACE, annotations=owner, spec=spec))
    assert cluster.told(None, "--release", "first")[1] == {}
    assert cluster.told(None, "--release", "second")[1] == {"CR003": "error"}


def test_a_namespace_that_is_still_to_be_made(cluster: Cluster) -> None:
    """As before the first `helm install --create-namespace`: all is judged that can be."""
    new = ("--namespace", "still-to-be-made")
    assert cluster.told(None, *new) == (0, {}, "")
    assert cluster.told({"service": {"clusterIP": "10.0.0.1"}}, *new)[1] == {"CR003": "error"}


def test_an_address_outside_of_the_range(cluster: Cluster) -> None:
    assert cluster.told({"service": {"clusterIP": "10.0.0.1"}})[1] == {"CR003": "error"}


def test_an_address_outside_of_the_band(cluster: Cluster) -> None:
    """CR004, a warning; 256 addresses of this range are left to those who ask."""
    assert cluster.told({"service": {"clusterIP": "192.100.1.0"}})[:2] == (0, {"CR004": "warning"})
    assert cluster.told({"service": {"clusterIP": "192.100.0.255"}})[1] == {}


def test_a_cert_manager_that_is_missing_and_one_too_many(cluster: Cluster) -> None:
    """CR017 and CR018."""
    assert cluster.told({"cert-manager": {"install": False}})[1] == {"CR017": "error"}
    schema = {"openAPIV3Schema": {"type": "object"}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    names = {"kind": "Certificate", "plural": "certificates"}
    spec = {"group": "cert-manager.io", "scope": "Namespaced", "names": names, "versions": [version]}
    definition = thing("CustomResourceDefinition", "certificates.cert-manager.io", "apiextensions.k8s.io/v1", spec=spec)
    # An uninstall of cert-manager leaves it.
    cluster.add(definition)
    assert cluster.told({"cert-manager": {"install": False}})[1] == {"CR017": "error"}
    client = {"service": {"namespace": "cert-manager", "name": "webhook"}, "caBundle": ""}
    hook = {
        "name": "webhook.cert-manager.io",
        "clientConfig": client,
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "failurePolicy": "Ignore",
    }
    cluster.add(thing("ValidatingWebhookConfiguration", "other", "admissionregistration.k8s.io/v1", webhooks=[hook]))
    assert cluster.told()[1] == {"CR018": "error"}
    assert cluster.told({"cert-manager": {"install": False}})[1] == {}


def test_nodes_that_carry_the_label(cluster: Cluster) -> None:
    """CR022."""
    values = {"trustDistribution": {"useNodeSelector": True}}
    assert cluster.told(values)[:2] == (0, {"CR022": "warning"})
    assert cluster.told(values, "--strict")[0] == 1
    cluster.add(thing("Node", "labelled", labels={"containerd-configured-by": "connected-registry"}))
    assert cluster.told(values)[1] == {}


def test_a_namespace_that_lets_no_agent_run(cluster: Cluster) -> None:
    """CR023."""
    label = "pod-security.kubernetes.io/enforce"
    cluster.server.kubectl("label", "namespace", NAMESPACE, f"{label}=baseline")
    assert cluster.told()[1] == {"CR023": "error"}
    cluster.server.kubectl("label", "--overwrite", "namespace", NAMESPACE, f"{label}=privileged")
    assert cluster.told()[1] == {}
    cluster.server.kubectl("label", "namespace", NAMESPACE, f"{label}-")


def test_the_secret_of_a_certificate(cluster: Cluster, material: Material) -> None:
    """CR038, and in it CR032: the certificate is for another address."""
    assert cluster.told(OWN)[1] == {"CR038": "error"}
    good = {
        "tls.crt": material.value("good.crt"),
        "tls.key": material.value("good.key"),
        "ca.crt": material.value("good.ca"),
    }
    cluster.add(thing("Secret", "k8secret", namespace=NAMESPACE, type="kubernetes.io/tls", data=good))
    code, found, said = cluster.told(OWN)
    assert (code, found) == (1, {"CR032": "error"}) and "PRIVATE" not in said


def test_the_secret_of_a_connection_string(cluster: Cluster, material: Material) -> None:
    """CR049."""
    values = {"connectionStringSecret": "parent", "sync": {"repositories": ["hello"]}}
    assert cluster.told(values)[1] == {"CR049": "error"}
    cluster.add(
        thing("Secret", "parent", namespace=NAMESPACE, data={"connectionString": material.value("connection-string")})
    )
    assert cluster.told(values)[1] == {}


def test_where_the_volume_comes_from(cluster: Cluster) -> None:
    """CR051, CR052 and CR053."""
    assert cluster.told({"pvc": {"storageClassName": "fast"}})[1] == {"CR051": "error"}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "501Gi"}}}
    assert cluster.told({"pvc": {"existingClaim": "images"}})[1] == {"CR053": "error"}
    cluster.add(thing("PersistentVolumeClaim", "images", namespace=NAMESPACE, spec=claim))
    assert cluster.told({"pvc": {"existingClaim": "images"}})[1] == {}
    cluster.add(thing("PersistentVolumeClaim", "connected-registry-pvc", namespace=NAMESPACE, spec=claim))
    assert cluster.told()[1] == {"CR052": "error"}
    assert cluster.told({"pvc": {"storageRequest": "501Gi"}})[1] == {}


def test_what_may_not_be_read_is_said_and_not_checked(cluster: Cluster, tmp_path: Path) -> None:
    """An account that may nothing: known to the cluster, so it is no reason to fail."""
    cluster.add(thing("ServiceAccount", "nobody", namespace=NAMESPACE))
    token = cluster.server.kubectl("create", "token", "nobody", f"--namespace={NAMESPACE}").stdout.strip()
    config = json.loads(cluster.server.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": token}
    file = tmp_path / "nobody"
    file.write_text(json.dumps(config))
    code, found, said = cluster.told(kubeconfig=file)
    assert (code, found) == (0, {}) and said.count("not checked: cannot read ") >= 6
    assert token not in said


def test_a_client_certificate_opens_the_door_as_well(cluster: Cluster, tmp_path: Path) -> None:
    config = json.loads(cluster.server.kubeconfig.read_text())
    config["users"][0]["user"] = cluster.server.client_certificate()
    (tmp_path / "config").write_text(json.dumps(config))
    assert cluster.told(kubeconfig=tmp_path / "config") == (0, {}, "")


@pytest.mark.parametrize(
    ("user", "words"),
    [
        (
            {"exec": {"command": "aws", "apiVersion": "client.authentication.k8s.io/v1"}},
            "exec: its credentials come from a program (aws)",
        ),
        ({"username": "admin", "password": "hunter2"}, "username: this way to sign in is not supported"),
        ({}, "it has no credentials"),
        ({"token": "wrong"}, "Unauthorized"),
    ],
)
def test_a_user_that_cannot_be_used_is_told_what_to_do(
    cluster: Cluster, tmp_path: Path, user: dict[str, Any], words: str
) -> None:
    config = json.loads(cluster.server.kubeconfig.read_text())
    config["users"][0]["user"] = user
    (tmp_path / "config").write_text(json.dumps(config))
    code, _, said = cluster.told(kubeconfig=tmp_path / "config")
    assert code == 2 and words in said and "hunter2" not in said


def test_a_cluster_that_cannot_be_reached_is_an_error(cluster: Cluster, tmp_path: Path) -> None:
    config = json.loads(cluster.server.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    (tmp_path / "config").write_text(json.dumps(config))
    code, _, said = cluster.told(kubeconfig=tmp_path / "config")
    assert code == 2 and "cannot connect to 127.0.0.1:1" in said
    code, _, said = cluster.told(None, "--context", "other")
    assert code == 2 and 'there is no context "other"; there are: test' in said
    code, _, said = cluster.told(kubeconfig=tmp_path / "missing")
    assert code == 2 and "--kubeconfig" in said
