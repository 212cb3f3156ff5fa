"""Starting and ending the cluster."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from lib import needs, packages, paths, tools
from lib.cluster import (
    addons,
    api,
    archive,
    cgroups,
    control_plane,
    credentials,
    health,
    images,
    lab,
    layout,
    node_services,
    record,
    services,
)
from lib.cluster.layout import Node
from lib.cluster.record import Lab
from lib.cluster.supervisor import NO_PROGRAM
from lib.command import Failure, last_lines, locked
from lib.progress import Steps

TOOLS = ["containerd", "etcd", "coredns", "helm", "kubernetes"]

LAB_SECONDS = 30.0
READY_SECONDS = 180.0
END_SECONDS = 30.0
POLL_SECONDS = 0.1
# A service that fell over this often at its start will not stand up by being started again.
TOO_MANY_RESTARTS = 6


def prepare(steps: Steps) -> list[Path]:
    """Have everything there that a start needs; returns the archives of the cluster's own images."""
    packages.ensure_debian(needs.packages("cluster"), steps)
    tools.ensure(*TOOLS, steps=steps)
    return archive.ensure(steps)


def start(steps: Steps, count: int = 1, debian: int = 0) -> None:
    """Start the cluster with `count` nodes, the last `debian` of them with Debian's containerd, unless it runs already.

    What is broken or half started is removed first. Raises Failure with the reason and the end of the right log. What
    was started then stays, to be looked at.
    """
    archives = prepare(steps)
    if debian:
        packages.ensure_debian(needs.packages("debian-node"), steps)
    with _alone(steps):
        if _leftovers():
            reason = _reason_against(count, debian)
            if reason is None:
                steps.say("the cluster is up already")
                return
            steps.say(f"removing an earlier cluster ({reason})")
            _end()
        nodes = [Node(number) for number in range(1, count + 1)]
        try:
            with steps.step("starting the lab: its network, its file systems, its own cgroup"):
                running = _start_lab(nodes, debian)
            _start_cluster(steps, running, archives)
        except KeyboardInterrupt:
            _end()
            raise


def stop(steps: Steps) -> None:
    """End the cluster and remove all that it made, whatever state it is in. Raises Failure naming what would not go."""
    with _alone(steps):
        if not _leftovers():
            steps.say("no cluster is running")
            return
        with steps.step("ending the cluster"):
            _end()


def _alone(steps: Steps) -> AbstractContextManager[None]:
    """One start or end at a time. The lock lies outside the cluster's directory, which comes and goes."""
    return locked(paths.locks() / "cluster", lambda: steps.say("waiting for another run of up or down"))


def _leftovers() -> bool:
    return paths.cluster().exists() or cgroups.exists()


def _reason_against(count: int, debian: int) -> str | None:
    """Why what is there will not do as a cluster of so many nodes; None if it will."""
    broken = next((part for part in health.parts() if part.required and not part.works), None)
    if broken:
        return f"{broken.name}: {broken.detail}"
    running = record.find()
    if running is None or len(running.nodes) != count:
        return f"it does not have {count} nodes"
    found = sum(node.debian for node in running.nodes)
    return None if found == debian else f"{found} of its nodes have Debian's containerd, not {debian}"


