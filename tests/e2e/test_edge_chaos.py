"""Events that must not break an image: a registry killed during a synchronization or a push, and garbage collection.

Long; run by hand with `hack/test chaos`.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import edge
import pytest
from installation import ADDRESS, NODE, Parts, install
from lib import cluster, oci, tools
from lib.cluster import images as node_images
from lib.waiting import wait_for

pytestmark = pytest.mark.chaos

SETTINGS = ["trustDistribution.useNodeSelector=true"]
LARGE = ["chaos/large-1:1", "chaos/large-2:1", "chaos/large-3:1"]
LAYER_BYTES = 120_000_000


@pytest.fixture(scope="module")
def large(trusted: Parts) -> list[Path]:
    """Provide archives of large images, of which the parent has those of LARGE."""
    directory = Path(tempfile.mkdtemp(prefix="chaos-"))
    archives = []
    for number in range(len(LARGE) + 1):
        tree = directory / f"tree-{number}"
        tree.mkdir()
        (tree / "data").write_bytes(os.urandom(LAYER_BYTES))
        archive = directory / f"{number}.tar"
        oci.write_archive(tree, oci.ImageSpec(f"localhost/chaos/{number}:1"), archive, compress=False)
        archives.append(archive)
    for reference, archive in zip(LARGE, archives, strict=False):
        trusted.source._crane("push", str(archive), f"{trusted.source.endpoint}/{reference}")
    return archives


@pytest.fixture(scope="module", autouse=True)
def as_before(trusted: Parts) -> Iterator[None]:
    yield
    install(trusted.local, trusted.release, trusted.source, SETTINGS)


def _kill_registry(parts: Parts) -> None:
    """SIGKILL to every process of the registry's pod at once, as a node's failure would."""
    ctr = ["ctr", "--address", node_images.SOCKET, "--namespace", node_images.NAMESPACE]
    uid = edge.registry_pod(parts)["metadata"]["uid"]
    found = cluster.run(
        [*ctr, "containers", "list", "--quiet", f'labels."io.kubernetes.pod.uid"=={uid}'], node=NODE
    ).stdout.split()
    for container in found:
        cluster.run([*ctr, "tasks", "kill", "--signal", "SIGKILL", container], node=NODE, check=False)


def _assert_whole(parts: Parts, *references: str) -> None:
    """Every layer is read, and its digest checked."""
    for reference in references:
        checked = parts.crane("validate", "--remote", f"{ADDRESS}/{reference}")
        assert checked.returncode == 0, checked.stderr


def _upgrade(parts: Parts, values: dict[str, Any], *settings: str) -> None:
    install(parts.local, parts.release, parts.source, [*SETTINGS, *settings], values)


def test_a_registry_killed_while_it_synchronizes_goes_on_and_serves_nothing_broken(
    trusted: Parts, large: list[Path]
) -> None:
    _upgrade(trusted, {"sync": {"repositories": LARGE, "schedule": "* * * * *"}})
    for number in (3, 0, 3):
        # Something to bring: a run without it is over before it is seen. And to what was killed, kubelet gives a
        # pause, which grows.
        trusted.source._crane("push", str(large[number]), f"{trusted.source.endpoint}/{LARGE[0]}")
        wait_for("a run", lambda: edge.report(trusted)["state"] == "Running", seconds=240, explain=trusted.diagnosis)
        _kill_registry(trusted)
        wait_for(
            "the registry to answer again",
            lambda: edge.request(trusted, "GET", "/readyz")[0] == 200,
            seconds=120,
            explain=trusted.diagnosis,
        )
        for reference in LARGE:
            repository, tag = reference.split(":")
            if edge.request(trusted, "HEAD", f"/v2/{repository}/manifests/{tag}")[0] == 200:
                _assert_whole(trusted, reference)
    edge.wait_for_state(trusted, "Synchronized", seconds=180)
    _assert_whole(trusted, *LARGE)


def test_garbage_collection_during_synchronization_loses_nothing(trusted: Parts, large: list[Path]) -> None:
    values = {
        "sync": {"repositories": LARGE, "schedule": "@every 5s"},
        "garbageCollection": {"schedule": "* * * * *"},
    }
    _upgrade(trusted, values)
    collected = 0
    for round_number in range(3):
        # The tag moves on: what it left is garbage, and comes again with the next move.
        trusted.source._crane(
            "push", str(large[3 if round_number % 2 == 0 else 0]), f"{trusted.source.endpoint}/{LARGE[0]}"
        )
        wanted = trusted.source.digest(LARGE[0])
        wait_for(
            "the moved tag to arrive",
            lambda: trusted.crane("digest", f"{ADDRESS}/{LARGE[0]}").stdout.strip() == wanted,
            seconds=180,
            explain=trusted.diagnosis,
        )
        wait_for(
            "garbage to be collected",
            lambda: _collections(trusted) > collected,
            seconds=120,
            explain=trusted.diagnosis,
        )
        collected = _collections(trusted)
        edge.wait_for_state(trusted, "Synchronized", seconds=120)
        _assert_whole(trusted, *LARGE)


def _collections(parts: Parts) -> int:
    pod = edge.registry_pod(parts)["metadata"]["name"]
    namespace = f"--namespace={parts.release.namespace}"
    said = parts.local.kubectl("logs", pod, "--container=garbage", namespace, check=False).stdout
    return said.count("removed_blobs")


def test_a_registry_killed_during_a_push_takes_the_push_again(
    trusted: Parts, large: list[Path], tmp_path: Path
) -> None:
    _upgrade(trusted, {"sync": {"repositories": LARGE}}, "mode=ReadWrite")
    bundle = tmp_path / "ca.crt"
    bundle.write_text(trusted.bundle())
    argv = cluster.command([tools.binary("crane"), "push", str(large[0]), f"{ADDRESS}/mine/large:1"])
    environment = cluster.environment({"SSL_CERT_FILE": str(bundle)})
    with subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as push:
        wait_for(
            "the push to be under way",
            lambda: push.poll() is not None or "POST /v2/mine/large/blobs/uploads/" in _requests(trusted),
            seconds=30,
        )
        _kill_registry(trusted)
        push.wait(timeout=120)
    wait_for(
        "the registry to answer again",
        lambda: edge.request(trusted, "GET", "/readyz")[0] == 200,
        seconds=120,
        explain=trusted.diagnosis,
    )
    again = trusted.crane("push", str(large[0]), f"{ADDRESS}/mine/large:1")
    assert again.returncode == 0, again.stderr
    _assert_whole(trusted, "mine/large:1", *LARGE)


def _requests(parts: Parts) -> str:
    pod = edge.registry_pod(parts)["metadata"]["name"]
    namespace = f"--namespace={parts.release.namespace}"
    return parts.local.kubectl("logs", pod, "--container=nginx", namespace, "--tail=50", check=False).stdout
