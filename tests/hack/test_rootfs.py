"""The image's root file system holds what its program needs to run, and nothing else."""

import subprocess
from pathlib import Path

import pytest
from lib import rootfs
from lib.command import Failure
from lib.progress import Steps

SOURCE = "#include <openssl/ssl.h>\nint main(void) { return OPENSSL_init_ssl(0, NULL) == 1 ? 0 : 1; }\n"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Provide a program in a tree of its own that needs OpenSSL's libraries."""
    path = tmp_path / "tree" / "usr" / "bin" / "program"
    path.parent.mkdir(parents=True)
    subprocess.run(["g++", "-x", "c", "-", "-o", path, "-lssl", "-lcrypto"], input=SOURCE, text=True, check=True)
    return path


def test_a_rootfs_holds_the_libraries_their_libraries_and_the_loader(program: Path, tmp_path: Path) -> None:
    libraries = rootfs.complete(tmp_path / "tree", program, Path("/"))
    names = {Path(library.path).name for library in libraries}
    assert {"libssl.so.3", "libcrypto.so.3", "libc.so.6"} <= names
    assert any(name.startswith("ld-linux") for name in names)
    for library in libraries:
        file = tmp_path / "tree" / library.path.lstrip("/")
        assert file.is_file() and not file.is_symlink() and file.stat().st_size == library.size


def test_a_rootfs_is_enough_to_run_the_program(program: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    assert subprocess.run(["unshare", "--map-root-user", "--root", tree, "/usr/bin/program"]).returncode != 0
    rootfs.complete(tree, program, Path("/"))
    subprocess.run(["unshare", "--map-root-user", "--root", tree, "/usr/bin/program"], check=True)


def test_a_rootfs_has_no_shell_and_an_empty_tmp(program: Path, tmp_path: Path) -> None:
    libraries = rootfs.complete(tmp_path / "tree", program, Path("/"))
    files = {str(path.relative_to(tmp_path / "tree")) for path in (tmp_path / "tree").rglob("*") if path.is_file()}
    assert files == {"usr/bin/program", *(library.path.lstrip("/") for library in libraries)}
    assert (tmp_path / "tree" / "tmp").stat().st_mode & 0o7777 == 0o1777


def test_a_missing_library_is_named(program: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Failure, match=r"program needs lib(ssl|crypto)\.so\.3, which is not under"):
        rootfs.complete(tmp_path / "tree", program, tmp_path / "empty")


def test_a_static_program_needs_nothing(tmp_path: Path) -> None:
    program = tmp_path / "tree" / "program"
    program.parent.mkdir()
    subprocess.run(
        ["gcc", "-static", "-x", "c", "-", "-o", program], input="int main(void) { return 0; }", text=True, check=True
    )
    assert rootfs.complete(tmp_path / "tree", program, Path("/")) == []


def test_a_destination_with_files_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    with pytest.raises(Failure, match="is not empty"):
        rootfs.make_ours(tmp_path, steps=Steps())
    assert (tmp_path / "kept").exists()
