"""A cluster's nodes, and what a test does with them: look at their files, pull on them, label them."""

import json
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any

from installation import ADDRESS, NODE_LABEL, RELEASE, SYNCHRONIZED, TEST_NAMESPACE, wait_for_address
from lib import cluster, kube, release
from lib.kube import LocalKube
from lib.parent import Parent
from lib.waiting import wait_for

# The directories in which an agent may write.
DIRECTORIES = ("/etc/containerd", "/etc/docker", "/etc/containers", "/etc/k0s", "/etc/cri")
ROTATION = [
    "trustDistribution.rotation.podSeconds=5",
    "trustDistribution.rotation.boundSeconds=120",
    "trustDistribution.rotation.overlapSeconds=20",
]


@dataclass
class Fleet:
    """The nodes, kubectl and helm, and the parent registry."""

    local: LocalKube
    source: Parent
    nodes: tuple[str, ...]
    before: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0

    def install(self, settings: list[str], values: dict[str, Any] | None = None) -> None:
        """Install or upgrade with the example's values, and wait until all is ready and each node reaches it."""
        release.install(
            self.local,
            RELEASE,
            files=[release.DEFAULT_VALUES, release.LOCAL_VALUES],
            settings=[f"service.clusterIP={ADDRESS}", *ROTATION, *settings],
            secret={**release.parent_values(self.source, SYNCHRONIZED), **(values or {})},
        )
        wait_for_address(self.local, RELEASE, self.nodes)

    def on(self, node: str, *argv: str, check: bool = True, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a program on a node."""
        return cluster.run(list(argv), node=node, check=check, timeout=timeout)

    def files(self, node: str) -> list[str]:
        """Every file, directory and link where an agent may write: kind, mode, owner; of files the time and content."""
        script = (
            f"for d in {' '.join(DIRECTORIES)}; do [ -e $d ] || continue; "
            r"find $d -type f -printf '%p %y %m %U:%G %T@ ' -exec sha256sum -- {} \; -o -printf '%p %y %m %U:%G %l\n';"
            " done"
        )
        return sorted(self.on(node, "sh", "-c", script).stdout.splitlines())

    def remember(self) -> None:
        """Take the nodes' files as what they have to be afterwards."""
        self.before = {node: self.files(node) for node in self.nodes}

    def assert_as_before(self, node: str) -> None:
        """Assert that the node's files are what they were: bytes, modes, owners, times."""
        assert self.files(node) == self.before[node], node

    def put(self, node: str, path: str, content: str, mode: str = "0644") -> None:
        """Write a file of a stranger's."""
        script = f'mkdir -p "$(dirname "{path}")" && cat > "{path}" && chmod {mode} "{path}"'
        cluster.run(["sh", "-c", script], node=node, input=content)

    def label(self, node: str, value: str | None = "connected-registry") -> None:
        """Choose a node, or (None) choose it no more."""
        wanted = f"{NODE_LABEL}={value}" if value else f"{NODE_LABEL}-"
        self.local.kubectl("label", "node", node, wanted, "--overwrite")

    def state(self, node: str) -> tuple[str, str]:
        """Return the state and message that the node's agent last reported."""
        lease = kube.get(self.local, "lease", f"{RELEASE.fullname}-node-{node}", RELEASE.namespace)
        annotations = (lease or {}).get("metadata", {}).get("annotations", {})
        return annotations.get("connected-registry.io/state", ""), annotations.get("connected-registry.io/message", "")

    def wait_for_state(self, node: str, wanted: str, seconds: float = 180) -> str:
        """Wait until the node's agent says so; returns its message."""
        wait_for(
            f"{node} to be {wanted}",
            lambda: self.state(node)[0] == wanted,
            seconds=seconds,
            explain=lambda: str(self.state(node)),
        )
        return self.state(node)[1]

    def wait_for_runtime(self, node: str, wanted: str, seconds: float = 120) -> None:
        """Wait until the node's agent trusts the registry and says this of the runtimes that it found."""
        wait_for(
            f"{node} to be Trusted, with {wanted}",
            lambda: self.state(node)[0] == "Trusted" and wanted in self.runtimes(node),
            seconds=seconds,
            explain=lambda: f"{self.state(node)} {self.runtimes(node)}",
        )

    def runtimes(self, node: str) -> str:
        """Return the runtimes that the node's agent last reported."""
        lease = kube.get(self.local, "lease", f"{RELEASE.fullname}-node-{node}", RELEASE.namespace)
        return (lease or {}).get("metadata", {}).get("annotations", {}).get("connected-registry.io/runtimes", "")

    def agent_metrics(self, node: str) -> dict[str, float]:
        """Return the figures without labels that the node's agent gives Prometheus."""
        selector = f"connected-registry.io/name={RELEASE.fullname},connected-registry.io/component=trust-agent"
        pods = kube.items(self.local, "pods", RELEASE.namespace, selector)
        pod = next(pod["metadata"]["name"] for pod in pods if pod["spec"]["nodeName"] == node)
        where = f"/api/v1/namespaces/{RELEASE.namespace}/pods/{pod}:9444/proxy/metrics"
        lines = self.local.kubectl("get", "--raw", where).stdout.splitlines()
        return {
            line.split()[0]: float(line.split()[1]) for line in lines if not line.startswith("#") and "{" not in line
        }

    def start_pull(self, node: str, tag: str = "1", tolerate: bool = True) -> str:
        """Create a pod whose image the node has to fetch; returns its name."""
        self.count += 1
        name = f"pull-{node}-{self.count}"
        pod = kube.pod_manifest(name, f"{ADDRESS}/demo/hello:{tag}", namespace=TEST_NAMESPACE, imagePullPolicy="Always")
        pod["spec"]["nodeSelector"] = {"kubernetes.io/hostname": node}
        if tolerate:
            pod["spec"]["tolerations"] = [{"operator": "Exists"}]
        self.local.kubectl("create", "--filename=-", input=json.dumps(pod))
        return name

    def outcome(self, name: str, seconds: float = 120) -> str:
        """Return "" if a pull succeeded, else the first error."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            pod = kube.get(self.local, "pod", name, TEST_NAMESPACE)
            kind, message = kube.container_state(pod)
            if kind in ("running", "terminated"):
                return ""
            if kind == "waiting" and message not in ("ContainerCreating", ""):
                return message
            time.sleep(0.3)
        return "nothing happened"

    def pull(self, node: str, tag: str = "1") -> str:
        """Pull on a node and clean up; "" for well."""
        name = self.start_pull(node, tag)
        said = self.outcome(name)
        self.local.kubectl("delete", "pod", name, "--namespace", TEST_NAMESPACE, "--now", "--wait=false")
        return said
