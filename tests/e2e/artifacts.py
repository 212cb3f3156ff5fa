"""Things for a parent registry to hold: an index of two architectures, an artifact that refers to an image."""

import base64
import hashlib
import json
import sys
from pathlib import Path

from lib import cluster, images, tools
from lib.parent import Parent
from lib.progress import Steps

EMPTY = b"{}"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"

# Runs in the lab, where the parent can be reached: "METHOD URL CONTENT-TYPE BASE64-OF-BODY" a line, on standard input.
_REQUESTS = """
import base64, os, ssl, sys, urllib.request
context = ssl.create_default_context(cafile=os.environ["CA_FILE"])
for line in sys.stdin:
    method, url, content_type, body = line.rstrip("\\n").split(" ")
    headers = {"Authorization": "Basic " + os.environ["LOGIN"], "Content-Type": content_type}
    request = urllib.request.Request(url, base64.b64decode(body), headers, method=method)
    if method == "BLOB":
        request.method = "POST"
        with urllib.request.urlopen(urllib.request.Request(url.split("#")[0], b"", headers, method="POST")) as answer:
            location = answer.headers["Location"]
        joined = location + ("&" if "?" in location else "?") + "digest=" + url.split("#")[1]
        request = urllib.request.Request(joined, base64.b64decode(body), headers, method="PUT")
    with urllib.request.urlopen(request, context=context) as answer:
        assert answer.status in (200, 201, 202), answer.status
"""


def push_index(parent: Parent, repository: str, tag: str) -> str:
    """Return an index with an image for amd64 and one for arm64; returns its digest."""
    archive = str(images.hello(Steps()).archive)
    for architecture in ("amd64", "arm64"):
        part = f"{parent.endpoint}/{repository}:{architecture}"
        parent._crane("push", archive, part)
        parent._crane("mutate", "--set-platform", f"linux/{architecture}", "--tag", part, part)
    parts = [word for name in ("amd64", "arm64") for word in ("-m", f"{parent.endpoint}/{repository}:{name}")]
    parent._crane("index", "append", *parts, "-t", f"{parent.endpoint}/{repository}:{tag}")
    return parent.digest(f"{repository}:{tag}")


def push_artifact(parent: Parent, repository: str, subject: str) -> str:
    """Return an OCI artifact whose subject is the image of that digest, as signatures are kept; returns its digest.

    The registry has no API of referrers, so they are listed under a tag made of the subject's digest.
    """
    described = json.loads(parent._crane("manifest", f"{parent.endpoint}/{repository}@{subject}"))
    size = len(parent._crane("manifest", f"{parent.endpoint}/{repository}@{subject}").encode())
    blob = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": _digest(EMPTY), "size": len(EMPTY)}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": "application/vnd.example.signature",
        "config": blob,
        "layers": [blob],
        "subject": {"mediaType": described["mediaType"], "digest": subject, "size": size},
    }
    artifact = json.dumps(manifest).encode()
    entry = {"mediaType": MANIFEST, "digest": _digest(artifact), "size": len(artifact)}
    entry["artifactType"] = manifest["artifactType"]
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}).encode()
    base = f"https://{parent.endpoint}/v2/{repository}"
    lines = [
        ("BLOB", f"{base}/blobs/uploads/#{_digest(EMPTY)}", "application/octet-stream", EMPTY),
        ("PUT", f"{base}/manifests/{_digest(artifact)}", MANIFEST, artifact),
        ("PUT", f"{base}/manifests/{subject.replace(':', '-')}", INDEX, index),
    ]
    text = "".join(f"{a} {b} {c} {base64.b64encode(body).decode()}\n" for a, b, c, body in lines)
    login = base64.b64encode(f"{parent.token_name}:{parent.password}".encode()).decode()
    environment = {"CA_FILE": str(parent.ca_file), "SSL_CERT_FILE": str(parent.ca_file), "LOGIN": login}
    cluster.run([sys.executable, "-c", _REQUESTS], input=text, environment=environment, timeout=60, shown="the pushes")
    return _digest(artifact)


def delete_tag(parent: Parent, reference: str) -> None:
    """Delete an image of the parent by its tag."""
    parent._crane("delete", f"{parent.endpoint}/{reference}")


def crane() -> Path:
    """Return the crane client."""
    return tools.binary("crane")


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
