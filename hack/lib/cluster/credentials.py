"""The cluster's keys, certificates, tokens and kubeconfigs, made new at each start."""

import base64
import json
import secrets
from pathlib import Path

from lib.cluster import layout
from lib.cluster.layout import API_SERVICE_ADDRESS, CLUSTER_DOMAIN, Node
from lib.command import run

YEAR_DAYS = 365

# Kubernetes user -> (file of its kubeconfig, its groups). The nodes' own are added for each node.
USERS = {
    "admin": ("admin", "system:masters"),
    "system:kube-scheduler": ("scheduler", ""),
    "system:kube-controller-manager": ("controller-manager", ""),
    "system:kube-proxy": ("proxy", ""),
    "system:storage-provisioner": ("storage-provisioner", ""),
}


def create(nodes: list[Node]) -> None:
    """Write everything into the credentials directory, and the administrator's kubeconfig beside it."""
    directory = layout.credentials()
    directory.mkdir(mode=0o700)
    _key_pair_of_authority(directory)
    server_names = [
        f"IP:{nodes[0].address}",
        f"IP:{API_SERVICE_ADDRESS}",
        "IP:127.0.0.1",
        "DNS:kubernetes",
        "DNS:kubernetes.default",
        "DNS:kubernetes.default.svc",
        f"DNS:kubernetes.default.svc.{CLUSTER_DOMAIN}",
    ]
    _certificate(directory, "apiserver", "/CN=kube-apiserver", "serverAuth", server_names)
    _certificate(directory, "kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client", "clientAuth", [])
    run(
        [
            "openssl",
            "genpkey",
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-out",
            directory / "service-accounts.key",
        ]
    )
    run(
        [
            "openssl",
            "pkey",
            "-in",
            directory / "service-accounts.key",
            "-pubout",
            "-out",
            directory / "service-accounts.pub",
        ]
    )
    users = USERS | {f"system:node:{node.name}": (node.name, "system:nodes") for node in nodes}
    _tokens_and_kubeconfigs(directory, users)
    (directory / "admin.kubeconfig").replace(layout.kubeconfig())


def _key_pair_of_authority(directory: Path) -> None:
    run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            str(YEAR_DAYS),
            "-subj",
            "/CN=local-cluster-ca",
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout",
            directory / "ca.key",
            "-out",
            directory / "ca.crt",
        ]
    )


def _certificate(directory: Path, name: str, subject: str, usage: str, names: list[str]) -> None:
    extensions = ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", f"extendedKeyUsage={usage}"]
    if names:
        extensions += ["-addext", f"subjectAltName={','.join(names)}"]
    run(
        [
            "openssl",
            "req",
            "-x509",
            "-CA",
            directory / "ca.crt",
            "-CAkey",
            directory / "ca.key",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            str(YEAR_DAYS),
            "-subj",
            subject,
            *extensions,
            "-keyout",
            directory / f"{name}.key",
            "-out",
            directory / f"{name}.crt",
        ]
    )


def _tokens_and_kubeconfigs(directory: Path, users: dict[str, tuple[str, str]]) -> None:
    authority = base64.b64encode((directory / "ca.crt").read_bytes()).decode()
    lines = []
    for user, (name, groups) in users.items():
        token = secrets.token_urlsafe(32)
        lines.append(f'{token},{user},{user},"{groups}"' if groups else f"{token},{user},{user}")
        kubeconfig = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "local",
            "clusters": [
                {"name": "local", "cluster": {"server": layout.api_url(), "certificate-authority-data": authority}}
            ],
            "users": [{"name": user, "user": {"token": token}}],
            "contexts": [{"name": "local", "context": {"cluster": "local", "user": user}}],
        }
        _private(directory / f"{name}.kubeconfig", json.dumps(kubeconfig, indent=2))
    _private(directory / "tokens.csv", "\n".join(lines) + "\n")


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
