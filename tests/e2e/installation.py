"""An installation under test, and the questions that tests ask of it."""

import base64
import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib import cluster, diagnosis, examples, images, kube, release, tools
from lib.command import Failure
from lib.kube import LocalKube
from lib.parent import Parent
from lib.release import Release
from lib.waiting import wait_for

ADDRESS = "192.100.100.1"
RELEASE = Release("connected-registry", "registry-system")
TEST_NAMESPACE = "e2e"
SYNCHRONIZED = ["demo/hello:1", "demo/hello:2", "demo/hello:3"]
# A helm chart, which is read from the registry like an image.
CHART = "charts/clients:0.1.0"
# Hosts that images have beside the service's own.
EXTRA_HOSTS = "injection.extraHosts={mirror.example,registry.example:5000}"
NODE = "node-1"
NODE_LABEL = "containerd-configured-by"
# A change of the CA takes its steps, but not two minutes.
ROTATION = ["trustDistribution.rotation.podSeconds=2", "trustDistribution.rotation.boundSeconds=60"]


@dataclass(frozen=True)
class Parts:
    """An installed release and the clients to look at it with."""

    local: LocalKube
    release: Release
    source: Parent

    def get(self, kind: str, suffix: str = "") -> dict[str, Any]:
        """One object of the release: `suffix` follows the full name in its own. Raises Failure if it is absent."""
        name = f"{self.release.fullname}{suffix}"
        found = kube.get(self.local, kind, name, self.release.namespace)
        if found is None:
            raise Failure(f"there is no {kind} {self.release.namespace}/{name}")
        return found

    def webhook_configuration(self, kind: str) -> dict[str, Any]:
        """Return the mutating or validating webhook configuration."""
        name = f"{self.release.fullname}-{self.release.namespace}"
        found = kube.get(self.local, f"{kind}webhookconfiguration", name)
        if found is None:
            raise Failure(f"there is no {kind} webhook configuration {name}")
        return found

    def bundle(self) -> str:
        """Return the CA bundle that the controller published, PEM."""
        return self.get("configmap", "-ca-bundle")["data"]["ca.crt"]

    def pod_status(self) -> dict[str, Any]:
        """Return the controller's report of the cluster's pods and their CA; empty before the first report."""
        found = kube.get(self.local, "configmap", f"{self.release.fullname}-status", self.release.namespace)
        return json.loads(found["data"]["pods.json"]) if found else {}

    def metric(self, name: str) -> float:
        """Return a metric of the controller with its labels, summed over its replicas."""
        total = 0.0
        for pod in self.pods("controller"):
            where = f"/api/v1/namespaces/{self.release.namespace}/pods/{pod['metadata']['name']}:9444/proxy/metrics"
            text = self.local.kubectl("get", "--raw", where).stdout
            total += sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(f"{name} "))
        return total

    def pods(self, component: str) -> list[dict[str, Any]]:
        """Return the pods of one component of ours: registry, webhook, trust-agent."""
        selector = f"connected-registry.io/name={self.release.fullname},connected-registry.io/component={component}"
        return kube.items(self.local, "pods", self.release.namespace, selector)

    def node_state(self) -> tuple[str, str]:
        """Return the state and message that the node's agent last reported; empty before the first report."""
        lease = kube.get(self.local, "lease", f"{self.release.fullname}-node-{NODE}", self.release.namespace)
        annotations = (lease or {}).get("metadata", {}).get("annotations", {})
        return annotations.get("connected-registry.io/state", ""), annotations.get("connected-registry.io/message", "")

    def label_node(self) -> None:
        """Give the node the label that asks for trust, and wait until it trusts the registry."""
        self.local.kubectl("label", "node", NODE, f"{NODE_LABEL}=connected-registry", "--overwrite")
        self.wait_for_trust()

    def wait_for_state(self, state: str, message: str) -> None:
        """Wait until the agent says so of its node, with such words."""
        wait_for(
            f"the node's state to become {state}",
            lambda: self.node_state()[0] == state and message in self.node_state()[1],
            seconds=90,
            explain=lambda: str(self.node_state()),
        )

    def wait_for_trust(self) -> None:
        """Wait until the agent has verified the node's trust."""
        wait_for(
            "the node to trust the registry",
            lambda: self.node_state()[0] == "Trusted",
            seconds=60,
            explain=lambda: f"its state is {self.node_state()}\n{self.diagnosis()}",
        )

    def diagnosis(self) -> str:
        """Describe the problems of the release's pods, if any."""
        return diagnosis.of_release(self.local, self.release.namespace, self.release.name)

    def run_until(self, manifest: dict[str, Any], wanted, what: str, seconds: float = 60) -> dict[str, Any]:  # type: ignore[no-untyped-def]
        """Create a pod and wait until it is as wanted; returns it."""
        name, namespace = manifest["metadata"]["name"], manifest["metadata"]["namespace"]
        self.local.kubectl("create", "--filename=-", input=json.dumps(manifest))
        return kube.wait_for_pod(
            self.local,
            name,
            namespace,
            wanted,
            what=what,
            seconds=seconds,
            explain=lambda: diagnosis.of_pod_named(self.local, name, namespace),
        )

    def run_workload(self, tag: str, name: str = "workload", address: str = ADDRESS) -> dict[str, Any]:
        """Run a pod whose image the node has to fetch from the registry; returns it once its container runs."""
        manifest = kube.pod_manifest(
            name, f"{address}/demo/hello:{tag}", namespace=TEST_NAMESPACE, imagePullPolicy="Always"
        )
        return self.run_until(manifest, lambda pod: kube.container_state(pod)[0] == "running", "the pod to run")

    def crane(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run crane beside the cluster, trusting the published CA bundle and nothing else; it may fail."""
        with tempfile.NamedTemporaryFile("w", suffix=".crt") as bundle:
            bundle.write(self.bundle())
            bundle.flush()
            variables = {"SSL_CERT_FILE": bundle.name, **(environment or {})}
            return cluster.run([tools.binary("crane"), *arguments], environment=variables, check=False, timeout=60)

    def client_log(self, name: str) -> str:
        """Return the output of the main container of a test pod."""
        return self.local.kubectl("logs", name, "--namespace", TEST_NAMESPACE, "--container=main").stdout

    def events(self, name: str, reason: str = "") -> list[dict[str, Any]]:
        """Return the events about a pod of the tests, of one reason or of all; none of a former pod of its name."""
        pod = kube.get(self.local, "pod", name, TEST_NAMESPACE)
        found = kube.items(self.local, "events", TEST_NAMESPACE)
        about = [event for event in found if pod and event["involvedObject"].get("uid") == pod["metadata"]["uid"]]
        return [event for event in about if reason in ("", event["reason"])]


def install(
    local: LocalKube,
    wanted: Release,
    source: Parent,
    settings: list[str],
    values: dict[str, Any] | None = None,
    chart: Path = release.CHART,
) -> Parts:
    """Install a release as `helm install --wait` with labelled-nodes.yaml, the local images and the parent.

    `settings`: KEY=VALUE. `values`: what is secret, or has a dot in its key. `chart`: another than the tree's.
    """
    release.install(
        local,
        wanted,
        files=[examples.DIRECTORY / "labelled-nodes.yaml", release.LOCAL_VALUES],
        settings=[f"service.clusterIP={ADDRESS}", EXTRA_HOSTS, *ROTATION, *settings],
        secret={**release.parent_values(source, [*SYNCHRONIZED, CHART]), **(values or {})},
        chart=chart,
    )
    wait_for_address(local, wanted)
    return Parts(local, wanted, source)


def wait_for_address(local: LocalKube, wanted: Release, nodes: tuple[str, ...] = (NODE,)) -> None:
    """Wait until nodes reach the registry on its address: a node's routes follow a pod's readiness a moment later."""
    service = kube.get(local, "service", wanted.fullname, wanted.namespace)
    if service is None:
        raise Failure(f"there is no service {wanted.namespace}/{wanted.fullname}")
    where = f"/dev/tcp/{service['spec']['clusterIP']}/{service['spec']['ports'][0]['port']}"
    for node in nodes:
        wait_for(
            f"{node} to reach the registry at {where}",
            lambda: cluster.run(["bash", "-c", f"exec 3<>{where}"], node=node, check=False).returncode == 0,
            seconds=30,
            explain=lambda: diagnosis.of_release(local, wanted.namespace, wanted.name),
        )


def wait_for_namespace(local: LocalKube, namespace: str) -> None:
    """Wait until a new namespace has what every namespace gets."""
    wait_for(
        f"the namespace {namespace} to have what every namespace gets",
        lambda: all(
            kube.get(local, kind, name, namespace)
            for kind, name in (("serviceaccount", "default"), ("configmap", "kube-root-ca.crt"))
        ),
        seconds=30,
    )


def client_pod(name: str, inject: str | None, *arguments: str) -> dict[str, Any]:
    """Return a pod that runs crane once. `inject`: what its annotation says, None for no annotation."""
    annotations = None if inject is None else {"connected-registry.io/inject": inject}
    return kube.pod_manifest(
        name, images.crane(), namespace=TEST_NAMESPACE, arguments=list(arguments), annotations=annotations
    )


def stranger_as_admitted(local: LocalKube) -> str:
    """Return a pod of another registry as the API server would store it (a dry run), without what differs at every try.

    It asks for no token: the volume of one has a random name.
    """
    pod = kube.pod_manifest(
        "stranger",
        "registry.example/program:1",
        namespace=TEST_NAMESPACE,
        annotations={"example.com/note": "as it was"},
    )
    pod["spec"]["automountServiceAccountToken"] = False
    stored = local.kubectl(
        "create", "--dry-run=server", "--output=json", "--show-managed-fields", "--filename=-", input=json.dumps(pod)
    ).stdout
    return re.sub(r'"(uid|creationTimestamp|time)": "[^"]*"', r'"\1": ""', stored)


def ended(pod: dict[str, Any]) -> bool:
    """Report whether the main container has ended, well or not."""
    return "terminated" in main_status(pod).get("state", {})


def exit_code(pod: dict[str, Any]) -> int:
    """With which code the main container ended."""
    return main_status(pod)["state"]["terminated"]["exitCode"]


def main_status(pod: dict[str, Any]) -> dict[str, Any]:
    """Return the status of the container called main."""
    statuses = pod["status"].get("containerStatuses", [])
    return next((status for status in statuses if status["name"] == "main"), {})


def is_injected(pod: dict[str, Any]) -> bool:
    """Report whether the webhook gave the pod the CA."""
    return any(volume["name"] == "connected-registry-ca" for volume in pod["spec"].get("volumes", []))


def decoded(secret: dict[str, Any], key: str) -> str:
    """One value of a Secret, as text."""
    return base64.b64decode(secret["data"][key]).decode()


def node_files(path: str = "/etc/containerd") -> dict[str, str]:
    """Return the files, directories and links below a directory of the node: path -> kind, mode and content."""
    root = cluster.node_path(path, NODE)
    found = {}
    for entry in sorted(root.rglob("*")):
        mode = oct(entry.lstat().st_mode)
        found[str(entry.relative_to(root))] = f"{mode} {entry.read_text() if entry.is_file() else ''}"
    return found
