"""Builds the programs of the benchmarks: our binary, the load client, and the webhook made with controller-runtime."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from lib import build, needs, packages, paths
from lib.command import locked, stream
from lib.progress import Steps

SOURCE = paths.REPOSITORY / "tests" / "bench"
PEER = SOURCE / "controller-runtime"
TARGET = "benchmarks"


@dataclass(frozen=True)
class Programs:
    """Paths of what was built."""

    ours: Path
    load: Path
    micro: tuple[Path, ...]
    peer: Path


def ensure(steps: Steps) -> Programs:
    """Build what is not built yet."""
    packages.ensure_debian(needs.packages("bench"), steps)
    build.build("release", steps, build.BINARY, TARGET, options=("-DCONNECTED_REGISTRY_BUILD_BENCHMARKS=ON",))
    directory = paths.REPOSITORY / "build" / "release"
    benchmarks = directory / "tests" / "bench"
    return Programs(
        ours=directory / build.BINARY,
        load=benchmarks / "load_client",
        micro=tuple(sorted(benchmarks.glob("*_benchmark"))),
        peer=_peer(steps),
    )


def _peer(steps: Steps) -> Path:
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum", "main.go"):
        digest.update((PEER / name).read_bytes())
    target = paths.binaries() / "bench" / f"controller-runtime-{digest.hexdigest()[:16]}"
    with locked(paths.locks() / "bench-peer", lambda: steps.sub("waiting for another run that builds the peer")):
        if not target.exists():
            go = packages.ensure_go(steps)
            with steps.step("building the webhook made with controller-runtime") as step:
                unfinished = target.with_suffix(".new")
                argv: list[str | Path] = [go, "build", "-trimpath", "-ldflags", "-s -w", "-o", unfinished, "."]
                stream(argv, step.note, cwd=PEER, env=paths.go_environment(), shown="go build of the peer")
                unfinished.rename(target)
    return target
