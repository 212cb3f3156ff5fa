"""One reader for each small language: `check`, the chart and the program that uses a value judge near-misses alike.

10,000 texts of each language go through all three; then Go's own libraries, with which the consumers of the values read
them, are asked what the program was asked.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from layers import Renderer
from lib import tools
from near_misses import COUNT, LANGUAGES, near_misses
from verdicts import Answer, ask, built

# The rules that judge each language, the templates that hold them, and how a template sets the keys.
RULES = {
    "schedule": ("CR046", "CR054"),
    "duration": ("CR073",),
    "address": ("CR001", "CR002"),
    "expression": ("CR076",),
}
CHECKS = {
    "schedule": ("checkParent", "checkStorage"),
    "duration": ("checkParent",),
    "address": ("checkAddress",),
    "expression": ("checkParent",),
}
SETTERS = {
    "schedule": '{{ $_ := set $.Values.sync "schedule" . }}{{ $_ := set $.Values.garbageCollection "schedule" . }}',
    "duration": '{{ $_ := set $.Values.sync "window" . }}{{ $_ := set $.Values.sync "retain" . }}',
    "address": '{{ $_ := set $.Values.service "clusterIP" . }}',
    "expression": (
        '{{ $tags := dict "allow" (list .) "deny" (list .) }}'
        '{{ $_ := set $.Values.sync "repositories" (list (dict "name" "app" "tags" $tags)) }}'
    ),
}
# What no layer but the program judges, and why.
CANNOT_JUDGE = {
    ("no_proxy", "chart"): "every text is a NO_PROXY: the chart passes it on, and has no rule about it",
    ("no_proxy", "check"): "the same",
    (
        "certificate",
        "chart",
    ): "a template sees base64 and the lines of PEM, and has no function that reads a certificate;"
    " check and the programs are compared by tests/unit/controller/tls_near_misses_test.cc",
}
# A leap year, a year before a century without one, and ordinary times.
TIMES = (1_000_000_000, 1_709_164_800, 1_798_761_599, 4_007_836_800)
HOSTS = (
    *("192.100.100.1:443", "192.100.100.1:5000", "10.1.2.3:443", "127.0.0.1:443", "[fd00::1]:443", "[::1]:443"),
    *("contoso.azurecr.io:443", "azurecr.io:5000", "registry.svc:443", "Contoso.AzureCR.io:443", "localhost:443"),
)


def questions(kind: str) -> list[Answer]:
    """Return what the two programs are asked, for each text."""
    more: dict[str, dict[str, Any]] = {"schedule": {"after": TIMES}, "no_proxy": {"hosts": HOSTS}}
    return [{"kind": kind, "value": text, **more.get(kind, {})} for text in near_misses(kind)]


@pytest.fixture(scope="module")
def program(program: None) -> Path:
    """Build the program that calls our own functions, a line of JSON each."""
    return built("chart_verdicts")


@cache
def verdicts(program: Path, kind: str) -> list[Answer]:
    """Return what the program and `check` say."""
    return ask(program, questions(kind))


@cache
def go_verdicts(kind: str) -> list[Answer]:
    """Return what Go's libraries say."""
    tools.ensure("go-verdicts")
    return ask(tools.binary("go-verdicts"), questions(kind))


def of(kind: str, lines: list[str]) -> set[str]:
    """Return the findings that are about the language.

    `check` quotes an address in its canonical form, the chart as it is given.
    """
    found = {line for line in lines if line.split()[0].rstrip(":") in RULES[kind]}
    return {re.sub('"[^"]*" is ', "it is ", line) for line in found} if kind == "address" else found


def differences(kind: str, pairs: list[tuple[Any, Any]]) -> list[tuple[str, Any, Any]]:
    """Return a few texts on which two sides differ."""
    texts = near_misses(kind)
    return [(text, one, other) for text, (one, other) in zip(texts, pairs, strict=True) if one != other][:5]


