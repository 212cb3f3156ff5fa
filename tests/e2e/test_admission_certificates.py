"""Secrets with the registry's certificate: the user's own (tls.secret), and the one that the registry mounts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import secrets_search
from certificates import BRAINPOOL, RSA, RSA_PSS, WEAK, OwnCertificate, made, self_signed
from changes import SETTINGS, Secured, assert_refused, encoded
from example import pull
from installation import ADDRESS, decoded
from lib import kube
from lib.waiting import wait_for

OWN, ACTIVE = "k8secret", "connected-registry-active-tls"
SAN = f"IP:{ADDRESS}"
OTHER = "10.9.8.7"


@dataclass(frozen=True)
class Pem:
    """The contents of the keys of a Secret."""

    tls_crt: str
    tls_key: str
    ca_crt: str

    def data(self) -> dict[str, str | None]:
        """By the keys' names."""
        return {"tls.crt": self.tls_crt, "tls.key": self.tls_key, "ca.crt": self.ca_crt}


def pem(one: OwnCertificate, ca: OwnCertificate | None = None) -> Pem:
    """Return a certificate with its key, and its CA or itself."""
    authority = (ca or one).certificate.read_text()
    return Pem(one.certificate.read_text(), one.key.read_text(), authority)


def _signed_by_a_ca(directory: Path) -> Pem:
    ca = made(directory / "ca", san="", subject="/CN=The CA")
    return pem(made(directory / "leaf", san=SAN, ca=ca), ca)


def _with_the_key_of(one: Pem, other: Pem) -> Pem:
    return replace(one, tls_key=other.tls_key)


def _swapped_key(directory: Path) -> Pem:
    return _with_the_key_of(pem(made(directory / "a", san=SAN)), pem(made(directory / "b", san=SAN)))


def _of_another_ca(directory: Path) -> Pem:
    return replace(_signed_by_a_ca(directory / "one"), ca_crt=_signed_by_a_ca(directory / "two").ca_crt)


def _with_byte_order_mark(directory: Path) -> Pem:
    one = pem(made(directory, san=SAN))
    return replace(one, tls_crt="\ufeff" + one.tls_crt)


def _with_carriage_returns(directory: Path) -> Pem:
    one = pem(made(directory, san=SAN))
    return replace(one, tls_crt=one.tls_crt.replace("\n", "\r\n"))


def _cut_off(directory: Path) -> Pem:
    one = pem(made(directory, san=SAN))
    return replace(one, tls_crt=one.tls_crt[:300])


def _with_text(directory: Path) -> Pem:
    one = pem(made(directory, san=SAN, key=RSA))
    return replace(one, tls_crt="Certificate:\n    Data:\n" + one.tls_crt)


def _without(key: str) -> Callable[[Path], Pem]:
    return lambda directory: replace(pem(made(directory, san=SAN)), **{key: ""})


BAD: dict[str, tuple[str, str, Callable[[Path], Pem]]] = {
    "swapped key": ("CR031", "tls.key: it does not belong to the certificate in Secret ", _swapped_key),
    "no address": ("CR032", f"equals {ADDRESS} (it has {OTHER})", lambda f: pem(made(f, san=f"IP:{OTHER}"))),
    "a DNS name": ("CR032", f"no SAN of type IP equals {ADDRESS}", lambda f: pem(made(f, san=f"DNS:{ADDRESS}"))),
    "common name only": (
        "CR032",
        "(it has none; the common name does not count)",
        lambda f: pem(made(f, san="", subject=f"/CN={ADDRESS}")),
    ),
    "expired": ("CR033", "tls.crt: it expired at 2", lambda f: pem(made(f, san=SAN, days=-1))),
    "of another CA": ("CR034", "tls.crt: ", _of_another_ca),
    "weak": ("CR036", "1024", lambda f: pem(made(f, san=SAN, key=WEAK))),
    "brainpool": ("CR036", "on a curve other than P-256", lambda f: pem(made(f, san=SAN, key=BRAINPOOL))),
    "RSA-PSS": ("CR036", "a key of a kind other than RSA", lambda f: pem(made(f, san=SAN, key=RSA_PSS))),
    "negative serial number": ("CR036", "a negative serial number", lambda f: pem(made(f, san=SAN, serial="-5"))),
    "encrypted key": ("CR037", "tls.key: it is encrypted", lambda f: pem(made(f, san=SAN, password="secret"))),
    "byte order mark": ("CR030", "tls.crt: starts with a byte order mark", _with_byte_order_mark),
    "carriage returns": ("CR030", "tls.crt: line 1: holds a carriage return", _with_carriage_returns),
    "cut off": ("CR030", "tls.crt: line 1: the block has no END line", _cut_off),
    "no certificate": ("CR038", "tls.crt: it is missing or empty", _without("tls_crt")),
    "no key": ("CR038", "tls.key: it is missing or empty", _without("tls_key")),
}


