"""Checks the health of each part of the cluster."""

from dataclasses import dataclass
from typing import Any

from lib import paths
from lib.cluster import cgroups, layout, record, services
from lib.cluster.addons import STORAGE_CLASS
from lib.cluster.api import Api
from lib.command import Failure


@dataclass(frozen=True)
class Part:
    """One part of the cluster: whether it works, and what it says of itself.

    `service`: whose log tells more. `required`: whether the cluster is down without it.
    """

    name: str
    works: bool
    detail: str
    service: str | None = None
    required: bool = True


def parts(api: Api | None = None) -> list[Part]:
    """Every part of the cluster, or only the lab when that does not run. `api`: one to ask instead of a new one."""
    lab = record.find()
    if lab is None:
        left = paths.cluster().exists() or cgroups.exists()
        return [Part("lab", False, "it has died; what it left is still there" if left else "none is running")]
    found = [Part("lab", True, f"process {lab.outer.pid}, address {layout.LAB_ADDRESS}")]
    for name, keeper in lab.keepers.items():
        found.append(Part(f"{name} namespaces", keeper.alive(), f"process {keeper.pid}"))
    found += [_service(name) for name in services.defined()]
    try:
        api = api or Api(layout.kubeconfig(), inside=lab.init.pid)
        found += _seen_by_api(api, [node.name for node in lab.nodes])
    except (Failure, OSError) as error:
        found.append(Part("API server", False, str(error), "kube-apiserver"))
    return found


def _service(name: str) -> Part:
    state, required = services.state(name), services.is_part_of_cluster(name)
    if state is None:
        return Part(name, False, "has not started", name, required)
    restarts = f", restarted {state['restarts']} times" if state["restarts"] else ""
    if state["pid"]:
        return Part(name, True, f"running{restarts}", name, required)
    return Part(name, False, f"ended with {state['exit']}{restarts}", name, required)


def _seen_by_api(api: Api, nodes: list[str]) -> list[Part]:
    status, answer = api.request("GET", "/readyz")
    if status != 200:
        failing = [line.removeprefix("[-]").split()[0] for line in str(answer).splitlines() if line.startswith("[-]")]
        return [Part("API server", False, f"not ready: {', '.join(failing) or answer}", "kube-apiserver")]
    found = [Part("API server", True, layout.api_url())]
    for name in nodes:
        node = api.get(f"/api/v1/nodes/{name}")
        works, detail = _condition(node, "Ready")
        version = f", {node['status']['nodeInfo']['kubeletVersion']}" if node else ""
        found.append(Part(name, works, detail + version, f"kubelet-{name.removeprefix('node-')}"))
    dns = api.get("/apis/apps/v1/namespaces/kube-system/deployments/coredns")
    found.append(Part("CoreDNS", *_condition(dns, "Available"), f"kubelet-{nodes[0].removeprefix('node-')}"))
    storage = api.get(f"/apis/storage.k8s.io/v1/storageclasses/{STORAGE_CLASS}")
    found.append(Part("storage class", storage is not None, STORAGE_CLASS if storage else "not there", "storage"))
    return found


def _condition(value: Any, kind: str) -> tuple[bool, str]:
    """Return whether a condition of an object is true, and its message."""
    if value is None:
        return False, "not there yet"
    for condition in value.get("status", {}).get("conditions", []):
        if condition["type"] == kind:
            works = condition["status"] == "True"
            return works, kind if works else f"not {kind}: {condition.get('message') or condition.get('reason')}"
    return False, f"not {kind} yet"
