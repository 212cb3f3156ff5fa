"""Runs the load client and reads what it measured."""

import json
import statistics
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.benchmarks.processes import Server
from lib.command import Failure


@dataclass(frozen=True)
class Sample:
    """One run. Times in microseconds; a rate in requests a second."""

    answered: int
    failed: int
    connected: int
    rate: float
    cpu: float
    p50: float
    p99: float
    p999: float
    first_failure: str


@dataclass(frozen=True)
class Case:
    """The settings of the load."""

    connections: int
    size: int
    keep_alive: bool = True

    def arguments(self) -> list[str]:
        """For the load client."""
        words = [f"--connections={self.connections}", f"--size={self.size}"]
        return words if self.keep_alive else [*words, "--new-connections"]

    def __str__(self) -> str:
        kind = "kept" if self.keep_alive else "new each"
        return f"{self.size / 1000:.1f} KB, {self.connections} {kind}"


def command(client: Path, servers: Sequence[Server], arguments: Sequence[str]) -> list[str]:
    """Return the load client's command line. Answers are held against ours and the peer's form; nginx's are any."""
    words = [str(client), *arguments]
    for server in servers:
        words += [f"--port={server.port}", *(f"--pid={pid}" for pid in server.pids())]
    return [*words, "--any-answer"] if servers and servers[0].name == "nginx" else words


def read(output: str) -> Sample:
    """Return the figures in the client's output."""
    found = json.loads(output)
    return Sample(
        answered=int(found["answered"]),
        failed=int(found["failed"]),
        connected=int(found["connected"]),
        rate=found["rate"],
        cpu=found["cpu_us"],
        p50=found["p50_us"],
        p99=found["p99_us"],
        p999=found["p999_us"],
        first_failure=found["first_failure"],
    )


def run(client: Path, servers: Sequence[Server], *arguments: str, timeout: float = 300) -> Sample:
    """One run to its end."""
    argv = command(client, servers, arguments)
    result = subprocess.run(argv, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
    if result.returncode not in (0, 1) or not result.stdout:
        raise Failure(f"the load client failed: {result.stderr[-500:]}")
    return read(result.stdout)


@contextmanager
def background(client: Path, servers: Sequence[Server], *arguments: str) -> Iterator[list[Sample]]:
    """Load while the block runs; the list then holds its sample. `arguments` say when it ends."""
    samples: list[Sample] = []
    argv = command(client, servers, arguments)
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL) as process:
        try:
            yield samples
            output, _ = process.communicate(timeout=300)
            samples.append(read(output))
        except BaseException:
            process.kill()
            raise


def medians(samples: Sequence[Sample]) -> Sample:
    """Return the median of each figure; failures are added up."""

    def median(name: str) -> float:
        return statistics.median(getattr(sample, name) for sample in samples)

    return Sample(
        answered=int(median("answered")),
        failed=sum(sample.failed for sample in samples),
        connected=int(median("connected")),
        rate=median("rate"),
        cpu=median("cpu"),
        p50=median("p50"),
        p99=median("p99"),
        p999=median("p999"),
        first_failure=next((sample.first_failure for sample in samples if sample.first_failure), ""),
    )
