"""Programs of Debian's packages with what they need, as a tree of files, without installing them on this machine."""

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lib import rootfs
from lib.command import CommandFailure, Failure, run

# Of what a package needs, directly or not: libraries, and what nodejs keeps outside of its own package.
_NEEDED = re.compile(r"(lib|zlib|node-)")


def fill(tree: Path, packages: Sequence[str], programs: Sequence[str], data: Sequence[str] = ()) -> None:
    """Copy programs (absolute paths) and data directories of Debian packages into `tree`, with the libraries they need.

    A program keeps its path; the libraries of extension modules among the data come along. Needs Debian's archive.
    """
    with tempfile.TemporaryDirectory(prefix="debian-packages-") as work:
        downloads, unpacked = Path(work) / "packages", Path(work) / "unpacked"
        downloads.mkdir()
        # apt downloads as a user of its own, which has to get in here.
        Path(work).chmod(0o755)
        _download(downloads, _closure(packages))
        for package in sorted(downloads.glob("*.deb")):
            run(["dpkg-deb", "--extract", package, unpacked])
        for directory in data:
            source = unpacked / directory.lstrip("/")
            if source.exists():
                shutil.copytree(source, tree / directory.lstrip("/"), symlinks=True, dirs_exist_ok=True)
        for program in programs:
            target = tree / program.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(unpacked / program.lstrip("/"), target)
            target.chmod(0o755)
            rootfs.complete(tree, target, unpacked)
        for module in [found for directory in data for found in (tree / directory.lstrip("/")).rglob("*.so")]:
            rootfs.complete(tree, module, unpacked)


def _closure(packages: Sequence[str]) -> list[str]:
    """Return the packages, and those of the kinds above that they need, directly or not."""
    return needed(_apt("install", "--yes", "--no-install-recommends", "--print-uris", "-qq", *packages), packages)


def needed(uris: str, packages: Sequence[str]) -> list[str]:
    """Return the names of the packages, and of those of the kinds above in what `apt-get --print-uris` printed."""
    names = re.findall(r"^'[^']*' ([a-z0-9][a-z0-9.+-]*)_", uris, re.MULTILINE)
    return sorted({name for name in names if _NEEDED.match(name)} | set(packages))


def _download(directory: Path, names: Sequence[str]) -> None:
    if not shutil.which("apt-get"):
        raise Failure("these programs come from Debian's package archive, and there is no apt-get here")
    _apt("download", *names, cwd=directory)


def _apt(*arguments: str, cwd: Path | None = None) -> str:
    """apt-get as on a machine with nothing installed: Debian's own versions, and all they need."""
    # Nor downloaded: it does not name again what lies in its cache.
    options = ("Dir::State::status=/dev/null", "Dir::Cache::archives=/dev/null")
    argv = ["apt-get", *(word for option in options for word in ("-o", option)), *arguments]
    try:
        return run(argv, cwd=cwd).stdout
    except CommandFailure:
        # The lists of packages may be missing or older than the archive.
        run(["apt-get", "-q", "update"])
        return run(argv, cwd=cwd).stdout
