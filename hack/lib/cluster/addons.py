"""The add-ons of the cluster: CoreDNS and a default storage class."""

from typing import Any

from lib.cluster.api import Api
from lib.cluster.layout import CLUSTER_DOMAIN, COREDNS_IMAGE, DNS_ADDRESS

STORAGE_CLASS = "standard"
PROVISIONER = "connected-registry.io/node-directory"

# Names outside the cluster do not exist here, and the answer is immediate: no client waits for a time-out.
_COREFILE = f"""{CLUSTER_DOMAIN}:53 in-addr.arpa:53 ip6.arpa:53 {{
    errors
    health
    ready
    kubernetes {CLUSTER_DOMAIN} in-addr.arpa ip6.arpa {{
        ttl 5
    }}
    cache 5
}}
.:53 {{
    errors
    template ANY ANY {{
        rcode NXDOMAIN
    }}
}}
"""
_LABELS = {"k8s-app": "kube-dns"}
_DNS_PORTS = [("dns", "UDP", 53), ("dns-tcp", "TCP", 53), ("metrics", "TCP", 9153)]


def create(api: Api) -> None:
    """Create all of it. What is there already stays as it is. Raises Unreachable, Failure."""
    rbac = "/apis/rbac.authorization.k8s.io/v1"
    system = "/api/v1/namespaces/kube-system"
    api.create("/apis/storage.k8s.io/v1/storageclasses", _storage_class())
    api.create(
        f"{rbac}/clusterrolebindings",
        _binding(
            "system:storage-provisioner",
            "system:persistent-volume-provisioner",
            {"kind": "User", "name": "system:storage-provisioner", "apiGroup": "rbac.authorization.k8s.io"},
        ),
    )
    api.create(f"{rbac}/clusterroles", _coredns_role())
    api.create(
        f"{rbac}/clusterrolebindings",
        _binding(
            "system:coredns",
            "system:coredns",
            {"kind": "ServiceAccount", "name": "coredns", "namespace": "kube-system"},
        ),
    )
    api.create(f"{system}/serviceaccounts", {"metadata": {"name": "coredns"}})
    api.create(f"{system}/configmaps", {"metadata": {"name": "coredns"}, "data": {"Corefile": _COREFILE}})
    api.create(f"{system}/services", _coredns_service())
    api.create("/apis/apps/v1/namespaces/kube-system/deployments", _coredns_deployment())


def _storage_class() -> dict[str, Any]:
    return {
        "metadata": {"name": STORAGE_CLASS, "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": PROVISIONER,
        "reclaimPolicy": "Delete",
        # The volume is a directory of one node, and the scheduler has to choose that first.
        "volumeBindingMode": "WaitForFirstConsumer",
    }


def _binding(name: str, role: str, subject: dict[str, str]) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [subject],
    }


def _coredns_role() -> dict[str, Any]:
    return {
        "metadata": {"name": "system:coredns"},
        "rules": [
            {
                "apiGroups": [""],
                "resources": ["endpoints", "services", "pods", "namespaces"],
                "verbs": ["list", "watch"],
            },
            {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
        ],
    }


def _coredns_service() -> dict[str, Any]:
    return {
        "metadata": {"name": "kube-dns", "labels": _LABELS},
        "spec": {
            "clusterIP": DNS_ADDRESS,
            "selector": _LABELS,
            "ports": [{"name": name, "protocol": protocol, "port": port} for name, protocol, port in _DNS_PORTS],
        },
    }


def _coredns_deployment() -> dict[str, Any]:
    container = {
        "name": "coredns",
        "image": COREDNS_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "ports": [{"name": name, "protocol": protocol, "containerPort": port} for name, protocol, port in _DNS_PORTS],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181}, "periodSeconds": 1},
        "livenessProbe": {"httpGet": {"path": "/health", "port": 8080}, "initialDelaySeconds": 30},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
        },
        "volumeMounts": [{"name": "config", "mountPath": "/etc/coredns", "readOnly": True}],
    }
    return {
        "metadata": {"name": "coredns", "labels": _LABELS},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": _LABELS},
            "template": {
                "metadata": {"labels": _LABELS},
                "spec": {
                    "serviceAccountName": "coredns",
                    "priorityClassName": "system-cluster-critical",
                    "dnsPolicy": "Default",
                    "containers": [container],
                    "volumes": [{"name": "config", "configMap": {"name": "coredns"}}],
                },
            },
        },
    }
