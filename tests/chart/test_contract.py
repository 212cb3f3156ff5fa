"""The chart's templates and `check` judge alike: every combination of the switches goes through both.

Helm is asked without the schema, so that the templates speak; they are to say the same in the same words.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import yaml
from charts import CONNECTION
from layers import Renderer, Verdict, check_all, merged
from material import Material
from rule_cases import BASE, DIRECTORY, documented

Values = dict[str, Any]
TABLE = yaml.safe_load((DIRECTORY / "one-layer.yaml").read_text())
LEAST_COMBINATIONS = 1_500
# Of the combinations that pass, so many are rendered with all objects.
WHOLE_CHART_EVERY = 5
ABSENT: Values = {}


def switch(path: str, *values: Any) -> list[Values]:
    """Return the ways to give a key: each of the values; None leaves it out."""
    return [ABSENT if value is None else nested(path, value) for value in values]


def nested(path: str, value: Any) -> Values:
    """Return {"a": {"b": value}} for "a.b"."""
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}


def certificates(material: Material) -> list[Values]:
    """Return the ways to give, and to miss, a certificate of one's own."""
    crt, key, authority = (material.value(f"good.{part}") for part in ("crt", "key", "ca"))
    return [
        ABSENT,
        {"tls": {"secret": "k8secret"}},
        {"tls": {"crt": crt, "key": key, "cacrt": authority}},
        {"tls.crt": crt, "tls.key": key, "tls.cacrt": authority},
        {"tls": {"secret": "k8secret"}, "tls.crt": crt},
        {"tls": {"crt": crt}},
    ]


def combinations(material: Material) -> Iterator[Values]:
    """All of the switches against each other."""
    axes = [
        switch("cert-manager.install", True, False),
        switch("cert-manager.enabled", True, False),
        switch("httpsEnabled", None, True, False),
        certificates(material),
        switch("trustDistribution.enabled", True, False),
        switch("trustDistribution.useNodeSelector", True, False),
        switch("trustDistribution.skipNodeSelector", None, True, False),
        switch("mode", "ReadOnly", "ReadWrite"),
    ]
    for chosen in itertools.product(*axes):
        values = BASE
        for one in chosen:
            values = merged(values, one)
        yield values


OFF = {"cert-manager": {"install": False, "enabled": False}}
# The bases of the single changes: each way to a certificate, none, and too many.
GROUNDS: list[Values] = [
    {},
    {"cert-manager": {"install": False}},
    {**OFF, "tls": {"secret": "k8secret"}},
    {**OFF, "httpsEnabled": False},
    {"httpsEnabled": False, "tls": {"secret": "k8secret"}, "trustDistribution": {"enabled": False}},
    {"connectionString": CONNECTION, "sync": {"repositories": ["hello"]}},
]
SWITCHES = (
    "cert-manager.install",
    "cert-manager.enabled",
    "trustDistribution.enabled",
    "trustDistribution.useNodeSelector",
    "trustDistribution.skipNodeSelector",
    "httpsEnabled",
    "HttpsEnabled",
    "httpEnabled",
    "networkPolicy.enabled",
    "parent.pullThrough",
    "access.injectPullSecret",
    "pvc.keep",
    "registry.serviceAccount.create",
    "webhook.serviceAccount.create",
    "trustAgent.serviceAccount.create",
    "hooks.serviceAccount.create",
)


