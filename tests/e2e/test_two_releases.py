"""Two registries in one cluster, and a third: one brings cert-manager, the others use it. None disturbs another.

Each is an example: default.yaml, preinstalled-cert-manager.yaml and private-parent.yaml. The tests are a walk.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import edge
import pytest
import secrets_search
from example import REPOSITORIES, Example, prepare, pull, remove, wait_for_image
from installation import ADDRESS, Parts, client_pod, ended, exit_code, node_files
from lib import images, kube, release
from lib.command import CommandFailure
from lib.parent import Parent
from lib.progress import Steps
from lib.release import Release
from recording import RecordingKube
from snapshot import Snapshot, assert_nothing_is_left

# Another name and a namespace that is there already; and the same name in another namespace.
SECOND, SECOND_ADDRESS = Release("edge", "default"), "192.100.100.2"
THIRD, THIRD_ADDRESS = Release("connected-registry", "third"), "192.100.100.3"


@dataclass(frozen=True)
class Two:
    """Two installed releases."""

    first: Parts
    second: Parts


@pytest.fixture(scope="module")
def clean(local: RecordingKube) -> Snapshot:
    """Provide the cluster and the node before."""
    return Snapshot.take(local)


@pytest.fixture(scope="module")
def two(
    local: RecordingKube, source: Parent, clean: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Two]:
    """Provide the first brings cert-manager, the second uses it."""
    first = prepare("default.yaml", tmp_path_factory.mktemp("first"), local, source).install()
    one = prepare("preinstalled-cert-manager.yaml", tmp_path_factory.mktemp("second"), local, source)
    second = one.install((f"service.clusterIP={SECOND_ADDRESS}",), where=SECOND)
    for parts in (first, second):
        wait_for_image(parts)
    yield Two(first, second)
    for parts in (first, second):
        if kube.items(local, "secrets", parts.release.namespace, f"owner=helm,name={parts.release.name}"):
            release.uninstall(local, parts.release)


def test_the_node_trusts_both_and_pulls_from_both(two: Two) -> None:
    for parts, address in ((two.first, ADDRESS), (two.second, SECOND_ADDRESS)):
        owner = f"{parts.release.namespace}/{parts.release.fullname}"
        assert f"# Written by connected-registry for {owner}." in node_files()[f"certs.d/{address}/hosts.toml"]
        pull(parts, f"pull-{parts.release.name}", address)
    assert two.first.bundle() != two.second.bundle()


def test_pods_of_each_get_its_ca_and_read_it(two: Two) -> None:
    for parts, address in ((two.first, ADDRESS), (two.second, SECOND_ADDRESS)):
        pod = _client_beside_a_workload(parts, address)
        assert pod["metadata"]["annotations"]["connected-registry.io/ca-bundle"] == parts.bundle()
        assert pod["metadata"]["labels"]["connected-registry.io/injected"] == parts.release.fullname


@pytest.mark.usefixtures("two")
def test_a_second_cert_manager_is_refused(local: RecordingKube, source: Parent, tmp_path: Path) -> None:
    one = prepare("default.yaml", tmp_path, local, source)
    with pytest.raises(CommandFailure) as refused:
        one.install((f"service.clusterIP={THIRD_ADDRESS}",), where=THIRD)
    assert re.search(r"CR018 cert-manager\.install: .* Fix: set cert-manager\.install=false", refused.value.output)


@pytest.mark.usefixtures("two")
def test_a_private_parents_connection_string_stays_in_its_secret(
    local: RecordingKube, source: Parent, tmp_path: Path
) -> None:
    one = prepare("private-parent.yaml", tmp_path, local, source)
    for repository in ("team/app:1", "library/nginx:1.28"):
        source.push(images.hello(Steps()), repository)
    (tmp_path / "FILE").write_text(source.connection_string())
    (tmp_path / "parent-ca.crt").write_bytes(source.ca_file.read_bytes())
    one.run(_in_third(one.block("kubectl create namespace")))
    # For this release, the first one's cert-manager is the cluster's own.
    settings = (f"service.clusterIP={THIRD_ADDRESS}", "cert-manager.install=false", "logLevel=debug")
    parts = one.install(settings, {}, THIRD)
    try:
        for repository in ("team/app:1", "library/nginx:1.28"):
            wait_for_image(parts, repository)
        pull(parts, "private", THIRD_ADDRESS, "team/app:1")
        _assert_a_bad_connection_string_is_told_of_and_not_shown(one, parts, source)
    finally:
        one.uninstall(THIRD)


def _assert_a_bad_connection_string_is_told_of_and_not_shown(one: Example, parts: Parts, source: Parent) -> None:
    """As the example says: the Secret changes, and the registry reads it anew by itself."""
    password = f"SyncTokenPassword={source.password}"
    bad = source.connection_string().replace(password, f"{password};{password}").replace("=https", "=http")
    (one.directory / "FILE").write_text(bad)
    made = "kubectl -n third create secret generic parent-connection --from-file=connectionString=FILE"
    one.run(f"{made} --dry-run=client --output=yaml | kubectl apply -f -")
    # The kubelet brings the change within its usual minute and a half.
    told = edge.wait_for_state(parts, "Failed", "CONFIGURATION", seconds=180)["message"]
    assert "CR040 connectionString" in told
    assert secrets_search.everywhere(parts, [source.password]) == {
        # The third has it in a Secret of the user's, the others in their values.
        "Secret third/parent-connection",
        "Secret connected-registry/connected-registry-settings",
        "Secret connected-registry/connected-registry-parent",
        "Secret connected-registry/sh.helm.release.v1.connected-registry.v*",
        "Secret default/edge-connected-registry-settings",
        "Secret default/edge-connected-registry-parent",
        "Secret default/sh.helm.release.v1.edge.v*",
    }


def test_the_second_lives_on_when_the_first_is_gone_with_its_cert_manager(two: Two) -> None:
    assert release.uninstall(two.first.local, two.first.release)
    assert not [path for path in node_files() if f"/{ADDRESS}" in path]
    pull(two.second, "lives-on", SECOND_ADDRESS)
    _client_beside_a_workload(two.second, SECOND_ADDRESS)


def test_the_second_uninstalls_without_a_cert_manager_and_nothing_is_left(two: Two, clean: Snapshot) -> None:
    local = two.second.local
    assert release.uninstall(local, two.second.release)
    local.kubectl("delete", "namespace", two.first.release.namespace, timeout=90)
    assert_nothing_is_left(local, clean)


def _in_third(command: str) -> str:
    """Return a command of an example, for the third release."""
    return command.replace("-n connected-registry", "-n third").replace(
        "namespace connected-registry", "namespace third"
    )


def _client_beside_a_workload(parts: Parts, address: str) -> dict[str, Any]:
    """Run a client in a pod which has the CA because its other container is of that registry."""
    name = f"client-{parts.release.name}"
    manifest = client_pod(name, None, "manifest", f"{address}/{REPOSITORIES[0]}")
    manifest["spec"]["containers"].append({"name": "workload", "image": f"{address}/{REPOSITORIES[0]}"})
    pod = parts.run_until(manifest, ended, "the client to end")
    assert exit_code(pod) == 0, parts.client_log(name)
    remove(parts, name)
    return pod
