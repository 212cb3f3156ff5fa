"""The commands say what they do, and refuse what cannot work before they begin."""

import os
import subprocess
import sys

import pytest
from lib import paths

COMMANDS = ["bench", "chart-readme", "cluster", "demo", "image", "lint", "package-cert-manager", "rootfs", "test"]


def run(name: str, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command of hack/, with a PATH of its own if one is given."""
    environment = {**os.environ, **({} if path is None else {"PATH": path})}
    argv = [sys.executable, str(paths.REPOSITORY / "hack" / name), *arguments]
    return subprocess.run(argv, env=environment, text=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_the_command(name: str) -> None:
    result = run(name, "--help")
    assert result.returncode == 0
    assert name in result.stdout and len(result.stdout.splitlines()) > 5


def test_every_command_is_executable_and_listed_here() -> None:
    found = sorted(path.name for path in (paths.REPOSITORY / "hack").iterdir() if path.is_file() and not path.suffix)
    assert found == COMMANDS
    assert all(os.access(paths.REPOSITORY / "hack" / name, os.X_OK) for name in found)


def test_the_demo_asks_for_the_address_on_a_cluster_it_does_not_know() -> None:
    result = run("demo", "--context", "mine")
    assert result.returncode == 2
    assert "--service-ip ADDRESS" in result.stderr


def test_the_demo_says_which_program_a_users_own_cluster_needs() -> None:
    result = run("demo", "--context", "mine", "--service-ip", "10.0.100.1", path="/nowhere")
    assert result.returncode == 1
    assert "there is no kubectl on the PATH" in result.stderr


def test_the_demo_names_a_values_file_that_is_not_there() -> None:
    result = run("demo", "--values", "/nowhere/values.yaml")
    assert result.returncode == 2
    assert "there is no values file /nowhere/values.yaml" in result.stderr


@pytest.mark.parametrize(("name", "word"), [("test", "e2f"), ("lint", "pyton")])
def test_a_wrong_word_is_answered_with_the_right_ones(name: str, word: str) -> None:
    result = run(name, word)
    assert result.returncode == 2
    assert f"there is no {'suite' if name == 'test' else 'check'} {word}; there are: " in result.stderr
