"""Builds the programs that the local cluster and the tests run, from the go.mod files under hack/tools.

Each tool is a directory with a go.mod whose `tool` lines name the programs; one may be a Go program of that directory.
A built tool is a directory of binaries in the cache. Its stamp names the files that it was built from: if they have not
changed, nothing is built.
"""

import hashlib
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

from lib import packages, paths
from lib.command import Failure, locked, stream
from lib.progress import Step, Steps

# The version that a Kubernetes binary reports is set when it is linked; kubectl and the nodes show it.
KUBERNETES_VERSION = "v1.37.2"
LINKER_FLAGS = {"kubernetes": f"-X k8s.io/component-base/version.gitVersion={KUBERNETES_VERSION}"}

# Their binaries have names that could be anyone's: server, controller, webhook.
NOT_ON_PATH = ("etcd", "cert-manager")

# Rough seconds from an empty cache on two cores: only to tell a person what to expect.
EXPECTED_SECONDS = {
    "kubernetes": 570,
    "helm": 115,
    "chart-renderer": 20,
    "go-verdicts": 10,
    "oracle-containerd-1.6": 20,
    "oracle-containerd-1.7": 20,
    "oracle-containerd-2": 20,
    "cert-manager": 120,
    "coredns": 90,
    "containerd": 45,
    "distribution": 45,
    "etcd": 20,
}


def directory(tool: str) -> Path:
    """Return the directory that holds the binaries of one tool, built or not."""
    return paths.binaries() / tool


def binary(tool: str, name: str | None = None) -> Path:
    """Return the path of a binary of a tool, by default the one with the tool's name. Call `ensure` first."""
    return directory(tool) / (name or tool)


def search_path() -> str:
    """Return a PATH value with the tools before the caller's own directories."""
    known = sorted(mod.parent.name for mod in paths.TOOLS_SOURCE.glob("*/go.mod"))
    return os.pathsep.join([*(str(directory(tool)) for tool in known if tool not in NOT_ON_PATH), paths.search_path()])


def ensure(*names: str, steps: Steps | None = None) -> None:
    """Build those of the tools that are not built yet. Safe to interrupt, and to run twice at once.

    Raises Failure for a name with no go.mod and for a build that fails.
    """
    stale = [name for name in names if not _is_built(name)]
    if not stale:
        return
    steps = steps or Steps()
    go = packages.ensure_go(steps)
    expected = sum(EXPECTED_SECONDS.get(name, 10) for name in stale)
    steps.say(
        f"building {len(stale)} of {len(names)} tools, once: {', '.join(stale)}"
        f" (about {max(1, round(expected / 60))} min on 2 cores with an empty cache)"
    )
    for position, name in enumerate(stale, start=1):
        waiting = f"waiting for another run that builds {name}"
        with locked(paths.locks() / f"tool-{name}", partial(steps.sub, waiting)):
            if _is_built(name):
                continue
            with steps.step(f"building {name} ({position}/{len(stale)})") as step:
                _build(go, name, step)


def stamp(name: str) -> str:
    """Names the sources of a tool. Not the Go version: a newer compiler is no reason to wait for ten minutes."""
    source = paths.TOOLS_SOURCE / name
    if not (source / "go.mod").exists():
        raise Failure(f"no tool {name}: there is no {source / 'go.mod'}")
    digest = hashlib.sha256(LINKER_FLAGS.get(name, "").encode())
    for part in (source / "go.mod", source / "go.sum", *sorted(source.glob("*.go"))):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def _is_built(name: str) -> bool:
    try:
        return (directory(name) / ".stamp").read_text() == stamp(name)
    except FileNotFoundError:
        return False


def _build(go: Path, name: str, step: Step) -> None:
    """Build into a directory beside the final one and swap it in, so that nobody ever sees half a tool."""
    final = directory(name)
    final.parent.mkdir(parents=True, exist_ok=True)
    for left_over in final.parent.glob(f".{name}.*"):
        shutil.rmtree(left_over, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=final.parent))
    compiled = 0

    def follow(line: str) -> None:
        nonlocal compiled
        if line.startswith("go: "):
            step.note(line.removeprefix("go: "))
        else:
            compiled += 1
            step.note(f"{compiled} packages compiled, now {line[:80]}")

    linker_flags = f"-s -w {LINKER_FLAGS.get(name, '')}".strip()
    argv: list[str | Path] = [go, "build", "-v", "-trimpath", "-ldflags", linker_flags, "-o", f"{temporary}/", "tool"]
    try:
        stream(argv, follow, cwd=paths.TOOLS_SOURCE / name, env=paths.go_environment(), shown=f"go build of {name}")
        (temporary / ".stamp").write_text(stamp(name))
        temporary.chmod(0o755)
        if final.exists():
            final.rename(Path(tempfile.mkdtemp(prefix=f".{name}.", dir=final.parent)) / "old")
        temporary.rename(final)
    finally:
        for left_over in final.parent.glob(f".{name}.*"):
            shutil.rmtree(left_over, ignore_errors=True)
