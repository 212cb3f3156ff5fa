"""A real Kubernetes cluster on this machine, in network, mount and process namespaces of its own.

What commands and tests call:

    up(), down()              start the cluster (nothing happens if it runs), end it and remove all it made
    status()                  every part of it, and whether it works
    run(argv)                 run a program in the lab, which is the cluster's surroundings: it reaches nodes, pods and
                              services, and KUBECONFIG is set; with node="node-1", on that node
    kubectl(...), helm(...)   the same for these two
    command(argv)             the command line that does what `run` does, for a caller with its own subprocess
    load_images(archives)     bring image archives into the nodes
    start_service(name, argv) have a program run in the lab (or on a node), restarted when it ends; stop_service(name),
                              service_log(name), service_pid(name)
    lab_address()             where pods and nodes reach a server that runs in the lab and listens on 0.0.0.0
    node_path(path)           where a file of a node, such as /etc/containerd/certs.d, lies on this machine
    api()                     the API server, for requests that no program makes
    audit_annotations(pod)    what webhooks noted of requests for a pod
    kubeconfig(), environment()

Everything but up, down and status raises Failure while no cluster runs. All of it needs root.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess

from lib.cluster import health, images, inside, layout, lifecycle, record, services
from lib.cluster.api import Api
from lib.cluster.health import Part
from lib.cluster.layout import Node
from lib.cluster.record import Lab
from lib.command import CommandFailure, Failure
from lib.progress import Steps


def require_root() -> None:
    """Raise Failure unless this process is root: namespaces, mounts and cgroups need it."""
    if os.geteuid() != 0:
        raise Failure("the local cluster needs root: run this with sudo")


def up(steps: Steps | None = None, nodes: int = 1, debian_nodes: int = 0) -> None:
    """Start the cluster and return once the nodes are Ready, CoreDNS runs and there is a default storage class.

    Installs and builds what is missing first. Removes a broken or half-started cluster before it starts a new one.
    Raises Failure with the reason and the end of the log of what failed.
    """
    require_root()
    lifecycle.start(steps or Steps(), nodes, debian_nodes)


def down(steps: Steps | None = None) -> None:
    """End the cluster, whatever state it is in: no process, mount, network device, cgroup or file of it remains."""
    require_root()
    lifecycle.stop(steps or Steps())


def status() -> list[Part]:
    """Every part of the cluster; it is up when all that are required work."""
    require_root()
    return health.parts()


def run(
    argv: Sequence[str | Path],
    *,
    node: str | None = None,
    input: str | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float | None = None,
    check: bool = True,
    shown: str | None = None,
) -> CompletedProcess[str]:
    """Run a program to its end in the lab, or on a node, and return its exit code, stdout and stderr as text.

    `timeout` is in seconds; `environment` is added to the caller's; `shown` replaces the command in an error.
    Raises CommandFailure for a non-zero exit code (unless check=False), Failure when it is too slow.
    """
    result = inside.run(argv, process=_process(node), input=input, extra=environment, cwd=cwd, timeout=timeout)
    if check and result.returncode != 0:
        name = shown or " ".join(str(word) for word in argv)
        raise CommandFailure(name, result.returncode, result.stdout + result.stderr)
    return result


def kubectl(*arguments: str | Path, **options) -> CompletedProcess[str]:  # type: ignore[no-untyped-def]
    """Run kubectl; `options` are those of `run`."""
    return run(["kubectl", *arguments], **options)


def helm(*arguments: str | Path, **options) -> CompletedProcess[str]:  # type: ignore[no-untyped-def]
    """Run helm; `options` are those of `run`."""
    return run(["helm", *arguments], **options)


def command(argv: Sequence[str | Path], node: str | None = None) -> list[str]:
    """Return the command line that runs `argv` as `run` does, with the caller's streams. It needs `environment()`."""
    return inside.launcher(_process(node), argv)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment that programs see in the lab: the caller's, with KUBECONFIG and the tools on the PATH."""
    return inside.environment(extra)


def kubeconfig() -> Path:
    """Return the administrator's kubeconfig. It works for programs in the lab only."""
    return layout.kubeconfig()


def api() -> Api:
    """Return a client of the API server, as its administrator. It works until the cluster ends."""
    return Api(layout.kubeconfig(), inside=_lab().init.pid)


def load_images(archives: Iterable[Path]) -> None:
    """Import image archives (tar; OCI or Docker layout), under the names they carry, into every node."""
    lab = _lab()
    wanted = list(archives)
    for node in lab.nodes:
        images.load(lab, node, wanted)


def lab_address() -> str:
    """Return the lab's own address, as nodes and pods reach it."""
    return layout.LAB_ADDRESS


def nodes() -> list[Node]:
    """Return the cluster's nodes, the first one first."""
    return _lab().nodes


def node_path(path: str, node: str = "node-1") -> Path:
    """Return the path on this machine of a file of a node. Raises ValueError for a path that is not the node's own."""
    return _node(_lab(), node).host_path(path)


def start_service(
    name: str,
    argv: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    node: str | None = None,
    restart: bool = True,
) -> None:
    """Have a program run in the lab, or on a node, until `stop_service` or the cluster's end. It starts within 0.1 s.

    Twice with the same name: the second definition replaces the first. Secrets belong into files or `environment`.
    """
    lab = _lab()
    services.define(
        name,
        argv,
        environment=environment,
        node=_node(lab, node) if node else None,
        restart=restart,
        part_of_cluster=False,
    )


def stop_service(name: str) -> None:
    """Stop a service (SIGTERM, and SIGKILL after 10 s) and wait for its end. Nothing happens if there is none."""
    services.stop(name)


def service_log(name: str) -> Path:
    """Return the file that a service's output goes to; it goes when the cluster goes."""
    return services.log(name)


def service_pid(name: str) -> int | None:
    """Return the id, on this machine, of a service's process now; None while it does not run. For tests that kill it.

    The cluster's own services are etcd, kube-apiserver, kube-scheduler, kube-controller-manager, storage, and for
    each node containerd-1, kubelet-1, kube-proxy-1.
    """
    return services.host_pid(name)


def audit_annotations(pod: str) -> list[dict[str, str]]:
    """Return the API server's audit annotations of each request that changed a pod of this name, oldest first."""
    events = (json.loads(line) for line in layout.audit_log().read_text().splitlines())
    return [event.get("annotations", {}) for event in events if event["objectRef"].get("name") == pod]


def _lab() -> Lab:
    require_root()
    lab = record.find()
    if lab is None:
        raise Failure("no cluster is running: start one with hack/cluster up")
    return lab


def _node(lab: Lab, name: str) -> Node:
    for node in lab.nodes:
        if node.name == name:
            return node
    raise Failure(f"no node {name}: there are {', '.join(node.name for node in lab.nodes)}")


def _process(node: str | None) -> int:
    """Return the process whose namespaces a program should run in."""
    lab = _lab()
    return lab.keepers[_node(lab, node).name].pid if node else lab.init.pid
