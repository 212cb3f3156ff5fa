"""What may be unusual in a certificate: each twist changes one thing of a chain."""

import random
from collections.abc import Callable

from generated_certificates import (
    ADDRESS_BYTES,
    AKI,
    BASIC,
    BMP,
    CLIENT_AUTH,
    CONSTRAINTS,
    CRITICAL,
    CURVES,
    EXTENDED,
    GENERALIZED_TIME,
    IA5,
    IP_NAME,
    KEY_CERT_SIGN,
    NULL,
    NUMERIC,
    PRINTABLE,
    RSA_OID,
    RSA_SIZES,
    SAN,
    SERVER_AUTH,
    SIGNATURES,
    SKI,
    T61,
    UNIVERSAL,
    USAGE,
    UTC_TIME,
    VISIBLE,
    Certificate,
    Chain,
    bits,
    boolean,
    family,
    identifier,
    integer,
    key,
    name,
    sequence,
    tlv,
)

Twist = Callable[[Chain, Certificate, random.Random], None]


def _key(kind: str) -> Twist:
    def twist(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
        certificate.key = key(kind, 7)
        # What it signs is signed as its kind of key can.
        for each in chain.all():
            each.signature = (
                each.signature if each.signature in SIGNATURES[family(_issuer(chain, each).key.kind)] else ""
            )

    return twist


def _issuer(chain: Chain, certificate: Certificate) -> Certificate:
    return (chain.intermediate or chain.root) if certificate is chain.leaf else chain.root


def _signature(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
    certificate.signature = rng.choice(list(SIGNATURES[family(_issuer(chain, certificate).key.kind)]))


def _extension(oid: str, value: bytes, critical: bytes = b"") -> Twist:
    return lambda _chain, certificate, _rng: certificate.set(oid, value, critical)


def _without(oid: str) -> Twist:
    def twist(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
        certificate.extensions.pop(oid, None)

    return twist


def _more(oid: str, value: bytes, critical: bytes = b"") -> Twist:
    return lambda _chain, certificate, _rng: certificate.more_extensions.append((oid, critical, value))


def _set(**parts: object) -> Twist:
    def twist(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
        for part, value in parts.items():
            setattr(certificate, part, value)

    return twist


def _subject(tag: int, content: bytes) -> Twist:
    """Change a name, and the issuer of what it issued."""

    def twist(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
        fresh = name("", tag, content)
        for each in chain.all():
            if each.issuer == certificate.subject:
                each.issuer = fresh
        certificate.subject = fresh

    return twist


def _other_issuer(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
    """Write the issuer's name in another encoding of the same text."""
    issuer = _issuer(chain, certificate)
    text = b"Root" if issuer is chain.root else b"Intermediate"
    certificate.issuer = name("", rng.choice((PRINTABLE, IA5, T61)), text)


def _times(first: bytes, last: bytes) -> Twist:
    return _set(validity=sequence(first, last))


def _utc(text: str) -> bytes:
    return tlv(UTC_TIME, text.encode())


def _general(text: str) -> bytes:
    return tlv(GENERALIZED_TIME, text.encode())


def _names(*names: bytes, critical: bytes = b"") -> Twist:
    return _extension(SAN, sequence(*names), critical)


def _constraints(
    permitted: tuple[bytes, ...] = (), excluded: tuple[bytes, ...] = (), critical: bytes = CRITICAL
) -> Twist:
    def subtrees(tag: int, bases: tuple[bytes, ...]) -> bytes:
        return tlv(tag, *(sequence(base) for base in bases)) if bases else b""

    return _extension(CONSTRAINTS, sequence(subtrees(0xA0, permitted), subtrees(0xA1, excluded)), critical)


def _range(address: tuple[int, ...], mask: tuple[int, ...]) -> bytes:
    return tlv(0x87, bytes(address), bytes(mask))


def _uri(text: str) -> Twist:
    return _names(IP_NAME, tlv(0x86, text.encode()))


def _flip(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
    """Change a bit of the signed part."""
    seed = rng.random()

    def change(body: bytes) -> bytes:
        at = int(seed * len(body))
        return body[:at] + bytes([body[at] ^ 1 << int(seed * 9973) % 8]) + body[at + 1 :]

    certificate.change = change


def _cut(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
    """Leave a byte out of the signed part and mend the outermost length, or put one in."""
    seed, more = rng.random(), rng.random() < 0.5

    def change(body: bytes) -> bytes:
        content = body[4:] if body[1] == 0x82 else body[3:] if body[1] == 0x81 else body[2:]
        at = int(seed * len(content))
        return sequence(content[:at] + (b"\x00" if more else b"") + content[at + (0 if more else 1) :])

    certificate.change = change


def _compressed(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
    if family(certificate.key.kind) == "ec":
        point = certificate.key.public
        size = {"P-256": 32, "P-384": 48}[certificate.key.kind]
        x, y = point[-2 * size : -size], point[-size:]
        algorithm = point[2 : 2 + 2 + point[3]]
        certificate.public = sequence(algorithm, bits(bytes([2 + (y[-1] & 1)]) + x))


def _no_null(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
    if family(certificate.key.kind) == "rsa":
        header = 4
        certificate.public = sequence(
            certificate.key.public[header:].replace(
                sequence(identifier(RSA_OID), NULL), sequence(identifier(RSA_OID)), 1
            )
        )


def _unused_bits(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
    certificate.key = key("Ed25519", 9)
    certificate.public = sequence(
        sequence(identifier("1.3.101.112")), bits(certificate.key.public[-32:-1] + b"\x00", 4)
    )
    for each in chain.all():
        each.signature = each.signature if each.signature in SIGNATURES[family(_issuer(chain, each).key.kind)] else ""


def _outer(chain: Chain, certificate: Certificate, rng: random.Random) -> None:
    certificate.outer_algorithm = sequence(identifier("1.2.840.113549.1.1.12"), NULL)


ANY_NAME = name("x")
URI_POINT = sequence(sequence(tlv(0xA0, tlv(0xA0, tlv(0x86, b"http://crl.example/a.crl")))))

# For one certificate of the chain.
CERTIFICATE_TWISTS: dict[str, Twist] = {
    **{f"key {kind}": _key(kind) for kind in (*CURVES, *RSA_SIZES, "RSA-PSS", "RSA e=3", "Ed25519", "Ed448")},
    **{f"another signature {index}": _signature for index in range(6)},
    "version 1": _set(version=0),
    "version 2": _set(version=1),
    "version 4": _set(version=3),
    "version 200": _set(version=200),
    "serial negative": _set(serial=integer(-5)),
    "serial zero": _set(serial=integer(0)),
    "serial of 30 bytes": _set(serial=integer(1 << 239)),
    "serial not shortest": _set(serial=tlv(0x02, b"\x00\x00\x01")),
    "serial empty": _set(serial=tlv(0x02)),
    "outer algorithm": _outer,
    "name T61": _subject(T61, b"caf\xe9"),
    "name BMP": _subject(BMP, "Größe".encode("utf-16-be")),
    "name BMP odd": _subject(BMP, b"\x00a\x00"),
    "name BMP surrogate": _subject(BMP, b"\xd8\x00\xdc\x00"),
    "name universal": _subject(UNIVERSAL, "ab".encode("utf-32-be")),
    "name visible": _subject(VISIBLE, b"ab"),
    "name printable @": _subject(PRINTABLE, b"a@b"),
    "name printable *&": _subject(PRINTABLE, b"*.a & b"),
    "name printable _": _subject(PRINTABLE, b"a_b"),
    "name IA5 8-bit": _subject(IA5, b"\xe9"),
    "name numeric": _subject(NUMERIC, b"12 3"),
    "name numeric letters": _subject(NUMERIC, b"12a"),
    "name not UTF-8": _subject(0x0C, b"\xff\xfe"),
    "issuer in another encoding": _other_issuer,
    "time general": _times(_general("20200101000000Z"), _general("20491231235959Z")),
    "time 9999": _times(_utc("200101000000Z"), _general("99991231235959Z")),
    "time without seconds": _times(_utc("2001010000Z"), _utc("4912312359Z")),
    "time with offset": _times(_utc("200101000000+0000"), _utc("491231235959+0100")),
    "time fraction": _times(_general("20200101000000.5Z"), _general("20491231235959Z")),
    "time February 30": _times(_utc("200230000000Z"), _utc("491231235959Z")),
    "time second 60": _times(_utc("200101000060Z"), _utc("491231235959Z")),
    "time expired": _times(_utc("200101000000Z"), _utc("210101000000Z")),
    "time not yet": _times(_utc("480101000000Z"), _utc("490101000000Z")),
    "time as text": _times(tlv(0x0C, b"200101000000Z"), _utc("490101000000Z")),
    "key point compressed": _compressed,
    "key RSA without NULL": _no_null,
    "key with unused bits": _unused_bits,
    "extension twice": _more("1.2.3.4", b"\x05\x00"),
    "extension unknown and critical": _more("1.2.3.5", b"\x05\x00", CRITICAL),
    "extension unknown": _more("1.2.3.6", b"nonsense"),
    "extension with critical false": _more("1.2.3.7", b"\x05\x00", boolean(0)),
    "extension with critical 1": _more("1.2.3.8", b"\x05\x00", boolean(1)),
    "extension of a large arc": _more("2.25.340282366920938463463374607431768211455", b"\x05\x00"),
    "extension AD CS template": _more(
        "1.3.6.1.4.1.311.21.7", sequence(identifier("1.3.6.1.4.1.311.21.8.16777215.9999999"))
    ),
    "SAN none": _without(SAN),
    "SAN DNS only": _names(tlv(0x82, b"registry.example")),
    "SAN another address": _names(tlv(0x87, bytes([10, 0, 0, 1]))),
    "SAN address with mask": _names(IP_NAME, tlv(0x87, ADDRESS_BYTES, bytes([255, 255, 255, 255]))),
    "SAN address of 3 bytes": _names(IP_NAME, tlv(0x87, ADDRESS_BYTES[:3])),
    "SAN address mapped": _names(tlv(0x87, b"\0" * 10 + b"\xff\xff" + ADDRESS_BYTES)),
    "SAN email not ASCII": _names(IP_NAME, tlv(0x81, "é@example.org".encode())),
    "SAN email": _names(IP_NAME, tlv(0x81, b"a@example.org")),
    "SAN DNS not ASCII": _names(IP_NAME, tlv(0x82, "é.example".encode())),
    "SAN DNS empty": _names(IP_NAME, tlv(0x82)),
    "SAN DNS wildcard": _names(IP_NAME, tlv(0x82, b"*.example.org")),
    "SAN DNS with NUL": _names(IP_NAME, tlv(0x82, b"a\x00b")),
    "SAN DNS underscore": _names(IP_NAME, tlv(0x82, b"a_b.example.org")),
    "SAN DNS ends in a dot": _names(IP_NAME, tlv(0x82, b"a.example.org.")),
    "SAN URI": _uri("spiffe://cluster.local/ns/registry/sa/x"),
    "SAN URI URN": _uri("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
    "SAN URI percent": _uri("https://example.org/%zz"),
    "SAN URI space": _uri("https://example.org/a b"),
    "SAN URI port": _uri("https://example.org:8443/"),
    "SAN URI bad port": _uri("https://example.org:port/"),
    "SAN URI IPv6": _uri("https://[fd00::1]/"),
    "SAN URI no scheme": _uri("://example.org"),
    "SAN URI relative": _uri("a/b"),
    "SAN URI empty label": _uri("https://a..b/"),
    "SAN URI control": _uri("https://a/\x01"),
    "SAN URI user": _uri("https://user:word@a/"),
    "SAN other name": _names(IP_NAME, tlv(0xA0, identifier("1.2.3"), tlv(0xA0, tlv(0x0C, b"x")))),
    "SAN directory name": _names(IP_NAME, tlv(0xA4, ANY_NAME)),
    "SAN critical": _names(IP_NAME, critical=CRITICAL),
    "SAN critical, other name only": _names(tlv(0xA0, identifier("1.2.3"), tlv(0xA0, NULL)), critical=CRITICAL),
    "SAN not a sequence": _extension(SAN, IP_NAME),
    "SAN with bytes behind": _extension(SAN, sequence(IP_NAME) + b"\x00"),
    "basic none": _without(BASIC),
    "basic CA:FALSE": _extension(BASIC, sequence(), CRITICAL),
    "basic CA:FALSE written": _extension(BASIC, sequence(boolean(0)), CRITICAL),
    "basic CA:TRUE": _extension(BASIC, sequence(CRITICAL)),
    "basic true as 1": _extension(BASIC, sequence(boolean(1)), CRITICAL),
    "basic path length 0": _extension(BASIC, sequence(CRITICAL, integer(0)), CRITICAL),
    "basic path length -1": _extension(BASIC, sequence(CRITICAL, integer(-1)), CRITICAL),
    "basic path length huge": _extension(BASIC, sequence(CRITICAL, integer(1 << 70)), CRITICAL),
    "basic more": _extension(BASIC, sequence(CRITICAL, integer(1), NULL), CRITICAL),
    "usage none": _without(USAGE),
    "usage no signing": _extension(USAGE, bits(b"\xa0", 5), CRITICAL),
    "usage signing": _extension(USAGE, KEY_CERT_SIGN, CRITICAL),
    "usage no bits": _extension(USAGE, bits(b"\x00", 7), CRITICAL),
    "usage nothing": _extension(USAGE, bits(b""), CRITICAL),
    "usage not padded": _extension(USAGE, bits(b"\x07", 1), CRITICAL),
    "extended client": _extension(EXTENDED, sequence(identifier(CLIENT_AUTH))),
    "extended server": _extension(EXTENDED, sequence(identifier(SERVER_AUTH)), CRITICAL),
    "extended any": _extension(EXTENDED, sequence(identifier("2.5.29.37.0"))),
    "extended unknown": _extension(EXTENDED, sequence(identifier("1.2.3.4"))),
    "extended SGC": _extension(EXTENDED, sequence(identifier("1.3.6.1.4.1.311.10.3.3"))),
    "extended empty": _extension(EXTENDED, sequence()),
    "extended large arc": _extension(EXTENDED, sequence(identifier(SERVER_AUTH), identifier("2.25.4294967296999"))),
    "constraints address within": _constraints((_range((192, 100, 100, 0), (255, 255, 255, 0)),)),
    "constraints address outside": _constraints((_range((10, 0, 0, 0), (255, 0, 0, 0)),)),
    "constraints address excluded": _constraints((), (_range((192, 100, 0, 0), (255, 255, 0, 0)),)),
    "constraints address other excluded": _constraints((), (_range((10, 0, 0, 0), (255, 0, 0, 0)),), b""),
    "constraints address host bits": _constraints((_range((192, 100, 100, 255), (255, 255, 255, 0)),)),
    "constraints address mask": _constraints((_range((192, 100, 100, 0), (255, 0, 255, 0)),)),
    "constraints address size": _constraints((tlv(0x87, bytes(5)),)),
    "constraints address IPv6 only": _constraints((tlv(0x87, bytes(32)),)),
    "constraints address all": _constraints((tlv(0x87, bytes(8)),)),
    "constraints DNS within": _constraints((tlv(0x82, b"example"),)),
    "constraints DNS upper case": _constraints((tlv(0x82, b"EXAMPLE"),)),
    "constraints DNS outside": _constraints((tlv(0x82, b"example.org"),)),
    "constraints DNS dot": _constraints((tlv(0x82, b".example"),)),
    "constraints DNS excluded": _constraints((), (tlv(0x82, b"example"),)),
    "constraints DNS not ASCII": _constraints((tlv(0x82, "é".encode()),)),
    "constraints DNS empty": _constraints((tlv(0x82, b""),)),
    "constraints DNS end dot": _constraints((tlv(0x82, b"example."),)),
    "constraints email": _constraints((tlv(0x81, b"example.org"),)),
    "constraints email @": _constraints((tlv(0x81, b"a@example.org"),)),
    "constraints URI": _constraints((tlv(0x86, b"example.org"),)),
    "constraints URI address": _constraints((tlv(0x86, b"10.0.0.1"),)),
    "constraints directory": _constraints((tlv(0xA4, ANY_NAME),)),
    "constraints directory, not critical": _constraints((tlv(0xA4, ANY_NAME),), (), b""),
    "constraints none": _extension(CONSTRAINTS, sequence(), CRITICAL),
    "authority key critical": _extension(AKI, sequence(tlv(0x80, b"x")), CRITICAL),
    "authority key wrong": _extension(AKI, sequence(tlv(0x80, b"somebody"))),
    "authority key by issuer": _extension(AKI, sequence(tlv(0xA1, tlv(0xA4, ANY_NAME)), tlv(0x82, b"\x05"))),
    "subject key critical": _extension(SKI, tlv(0x04, b"x"), CRITICAL),
    "subject key malformed": _extension(SKI, b"x"),
    "CRL points": _extension("2.5.29.31", URI_POINT),
    "CRL points malformed": _extension("2.5.29.31", sequence(b"\x30\x05")),
    "CRL points not ASCII": _extension("2.5.29.31", sequence(sequence(tlv(0xA0, tlv(0xA0, tlv(0x86, b"\xff")))))),
    "information access": _extension(
        "1.3.6.1.5.5.7.1.1", sequence(sequence(identifier("1.3.6.1.5.5.7.48.1"), tlv(0x86, b"http://ocsp.example")))
    ),
    "information access critical": _extension("1.3.6.1.5.5.7.1.1", sequence(), CRITICAL),
    "policies": _extension("2.5.29.32", sequence(sequence(identifier("2.5.29.32.0")))),
    "policies twice": _extension("2.5.29.32", sequence(*[sequence(identifier("1.2.3"))] * 2)),
    "policy required": _extension("2.5.29.36", sequence(tlv(0x80, b"\x00")), CRITICAL),
    "policy constraints negative": _extension("2.5.29.36", sequence(tlv(0x80, b"\xff")), CRITICAL),
    "policy any inhibited": _extension("2.5.29.54", integer(0), CRITICAL),
    "policy mappings": _extension("2.5.29.33", sequence(sequence(identifier("1.2.3"), identifier("1.2.4"))), CRITICAL),
    **{f"bit flipped {index}": _flip for index in range(12)},
    **{f"byte cut or added {index}": _cut for index in range(4)},
}

# For the chain as a whole: what ca.crt and tls.crt contain.
CHAIN_TWISTS: dict[str, tuple[str, str]] = {
    "ca.crt is the intermediate": ("intermediate", "chain"),
    "ca.crt is the leaf": ("leaf", "chain"),
    "ca.crt is missing": ("nothing", "chain"),
    "ca.crt is missing, tls.crt has the root": ("nothing", "chain and root"),
    "ca.crt has another CA": ("root and another", "chain"),
    "tls.crt has the root": ("root", "chain and root"),
    "tls.crt has no intermediate": ("root", "leaf"),
    "tls.crt has another certificate": ("root", "chain and another"),
}
