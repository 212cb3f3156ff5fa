"""The values files in values-examples, with what each needs beside itself."""

import subprocess
import tempfile
from base64 import b64encode
from pathlib import Path

from lib import paths

DIRECTORY = paths.REPOSITORY / "values-examples"
ADDRESS = "192.100.100.1"


def files() -> list[Path]:
    """All examples, by name."""
    return sorted(DIRECTORY.glob("*.yaml"))


def overlay(example: Path) -> dict[str, str]:
    """Return the values that the example tells its reader to bring along: {} for those that are complete."""
    return protected_settings(ADDRESS) if example.name == "own-certificate.yaml" else {}


def protected_settings(address: str) -> dict[str, str]:
    """Make a self-signed certificate for an address; returns the protected settings file of own-certificate.yaml."""
    with tempfile.TemporaryDirectory(prefix="certificate-") as work:
        certificate, key = make_certificate(Path(work), address)
        crt, secret = (b64encode(file.read_bytes()).decode() for file in (certificate, key))
    return {"tls.crt": crt, "tls.key": secret, "tls.cacrt": crt}


def make_certificate(directory: Path, address: str) -> tuple[Path, Path]:
    """Make mycert.crt and mycert.key as the examples' comments tell, but for the key's type, which is quicker to make.

    Needs openssl (needs.packages("parent")).
    """
    certificate, key = directory / "mycert.crt", directory / "mycert.key"
    argv = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256"]
    argv += ["-keyout", str(key), "-x509", "-days", "365", "-out", str(certificate)]
    argv += ["-subj", "/CN=connected-registry", "-addext", f"subjectAltName = IP:{address}"]
    subprocess.run(argv, check=True, capture_output=True)
    return certificate, key
