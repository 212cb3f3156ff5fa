"""Certificates of a user's own, made with the commands that tutorials give."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lib import command

EC = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA = ("rsa:2048",)
WEAK = ("rsa:1024",)
# OpenSSL's clients accept a certificate with such a key, and Go's do not.
BRAINPOOL = ("ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1")
RSA_PSS = ("rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048")


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

    def parts(self) -> dict[str, str]:
        """Return the keys of a Secret, PEM."""
        certificate = self.certificate.read_text()
        return {"tls.crt": certificate, "tls.key": self.key.read_text(), "ca.crt": certificate}

    def manifest(self, name: str, namespace: str) -> str:
        """Return a Secret as in the Azure extension's tutorial: `type` stands where kubectl does not expect it."""
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


def self_signed(directory: Path, address: str) -> OwnCertificate:
    """Return a self-signed certificate for a service IP, valid for a year."""
    return made(directory, san=f"IP:{address}", key=RSA)


def made(
    directory: Path,
    *,
    san: str,
    key: Sequence[str] = EC,
    subject: str = "/CN=connected-registry",
    days: int = 365,
    password: str = "",
    serial: str = "",
    ca: "OwnCertificate | None" = None,
) -> OwnCertificate:
    """Make a certificate that may be as wrong as users' are: `san` empty for none, `days` -1 for one that has expired.

    Without `ca` it signs itself and is its own CA. A key with a `password` is encrypted. `serial`: empty, random.
    """
    directory.mkdir(parents=True, exist_ok=True)
    one = OwnCertificate(directory / "mycert.crt", directory / "mycert.key")
    request = directory / "request"
    argv: list[str | Path] = ["openssl", "req", "-newkey", *key, "-sha256", "-keyout", one.key, "-out", request]
    argv += ["-subj", subject]
    argv += ["-passout", f"pass:{password}"] if password else ["-nodes"]
    argv += ["-addext", f"basicConstraints=critical,CA:{'FALSE' if ca else 'TRUE'}"]
    argv += ["-addext", f"subjectAltName={san}"] if san else []
    command.run(argv)
    signed: list[str | Path] = ["openssl", "x509", "-req", "-in", request, "-days", str(days), "-sha256"]
    signed += ["-copy_extensions", "copy"]
    signed += ["-set_serial", serial] if serial else []
    signed += ["-CA", ca.certificate, "-CAkey", ca.key] if ca else ["-signkey", one.key]
    signed += ["-passin", f"pass:{password}"] if password and not ca else []
    command.run([*signed, "-out", one.certificate])
    return one
