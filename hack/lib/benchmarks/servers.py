"""Starts the webhooks that are compared: ours on a real API server, the peer, and nginx; all with one certificate."""

import base64
import json
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib import packages, paths, tools
from lib.benchmarks.processes import START_SECONDS, Server, free_port
from lib.benchmarks.programs import Programs
from lib.command import Failure, run
from lib.progress import Steps

NAME, NAMESPACE = "connected-registry", "edge"
ADDRESS = "192.100.100.1"
SERVICE_ACCOUNT = "/run/secrets/kubernetes.io/serviceaccount"

NGINX = """\
worker_processes 2;
daemon off;
pid {directory}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_buffer_size 1m;
  client_body_temp_path {directory}/body;
  keepalive_requests 100000000;
  server {{
    listen 127.0.0.1:{port} ssl backlog=512;
    ssl_certificate {directory}/tls.crt;
    ssl_certificate_key {directory}/tls.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    location /mutate {{
      default_type application/json;
      # Read to its end, and passed to nobody.
      return 200 '{{"ok":true}}\\n';
    }}
  }}
}}
"""


class Api:
    """A real API server, with what the webhook finds in a cluster."""

    def __init__(self, directory: Path, server: Any) -> None:
        self._directory = directory
        self._server = server
        self.bundle = directory / "registry.crt"

    def prepare(self) -> None:
        """Make the objects that a release brings: a registry with a certificate in the values."""
        self._server.create_namespace(NAMESPACE)
        labels = {"app": "controller"}
        pod = {"containers": [{"name": "controller", "image": "none"}]}
        self.apply(
            "apps/v1",
            "Deployment",
            f"{NAME}-controller",
            spec={
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": pod},
            },
        )
        key = self._directory / "registry.key"
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]
        names = ["-subj", "/CN=registry CA", "-addext", f"subjectAltName=IP:{ADDRESS}"]
        run(["openssl", "req", "-x509", *curve, *names, "-keyout", key, "-out", self.bundle])
        certificate = base64.b64encode(self.bundle.read_bytes()).decode()
        values = {
            "service": {"clusterIP": ADDRESS},
            "cert-manager": {"install": False, "enabled": False},
            "tls": {"crt": certificate, "key": base64.b64encode(key.read_bytes()).decode(), "cacrt": certificate},
        }
        settings = json.dumps({"formVersion": 1, "values": values})
        self.apply("v1", "Secret", f"{NAME}-settings", stringData={"settings.json": settings})

    def apply(self, version: str, kind: str, name: str, **content: Any) -> None:
        """Apply an object of the release's namespace."""
        metadata = {"name": name, "namespace": NAMESPACE}
        text = json.dumps({"apiVersion": version, "kind": kind, "metadata": metadata, **content})
        self._server.kubectl("apply", "--filename=-", input=text)

    def certificate(self) -> dict[str, bytes]:
        """Return the webhook's own Secret, decoded, once the controller has made it."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            found = self._server.kubectl(
                "get", "secret", f"{NAME}-webhook-tls", f"--namespace={NAMESPACE}", "--output=json", check=False
            )
            if found.returncode == 0:
                return {key: base64.b64decode(value) for key, value in json.loads(found.stdout)["data"].items()}
            if time.monotonic() > deadline:
                raise Failure(f"the webhook makes no certificate: {found.stderr}")
            time.sleep(0.2)

    def replace_certificate(self, tls_crt: bytes, tls_key: bytes) -> None:
        """Put another pair into the webhook's Secret."""
        data = {name: base64.b64encode(value).decode() for name, value in (("tls.crt", tls_crt), ("tls.key", tls_key))}
        self._server.kubectl(
            "patch",
            "secret",
            f"{NAME}-webhook-tls",
            f"--namespace={NAMESPACE}",
            "--type=merge",
            f"--patch={json.dumps({'data': data})}",
        )

    def account(self) -> Path:
        """Return a directory with what kubelet would mount for a service account."""
        target = self._directory / "account"
        target.mkdir(exist_ok=True)
        configuration = json.loads(self._server.kubeconfig.read_text())
        authority = Path(configuration["clusters"][0]["cluster"]["certificate-authority"])
        (target / "ca.crt").write_bytes(authority.read_bytes())
        (target / "token").write_text(configuration["users"][0]["user"]["token"])
        return target

    def address(self) -> tuple[str, str]:
        """Host and port."""
        configuration = json.loads(self._server.kubeconfig.read_text())
        host, port = configuration["clusters"][0]["cluster"]["server"].removeprefix("https://").split(":")
        return host, port


