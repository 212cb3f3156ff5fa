"""The lab from the inside: how its first process turns a new set of namespaces into a bridge, nodes and services.

Two steps, each a run of this module by hack/cluster: `enter` takes the process into the lab's own cgroup and starts the
namespaces; `init` is process 1 in them.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from lib import paths
from lib.cluster import cgroups, mounts, namespaces, network
from lib.cluster.layout import Node
from lib.cluster.supervisor import Supervisor, write_whole
from lib.command import Failure

# SIGKILL to this process ends process 1 in it, and with that every process, network device and mount of the lab.
UNSHARE = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def enter(count: int) -> None:
    """Outside still: go into the leaf of the lab's cgroup, then become the `unshare` process."""
    cgroups.join_supervisor()
    argv = [*UNSHARE, sys.executable, "-m", "lib.cluster.lab", "init", str(count)]
    os.execvp(argv[0], argv)


def init(count: int) -> None:
    """Process 1 of the lab: build it, say that it is ready, keep its services running."""
    nodes = [Node(number) for number in range(1, count + 1)]
    mounts.set_up_lab()
    keepers = {node: _keeper(node) for node in nodes}
    network.set_up_lab(keepers)
    for node, keeper in keepers.items():
        _inside(keeper, ("net",), partial(network.set_up_node, node, nodes))
        _inside(keeper, ("net", "mnt"), partial(mounts.set_up_node, node))
    supervisor = Supervisor({node.name: keeper for node, keeper in keepers.items()})
    write_whole(ready_file(), {node.name: keeper for node, keeper in keepers.items()})
    supervisor.run()


def ready_file() -> Path:
    """There once the lab's network and mounts are. Names, for each node, the process that holds its namespaces."""
    return paths.cluster() / "lab-ready.json"


def read_ready() -> dict[str, int] | None:
    """Return the content of the ready file, None before it exists."""
    try:
        keepers: dict[str, int] = json.loads(ready_file().read_text())
    except FileNotFoundError:
        return None
    return keepers


def _keeper(node: Node) -> int:
    """Start the process that holds a node's namespaces open, and return its id once it has them."""
    argv = ["unshare", "--net", "--mount", "--uts", "sh", "-c", f"hostname {node.name} && exec sleep infinity"]
    keeper = subprocess.Popen(argv, stdin=subprocess.DEVNULL)
    ours = Path("/proc/self/ns/mnt").readlink()
    while Path(f"/proc/{keeper.pid}/ns/mnt").readlink() == ours or _name_of(keeper.pid) != "sleep":
        if keeper.poll() is not None:
            raise RuntimeError(f"cannot make the namespaces of {node.name}: unshare ended with {keeper.returncode}")
        time.sleep(0.005)
    # The supervisor reaps it from now on, should it ever end.
    keeper.returncode = 0
    return keeper.pid


def _name_of(process: int) -> str:
    return Path(f"/proc/{process}/comm").read_text().strip()


def _inside(process: int, kinds: tuple[str, ...], work: Callable[[], None]) -> None:
    """Do `work` in a child that has joined the namespaces of a process."""
    child = os.fork()
    if child == 0:
        try:
            namespaces.join(namespaces.open_namespaces(process, kinds))
            work()
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise RuntimeError("setting up a node failed; the reason is above")


if __name__ == "__main__":
    try:
        {"enter": enter, "init": init}[sys.argv[1]](int(sys.argv[2]))
    except (Failure, OSError, RuntimeError) as error:
        sys.exit(f"error: {error}")
