"""Paths of the checkout, and of the cache outside it with everything that was built or downloaded."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ADMINISTRATION = ("/usr/local/sbin", "/usr/sbin", "/sbin")
TOOLS_SOURCE = REPOSITORY / "hack" / "tools"


def cache() -> Path:
    """Return the cache directory. $CONNECTED_REGISTRY_CACHE names it; else it follows the XDG convention."""
    chosen = os.environ.get("CONNECTED_REGISTRY_CACHE")
    if chosen:
        return Path(chosen).resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).resolve() / "connected-registry"


def binaries() -> Path:
    """One directory for each tool, each with that tool's binaries."""
    return cache() / "bin"


def images() -> Path:
    """Image archives, ready to be imported into a node."""
    return cache() / "images"


def cluster() -> Path:
    """Everything the local cluster writes. `hack/cluster down` removes it.

    $CONNECTED_REGISTRY_CLUSTER names another one beside it: the tests use their own, and leave a person's alone.
    """
    return cache() / os.environ.get("CONNECTED_REGISTRY_CLUSTER", "cluster")


def locks() -> Path:
    """Lock files, which keep two runs from doing the same work at once."""
    return cache() / "locks"


def search_path() -> str:
    """Return the caller's PATH with the system's administration directories, which `su` leaves out."""
    known = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join([*known, *(path for path in ADMINISTRATION if path not in known)])


def go_environment() -> dict[str, str]:
    """Environment for the go command: its caches in ours, and nothing of the caller's that changes a build."""
    return {
        **os.environ,
        "GOMODCACHE": str(cache() / "go" / "mod"),
        "GOCACHE": str(cache() / "go" / "build"),
        # Writable module files, so that removing the cache is a plain rm -rf.
        "GOFLAGS": "-modcacherw -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }
