"""Fixtures of the long tests: a cluster of three nodes (`hack/test chaos`), the last one with an old containerd.

They are one walk through an installation's life, in the order in which they are written.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "hack"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from fleet import Fleet
from installation import SYNCHRONIZED, TEST_NAMESPACE
from lib import images, kube, parent
from lib.kube import LocalKube
from lib.progress import Steps

NODES = ("node-1", "node-2", "node-3")


@pytest.fixture(scope="session")
def fleet() -> Fleet:
    """Provide the cluster's nodes, the parent registry with its images, and nothing installed yet."""
    local = LocalKube()
    for namespace in (TEST_NAMESPACE, "registry-system"):
        kube.apply(local, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    steps = Steps()
    source = parent.ensure(steps)
    hello = images.hello(steps)
    for repository in SYNCHRONIZED:
        source.push(hello, repository)
    return Fleet(local, source, NODES)
