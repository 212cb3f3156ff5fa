"""An image archive depends on the files that go into it, and on nothing else."""

import hashlib
import json
import os
import tarfile
from pathlib import Path

import pytest
from lib import oci

NAME = "registry.example/group/program:1.2"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Provide a small root file system: a program, a link to it, a directory that anyone may write to."""
    root = tmp_path / "tree"
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "program").write_bytes(b"\x7fELF, so to speak")
    (root / "usr" / "bin" / "program").chmod(0o755)
    (root / "bin").symlink_to("usr/bin")
    (root / "tmp").mkdir()
    (root / "tmp").chmod(0o1777)
    return root


def read(archive: Path) -> dict[str, bytes]:
    """Return the files of an archive by their names."""
    with tarfile.open(archive) as tar:
        contents = {member.name: tar.extractfile(member) for member in tar}
        return {name: content.read() for name, content in contents.items() if content}


def layer_members(archive: Path) -> dict[str, tarfile.TarInfo]:
    """Return the entries of the archive's only layer."""
    content = read(archive)
    layer = json.loads(content["manifest.json"])[0]["Layers"][0]
    scratch = archive.with_suffix(".layer")
    scratch.write_bytes(content[layer])
    with tarfile.open(scratch) as tar:
        return {member.name: member for member in tar}


@pytest.mark.parametrize("compress", [True, False])
def test_the_same_files_give_the_same_bytes_whatever_their_time(tree: Path, tmp_path: Path, compress: bool) -> None:
    first = oci.write_archive(tree, oci.ImageSpec(NAME), tmp_path / "first.tar", compress=compress)
    os.utime(tree / "usr" / "bin" / "program", (1, 1))
    second = oci.write_archive(tree, oci.ImageSpec(NAME), tmp_path / "second.tar", compress=compress)
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.digest == second.digest


def test_another_byte_gives_another_digest(tree: Path, tmp_path: Path) -> None:
    first = oci.write_archive(tree, oci.ImageSpec(NAME), tmp_path / "first.tar")
    (tree / "usr" / "bin" / "program").write_bytes(b"\x7fELF, so to speek")
    assert oci.write_archive(tree, oci.ImageSpec(NAME), tmp_path / "second.tar").digest != first.digest


def test_every_blob_has_the_digest_that_it_is_called_by(tree: Path, tmp_path: Path) -> None:
    written = oci.write_archive(tree, oci.ImageSpec(NAME), tmp_path / "image.tar")
    content = read(written.path)
    blobs = {name: data for name, data in content.items() if name.startswith("blobs/")}
    assert len(blobs) == 3
    for name, data in blobs.items():
        assert name == f"blobs/sha256/{hashlib.sha256(data).hexdigest()}"
    manifest = json.loads(content["blobs/sha256/" + written.digest.removeprefix("sha256:")])
    for descriptor in (manifest["config"], *manifest["layers"]):
        assert len(blobs["blobs/sha256/" + descriptor["digest"].removeprefix("sha256:")]) == descriptor["size"]


def test_the_archive_carries_its_name_for_every_reader(tree: Path, tmp_path: Path) -> None:
    content = read(oci.write_archive(tree, oci.ImageSpec(NAME), tmp_path / "image.tar").path)
    annotations = json.loads(content["index.json"])["manifests"][0]["annotations"]
    assert annotations["io.containerd.image.name"] == NAME
    assert annotations["org.opencontainers.image.ref.name"] == "1.2"
    assert json.loads(content["manifest.json"])[0]["RepoTags"] == [NAME]


def test_a_layer_keeps_modes_and_links_and_forgets_owners(tree: Path, tmp_path: Path) -> None:
    members = layer_members(oci.write_archive(tree, oci.ImageSpec(NAME), tmp_path / "image.tar").path)
    assert members["usr/bin/program"].mode == 0o755
    assert members["tmp"].mode == 0o1777
    assert members["bin"].issym() and members["bin"].linkname == "usr/bin"
    assert {(member.uid, member.gid, member.uname, member.mtime) for member in members.values()} == {(0, 0, "", 0)}


def test_an_image_runs_as_nobody_that_exists_unless_it_says_otherwise(tree: Path, tmp_path: Path) -> None:
    spec = oci.ImageSpec(NAME, entrypoint=("/usr/bin/program",))
    content = read(oci.write_archive(tree, spec, tmp_path / "image.tar").path)
    config = json.loads(content[json.loads(content["manifest.json"])[0]["Config"]])["config"]
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["/usr/bin/program"]
    assert config["Env"] == [f"PATH={oci.DEFAULT_PATH}"]
