"""Bringing image archives into a node's containerd."""

import time
from collections.abc import Iterable
from pathlib import Path

from lib.cluster import inside
from lib.cluster.layout import Node
from lib.cluster.record import Lab
from lib.command import Failure

SOCKET = "/run/containerd/containerd.sock"
NAMESPACE = "k8s.io"  # Kubernetes' own, one of several that a containerd can have.


def wait_for_runtime(lab: Lab, node: Node, timeout: float = 60.0) -> None:
    """Wait until a node's containerd takes connections. Raises Failure after `timeout` seconds."""
    socket = Path(f"/proc/{lab.keepers[node.name].pid}/root{SOCKET}")
    deadline = time.monotonic() + timeout
    while not socket.exists():
        if time.monotonic() > deadline:
            raise Failure(f"containerd of {node.name} does not start")
        time.sleep(0.02)


def load(lab: Lab, node: Node, archives: Iterable[Path]) -> None:
    """Import image archives (OCI or Docker layout, tar) under the names they carry. Raises Failure naming the archive.

    An image that is there already under that name is replaced.
    """
    for archive in archives:
        argv = [
            str(node.ctr),
            "--address",
            SOCKET,
            "--namespace",
            NAMESPACE,
            "images",
            "import",
            "-",
        ]
        try:
            with archive.open("rb") as source:
                # By stdin: the node does not see every directory of this machine.
                result = inside.run(argv, process=lab.keepers[node.name].pid, stdin=source, timeout=300)
        except OSError as error:
            raise Failure(f"cannot read the image archive {archive}: {error.strerror}") from error
        if result.returncode != 0:
            raise Failure(f"{node.name} cannot import {archive}: {(result.stderr or result.stdout).strip()}")
