"""The services of the control plane, as kubeadm would run them, each a process on the first node."""

import json

from lib import paths, tools
from lib.cluster import layout
from lib.cluster.layout import API_PORT, POD_RANGE, SERVICE_RANGE, Node
from lib.cluster.services import define

ETCD_URL = "http://127.0.0.1:2379"

# Admission webhooks can note something of a request in this log alone.
AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {
            "level": "Metadata",
            "verbs": ["create", "update", "patch"],
            "resources": [{"group": "", "resources": ["pods", "pods/ephemeralcontainers"]}],
        },
        {"level": "None"},
    ],
}


def start_store(node: Node) -> None:
    """Start etcd and the API server, which waits for it."""
    credentials = layout.credentials()
    audit_policy = paths.cluster() / "audit-policy.json"
    audit_policy.write_text(json.dumps(AUDIT_POLICY))
    define(
        "etcd",
        [
            tools.binary("etcd", "server"),
            f"--data-dir={paths.cluster() / 'etcd'}",
            "--log-level=warn",
            f"--listen-client-urls={ETCD_URL}",
            f"--advertise-client-urls={ETCD_URL}",
            "--listen-peer-urls=http://127.0.0.1:2380",
            "--initial-advertise-peer-urls=http://127.0.0.1:2380",
            "--initial-cluster=default=http://127.0.0.1:2380",
            "--unsafe-no-fsync",  # A power cut may destroy this store: it is made new at each start anyway.
        ],
        node=node,
    )
    define(
        "kube-apiserver",
        [
            tools.binary("kubernetes", "kube-apiserver"),
            f"--etcd-servers={ETCD_URL}",
            f"--advertise-address={node.address}",
            f"--secure-port={API_PORT}",
            f"--cert-dir={credentials}",
            f"--client-ca-file={credentials / 'ca.crt'}",
            f"--tls-cert-file={credentials / 'apiserver.crt'}",
            f"--tls-private-key-file={credentials / 'apiserver.key'}",
            f"--token-auth-file={credentials / 'tokens.csv'}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
            f"--audit-policy-file={audit_policy}",
            f"--audit-log-path={layout.audit_log()}",
            "--audit-log-maxsize=50",
            "--audit-log-maxbackup=1",
            f"--service-cluster-ip-range={SERVICE_RANGE}",
            f"--service-account-issuer=https://kubernetes.default.svc.{layout.CLUSTER_DOMAIN}",
            f"--service-account-key-file={credentials / 'service-accounts.pub'}",
            f"--service-account-signing-key-file={credentials / 'service-accounts.key'}",
            f"--kubelet-client-certificate={credentials / 'kubelet-client.crt'}",
            f"--kubelet-client-key={credentials / 'kubelet-client.key'}",
            "--kubelet-preferred-address-types=InternalIP",
            # Nobody has a certificate of that name: there is no aggregated API server here. But the scheduler and the
            # controller manager complain for ever if there is no authority for one.
            f"--requestheader-client-ca-file={credentials / 'ca.crt'}",
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-username-headers=X-Remote-User",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        ],
        node=node,
    )


def start_controllers(node: Node) -> None:
    """Start the scheduler and the controller manager. Both end when they cannot reach the API server."""
    credentials = layout.credentials()
    define(
        "kube-scheduler",
        [
            tools.binary("kubernetes", "kube-scheduler"),
            "--leader-elect=false",
            *_own_kubeconfig("scheduler"),
        ],
        node=node,
    )
    define(
        "kube-controller-manager",
        [
            tools.binary("kubernetes", "kube-controller-manager"),
            "--leader-elect=false",
            *_own_kubeconfig("controller-manager"),
            f"--root-ca-file={credentials / 'ca.crt'}",
            f"--service-account-private-key-file={credentials / 'service-accounts.key'}",
            f"--cluster-signing-cert-file={credentials / 'ca.crt'}",
            f"--cluster-signing-key-file={credentials / 'ca.key'}",
            f"--cluster-cidr={POD_RANGE}",
            f"--service-cluster-ip-range={SERVICE_RANGE}",
            "--allocate-node-cidrs=false",  # Each node's network configuration names its own range.
            "--use-service-account-credentials=true",
            # It makes hundreds of calls at its start, and by default takes five seconds over them.
            "--kube-api-qps=200",
            "--kube-api-burst=400",
        ],
        node=node,
    )


def _own_kubeconfig(name: str) -> list[str]:
    path = layout.credentials() / f"{name}.kubeconfig"
    return [f"--{kind}kubeconfig={path}" for kind in ("", "authentication-", "authorization-")]
