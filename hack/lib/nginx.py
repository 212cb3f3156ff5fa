"""Debian's nginx with its libraries as a tree of files, without installing it on this machine."""

from pathlib import Path

from lib import debian

IMAGE = "localhost/connected-registry/nginx:1.22.1"


def fill(tree: Path) -> None:
    """Put /usr/sbin/nginx, its libraries and their loader into `tree`. It needs the Debian package archive."""
    debian.fill(tree, ["nginx"], ["/usr/sbin/nginx"])
