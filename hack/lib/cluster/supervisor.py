"""Keeps the lab's services running, as an init system would. It is process 1 of the lab.

A service is a JSON file in the services directory, written whole (see `write_definition`):
  argv        list of strings: the program and its arguments
  node        name of the node whose network and mount namespaces it runs in, or null for the lab's own
  environment its whole environment
  restart     whether to start it again when it ends
The file's name without .json is the service's name. Removing the file stops the service. The states directory has a
JSON file for each service: pid (in the lab; 0 while it does not run), restarts, exit (the last exit code, or minus the
signal; null if it never ended).
"""

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lib.cluster import layout, namespaces

TICK_SECONDS = 0.05
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 10.0
# A service that ran this long was well: its next end counts as the first.
STEADY_SECONDS = 20.0
STOP_SECONDS = 10.0
# The exit code of a service whose program could not be started: a shell's.
NO_PROGRAM = 127


def write_whole(path: Path, value: dict[str, Any]) -> None:
    """Write a JSON file so that a reader sees all of it or nothing. Readable by its owner only."""
    temporary = path.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(value))
    temporary.replace(path)


@dataclass
class Service:
    """One service: its definition, and what is known of its process."""

    name: str
    definition: dict[str, Any]
    written: int
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    next_start: float = 0.0
    delay: float = FIRST_DELAY_SECONDS
    stop_deadline: float | None = None
    state: dict[str, Any] = field(default_factory=lambda: {"pid": 0, "restarts": 0, "exit": None})

    def publish(self) -> None:
        """Write the state for others to read."""
        write_whole(layout.states() / f"{self.name}.json", self.state)


class Supervisor:
    """Starts, watches, restarts and stops the services. `keepers`: node name -> process in that node's namespaces."""

    def __init__(self, keepers: dict[str, int]) -> None:
        kinds = ("net", "uts", "mnt")
        self._namespaces = {name: namespaces.open_namespaces(pid, kinds) for name, pid in keepers.items()}
        self._services: dict[str, Service] = {}

    def run(self) -> None:
        """Work for ever."""
        while True:
            self._reap()
            self._read_definitions()
            now = time.monotonic()
            for service in list(self._services.values()):
                self._advance(service, now)
            time.sleep(TICK_SECONDS)

    def _reap(self) -> None:
        """Collect ended processes: our services, and orphans, such as a container's, that fall to process 1."""
        while True:
            try:
                ended, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if ended == 0:
                return
            for service in self._services.values():
                if service.process and service.process.pid == ended:
                    self._ended(service, os.waitstatus_to_exitcode(status))

    def _ended(self, service: Service, code: int) -> None:
        assert service.process is not None
        service.process.returncode = code
        service.process = None
        now = time.monotonic()
        if now - service.started > STEADY_SECONDS:
            service.delay = FIRST_DELAY_SECONDS
        service.next_start = now + service.delay
        service.delay = min(service.delay * 2, LONGEST_DELAY_SECONDS)
        service.state.update(pid=0, exit=code)
        service.publish()

    def _read_definitions(self) -> None:
        present: dict[str, int] = {}
        for path in layout.services().glob("*.json"):
            try:
                present[path.stem] = path.stat().st_mtime_ns
            except FileNotFoundError:
                continue
        for name, written in present.items():
            known = self._services.get(name)
            if known is None:
                try:
                    definition = json.loads((layout.services() / f"{name}.json").read_text())
                except FileNotFoundError:
                    continue
                self._services[name] = Service(name, definition, written)
            elif known.written != written and known.stop_deadline is None:
                self._stop(known)  # It starts again from its new definition once it has ended.
        for name, service in self._services.items():
            if name not in present and service.stop_deadline is None:
                self._stop(service)

    def _stop(self, service: Service) -> None:
        service.stop_deadline = time.monotonic() + STOP_SECONDS
        if service.process:
            os.kill(service.process.pid, signal.SIGTERM)

    def _advance(self, service: Service, now: float) -> None:
        if service.stop_deadline is not None:
            if service.process is None:
                del self._services[service.name]
                (layout.states() / f"{service.name}.json").unlink(missing_ok=True)
            elif now > service.stop_deadline:
                os.kill(service.process.pid, signal.SIGKILL)
            return
        if service.process is None and now >= service.next_start:
            again = service.state["exit"] is not None
            if again and not service.definition["restart"]:
                return
            self._start(service, again)

    def _start(self, service: Service, again: bool) -> None:
        node = service.definition["node"]
        joined = self._namespaces[node] if node else []

        def prepare() -> None:
            namespaces.join(joined)
            os.chdir("/")

        service.started = time.monotonic()
        with (layout.logs() / f"{service.name}.log").open("ab") as log:
            try:
                service.process = subprocess.Popen(
                    service.definition["argv"],
                    env=service.definition["environment"],
                    preexec_fn=prepare,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            except (OSError, subprocess.SubprocessError) as error:
                log.write(f"cannot start {service.definition['argv'][0]}: {error}\n".encode())
                service.next_start = service.started + LONGEST_DELAY_SECONDS
                service.state.update(exit=NO_PROGRAM, restarts=service.state["restarts"] + int(again))
                service.publish()
                return
        service.state.update(pid=service.process.pid, restarts=service.state["restarts"] + int(again))
        service.publish()
