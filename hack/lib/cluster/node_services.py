"""A node's configuration files and services: containerd, kubelet, kube-proxy."""

import json
import os
from pathlib import Path

from lib import tools
from lib.cluster import layout
from lib.cluster.layout import CLUSTER_DOMAIN, DEBIAN_MARK, DNS_ADDRESS, NODE_DIRECTORIES, PAUSE_IMAGE, POD_RANGE, Node
from lib.cluster.services import define

_CAP_SYS_RESOURCE = 24


def write_files(node: Node, *, debian: bool = False) -> None:
    """Make the node's directories and write the configuration of its services into them."""
    for name in (*NODE_DIRECTORIES.values(), "etc-overlay"):
        (node.directory / name).mkdir(parents=True)
    node.host_path("/var/lib/volumes").chmod(0o700)
    if debian:
        (node.directory / DEBIAN_MARK).touch()
    config = _debian_containerd_config() if debian else _containerd_config()
    node.host_path("/etc/containerd/config.toml").write_text(config)
    network = node.host_path("/etc/cni/net.d")
    network.mkdir()
    (network / "10-lab.conflist").write_text(json.dumps(_pod_network(node), indent=2))
    (node.directory / "kubelet.json").write_text(json.dumps(_kubelet_config(node), indent=2))


def start_runtime(node: Node) -> None:
    """Start containerd. It is the process to kill in a test of its restart: containers outlive it."""
    program = Path("/usr/bin/containerd") if node.debian else tools.binary("containerd")
    argv = [str(program), "--config", "/etc/containerd/config.toml"]
    # The shim beside it comes first: each containerd has its own.
    path = os.pathsep.join([str(program.parent), tools.search_path()])
    define(f"containerd-{node.number}", argv, node=node, environment={"PATH": path})


def start_agents(node: Node) -> None:
    """Start kubelet and kube-proxy, which need the API server."""
    credentials = layout.credentials()
    define(
        f"kubelet-{node.number}",
        [
            tools.binary("kubernetes", "kubelet"),
            f"--config={node.directory / 'kubelet.json'}",
            f"--kubeconfig={credentials / f'{node.name}.kubeconfig'}",
            f"--hostname-override={node.name}",
            f"--node-ip={node.address}",
        ],
        node=node,
    )
    define(
        f"kube-proxy-{node.number}",
        [
            tools.binary("kubernetes", "kube-proxy"),
            "--proxy-mode=iptables",
            f"--cluster-cidr={POD_RANGE}",
            f"--kubeconfig={credentials / 'proxy.kubeconfig'}",
            f"--hostname-override={node.name}",
            # These are settings of the whole machine's kernel: leave them alone.
            "--conntrack-max-per-core=0",
            "--conntrack-tcp-timeout-established=0",
            "--conntrack-tcp-timeout-close-wait=0",
        ],
        node=node,
    )


def _containerd_config() -> str:
    """containerd's defaults, save what this machine forces; its registry settings are the defaults."""
    restrict = "false" if _may_lower_oom_score() else "true"
    return f"""version = 3

[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "{PAUSE_IMAGE}"

[plugins.'io.containerd.cri.v1.runtime']
  # Without CAP_SYS_RESOURCE a container's OOM score cannot go below our own, and no pod would start.
  restrict_oom_score_adj = {restrict}
  # A profile would be loaded into the machine's kernel, and stay there.
  disable_apparmor = true

[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["/usr/lib/cni", "/opt/cni/bin"]
  conf_dir = "/etc/cni/net.d"
"""


def _debian_containerd_config() -> str:
    """Return the same for containerd 1.6: config_path is unset, and it reads one only after a restart."""
    restrict = "false" if _may_lower_oom_score() else "true"
    return f"""version = 2

[plugins]
  [plugins."io.containerd.grpc.v1.cri"]
    sandbox_image = "{PAUSE_IMAGE}"
    restrict_oom_score_adj = {restrict}
    disable_apparmor = true
    [plugins."io.containerd.grpc.v1.cri".cni]
      bin_dir = "/usr/lib/cni"
      conf_dir = "/etc/cni/net.d"
"""


def _may_lower_oom_score() -> bool:
    status = Path("/proc/self/status").read_text()
    effective = next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> _CAP_SYS_RESOURCE & 1)


def _pod_network(node: Node) -> dict[str, object]:
    """Return the network of the pods: a veth to the node, which routes. A bridge would need a kernel module."""
    return {
        "cniVersion": "1.0.0",
        "name": "lab",
        "plugins": [
            {"type": "ptp", "ipam": {"type": "host-local", "subnet": node.pods, "routes": [{"dst": "0.0.0.0/0"}]}},
            {"type": "portmap", "capabilities": {"portMappings": True}},
        ],
    }


def _kubelet_config(node: Node) -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(layout.credentials() / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "clusterDNS": [DNS_ADDRESS],
        "clusterDomain": CLUSTER_DOMAIN,
        "resolvConf": "/etc/resolv.conf",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{node.name}",
        "failCgroupV1": False,
        "failSwapOn": False,
        "enforceNodeAllocatable": [],
        # The file system is the machine's: unless it is all but full, its state is none of the cluster's business.
        "evictionHard": {"memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        # The time until a changed Secret or annotation shows in a pod's files; 1 minute by default.
        "syncFrequency": "5s",
        "volumePluginDir": "/var/lib/kubelet/volume-plugins",
        "maxPods": min(110, 40 * (os.cpu_count() or 1)),
    }
