"""The checks of hack/lint. Each returns what it found as text; nothing found is an empty text."""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lib import build, chart_lint, needs, packages, paths
from lib.command import run
from lib.progress import Step, Steps

SOURCE_FOLDERS = ("webhook", "tests", "hack")


def run_all(names: list[str], *, fix: bool, steps: Steps) -> int:
    """Run the checks, print what they find; 1 if they found anything."""
    packages.ensure_debian(needs.packages("lint", "build", "parent"), steps)
    bad = []
    for name in names:
        title = f"checking {name}"
        with steps.step(title) as step:
            found = CHECKS[name](fix, step, steps)
        if found:
            bad.append(name)
            print(found, flush=True)
    print(f"lint: {', '.join(bad)} failed" if bad else "lint: nothing found", flush=True)
    return 1 if bad else 0


def _format(fix: bool, step: Step, steps: Steps) -> str:
    files = list(_files(".cc", ".h", ".c"))
    if not files:
        return ""
    if fix:
        run(["clang-format", "-i", *files], cwd=paths.REPOSITORY)
    found = _output(["clang-format", "--dry-run", "-Werror", *files])
    wrong = sorted({line.partition(":")[0] for line in found.splitlines() if "[-Wclang-format-violations]" in line})
    return "\n".join(f"{name}: not formatted; hack/lint --fix does it" for name in wrong) or found


def _tidy(fix: bool, step: Step, steps: Steps) -> str:
    """clang-tidy over every source that is compiled, save those that passed and are, with all headers, unchanged."""
    build.build("release", steps)
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
            step.note(f"{done} of {len(sources)} files")
            results.append(result)
    return "\n".join(filter(None, results))


def _thread_safety(fix: bool, step: Step, steps: Steps) -> str:
    """Clang's thread-safety analysis of each source whose members a mutex guards; a std::mutex would escape it."""
    texts = {path: (paths.REPOSITORY / path).read_text() for path in _files(".cc", ".h") if path.parts[0] == "webhook"}
    found = [
        f"{path}: std::mutex: Mutex of base/mutex.h is the one whose rules are checked"
        for path, text in texts.items()
        if "std::mutex" in text and path != Path("webhook/base/mutex.h")
    ]
    guarded = {path for path, text in texts.items() if '#include "base/mutex.h"' in text}
    sources = {source if (source := path.with_suffix(".cc")) in texts else path for path in guarded}
    clang = ["clang++", "-std=c++20", "-fsyntax-only", "-Wthread-safety", "-Werror=thread-safety", "-Iwebhook", "-x", "c++"]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found += pool.map(lambda source: _output([*clang, source]), sorted(sources))
    return "\n".join(filter(None, found))


def _seal(database: Path) -> bytes:
    """What every source's result depends on: the checks, the flags and all headers of ours."""
    digest = hashlib.sha256((paths.REPOSITORY / ".clang-tidy").read_bytes() + database.read_bytes())
    for header in _files(".h"):
        digest.update((paths.REPOSITORY / header).read_bytes())
    return digest.digest()


def _python(fix: bool, step: Step, steps: Steps) -> str:
    python = packages.ensure_venv(paths.REPOSITORY / "tests" / "requirements.txt", steps)
    ruff = python.parent / "ruff"
    if fix:
        run([ruff, "check", "--no-cache", "--fix", "--quiet", "."], cwd=paths.REPOSITORY, check=False)
        run([ruff, "format", "--no-cache", "--quiet", "."], cwd=paths.REPOSITORY)
    found = [
        _output([ruff, "check", "--no-cache", "--quiet", "--output-format=concise", "."]),
        _output([ruff, "format", "--no-cache", "--check", "."]),
    ]
    return "\n".join(filter(None, found))


def _shell(fix: bool, step: Step, steps: Steps) -> str:
    scripts = []
    for folder in (".ci", "hack", "tests"):
        for path in sorted((paths.REPOSITORY / folder).rglob("*")):
            if path.is_file() and path.open("rb").readline().rstrip() in (
                b"#!/usr/bin/env bash",
                b"#!/bin/bash",
                b"#!/bin/sh",
            ):
                scripts.append(path.relative_to(paths.REPOSITORY))
    return _output(["shellcheck", *scripts]) if scripts else ""


def _chart(fix: bool, step: Step, steps: Steps) -> str:
    return "\n".join(chart_lint.findings(step, steps))


CHECKS: dict[str, Callable[[bool, Step, Steps], str]] = {
    "format": _format,
    "thread-safety": _thread_safety,
    "tidy": _tidy,
    "python": _python,
    "shell": _shell,
    "chart": _chart,
}


def _files(*suffixes: str) -> Iterable[Path]:
    """Our sources with these suffixes, relative to the checkout."""
    for folder in SOURCE_FOLDERS:
        for path in sorted((paths.REPOSITORY / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path.relative_to(paths.REPOSITORY)


def _output(argv: list[str | Path], quiet_errors: bool = False) -> str:
    """What a linter says when it ends with an error. `quiet_errors`: leave its stderr out where stdout says enough."""
    result = subprocess.run(
        [str(word) for word in argv],
        cwd=paths.REPOSITORY,
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