def _start_lab(nodes: list[Node], debian: int) -> Lab:
    """Make the directories, start the lab's processes, wait until its network and mounts stand, and record it."""
    for directory in (paths.cluster(), layout.logs(), layout.services(), layout.states()):
        directory.mkdir(parents=True)
    for node in nodes:
        node_services.write_files(node, debian=node.number > len(nodes) - debian)
    cgroups.create([node.name for node in nodes])
    # Its own cgroup namespace first, with the lab's cgroup as the root.
    argv = ["unshare", "--cgroup", sys.executable, "-m", "lib.cluster.lab", "enter", str(len(nodes))]
    environment = {"PATH": tools.search_path(), "HOME": str(Path.home()), "LANG": "C.UTF-8"} | _own_modules()
    with services.log("lab").open("wb") as log:
        outer = subprocess.Popen(
            argv,
            env=environment,
            cwd="/",
            preexec_fn=cgroups.join,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    credentials.create(nodes)
    deadline = time.monotonic() + LAB_SECONDS
    while (keepers := lab.read_ready()) is None:
        if outer.poll() is not None or time.monotonic() > deadline:
            happened = "did not become ready" if outer.returncode is None else "ended at once"
            raise Failure(f"the lab {happened}; the end of {services.log('lab')}:\n{last_lines(services.log('lab'))}")
        time.sleep(0.02)
    found = record.discover(outer.pid, keepers)
    if found is None:
        raise Failure(f"the lab ended at once; the end of {services.log('lab')}:\n{last_lines(services.log('lab'))}")
    found.write()
    return found


def _own_modules() -> dict[str, str]:
    """Return the environment in which a Python program of ours finds its modules and the cache."""
    return {
        "PYTHONPATH": str(paths.REPOSITORY / "hack"),
        "CONNECTED_REGISTRY_CACHE": str(paths.cache()),
        "CONNECTED_REGISTRY_CLUSTER": paths.cluster().name,
    }


def _start_cluster(steps: Steps, running: Lab, archives: list[Path]) -> None:
    first = running.nodes[0]
    with steps.step("starting etcd, the API server and containerd") as step:
        control_plane.start_store(first)
        for node in running.nodes:
            node_services.start_runtime(node)
        importing = _Import(running, archives)
        importing.start()
        client = api.Api(layout.kubeconfig(), inside=running.init.pid)
        _wait_until_works(client, step.note, only="API server")
    with steps.step("starting the scheduler, the controllers and the nodes; waiting until all work") as step:
        control_plane.start_controllers(first)
        for node in running.nodes:
            node_services.start_agents(node)
        services.define("storage", [sys.executable, "-m", "lib.cluster.provisioner"], environment=_own_modules())
        addons.create(client)
        importing.finish()
        _wait_until_works(client, step.note)


class _Import(threading.Thread):
    """Brings the cluster's own images into each node while the API server starts."""

    def __init__(self, running: Lab, archives: list[Path]) -> None:
        super().__init__(daemon=True)
        self._running, self._archives = running, archives
        self._failure: Failure | None = None

    def run(self) -> None:
        try:
            for node in self._running.nodes:
                images.wait_for_runtime(self._running, node)
                images.load(self._running, node, self._archives)
        except Failure as failure:
            self._failure = failure

    def finish(self) -> None:
        """Wait for the end. Raises what went wrong."""
        self.join()
        if self._failure:
            raise self._failure


def _wait_until_works(client: api.Api, note: Callable[[str], None], only: str | None = None) -> None:
    """Wait until every part works (or the one that is named). Raises Failure about the first that does not."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        found = health.parts(client)
        broken = [part for part in found if part.required and not part.works and only in (None, part.name)]
        if not broken and (only is None or any(part.name == only for part in found)):
            return
        worst = broken[0] if broken else found[-1]
        note(f"{worst.name} {worst.detail}")
        falling = [name for name in services.defined() if _is_hopeless(name)]
        if falling or time.monotonic() > deadline or not found[0].works:
            name = falling[0] if falling else worst.service
            detail = f"\n{services.explain(name)}" if name else ""
            raise Failure(f"the cluster does not start: {worst.name} {worst.detail}{detail}")
        time.sleep(POLL_SECONDS)


def _is_hopeless(name: str) -> bool:
    state = services.state(name)
    return state is not None and (state["restarts"] >= TOO_MANY_RESTARTS or state["exit"] == NO_PROGRAM)


def _end() -> None:
    """End our processes, by id, and remove cgroups and files. Mounts and devices end with the processes."""
    known = record.find()
    if known:
        os.kill(known.outer.pid, signal.SIGKILL)
    deadline = time.monotonic() + END_SECONDS
    while (left := list(cgroups.processes())) or (known and known.init.alive()):
        # Those that are not recorded, because an earlier run was killed before it could: ours all the same.
        cgroups.kill_all()
        if time.monotonic() > deadline:
            raise Failure(f"these processes of the cluster do not end: {left}")
        time.sleep(0.02)
    if not cgroups.remove():
        raise Failure(f"cannot remove the cgroup {layout.cgroup_name()}; look below /sys/fs/cgroup")
    _remove_directory(paths.cluster())


def _remove_directory(directory: Path) -> None:
    """Remove the cluster's directory, but never through a mount into something else."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        mount = Path(line.split()[4].replace("\\040", " "))
        if mount.is_relative_to(directory):
            raise Failure(f"{mount} is a mount; unmount it, then run this again")
    if directory.exists():
        shutil.rmtree(directory)