def changes(material: Material) -> Iterator[Values]:
    """Everything else that a key of the rules can be, one at a time; two where they belong together."""
    for path in SWITCHES:
        yield from switch(path, True, False, "true", "false", "True", "no", "", 0, 1)
        yield nested(path, None)
    for one, other in itertools.product((True, False, "true", "false"), repeat=2):
        yield {"httpsEnabled": one, "HttpsEnabled": other}
        yield {"HttpsEnabled": one, "httpEnabled": other}
        yield {"httpsEnabled": one, "httpEnabled": other}
    yield from switch("mode", "readonly", "", "x\ty", "“ReadOnly”")
    addresses = ("", "None", "10.0.0.1", "fd00::1", "FD00::0:1", "192.168.1", "01.2.3.4", "127.0.0.1", "::1", "ff02::1")
    more = (
        "::ffff:1.2.3.4",
        " 10.0.0.1",
        "10.0.0.1\r",
        "\ufeff10.0.0.1",
        "a\\b",
        'a"b',
        "é",
        "fe80::1%eth0",
        "1.2.3.4/24",
    )
    yield from switch("service.clusterIP", *addresses, *more)
    yield nested("service.clusterIP", None)
    yield from switch(
        "pvc.storageRequest",
        "1",
        "0",
        "",
        "1e3",
        "1E",
        "1Ei",
        "+5Gi",
        "-5Gi",
        "5 Gi",
        ".5Gi",
        "5.",
        "5GB",
        7,
        0,
        "0.0",
        "1e",
    )
    yield nested("pvc.existingClaim", "mine")
    for key in ("secret", "crt", "key", "cacrt"):
        for value in (
            "k8secret",
            "K8_Secret",
            "$TLS_CRT",
            "aGVsbG8=",
            "a b",
            material.value("good.crt"),
            material.pem("good", "crt"),
        ):
            yield {"tls": {key: value}}
            yield {f"tls.{key}": value}
        yield {"tls": {key: "one"}, f"tls.{key}": "two"}
        yield {"tls": {key: "one"}, f"tls.{key}": "one"}
        yield {"tls": {key: ""}, f"tls.{key}": "one"}
        yield {"tls": {key: None}, f"tls.{key}": None}
    yield {"tls": {"crt": material.value("good-chain.crt"), "key": material.value("good.key")}}
    yield from connection_strings()
    yield {"connectionString": None}
    yield {"connectionStringSecret": "parent"}
    yield {"connectionStringSecret": "My_Parent"}
    yield {"connectionString": CONNECTION, "connectionStringSecret": "parent"}
    for name in (
        "app",
        "a/b:1.0",
        "Hello",
        "a//b",
        "app@sha256:00",
        "",
        "a" * 300,
        "a:" + "x" * 129,
        "host:5000/a",
        "a\nb",
        "ä",
    ):
        yield {"connectionStringSecret": "parent", "sync": {"repositories": [name, "b"]}}
    for text in (
        "",
        "@daily",
        "@every 1h",
        "@every 5",
        "* * * *",
        "*/5 * * * *",
        "0 3 * * MON-FRI",
        "@Daily",
        " * * * * *",
        "*  * * * *",
        "* * * * *\n",
    ):
        yield {"sync": {"schedule": text}}
    for text in (
        "x",
        material.pem("good", "crt"),
        "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n",
    ):
        yield {"parent": {"caBundle": text}}
    yield from edges()


def edges() -> Iterator[Values]:
    """Return the settings of the parent, and of what the images and the clients need."""
    for url in (
        "registry.example",
        "https://registry.example/",
        "https://registry.example//",
        "http://registry.example",
        "registry.example:5000",
        "registry.example:0",
        "registry.example/team",
        "https://",
        "https://https://a.example",
        "[fd00::1]:5000",
        "user@registry.example",
        " registry.example",
        "registry.example\n",
    ):
        yield {"parent": {"url": url}}
    yield {"parent": {"url": "registry.example", "pullThrough": True}, "mode": "ReadWrite"}
    yield {"parent": {"url": "registry.example"}, "connectionStringSecret": "parent"}
    for name in ("login", "My_Login", "a b", ""):
        yield {"parent": {"existingSecret": name}}
        yield {"parent": {"url": "registry.example", "existingSecret": name}}
        yield {"access": {"existingSecret": name}}
    for tags in ({"allow": ["1"]}, {"deny": ["x"], "latest": 3}):
        for name in ("app", "app:1", "App", ""):
            yield {"parent": {"url": "registry.example"}, "sync": {"repositories": [{"name": name, "tags": tags}, "b"]}}
    for text in (
        "",
        "3h",
        "1h30m",
        "3",
        "3d",
        "3 h",
        "-1h",
        "0s",
        "99999s",
        "9999h",
        "10000h",
        "1h" * 8,
        "1h" * 9,
        "3h\n",
        "h",
    ):
        yield from switch("sync.window", text)
        yield from switch("sync.retain", text)
    for text in ("", "@weekly", "0 2 * * 0", "on sundays", "@every 24h", "* * * *"):
        yield {"garbageCollection": {"schedule": text}}
        yield {"garbageCollection": {"schedule": text}, "registry": {"replicas": 2}, "storage": {"driver": "s3"}}
    drivers, modes = ("filesystem", "s3", "azure", "gcs"), (["ReadWriteOnce"], ["ReadWriteOnce", "ReadWriteMany"])
    for driver, access, replicas in itertools.product(drivers, modes, (0, 1, 2)):
        yield {"storage": {"driver": driver}, "pvc": {"accessModes": access}, "registry": {"replicas": replicas}}
        yield {"storage": {"driver": driver}, "parent": {"pullThrough": replicas > 0}}
    for username, password in itertools.product(("", "puller", "a:b", "a\nb", "ä"), ("", "word", "a:b", "a\tb", "ü")):
        yield {"access": {"username": username, "password": password}}
        yield {"access": {"username": username, "password": password, "pullSecretNamespaces": ["apps"]}}


