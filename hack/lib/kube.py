"""kubectl and helm against one cluster: the local one, or a context of the user's own kubeconfig."""

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any, Protocol

from lib import cluster, command
from lib.command import Failure
from lib.waiting import wait_for


class Kube(Protocol):
    """A cluster to work with. Both run a program to its end; they raise CommandFailure unless check=False."""

    def kubectl(
        self, *arguments: str, input: str | None = None, check: bool = True, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl."""

    def helm(self, *arguments: str, check: bool = True, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Run helm."""


class LocalKube:
    """The local cluster, as its administrator."""

    def kubectl(
        self, *arguments: str, input: str | None = None, check: bool = True, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl in the cluster's network."""
        return cluster.kubectl(*arguments, input=input, check=check, timeout=timeout)

    def helm(self, *arguments: str, check: bool = True, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Run helm in the cluster's network."""
        return cluster.helm(*arguments, check=check, timeout=timeout)


class ContextKube:
    """A context of the user's kubeconfig, with the kubectl and helm on the user's PATH."""

    def __init__(self, context: str) -> None:
        self._context = context
        for program in ("kubectl", "helm"):
            if not shutil.which(program):
                raise Failure(
                    f"there is no {program} on the PATH; install it, or leave --context out to use a local cluster"
                )
        known = command.run(["kubectl", "config", "get-contexts", "--output=name"]).stdout.split()
        if context not in known:
            raise Failure(f"kubectl knows no context {context}; it knows: {', '.join(known) or 'none'}")

    def kubectl(
        self, *arguments: str, input: str | None = None, check: bool = True, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl."""
        return command.run(
            ["kubectl", "--context", self._context, *arguments], input=input, check=check, timeout=timeout
        )

    def helm(self, *arguments: str, check: bool = True, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Run helm."""
        return command.run(["helm", "--kube-context", self._context, *arguments], check=check, timeout=timeout)


def get(kube: Kube, kind: str, name: str, namespace: str = "default") -> dict[str, Any] | None:
    """One object, None when there is none."""
    result = kube.kubectl("get", kind, name, "--namespace", namespace, "--ignore-not-found", "--output=json")
    return json.loads(result.stdout) if result.stdout.strip() else None


def items(kube: Kube, kind: str, namespace: str | None = None, selector: str = "") -> list[dict[str, Any]]:
    """Return the objects of a kind, of one namespace or (None) of all."""
    where = ["--namespace", namespace] if namespace else ["--all-namespaces"]
    if selector:
        where += ["--selector", selector]
    return json.loads(kube.kubectl("get", kind, *where, "--output=json").stdout)["items"]


def apply(kube: Kube, manifest: dict[str, Any]) -> None:
    """Create an object, or change it to what the manifest says."""
    kube.kubectl("apply", "--filename=-", input=json.dumps(manifest))


def pod_manifest(
    name: str,
    image: str,
    *,
    namespace: str = "default",
    arguments: list[str] | None = None,
    annotations: dict[str, str] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Return a pod of one container that runs once. `changes` go into the container."""
    container = {"name": "main", "image": image, **({"args": arguments} if arguments else {}), **changes}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, **({"annotations": annotations} if annotations else {})},
        "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": [container]},
    }


def container_state(pod: dict[str, Any] | None) -> tuple[str, str]:
    """Return the state of a pod's only container: (waiting|running|terminated|pending, reason or message)."""
    for status in (pod or {}).get("status", {}).get("containerStatuses", []):
        for kind in ("running", "terminated", "waiting"):
            if kind in status.get("state", {}):
                detail = status["state"][kind]
                return kind, detail.get("message") or detail.get("reason") or ""
    return "pending", ""


def wait_for_pod(
    kube: Kube,
    name: str,
    namespace: str,
    wanted: Callable[[dict[str, Any]], bool],
    *,
    what: str,
    seconds: float,
    explain: Callable[[], str],
) -> dict[str, Any]:
    """Wait until a pod is as wanted, and return it. Raises Failure after `seconds`."""
    found: dict[str, Any] = {}

    def reached() -> bool:
        found.clear()
        found.update(get(kube, "pod", name, namespace) or {})
        return bool(found) and wanted(found)

    wait_for(what, reached, seconds=seconds, explain=explain)
    return found
