"""The engines' own opinion of the configuration that the chart writes for them."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from charts import CERTIFICATE, PASSWORD, SYNCHRONIZING, Chart
from lib import tools


@pytest.fixture(scope="module")
def configurations(chart: Chart) -> dict[str, str]:
    """The configuration files by name."""
    return chart.render(SYNCHRONIZING).get("ConfigMap", "connected-registry-registry")["data"]


@pytest.fixture
def parent_files(tmp_path: Path) -> Path:
    """What `connected-registry parent` writes in the pod, and the CA from the Secret."""
    files = {
        "endpoint": "contoso.azurecr.io",
        "username": "sync-token",
        "password": PASSWORD,
        "ca.crt": CERTIFICATE,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_regsync_understands_its_configuration(configurations: dict[str, str], parent_files: Path) -> None:
    """It prints what it makes of it: host, token, password and CA come from files."""
    tools.ensure("regclient")
    text = configurations["regsync.yml"]
    for folder in ("/etc/connected-registry/parent", "/run/parent"):
        assert folder in text
        text = text.replace(folder, str(parent_files))
    result = subprocess.run(
        [str(tools.binary("regclient", "regsync")), "config", "--config", "-"],
        input=text,
        text=True,
        capture_output=True,
        timeout=30,
    )
    assert result.returncode == 0, result.stderr
    understood = yaml.safe_load(result.stdout)
    parent, target = understood["creds"]
    assert (parent["registry"], parent["user"], parent["pass"]) == ("contoso.azurecr.io", "sync-token", PASSWORD)
    assert parent["regcert"].strip() == CERTIFICATE.strip() and parent["tls"] != "disabled"
    assert (target["registry"], target["tls"]) == ("127.0.0.1:5000", "disabled")
    assert [(one["source"], one["target"], one["type"], one["schedule"]) for one in understood["sync"]] == [
        ("contoso.azurecr.io/hello", "127.0.0.1:5000/hello", "repository", "*/5 * * * *"),
        ("contoso.azurecr.io/team/app:1.0", "127.0.0.1:5000/team/app:1.0", "image", "*/5 * * * *"),
    ]


@pytest.fixture
def distribution(configurations: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Distribution with the chart's configuration, on another port and folder; gives its URL."""
    tools.ensure("distribution")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    text = configurations["distribution.yml"]
    assert "addr: 127.0.0.1:5000" in text and "rootdirectory: /var/lib/registry" in text
    (tmp_path / "config.yml").write_text(
        text.replace("127.0.0.1:5000", address).replace("/var/lib/registry", str(tmp_path / "images"))
    )
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(tools.binary("distribution", "registry")), "serve", str(tmp_path / "config.yml")],
            env={**os.environ, "OTEL_TRACES_EXPORTER": "none"},
            stdout=log,
            stderr=log,
        )
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://{address}/v2/", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.05)
        yield f"http://{address}"
    finally:
        process.kill()
        process.wait()


def test_distribution_serves_uploads_by_relative_urls(distribution: str) -> None:
    """Behind nginx it must not tell a client its own address. Uploads are how regsync writes."""
    request = urllib.request.Request(f"{distribution}/v2/hello/blobs/uploads/", method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 202
        assert answer.headers["Location"].startswith("/v2/hello/blobs/uploads/")


def test_distribution_deletes(distribution: str) -> None:
    """The images are copies: what the parent no longer has must be removable."""
    request = urllib.request.Request(f"{distribution}/v2/hello/manifests/sha256:{'0' * 64}", method="DELETE")
    with pytest.raises(urllib.error.HTTPError) as failure:
        urllib.request.urlopen(request, timeout=10)
    assert failure.value.code == 404  # 405 if deleting were off
