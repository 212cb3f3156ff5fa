"""Generate TLS material of a server that is good, or wrong in one or two things, along every axis of a certificate.

The encoder is our own, since libraries refuse to write most of what clients have to refuse.
"""

import base64
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

ADDRESS = "192.100.100.1"
ADDRESS_BYTES = bytes([192, 100, 100, 1])

# --- DER


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return one element."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE."""
    return tlv(0x30, *parts)


def integer(value: int) -> bytes:
    """Return an INTEGER in its shortest form."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def identifier(text: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in text.split("."))
    out = b""
    for arc in (first * 40 + second, *rest):
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.append(arc & 0x7F | 0x80)
        out += bytes(reversed(digits))
    return tlv(0x06, out)


def bits(content: bytes, unused: int = 0) -> bytes:
    """Return a BIT STRING."""
    return tlv(0x03, bytes([unused]), content)


def boolean(value: int) -> bytes:
    """Return a BOOLEAN with this byte."""
    return tlv(0x01, bytes([value]))


NULL = b"\x05\x00"
UTF8, NUMERIC, PRINTABLE, T61, IA5, VISIBLE, UNIVERSAL, BMP = 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A, 0x1C, 0x1E
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18


def name(text: str, tag: int = UTF8, content: bytes | None = None) -> bytes:
    """Return a distinguished name with one common name."""
    value = tlv(tag, text.encode() if content is None else content)
    return sequence(tlv(0x31, sequence(identifier("2.5.4.3"), value)))


def pem(label: str, der: bytes) -> str:
    """Return a PEM block."""
    text = base64.encodebytes(der).decode().replace("\n", "")
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


# --- Keys and signatures

CURVES: dict[str, ec.EllipticCurve] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
    "P-224": ec.SECP224R1(),
    "P-192": ec.SECP192R1(),
    "secp256k1": ec.SECP256K1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "brainpoolP384r1": ec.BrainpoolP384R1(),
}
RSA_SIZES = {"RSA 2048": 2048, "RSA 3072": 3072, "RSA 4096": 4096, "RSA 1024": 1024, "RSA 1536": 1536}
USUAL_KEYS = ("P-256", "P-384", "RSA 2048", "RSA 3072", "RSA 4096")
RSA_OID, PSS_KEY_OID = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"


@dataclass(frozen=True)
class Key:
    """A key pair: its private half, its subjectPublicKeyInfo and its PEM."""

    kind: str
    private: Any
    public: bytes
    text: str


@cache
def key(kind: str, index: int = 0) -> Key:
    """Return a key of a kind; another for another index."""
    del index
    private: Any
    if kind in CURVES:
        private = ec.generate_private_key(CURVES[kind])
    elif kind in RSA_SIZES or kind == "RSA-PSS":
        private = rsa.generate_private_key(65537, RSA_SIZES.get(kind, 2048))
    elif kind == "RSA e=3":
        private = rsa.generate_private_key(3, 2048)
    elif kind == "Ed25519":
        private = ed25519.Ed25519PrivateKey.generate()
    else:
        private = ed448.Ed448PrivateKey.generate()
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    encoded = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    if kind == "RSA-PSS":
        old, new = sequence(identifier(RSA_OID), NULL), sequence(identifier(PSS_KEY_OID))
        public = _replaced(public, old, new)
        encoded = _replaced(encoded, old, new)
    return Key(kind, private, public, pem("PRIVATE KEY", encoded))


def _replaced(der: bytes, old: bytes, new: bytes) -> bytes:
    """Replace an element of the outermost SEQUENCE."""
    header = 4 if der[1] == 0x82 else 2
    return sequence(der[header:].replace(old, new, 1))


def family(kind: str) -> str:
    """Return rsa, ec, ed25519 or ed448."""
    return "rsa" if kind.startswith("RSA") else "ec" if kind in CURVES else kind.lower()


def pss_parameters(digest: str, salt: int, mgf_digest: str | None = None) -> bytes:
    """Return the parameters of RSASSA-PSS."""
    hashed = sequence(identifier(digest), NULL)
    mgf = sequence(identifier("1.2.840.113549.1.1.8"), sequence(identifier(mgf_digest or digest), NULL))
    return sequence(tlv(0xA0, hashed), tlv(0xA1, mgf), tlv(0xA2, integer(salt)))


SHA256, SHA384, SHA1 = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "1.3.14.3.2.26"
Sign = Callable[[Any, bytes], bytes]


def _pkcs1(digest: hashes.HashAlgorithm) -> Sign:
    return lambda private, data: private.sign(data, padding.PKCS1v15(), digest)


def _pss(digest: hashes.HashAlgorithm, mgf: hashes.HashAlgorithm, salt: int) -> Sign:
    return lambda private, data: private.sign(data, padding.PSS(padding.MGF1(mgf), salt), digest)


def _ecdsa(digest: hashes.HashAlgorithm) -> Sign:
    return lambda private, data: private.sign(data, ec.ECDSA(digest))


def _eddsa(private: Any, data: bytes) -> bytes:
    signature: bytes = private.sign(data)
    return signature


def _rsa_algorithm(arc: int) -> bytes:
    return sequence(identifier(f"1.2.840.113549.1.1.{arc}"), NULL)


def _pss_algorithm(parameters: bytes) -> bytes:
    return sequence(identifier(PSS_KEY_OID), parameters)


_256, _384 = hashes.SHA256(), hashes.SHA384()
# The AlgorithmIdentifier and how to sign, for each family.
SIGNATURES: dict[str, dict[str, tuple[bytes, Sign]]] = {
    "rsa": {
        "RSA sha256": (_rsa_algorithm(11), _pkcs1(_256)),
        "RSA sha384": (_rsa_algorithm(12), _pkcs1(_384)),
        "RSA sha512": (_rsa_algorithm(13), _pkcs1(hashes.SHA512())),
        "RSA sha224": (_rsa_algorithm(14), _pkcs1(hashes.SHA224())),
        "RSA sha1": (_rsa_algorithm(5), _pkcs1(hashes.SHA1())),
        "RSA-PSS sha256": (_pss_algorithm(pss_parameters(SHA256, 32)), _pss(_256, _256, 32)),
        "RSA-PSS sha384": (_pss_algorithm(pss_parameters(SHA384, 48)), _pss(_384, _384, 48)),
        "RSA-PSS salt 20": (_pss_algorithm(pss_parameters(SHA256, 20)), _pss(_256, _256, 20)),
        "RSA-PSS mgf1 sha1": (_pss_algorithm(pss_parameters(SHA256, 32, SHA1)), _pss(_256, hashes.SHA1(), 32)),
        "RSA-PSS mgf1 sha384": (_pss_algorithm(pss_parameters(SHA256, 32, SHA384)), _pss(_256, _384, 32)),
    },
    "ec": {
        "ECDSA sha256": (sequence(identifier("1.2.840.10045.4.3.2")), _ecdsa(_256)),
        "ECDSA sha384": (sequence(identifier("1.2.840.10045.4.3.3")), _ecdsa(_384)),
        "ECDSA sha512": (sequence(identifier("1.2.840.10045.4.3.4")), _ecdsa(hashes.SHA512())),
        "ECDSA sha224": (sequence(identifier("1.2.840.10045.4.3.1")), _ecdsa(hashes.SHA224())),
        "ECDSA sha1": (sequence(identifier("1.2.840.10045.4.1")), _ecdsa(hashes.SHA1())),
        "ECDSA sha3-256": (sequence(identifier("2.16.840.1.101.3.4.3.10")), _ecdsa(hashes.SHA3_256())),
    },
    "ed25519": {"Ed25519": (sequence(identifier("1.3.101.112")), _eddsa)},
    "ed448": {"Ed448": (sequence(identifier("1.3.101.113")), _eddsa)},
}
USUAL_SIGNATURES = {"rsa": ("RSA sha256", "RSA sha384"), "ec": ("ECDSA sha256", "ECDSA sha384")}

# --- Certificates

Extension = tuple[str, bytes, bytes]  # identifier, the DER of `critical` (or nothing), value
CRITICAL = boolean(0xFF)
SAN, BASIC, USAGE, EXTENDED, CONSTRAINTS = "2.5.29.17", "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.30"
SKI, AKI = "2.5.29.14", "2.5.29.35"
SERVER_AUTH, CLIENT_AUTH = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"
IP_NAME = tlv(0x87, ADDRESS_BYTES)
KEY_CERT_SIGN = bits(b"\x06", 1)


@dataclass
class Certificate:
    """What a certificate is made of. Every part may be wrong."""

    title: str
    subject: bytes
    issuer: bytes
    key: Key
    version: int = 2
    serial: bytes = field(default_factory=lambda: integer(0x1234567890))
    validity: bytes = b""
    public: bytes = b""
    extensions: dict[str, Extension] = field(default_factory=dict)
    more_extensions: list[Extension] = field(default_factory=list)
    signature: str = ""
    outer_algorithm: bytes | None = None
    change: Callable[[bytes], bytes] | None = None  # of the part that is signed

    def set(self, oid: str, value: bytes, critical: bytes = b"") -> None:
        """Set an extension."""
        self.extensions[oid] = (oid, critical, value)

    def signed(self, issuer: Key) -> bytes:
        """Return the DER, signed with the issuer's key."""
        known = SIGNATURES[family(issuer.kind)]
        algorithm, sign = known.get(self.signature) or next(iter(known.values()))
        extensions = [sequence(identifier(oid), critical, tlv(0x04, value)) for oid, critical, value in self._all()]
        body = sequence(
            tlv(0xA0, integer(self.version)) if self.version else b"",
            self.serial,
            algorithm,
            self.issuer,
            self.validity,
            self.subject,
            self.public or self.key.public,
            tlv(0xA3, sequence(*extensions)) if self.version >= 2 and extensions else b"",
        )
        if self.change is not None:
            body = self.change(body)
        return sequence(body, self.outer_algorithm or algorithm, bits(sign(issuer.private, body)))

    def _all(self) -> Iterable[Extension]:
        return [*self.extensions.values(), *self.more_extensions]


