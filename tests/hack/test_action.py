"""The parts that others run in their continuous integration: the composite action, its script, the pre-commit hook."""

import os
import re
import subprocess
from pathlib import Path

import yaml
from lib import paths

SCRIPT = paths.REPOSITORY / ".ci" / "check-values"
ACTION = yaml.safe_load((paths.REPOSITORY / "action.yml").read_text())
(HOOK,) = yaml.safe_load((paths.REPOSITORY / ".pre-commit-hooks.yaml").read_text())


def told(directory: Path, **environment: str) -> list[str]:
    """Return the arguments that the program gets from the script."""
    program = directory / "program"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    result = subprocess.run(
        [str(SCRIPT)],
        env={"PATH": os.environ["PATH"], "BINARY": str(program), **environment},
        cwd=directory,
        text=True,
        capture_output=True,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_the_script_hands_every_input_on(tmp_path: Path) -> None:
    assert told(tmp_path, VALUES="a.yaml") == ["check", "-o", "github", "--strict", "-f", "a.yaml"]
    found = told(tmp_path, VALUES="\na b.yaml\n\n$(id).yaml\n", STRICT="false", FORMAT="json", PROTECTED_FILE="p.json")
    assert found == ["check", "-o", "json", "-f", "a b.yaml", "-f", "$(id).yaml", "--config-protected-file", "p.json"]


def test_the_script_writes_to_a_file_on_request(tmp_path: Path) -> None:
    assert not told(tmp_path, VALUES="a.yaml", FORMAT="sarif", OUTPUT="out.sarif")
    assert (tmp_path / "out.sarif").read_text().startswith("check\n-o\nsarif\n")


def test_the_scripts_exit_code_is_the_checks(tmp_path: Path) -> None:
    for program, code in (("/bin/true", 0), ("/bin/false", 1)):
        result = subprocess.run([str(SCRIPT)], env={"PATH": os.environ["PATH"], "BINARY": program}, cwd=tmp_path)
        assert result.returncode == code


def test_the_action_gives_the_script_each_input_by_way_of_the_environment() -> None:
    (step,) = ACTION["runs"]["steps"]
    assert {f"inputs.{name}" for name in ACTION["inputs"]} == set(re.findall(r"inputs\.[\w-]+", str(step["env"])))
    assert "inputs" not in step["run"] and step["run"].strip('"').endswith("/.ci/check-values")
    read = set(re.findall(r"\$\{?([A-Z_]+)", SCRIPT.read_text())) - {"PWD"}
    assert read == set(step["env"])


def test_the_actions_image_is_this_release() -> None:
    chart = yaml.safe_load((paths.REPOSITORY / "chart" / "Chart.yaml").read_text())
    assert ACTION["inputs"]["image"]["default"].endswith(f":{chart['appVersion']}")


def test_the_pre_commit_hook_judges_each_file_by_itself(tmp_path: Path) -> None:
    """pre-commit splits the entry as a shell does and appends the files."""
    program = tmp_path / "connected-registry"
    program.write_text('#!/bin/sh\necho "$@"\ntest "$4" != bad.yaml\n')
    program.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    for files, code in ((["a.yaml", "c d.yaml"], 0), (["bad.yaml", "a.yaml"], 1)):
        command = f"{HOOK['entry']} " + " ".join(f"'{file}'" for file in files)
        result = subprocess.run(["bash", "-c", command], env=environment, text=True, capture_output=True)
        assert result.returncode == code
        assert result.stdout.splitlines() == [f"check --strict -f {file}" for file in files]


def test_the_pre_commit_hook_finds_values_files_by_their_usual_names() -> None:
    for name, found in (
        ("connected-registry.yaml", True),
        ("deploy/connected-registry-production.yml", True),
        ("protected-settings-extension.json", True),
        ("values.yaml", False),
        ("connected-registry/other.yaml", False),
    ):
        assert bool(re.search(HOOK["files"], name)) == found, name
