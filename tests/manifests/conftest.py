"""Fixtures of the tests over real manifests, which `hack/test manifests` runs."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "hack"))

from lib import build, tools
from lib.progress import Steps


@pytest.fixture(scope="session", autouse=True)
def built_programs() -> None:
    """Provide the programs that the tests run."""
    tools.ensure("go-verdicts")
    build.build("release", Steps(), build.BINARY)
