"""Changes that must not lose a request: a new certificate, a replica that ends, an idle time that ends."""

import threading
import time
from pathlib import Path

from lib.benchmarks import load
from lib.benchmarks.load import Sample
from lib.benchmarks.processes import Server
from lib.benchmarks.programs import Programs
from lib.benchmarks.servers import NAME, NAMESPACE, Api
from lib.command import Failure, run

EXCHANGE_SECONDS = 30


def _second_pair(api: Api, directory: Path) -> tuple[bytes, bytes]:
    """Another certificate of the webhook's own CA, for the same names."""
    secret = api.certificate()
    for name in ("ca.crt", "ca.key", "tls.crt"):
        (directory / f"swap-{name}").write_bytes(secret[name])
    key, request, leaf = (directory / f"swap.{kind}" for kind in ("key", "csr", "crt"))
    names = run(["openssl", "x509", "-in", directory / "swap-tls.crt", "-noout", "-ext", "subjectAltName"]).stdout
    extensions = directory / "swap.ext"
    extensions.write_text(f"subjectAltName={names.splitlines()[1].strip()}\nextendedKeyUsage=serverAuth\n")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]
    run(["openssl", "req", *curve, "-subj", f"/CN={NAME}.{NAMESPACE}", "-keyout", key, "-out", request])
    authority: list[str | Path] = ["-CA", directory / "swap-ca.crt", "-CAkey", directory / "swap-ca.key"]
    run(["openssl", "x509", "-req", "-in", request, *authority, "-days", "30", "-extfile", extensions, "-out", leaf])
    return leaf.read_bytes(), key.read_bytes()


def _served(server: Server) -> str:
    """Return the certificate that a new connection is shown: PEM, without its first and last line."""
    argv = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-showcerts"]
    return _content(run(argv, check=False).stdout)


def _content(pem: str) -> str:
    return pem.partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END")[0].strip()


def _wait_until_served(server: Server, tls_crt: bytes) -> str:
    """Wait until the certificate is served, and return it."""
    wanted = _content(tls_crt.decode())
    deadline = time.monotonic() + EXCHANGE_SECONDS
    while _served(server) != wanted:
        if time.monotonic() > deadline:
            raise Failure(f"a new certificate is not served after {EXCHANGE_SECONDS} s")
        time.sleep(0.05)
    return wanted


def swap_certificates(programs: Programs, server: Server, api: Api, directory: Path, count: int) -> tuple[Sample, int]:
    """Exchange the certificate so many times under load; returns the load's sample and how many were seen served."""
    first = api.certificate()
    pairs = [(first["tls.crt"], first["tls.key"]), _second_pair(api, directory)]
    seen: set[str] = set()
    ending = threading.Event()
    sample: list[Sample] = []

    def keep_loading() -> None:
        while not ending.is_set():
            # Half of the connections are new ones, which shake hands with whatever is served then.
            sample.append(
                load.run(programs.load, [server], "--connections=4", "--new-connections", "--duration-ms=1000")
            )
            sample.append(load.run(programs.load, [server], "--connections=8", "--duration-ms=1000"))

    thread = threading.Thread(target=keep_loading)
    thread.start()
    try:
        for number in range(1, count + 1):
            api.replace_certificate(*pairs[number % 2])
            if number % 50 < 2:
                seen.add(_wait_until_served(server, pairs[number % 2][0]))
    finally:
        ending.set()
        thread.join()
    return load.medians(sample), len(seen)


def drain(programs: Programs, leaving: Server, staying: Server) -> tuple[Sample, int]:
    """End one of two replicas under load; returns the load's sample and the exit code of the one that left."""
    arguments = ["--connections=32", "--duration-ms=12000"]
    with load.background(programs.load, [leaving, staying], *arguments) as samples:
        time.sleep(3)
        code = leaving.end()
    return samples[0], code


def idle_boundary(programs: Programs, requests: int) -> Sample:
    """Send requests with pauses around the time after which an API server drops a connection: 90 s, the server 120 s.

    The times are a hundred times shorter here, on a server in the load client's own process.
    """
    arguments = [
        "--own-server-idle-ms=1200",
        f"--requests={requests}",
        "--connections=200",
        "--warm-up-ms=0",
        "--least-pause-ms=800",
        "--longest-pause-ms=1000",
        "--client-idle-ms=900",
    ]
    return load.run(programs.load, [], *arguments, timeout=600)
