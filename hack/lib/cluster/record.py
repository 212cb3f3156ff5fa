"""The record of the lab's processes: written once the lab runs, valid only while they are the same processes."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from lib.cluster import cgroups, layout, namespaces
from lib.cluster.layout import Node
from lib.cluster.supervisor import write_whole


@dataclass(frozen=True)
class Process:
    """A process for certain: an id alone may be another's by now."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """Return the process that has this id now, None when there is none."""
        started = namespaces.start_time(pid)
        return None if started is None else cls(pid, started)

    def alive(self) -> bool:
        """Report whether it is still there."""
        return namespaces.start_time(self.pid) == self.started


@dataclass(frozen=True)
class Lab:
    """The lab's processes by their ids outside it.

    `outer`: SIGKILL to it ends everything. `init`: process 1 in the lab. `keepers`: node name -> the process that holds
    the node's namespaces. `boot`: names the boot of the machine that these ids belong to.
    """

    outer: Process
    init: Process
    keepers: dict[str, Process]
    boot: str

    @property
    def nodes(self) -> list[Node]:
        """The cluster's nodes, the first one first."""
        return [Node(number) for number in range(1, len(self.keepers) + 1)]

    def write(self) -> None:
        """Record it."""
        write_whole(layout.record(), asdict(self))


def boot() -> str:
    """Names this boot of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def find() -> Lab | None:
    """Return the lab that is recorded, if it lives. None when there is none, or one that died."""
    try:
        known = json.loads(layout.record().read_text())
    except FileNotFoundError:
        return None
    lab = Lab(
        outer=Process(**known["outer"]),
        init=Process(**known["init"]),
        boot=known["boot"],
        keepers={name: Process(**process) for name, process in known["keepers"].items()},
    )
    return lab if lab.boot == boot() and lab.outer.alive() and lab.init.alive() else None


def discover(outer: int, keepers: dict[str, int]) -> Lab | None:
    """Put the record together from the `unshare` process and the keepers' ids in the lab; None if one has died."""
    by_inner_id = {ids[0]: pid for pid in cgroups.processes() if len(ids := namespaces.inner_id(pid)) == 1}
    found = {name: Process.of(by_inner_id.get(inner, 0)) for name, inner in keepers.items()}
    outer_process, init = Process.of(outer), Process.of(by_inner_id.get(1, 0))
    if not outer_process or not init:
        return None
    alive = {name: process for name, process in found.items() if process}
    return Lab(outer_process, init, alive, boot()) if len(alive) == len(keepers) else None