@pytest.mark.parametrize("kind", RULES)
def test_chart_and_check_say_the_same(renderer: Renderer, program: Path, kind: str) -> None:
    rendered = renderer.findings_of_each(SETTERS[kind], CHECKS[kind], near_misses(kind))
    said = [of(kind, each["errors"] + each["warnings"]) for each in rendered]
    checked = [of(kind, each["findings"]) for each in verdicts(program, kind)]
    assert not differences(kind, list(zip(said, checked, strict=True)))


@pytest.mark.parametrize("kind", RULES)
def test_check_and_the_program_say_the_same(program: Path, kind: str) -> None:
    answers = verdicts(program, kind)
    # The program takes any address; that a Service can have it is for the API server to say.
    ended = "is not an IPv4 or IPv6 address"
    passes = [
        not any(ended in line or line.startswith("CR001") for line in of(kind, each["findings"]))
        if kind == "address"
        else not any("is never due" not in line for line in of(kind, each["findings"]))
        for each in answers
    ]
    assert not differences(kind, [(one, each["program"]) for one, each in zip(passes, answers, strict=True)])
    # The texts are near enough: both verdicts are frequent.
    assert COUNT / 10 < sum(passes) < COUNT * 9 / 10


def test_a_schedule_is_never_due_where_the_rule_warns(program: Path) -> None:
    answers = verdicts(program, "schedule")
    warned = [any("is never due" in line for line in each["findings"]) for each in answers]
    never = [bool(each["next"]) and not any(each["next"]) for each in answers]
    assert not differences("schedule", list(zip(warned, never, strict=True)))
    assert sum(never) > COUNT / 1000


def test_every_cell_is_compared_or_says_why_not() -> None:
    cells = {(kind, layer) for kind in (*LANGUAGES, "certificate") for layer in ("chart", "check", "program")}
    compared = {(kind, layer) for kind in RULES for layer in ("chart", "check", "program")}
    elsewhere = {("no_proxy", "program"), ("certificate", "check"), ("certificate", "program")}
    assert cells == compared | elsewhere | set(CANNOT_JUDGE)


def test_go_reads_addresses_and_expressions_alike(program: Path) -> None:
    for kind, key in (("address", "valid"), ("expression", "program")):
        pairs = zip(verdicts(program, kind), go_verdicts(kind), strict=True)
        assert not differences(kind, [(ours[key], theirs["accepted"]) for ours, theirs in pairs]), kind


def test_go_takes_every_duration_that_we_take(program: Path) -> None:
    for text, ours, theirs in zip(
        near_misses("duration"), verdicts(program, "duration"), go_verdicts("duration"), strict=True
    ):
        # ISO 8601 is for our own program, which Go's library never sees.
        assert theirs["accepted"] or not ours["program"] or text == "" or text.startswith("P"), text


def test_schedules_are_due_when_regsync_and_kubernetes_say(program: Path) -> None:
    compared = 0
    for text, ours, theirs in zip(
        near_misses("schedule"), verdicts(program, "schedule"), go_verdicts("schedule"), strict=True
    ):
        if not ours["program"]:
            continue
        if not theirs["accepted"]:
            assert "7" in text.split()[4], text  # Another name for Sunday, as in crontab(5).
            continue
        # Theirs looks for five years only.
        pairs = [(one, other) for one, other in zip(ours["next"], theirs["next"], strict=True) if other]
        assert all(one == other for one, other in pairs), (text, pairs)
        compared += 1
    assert compared > COUNT / 10


def test_go_leaves_the_same_hosts_to_a_direct_connection(program: Path) -> None:
    answers = verdicts(program, "no_proxy")
    pairs = zip(answers, go_verdicts("no_proxy"), strict=True)
    assert not differences("no_proxy", [(ours["exempt"], theirs["exempt"]) for ours, theirs in pairs])
    assert all(each["program"] for each in answers), "injection and synchronization differ"
