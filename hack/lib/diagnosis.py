"""Finds what keeps an installation from working, and says it in a few lines: the cause, then the right log's end."""

import json
from typing import Any

from lib import kube
from lib.command import Failure
from lib.kube import Kube

LOG_LINES = 8
EVENTS = 3
# Reasons for which a container waits without a problem.
STARTING = ("", "PodInitializing", "ContainerCreating")
WAITING_ORDER = ("controller", "webhook", "registry", "trust-agent")


def of_release(cluster: Kube, namespace: str, instance: str) -> str:
    """Describe the pod of a release in the worst state, with events and log; if all are well, the newest warnings."""
    try:
        pods = kube.items(cluster, "pods", namespace, f"app.kubernetes.io/instance={instance}")
        sick = [pod for pod in pods if not _is_well(pod)]
        if sick:
            worst = min(sick, key=_rank)
            said = of_pod(cluster, worst)
            waits = _component(worst) == "registry" and worst["status"].get("phase") == "Pending"
            return f"{said}\n{_controller_log(cluster, worst)}" if waits else said
        if not pods:
            return f"there is no pod of {instance} in namespace {namespace}\n{_warnings(cluster, namespace)}"
        return f"all {len(pods)} pods of {instance} are ready\n{_warnings(cluster, namespace)}"
    except Failure as failure:
        return f"(no more is known: {failure})"


def of_pod_named(cluster: Kube, name: str, namespace: str) -> str:
    """One pod's state, events and log."""
    try:
        pod = kube.get(cluster, "pod", name, namespace)
        return of_pod(cluster, pod) if pod else f"there is no pod {namespace}/{name}"
    except Failure as failure:
        return f"(no more is known: {failure})"


def of_pod(cluster: Kube, pod: dict[str, Any]) -> str:
    """Return a pod's state, its last events, and the end of the log of the container that is in trouble."""
    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    lines = [f"pod {namespace}/{name} is {pod['status'].get('phase', 'Unknown')}"]
    for condition in pod["status"].get("conditions", []):
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            lines.append(f"  not scheduled: {condition.get('message', '')}")
    troubled = _troubled(pod)
    if troubled:
        lines.append(f"  container {troubled['name']}: {_describe(troubled)}")
    lines += _events(cluster, namespace, f"involvedObject.name={name}")
    if troubled:
        lines += _log(cluster, namespace, name, troubled)
    return "\n".join(lines)


def _is_well(pod: dict[str, Any]) -> bool:
    if pod["status"].get("phase") == "Succeeded":
        return True
    return any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", []))


def _rank(pod: dict[str, Any]) -> tuple[int, int]:
    """Return the one that says most comes first: failed or restarting, then held up, then merely not ready yet.

    Among equals, the one that the others wait for: the registry waits for a certificate from the controller, which
    waits for cert-manager; the webhook waits for the controller; the trust agent waits for the registry.
    """
    troubled = _troubled(pod) or {}
    if pod["status"].get("phase") == "Failed" or troubled.get("restartCount", 0) > 0:
        state = 0
    elif troubled.get("state", {}).get("waiting", {}).get("reason", "") not in STARTING:
        state = 1
    else:
        state = 2
    component = _component(pod)
    return state, WAITING_ORDER.index(component) if component in WAITING_ORDER else 0


def _component(pod: dict[str, Any]) -> str:
    return pod["metadata"].get("labels", {}).get("connected-registry.io/component", "")


def _controller_log(cluster: Kube, registry: dict[str, Any]) -> str:
    """Return the log of the controller, which makes the certificate that a registry pod waits for."""
    labels = registry["metadata"]["labels"]
    selector = (
        f"connected-registry.io/component=controller,app.kubernetes.io/instance={labels['app.kubernetes.io/instance']}"
    )
    result = cluster.kubectl(
        "logs",
        "--namespace",
        registry["metadata"]["namespace"],
        "--selector",
        selector,
        f"--tail={LOG_LINES}",
        "--prefix",
        check=False,
    )
    return "\n".join(f"  log of the controller: {line[:300]}" for line in result.stdout.splitlines())


def _troubled(pod: dict[str, Any]) -> dict[str, Any] | None:
    """Return the status of the first container that fails. Init containers come first: the others wait for them."""
    status = pod["status"]
    for one in status.get("initContainerStatuses", []):
        if one.get("state", {}).get("terminated", {}).get("exitCode") != 0:
            return one
    others = status.get("containerStatuses", [])
    restarting = [one for one in others if not one.get("ready") and one.get("restartCount", 0)]
    return next(iter(restarting), next((one for one in others if not one.get("ready")), None))


def _describe(status: dict[str, Any]) -> str:
    states: dict[str, dict[str, Any]] = status.get("state") or {"not started": {}}
    kind, detail = next(iter(states.items()))
    parts = [kind, detail.get("reason", ""), detail.get("message", "")]
    if "exitCode" in detail:
        parts.append(f"exit code {detail['exitCode']}")
    if status.get("restartCount"):
        parts.append(f"{status['restartCount']} restarts")
    return ", ".join(part for part in parts if part)


def _events(cluster: Kube, namespace: str, field: str) -> list[str]:
    """Return the newest events that a field selector finds: the warnings, or all of them if there is no warning."""
    arguments = ["get", "events", "--namespace", namespace, "--sort-by=.lastTimestamp", f"--field-selector={field}"]
    found = json.loads(cluster.kubectl(*arguments, "--output=json", check=False).stdout or '{"items": []}')["items"]
    found = [event for event in found if event["type"] == "Warning"] or found
    return [f"  event: {event['reason']}: {event['message'][:300]}" for event in found[-EVENTS:]]


def _warnings(cluster: Kube, namespace: str) -> str:
    return "\n".join(_events(cluster, namespace, "type=Warning"))


def _log(cluster: Kube, namespace: str, name: str, status: dict[str, Any]) -> list[str]:
    arguments = ["logs", name, "--namespace", namespace, "--container", status["name"], f"--tail={LOG_LINES}"]
    result = cluster.kubectl(*arguments, check=False)
    if not result.stdout.strip() and status.get("restartCount"):
        result = cluster.kubectl(*arguments, "--previous", check=False)
    return [f"  log: {line[:300]}" for line in result.stdout.splitlines()]
