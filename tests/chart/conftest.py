"""Fixtures of the chart's tests: the chart with its dependency packaged, helm, and a real API server."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "hack"))

from api_server import ApiServer
from charts import DEPENDENCIES, Chart, package_dependency
from layers import Renderer
from lib import build, packages, paths, tools
from lib.progress import Steps
from material import Material


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what the chart renders to the golden file")


@pytest.fixture(scope="session", autouse=True)
def built_tools() -> None:
    """Provide the programs that the tests run."""
    tools.ensure("helm", "kubeconform", "chart-renderer", "go-verdicts")


@pytest.fixture(scope="session")
def charts(built_tools: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Chart]:
    """Provide a copy of the chart for each version of cert-manager, with that version packaged into it."""
    copies = {}
    for version in DEPENDENCIES:
        directory = tmp_path_factory.mktemp(version) / "chart"
        shutil.copytree(paths.REPOSITORY / "chart", directory, ignore=shutil.ignore_patterns("charts"))
        package_dependency(version, directory / "charts")
        copies[version] = Chart(directory)
    return copies


@pytest.fixture(scope="session", params=DEPENDENCIES)
def any_chart(request: pytest.FixtureRequest, charts: dict[str, Chart]) -> Chart:
    """Provide the chart with each of those versions in turn."""
    return charts[request.param]


@pytest.fixture(scope="session")
def chart(charts: dict[str, Chart]) -> Chart:
    """Provide the chart with the cert-manager that the local cluster runs."""
    return charts[DEPENDENCIES[0]]


@pytest.fixture(scope="session")
def renderer(built_tools: None, tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """Provide what the chart's templates and its schema say, as fast as helm's own code is."""
    packages.ensure_debian(["openssl"])
    return Renderer(tmp_path_factory.mktemp("renderer"))


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    """Certificates and keys, good ones and others."""
    packages.ensure_debian(["openssl"])
    return Material(tmp_path_factory.mktemp("material"))


@pytest.fixture(scope="session")
def whole_renderer(built_tools: None, tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    """Provide the same with all objects."""
    return Renderer(tmp_path_factory.mktemp("renderer"), whole=True)


@pytest.fixture(scope="session", autouse=True)
def program() -> None:
    """Provide the program, whose `check` is held against the chart."""
    build.build("release", Steps(), build.BINARY)


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """Provide an API server and its etcd, without nodes: it judges and stores, and runs nothing."""
    tools.ensure("kubernetes", "etcd")
    packages.ensure_debian(["openssl"])
    with ApiServer(tmp_path_factory.mktemp("api-server")) as server:
        yield server
