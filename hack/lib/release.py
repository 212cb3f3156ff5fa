"""Installing the chart, for the demo and the tests."""

import json
import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib import diagnosis, kube, paths
from lib.command import CommandFailure, Failure, run
from lib.kube import Kube
from lib.parent import Parent
from lib.progress import Step

CHART = paths.REPOSITORY / "chart"
DEFAULT_VALUES = paths.REPOSITORY / "values-examples" / "default.yaml"
LOCAL_VALUES = paths.REPOSITORY / "hack" / "local-values.yaml"
TIMEOUT_SECONDS = 300


@dataclass(frozen=True)
class Release:
    """A helm release of the chart, installed or not."""

    name: str
    namespace: str

    @property
    def fullname(self) -> str:
        """Return the prefix of the names of the chart's objects."""
        name = self.name if "connected-registry" in self.name else f"{self.name}-connected-registry"
        return name[:40].rstrip("-")


def package_dependency() -> None:
    """Put cert-manager's chart, made from its Go module, where helm looks for the chart's dependencies."""
    run([paths.REPOSITORY / "hack" / "package-cert-manager"])


def install(
    cluster: Kube,
    release: Release,
    *,
    files: Sequence[Path],
    settings: Sequence[str] = (),
    secret: dict[str, Any] | None = None,
    step: Step | None = None,
    chart: Path = CHART,
) -> None:
    """Install or upgrade, and wait until all is ready.

    `settings`: KEY=VALUE for --set. `secret`: values that hold a password; they travel in a file, not in arguments.
    `chart`: a directory, with its dependency packaged.
    Raises Failure with the pod that is in the way and the end of its log.
    """
    arguments = [
        "upgrade",
        "--install",
        release.name,
        str(chart),
        "--namespace",
        release.namespace,
        "--create-namespace",
        "--wait",
        f"--timeout={TIMEOUT_SECONDS}s",
    ]
    arguments += [f"--values={file}" for file in files]
    arguments += [f"--set={setting}" for setting in settings]
    with _secret_file(secret) as file, _watched(cluster, release, step):
        try:
            cluster.helm(*arguments, f"--values={file}", timeout=TIMEOUT_SECONDS + 60)
        except CommandFailure as failure:
            said = failure.output.strip().splitlines()[-12:]
            reason = "\n".join(f"    {line}" for line in said)
            if not _exists(cluster, release):
                # Refused before anything was installed: helm's own words say it all.
                raise Failure(f"helm does not install {release.name}:\n{reason}") from failure
            found = diagnosis.of_release(cluster, release.namespace, release.name)
            raise Failure(f"helm does not install {release.name}:\n{reason}\n{found}") from failure


def uninstall(cluster: Kube, release: Release) -> str:
    """Uninstall, wait until all is gone, and return what helm printed (the hooks' logs among it)."""
    result = cluster.helm(
        "uninstall",
        release.name,
        "--namespace",
        release.namespace,
        "--wait",
        f"--timeout={TIMEOUT_SECONDS}s",
        timeout=TIMEOUT_SECONDS + 60,
    )
    return result.stdout + result.stderr


def parent_values(parent: Parent, repositories: Sequence[str]) -> dict[str, Any]:
    """Return the values that bring images from a parent registry."""
    return {
        "connectionString": parent.connection_string(),
        "parent": {"caBundle": parent.ca_file.read_text()},
        "sync": {"repositories": list(repositories)},
    }


def tags(cluster: Kube, release: Release, repository: str) -> list[str]:
    """Return the tags of a repository in the registry, read through the API server; none while it does not answer."""
    path = (
        f"/api/v1/namespaces/{release.namespace}/services/https:{release.fullname}:443/proxy/v2/{repository}/tags/list"
    )
    result = cluster.kubectl("get", "--raw", path, check=False)
    try:
        return json.loads(result.stdout).get("tags") or []
    except ValueError:
        return []


def _exists(cluster: Kube, release: Release) -> bool:
    return bool(cluster.kubectl("get", "pods", "--namespace", release.namespace, "--output=name", check=False).stdout)


@contextmanager
def _secret_file(values: dict[str, Any] | None) -> Iterator[Path]:
    """Write values to a file that only its owner can read, and remove it afterwards. JSON is YAML."""
    handle, name = tempfile.mkstemp(prefix="connected-registry-", suffix=".json")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(values or {}, file)
        yield Path(name)
    finally:
        Path(name).unlink()


@contextmanager
def _watched(cluster: Kube, release: Release, step: Step | None) -> Iterator[None]:
    """Note on the step, while the block runs, which pods are not ready yet."""
    finished = threading.Event()

    def watch() -> None:
        while step and not finished.wait(3):
            try:
                pods = kube.items(cluster, "pods", release.namespace)
            except Failure:
                continue
            ready = [
                pod
                for pod in pods
                if any(
                    one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", [])
                )
            ]
            late = [pod["metadata"]["name"] for pod in pods if pod not in ready]
            step.note(f"{len(ready)} of {len(pods)} pods ready" + (f", waiting for {late[0]}" if late else ""))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join()
