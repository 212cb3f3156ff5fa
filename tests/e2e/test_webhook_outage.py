"""The webhook's end is nobody else's: pods are admitted, it comes back by itself, and who missed the CA is told."""

import json

import pytest
from installation import ADDRESS, NODE, TEST_NAMESPACE, Parts, client_pod, is_injected
from lib import cluster, kube
from lib.cluster import images
from lib.waiting import wait_for


@pytest.fixture(scope="module")
def missed(trusted: Parts) -> str:
    """Provide the name of a pod that uses the registry and was created while no replica of the webhook lived."""
    _wait_for_webhook(trusted)
    pods = [
        kube.pod_manifest("missed", f"{ADDRESS}/demo/hello:1", namespace=TEST_NAMESPACE),
        kube.pod_manifest("ordinary", "registry.example/program:1", namespace=TEST_NAMESPACE),
    ]
    wait_for(
        "every replica to be down",
        lambda: not _kill_every_replica(trusted) and all(_is_held_back(pod) for pod in trusted.pods("webhook")),
        seconds=60,
        explain=trusted.diagnosis,
    )
    both = json.dumps({"apiVersion": "v1", "kind": "List", "items": pods})
    trusted.local.kubectl("create", "--filename=-", input=both)
    return "missed"


def test_pods_are_admitted_as_they_are_while_no_replica_lives(missed: str, trusted: Parts) -> None:
    pods = {pod["metadata"]["name"]: pod for pod in kube.items(trusted.local, "pods", TEST_NAMESPACE)}
    assert pods.keys() == {missed, "ordinary"}
    assert not any(is_injected(pod) for pod in pods.values())


def test_the_webhook_comes_back_by_itself_and_injects_again(missed: str, trusted: Parts) -> None:
    _wait_for_webhook(trusted)
    manifest = json.dumps(client_pod("afterwards", "true", "version"))

    def injects() -> bool:
        created = trusted.local.kubectl("create", "--dry-run=server", "--output=json", "--filename=-", input=manifest)
        return is_injected(json.loads(created.stdout))

    # Ready is not reachable yet: kube-proxy needs a moment, and the API server may hold a connection to a dead one.
    wait_for("the webhook to inject again", injects, seconds=60, explain=trusted.diagnosis)


def test_the_pod_that_missed_its_ca_gets_one_event_that_says_so(missed: str, trusted: Parts) -> None:
    wait_for(
        f"an event CABundleMissed about {missed}",
        lambda: trusted.events(missed, "CABundleMissed"),
        seconds=60,
        explain=lambda: f"there are {[event['reason'] for event in trusted.events(missed)]}\n{trusted.diagnosis()}",
    )
    (event,) = trusted.events(missed, "CABundleMissed")
    assert event["type"] == "Warning"
    assert event["message"]


def test_the_status_names_it(missed: str, trusted: Parts) -> None:
    name = f"{TEST_NAMESPACE}/{missed}"
    wait_for(
        f"the status to name {name}",
        lambda: name in trusted.pod_status().get("missed", {}).get("pods", []),
        seconds=60,
        explain=lambda: f"it is {trusted.pod_status()}",
    )
    assert trusted.metric('connected_registry_pods{state="missed"}') >= 1
    trusted.local.kubectl("delete", "pod", missed, "--namespace", TEST_NAMESPACE, "--now", "--wait=false")
    wait_for(
        "the status to forget a pod that is gone",
        lambda: name not in trusted.pod_status()["missed"]["pods"],
        seconds=30,
        explain=lambda: f"it is {trusted.pod_status()}",
    )


def _kill_every_replica(parts: Parts) -> list[str]:
    """SIGKILL, on the node, to the processes: deleted pods would serve on until they have drained. Returns whom it hit.

    The kubelet starts a killed container again at once, but one that is killed again only after 10 s.
    """
    ctr = ["ctr", "--address", images.SOCKET, "--namespace", images.NAMESPACE]
    wanted = (
        f'labels."io.kubernetes.pod.namespace"=={parts.release.namespace},'
        'labels."io.kubernetes.container.name"==webhook'
    )
    found = cluster.run([*ctr, "containers", "list", "--quiet", wanted], node=NODE).stdout.split()
    tasks = [line.split() for line in cluster.run([*ctr, "tasks", "list"], node=NODE).stdout.splitlines()]
    hit = [task[0] for task in tasks if task[0] in found and task[2] == "RUNNING"]
    for container in hit:
        cluster.run([*ctr, "tasks", "kill", "--signal", "SIGKILL", container], node=NODE, check=False)
    return hit


def _is_held_back(pod: dict) -> bool:
    return kube.container_state(pod)[0] == "waiting"


def _wait_for_webhook(parts: Parts) -> None:
    """Wait until both replicas are ready."""

    def ready() -> bool:
        status = parts.get("deployment", "-webhook")["status"]
        return status.get("readyReplicas") == 2 and len(parts.pods("webhook")) == 2

    wait_for("the webhook to have two ready replicas", ready, seconds=60, explain=parts.diagnosis)
