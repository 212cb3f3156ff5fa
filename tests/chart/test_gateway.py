"""nginx with the chart's configuration, in front of a registry that is a few lines of Python: what clients are told."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from charts import CONNECTION, DEFAULTS, Chart
from lib import needs, nginx, packages
from lib.progress import Steps
from lib.waiting import wait_for

PLAIN = {**DEFAULTS, "httpsEnabled": False, "cert-manager": {"install": False, "enabled": False}}
EDGE = {**PLAIN, "connectionString": CONNECTION, "sync": {"repositories": ["here"]}}
WRITES = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "MOVE")


class Registry(BaseHTTPRequestHandler):
    """Has whatever stands in `content`; notes what it was asked."""

    content: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[str]] = []
    silent = False

    def do_GET(self) -> None:
        type(self).asked.append(f"{self.command} {self.path}")
        while type(self).silent:
            time.sleep(0.05)
        found = type(self).content.get(self.path)
        body = b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"its own"}]}' if found is None else found
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_MOVE = do_GET

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Gateway:
    """nginx that runs, the registry behind it, a stand-in for the parent, and the directory by which programs talk."""

    port: int
    registry: type[Registry]
    parent: type[Registry]
    gate: Path
    volume: Path

    def put(self, repository: str, content: bytes, *, linked: bool = True) -> str:
        """Put a blob where Distribution would, and its link in a repository; returns its digest."""
        digest = hashlib.sha256(content).hexdigest()
        root = self.volume / "docker" / "registry" / "v2"
        data = root / "blobs" / "sha256" / digest[:2] / digest / "data"
        data.parent.mkdir(parents=True, exist_ok=True)
        data.write_bytes(content)
        if linked:
            link = root / "repositories" / repository / "_layers" / "sha256" / digest / "link"
            link.parent.mkdir(parents=True)
            link.write_text(f"sha256:{digest}")
        return f"sha256:{digest}"

    def ask(self, method: str, path: str, login: str = "") -> tuple[int, str, dict[str, str]]:
        """Status, body and headers (lower case) of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()} if login else {}
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body, {key.lower(): value for key, value in answer.getheaders()}


@pytest.fixture(scope="session")
def nginx_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Debian's nginx, unpacked."""
    packages.ensure_debian(needs.packages("images"), Steps())
    tree = tmp_path_factory.mktemp("nginx")
    nginx.fill(tree)
    return tree


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _serve(name: str) -> tuple[type[Registry], ThreadingHTTPServer]:
    handler = type(name, (Registry,), {"content": {"/v2/": b"{}"}, "asked": [], "silent": False})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return handler, server


@pytest.fixture
def gateway(request: pytest.FixtureRequest, chart: Chart, nginx_tree: Path, tmp_path: Path) -> Iterator[Gateway]:
    """With the values that the test's parameter names."""
    values = request.param
    rendered = chart.render(values)
    text = rendered.get("ConfigMap", "connected-registry-registry")["data"]["nginx.conf"]
    registry, behind = _serve("Here")
    parent, far = _serve("Parent")
    port, figures = _free_port(), _free_port()
    gate = tmp_path / "gate"
    for directory in (gate, tmp_path / "run"):
        directory.mkdir()
    if "access" in values:
        secret = rendered.get("Secret", "connected-registry-access")
        (tmp_path / "htpasswd").write_bytes(base64.b64decode(secret["data"]["htpasswd"]))
    for old, new in (
        ("listen 8080", f"listen 127.0.0.1:{port}"),
        ("listen 9445", f"listen 127.0.0.1:{figures}"),
        ("127.0.0.1:5000", f"127.0.0.1:{behind.server_port}"),
        ("127.0.0.1:5002", f"127.0.0.1:{far.server_port}"),
        ("/run/nginx", str(tmp_path / "run")),
        ("/run/gate", str(gate)),
        ("/var/lib/registry", str(tmp_path / "volume")),
        ("/etc/connected-registry/access", str(tmp_path)),
        ("/dev/stdout", str(tmp_path / "access.log")),
    ):
        text = text.replace(old, new)
    # As whoever runs this: the directories of the test are nobody else's.
    (tmp_path / "nginx.conf").write_text("user root;\n" + text)
    with (tmp_path / "log").open("wb") as log:
        argv = [str(word) for word in nginx.command(nginx_tree, tmp_path / "nginx.conf")]
        process = subprocess.Popen(argv, stdout=log, stderr=log)
    made = Gateway(port, registry, parent, gate, tmp_path / "volume")
    try:

        def answers() -> bool:
            assert process.poll() is None, (tmp_path / "log").read_text()
            with socket.socket() as client:
                return client.connect_ex(("127.0.0.1", port)) == 0

        wait_for("nginx to listen", answers, seconds=60, explain=lambda: (tmp_path / "log").read_text())
        yield made
    finally:
        registry.silent = parent.silent = False
        process.terminate()
        process.wait()
        for server in (behind, far):
            server.shutdown()
            server.server_close()


