"""Writes a directory as an image archive, the same bytes for the same directory: no engine, no clock, no user in it.

The archive is an OCI image layout (https://github.com/opencontainers/image-spec) with a manifest.json beside it, so
that containerd, Docker, podman, skopeo and crane all read it.
"""

import gzip
import hashlib
import io
import json
import os
import stat
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Not root, and in no /etc/passwd: Kubernetes can tell from the number alone that it is not root.
UNPRIVILEGED = "65532:65532"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "ppc64le": "ppc64le", "s390x": "s390x", "riscv64": "riscv64"}


@dataclass(frozen=True)
class ImageSpec:
    """The metadata of an image. `name` is the whole reference: registry, repository and tag."""

    name: str
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    user: str = UNPRIVILEGED
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """An archive on disk. Sizes are in bytes: of the layer as it travels, and of the files in it."""

    name: str
    path: Path
    digest: str
    compressed_size: int
    unpacked_size: int


def architecture() -> str:
    """Return this machine's architecture, named as OCI does."""
    machine = os.uname().machine
    return ARCHITECTURES.get(machine, machine)


def write_archive(rootfs: Path, spec: ImageSpec, target: Path, *, compress: bool = True) -> Written:
    """Pack `rootfs` as an image of one layer and put the archive at `target`, whole or not at all.

    `compress=False` is for an archive that only a local node reads: it saves packing and unpacking.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".image-") as work:
        layer = Path(work) / "layer"
        diff_digest, layer_digest, unpacked = _write_layer(rootfs, layer, compress)
        layer_size = layer.stat().st_size
        config = _json(
            {
                "architecture": architecture(),
                "os": "linux",
                "config": _config(spec),
                "rootfs": {"type": "layers", "diff_ids": [f"sha256:{diff_digest}"]},
                "history": [{"created_by": "hack/image"}],
            }
        )
        suffix = "+gzip" if compress else ""
        manifest = _json(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": _descriptor("application/vnd.oci.image.config.v1+json", config),
                "layers": [
                    {
                        "mediaType": f"application/vnd.oci.image.layer.v1.tar{suffix}",
                        "digest": f"sha256:{layer_digest}",
                        "size": layer_size,
                    }
                ],
            }
        )
        archive = Path(work) / "archive"
        with tarfile.open(archive, "w", format=tarfile.USTAR_FORMAT) as tar:
            _add_bytes(tar, "oci-layout", _json({"imageLayoutVersion": "1.0.0"}))
            _add_bytes(tar, "index.json", _index(spec, manifest))
            _add_bytes(tar, "manifest.json", _docker_manifest(spec, config, layer_digest))
            _add_bytes(tar, _blob(hashlib.sha256(config).hexdigest()), config)
            _add_bytes(tar, _blob(hashlib.sha256(manifest).hexdigest()), manifest)
            with layer.open("rb") as content:
                tar.addfile(_entry(_blob(layer_digest), layer_size), content)
        archive.chmod(0o644)
        archive.replace(target)
    return Written(spec.name, target, f"sha256:{hashlib.sha256(manifest).hexdigest()}", layer_size, unpacked)


def digest_of(archive: Path) -> str:
    """Return the digest, sha256:…, of the manifest in an archive that `write_archive` wrote."""
    with tarfile.open(archive) as tar:
        index = tar.extractfile("index.json")
        if index is None:
            raise ValueError(f"{archive} holds no index.json")
        return str(json.load(index)["manifests"][0]["digest"])


def _config(spec: ImageSpec) -> dict[str, Any]:
    config: dict[str, Any] = {"User": spec.user, "Env": [f"PATH={DEFAULT_PATH}"], "WorkingDir": "/"}
    if spec.entrypoint:
        config["Entrypoint"] = list(spec.entrypoint)
    if spec.command:
        config["Cmd"] = list(spec.command)
    if spec.labels:
        config["Labels"] = spec.labels
    return config


def _index(spec: ImageSpec, manifest: bytes) -> bytes:
    descriptor = _descriptor("application/vnd.oci.image.manifest.v1+json", manifest)
    descriptor["platform"] = {"architecture": architecture(), "os": "linux"}
    descriptor["annotations"] = {
        # containerd imports under the first name; skopeo and podman look for the second.
        "io.containerd.image.name": spec.name,
        "org.opencontainers.image.ref.name": spec.name.rpartition(":")[2],
    }
    return _json(
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [descriptor]}
    )


def _docker_manifest(spec: ImageSpec, config: bytes, layer_digest: str) -> bytes:
    """Return the list that `docker load` of older engines and crane read instead of index.json."""
    entry = {
        "Config": _blob(hashlib.sha256(config).hexdigest()),
        "RepoTags": [spec.name],
        "Layers": [_blob(layer_digest)],
    }
    return _json([entry])


def _write_layer(rootfs: Path, target: Path, compress: bool) -> tuple[str, str, int]:
    """Write a layer; returns the hex SHA-256 of the tar, of the file as written, and the bytes of the files in it."""
    with target.open("wb") as raw:
        outer = _HashingWriter(raw)
        # No name and no time in the gzip header: they would differ at each run.
        zipped = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=outer, mtime=0) if compress else None
        inner = _HashingWriter(zipped) if zipped else outer
        with tarfile.open(fileobj=inner, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            unpacked = sum(_add_path(tar, rootfs, path) for path in sorted(rootfs.rglob("*")))
        if zipped:
            zipped.close()
    return inner.hexdigest(), outer.hexdigest(), unpacked


def _add_path(tar: tarfile.TarFile, rootfs: Path, path: Path) -> int:
    """Add one file, directory or link without its owner and time; returns its size in bytes."""
    status = path.lstat()
    entry = _entry(str(path.relative_to(rootfs)), 0)
    entry.mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISDIR(status.st_mode):
        entry.type = tarfile.DIRTYPE
    elif stat.S_ISLNK(status.st_mode):
        entry.type, entry.linkname = tarfile.SYMTYPE, str(path.readlink())
    elif stat.S_ISREG(status.st_mode):
        entry.size = status.st_size
        with path.open("rb") as content:
            tar.addfile(entry, content)
        return status.st_size
    else:
        raise ValueError(f"{path}: only files, directories and links belong into an image")
    tar.addfile(entry)
    return 0


class _HashingWriter(io.RawIOBase):
    """Passes bytes on and remembers their SHA-256."""

    def __init__(self, target: BinaryIO | gzip.GzipFile) -> None:
        self._target = target
        self._hash = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._hash.update(data)
        self._target.write(data)
        return len(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, 0, 0o644
    return entry


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    tar.addfile(_entry(name, len(content)), io.BytesIO(content))


def _blob(digest: str) -> str:
    return f"blobs/sha256/{digest}"


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": f"sha256:{hashlib.sha256(content).hexdigest()}", "size": len(content)}


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