@contextmanager
def api(directory: Path, steps: Steps) -> Iterator[Api]:
    """Run the API server that the chart's tests use."""
    sys.path.insert(0, str(paths.REPOSITORY / "tests" / "chart"))
    from api_server import ApiServer  # a fixture of the tests: known once their directory is

    tools.ensure("kubernetes", "etcd", steps=steps)
    packages.ensure_debian(["openssl"], steps)
    with ApiServer(directory) as server:
        out = Api(directory, server)
        out.prepare()
        yield out


def controller(programs: Programs, api: Api, directory: Path, number: int = 1) -> Server:
    """Start our controller, as a pod of the cluster would."""
    health = free_port()
    return _start(programs, api, directory / f"controller-{number}.log", f"controller --health-port {health}", health)


def ours(programs: Programs, api: Api, directory: Path, number: int = 1) -> Server:
    """Start our webhook, as a pod of the cluster would."""
    port, health = free_port(), free_port()
    log = directory / f"ours-{number}.log"
    server = _start(programs, api, log, f"webhook --port {port} --health-port {health}", port)
    try:
        server.wait_until_it_listens(health)
        server.wait_until_it_listens()
        deadline = time.monotonic() + START_SECONDS
        while run(["curl", "-fs", f"http://127.0.0.1:{health}/readyz"], check=False).returncode != 0:
            if time.monotonic() > deadline:
                raise Failure(f"our webhook does not become ready; see {log}")
            time.sleep(0.1)
    except BaseException:
        server.end()
        raise
    return server


def _start(programs: Programs, api: Api, log: Path, command: str, port: int) -> Server:
    """Start a command of our program with the access to the API that a pod has."""
    host, api_port = api.address()
    # A file system of its own, in which the service account lies where kubelet mounts it.
    mounts = (
        f"mount -t tmpfs none /run && mkdir -p {SERVICE_ACCOUNT} &&"
        f" cp {shlex.quote(str(api.account()))}/* {SERVICE_ACCOUNT}/"
    )
    program = f"{shlex.quote(str(programs.ours))} {command} --name {NAME} --namespace {NAMESPACE} --log-level error"
    return Server(
        "connected-registry",
        ["unshare", "--mount", "sh", "-c", f"{mounts} && exec {program}"],
        port,
        log,
        env={
            "PATH": paths.search_path(),
            "KUBERNETES_SERVICE_HOST": host,
            "KUBERNETES_SERVICE_PORT": api_port,
            "POD_NAME": log.stem,
        },
    )


def controller_runtime(programs: Programs, directory: Path, bundle: Path) -> Server:
    """Start the peer."""
    port = free_port()
    argv: list[str | Path] = [programs.peer, f"--port={port}", f"--cert-dir={directory}", f"--bundle={bundle}"]
    server = Server("controller-runtime", argv, port, directory / "controller-runtime.log")
    server.wait_until_it_listens()
    return server


def nginx(directory: Path) -> Server:
    """Start nginx, which takes the same request and answers a few bytes."""
    port = free_port()
    configuration = directory / "nginx.conf"
    configuration.write_text(NGINX.format(directory=directory, port=port))
    server = Server("nginx", ["/usr/sbin/nginx", "-c", configuration], port, directory / "nginx.log")
    server.wait_until_it_listens()
    return server


@dataclass(frozen=True)
class Contenders:
    """The running servers that are compared, and our controller, which no request reaches."""

    ours: Server
    controller: Server
    peer: Server
    nginx: Server

    def all(self) -> list[Server]:
        """In the order of the table."""
        return [self.ours, self.peer, self.nginx]


@contextmanager
def contenders(programs: Programs, api: Api, directory: Path) -> Iterator[Contenders]:
    """Run all three with the certificate that our webhook makes for itself: an ECDSA P-256 one."""
    with ExitStack() as stack:
        leader = stack.enter_context(controller(programs, api, directory))
        first = stack.enter_context(ours(programs, api, directory))
        for key, value in api.certificate().items():
            (directory / key).write_bytes(value)
        yield Contenders(
            ours=first,
            controller=leader,
            peer=stack.enter_context(controller_runtime(programs, directory, api.bundle)),
            nginx=stack.enter_context(nginx(directory)),
        )
