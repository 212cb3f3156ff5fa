"""Image archives for the cluster's own pods: pause and CoreDNS."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from lib import needs, oci, packages, paths, tools
from lib.cluster.layout import COREDNS_IMAGE, PAUSE_IMAGE
from lib.command import run
from lib.progress import Steps

_PAUSE_SOURCE = Path(__file__).with_name("pause.c")
_ROOT = "0:0"


def ensure(steps: Steps) -> list[Path]:
    """Return the archives of the pause and CoreDNS images, made if the cache has none of these versions."""
    directory = paths.images() / "cluster"
    pause = directory / f"pause-{hashlib.sha256(_PAUSE_SOURCE.read_bytes()).hexdigest()[:12]}.tar"
    if not pause.exists():
        packages.ensure_debian(needs.packages("images"), steps)
        with tempfile.TemporaryDirectory() as tree:
            run(["gcc", "-Os", "-s", "-static", "-Wall", "-Werror", "-o", Path(tree) / "pause", _PAUSE_SOURCE])
            _write(Path(tree), PAUSE_IMAGE, "/pause", pause)
    coredns = directory / f"coredns-{tools.stamp('coredns')[:12]}.tar"
    if not coredns.exists():
        with tempfile.TemporaryDirectory() as tree:
            shutil.copy(tools.binary("coredns"), Path(tree) / "coredns")
            _write(Path(tree), COREDNS_IMAGE, "/coredns", coredns)
    return [pause, coredns]


def _write(tree: Path, name: str, program: str, target: Path) -> None:
    oci.write_archive(tree, oci.ImageSpec(name, entrypoint=(program,), user=_ROOT), target, compress=False)
