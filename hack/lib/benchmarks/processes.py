"""A server under test: a process with a port, what it uses, and its end."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from lib.command import Failure, last_lines

START_SECONDS = 30
END_SECONDS = 30


class Server:
    """A process that listens on 127.0.0.1. A context manager: it ends with the block."""

    def __init__(
        self, name: str, argv: Sequence[str | Path], port: int, log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.port = port
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [str(word) for word in argv],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def wait_until_it_listens(self, port: int | None = None) -> None:
        """Return once a connection is accepted."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port or self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise Failure(f"{self.name} does not start; its log ends:\n{last_lines(self._log)}") from None
                time.sleep(0.05)

    def pids(self) -> list[int]:
        """Return the process and all below it."""
        found = [self._process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return found

    def memory(self) -> int:
        """Resident bytes, shared ones included."""
        return sum(_resident(pid) for pid in self.pids())

    def peak_memory(self) -> int:
        """Return the most resident bytes since `forget_peak`."""
        return sum(_status(pid, "VmHWM") for pid in self.pids())

    def forget_peak(self) -> None:
        """Begin `peak_memory` anew."""
        for pid in self.pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")

    def ask_to_end(self) -> None:
        """Send SIGTERM, and return."""
        if self._process.poll() is None:
            for pid in self.pids():
                os.kill(pid, signal.SIGTERM)

    def end(self) -> int:
        """End it in order, or by force where it takes too long; returns its exit code."""
        self.ask_to_end()
        try:
            return self._process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _status(pid: int, field: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    return 0


def _resident(pid: int) -> int:
    return _status(pid, "VmRSS")


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
