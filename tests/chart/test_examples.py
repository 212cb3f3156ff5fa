"""The values files that users start from. That they install and work is shown by the end-to-end tests."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from charts import Chart
from lib import examples, packages
from lib.kubernetes_schemas import kubeconform

EXAMPLES = examples.files()
SCENARIOS = {
    "default",
    "preinstalled-cert-manager",
    "own-certificate",
    "own-certificate-secret",
    "own-trust-distribution",
    "labelled-nodes",
    "plain-http",
    "private-parent",
}


@pytest.fixture(scope="module")
def overlays() -> dict[str, dict[str, str]]:
    """Provide what each example needs beside itself."""
    packages.ensure_debian(["openssl"])
    return {example.name: examples.overlay(example) for example in EXAMPLES}


def test_there_is_one_for_each_scenario() -> None:
    assert {example.stem for example in EXAMPLES} == SCENARIOS


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_each_example_renders_and_lints(any_chart: Chart, overlays: dict[str, Any], example: Path) -> None:
    given = overlays[example.name]
    # Not --set and not a second file: helm's own order, the example first.
    rendered = any_chart.render(given, "--values", str(example))
    result = any_chart.helm("lint", given, "--strict", "--values", str(example))
    assert result.returncode == 0, result.stdout + result.stderr
    checked = kubeconform(rendered.text)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_example_without_its_certificate_says_what_is_missing(chart: Chart) -> None:
    refusal = chart.refusal({}, "--values", str(examples.DIRECTORY / "own-certificate.yaml"))
    assert "CR014 cert-manager.enabled" in refusal and refusal.count("Fix:") == 1


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_each_example_tells_the_command_that_installs_it(example: Path) -> None:
    comments = " ".join(line.lstrip("# ") for line in example.read_text().splitlines() if line.startswith("#"))
    command = re.search(r"helm install connected-registry chart .*?-f (\S+)", comments.replace("\\ ", ""))
    assert command and command.group(1) == f"values-examples/{example.name}"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_what_stands_commented_out_could_stand_there(chart: Chart, example: Path, overlays: dict[str, Any]) -> None:
    """Blocks of values in comments are values files themselves, but for what an ellipsis leaves out."""
    blocks = [
        "\n".join(line[2:] for line in block.splitlines())
        for block in re.findall(r"^# \w+:$\n(?:^# .*\n?)+", example.read_text(), re.MULTILINE)
    ]
    for block in blocks:
        values = yaml.safe_load(re.sub(r"\S*…\S*", "", block))
        assert isinstance(values, dict)
        schema_only = chart.helm("template", {**overlays[example.name], **values}, "--values", str(example))
        assert "schema" not in schema_only.stderr, schema_only.stderr


def test_the_certificates_commands_make_what_the_chart_takes(chart: Chart, tmp_path: Path) -> None:
    """The very commands of the comments, run by a shell."""
    packages.ensure_debian(["openssl"])
    text = (examples.DIRECTORY / "own-certificate.yaml").read_text()
    lines = [line[6:].strip() for line in text.splitlines() if line.startswith("#      ")]
    commands = "\n".join(lines[: next(index for index, line in enumerate(lines) if line.startswith("helm"))])
    subprocess.run(["bash", "-euc", commands.replace("rsa:4096", "rsa:2048")], cwd=tmp_path, check=True, timeout=60)
    settings = tmp_path / "protected-settings-extension.json"
    assert settings.stat().st_mode & 0o077 == 0
    example = examples.DIRECTORY / "own-certificate.yaml"
    # Helm takes the last file for the winner, and this one as it is.
    result = chart.helm("template", {}, "--values", str(example), "--values", str(settings))
    assert result.returncode == 0, result.stderr
