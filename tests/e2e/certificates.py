"""Certificates of a user's own, made with the commands that tutorials give."""

import base64
from dataclasses import dataclass
from pathlib import Path

from lib import command


@dataclass(frozen=True)
class OwnCertificate:
    """PEM files. A self-signed certificate is its own CA."""

    certificate: Path
    key: Path

    def values(self) -> dict[str, str]:
        """As a protected settings file has them: flat keys, base64."""
        certificate = base64.b64encode(self.certificate.read_bytes()).decode()
        key = base64.b64encode(self.key.read_bytes()).decode()
        return {"tls.crt": certificate, "tls.key": key, "tls.cacrt": certificate}

    def manifest(self, name: str, namespace: str) -> str:
        """A Secret as the Azure extension's tutorial writes it: `type` stands where kubectl does not look for it."""
        values = self.values()
        return "\n".join(
            [
                "apiVersion: v1",
                "kind: Secret",
                "metadata:",
                f"  name: {name}",
                f"  namespace: {namespace}",
                "  type: kubernetes.io/tls",
                "data:",
                f"  ca.crt: {values['tls.crt']}",
                f"  tls.crt: {values['tls.crt']}",
                f"  tls.key: {values['tls.key']}",
            ]
        )


def self_signed(folder: Path, address: str) -> OwnCertificate:
    """A self-signed certificate for a service IP, valid for a year."""
    folder.mkdir(parents=True, exist_ok=True)
    made = OwnCertificate(folder / "mycert.crt", folder / "mycert.key")
    request = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-sha256", "-x509", "-days", "365"]
    request += ["-keyout", str(made.key), "-out", str(made.certificate), "-subj", f"/CN={address}"]
    command.run([*request, "-addext", f"subjectAltName = IP:{address}"])
    return made
