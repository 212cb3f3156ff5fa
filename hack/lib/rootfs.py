"""Makes a directory that holds one program and exactly what it needs to run: its shared libraries and their loader."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from lib import build, paths
from lib.command import Failure, run
from lib.progress import Steps


@dataclass(frozen=True)
class Library:
    """A shared library as it lies in a rootfs: its path there, absolute, and its size in bytes."""

    path: str
    size: int


def make_ours(destination: Path, steps: Steps) -> list[Library]:
    """Build the release binary, install it stripped under `destination`/usr, and add what it needs.

    `destination` must be absent or empty. Returns the libraries.
    """
    if destination.exists() and any(destination.iterdir()):
        raise Failure(f"{destination} is not empty; name a directory that is, or that does not exist yet")
    build.build("release", steps, build.BINARY)
    prefix = destination / "usr"
    run(["cmake", "--install", paths.REPOSITORY / "build" / "release", "--prefix", prefix, "--strip"])
    return complete(destination, prefix / "bin" / build.BINARY, Path("/"))


def complete(destination: Path, program: Path, source: Path) -> list[Library]:
    """Copy the loader and the libraries that `program` needs from the tree `source`, and make an empty /tmp.

    Libraries come to where they lie in `source`. Raises Failure that names a library which is not there.
    """
    libraries = []
    loader = _loader(program)
    waiting, seen = _needed(program), set()
    while waiting:
        name = waiting.pop(0)
        if name in seen or (loader and name == Path(loader).name):
            continue
        seen.add(name)
        found = _find(source, name)
        if found is None:
            raise Failure(f"{program.name} needs {name}, which is not under {source}; install the package that has it")
        path = "/" + str(found.relative_to(source.resolve()))
        libraries.append(_copy(found, destination, path))
        waiting += _needed(found)
    if loader:
        original = _inside(source, loader)
        if not original.exists():
            raise Failure(f"{program.name} needs the loader {loader}, which is not under {source}")
        libraries.append(_copy(original, destination, loader))
    temporary = destination / "tmp"
    temporary.mkdir(exist_ok=True)
    _plain_modes(destination)
    temporary.chmod(0o1777)
    return sorted(libraries, key=lambda library: library.path)


def _copy(source: Path, destination: Path, path: str) -> Library:
    target = destination / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)  # Follows links: what lies at the path is the file itself.
    target.chmod(0o755)
    return Library(path, target.stat().st_size)


def _plain_modes(tree: Path) -> None:
    """Make modes independent of the umask of whoever runs this."""
    for path in [tree, *tree.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
        elif not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _dynamic_section(file: Path) -> str:
    return run(["readelf", "--wide", "--dynamic", "--program-headers", file], env={**os.environ, "LC_ALL": "C"}).stdout


def _needed(file: Path) -> list[str]:
    return re.findall(r"\(NEEDED\)\s+Shared library: \[([^]]+)]", _dynamic_section(file))


def _loader(program: Path) -> str | None:
    """Return the path of the loader that the program asks for; None for a static program."""
    found = re.search(r"Requesting program interpreter: ([^]]+)]", _dynamic_section(program))
    return found.group(1) if found else None


def _find(source: Path, name: str) -> Path | None:
    """Return the path where the loader finds a library: the machine's directory first, then the common ones."""
    triplet = f"{os.uname().machine}-linux-gnu"
    for directory in (f"lib/{triplet}", f"usr/lib/{triplet}", "lib64", "usr/lib64", "lib", "usr/lib", "usr/local/lib"):
        candidate = source / directory / name
        if candidate.exists():
            # The directory may be a link (/lib on Debian); the name stays as programs ask for it.
            return candidate.parent.resolve() / name
    return None


def _inside(source: Path, path: str) -> Path:
    """Return a path of the tree `source`, where a link to an absolute path points into the tree, not out of it."""
    found = source / path.lstrip("/")
    for _ in range(8):
        if not found.is_symlink():
            break
        link = found.readlink()
        found = source / link.relative_to("/") if link.is_absolute() else found.parent / link
    return found
