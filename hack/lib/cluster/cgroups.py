"""The lab's own cgroup in every hierarchy of the machine, cgroup v1, v2 and both at once.

All that runs in the lab lives below one cgroup, which is also the root of the lab's cgroup namespace. So the kubelet
and the containers make theirs below it, and removing it leaves nothing behind.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lib.cluster import layout
from lib.command import Failure

# The supervisor's own leaf: with cgroup v2, a cgroup with children may not hold processes itself.
SUPERVISOR = "supervisor"
CONTROLLERS = ("cpu", "cpuset", "io", "memory", "pids", "hugetlb")


@dataclass(frozen=True)
class Hierarchy:
    """A mounted cgroup hierarchy. `options`: its controllers or name, which tell cgroup v1 hierarchies apart."""

    mount: Path
    unified: bool
    options: str

    @property
    def lab(self) -> Path:
        """The lab's cgroup in this hierarchy, as seen outside the lab."""
        return self.mount / layout.cgroup_name()


def hierarchies() -> list[Hierarchy]:
    """Return the hierarchies that this process sees, each once."""
    controllers = {line.split()[0] for line in Path("/proc/cgroups").read_text().splitlines()[1:]}
    found: dict[str, Hierarchy] = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        kind, _, options = right.split(" ", 2)
        if kind not in ("cgroup", "cgroup2"):
            continue
        device, mount = left.split()[2], left.split()[4]
        naming = [word for word in options.split(",") if word in controllers or word.startswith("name=")]
        found.setdefault(device, Hierarchy(Path(mount), kind == "cgroup2", ",".join(naming)))
    return list(found.values())


def create(node_names: list[str]) -> None:
    """Make the lab's cgroup, the supervisor's leaf, and one cgroup for each node. Raises Failure."""
    found = hierarchies()
    if not found:
        raise Failure("no cgroup hierarchy is mounted here; mount one: mount -t cgroup2 none /sys/fs/cgroup")
    for hierarchy in found:
        if hierarchy.unified:
            _enable_controllers(hierarchy.mount)
        for directory in (hierarchy.lab, *(hierarchy.lab / name for name in (SUPERVISOR, *node_names))):
            try:
                directory.mkdir(exist_ok=True)
                _inherit_cpuset(directory)
            except OSError as error:
                raise Failure(
                    f"cannot make the cgroup {directory}: {error.strerror}; in a container, this needs"
                    " one that is privileged"
                ) from error


def join() -> None:
    """Move this process into the lab's cgroup in every hierarchy."""
    for hierarchy in hierarchies():
        (hierarchy.lab / "cgroup.procs").write_text("0")


def join_supervisor() -> None:
    """Move this process into the supervisor's leaf, then let the leaf's neighbours have controllers."""
    for hierarchy in hierarchies():
        (hierarchy.lab / SUPERVISOR / "cgroup.procs").write_text("0")
        if hierarchy.unified:
            _enable_controllers(hierarchy.lab)


def processes() -> Iterator[int]:
    """Return the ids of all processes in the lab's cgroup, as this process sees them."""
    seen: set[int] = set()
    for hierarchy in hierarchies():
        for listing in hierarchy.lab.rglob("cgroup.procs"):
            try:
                seen.update(int(line) for line in listing.read_text().split())
            except OSError:
                continue  # The cgroup, or its processes, went away meanwhile.
    seen.discard(0)
    return iter(seen)


def kill_all() -> None:
    """Send SIGKILL to every process in the lab's cgroup, frozen ones too."""
    for hierarchy in hierarchies():
        for freezer in hierarchy.lab.rglob("freezer.state"):
            freezer.write_text("THAWED")  # With cgroup v1, a frozen process cannot even be killed.
    for process in processes():
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


def exists() -> bool:
    """Report whether anything of the lab's cgroup is left in any hierarchy."""
    return any(hierarchy.lab.exists() for hierarchy in hierarchies())


def remove(timeout: float = 10.0) -> bool:
    """Remove the lab's cgroup. False when something in it does not go away within `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while exists():
        for hierarchy in hierarchies():
            for directory, _, _ in os.walk(hierarchy.lab, topdown=False):
                try:
                    Path(directory).rmdir()
                except OSError:
                    continue  # A process that was just killed is still on its way out.
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _enable_controllers(directory: Path) -> None:
    """Let the children of a cgroup v2 directory use the controllers that there are."""
    available = (directory / "cgroup.controllers").read_text().split()
    for controller in set(CONTROLLERS) & set(available):
        # One that cannot be had (cpu beside real-time processes, for one) costs limits, not the cluster.
        with contextlib.suppress(OSError):
            (directory / "cgroup.subtree_control").write_text(f"+{controller}")


def _inherit_cpuset(directory: Path) -> None:
    """Give a new cpuset of cgroup v1 its parent's CPUs and memory nodes: it has none, and then takes no process."""
    for name in ("cpuset.cpus", "cpuset.mems"):
        own = directory / name
        parent = directory.parent / name
        if own.exists() and parent.exists() and not own.read_text().strip():
            if value := parent.read_text().strip():
                own.write_text(value)
