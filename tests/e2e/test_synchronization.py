"""The registry as an edge: exactly what is asked for comes from the parent, and stays when the parent is gone."""

import json
import statistics
import time
from collections.abc import Iterator
from typing import Any

import artifacts
import edge
import pytest
from installation import ADDRESS, SYNCHRONIZED, Parts, install
from lib import images, release
from lib.progress import Steps
from lib.waiting import wait_for

FILTERED = {"name": "edge/filtered", "tags": {"allow": ["v1\\..*"], "deny": [".*-rc"]}}
EVERYTHING = "edge/multi"
REPOSITORIES: list[Any] = [*SYNCHRONIZED, FILTERED, EVERYTHING]
SETTINGS = ["trustDistribution.useNodeSelector=true"]
PULLS = 50


@pytest.fixture(scope="module")
def held(trusted: Parts) -> dict[str, str]:
    """Provide what the parent holds, by name: digests."""
    hello = images.hello(Steps())
    for tag in ("v1.0", "v1.1", "v1.1-rc", "v2.0"):
        trusted.source.push(hello, f"edge/filtered:{tag}")
    index = artifacts.push_index(trusted.source, EVERYTHING, "1")
    return {"index": index, "artifact": artifacts.push_artifact(trusted.source, EVERYTHING, index)}


@pytest.fixture(scope="module")
def synchronized(trusted: Parts, held: dict[str, str]) -> Iterator[Parts]:
    """Provide the installation with two more repositories, looked at each minute; afterwards as it was."""
    _upgrade(trusted, {"sync": {"repositories": REPOSITORIES, "schedule": "* * * * *"}})
    edge.wait_for_state(trusted, "Synchronized")
    yield trusted
    install(trusted.local, trusted.release, trusted.source, SETTINGS)


def _upgrade(parts: Parts, values: dict[str, Any]) -> None:
    install(parts.local, parts.release, parts.source, SETTINGS, values)


def test_a_filter_brings_exactly_its_tags(synchronized: Parts) -> None:
    parents = synchronized.source.tags("edge/filtered")
    assert {"v1.0", "v1.1", "v1.1-rc", "v2.0"} <= set(parents)
    wanted = [tag for tag in sorted(parents) if tag.startswith("v1.") and not tag.endswith("-rc")]
    assert release.tags(synchronized.local, synchronized.release, "edge/filtered") == wanted


def test_an_index_comes_with_all_its_architectures_and_with_what_refers_to_it(
    synchronized: Parts, held: dict[str, str]
) -> None:
    read = synchronized.crane("manifest", f"{ADDRESS}/{EVERYTHING}:1")
    architectures = [entry["platform"]["architecture"] for entry in json.loads(read.stdout)["manifests"]]
    assert architectures == ["amd64", "arm64"]
    for architecture in architectures:
        pulled = synchronized.crane(
            "validate", "--platform", f"linux/{architecture}", "--remote", f"{ADDRESS}/{EVERYTHING}:1"
        )
        assert pulled.returncode == 0, pulled.stderr
    artifact = synchronized.crane("manifest", f"{ADDRESS}/{EVERYTHING}@{held['artifact']}")
    assert json.loads(artifact.stdout)["subject"]["digest"] == held["index"]


def test_the_report_names_each_repository_and_its_last_success(synchronized: Parts) -> None:
    said = edge.report(synchronized)
    assert set(said["repositories"]) == {*SYNCHRONIZED, "edge/filtered", EVERYTHING}
    assert all(entry["result"] == "Succeeded" and entry["lastSuccess"] for entry in said["repositories"].values())
    pod = edge.registry_pod(synchronized)["metadata"]["name"]
    path = f"/api/v1/namespaces/{synchronized.release.namespace}/pods/{pod}:9444/proxy/metrics"
    figures = synchronized.local.kubectl("get", "--raw", path).stdout
    assert f'connected_registry_sync_up_to_date{{repository="{EVERYTHING}"}} 1' in figures
    assert "connected_registry_parent_reachable 1" in figures
    own = synchronized.local.kubectl("get", "--raw", path.replace(":9444", ":9445")).stdout
    assert "registry_http_requests_total" in own


@pytest.fixture(scope="module")
def usual(synchronized: Parts) -> float:
    """Provide the slowest of ten pulls while the parent is there."""
    pulls = [edge.pull("edge/filtered:v1.0") for _ in range(10)]
    assert [error for _, error in pulls if error] == []
    return max(seconds for seconds, _ in pulls)


@pytest.mark.parametrize("outage", [edge.parent_stopped, edge.packets_dropped], ids=["refused", "dropped"])
def test_without_the_parent_all_that_is_here_is_served_as_ever(synchronized: Parts, usual: float, outage: Any) -> None:
    digest = synchronized.source.digest("edge/filtered:v1.0")
    with outage():
        edge.wait_for_state(synchronized, "Failed", "UNREACHABLE", seconds=120)
        pulls = [edge.pull("edge/filtered:v1.0") for _ in range(PULLS)]
        assert [error for _, error in pulls if error] == []
        _assert_usual(pulls, usual)
        assert edge.pull(f"edge/filtered@{digest}")[1] == ""
        _assert_a_missing_image_fails_soon(synchronized)
        edge.restart_registry(synchronized)
        assert edge.pull("edge/filtered:v1.0")[1] == ""
        assert edge.pull(f"edge/filtered@{digest}")[1] == ""
        wait_for(
            "the new pod to know that the parent is gone",
            lambda: "unreachable" in edge.request(synchronized, "GET", "/v2/edge/filtered/manifests/none")[1],
            seconds=30,
        )
        _assert_a_missing_image_fails_soon(synchronized)


