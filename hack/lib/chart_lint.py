"""The chart's form: helm's linter and Kubernetes' schemas with every example, the README, the YAML that people edit."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lib import chart_defaults, chart_readme, examples, packages, paths, release, tools
from lib.kubernetes_schemas import kubeconform
from lib.progress import Step, Steps

# YAML that people write by hand. Templates are not YAML before helm has rendered them.
YAML = ("chart/values.yaml", "chart/Chart.yaml", "values-examples", "action.yml", ".pre-commit-hooks.yaml", ".github")


def findings(step: Step, steps: Steps) -> Iterator[str]:
    """Return the findings, a paragraph each."""
    tools.ensure("helm", "kubeconform", steps=steps)
    release.package_dependency()
    with tempfile.TemporaryDirectory(prefix="chart-lint-") as work:
        overlay = Path(work) / "overlay.json"
        for example in examples.files():
            step.note(example.name)
            overlay.write_text(json.dumps(examples.overlay(example)))
            yield from _chart_with([example, overlay])
    yield from chart_readme.findings()
    yield from chart_defaults.findings()
    python = packages.ensure_venv(paths.REPOSITORY / "tests" / "requirements.txt", steps)
    yield from _said([python.parent / "yamllint", "--strict", "--format=parsable", *YAML])


def _chart_with(files: list[Path]) -> Iterator[str]:
    values = [f"--values={file}" for file in files]
    helm = tools.binary("helm")
    yield from _said([helm, "lint", "--strict", "--quiet", "chart", *values])
    rendered = _run([helm, "template", "connected-registry", "chart", "--namespace=registry", *values])
    if rendered.returncode != 0:
        yield f"helm template with {files[0].name}: {rendered.stderr.strip()}"
        return
    checked = kubeconform(rendered.stdout)
    if checked.returncode != 0:
        yield f"kubeconform with {files[0].name}: {checked.stdout.strip()}{checked.stderr.strip()}"


def _said(argv: list[str | Path]) -> Iterator[str]:
    result = _run(argv)
    if result.returncode != 0:
        yield (result.stdout + result.stderr).strip() or f"{argv[0]} ended with exit code {result.returncode}"


def _run(argv: list[str | Path]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in argv], cwd=paths.REPOSITORY, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
