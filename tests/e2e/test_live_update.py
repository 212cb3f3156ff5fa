"""A new CA reaches the files of running pods, and those that it cannot reach under its name are listed."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from installation import ADDRESS, TEST_NAMESPACE, Parts
from lib import clients, cluster, images, kube, paths
from lib.progress import Steps
from lib.waiting import wait_for

# The time limit from the publication of a new CA to a running pod's file.
LIMIT_SECONDS = 100
BUNDLE = "connected-registry.io/ca-bundle"
COMPONENT = "connected-registry.io/component"
PROGRAM = ["python3.11", "-c", "import signal; signal.pause()"]
READ = f"import urllib.request; print(urllib.request.urlopen('https://{ADDRESS}/v2/').status)"


def running_pod(name: str) -> dict[str, Any]:
    """Return a pod that asks for the CA and runs until it is deleted."""
    return kube.pod_manifest(
        name,
        clients.NAME,
        namespace=TEST_NAMESPACE,
        annotations={"connected-registry.io/inject": "true"},
        command=PROGRAM,
    )


def as_if_injected(name: str, hash_file: str) -> dict[str, Any]:
    """Return a running pod as the webhook leaves one while there is no CA yet; `name` is that of its file for OpenSSL.

    It comes with the label of our own pods, with which the webhook is not asked and the controller does not look.
    """
    early = yaml.safe_load(
        (paths.REPOSITORY / "tests/golden/inject/copy-of-a-pod-without-the-ca-yet.pod.yaml").read_text()
    )
    pod = running_pod(name)
    pod["metadata"]["labels"] = {**early["metadata"]["labels"], COMPONENT: "test"}
    pod["spec"]["volumes"] = early["spec"]["volumes"]
    pod["spec"]["volumes"][0]["downwardAPI"]["items"][1]["path"] = hash_file
    for key in ("env", "volumeMounts"):
        pod["spec"]["containers"][0][key] = early["spec"]["containers"][0][key]
    return pod


@pytest.fixture(scope="module")
def pods(trusted: Parts) -> Iterator[dict[str, str]]:
    """Provide running pods: an injected one, one from before there was a CA, one whose file is named after a former CA.

    Returns the uid of each by its name.
    """
    steps = Steps()
    images.load([clients.image(steps)], steps)
    items = [running_pod("injected"), as_if_injected("early", "be373e17.0"), as_if_injected("former", "99999999.0")]
    trusted.local.kubectl(
        "create", "--filename=-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    )
    names = [item["metadata"]["name"] for item in items]
    trusted.local.kubectl(
        "wait", "pods", *names, "--for=condition=Ready", "--namespace", TEST_NAMESPACE, "--timeout=60s", timeout=70
    )
    for name in names[1:]:
        trusted.local.kubectl("label", "pod", name, f"{COMPONENT}-", "--namespace", TEST_NAMESPACE)
    yield {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in kube.items(trusted.local, "pods", TEST_NAMESPACE)}


def inside(parts: Parts, name: str, *argv: str, check: bool = True) -> str:
    """Run a program in a running pod; returns its output."""
    return parts.local.kubectl("exec", name, "--namespace", TEST_NAMESPACE, "--", *argv, check=check).stdout


def file_of(parts: Parts, name: str, path: str = "ca.crt") -> str:
    """Return a file of the CA's volume in a running pod."""
    return inside(
        parts, name, "python3.11", "-c", f"print(open('/etc/connected-registry/certs/{path}').read(), end='')"
    )


def assert_never_restarted(parts: Parts, pods: dict[str, str], name: str) -> None:
    """Assert that the pod is the one that was there, and so is its container."""
    found = kube.get(parts.local, "pod", name, TEST_NAMESPACE)
    assert found and found["metadata"]["uid"] == pods[name]
    assert [status["restartCount"] for status in found["status"]["containerStatuses"]] == [0]


def test_a_pod_from_before_the_ca_gets_it_while_it_runs(trusted: Parts, pods: dict[str, str]) -> None:
    wait_for(
        "the CA to reach the pod's file",
        lambda: file_of(trusted, "early") == trusted.bundle(),
        seconds=LIMIT_SECONDS,
        explain=trusted.diagnosis,
    )
    assert inside(trusted, "early", "python3.11", "-c", READ).strip() == "200"
    assert_never_restarted(trusted, pods, "early")


