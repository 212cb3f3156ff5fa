"""A real API server with its etcd on the loopback device: what it refuses, a cluster refuses."""

import http.client
import json
import os
import socket
import ssl
import subprocess
import threading
import time
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lib import tools

START_SECONDS = 60
TOKEN = "administrator"


@dataclass(frozen=True)
class Answer:
    """The answer of the API server: the HTTP status, the object or Status, and its warnings."""

    status: int
    body: Any
    warnings: list[str]


class ApiServer:
    """Kubernetes' API without nodes and controllers: it judges and stores what it is given, and runs nothing.

    A context manager: its processes end with the block. One test may leave objects in the way of another, so tests use
    namespaces of their own and remove what is cluster-scoped.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._processes: list[subprocess.Popen[bytes]] = []
        self.kubeconfig = directory / "kubeconfig"
        self._port = 0
        self._connections = threading.local()

    def __enter__(self) -> "ApiServer":
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def run(
        self, program: str, *arguments: str, input: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl or helm as the administrator."""
        tool = "kubernetes" if program == "kubectl" else program
        environment = {**os.environ, "KUBECONFIG": str(self.kubeconfig), "HOME": str(self._directory)}
        result = subprocess.run(
            [str(tools.binary(tool, program)), *arguments],
            env=environment,
            input=input,
            stdin=None if input is not None else subprocess.DEVNULL,
            text=True,
            capture_output=True,
            timeout=180,
        )
        assert not check or result.returncode == 0, result.stderr
        return result

    def kubectl(
        self, *arguments: str, input: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl as the administrator."""
        return self.run("kubectl", *arguments, input=input, check=check)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        user: str = "",
        token: str = TOKEN,
        content_type: str = "application/json",
    ) -> Answer:
        """One request without kubectl, by default as the administrator. Threads may call at once."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": content_type}
        if user:
            headers["Impersonate-User"] = user
        sent = None if body is None else json.dumps(body)
        connection = getattr(self._connections, "one", None)
        if connection is not None:
            try:
                connection.request(method, path, sent, headers)
                return self._answer(connection)
            except (OSError, http.client.HTTPException):
                connection.close()  # The API server ends connections that were idle for long.
        context = ssl.create_default_context(cafile=str(self._directory / "apiserver.crt"))
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, context=context, timeout=60)
        self._connections.one = connection
        connection.request(method, path, sent, headers)
        return self._answer(connection)

    @staticmethod
    def _answer(connection: http.client.HTTPSConnection) -> Answer:
        response = connection.getresponse()
        text = response.read()
        return Answer(response.status, json.loads(text), response.headers.get_all("Warning", []))

    def get(self, *arguments: str) -> Any:
        """Return the parsed output of `kubectl get`."""
        return json.loads(self.kubectl("get", *arguments, "--output=json").stdout)

    def wait_for(self, *arguments: str, input: str | None = None) -> None:
        """Run kubectl until it succeeds: some things come into force a moment after they were made."""
        deadline = time.monotonic() + START_SECONDS
        while (result := self.kubectl(*arguments, input=input, check=False)).returncode != 0:
            assert time.monotonic() < deadline, result.stderr
            time.sleep(0.1)

    def client_certificate(self) -> dict[str, str]:
        """Return the administrator's credentials in a kubeconfig's user, as a certificate instead of a token."""
        return {
            name: b64encode((self._directory / file).read_bytes()).decode()
            for name, file in (("client-certificate-data", "client.crt"), ("client-key-data", "client.key"))
        }

    def create_namespace(self, name: str, **labels: str) -> None:
        """Create a namespace; labels with the prefix pod-security.kubernetes.io/."""
        self.kubectl("create", "namespace", name)
        for label, value in labels.items():
            self.kubectl("label", "namespace", name, f"pod-security.kubernetes.io/{label}={value}")

    def allowed(self, account: str, questions: list[dict[str, str]]) -> list[bool]:
        """Return the API server's answer to each access review (resourceAttributes) of a user."""
        reviews = [
            {
                "apiVersion": "authorization.k8s.io/v1",
                "kind": "SubjectAccessReview",
                "spec": {"user": account, "resourceAttributes": question},
            }
            for question in questions
        ]
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": reviews})
        answers = self.kubectl(
            "create", "--filename=-", "--output=jsonpath={.status.allowed}{'\\n'}", input=text
        ).stdout
        return [answer == "true" for answer in answers.split()]

    def _start(self) -> None:
        client, peer, port = _free_ports(3)
        self._port = port
        etcd = f"http://127.0.0.1:{client}"
        self._spawn(
            "etcd",
            [
                tools.binary("etcd", "server"),
                f"--data-dir={self._directory / 'etcd'}",
                "--log-level=error",
                f"--listen-client-urls={etcd}",
                f"--advertise-client-urls={etcd}",
                f"--listen-peer-urls=http://127.0.0.1:{peer}",
                f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
                f"--initial-cluster=default=http://127.0.0.1:{peer}",
                "--unsafe-no-fsync",
            ],
        )
        key, public, tokens = (self._directory / name for name in ("accounts.key", "accounts.pub", "tokens.csv"))
        commands: tuple[list[str | Path], ...] = (
            ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key],
            ["pkey", "-in", key, "-pubout", "-out", public],
        )
        for argv in commands:
            subprocess.run(["openssl", *argv], check=True, capture_output=True)
        self._make_client_certificate()
        tokens.write_text(f"{TOKEN},admin,admin,system:masters\n")
        self._spawn(
            "kube-apiserver",
            [
                tools.binary("kubernetes", "kube-apiserver"),
                f"--etcd-servers={etcd}",
                f"--cert-dir={self._directory}",
                "--bind-address=127.0.0.1",
                f"--secure-port={port}",
                f"--token-auth-file={tokens}",
                f"--client-ca-file={self._directory / 'client.crt'}",
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=192.100.0.0/16",
                "--allow-privileged=true",
                "--service-account-issuer=https://localhost",
                f"--service-account-key-file={public}",
                f"--service-account-signing-key-file={key}",
                "--endpoint-reconciler-type=none",
                # Without controllers nobody makes a namespace's default account, and no pod could be created; nor
                # would anybody see that a deleted volume is in use no longer.
                "--disable-admission-plugins=ServiceAccount,StorageObjectInUseProtection",
            ],
        )
        cluster = {
            "server": f"https://127.0.0.1:{port}",
            "certificate-authority": str(self._directory / "apiserver.crt"),
        }
        self.kubeconfig.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "test",
                    "clusters": [{"name": "test", "cluster": cluster}],
                    "users": [{"name": "test", "user": {"token": TOKEN}}],
                    "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
                }
            )
        )
        self._wait()

    def _make_client_certificate(self) -> None:
        argv = [
            "openssl",
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-noenc",
            "-x509",
            "-days",
            "30",
        ]
        argv += ["-subj", "/O=system:masters/CN=admin", "-keyout", str(self._directory / "client.key")]
        subprocess.run([*argv, "-out", str(self._directory / "client.crt")], check=True, capture_output=True)

    def _spawn(self, name: str, argv: list[Any]) -> None:
        with (self._directory / f"{name}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    [str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
                )
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.kubectl("get", "--raw=/readyz", check=False).returncode != 0:
            dead = next((process for process in self._processes if process.poll() is not None), None)
            if dead or time.monotonic() > deadline:
                logs = "".join(
                    (self._directory / f"{name}.log").read_text()[-2000:] for name in ("etcd", "kube-apiserver")
                )
                raise AssertionError(f"the API server does not come up; its log ends:\n{logs}")
            time.sleep(0.2)

    def _stop(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
