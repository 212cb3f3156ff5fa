"""Debian's nginx with its libraries as a tree of files, without installing it on this machine."""

import re
import shutil
import tempfile
from pathlib import Path

from lib import rootfs
from lib.command import CommandFailure, Failure, run

IMAGE = "localhost/connected-registry/nginx:1.22.1"


def fill(tree: Path) -> None:
    """Put /usr/sbin/nginx, its libraries and their loader into `tree`. It needs the Debian package archive."""
    with tempfile.TemporaryDirectory(prefix="nginx-packages-") as work:
        downloads, unpacked = Path(work) / "packages", Path(work) / "unpacked"
        downloads.mkdir()
        # apt downloads as a user of its own, which has to get in here.
        Path(work).chmod(0o755)
        _download(downloads, ["nginx"])
        described = run(["dpkg-deb", "--field", next(downloads.glob("nginx_*.deb")), "Depends"]).stdout
        _download(downloads, _libraries(described))
        for package in sorted(downloads.glob("*.deb")):
            run(["dpkg-deb", "--extract", package, unpacked])
        target = tree / "usr" / "sbin" / "nginx"
        target.parent.mkdir(parents=True)
        shutil.copyfile(unpacked / "usr" / "sbin" / "nginx", target)
        target.chmod(0o755)
        rootfs.complete(tree, target, unpacked)


def _libraries(depends: str) -> list[str]:
    """Those packages of a Depends field that hold libraries; the others are for running nginx as a system service."""
    names = [re.split(r"[ (|:]", part.strip())[0] for part in depends.split(",")]
    return sorted({name for name in names if name.startswith(("lib", "zlib"))})


def _download(folder: Path, names: list[str]) -> None:
    if not shutil.which("apt-get"):
        raise Failure("the local cluster's nginx comes from Debian's package archive, and there is no apt-get here")
    try:
        run(["apt-get", "download", *names], cwd=folder)
    except CommandFailure:
        # The lists of packages may be missing or older than the archive.
        run(["apt-get", "-q", "update"])
        run(["apt-get", "download", *names], cwd=folder)
