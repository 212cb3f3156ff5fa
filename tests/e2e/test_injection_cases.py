"""Every pair of tests/golden/inject through the real API server: what it admits is what the pair says.

The unit tests compare the pairs with what our code makes of them; here a real API server calls the webhook, verifies
its answer, applies the patch, and says whether it takes the pod. Dry runs: none of the pods is stored, but for those
that debug containers are added to, and those run nowhere.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from installation import TEST_NAMESPACE, Parts
from lib import cluster, paths
from lib.cluster import Api

DIRECTORY = paths.REPOSITORY / "tests" / "golden" / "inject"
# A namespace for which the webhook is not called, to see the defaults that the API server itself sets.
UNASKED = "kube-system"
# The CA of the pairs, and the name of its file. The subject of cert-manager's CA is always the same.
BUNDLE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
HASH = "be373e17"
COMPONENT = "connected-registry.io/component"

ALL = sorted(path.name.removesuffix(".pod.yaml") for path in DIRECTORY.glob("*.pod.yaml"))
# Those for which the registry would have to be another one.
OTHERS = {path.name.removesuffix(".policy.yaml") for path in DIRECTORY.glob("*.policy.yaml")}
DEBUGS = [name for name in ALL if (DIRECTORY / f"{name}.old.yaml").exists()]
PODS = [name for name in ALL if name not in OTHERS and name not in DEBUGS]


@pytest.fixture(scope="module")
def api(trusted: Parts) -> Api:
    """Provide the cluster's API server."""
    return cluster.api()


@pytest.fixture(scope="module")
def bundle(trusted: Parts) -> str:
    """Provide the CA of the installation."""
    return trusted.bundle()


def read(name: str, part: str, bundle: str) -> Any:
    """Return a file of a pair, with the installation's CA in place of the pairs' own; None where there is none."""
    path = DIRECTORY / f"{name}.{part}.yaml"
    return with_bundle(yaml.safe_load(path.read_text()), bundle) if path.exists() else None


def with_bundle(value: Any, bundle: str) -> Any:
    """Return a value with the installation's CA in place of the pairs' own."""
    if isinstance(value, dict):
        return {key: with_bundle(each, bundle) for key, each in value.items()}
    if isinstance(value, list):
        return [with_bundle(each, bundle) for each in value]
    return bundle if value == BUNDLE else value


def without_token(pod: dict[str, Any]) -> dict[str, Any]:
    """Return the pod without the volume that the API server adds for its account's token: that has a random name."""
    return {**pod, "spec": {**pod["spec"], "automountServiceAccountToken": False}}


def create(api: Api, pod: dict[str, Any], namespace: str) -> tuple[dict[str, Any], list[str]]:
    """Return the pod that the API server would store, and our warnings that it would show."""
    body = copy.deepcopy(pod)
    body["metadata"]["namespace"] = namespace
    status, answer, warnings = api.exchange("POST", f"/api/v1/namespaces/{namespace}/pods?dryRun=All", body)
    assert status == 201, f"{status}: {answer}"
    return answer, [warning for warning in warnings if warning.startswith("connected-registry: ")]


def essence(pod: dict[str, Any]) -> dict[str, Any]:
    """Return a stored pod without what differs at every try, and without where it is."""
    out = copy.deepcopy(pod)
    for key in ("uid", "creationTimestamp", "managedFields", "namespace", "resourceVersion", "generation"):
        out["metadata"].pop(key, None)
    if "generateName" in out["metadata"]:
        out["metadata"].pop("name", None)
    out.pop("status", None)
    return out


@pytest.mark.parametrize("name", PODS)
def test_the_api_server_admits_the_pod_as_the_pair_says(api: Api, bundle: str, name: str) -> None:
    given, result = read(name, "pod", bundle), read(name, "result", bundle)
    namespace = given["metadata"].get("namespace", TEST_NAMESPACE)
    admitted, warnings = create(api, without_token(given), namespace)
    wanted, _ = create(api, without_token(read(name, "patched", bundle) or given), UNASKED)
    assert essence(admitted) == essence(wanted)
    assert warnings == result["warnings"]
    # Once more, as a controller does that copies a pod: there is nothing left to add.
    again, _ = create(api, essence(admitted), namespace)
    assert essence(again) == essence(admitted)


@pytest.fixture
def stored(api: Api, bundle: str, request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Provide the name of a pair and the path of its pod as it was before the debug container, stored; it runs nowhere.

    It carries the label of our own pods, with which the webhook is not asked.
    """
    name = request.param
    old = without_token(read(name, "old", bundle))
    running = old["spec"].pop("ephemeralContainers", [])
    old["metadata"].update(name=name[:60], labels={**old["metadata"].get("labels", {}), COMPONENT: "test"})
    old["spec"]["nodeSelector"] = {"connected-registry.io/no-such-node": "x"}
    path = f"/api/v1/namespaces/{TEST_NAMESPACE}/pods/{name[:60]}"
    status, answer, _ = api.exchange("POST", path.rpartition("/")[0], old)
    assert status == 201, answer
    if running:
        debug(api, path, running, "")
    yield name, path
    api.exchange("DELETE", f"{path}?gracePeriodSeconds=0")


def debug(api: Api, path: str, containers: list[Any], options: str = "?dryRun=All") -> tuple[list[Any], list[str]]:
    """Set a pod's debug containers; returns them as stored, and the warnings of ours."""
    _, pod, _ = api.exchange("GET", path)
    pod["spec"]["ephemeralContainers"] = containers
    pod["metadata"].pop("resourceVersion")  # The controller may update its annotation meanwhile.
    status, answer, warnings = api.exchange("PUT", f"{path}/ephemeralcontainers{options}", pod)
    assert status == 200, answer
    ours = [warning for warning in warnings if warning.startswith("connected-registry: ")]
    return answer["spec"].get("ephemeralContainers", []), ours


@pytest.mark.parametrize("stored", DEBUGS, indirect=True)
def test_the_api_server_takes_the_debug_container_as_the_pair_says(
    api: Api, bundle: str, stored: tuple[str, str]
) -> None:
    name, path = stored
    given, result = read(name, "pod", bundle), read(name, "result", bundle)
    wanted, _ = debug(api, path, (read(name, "patched", bundle) or given)["spec"]["ephemeralContainers"])
    assert api.exchange("PATCH", path, {"metadata": {"labels": {COMPONENT: None}}})[0] == 200
    taken, warnings = debug(api, path, given["spec"]["ephemeralContainers"])
    assert taken == wanted
    assert warnings == result["warnings"]
    assert debug(api, path, taken)[0] == taken


def test_the_pairs_are_many_and_their_ca_has_the_name_of_the_installations(trusted: Parts, bundle: str) -> None:
    assert len(PODS) + len(DEBUGS) >= 60
    subject = cluster.run(["openssl", "x509", "-noout", "-hash"], input=bundle).stdout.strip()
    assert subject == HASH


def test_a_denial_is_taken_by_the_api_server(api: Api, trusted: Parts) -> None:
    secret = trusted.get("secret", "-settings")
    secret["data"] = {"settings.json": "e30="}  # {}
    path = f"/api/v1/namespaces/{trusted.release.namespace}/secrets/{secret['metadata']['name']}"
    status, answer, _ = api.exchange("PUT", f"{path}?dryRun=All", secret)
    assert status == 422, answer
    assert 'admission webhook "settings.connected-registry.io" denied the request' in answer["message"]
