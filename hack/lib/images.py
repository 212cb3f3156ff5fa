"""The images of the local cluster: ours, and the real programs it works with, packed from what was built here.

They bear the names that the charts ask for, so that a node which has them loaded pulls nothing. Each is kept in the
cache under a hash of what it was made from.
"""

import hashlib
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from lib import cluster, debian, needs, nginx, oci, packages, paths, rootfs, tools
from lib.cluster import images as node_images
from lib.cluster.layout import Node
from lib.command import Failure, locked, run
from lib.progress import Steps

VERSION = "0.1.0"
OURS = f"ghcr.io/connected-registry/connected-registry:{VERSION}"
LABELS = {
    "org.opencontainers.image.title": "connected-registry",
    "org.opencontainers.image.version": VERSION,
    "org.opencontainers.image.licenses": "Apache-2.0",
}
KEPT_SECONDS = 24 * 3600
HELLO_SOURCE = Path(__file__).with_name("hello.c")
# The demo's workload is not loaded into a node: it has to come through the registry.
HELLO = "localhost/connected-registry/hello:1"


@dataclass(frozen=True)
class Image:
    """An image in the cache: its whole name and the archive to import or push."""

    name: str
    archive: Path


def version_of(tool: str, module: str) -> str:
    """Return the version, such as v1.2.3, of a Go module that a tool is built from."""
    text = (paths.TOOLS_SOURCE / tool / "go.mod").read_text()
    found = re.search(rf"^\s*(?:require )?{re.escape(module)} (v\S+)", text, re.MULTILINE)
    if not found:
        raise Failure(f"hack/tools/{tool}/go.mod does not require {module}")
    return found.group(1)


def crane() -> str:
    """Return the name of the image with the crane client."""
    return f"gcr.io/go-containerregistry/crane:{version_of('crane', 'github.com/google/go-containerregistry')}"


def write_ours(target: Path, steps: Steps) -> tuple[oci.Written, list[rootfs.Library]]:
    """Build the release binary and write our image, compressed, to `target`."""
    with _scratch() as work:
        libraries = rootfs.make_ours(Path(work), steps)
        with steps.step("packing the image"):
            spec = oci.ImageSpec(OURS, entrypoint=("/usr/bin/connected-registry",), labels=LABELS)
            written = oci.write_archive(Path(work), spec, target)
    return written, libraries


def ensure_all(steps: Steps) -> list[Image]:
    """Every image that an installation on the local cluster needs, made now where sources have changed."""
    tools.ensure("distribution", "regclient", "cert-manager", "crane", steps=steps)
    return [_ours(steps), nginx_image(steps), *(_program(*row, steps=steps) for row in _programs())]


def hello(steps: Steps) -> Image:
    """Return the demo's workload, to push to a parent registry."""

    def fill(tree: Path) -> oci.ImageSpec:
        packages.ensure_debian(needs.packages("images"), steps)
        run(["gcc", "-static", "-Os", "-s", "-Wall", "-Werror", "-o", tree / "hello", HELLO_SOURCE])
        return oci.ImageSpec(HELLO, entrypoint=("/hello",))

    return cached(HELLO, [HELLO_SOURCE], fill, steps)


def nginx_image(steps: Steps) -> Image:
    """Debian's nginx, under the name that hack/local-values.yaml sets."""

    def fill(tree: Path) -> oci.ImageSpec:
        packages.ensure_debian(needs.packages("images"), steps)
        nginx.fill(tree)
        return oci.ImageSpec(nginx.IMAGE, entrypoint=("nginx",), command=("-g", "daemon off;"))

    return cached(nginx.IMAGE, [Path(nginx.__file__), Path(debian.__file__)], fill, steps)


def load(wanted: Iterable[Image], steps: Steps) -> None:
    """Bring images into every node of the local cluster, save those that a node has."""
    images = list(wanted)
    for node in cluster.nodes():
        present = _present(node)
        missing = [image for image in images if present.get(image.name) != oci.digest_of(image.archive)]
        if missing:
            with steps.step(f"loading {len(missing)} images into {node.name}"):
                cluster.load_images([image.archive for image in missing])