def with_values(values: dict[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("gateway", [values], indirect=True, ids=[""])


@with_values(EDGE)
def test_read_only_refuses_every_method_that_writes_and_says_why(gateway: Gateway) -> None:
    for path in ("/v2/here/manifests/1", "/v2/here/blobs/uploads/", "/v2/here/blobs/sha256:0", "/v2/"):
        for method in WRITES:
            status, body, headers = gateway.ask(method, path)
            assert (status, headers["allow"]) == (405, "GET, HEAD"), (method, path)
            assert "this registry is read-only" in json.loads(body)["errors"][0]["message"]
    assert gateway.registry.asked == []


@with_values(EDGE)
def test_what_is_here_is_passed_on_as_it_is(gateway: Gateway) -> None:
    gateway.registry.content["/v2/here/manifests/1"] = b'{"a":1}'
    assert gateway.ask("GET", "/v2/here/manifests/1")[:2] == (200, '{"a":1}')
    assert gateway.ask("HEAD", "/v2/here/manifests/1")[0] == 200
    assert gateway.ask("GET", "/readyz")[0] == 200 and gateway.ask("GET", "/healthz")[:2] == (200, "ok\n")


@with_values(EDGE)
def test_an_image_that_is_not_here_is_answered_with_what_the_synchronization_knows(gateway: Gateway) -> None:
    told = '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"its parent registry is unreachable"}]}'
    (gateway.gate / "missing.json").write_text(told)
    status, body, headers = gateway.ask("GET", "/v2/there/manifests/1")
    assert (status, body, headers["content-type"]) == (404, told, "application/json")
    assert gateway.ask("HEAD", "/v2/there/manifests/1")[0] == 404
    (gateway.gate / "missing.json").unlink()
    assert gateway.ask("GET", "/v2/there/manifests/1")[0] == 404
    # Lists and blobs are Distribution's own to answer.
    assert "its own" in gateway.ask("GET", "/v2/there/blobs/sha256:0")[1]


@with_values(EDGE)
def test_a_blob_of_the_repository_is_read_from_the_volume_as_distribution_would_answer(gateway: Gateway) -> None:
    digest = gateway.put("team/here", b"a layer")
    status, body, headers = gateway.ask("GET", f"/v2/team/here/blobs/{digest}")
    assert (status, body, headers["content-length"]) == (200, "a layer", "7")
    assert headers["content-type"] == "application/octet-stream"
    assert (headers["docker-content-digest"], headers["etag"]) == (digest, f'"{digest}"')
    status, _, headers = gateway.ask("HEAD", f"/v2/team/here/blobs/{digest}")
    assert (status, headers["content-length"]) == (200, "7")
    assert gateway.registry.asked == []
    assert gateway.ask("DELETE", f"/v2/team/here/blobs/{digest}")[0] == 405


@with_values(EDGE)
def test_a_blob_of_another_repository_or_half_of_one_is_distributions_to_answer(gateway: Gateway) -> None:
    (gateway.volume / "docker/registry/v2/repositories/here/_layers/sha256").mkdir(parents=True)
    digest = gateway.put("there", b"secret of another")
    for path in (f"/v2/here/blobs/{digest}", f"/v2/here/../there/../here/blobs/{digest}", f"/v2/here/blobs/{digest}0"):
        assert gateway.ask("GET", path)[0] == 404, path
    unlinked = gateway.put("here", b"no link yet", linked=False)
    assert gateway.ask("GET", f"/v2/here/blobs/{unlinked}")[0] == 404
    assert len(gateway.registry.asked) == 4


@with_values({**EDGE, "access": {"username": "u", "password": "p"}})
def test_a_blob_on_the_volume_is_not_given_to_who_has_no_password(gateway: Gateway) -> None:
    digest = gateway.put("here", b"a layer")
    status, body, _ = gateway.ask("GET", f"/v2/here/blobs/{digest}")
    assert (status, json.loads(body)["errors"][0]["code"]) == (401, "UNAUTHORIZED")
    assert gateway.ask("GET", f"/v2/here/blobs/{digest}", "u:p")[:2] == (200, "a layer")
    assert gateway.ask("GET", "/v2/here/blobs/sha256:" + "0" * 64)[0] == 401


@with_values({**EDGE, "parent": {"pullThrough": True}})
def test_the_parent_is_asked_only_for_what_is_not_here(gateway: Gateway) -> None:
    gateway.registry.content["/v2/here/manifests/1"] = b"here"
    gateway.parent.content.update({"/v2/there/manifests/1": b"there", "/v2/there/blobs/sha256:1": b"blob"})
    absent = f"/v2/there/blobs/sha256:{'0' * 64}"
    gateway.parent.content[absent] = b"another"
    assert gateway.ask("GET", absent)[:2] == (200, "another")
    assert gateway.ask("GET", "/v2/here/manifests/1")[:2] == (200, "here")
    assert gateway.parent.asked == [f"GET {absent}"]
    assert gateway.ask("GET", "/v2/there/manifests/1")[:2] == (200, "there")
    assert gateway.ask("HEAD", "/v2/there/manifests/1")[0] == 200
    assert gateway.ask("GET", "/v2/there/blobs/sha256:1")[:2] == (200, "blob")
    assert gateway.ask("GET", "/v2/there/manifests/none")[0] == 404
    assert gateway.ask("PUT", "/v2/there/manifests/1")[0] == 405


@with_values({**EDGE, "parent": {"pullThrough": True}})
def test_a_parent_that_hangs_costs_seconds_and_only_what_is_not_here(gateway: Gateway) -> None:
    (gateway.gate / "missing.json").write_text("unreachable")
    gateway.registry.content["/v2/here/manifests/1"] = b"here"
    gateway.parent.silent = True
    started = time.monotonic()
    waiting = threading.Thread(target=gateway.ask, args=("GET", "/v2/there/manifests/2"))
    waiting.start()
    assert gateway.ask("GET", "/v2/here/manifests/1")[:2] == (200, "here")
    assert gateway.ask("GET", "/v2/there/manifests/1")[:2] == (404, "unreachable")
    waiting.join()
    assert time.monotonic() - started < 30  # 8 s, on a machine with nothing else to do


@with_values({**PLAIN, "mode": "ReadWrite"})
def test_read_write_passes_pushes_on_but_not_while_the_gate_is_closed_or_the_volume_full(gateway: Gateway) -> None:
    path = "/v2/mine/blobs/uploads/"
    gateway.registry.content[path] = b"taken"
    assert gateway.ask("POST", path)[:2] == (200, "taken")
    (gateway.gate / "closed").touch()
    status, body, headers = gateway.ask("POST", path)
    assert (status, headers["retry-after"]) == (503, "60")
    assert "collects its garbage" in json.loads(body)["errors"][0]["message"]
    assert gateway.ask("GET", path)[0] == 200
    (gateway.gate / "full").touch()
    status, body, _ = gateway.ask("PUT", path)
    assert status == 507 and "nearly full" in json.loads(body)["errors"][0]["message"]
    for flag in ("closed", "full"):
        (gateway.gate / flag).unlink()
    assert gateway.ask("POST", path)[0] == 200


@with_values({**EDGE, "access": {"username": "me", "password": "word; $1#"}})
def test_a_password_is_asked_for_everywhere_but_at_the_probes(gateway: Gateway) -> None:
    gateway.registry.content["/v2/here/manifests/1"] = b"here"
    for path in ("/v2/", "/v2/here/manifests/1", "/v2/_catalog"):
        for login in ("", "me:other", "other:word; $1#"):
            status, body, headers = gateway.ask("GET", path, login)
            assert status == 401, (path, login)
            assert headers["www-authenticate"] == 'Basic realm="connected-registry"'
            assert json.loads(body)["errors"][0]["code"] == "UNAUTHORIZED"
    assert gateway.ask("GET", "/v2/here/manifests/1", "me:word; $1#")[:2] == (200, "here")
    assert gateway.ask("GET", "/v2/there/manifests/1", "me:word; $1#")[0] == 404
    assert gateway.ask("GET", "/readyz")[0] == 200 and gateway.ask("GET", "/healthz")[0] == 200
