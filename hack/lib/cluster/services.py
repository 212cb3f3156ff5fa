"""Defining, watching and stopping services of the lab, from outside it."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lib import tools
from lib.cluster import cgroups, layout, namespaces
from lib.cluster.layout import Node
from lib.cluster.supervisor import write_whole
from lib.command import Failure, last_lines


def define(
    name: str,
    argv: Sequence[str | Path],
    *,
    node: Node | None = None,
    environment: Mapping[str, str] | None = None,
    restart: bool = True,
    part_of_cluster: bool = True,
) -> None:
    """Have the supervisor run a service, on a node or (node=None) in the lab itself. It starts within 0.1 s.

    The service sees a small environment, with the tools on its PATH, plus what is given here. `part_of_cluster`:
    whether the cluster counts as down when it does not run.
    """
    base = {"PATH": tools.search_path(), "HOME": os.environ.get("HOME", "/root"), "LANG": "C.UTF-8"}
    write_whole(
        layout.services() / f"{name}.json",
        {
            "argv": [str(word) for word in argv],
            "node": node.name if node else None,
            "environment": base | dict(environment or {}),
            "restart": restart,
            "part_of_cluster": part_of_cluster,
        },
    )


def state(name: str) -> dict[str, Any] | None:
    """Return the supervisor's state of a service (see supervisor.py); None before its start and after its stop."""
    try:
        known: dict[str, Any] = json.loads((layout.states() / f"{name}.json").read_text())
    except FileNotFoundError:
        return None
    return known


def is_part_of_cluster(name: str) -> bool:
    """Report whether a defined service belongs to the cluster itself; False also for one that was just removed."""
    try:
        definition = json.loads((layout.services() / f"{name}.json").read_text())
    except FileNotFoundError:
        return False
    return bool(definition.get("part_of_cluster", True))


def defined() -> list[str]:
    """Return the names of all services that should run."""
    return sorted(path.stem for path in layout.services().glob("*.json"))


def log(name: str) -> Path:
    """Return the file that a service's output goes to."""
    return layout.logs() / f"{name}.log"


def host_pid(name: str) -> int | None:
    """Return the id of a service's process as this machine sees it; None when it does not run."""
    known = state(name)
    if not known or not known["pid"]:
        return None
    return next((pid for pid in cgroups.processes() if namespaces.inner_id(pid) == (known["pid"],)), None)


def stop(name: str, timeout: float = 15.0) -> None:
    """Stop a service and wait until it has ended. Nothing happens if there is none of that name.

    Raises Failure if it still runs after `timeout` seconds.
    """
    (layout.services() / f"{name}.json").unlink(missing_ok=True)
    deadline = time.monotonic() + timeout
    while state(name) is not None:
        if time.monotonic() > deadline:
            raise Failure(f"the service {name} does not stop; its log: {log(name)}")
        time.sleep(0.05)


def explain(name: str) -> str:
    """Return a service's state and the end of its log, for an error message."""
    known = state(name)
    if known is None:
        doing = "has not started"
    elif known["pid"]:
        doing = f"runs, after {known['restarts']} restarts" if known["restarts"] else "runs"
    else:
        doing = f"does not run; it ended with {known['exit']}"
    return f"{name} {doing}; the end of {log(name)}:\n{last_lines(log(name))}"
