"""The engines' own opinion of the configuration that the chart writes for them."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from charts import CERTIFICATE, SYNCHRONIZING, Chart
from lib import paths, tools


@pytest.fixture(scope="module")
def configurations(chart: Chart) -> dict[str, str]:
    """Provide the configuration files by name."""
    return chart.render(SYNCHRONIZING).get("ConfigMap", "connected-registry-registry")["data"]


def understood(configuration: str) -> dict[str, Any]:
    """Return the output of regsync for a configuration that our program writes to its standard input."""
    tools.ensure("regclient")
    result = subprocess.run(
        [str(tools.binary("regclient", "regsync")), "config", "--config", "-"],
        input=configuration,
        text=True,
        capture_output=True,
        timeout=30,
    )
    assert result.returncode == 0, result.stderr
    return yaml.safe_load(result.stdout)


# The output of our program: tests/unit/sync/regsync_test.cc compares it with these files.
WRITTEN = paths.REPOSITORY / "tests" / "golden" / "sync"


def test_regsync_understands_a_filtered_repository_and_a_password_that_looks_like_a_template() -> None:
    made = understood((WRITTEN / "filtered.json").read_text())
    parent, target = made["creds"]
    assert (parent["registry"], parent["user"], parent["pass"]) == ("contoso.azurecr.io", "token", "p{{w}}d?x")
    assert parent["regcert"].strip() == CERTIFICATE.strip() and parent["tls"] != "disabled"
    assert (target["registry"], target["tls"]) == ("127.0.0.1:5000", "disabled")
    (step,) = made["sync"]
    assert (step["source"], step["target"]) == ("contoso.azurecr.io/team/app", "127.0.0.1:5000/team/app")
    assert (step["type"], step["referrers"], step["digestTags"]) == ("repository", True, True)
    assert step["tags"] == {"allow": ["v1\\..*", "latest"], "deny": [".*-rc"]}


def test_regsync_understands_one_tag_of_a_parent_without_credentials() -> None:
    made = understood((WRITTEN / "one-tag.json").read_text())
    (step,) = made["sync"]
    assert (step["source"], step["type"]) == ("10.0.0.1:5443/hello:1.0", "image")
    assert made["creds"][0]["user"] == ""


@pytest.fixture
def distribution(configurations: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Distribution with the chart's configuration, on another port and directory; gives its URL."""
    tools.ensure("distribution")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    text = configurations["distribution.yml"]
    assert "addr: 127.0.0.1:5000" in text and "rootdirectory: /var/lib/registry" in text
    (tmp_path / "config.yml").write_text(
        text.replace("127.0.0.1:5000", address)
        .replace("127.0.0.1:5001", "127.0.0.1:0")
        .replace("/var/lib/registry", str(tmp_path / "images"))
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
