"""Ask programs of the verdict protocol: each reads a JSON object a line, and writes one a line in the same order."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lib import build, paths
from lib.progress import Steps

Answer = dict[str, Any]


def built(name: str) -> Path:
    """Build a program of tests/chart, which calls functions of ours, and return its path."""
    build.build("release", Steps(), name)
    return paths.REPOSITORY / "build" / "release" / "tests" / "chart" / name


def ask(
    program: Path, questions: Iterable[Mapping[str, Any]], *, environment: Mapping[str, str] | None = None
) -> list[Answer]:
    """Return the answers of a program, one for each question."""
    lines = [json.dumps(question) for question in questions]
    result = subprocess.run(
        [program],
        input="".join(line + "\n" for line in lines).encode(),
        capture_output=True,
        timeout=300,
        env={**os.environ, **(environment or {})},
    )
    assert result.returncode == 0, result.stderr.decode()
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == len(lines)
    return answers
