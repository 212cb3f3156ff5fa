"""The checks of hack/lint. Each returns what it found as text; nothing found is an empty text."""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lib import build, chart_lint, needs, packages, paths
from lib.command import run
from lib.progress import Step, Steps

SOURCE_DIRECTORIES = ("webhook", "tests", "hack")
REQUIREMENTS = paths.REPOSITORY / "tests" / "requirements.txt"
# A suite's modules find each other by the directories that pytest puts on the path, and two suites may have modules of
# the same name: mypy checks each suite by itself. The commands of hack/ have no suffix.
MYPY_RUNS: dict[str, tuple[str, ...]] = {
    "hack": ("tests/chart",),  # hack/bench starts the API server of the chart's tests.
    "tests/hack": (),
    "tests/chart": (),
    "tests/e2e": (),
    "tests/manifests": (),
    "tests/chaos": ("tests/e2e",),
}


@dataclass(frozen=True)
class Job:
    """A check that runs: `fix` asks it to rewrite what it can, `step` shows how far it is."""

    fix: bool
    step: Step
    steps: Steps


def run_all(names: list[str], *, fix: bool, steps: Steps) -> int:
    """Run the checks, print what they find; 1 if they found anything."""
    packages.ensure_debian(needs.packages("lint", "build", "parent"), steps)
    bad = []
    for name in names:
        title = f"checking {name}"
        with steps.step(title) as step:
            found = CHECKS[name](Job(fix, step, steps))
        if found:
            bad.append(name)
            print(found, flush=True)
    print(f"lint: {', '.join(bad)} failed" if bad else "lint: nothing found", flush=True)
    return 1 if bad else 0


def _format(job: Job) -> str:
    files = list(_files(".cc", ".h", ".c"))
    if not files:
        return ""
    if job.fix:
        run(["clang-format", "-i", *files], cwd=paths.REPOSITORY)
    found = _output(["clang-format", "--dry-run", "-Werror", *files])
    wrong = sorted({line.partition(":")[0] for line in found.splitlines() if "[-Wclang-format-violations]" in line})
    return "\n".join(f"{name}: not formatted; hack/lint --fix does it" for name in wrong) or found


def _tidy(job: Job) -> str:
    """clang-tidy over every source that is compiled, save those that passed and are, with all headers, unchanged."""
    build.build("release", job.steps)
    database = paths.REPOSITORY / "build" / "release" / "compile_commands.json"
    sources = sorted({Path(entry["file"]) for entry in json.loads(database.read_text())})
    seal, passed = _seal(database), paths.cache() / "clang-tidy"
    passed.mkdir(parents=True, exist_ok=True)

    def check(source: Path) -> str:
        mark = passed / hashlib.sha256(seal + bytes(source) + source.read_bytes()).hexdigest()
        if mark.exists():
            return ""
        # The database is GCC's, and names warnings and optimisations that clang does not have.
        known = [f"--extra-arg=-Wno-{what}" for what in ("unknown-warning-option", "ignored-optimization-argument")]
        found = _output(["clang-tidy", "-quiet", *known, "-p", database.parent, source], quiet_errors=True)
        if not found:
            mark.touch()
        return found

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = []
        for done, result in enumerate(pool.map(check, sources), start=1):
            job.step.note(f"{done} of {len(sources)} files")
            results.append(result)
    return "\n".join(filter(None, results))


def _thread_safety() -> str:
    """Clang's thread-safety analysis of each source whose members a mutex guards; a std::mutex would escape it."""
    texts = {path: (paths.REPOSITORY / path).read_text() for path in _files(".cc", ".h") if path.parts[0] == "webhook"}
    found = [
        f"{path}: std::mutex: Mutex of base/mutex.h is the one whose rules are checked"
        for path, text in texts.items()
        if "std::mutex" in text and path != Path("webhook/base/mutex.h")
    ]
    guarded = {path for path, text in texts.items() if '#include "base/mutex.h"' in text}
    sources = {source if (source := path.with_suffix(".cc")) in texts else path for path in guarded}
    warnings = ["-Wthread-safety", "-Werror=thread-safety"]
    clang = ["clang++", "-std=c++20", "-fsyntax-only", *warnings, "-Iwebhook", "-x", "c++"]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found += pool.map(lambda source: _output([*clang, source]), sorted(sources))
    return "\n".join(filter(None, found))