def connection_strings() -> Iterator[Values]:
    """Return the string with each part missing, empty, twice, and with what a person may write into it."""
    parts = CONNECTION.split(";")
    for index, part in enumerate(parts):
        name = part.partition("=")[0]
        rest = parts[:index] + parts[index + 1 :]
        others = [
            "",
            "x",
            "my-edge",
            "a" * 41,
            "HTTPS",
            "https://contoso.azurecr.io",
            "10.0.0.5:65536",
            "[fd00::1]:443",
            "a..b",
            "1.2.3",
            "é",
        ]
        for changed in (rest, [*parts, part], *([*rest, f"{name}={value}"] for value in others), [*rest, name]):
            yield {"connectionString": ";".join(changed)}
    for text in (
        "x",
        ";",
        "=",
        CONNECTION + "\r\n",
        "\ufeff" + CONNECTION,
        CONNECTION + ";",
        CONNECTION.replace(";", "; "),
    ):
        yield {"connectionString": text}


def variations(material: Material) -> Iterator[Values]:
    """Each single change on each of the grounds."""
    for ground, change in itertools.product(GROUNDS, changes(material)):
        yield merged(merged(BASE, ground), change)


def rule(line: str) -> str:
    return line[:5]


def disagreement(helm: Verdict, check: Verdict) -> str:
    """Return the differences of the two verdicts, for the rules that both can check; empty if they agree."""
    alone = set(TABLE["chart"]) | set(TABLE["check"])
    partly = set(TABLE["partly"])

    def lines(found: frozenset[str]) -> set[str]:
        return {line for line in found if rule(line) not in alone | partly}

    wrong = lines(helm.errors) ^ lines(check.errors)
    # A failing template shows its errors only.
    if helm.passes:
        wrong |= lines(helm.warnings) ^ lines(check.warnings)
    found = {rule(line) for line in check.errors}
    wrong |= {line for line in helm.errors if rule(line) in partly and rule(line) not in found}
    if not helm.passes and not helm.errors:
        wrong.add(f"helm fails without a finding: {helm.text}")
    # Only a rule that the other cannot check may make a difference.
    if helm.passes and {line for line in check.errors if rule(line) not in alone | partly}:
        wrong.add("check refuses what helm takes")
    if check.passes and not helm.passes:
        wrong.add("helm refuses what check takes")
    return "\n  ".join(sorted(wrong))


def expect_agreement(renderer: Renderer, given: list[Values]) -> list[str]:
    """Compare the verdicts, and return the values that helm takes, as text."""
    texts = [json.dumps(values) for values in given]
    verdicts = renderer.judge(texts, schema=False)
    found = zip(given, verdicts, check_all(texts), strict=True)
    wrong = [
        f"{json.dumps(values)[:600]}\n  {said}" for values, helm, one in found if (said := disagreement(helm, one))
    ]
    assert not wrong, f"{len(wrong)} of {len(given)} disagree:\n" + "\n".join(wrong[:20])
    return [text for text, verdict in zip(texts, verdicts, strict=True) if verdict.passes]


def test_every_combination_of_the_switches_is_judged_alike(
    renderer: Renderer, whole_renderer: Renderer, material: Material
) -> None:
    given = list(combinations(material))
    assert len(given) >= LEAST_COMBINATIONS
    taken = expect_agreement(renderer, given)
    refused = [
        verdict.text for verdict in whole_renderer.judge(taken[::WHOLE_CHART_EVERY], schema=True) if not verdict.passes
    ]
    assert not refused, refused[:3]


def test_every_value_of_a_key_is_judged_alike(renderer: Renderer, material: Material) -> None:
    expect_agreement(renderer, list(variations(material)))


def test_the_table_of_what_is_not_compared_fits_the_documents() -> None:
    for name, layers in documented().items():
        in_chart, in_check = "chart" in layers, "check" in layers
        assert (name in TABLE["chart"]) == (in_chart and not in_check), name
        assert (name in TABLE["check"]) == (in_check and not in_chart), name
        assert name not in TABLE["partly"] or (in_chart and in_check), name
