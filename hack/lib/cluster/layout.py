"""The plan of the local cluster: its names, addresses and directories. Everything else reads them from here.

The lab is a network of its own on this machine: a bridge at LAB_ADDRESS, and each node at the end of a cable on it.
Nothing in it is reachable from the machine's own network, and no packet of it leaves the machine.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from lib import paths, tools

LAB_ADDRESS = "10.123.0.1"
SERVICE_RANGE = "192.100.0.0/16"
API_SERVICE_ADDRESS = "192.100.0.1"
DNS_ADDRESS = "192.100.0.10"
POD_RANGE = "10.124.0.0/16"
CLUSTER_DOMAIN = "cluster.local"
API_PORT = 6443

PAUSE_IMAGE = "localhost/connected-registry/pause:1"
COREDNS_IMAGE = "localhost/connected-registry/coredns:1"

# In a node's directory: says that its containerd is Debian's.
DEBIAN_MARK = "debian-containerd"

# Directories of a node that are its own, and so differ from the machine's: path on the node -> name in Node.directory.
NODE_DIRECTORIES = {
    "/etc/containerd": "etc-containerd",
    "/etc/cni": "etc-cni",
    "/var/lib/containerd": "containerd",
    "/var/lib/kubelet": "kubelet",
    "/var/lib/cni": "cni",
    "/var/lib/volumes": "volumes",
    "/var/log/pods": "log-pods",
    "/var/log/containers": "log-containers",
}


@dataclass(frozen=True)
class Node:
    """One node of the cluster. `number` counts from 1; the first one also runs the control plane."""

    number: int

    @property
    def name(self) -> str:
        """The node's name in Kubernetes, and of its cable's end in the lab."""
        return f"node-{self.number}"

    @property
    def address(self) -> str:
        """The node's address in the lab."""
        return f"10.123.0.{10 + self.number}"

    @property
    def pods(self) -> str:
        """The range that the node's pods take their addresses from."""
        return f"10.124.{self.number}.0/24"

    @property
    def directory(self) -> Path:
        """The directory on this machine that holds the node's own files."""
        return paths.cluster() / self.name

    @property
    def debian(self) -> bool:
        """Report whether its containerd is Debian's, an old one, in place of the one that is built here."""
        return (self.directory / DEBIAN_MARK).exists()

    @property
    def ctr(self) -> Path:
        """The client that fits its containerd: a newer one cannot talk to an old one."""
        return Path("/usr/bin/ctr") if self.debian else tools.binary("containerd", "ctr")

    def host_path(self, path: str) -> Path:
        """Return the path on this machine of a file of the node, such as /etc/containerd/config.toml.

        Raises ValueError for a path that is not in one of the node's own directories.
        """
        for prefix, name in NODE_DIRECTORIES.items():
            if path == prefix or path.startswith(f"{prefix}/"):
                return self.directory / name / path[len(prefix) :].lstrip("/")
        raise ValueError(f"{path} is not in a directory of {self.name}'s own: {', '.join(NODE_DIRECTORIES)}")


def first_node() -> Node:
    """Return the node with the control plane."""
    return Node(1)


def api_url() -> str:
    """Return the API server, by the address that its certificate holds."""
    return f"https://{first_node().address}:{API_PORT}"


def kubeconfig() -> Path:
    """Return the administrator's kubeconfig. It works inside the lab only."""
    return paths.cluster() / "kubeconfig"


def credentials() -> Path:
    """Keys, certificates and tokens of the cluster; readable by its owner only."""
    return paths.cluster() / "credentials"


def logs() -> Path:
    """One log for each service, and lab.log for the lab itself."""
    return paths.cluster() / "logs"


def audit_log() -> Path:
    """Return the API server's audit log of requests for pods, with the webhooks' annotations: a line of JSON each."""
    return paths.cluster() / "audit.log"


def services() -> Path:
    """One file for each service that should run: see supervisor.py."""
    return paths.cluster() / "services"


def states() -> Path:
    """One file for each service that was started: see supervisor.py."""
    return paths.cluster() / "states"


def record() -> Path:
    """Return the file that records the lab's processes."""
    return paths.cluster() / "lab.json"


def cgroup_name() -> str:
    """Return the name of the cgroup that all of the lab's processes live in: another cache has another cluster."""
    return "connected-registry-" + hashlib.sha256(str(paths.cluster()).encode()).hexdigest()[:8]
