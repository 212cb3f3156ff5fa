"""The storage class's provisioner: a directory of a node for each claim. Runs as a service of the lab.

It does what Kubernetes asks of an external provisioner: for a claim that the scheduler has given a node, it creates a
volume bound to that claim; when the claim is gone, it deletes volume and directory. Volumes are of the type `local`,
which, unlike hostPath, honours a pod's fsGroup.
"""

import shutil
import sys
import time
from typing import Any

from lib.cluster import layout
from lib.cluster.addons import PROVISIONER, STORAGE_CLASS
from lib.cluster.api import Api
from lib.cluster.layout import Node
from lib.command import Failure

# To ask twice a second costs the API server next to nothing here, and cannot get stuck as a watch can.
POLL_SECONDS = 0.5
_SELECTED_NODE = "volume.kubernetes.io/selected-node"
_PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
_VOLUMES = "/api/v1/persistentvolumes"
_DIRECTORY = "/var/lib/volumes"


def main() -> None:
    """Provision for ever."""
    api = Api(layout.credentials() / "storage-provisioner.kubeconfig")
    while True:
        try:
            for claim in api.get("/api/v1/persistentvolumeclaims")["items"]:
                if _is_ours_to_provision(claim):
                    _provision(api, claim)
            for volume in api.get(_VOLUMES)["items"]:
                if _is_ours_to_delete(volume):
                    _delete(api, volume)
        except Failure as failure:
            print(failure, file=sys.stderr, flush=True)
        time.sleep(POLL_SECONDS)


def _is_ours_to_provision(claim: dict[str, Any]) -> bool:
    annotations, spec = claim["metadata"].get("annotations", {}), claim["spec"]
    return (
        spec.get("storageClassName") == STORAGE_CLASS
        and not spec.get("volumeName")
        and _SELECTED_NODE in annotations
        and "deletionTimestamp" not in claim["metadata"]
        and spec.get("volumeMode") != "Block"
    )


def _is_ours_to_delete(volume: dict[str, Any]) -> bool:
    return (
        volume["metadata"].get("annotations", {}).get(_PROVISIONED_BY) == PROVISIONER
        and volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete"
        and volume["status"].get("phase") == "Released"
        and "deletionTimestamp" not in volume["metadata"]
    )


def _node(name: str) -> Node:
    return Node(int(name.removeprefix("node-")))


def _provision(api: Api, claim: dict[str, Any]) -> None:
    metadata, spec = claim["metadata"], claim["spec"]
    node_name, name = metadata["annotations"][_SELECTED_NODE], f"pvc-{metadata['uid']}"
    directory = _node(node_name).host_path(f"{_DIRECTORY}/{name}")
    directory.mkdir(exist_ok=True)
    directory.chmod(0o777)  # Pods of any user write here; nobody else reaches it, since the directory above is closed.
    print(f"volume {name} on {node_name} for {metadata['namespace']}/{metadata['name']}", flush=True)
    on_node = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node_name]}
    api.create(
        _VOLUMES,
        {
            "metadata": {"name": name, "annotations": {_PROVISIONED_BY: PROVISIONER}},
            "spec": {
                "accessModes": spec["accessModes"],
                "capacity": {"storage": spec["resources"]["requests"]["storage"]},
                "claimRef": {
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    "namespace": metadata["namespace"],
                    "name": metadata["name"],
                    "uid": metadata["uid"],
                },
                "local": {"path": f"{_DIRECTORY}/{name}"},
                "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [on_node]}]}},
                "persistentVolumeReclaimPolicy": "Delete",
                "storageClassName": STORAGE_CLASS,
                "volumeMode": "Filesystem",
            },
        },
    )


def _delete(api: Api, volume: dict[str, Any]) -> None:
    name = volume["metadata"]["name"]
    terms = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    directory = _node(terms[0]["matchExpressions"][0]["values"][0]).host_path(f"{_DIRECTORY}/{name}")
    shutil.rmtree(directory, ignore_errors=True)
    api.delete(f"{_VOLUMES}/{name}")
    print(f"volume {name} deleted", flush=True)


if __name__ == "__main__":
    main()
