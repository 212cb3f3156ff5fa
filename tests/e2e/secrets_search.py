"""Finds a secret in the cluster, its logs and the output of its tools, in whatever form."""

import base64
import binascii
import gzip
import json
import re
from collections.abc import Iterable, Iterator

from installation import NODE, Parts
from lib import cluster
from recording import RecordingKube

BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
# A Secret holds base64 of helm's base64 of gzip of a manifest with base64 of settings with base64 of PEM.
DEPTH = 5


def key_line(pem: str) -> str:
    """Return a line from the middle of a private key: one that no other text has."""
    lines = [line for line in pem.splitlines() if line and not line.startswith("-----")]
    return lines[len(lines) // 2]


def everywhere(parts: Parts, secrets: Iterable[str]) -> set[str]:
    """Return what holds a secret: "KIND NAMESPACE/NAME" of objects, "log …", "output …", "arguments …".

    All objects are looked at, events among them, all pods' logs from their start, hooks' as far as the node has them,
    the arguments of the node's processes, and what helm and kubectl have printed. A number at the end of one of helm's
    own Secrets is "*".
    """
    assert isinstance(parts.local, RecordingKube)
    wanted = list(secrets)
    places = [*_objects(parts), *_logs(), *_arguments(), *(("output of helm or kubectl", t) for t in parts.local.said)]
    return {place for place, text in places if _holds(text, wanted)}


def holds(text: str, secrets: Iterable[str]) -> bool:
    """Report whether a text holds one of the secrets, as it is or in base64."""
    return _holds(text, list(secrets))


def _holds(text: str, secrets: list[str], depth: int = DEPTH) -> bool:
    if any(secret in text for secret in secrets):
        return True
    return depth > 0 and any(_holds(inner, secrets, depth - 1) for inner in _inside(text))


def _inside(text: str) -> Iterator[str]:
    """Return the parts of a text once they are decoded."""
    for found in BASE64.finditer(text):
        try:
            data = base64.b64decode(found.group(), validate=True)
        except binascii.Error:
            continue
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        # Nothing that is looked for holds another byte.
        if data.isascii() or data[:1] in b"{[":
            yield data.decode(errors="replace")


def _objects(parts: Parts) -> Iterator[tuple[str, str]]:
    kinds = parts.local.kubectl("api-resources", "--verbs=list", "--output=name").stdout.split()
    wanted = ",".join(kind for kind in kinds if kind != "componentstatuses")
    answer = parts.local.kubectl("get", wanted, "--all-namespaces", "--output=json")
    for item in json.loads(answer.stdout)["items"]:
        metadata = item["metadata"]
        name = re.sub(r"^(sh\.helm\.release\.v1\..*\.v)\d+$", r"\1*", metadata["name"])
        yield f"{item['kind']} {metadata.get('namespace', '')}/{name}", json.dumps(item)


def _logs() -> Iterator[tuple[str, str]]:
    root = cluster.node_path("/var/log/pods", NODE)
    for log in root.rglob("*.log*"):
        yield f"log {log.relative_to(root)}", log.read_text(errors="replace")


def _arguments() -> Iterator[tuple[str, str]]:
    script = "for one in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $one; echo; done"
    for line in cluster.run(["sh", "-c", f"({script}) 2>/dev/null"], node=NODE).stdout.splitlines():
        yield f"arguments of {line.split(' ')[0]}", line
