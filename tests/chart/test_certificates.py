"""Whatever passes as TLS material is loaded by an OpenSSL server, and accepted by Go's and OpenSSL's clients.

The material goes through the program's own function, a server with Python's OpenSSL at Debian's security level (2), the
TLS client of Go, with which container runtimes connect, and an OpenSSL client.
"""

import json
import random
import socket
import ssl
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from certificate_twists import CERTIFICATE_TWISTS, CHAIN_TWISTS
from generated_certificates import ADDRESS, Case, encode, usual_chain
from lib import tools
from stricter_certificates import STRICTER
from verdicts import ask, built

COUNT = 2_500
USUAL = 500  # of these, so many are of the usual kinds alone


def cases(now: int) -> list[Case]:
    """Return the generated material."""
    rng = random.Random(13)
    names = list(CERTIFICATE_TWISTS)
    out = []
    for index in range(COUNT):
        chain = usual_chain(rng, now)
        kinds = []
        for turn in range(0 if index < USUAL else 1 + (rng.random() < 0.25)):
            if rng.random() < 0.1:
                kind = rng.choice(list(CHAIN_TWISTS))
                chain.authority, chain.served = CHAIN_TWISTS[kind]
                kinds.append(kind)
                continue
            # Each twist comes for each place.
            kind = names[(index // 3) % len(names)] if turn == 0 else rng.choice(names)
            certificate = chain.all()[index % len(chain.all())]
            CERTIFICATE_TWISTS[kind](chain, certificate, rng)
            kinds.append(f"{certificate.title}: {kind}")
        out.append(encode(chain, tuple(kinds)))
    return out


@dataclass(frozen=True)
class Verdict:
    """What each judge says of one case: empty for good, otherwise the reason."""

    case: Case
    ours: str
    warnings: tuple[str, ...]
    server: str
    go: str
    openssl: str

    @property
    def theirs(self) -> str:
        """Return the reasons of all others."""
        reasons = {"server": self.server, "Go": self.go, "OpenSSL": self.openssl}
        return "; ".join(f"{judge}: {reason}" for judge, reason in reasons.items() if reason)


def question(case: Case, now: int) -> dict[str, Any]:
    """Return what the program is asked."""
    return {
        "certificate": case.certificate,
        "key": case.key,
        "authority": case.authority,
        "address": ADDRESS,
        "now": now,
    }


class Clients:
    """A server on 127.0.0.1 and the clients that connect to it."""

    def __init__(self, oracle: "subprocess.Popen[str]", directory: Path) -> None:
        self._oracle = oracle
        self._certificate, self._key = directory / "tls.crt", directory / "tls.key"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(10)

    def judge(self, case: Case, partial: bool) -> tuple[str, str, str]:
        """Return why the server, Go's client and OpenSSL's client refuse the material."""
        self._certificate.write_text(case.certificate)
        self._key.write_text(case.key)
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            server.load_cert_chain(self._certificate, self._key)
        except (ssl.SSLError, ValueError) as error:
            return str(error), "", ""
        # As the tutorial has it, the last of tls.crt is the CA if there is no ca.crt.
        authority = case.authority or "-----BEGIN" + case.certificate.rpartition("-----BEGIN")[2]
        return "", self._go(server, authority), self._openssl(server, authority, partial)

    def _go(self, server: ssl.SSLContext, authority: str) -> str:
        assert self._oracle.stdin is not None and self._oracle.stdout is not None
        port = self._listener.getsockname()[1]
        asked = {"address": f"127.0.0.1:{port}", "name": ADDRESS, "ca": authority}
        self._oracle.stdin.write(json.dumps(asked) + "\n")
        self._oracle.stdin.flush()
        connection, _ = self._listener.accept()
        try:
            server.wrap_socket(connection, server_side=True).close()
        except OSError:
            connection.close()  # The client says why.
        answer: dict[str, Any] = json.loads(self._oracle.stdout.readline())
        return "" if answer["accepted"] else str(answer["reason"])

    def _openssl(self, server: ssl.SSLContext, authority: str, partial: bool) -> str:
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if partial:
            client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        try:
            client.load_verify_locations(cadata=authority)
        except ssl.SSLError as error:
            return str(error)
        one, other = ssl.MemoryBIO(), ssl.MemoryBIO()
        sides = [
            client.wrap_bio(one, other, server_hostname=ADDRESS),
            server.wrap_bio(other, one, server_side=True),
        ]
        for _ in range(6):
            for side in sides:
                try:
                    side.do_handshake()
                except ssl.SSLWantReadError:
                    continue
                except ssl.SSLError as error:
                    return str(error)
        return ""


@contextmanager
def go_oracle() -> Iterator["subprocess.Popen[str]"]:
    """Run Go's client."""
    tools.ensure("oracle-tls")
    with subprocess.Popen(
        [tools.binary("oracle-tls")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


@pytest.fixture(scope="module")
def verdicts(program: None, tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    """Judge all cases."""
    now = int(time.time())
    asked = cases(now)
    said = ask(built("certificate_verdicts"), [question(case, now) for case in asked])
    out = []
    with go_oracle() as oracle:
        clients = Clients(oracle, tmp_path_factory.mktemp("server"))
        for case, ours in zip(asked, said, strict=True):
            partial = any("root CA" in warning for warning in ours["warnings"])
            server, go, openssl = clients.judge(case, partial)
            out.append(Verdict(case, "; ".join(ours["errors"]), tuple(ours["warnings"]), server, go, openssl))
    return out


def test_what_passes_is_served_and_accepted(verdicts: list[Verdict]) -> None:
    milder = [each for each in verdicts if not each.ours and each.theirs]
    assert not milder, [(each.case.kinds, each.theirs, each.case.certificate) for each in milder[:5]]
    passed = sum(not each.ours for each in verdicts)
    assert COUNT / 4 < passed < COUNT * 3 / 4, "both verdicts are frequent"


def test_only_listed_kinds_are_refused_although_all_accept_them(verdicts: list[Verdict]) -> None:
    stricter = [each for each in verdicts if each.ours and not each.theirs]
    unlisted = [each for each in stricter if not any(reason in each.ours for reason in STRICTER)]
    assert not unlisted, [(each.case.kinds, each.ours, each.case.certificate) for each in unlisted[:5]]
    met = Counter(reason for each in stricter for reason in STRICTER if reason in each.ours)
    assert set(met) == set(STRICTER), "a kind that nobody meets any more is not listed"


def test_the_usual_kinds_pass(verdicts: list[Verdict]) -> None:
    refused = [each for each in verdicts[:USUAL] if each.ours]
    assert len(refused) <= USUAL * 2 / 100, [(each.ours, each.theirs) for each in refused[:5]]
