"""The registry as an edge of its parent: what tests of synchronization and of outages share."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from installation import ADDRESS, NODE, Parts, wait_for_address
from lib import cluster, kube, parent
from lib.cluster import images as node_images
from lib.parent import PORT, SERVICE
from lib.progress import Steps
from lib.waiting import wait_for

# A namespace of containerd in which nothing has ever been pulled: to it, the node is a fresh one.
FRESH = "fresh"


def report(parts: Parts) -> dict[str, Any]:
    """Return the registry's synchronization report: state, message, and the repositories by name."""
    annotations = parts.get("lease", "-sync")["metadata"].get("annotations", {})
    repositories = json.loads(annotations.get("connected-registry.io/repositories", "[]"))
    return {
        "state": annotations.get("connected-registry.io/state", ""),
        "message": annotations.get("connected-registry.io/message", ""),
        "repositories": {entry["repository"]: entry for entry in repositories},
    }


def wait_for_state(parts: Parts, state: str, text: str = "", seconds: float = 60) -> dict[str, Any]:
    """Wait until the synchronization is in a state, with a text in its message; returns the report."""
    wait_for(
        f"the synchronization to be {state} {text}".rstrip(),
        lambda: (found := report(parts))["state"] == state and text in found["message"],
        seconds=seconds,
        explain=lambda: f"it says {report(parts)}\n{parts.diagnosis()}",
    )
    return report(parts)


def pull(reference: str, host: str = ADDRESS) -> tuple[float, str]:
    """Pull on the node, into a namespace that has nothing, and forget it again; returns seconds and an error or ""."""
    ctr = ["ctr", "--address", node_images.SOCKET, "--namespace", FRESH, "images"]
    hosts = "/etc/containerd/certs.d:/etc/docker/certs.d"
    name = f"{host}/{reference}"
    started = time.monotonic()
    done = cluster.run([*ctr, "pull", "--local", "--hosts-dir", hosts, name], node=NODE, check=False, timeout=120)
    seconds = time.monotonic() - started
    cluster.run([*ctr, "remove", "--sync", name], node=NODE, check=False)
    return seconds, "" if done.returncode == 0 else done.stdout + done.stderr


@contextmanager
def parent_stopped() -> Iterator[None]:
    """While the block runs, nothing listens where the parent was: connections are refused."""
    cluster.stop_service(SERVICE)
    try:
        yield
    finally:
        parent.ensure(Steps())


@contextmanager
def packets_dropped() -> Iterator[None]:
    """While the block runs, whatever is sent to the parent is dropped in silence."""
    rule = ["INPUT", "--protocol", "tcp", "--destination-port", str(PORT), "--jump", "DROP"]
    cluster.run(["iptables", "--insert", *rule])
    try:
        yield
    finally:
        cluster.run(["iptables", "--delete", *rule])


def registry_pod(parts: Parts) -> dict[str, Any]:
    """Return the registry's pod that runs or starts."""
    (pod,) = [pod for pod in parts.pods("registry") if "deletionTimestamp" not in pod["metadata"]]
    return pod


def restart_registry(parts: Parts) -> None:
    """Delete the registry's pod and wait until the next one is ready and reached."""
    old = registry_pod(parts)["metadata"]["uid"]
    parts.local.kubectl(
        "delete", "pod", registry_pod(parts)["metadata"]["name"], f"--namespace={parts.release.namespace}"
    )

    def ready() -> bool:
        pods = [pod for pod in parts.pods("registry") if pod["metadata"]["uid"] != old]
        return any(
            one["type"] == "Ready" and one["status"] == "True"
            for pod in pods
            for one in pod["status"].get("conditions", [])
        )

    wait_for("the registry to be ready again", ready, seconds=90, explain=parts.diagnosis)
    wait_for_address(parts.local, parts.release)


def request(parts: Parts, method: str, path: str, *more: str) -> tuple[int, str]:
    """Send one request beside the cluster, trusting the published CA; returns the status and the body."""
    with tempfile.NamedTemporaryFile("w", suffix=".crt") as bundle:
        bundle.write(parts.bundle())
        bundle.flush()
        words = ["curl", "--silent", "--show-error", "--max-time", "20", "--cacert", bundle.name, "--request", method]
        words += [
            "--header",
            "Accept: application/vnd.oci.image.manifest.v1+json",
            "--write-out",
            "\n%{http_code}",
            *more,
            f"https://{ADDRESS}{path}",
        ]
        if method == "HEAD":
            words[words.index("--request") : words.index("--request") + 2] = ["--head"]
        answer = cluster.run(words, check=False, timeout=60)
    body, _, status = answer.stdout.rpartition("\n")
    assert status.isdigit(), answer.stderr
    return int(status), body


def events(parts: Parts, reason: str) -> list[dict[str, Any]]:
    """Return the events about the registry's Deployment."""
    found = kube.items(parts.local, "events", parts.release.namespace)
    return [one for one in found if one["involvedObject"]["name"] == parts.release.fullname and one["reason"] == reason]
