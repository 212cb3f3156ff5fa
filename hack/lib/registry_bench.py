"""Measures the cost of nginx: pulls through it, and pulls from the same Distribution with its own TLS.

Both serve the same files on this machine's localhost with the chart's own configuration and the same certificate; the
pulls take turns. The client is curl, which costs less than a container runtime and so hides less.
"""

import hashlib
import json
import os
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from lib import needs, nginx, packages, release, tools
from lib.command import Failure, run
from lib.progress import Steps
from lib.waiting import wait_for

LAYERS = 4
LAYER_BYTES = 50_000_000
ROUNDS = 15
# As containerd fetches layers.
PARALLEL = 3
REPOSITORY = "bench/image"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
WANTED = 0.9


def bench(rounds: int, steps: Steps) -> int:
    """Print medians and their ratio; returns 1 where nginx is slower than WANTED of Distribution alone."""
    packages.ensure_debian([*needs.packages("images", "parent"), "curl"], steps)
    tools.ensure("distribution", "helm", steps=steps)
    release.package_dependency()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="registry-bench-")))
        with steps.step("starting nginx with Distribution, and Distribution alone"):
            ports = {name: _free_port() for name in ("behind", "figures", "nginx", "alone")}
            _certificate(directory)
            configurations = _configurations()
            stack.enter_context(_distribution(directory, configurations, ports, own_tls=False))
            stack.enter_context(_distribution(directory, configurations, ports, own_tls=True))
            stack.enter_context(_nginx(directory, configurations, ports))
            blobs = _push(f"http://127.0.0.1:{ports['behind']}")
        times: dict[str, list[float]] = {"nginx": [], "alone": []}
        with steps.step(f"pulling {LAYERS * LAYER_BYTES / 1e6:.0f} MB {rounds} times from each, in turns"):
            for _ in range(rounds + 1):
                for name in times:
                    times[name].append(_pull(directory, f"https://127.0.0.1:{ports[name]}", blobs))
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}
    ratio = medians["alone"] / medians["nginx"]
    size = LAYERS * LAYER_BYTES / 1e6
    print(f"\n{'a pull of ' + format(size, '.0f') + ' MB':<34} {'median':>9} {'fastest':>9} {'MB/s':>7}")
    for name, title in (("nginx", "through nginx, as the service does"), ("alone", "Distribution with TLS of its own")):
        print(f"{title:<34} {medians[name]:>7.3f} s {min(times[name][1:]):>7.3f} s {size / medians[name]:>7.0f}")
    print(f"through nginx at {ratio:.0%} of Distribution alone (wanted: {WANTED:.0%})")
    return 0 if ratio >= WANTED else 1


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _certificate(directory: Path) -> None:
    argv = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    argv += ["-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1"]
    run([*argv, "-keyout", directory / "tls.key", "-out", directory / "tls.crt"])


def _configurations() -> dict[str, str]:
    """nginx.conf and distribution.yml as the chart writes them."""
    settings = ["--set=service.clusterIP=192.100.100.1", "--show-only=templates/registry/configmap.yaml"]
    return _data_of(run([tools.binary("helm"), "template", "bench", release.CHART, *settings]).stdout)


def _data_of(config_map: str) -> dict[str, str]:
    """Return the block texts below `data:`, without a reader of YAML: hack/ needs nothing but Python's own library."""
    data: dict[str, list[str]] = {}
    name = ""
    for line in config_map.partition("\ndata:\n")[2].splitlines():
        if line.startswith("  ") and not line.startswith("   "):
            name = line.strip().partition(":")[0]
            data[name] = []
        elif name:
            data[name].append(line[4:])
    return {key: "\n".join(lines) + "\n" for key, lines in data.items()}


@contextmanager
def _process(argv: list[str | Path], log: Path, url: str) -> Iterator[None]:
    """Run a program until the end of the block, which begins once the program answers."""
    with log.open("wb") as output:
        environment = {**os.environ, "OTEL_TRACES_EXPORTER": "none"}
        process = subprocess.Popen([str(word) for word in argv], stdout=output, stderr=output, env=environment)
    try:

        def answers() -> bool:
            if process.poll() is not None:
                raise Failure(f"{argv[0]} ended: {log.read_text()[-2000:]}")
            return run(["curl", "--silent", "--insecure", "--output", "/dev/null", url], check=False).returncode == 0

        wait_for(f"{url} to answer", answers, seconds=30, explain=lambda: log.read_text()[-2000:])
        yield
    finally:
        process.terminate()
        process.wait()


