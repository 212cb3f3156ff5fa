"""Fixtures of the e2e tests. They run on the local cluster, which `hack/test e2e` starts and loads with images.

One installation serves most tests: test_install.py makes it, test_uninstall.py removes it. ORDER is that life; a single
test (-k) gets the same installation, made when it is first asked for.
"""

import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "hack"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from changes import Secured
from example import prepare, wait_for_image
from installation import (
    CHART,
    RELEASE,
    SYNCHRONIZED,
    TEST_NAMESPACE,
    Parts,
    install,
    stranger_as_admitted,
    wait_for_namespace,
)
from lib import images, kube, parent
from lib.command import Failure
from lib.progress import Steps
from recording import RecordingKube
from snapshot import Snapshot

ORDER = [
    "test_install",
    "test_trust",
    "test_other_clients",
    "test_injection",
    "test_injection_cases",
    "test_clients",
    "test_live_update",
    "test_read_only",
    "test_synchronization",
    "test_renewal",
    "test_access",
    "test_edge_chaos",
    "test_webhook_outage",
    "test_upgrade",
    "test_moves",
    "test_uninstall",
    "test_examples",
    "test_two_releases",
    "test_admission",
    "test_admission_certificates",
    "test_webhook_down",
    "test_cluster_down",
]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chaos: long, and run only when asked for (hack/test chaos)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the modules in the order of an installation's life; within a module, as it is written."""
    if "chaos" not in config.option.markexpr:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("chaos")])
        items[:] = [item for item in items if not item.get_closest_marker("chaos")]

    def rank(item: pytest.Item) -> int:
        name = item.path.stem
        return ORDER.index(name) if name in ORDER else len(ORDER)

    items.sort(key=rank)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a Failure's own text, which says the cause and quotes the right log; not the way to it through our code."""
    report = yield
    if report.failed and call.excinfo and isinstance(call.excinfo.value, Failure):
        report.longrepr = f"{item.location[0]}:{(item.location[1] or 0) + 1}: {call.excinfo.value}"
    return report


@pytest.fixture(scope="session")
def local() -> RecordingKube:
    """Provide the cluster's kubectl and helm, with a namespace for the tests' own pods."""
    client = RecordingKube()
    kube.apply(client, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TEST_NAMESPACE}})
    return client


@pytest.fixture(scope="session")
def source(local: RecordingKube) -> parent.Parent:
    """Provide the parent registry, holding the images that the tests use."""
    steps = Steps()
    source = parent.ensure(steps)
    hello = images.hello(steps)
    for repository in SYNCHRONIZED:
        source.push(hello, repository)
    source.push_chart(CHART)
    return source


@pytest.fixture(scope="session")
def digest(source: parent.Parent) -> str:
    """Provide the digest of the synchronized image, as the parent has it."""
    return source.digest(SYNCHRONIZED[0])


@pytest.fixture(scope="session")
def before(local: RecordingKube) -> Snapshot:
    """Provide the cluster and the node before anything of ours was installed."""
    kube.apply(local, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": RELEASE.namespace}})
    for namespace in (RELEASE.namespace, TEST_NAMESPACE):
        wait_for_namespace(local, namespace)
    return Snapshot.take(local)


@pytest.fixture(scope="session")
def stranger_before(local: RecordingKube, before: Snapshot) -> str:
    """Provide what the API server makes of a pod of another registry before anything of ours was installed."""
    return stranger_as_admitted(local)


@pytest.fixture(scope="session")
def installation(local: RecordingKube, source: parent.Parent, before: Snapshot, stranger_before: str) -> Parts:
    """Provide the installation that the tests share: labelled-nodes.yaml."""
    return install(local, RELEASE, source, [])


@pytest.fixture(scope="session")
def trusted(installation: Parts) -> Parts:
    """Provide the same, once the node carries the label and trusts the registry."""
    installation.label_node()
    return installation


@pytest.fixture(autouse=True, scope="module")
def no_pods_left(local: RecordingKube) -> Iterator[None]:
    """Each module starts without pods of another."""
    yield
    local.kubectl("delete", "pods", "--all", "--namespace", TEST_NAMESPACE, "--now", "--wait=false")


@pytest.fixture(scope="session")
def secured(local: RecordingKube, source: parent.Parent, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """Provide the installation of the modules about admission: own-certificate-secret.yaml.

    They are the last to use the cluster, and the last of them deletes its namespace.
    """
    one = prepare("own-certificate-secret.yaml", tmp_path_factory.mktemp("secured"), local, source)
    one.run_commands("openssl")
    one.run_commands("kubectl create namespace")
    parts = one.install(("logLevel=debug",))
    wait_for_image(parts)
    yield Secured(one, parts)
    if kube.get(local, "namespace", parts.release.namespace):
        one.uninstall()
