"""What the e2e tests share. They run on the local cluster, which `hack/test e2e` starts and loads with images.

One installation serves most tests: test_install.py makes it, test_uninstall.py removes it. ORDER is that life; a single
test (-k) gets the same installation, made when it is first asked for.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "hack"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from installation import RELEASE, SYNCHRONIZED, TEST_NAMESPACE, Parts, install, stranger_as_admitted
from lib import images, kube, parent
from lib.command import Failure
from lib.kube import LocalKube
from lib.progress import Steps
from lib.waiting import wait_for
from snapshot import Snapshot

ORDER = [
    "test_install",
    "test_trust",
    "test_injection",
    "test_read_only",
    "test_webhook_outage",
    "test_upgrade",
    "test_moves",
    "test_uninstall",
    "test_cluster_down",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the modules in the order of an installation's life; within a module, as it is written."""

    def rank(item: pytest.Item) -> int:
        name = item.path.stem
        return ORDER.index(name) if name in ORDER else len(ORDER)

    items.sort(key=rank)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Show a Failure's own text, which says the cause and quotes the right log; not the way to it through our code."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and call.excinfo and isinstance(call.excinfo.value, Failure):
        report.longrepr = f"{item.location[0]}:{(item.location[1] or 0) + 1}: {call.excinfo.value}"


@pytest.fixture(scope="session")
def local() -> LocalKube:
    """The cluster's kubectl and helm, with a namespace for the tests' own pods."""
    client = LocalKube()
    kube.apply(client, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TEST_NAMESPACE}})
    return client


@pytest.fixture(scope="session")
def source(local: LocalKube) -> parent.Parent:
    """The parent registry, holding the images that the tests use."""
    steps = Steps()
    source = parent.ensure(steps)
    hello = images.hello(steps)
    for repository in SYNCHRONIZED:
        source.push(hello, repository)
    return source


@pytest.fixture(scope="session")
def digest(source: parent.Parent) -> str:
    """The digest of the synchronized image, as the parent has it."""
    return source.digest(SYNCHRONIZED[0])


@pytest.fixture(scope="session")
def before(local: LocalKube) -> Snapshot:
    """The cluster and the node before anything of ours was installed."""
    kube.apply(local, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": RELEASE.namespace}})
    wait_for(
        "the new namespaces to have what every namespace gets",
        lambda: all(
            kube.get(local, kind, name, namespace)
            for kind, name in (("serviceaccount", "default"), ("configmap", "kube-root-ca.crt"))
            for namespace in (RELEASE.namespace, TEST_NAMESPACE)
        ),
        seconds=30,
    )
    return Snapshot.take(local)


@pytest.fixture(scope="session")
def stranger_before(local: LocalKube, before: Snapshot) -> str:
    """What the API server makes of a pod of another registry before anything of ours was installed."""
    return stranger_as_admitted(local)


@pytest.fixture(scope="session")
def installation(local: LocalKube, source: parent.Parent, before: Snapshot, stranger_before: str) -> Parts:
    """The installation that the tests share: the defaults, but trust only on nodes that carry the label."""
    return install(local, RELEASE, source, ["trustDistribution.useNodeSelector=true"])


@pytest.fixture(scope="session")
def trusted(installation: Parts) -> Parts:
    """The same, once the node carries the label and trusts the registry."""
    installation.label_node()
    return installation


@pytest.fixture(autouse=True, scope="module")
def no_pods_left(local: LocalKube) -> Iterator[None]:
    """Each module starts without pods of another."""
    yield
    local.kubectl("delete", "pods", "--all", "--namespace", TEST_NAMESPACE, "--now", "--wait=false")
