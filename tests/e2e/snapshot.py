"""All objects of the cluster and all files of the node that an installation may touch, to compare them later."""

import json
from dataclasses import dataclass

from installation import TEST_NAMESPACE, node_files
from lib import kube
from lib.kube import LocalKube
from lib.waiting import wait_for

# Events tell what happened, and go by themselves after an hour; the last is not stored at all.
PASSING = {"events", "events.events.k8s.io", "componentstatuses"}
# cert-manager keeps these on purpose: see the README.
KEPT_GROUP = "cert-manager.io"


@dataclass(frozen=True)
class Snapshot:
    """`objects`: (kind, namespace, name) -> (uid, resourceVersion). `files`: path on the node -> mode and content."""

    objects: dict[tuple[str, str, str], tuple[str, str]]
    files: dict[str, str]

    @classmethod
    def take(cls, local: LocalKube) -> "Snapshot":
        """Look at all kinds that the API server knows now."""
        kinds = local.kubectl("api-resources", "--verbs=list", "--output=name").stdout.split()
        wanted = ",".join(kind for kind in kinds if kind not in PASSING)
        answer = local.kubectl("get", wanted, "--all-namespaces", "--output=json")
        objects = {}
        for item in json.loads(answer.stdout)["items"]:
            metadata = item["metadata"]
            key = (item["kind"], metadata.get("namespace", ""), metadata["name"])
            if not _is_kept_on_purpose(key[0], key[2]) and not _is_a_heartbeat(*key):
                objects[key] = (metadata["uid"], metadata["resourceVersion"])
        return cls(objects, node_files())

    def added_since(self, earlier: "Snapshot") -> list[str]:
        """Return the names that exist now and did not then."""
        lines = [" ".join(filter(None, key)) for key in sorted(self.objects.keys() - earlier.objects.keys())]
        lines += [f"node file /etc/containerd/{path}" for path in sorted(self.files.keys() - earlier.files.keys())]
        lines += [
            f"node file /etc/containerd/{path} has changed"
            for path in sorted(self.files.keys() & earlier.files.keys())
            if self.files[path] != earlier.files[path]
        ]
        return lines

    def removed_since(self, earlier: "Snapshot") -> list[str]:
        """Return the names that existed then and do not now."""
        lines = [" ".join(filter(None, key)) for key in sorted(earlier.objects.keys() - self.objects.keys())]
        return lines + [
            f"node file /etc/containerd/{path}" for path in sorted(earlier.files.keys() - self.files.keys())
        ]

    def changed_since(self, earlier: "Snapshot") -> list[str]:
        """Return the objects that are there in both and were written in between."""
        return [
            " ".join(filter(None, key))
            for key in sorted(self.objects.keys() & earlier.objects.keys())
            if self.objects[key] != earlier.objects[key] and not _changes_by_itself(*key)
        ]


def _is_a_heartbeat(kind: str, namespace: str, name: str) -> bool:
    """Report whether a node or an API server writes this once it runs, perhaps after the first snapshot."""
    if kind != "Lease":
        return False
    return namespace == "kube-node-lease" or (namespace == "kube-system" and name.startswith("apiserver-"))


def _is_kept_on_purpose(kind: str, name: str) -> bool:
    """cert-manager's resource definitions, and what the API server makes for each group of those."""
    return kind in ("CustomResourceDefinition", "APIService") and name.endswith(KEPT_GROUP)


def is_helms_own(line: str) -> bool:
    """Report whether a line of a comparison names one of the Secrets with helm's history: a new one at each upgrade."""
    return line.startswith("Secret ") and "sh.helm.release.v1." in line


def _changes_by_itself(kind: str, namespace: str, name: str) -> bool:
    """Heartbeats, the tally of pods, and helm's history, where an upgrade marks the last entry as superseded.

    The tally follows every pod that comes or goes, a few seconds later: a test's own among them.
    """
    tally = kind == "ConfigMap" and name.endswith("-status")
    return tally or kind in ("Lease", "Node") or is_helms_own(f"{kind} {namespace} {name}")


def assert_nothing_is_left(local: LocalKube, before: Snapshot) -> None:
    """Wait for what goes on its own once it is marked for it: pods that end, volumes that are removed."""
    local.kubectl("delete", "pods", "--all", "--namespace", TEST_NAMESPACE, "--now", timeout=90)
    left: list[str] = []

    def gone() -> bool:
        left[:] = Snapshot.take(local).added_since(before)
        return not left

    wait_for(
        "all objects and files of the installation to go",
        gone,
        seconds=60,
        explain=lambda: "still there:\n" + "\n".join(f"  {line}" for line in left),
    )
    assert kube.items(local, "pods", TEST_NAMESPACE) == []
    assert Snapshot.take(local).removed_since(before) == []