def _distribution(
    directory: Path, configurations: dict[str, str], ports: dict[str, int], *, own_tls: bool
) -> AbstractContextManager[None]:
    name = "alone" if own_tls else "behind"
    text = configurations["distribution.yml"].replace("/var/lib/registry", str(directory / "images"))
    text = text.replace("127.0.0.1:5000", f"127.0.0.1:{ports[name]}").replace("127.0.0.1:5001", "127.0.0.1:0")
    if own_tls:
        pair = f"  tls:\n    certificate: {directory / 'tls.crt'}\n    key: {directory / 'tls.key'}\n"
        text = text.replace("http:\n", f"http:\n{pair}", 1)
    (directory / f"{name}.yml").write_text(text)
    scheme = "https" if own_tls else "http"
    argv: list[str | Path] = [tools.binary("distribution", "registry"), "serve", directory / f"{name}.yml"]
    return _process(argv, directory / f"{name}.log", f"{scheme}://127.0.0.1:{ports[name]}/v2/")


def _nginx(directory: Path, configurations: dict[str, str], ports: dict[str, int]) -> AbstractContextManager[None]:
    tree = directory / "nginx"
    tree.mkdir()
    nginx.fill(tree)
    (directory / "run").mkdir()
    text = (
        configurations["nginx.conf"].replace("/run/nginx", str(directory / "run")).replace("/run/tls", str(directory))
    )
    text = text.replace("listen 8443", f"listen 127.0.0.1:{ports['nginx']}")
    text = text.replace("listen 9445", f"listen 127.0.0.1:{ports['figures']}")
    text = text.replace("127.0.0.1:5000", f"127.0.0.1:{ports['behind']}").replace(
        "/dev/stdout", str(directory / "access")
    )
    text = text.replace("/var/lib/registry", str(directory / "images"))
    # As whoever runs this: its files are in a directory that nobody else reads.
    (directory / "nginx.conf").write_text("user root;\n" + text)
    argv = nginx.command(tree, directory / "nginx.conf")
    return _process(argv, directory / "nginx.log", f"https://127.0.0.1:{ports['nginx']}/healthz")


def _push(url: str) -> list[str]:
    """Return an image of random layers; returns the paths that a pull reads."""
    config = b"{}"
    layers = [os.urandom(LAYER_BYTES) for _ in range(LAYERS)]
    described = []
    for content in (config, *layers):
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        begin = urllib.request.Request(f"{url}/v2/{REPOSITORY}/blobs/uploads/", method="POST")
        with urllib.request.urlopen(begin) as answer:
            location = answer.headers["Location"]
        target = location if location.startswith("http") else url + location
        put = urllib.request.Request(f"{target}&digest={digest}", content, method="PUT")
        put.add_header("Content-Type", "application/octet-stream")
        urllib.request.urlopen(put).close()
        described.append({"digest": digest, "size": len(content)})
    types = ["application/vnd.oci.image.config.v1+json", *["application/vnd.oci.image.layer.v1.tar"] * LAYERS]
    entries = [{"mediaType": kind, **one} for kind, one in zip(types, described, strict=True)]
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": entries[0], "layers": entries[1:]}
    put = urllib.request.Request(f"{url}/v2/{REPOSITORY}/manifests/1", json.dumps(manifest).encode(), method="PUT")
    put.add_header("Content-Type", MANIFEST)
    urllib.request.urlopen(put).close()
    return ["manifests/1", *(f"blobs/{one['digest']}" for one in described)]


def _pull(directory: Path, url: str, blobs: list[str]) -> float:
    """Read all of it once; returns seconds."""
    argv = ["curl", "--silent", "--show-error", "--fail", "--cacert", str(directory / "tls.crt"), "--parallel"]
    argv += ["--parallel-max", str(PARALLEL), "--http1.1", "--header", f"Accept: {MANIFEST}"]
    for blob in blobs:
        argv += ["--output", "/dev/null", f"{url}/v2/{REPOSITORY}/{blob}"]
    started = time.monotonic()
    run(argv, timeout=300)
    return time.monotonic() - started