def _assert_usual(pulls: list[tuple[float, str]], usual: float) -> None:
    """Asking the parent in vain would cost every pull a second at the least; a single slow one is the machine."""
    middle = statistics.median(seconds for seconds, _ in pulls)
    assert middle <= max(2 * usual, usual + 0.5), f"{middle:.2f} s, and {usual:.2f} s with the parent there"


def _assert_a_missing_image_fails_soon(parts: Parts) -> None:
    seconds, error = edge.pull("edge/filtered:none")
    assert error and seconds < 10
    status, body = edge.request(parts, "GET", "/v2/edge/filtered/manifests/none")
    assert status == 404
    (told,) = json.loads(body)["errors"]
    assert told["code"] == "MANIFEST_UNKNOWN"
    assert f"its parent registry {parts.source.endpoint} is unreachable" in told["message"]


def test_once_the_parent_is_back_new_tags_arrive_on_schedule(synchronized: Parts) -> None:
    tag = f"v1.{time.time_ns()}"
    synchronized.source.push(images.hello(Steps()), f"edge/filtered:{tag}")
    wait_for(
        "the new tag to arrive",
        lambda: tag in release.tags(synchronized.local, synchronized.release, "edge/filtered"),
        seconds=100,
        explain=synchronized.diagnosis,
    )
    edge.wait_for_state(synchronized, "Synchronized")
    wait_for(
        "a missing image not to be put down to the parent any more",
        lambda: "unreachable" not in edge.request(synchronized, "GET", "/v2/edge/filtered/manifests/none")[1],
        seconds=30,
    )


def test_a_wrong_password_is_named_and_the_right_one_taken_without_a_restart(synchronized: Parts) -> None:
    pod = edge.registry_pod(synchronized)["metadata"]["uid"]
    good = synchronized.source.connection_string()
    values = {"sync": {"repositories": REPOSITORIES, "schedule": "* * * * *"}}
    wrong = good.replace(synchronized.source.password, "wrong-word")
    started = time.time()
    _upgrade(synchronized, {**values, "connectionString": wrong})
    edge.wait_for_state(synchronized, "Failed", "UNAUTHORIZED", seconds=90)
    told = [one["message"] for one in edge.events(synchronized, "SynchronizationFailed")]
    assert any("UNAUTHORIZED" in message for message in told)
    said = synchronized.local.kubectl(
        "logs",
        edge.registry_pod(synchronized)["metadata"]["name"],
        "--container=regsync",
        "--tail=200",
        f"--namespace={synchronized.release.namespace}",
    ).stdout
    assert "UNAUTHORIZED" in said and "wrong-word" not in said + str(told) + str(edge.report(synchronized))
    assert edge.pull("edge/filtered:v1.0")[1] == ""
    _upgrade(synchronized, values)
    edge.wait_for_state(synchronized, "Synchronized", seconds=90)
    assert edge.registry_pod(synchronized)["metadata"]["uid"] == pod
    assert time.time() - started < 240


def test_every_method_that_writes_is_refused_with_a_clear_error(synchronized: Parts) -> None:
    path = "/v2/edge/filtered"
    for method, target in (
        ("POST", f"{path}/blobs/uploads/"),
        ("PATCH", f"{path}/blobs/uploads/1"),
        ("PUT", f"{path}/blobs/uploads/1"),
        ("PUT", f"{path}/manifests/v1.0"),
        ("DELETE", f"{path}/manifests/v1.0"),
        ("DELETE", f"{path}/blobs/sha256:{'0' * 64}"),
        ("OPTIONS", "/v2/"),
        ("MOVE", f"{path}/manifests/v1.0"),
    ):
        status, body = edge.request(synchronized, method, target)
        assert status == 405, (method, target)
        assert "this registry is read-only" in json.loads(body)["errors"][0]["message"]
    assert release.tags(synchronized.local, synchronized.release, "edge/filtered")[:2] == ["v1.0", "v1.1"]


@pytest.fixture(scope="module")
def on_demand(synchronized: Parts) -> Parts:
    """Provide the same, fetching from the parent what is pulled and not here."""
    synchronized.source.push(images.hello(Steps()), "elsewhere/hello:1")
    values = {"sync": {"repositories": REPOSITORIES, "schedule": "* * * * *"}}
    _upgrade(
        synchronized, {**values, "parent": {"pullThrough": True, "caBundle": synchronized.source.ca_file.read_text()}}
    )
    edge.wait_for_state(synchronized, "Synchronized")
    return synchronized


def test_an_image_that_is_not_here_is_fetched_when_it_is_pulled(on_demand: Parts) -> None:
    wait_for(
        "the parent's image to be had",
        lambda: edge.pull("elsewhere/hello:1")[1] == "",
        seconds=30,
        explain=lambda: edge.pull("elsewhere/hello:1")[1],
    )
    assert edge.request(on_demand, "GET", "/v2/elsewhere/hello/manifests/none")[0] == 404
    assert edge.request(on_demand, "PUT", "/v2/elsewhere/hello/manifests/1")[0] == 405


def test_an_outage_of_the_parent_costs_nothing_to_what_is_here(on_demand: Parts, usual: float) -> None:
    with edge.packets_dropped():
        pulls = [edge.pull("edge/filtered:v1.0") for _ in range(10)]
        assert [error for _, error in pulls if error] == []
        _assert_usual(pulls, usual)
        started = time.monotonic()
        assert edge.request(on_demand, "GET", "/v2/elsewhere/other/manifests/1")[0] == 404
        assert time.monotonic() - started < 10
    assert edge.pull("edge/filtered:v1.0")[1] == ""