@pytest.mark.parametrize("name", [OWN, ACTIVE])
@pytest.mark.parametrize("case", BAD)
def test_a_certificate_that_would_break_the_registry_is_refused(
    secured: Secured, tmp_path: Path, case: str, name: str
) -> None:
    rule, words, make = BAD[case]
    wrong = make(tmp_path)
    for dry_run in (True, False):
        refused = secured.change_secret(name, wrong.data(), dry_run=dry_run)
        assert_refused(refused, {rule}, f"{rule} Secret {name} ", words)
        assert not secrets_search.holds(refused.stderr, [key for key in wrong.tls_key.splitlines()[1:2] if key])


def test_the_users_secret_without_its_ca_is_refused(secured: Secured) -> None:
    assert_refused(secured.change_secret(OWN, {"ca.crt": None}), {"CR038"}, "ca.crt: it is missing or empty")


GOOD: dict[str, Callable[[Path], Pem]] = {
    "renewed": lambda directory: pem(self_signed(directory, ADDRESS)),
    "signed by a CA": _signed_by_a_ca,
    "several addresses": lambda directory: pem(made(directory, san=f"IP:{OTHER},{SAN},DNS:registry.example")),
    "text before it": _with_text,
    "P-384": lambda directory: pem(made(directory, san=SAN, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-384"))),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_good_certificate_is_admitted_and_served(secured: Secured, tmp_path: Path, case: str) -> None:
    good = GOOD[case](tmp_path)
    changed = secured.change_secret(OWN, good.data())
    assert (changed.returncode, changed.stderr) == (0, "")
    _wait_until_served(secured, good.tls_crt)


def test_one_that_ends_soon_is_admitted_with_a_warning(secured: Secured, tmp_path: Path) -> None:
    soon = pem(made(tmp_path, san=SAN, days=20))
    changed = secured.change_secret(OWN, soon.data(), dry_run=True)
    assert changed.returncode == 0
    assert changed.stderr.startswith(f"Warning: CR033 Secret {OWN} tls.crt: it expires soon, at 2")


def test_who_edits_what_the_controller_writes_is_told_so(secured: Secured, tmp_path: Path) -> None:
    before = secured.secret(ACTIVE)["data"]
    changed = secured.change_secret(ACTIVE, pem(made(tmp_path, san=SAN)).data())
    assert changed.returncode == 0
    assert "Warning: connected-registry: the controller manages this Secret" in changed.stderr
    wait_for("the controller to write it again", lambda: secured.secret(ACTIVE)["data"] == before, seconds=30)


def test_other_keys_and_other_secrets_are_nobodys_business(secured: Secured) -> None:
    local, words = secured.parts.local, ("--namespace", secured.namespace)
    assert secured.change_secret(OWN, {"note": "of its owner"}).stderr == ""
    assert secured.change_secret(OWN, {"note": None}).stderr == ""
    local.kubectl("create", "secret", "generic", "other", "--from-literal=tls.crt=none", *words)
    local.kubectl("delete", "secret", "other", *words)
    generated = '{"apiVersion":"v1","kind":"Secret","metadata":{"generateName":"generated-"}}'
    made_up = local.kubectl("create", "--filename=-", "--dry-run=server", *words, input=generated)
    assert made_up.stderr == ""


def test_a_deletion_only_warns(secured: Secured) -> None:
    for name, words in ((OWN, "(tls.secret)"), (ACTIVE, "the controller creates it again")):
        arguments = ("delete", "secret", name, "--namespace", secured.namespace, "--dry-run=server")
        deleted = secured.parts.local.kubectl(*arguments)
        assert deleted.stderr.startswith("Warning: connected-registry: ") and words in deleted.stderr


TRAPS: dict[str, tuple[set[str], str, dict[str, str | bool]]] = {
    "curly quotes": ({"CR039"}, "“k8secret”", {"tls.secret": "“k8secret”"}),
    "unquoted $TLS_CRT": (
        {"CR030"},
        "tls.crt: it is not base64",
        {"tls.secret": "", "tls.crt": "$TLS_CRT", "tls.key": "$TLS_KEY", "tls.cacrt": "$TLS_CRT"},
    ),
    "false as a text": ({"CR061"}, 'cert-manager.enabled: "false" is a string', {"cert-manager.enabled": "false"}),
}
# The same as in a Secret, but as values: what a protected settings file brings.
AS_VALUES = [
    "byte order mark",
    "carriage returns",
    "swapped key",
    "no address",
    "common name only",
    "expired",
    "encrypted key",
]


@pytest.mark.parametrize("trap", [*TRAPS, *AS_VALUES])
def test_the_tutorials_traps_are_refused_in_the_settings(secured: Secured, tmp_path: Path, trap: str) -> None:
    if trap in TRAPS:
        rules, words, change = TRAPS[trap]
    else:
        rule, words, make = BAD[trap]
        one = make(tmp_path)
        parts = {"tls.crt": one.tls_crt, "tls.key": one.tls_key, "tls.cacrt": one.ca_crt}
        rules, change = {rule}, {"tls.secret": "", **{key: encoded(text) for key, text in parts.items()}}
    refused = secured.change_settings(change)
    if trap not in TRAPS:
        words = words.replace(" in Secret ", " in tls.crt")
    assert_refused(refused, rules, words)


def test_the_tutorials_own_secret_is_refused_by_kubectl_and_does_as_an_opaque_one(
    secured: Secured, tmp_path: Path
) -> None:
    local, own = secured.parts.local, self_signed(tmp_path, ADDRESS)
    tutorial = own.manifest(OWN, secured.namespace)
    refused = local.kubectl("apply", "--filename=-", input=tutorial, check=False)
    assert refused.returncode != 0 and 'unknown field "metadata.type"' in refused.stderr
    local.kubectl("apply", "--validate=warn", "--filename=-", input=tutorial)
    assert secured.secret(OWN)["type"] == "Opaque"
    _wait_until_served(secured, own.certificate.read_text())
    pull(secured.parts, "opaque")


def test_so_does_one_of_type_tls(secured: Secured) -> None:
    """By the example's own commands; a Secret's type cannot be changed, so it makes way first."""
    one, local = secured.example, secured.parts.local
    one.run_commands("openssl")
    local.kubectl("delete", "secret", OWN, "--namespace", secured.namespace)
    one.run_commands("type: kubernetes.io/tls")
    assert secured.secret(OWN)["type"] == "kubernetes.io/tls"
    _wait_until_served(secured, (one.directory / "mycert.crt").read_text())
    pull(secured.parts, "tls")


def test_no_secret_stands_anywhere_else_after_all_that(secured: Secured) -> None:
    """At log level debug, with everything that was refused and what kubectl said of it."""
    key = secrets_search.key_line((secured.example.directory / "mycert.key").read_text())
    found = secrets_search.everywhere(secured.parts, [secured.parts.source.password, key])
    assert found == {
        f"Secret {secured.namespace}/{name}"
        for name in (
            SETTINGS,
            ACTIVE,
            OWN,
            "connected-registry-parent",
            "sh.helm.release.v1.connected-registry.v*",
        )
    }
    events = kube.items(secured.parts.local, "events", secured.namespace)
    assert not [event for event in events if event["reason"] == "CertificateRefused"], "none came so far"


def _wait_until_served(secured: Secured, certificate: str) -> None:
    wait_for(
        "the certificate to become the active one",
        lambda: decoded(secured.secret(ACTIVE), "tls.crt").strip() == certificate.strip(),
        seconds=30,
        explain=secured.parts.diagnosis,
    )
