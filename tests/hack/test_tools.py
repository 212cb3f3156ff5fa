"""The tools that the tests build from Go modules."""

import re
import shutil
from pathlib import Path

import pytest
from lib import tools
from lib.paths import TOOLS_SOURCE


def test_the_chart_renderer_is_the_helm_that_the_tests_run() -> None:
    """Its verdicts are helm's only if it is built from the same version of helm and of all that helm needs."""
    modules = [(TOOLS_SOURCE / name / "go.mod").read_text() for name in ("helm", "chart-renderer")]
    required = [re.findall(r"^\t(\S+ v\S+)", module, re.MULTILINE) for module in modules]
    assert required[0] == required[1] and any(line.startswith("helm.sh/helm/v4 ") for line in required[0])


def test_a_change_of_a_program_of_ours_makes_its_tool_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tools.stamp("chart-renderer")
    shutil.copytree(TOOLS_SOURCE / "chart-renderer", tmp_path / "chart-renderer")
    monkeypatch.setattr("lib.paths.TOOLS_SOURCE", tmp_path)
    assert tools.stamp("chart-renderer") == before
    (tmp_path / "chart-renderer" / "main.go").write_text("package main\n")
    assert tools.stamp("chart-renderer") != before