def _seal(database: Path) -> bytes:
    """Hash everything that each source's result depends on: the checks, the flags and all our headers."""
    digest = hashlib.sha256((paths.REPOSITORY / ".clang-tidy").read_bytes() + database.read_bytes())
    for header in _files(".h"):
        digest.update((paths.REPOSITORY / header).read_bytes())
    return digest.digest()


def _python(job: Job) -> str:
    python = packages.ensure_venv(REQUIREMENTS, job.steps)
    ruff = python.parent / "ruff"
    if job.fix:
        run([ruff, "check", "--no-cache", "--fix", "--quiet", "."], cwd=paths.REPOSITORY, check=False)
        run([ruff, "format", "--no-cache", "--quiet", "."], cwd=paths.REPOSITORY)
    found = [
        _output([ruff, "check", "--no-cache", "--quiet", "--output-format=concise", "."]),
        _output([ruff, "format", "--no-cache", "--check", "."]),
    ]
    return "\n".join(filter(None, found))


def _types(job: Job) -> str:
    """Run mypy over each directory of MYPY_RUNS. What it learned stays in the cache for the next run."""
    mypy = packages.ensure_venv(REQUIREMENTS, job.steps).parent / "mypy"

    def check(directory: str) -> str:
        sources = [
            path.relative_to(paths.REPOSITORY)
            for path in sorted((paths.REPOSITORY / directory).rglob("*"))
            if path.suffix == ".py" or _is_script(path, b"#!/usr/bin/env python3")
        ]
        search = [str(paths.REPOSITORY / one) for one in ("hack", directory, *MYPY_RUNS[directory])]
        cache = paths.cache() / "mypy" / directory.replace("/", "-")
        return _output(
            [mypy, "--no-error-summary", "--scripts-are-modules", f"--cache-dir={cache}", *sources],
            environment={"MYPYPATH": os.pathsep.join(search)},
        )

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = [line for text in pool.map(check, MYPY_RUNS) for line in text.splitlines()]
    return "\n".join(dict.fromkeys(found))


def _shell() -> str:
    scripts = []
    for directory in (".ci", "hack", "tests"):
        for path in sorted((paths.REPOSITORY / directory).rglob("*")):
            if _is_script(path, b"#!/usr/bin/env bash", b"#!/bin/bash", b"#!/bin/sh"):
                scripts.append(path.relative_to(paths.REPOSITORY))
    return _output(["shellcheck", *scripts]) if scripts else ""


CHECKS: dict[str, Callable[[Job], str]] = {
    "format": _format,
    "thread-safety": lambda _: _thread_safety(),
    "tidy": _tidy,
    "python": _python,
    "types": _types,
    "shell": lambda _: _shell(),
    "chart": lambda job: "\n".join(chart_lint.findings(job.step, job.steps)),
}


def _is_script(path: Path, *first_lines: bytes) -> bool:
    """Report whether a file begins with one of these lines."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.readline().rstrip() in first_lines


def _files(*suffixes: str) -> Iterable[Path]:
    """Our sources with these suffixes, relative to the checkout."""
    for directory in SOURCE_DIRECTORIES:
        for path in sorted((paths.REPOSITORY / directory).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path.relative_to(paths.REPOSITORY)


def _output(
    argv: Sequence[str | Path], quiet_errors: bool = False, environment: Mapping[str, str] | None = None
) -> str:
    """Return the output of a linter that ends with an error.

    `quiet_errors`: leave its stderr out where stdout says enough. `environment`: more variables.
    """
    result = subprocess.run(
        [str(word) for word in argv],
        cwd=paths.REPOSITORY,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if result.returncode == 0:
        return ""
    said = result.stdout.strip()
    if not (quiet_errors and said):
        said = f"{said}\n{result.stderr.strip()}".strip()
    return said or f"{argv[0]} ended with exit code {result.returncode}"
