"""The traps of the tutorial: what `check` and helm say about each, as tests/golden/traps has it.

What admission says about the same is in the files NAME.admission.txt, which rule_traps_test.cc compares.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from layers import Renderer, run_check
from lib import paths
from material import Material
from rule_cases import BASE

DIRECTORY = paths.REPOSITORY / "tests" / "golden" / "traps"
TRAPS = sorted(file.stem for file in DIRECTORY.glob("*.json"))


def filled(text: str, material: Material) -> str:
    """Return the file with what {{NAME}} stands for."""
    return re.sub(r"\{\{([a-z.-]+)\}\}", lambda name: material.value(name.group(1)), text)


def steady(text: str) -> str:
    """Without what differs from run to run: dates, and the file's directory."""
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "DATE", text)


def told_by_check(name: str, text: str, directory: Path) -> str:
    """Return the output of `check` for the protected settings file."""
    (directory / name).write_bytes(text.encode())
    base: list[str] = []
    for key, value in {
        "service.clusterIP": BASE["service"]["clusterIP"],
        "cert-manager.install": "false",
        "cert-manager.enabled": "false",
    }.items():
        base += ["--config", f"{key}={value}"]
    result = run_check(*base, "--config-protected-file", str(directory / name))
    return (result.stdout + result.stderr).decode().replace(f"{directory}/", "")


def told_by_helm(text: str, renderer: Renderer) -> str:
    """Return helm's error for the same file as values."""
    off: dict[str, Any] = {**BASE, "cert-manager": {"install": False, "enabled": False}}
    # A second document is a second file to helm.
    (verdict,) = renderer.judge([f"{json.dumps(off)}\n---\n{text}"], schema=False)
    if verdict.passes:
        return "(it takes it: no template can see what is wrong)\n"
    found = "\n".join(sorted(verdict.errors)) or verdict.text
    return f"{found}\n"


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_of_the_tutorial_is_named(name: str, renderer: Renderer, material: Material, tmp_path: Path) -> None:
    text = filled((DIRECTORY / f"{name}.json").read_text(), material)
    checked, rendered = told_by_check("protected.json", text, tmp_path), told_by_helm(text, renderer)
    said = f"$ connected-registry check\n{checked}\n$ helm template\n{rendered}"
    golden = DIRECTORY / f"{name}.txt"
    if os.environ.get("CONNECTED_REGISTRY_UPDATE_GOLDEN"):
        golden.write_text(steady(said))
    assert steady(said) == golden.read_text()
    for secret in ("PRIVATE", material.value("good.key")[100:140], material.value("other.key")[100:140], "p=q=="):
        assert secret not in said


def test_there_are_ten_traps() -> None:
    assert len(TRAPS) >= 10
    for name in TRAPS:
        check = (DIRECTORY / f"{name}.txt").read_text()
        assert re.search(r"error CR\d{3}", check), f"{name}: check says nothing"