@dataclass
class Chain:
    """A server's material before it is encoded."""

    root: Certificate
    intermediate: Certificate | None
    leaf: Certificate
    authority: str = "root"  # what ca.crt contains
    served: str = "chain"  # what tls.crt contains

    def all(self) -> list[Certificate]:
        """Return the certificates from the leaf to the root."""
        return [each for each in (self.leaf, self.intermediate, self.root) if each is not None]


@dataclass(frozen=True)
class Case:
    """Material to be judged."""

    kinds: tuple[str, ...]  # what is unusual in it; none: all is usual
    certificate: str
    key: str
    authority: str


def _time(now: int, days: int) -> bytes:
    return tlv(UTC_TIME, datetime.fromtimestamp(now + days * 86400, UTC).strftime("%y%m%d%H%M%SZ").encode())


def usual_chain(rng: random.Random, now: int) -> Chain:
    """Return a chain as openssl, cert-manager, step and AD CS make it."""
    kinds = [rng.choice(USUAL_KEYS) for _ in range(3)]
    keys = [key(kind, index) for index, kind in enumerate(kinds)]
    validity = sequence(_time(now, -10), _time(now, 365))
    root_name, intermediate_name, leaf_name = name("Root"), name("Intermediate"), name("server")
    deep = rng.random() < 0.5
    root = Certificate("root", root_name, root_name, keys[0], validity=validity)
    middle = Certificate("intermediate", intermediate_name, root_name, keys[1], validity=validity) if deep else None
    leaf = Certificate("leaf", leaf_name, intermediate_name if deep else root_name, keys[2], validity=validity)
    for each in (root, middle):
        if each is not None:
            each.set(BASIC, sequence(CRITICAL), CRITICAL)
            each.set(USAGE, KEY_CERT_SIGN, CRITICAL)
            each.set(SKI, tlv(0x04, each.title.encode()))
    leaf.set(SAN, sequence(IP_NAME, tlv(0x82, b"registry.example")))
    if rng.random() < 0.7:
        leaf.set(EXTENDED, sequence(identifier(SERVER_AUTH), identifier(CLIENT_AUTH)))
    if rng.random() < 0.5:
        leaf.set(USAGE, bits(b"\xa0", 5), CRITICAL)
        leaf.set(BASIC, sequence(), CRITICAL)
    for each, above in ((leaf, middle or root), (middle, root), (root, root)):
        if each is not None:
            each.signature = rng.choice(USUAL_SIGNATURES[family(above.key.kind)])
            if rng.random() < 0.5:
                each.set(AKI, sequence(tlv(0x80, above.title.encode())))
    return Chain(root, middle, leaf)


def encode(chain: Chain, kinds: tuple[str, ...]) -> Case:
    """Return the material as PEM."""
    root = pem("CERTIFICATE", chain.root.signed(chain.root.key))
    middle = pem("CERTIFICATE", chain.intermediate.signed(chain.root.key)) if chain.intermediate else ""
    leaf = pem("CERTIFICATE", chain.leaf.signed((chain.intermediate or chain.root).key))
    other = usual_chain(random.Random(1), 1_800_000_000).root
    unrelated = pem("CERTIFICATE", other.signed(other.key))
    authority = {
        "root": root,
        "intermediate": middle or root,
        "leaf": leaf,
        "nothing": "",
        "root and another": root + unrelated,
    }
    served = {
        "chain": leaf + middle,
        "chain and root": leaf + middle + root,
        "leaf": leaf,
        "chain and another": leaf + middle + unrelated,
    }
    return Case(kinds, served[chain.served], chain.leaf.key.text, authority[chain.authority])
