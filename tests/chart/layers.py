"""Runs each layer that checks settings: the chart's schema, its templates, and the program's `check`."""

import copy
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from charts import LOADER
from lib import paths, tools

PROGRAM = paths.REPOSITORY / "build" / "release" / "connected-registry"
SETTINGS = "# Source: connected-registry/templates/settings-secret.yaml\n"
# check may not take longer for anything: a hang is a failure.
CHECK_SECONDS = 20
# Rendered together: a rendering costs a hundred times what the findings of one text do.
TEXTS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Verdict:
    """The verdict of a layer: the findings as the lines that it prints, and whether the values pass."""

    passes: bool
    errors: frozenset[str]
    warnings: frozenset[str]
    text: str

    def ids(self) -> set[str]:
        """Return the rules that are broken, errors and warnings alike."""
        return {line.split()[0].rstrip(":") for line in self.errors | self.warnings}


class Renderer:
    """The chart without its dependency, rendered by helm's own code in one process.

    Of its objects only those are kept that speak of the settings, unless the whole chart is asked for: ten times as
    fast, and all templates with rules are executed the same.
    """

    def __init__(self, directory: Path, *, whole: bool = False) -> None:
        self._chart = directory / "chart"
        shutil.copytree(paths.REPOSITORY / "chart", self._chart, ignore=shutil.ignore_patterns("charts"))
        file = self._chart / "Chart.yaml"
        file.write_text(file.read_text().partition("dependencies:\n")[0])
        for template in (self._chart / "templates").rglob("*.yaml"):
            if not whole and template.name not in ("prepare.yaml", "settings-secret.yaml"):
                template.unlink()

    def findings_of_each(self, setter: str, checks: Iterable[str], texts: list[str]) -> list[dict[str, list[str]]]:
        """Return the findings {"errors": …, "warnings": …} of some templates' checks for each text, in one process.

        The setter is a template that puts the text, its ".", where the values have it.
        """
        template = self._chart / "templates" / "findings-of-each.yaml"
        template.write_text(
            "texts:\n{{- range .Values.texts }}\n"
            + setter
            + '{{ $found := dict "errors" list "warnings" list }}'
            + "".join(f'{{{{ include "connected-registry.{check}" (list $ $found) }}}}' for check in checks)
            + "\n- {{ toJson $found }}\n{{- end }}\n"
        )
        parts = [texts[begin : begin + TEXTS_AT_ONCE] for begin in range(0, len(texts), TEXTS_AT_ONCE)]
        base = {"service": {"clusterIP": "192.100.100.1"}, "connectionStringSecret": "parent"}
        try:
            answers = self._render([json.dumps({**base, "texts": part}) for part in parts], schema=False)
        finally:
            template.unlink()
        lines: list[dict[str, list[str]]] = []
        for answer in answers:
            assert not answer["error"], answer["error"]
            document = answer["manifest"].partition("/findings-of-each.yaml\n")[2].partition("\n---\n")[0]
            lines += [json.loads(line[2:]) for line in document.splitlines() if line.startswith("- {")]
        assert len(lines) == len(texts)
        return lines

    def judge(self, texts: Iterable[str], *, schema: bool) -> list[Verdict]:
        """Return helm's verdict on each values file; the templates' alone if the schema is left out."""
        return [_helm_verdict(**answer) for answer in self._render(texts, schema=schema)]

    def manifests(self, texts: Iterable[str]) -> list[str]:
        """Return what helm makes of each values file, which must be valid."""
        answers = self._render(texts, schema=True)
        for answer in answers:
            assert not answer["error"], answer["error"]
        return [answer["manifest"] for answer in answers]

    def _render(self, texts: Iterable[str], *, schema: bool) -> list[dict[str, str]]:
        lines = [json.dumps({"values": text, "schema": schema}) for text in texts]
        result = subprocess.run(
            [str(tools.binary("chart-renderer")), str(self._chart)],
            input="\n".join(lines).encode(),
            capture_output=True,
            timeout=1200,
        )
        assert result.returncode == 0, result.stderr.decode()
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        assert len(answers) == len(lines)
        return answers


def _helm_verdict(error: str, manifest: str) -> Verdict:
    if error:
        found = frozenset(line.strip() for line in error.splitlines() if re.match(r"\s*CR\d{3}[ :]", line))
        return Verdict(passes=False, errors=found, warnings=frozenset(), text=error)
    document = manifest.partition(SETTINGS)[2].partition("\n---\n")[0]
    said = yaml.load(document, LOADER)["metadata"].get("annotations", {}).get("connected-registry.io/warnings", "")
    return Verdict(passes=True, errors=frozenset(), warnings=frozenset(said.splitlines()), text=said)


def run_check(
    *arguments: str, input: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run `connected-registry check`; any exit code but 0, 1 and 2 is a crash."""
    result = subprocess.run(
        [str(PROGRAM), "check", *arguments],
        input=input,
        capture_output=True,
        timeout=CHECK_SECONDS,
        env={"PATH": os.environ["PATH"], **(environment or {})},
    )
    assert result.returncode in (0, 1, 2), (result.returncode, result.stderr)
    return result


def check(text: str | bytes, *arguments: str) -> Verdict:
    """Return the verdict of `check` on a values file."""
    raw = text.encode() if isinstance(text, str) else text
    result = run_check("-f", "-", "-o", "json", *arguments, input=raw)
    if result.returncode == 2:
        assert result.stderr, "it could not run, and did not say why"
        return Verdict(passes=False, errors=frozenset(), warnings=frozenset(), text=result.stderr.decode())
    return _check_verdict(result)


def _check_verdict(result: subprocess.CompletedProcess[bytes]) -> Verdict:
    found: dict[str, set[str]] = {"error": set(), "warning": set()}
    for one in json.loads(result.stdout)["findings"]:
        path = f" {one['path']}" if one["path"] else ""
        found[one["severity"]].add(f"{one['id']}{path}: {one['message']}. Fix: {one['fix']}.")
    assert (result.returncode == 0) == (not found["error"])
    return Verdict(
        passes=result.returncode == 0,
        errors=frozenset(found["error"]),
        warnings=frozenset(found["warning"]),
        text=result.stdout.decode(),
    )


def check_protected(directory: Path, text: str) -> Verdict:
    """Return the verdict of `check` on a protected settings file, with an address."""
    file = directory / "protected.json"
    file.write_text(text)
    result = run_check("--set", "service.clusterIP=192.100.100.1", "--config-protected-file", str(file), "-o", "json")
    return _check_verdict(result)


def check_all(texts: Iterable[str | bytes]) -> list[Verdict]:
    """`check` for each values file, several at once: most of the time is waiting for a process to start."""
    with ThreadPoolExecutor(4 * (os.cpu_count() or 1)) as pool:
        return list(pool.map(check, texts))


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Values with others on top, as helm merges files."""
    out = copy.deepcopy(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(out.get(key), dict)
        out[key] = merged(out[key], value) if both else copy.deepcopy(value)
    return out
