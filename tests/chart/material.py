"""Certificates and keys of the kinds that people bring along, made with the openssl command and valid now."""

import subprocess
from base64 import b64encode
from functools import cache
from pathlib import Path

from lib import paths

ADDRESS = "192.100.100.1"
GOLDEN = paths.REPOSITORY / "tests" / "golden" / "x509"
CONNECTION = (
    "ConnectedRegistryName=edge01;SyncTokenName=token;SyncTokenPassword=p=q==;"
    "ParentGatewayEndpoint=contoso.azurecr.io;ParentEndpointProtocol=https"
)
EC = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
DAYS = {"soon": "29", "later": "31"}


class Material:
    """Text by name: NAME.crt, NAME.key and NAME.ca for each kind, as PEM. Made when it is first asked for."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.pem = cache(self._pem)

    def value(self, name: str) -> str:
        """Return the text as a setting or a Secret holds it: base64, but for NAME.pem."""
        if name == "connection-string":
            return b64encode(CONNECTION.encode()).decode()
        kind, _, part = name.partition(".")
        return self.pem(kind, "crt") if part == "pem" else b64encode(self.pem(kind, part).encode()).decode()

    def _pem(self, kind: str, part: str) -> str:
        if kind == "encrypted":
            return (GOLDEN / "encrypted-pkcs8.key").read_text()
        if kind.startswith("good-"):
            return self._changed(kind.removeprefix("good-"), part)
        if kind == "expired":
            return (
                paths.REPOSITORY / "tests" / "golden" / "rules" / f"expired.{'key' if part == 'key' else 'crt'}"
            ).read_text()
        certificate, key = self._make(kind)
        return (key if part == "key" else certificate).read_text()

    def _changed(self, change: str, part: str) -> str:
        good = self.pem("good", part)
        match change:
            case "bom":
                return "\ufeff" + good
            case "cr":
                return good.replace("\n", "\r\n")
            case "text":
                return "# my certificate\n" + good
            case "chain" | "and-server":
                return good + self.pem("server", "crt")
        raise ValueError(change)

    def _make(self, kind: str) -> tuple[Path, Path]:
        certificate, key = self._directory / f"{kind}.crt", self._directory / f"{kind}.key"
        if certificate.exists():
            return certificate, key
        algorithm = {"weak": ("rsa:1024",), "strong": ("rsa:2048",)}.get(kind, EC)
        names = [] if kind in ("common-name", "no-name") else ["-addext", f"subjectAltName = IP:{ADDRESS}"]
        server = ["-addext", "basicConstraints = critical, CA:FALSE"] if kind == "server" else []
        argv = ["openssl", "req", "-newkey", *algorithm, "-noenc", "-sha256", "-x509", "-days", DAYS.get(kind, "365")]
        argv += ["-subj", f"/CN={ADDRESS if kind == 'common-name' else kind}", *names, *server]
        subprocess.run([*argv, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
        return certificate, key