def _present(node: Node) -> dict[str, str]:
    """Return the images of a node: name -> digest of its manifest."""
    where = ["--address", node_images.SOCKET, "--namespace", node_images.NAMESPACE]
    argv: list[str | Path] = [node.ctr, *where, "images", "list"]
    rows = [line.split() for line in cluster.run(argv, node=node.name, timeout=30).stdout.splitlines()[1:]]
    return {row[0]: row[2] for row in rows if len(row) > 2}


def _programs() -> list[tuple[str, Path, str]]:
    """Name, static program and its path in the image, each as in the image that the project itself publishes."""
    cert_manager = version_of("cert-manager", "github.com/cert-manager/cert-manager")
    distribution = version_of("distribution", "github.com/distribution/distribution/v3").removeprefix("v")
    rows = [
        (f"docker.io/library/registry:{distribution}", tools.binary("distribution", "registry"), "/bin/registry"),
        (
            f"ghcr.io/regclient/regsync:{version_of('regclient', 'github.com/regclient/regclient')}",
            tools.binary("regclient", "regsync"),
            "/regsync",
        ),
        (crane(), tools.binary("crane"), "/ko-app/crane"),
    ]
    for part in ("controller", "webhook", "cainjector"):
        name = f"quay.io/jetstack/cert-manager-{part}:{cert_manager}"
        rows.append((name, tools.binary("cert-manager", part), f"/app/cmd/{part}/{part}"))
    return rows


def _program(name: str, program: Path, path: str, *, steps: Steps) -> Image:
    def fill(tree: Path) -> oci.ImageSpec:
        target = tree / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(program, target)
        target.chmod(0o755)
        rootfs.complete(tree, target, Path("/"))
        return oci.ImageSpec(name, entrypoint=(path,))

    return cached(name, [program], fill, steps)


def _ours(steps: Steps) -> Image:
    """Our image for the local node. The tree is made at each call: what it depends on is what the linker found."""
    with _scratch() as work:
        tree = Path(work) / "rootfs"
        rootfs.make_ours(tree, steps)

        def fill(target: Path) -> oci.ImageSpec:
            shutil.copytree(tree, target, symlinks=True, dirs_exist_ok=True)
            return oci.ImageSpec(OURS, entrypoint=("/usr/bin/connected-registry",), labels=LABELS)

        return cached(OURS, sorted(path for path in tree.rglob("*") if path.is_file()), fill, steps)


def cached(name: str, sources: list[Path], fill: Callable[[Path], oci.ImageSpec], steps: Steps) -> Image:
    """Return the archive made from these sources, from the cache if possible; removes unused ones of the name."""
    digest = hashlib.sha256(name.encode())
    # The recipe is part of the hash.
    for source in (*sources, Path(__file__), Path(oci.__file__), Path(rootfs.__file__)):
        with source.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    stem = re.sub(r"[^a-z0-9.]+", "-", name)
    archive = paths.images() / f"{stem}-{digest.hexdigest()[:16]}.tar"
    if archive.exists():
        archive.touch()
        return Image(name, archive)
    with locked(paths.locks() / f"image-{stem}", lambda: steps.sub(f"waiting for another run that builds {name}")):
        if not archive.exists():
            with steps.step(f"building the image {name}"), _scratch() as work:
                tree = Path(work)
                tree.chmod(0o755)
                oci.write_archive(tree, fill(tree), archive, compress=False)
            _remove_old(stem)
    return Image(name, archive)


def _remove_old(stem: str) -> None:
    """Remove the archives of a name that nobody used for a day; another checkout may be about to load a younger one."""
    for archive in paths.images().glob(f"{stem}-*.tar"):
        if time.time() - archive.stat().st_mtime > KEPT_SECONDS:
            archive.unlink(missing_ok=True)


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """Return a directory for a tree under construction."""
    return tempfile.TemporaryDirectory(prefix="connected-registry-image-")
