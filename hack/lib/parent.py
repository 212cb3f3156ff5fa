"""A parent registry for the demo and the tests: CNCF Distribution with TLS and a password, in the lab but on no node.

Its certificate comes from an authority of its own and its token is random; both are new with each local cluster, and
`hack/cluster down` removes them. The password is in files that only their owner can read, and is never printed.
"""

import base64
import ctypes
import json
import secrets
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from lib import cluster, needs, packages, paths, tools
from lib.cluster import services
from lib.command import Failure, run
from lib.images import Image
from lib.progress import Steps
from lib.waiting import wait_for

SERVICE = "parent-registry"
PORT = 5443
REGISTRY_NAME = "demoregistry"


@dataclass(frozen=True)
class Parent:
    """A running parent registry: HOST:PORT, its authority's certificate, and the token it knows."""

    endpoint: str
    ca_file: Path
    token_name: str
    password: str = field(repr=False)

    def connection_string(self) -> str:
        """Return the value of the chart's `connectionString`. It contains the password."""
        return (
            f"ConnectedRegistryName={REGISTRY_NAME};SyncTokenName={self.token_name};"
            f"SyncTokenPassword={self.password};ParentGatewayEndpoint={self.endpoint};ParentEndpointProtocol=https"
        )

    def push(self, image: Image, repository: str) -> str:
        """Push an image as `repository`, which holds its tag (demo/hello:1); returns its digest, sha256:…"""
        reference = f"{self.endpoint}/{repository}"
        self._crane("push", str(image.archive), reference)
        return self.digest(repository)

    def push_chart(self, reference: str) -> None:
        """Make an empty helm chart and push it: PATH/NAME:VERSION, such as charts/empty:0.1.0."""
        path, _, version = reference.partition(":")
        with tempfile.TemporaryDirectory(prefix="chart-") as work:
            chart = Path(work) / "chart"
            chart.mkdir()
            chart.joinpath("Chart.yaml").write_text(
                f"apiVersion: v2\nname: {path.rpartition('/')[2]}\nversion: {version}\n"
            )
            cluster.helm("package", chart, "--destination", work, timeout=60)
            (package,) = Path(work).glob("*.tgz")
            cluster.helm(
                "push",
                package,
                f"oci://{self.endpoint}/{path.rpartition('/')[0]}",
                f"--ca-file={self.ca_file}",
                f"--registry-config={_directory() / 'config.json'}",
                timeout=60,
            )

    def digest(self, repository: str) -> str:
        """Return the digest, sha256:…, of an image that the parent has."""
        return self._crane("digest", f"{self.endpoint}/{repository}").strip()

    def tags(self, repository: str) -> list[str]:
        """Return the tags of a repository."""
        return self._crane("ls", f"{self.endpoint}/{repository}").split()

    def _crane(self, *arguments: str) -> str:
        environment = {"DOCKER_CONFIG": str(_directory()), "SSL_CERT_FILE": str(self.ca_file)}
        return cluster.run([tools.binary("crane"), *arguments], environment=environment, timeout=60).stdout


def ensure(steps: Steps) -> Parent:
    """Return the parent registry of the running local cluster, started now if it does not run yet."""
    packages.ensure_debian(needs.packages("parent"), steps)
    tools.ensure("distribution", "crane", steps=steps)
    directory = _directory()
    parent = _read(directory)
    if parent is None:
        shutil.rmtree(directory, ignore_errors=True)
        parent = _create(directory)
    if cluster.service_pid(SERVICE) is None:
        cluster.start_service(
            SERVICE,
            [tools.binary("distribution", "registry"), "serve", directory / "distribution.json"],
            environment={"OTEL_TRACES_EXPORTER": "none"},
        )
    wait_for(
        "the parent registry to answer", lambda: _answers(parent), seconds=20, explain=lambda: services.explain(SERVICE)
    )
    return parent


def _directory() -> Path:
    return paths.cluster() / SERVICE


def _answers(parent: Parent) -> bool:
    try:
        parent._crane("catalog", parent.endpoint)
    except Failure:
        return False
    return True


def _read(directory: Path) -> Parent | None:
    try:
        token = json.loads((directory / "token.json").read_text())
    except FileNotFoundError:
        return None
    return Parent(_endpoint(), directory / "ca.crt", token["name"], token["password"])


def _endpoint() -> str:
    return f"{cluster.lab_address()}:{PORT}"


def _create(directory: Path) -> Parent:
    """Make certificate, token and configuration. token.json comes last: with it, the directory is whole."""
    directory.mkdir(mode=0o700, parents=True)
    _certificate(directory)
    name, password = f"sync-{secrets.token_hex(4)}", secrets.token_urlsafe(32)
    _private(directory / "htpasswd", f"{name}:{_bcrypt(password)}\n")
    login = base64.b64encode(f"{name}:{password}".encode()).decode()
    # crane looks for this name in $DOCKER_CONFIG: it is the file that `docker login` writes.
    _private(directory / "config.json", json.dumps({"auths": {_endpoint(): {"auth": login}}}))
    _private(directory / "distribution.json", json.dumps(_configuration(directory), indent=2))
    _private(directory / "token.json", json.dumps({"name": name, "password": password}))
    parent = _read(directory)
    assert parent is not None
    return parent


def _configuration(directory: Path) -> dict[str, object]:
    """Distribution's configuration; its YAML parser reads JSON."""
    return {
        "version": "0.1",
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(directory / "images")}, "delete": {"enabled": True}},
        "auth": {"htpasswd": {"realm": "parent", "path": str(directory / "htpasswd")}},
        "http": {
            "addr": _endpoint(),
            "secret": secrets.token_hex(16),
            "tls": {"certificate": str(directory / "tls.crt"), "key": str(directory / "tls.key")},
        },
    }


def _certificate(directory: Path) -> None:
    """Make a CA, and a certificate of it for the parent's address."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
    run(
        [
            "openssl",
            "req",
            "-x509",
            *key,
            "-subj",
            "/CN=parent registry CA",
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout",
            directory / "ca.key",
            "-out",
            directory / "ca.crt",
        ]
    )
    run(
        [
            "openssl",
            "req",
            "-x509",
            *key,
            "-CA",
            directory / "ca.crt",
            "-CAkey",
            directory / "ca.key",
            "-subj",
            "/CN=parent registry",
            "-addext",
            f"subjectAltName=IP:{cluster.lab_address()}",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-addext",
            "extendedKeyUsage=serverAuth",
            "-keyout",
            directory / "tls.key",
            "-out",
            directory / "tls.crt",
        ]
    )


def _bcrypt(password: str) -> str:
    """Return a bcrypt hash, the only one that Distribution accepts, from the C library: Python drops its module."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt_gensalt.restype = library.crypt.restype = ctypes.c_char_p
    # The lowest cost: a random password of 256 bits needs no slow hash, and every request pays for it.
    salt = library.crypt_gensalt(b"$2y$", ctypes.c_ulong(4), None, 0)
    hashed = library.crypt(password.encode(), salt) if salt else None
    if not hashed or not hashed.startswith(b"$2y$"):
        raise Failure("this machine's libcrypt makes no bcrypt hash; install Debian's libcrypt1")
    return hashed.decode()


def _private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    path.touch(mode=0o600)
    path.write_text(text)
