"""Debian's nginx with its libraries as a tree of files, without installing it on this machine."""

from pathlib import Path

from lib import debian

IMAGE = "localhost/connected-registry/nginx:1.22.1"


def fill(tree: Path) -> None:
    """Put /usr/sbin/nginx, its libraries and their loader into `tree`. It needs the Debian package archive."""
    debian.fill(tree, ["nginx"], ["/usr/sbin/nginx"])


def command(tree: Path, configuration: Path) -> list[str | Path]:
    """Return the command line that runs nginx from a tree that `fill` made, on a machine that has none installed."""
    libraries = sorted({str(path.parent) for path in tree.rglob("*.so*")})
    loader = next(path for path in tree.rglob("ld-linux*"))
    program = tree / "usr" / "sbin" / "nginx"
    return [loader, "--library-path", ":".join(libraries), program, "-e", "stderr", "-c", configuration]