def test_a_pod_whose_file_has_another_name_is_listed_and_its_owner_is_told(
    trusted: Parts, pods: dict[str, str]
) -> None:
    name = f"{TEST_NAMESPACE}/former"
    wait_for(
        "an event CAFileMissing",
        lambda: trusted.events("former", "CAFileMissing"),
        seconds=60,
        explain=trusted.diagnosis,
    )
    wait_for(
        f"the status to list {name}",
        lambda: trusted.pod_status().get("restart", {}).get("pods") == [name],
        seconds=30,
        explain=lambda: f"it is {trusted.pod_status()}",
    )
    assert trusted.metric('connected_registry_pods{state="restart"}') == 1
    # The file itself is up to date: it is OpenSSL that does not find it.
    wait_for(
        "the CA to reach the pod's file", lambda: file_of(trusted, "former") == trusted.bundle(), seconds=LIMIT_SECONDS
    )
    trusted.local.kubectl("delete", "pod", "former", "--namespace", TEST_NAMESPACE, "--now", "--wait=false")
    wait_for("the status to forget it", lambda: trusted.pod_status()["restart"]["count"] == 0, seconds=30)


def test_a_new_ca_reaches_a_running_pod_within_its_time(trusted: Parts, pods: dict[str, str]) -> None:
    former = trusted.bundle()
    assert file_of(trusted, "injected") == former
    _renew(trusted, "-ca")
    _renew(trusted, "-tls", "-tls-source")
    wait_for("the new CA to be published", lambda: trusted.bundle() != former, seconds=60, explain=trusted.diagnosis)
    published = time.monotonic()
    # The former one stays beside it for a while; the order is no matter.
    assert sorted(former.split("-----END")) != sorted(trusted.bundle().split("-----END"))
    wait_for(
        "the new CA to reach the pod's file",
        lambda: file_of(trusted, "injected") == trusted.bundle(),
        seconds=LIMIT_SECONDS,
        explain=trusted.diagnosis,
    )
    assert time.monotonic() - published < LIMIT_SECONDS
    assert_never_restarted(trusted, pods, "injected")
    # By its hash, too: the subject is the same.
    assert file_of(trusted, "injected", "be373e17.0") == trusted.bundle()


def test_programs_started_then_trust_the_registry_by_the_new_ca(trusted: Parts, pods: dict[str, str]) -> None:
    new = trusted.get("secret", "-ca")["data"]["tls.crt"]

    def served_by_it() -> bool:
        source = trusted.get("secret", "-active-tls")["data"]
        return source["ca.crt"] == new

    wait_for("the registry's certificate to come from the new CA", served_by_it, seconds=60, explain=trusted.diagnosis)
    wait_for(
        "a new program in the running pod to trust it",
        lambda: inside(trusted, "injected", "python3.11", "-c", READ, check=False).strip() == "200",
        seconds=60,
    )
    wait_for("the node to trust it", lambda: trusted.node_state()[0] == "Trusted", seconds=60)
    assert_never_restarted(trusted, pods, "injected")


def _renew(parts: Parts, suffix: str, secret: str | None = None) -> None:
    """Have cert-manager issue a Certificate anew, as `cmctl renew` does, and wait until its Secret has it."""
    name = parts.release.fullname + suffix
    before = parts.get("secret", secret or suffix)["data"]["tls.crt"]
    path = f"/apis/cert-manager.io/v1/namespaces/{parts.release.namespace}/certificates/{name}"
    api = cluster.api()
    _, certificate, _ = api.exchange("GET", path)
    conditions = [one for one in certificate["status"]["conditions"] if one["type"] != "Issuing"]
    certificate["status"]["conditions"] = [
        *conditions,
        {
            "type": "Issuing",
            "status": "True",
            "reason": "ManuallyTriggered",
            "message": "renewed by a test",
            "lastTransitionTime": certificate["metadata"]["creationTimestamp"],
        },
    ]
    status, answer, _ = api.exchange("PUT", f"{path}/status", certificate)
    assert status == 200, answer
    wait_for(
        f"{name} to be issued anew",
        lambda: parts.get("secret", secret or suffix)["data"]["tls.crt"] != before,
        seconds=60,
        explain=parts.diagnosis,
    )
