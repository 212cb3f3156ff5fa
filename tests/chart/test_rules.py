"""The rules that templates judge: each has a case that breaks it and one that just does not."""

import copy
import json
from base64 import b64decode
from typing import Any

import pytest
from charts import CERTIFICATE, CONNECTION, DEFAULTS, PASSWORD, SYNCHRONIZING, Chart


def values(base: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the values with one key, named by a dotted path, changed."""
    changed = copy.deepcopy(base)
    *parents, last = path.split(".")
    target = changed
    for parent in parents:
        target = target.setdefault(parent, {})
    target[last] = value
    return changed


def without(part: str) -> str:
    """Return the connection string without one of its parts."""
    return ";".join(one for one in CONNECTION.split(";") if not one.startswith(f"{part}="))


def replaced(part: str, value: str) -> str:
    """Return the connection string with another value for one of its parts."""
    return f"{without(part)};{part}={value}"


REFUSED = [
    ("CR001", "service.clusterIP", ""),
    *(
        ("CR002", "service.clusterIP", address)
        for address in (
            "None",
            "192.168.1.300",
            "192.168.1",
            "192.100.100.01",
            " 192.100.100.1",
            "192.100.100.1\n",
            "registry.example",
            "0.0.0.0",
            "127.0.0.1",
            "169.254.1.1",
            "224.0.0.1",
            "239.1.2.3",
            "::",
            "::1",
            "0:0::1",
            "fe80::1",
            "febf::1",
            "ff02::1",
            "::ffff:1.2.3.4",
            "1::2::3",
            "12345::",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7::8",
            "fd00::1%eth0",
            "[fd00::1]",
            "192.100.100.1:443",
            "192.100.100.0/24",
        )
    ),
    ("CR010", "cert-manager.enabled", False),
    ("CR014", "cert-manager", {"install": False, "enabled": False}),
    ("CR021", "trustDistribution", {"useNodeSelector": True, "skipNodeSelector": True}),
    *(
        ("CR040", "connectionString", text)
        for text in (
            "nonsense",
            CONNECTION.replace(";", ","),
            CONNECTION + "\n",
            "\ufeff" + CONNECTION,
            CONNECTION + ";SyncTokenName=b",
            *(without(part.partition("=")[0]) for part in CONNECTION.split(";")),
            *(replaced(part.partition("=")[0], "") for part in CONNECTION.split(";")),
        )
    ),
    *(("CR041", "connectionString", replaced("ConnectedRegistryName", name)) for name in ("abcd", "a" * 51, "my-edge")),
    ("CR042", "connectionString", replaced("ParentEndpointProtocol", "http")),
    *(
        ("CR043", "connectionString", replaced("ParentGatewayEndpoint", host))
        for host in (
            "https://contoso.azurecr.io",
            "contoso.azurecr.io/team",
            "contoso.azurecr.io:0",
            "contoso.azurecr.io:65536",
            "contoso..io",
            "-contoso.io",
            "10.0.0.256",
            "fd00::1",
            "[fd00::g]",
            "con toso.io",
        )
    ),
    *(
        ("CR045", "sync.repositories", [name])
        for name in (
            "",
            "Hello",
            "hello:",
            "hello:a b",
            "/hello",
            "hello/",
            "a//b",
            '{{file "/etc/passwd"}}',
            "hello@sha256:00",
            "a...b",
            "hello:" + "x" * 129,
        )
    ),
    *(
        ("CR046", "sync.schedule", text)
        for text in ("", "5m", "* * * *", "* * * * * *", "@every", "@every 5", "@never")
    ),
    *(("CR047", "parent.caBundle", text) for text in ("nonsense", "TUlJQg==", "-----BEGIN CERTIFICATE-----\nMIIB")),
    *(("CR050", "pvc.storageRequest", text) for text in ("", "0", "0Gi", "-1Gi", "10 Gi", "10GB", "Gi", 0)),
    *(
        ("CR061", path, text)
        for text in ("false", "true", "yes")
        for path in (
            "cert-manager.install",
            "cert-manager.enabled",
            "trustDistribution.enabled",
            "trustDistribution.useNodeSelector",
            "trustDistribution.skipNodeSelector",
            "networkPolicy.enabled",
            "pvc.keep",
            "registry.serviceAccount.create",
            "webhook.serviceAccount.create",
            "trustAgent.serviceAccount.create",
            "hooks.serviceAccount.create",
        )
    ),
    ("CR045", "sync.repositories", [{"name": "hello:1"}]),
    ("CR045", "sync.repositories", [{"tags": {"allow": ["1"]}}]),
    *(
        ("CR075", "parent", {"url": url})
        for url in ("http://a.example", "a.example/b", "https://", "a b", "https://user:word@a.example")
    ),
    ("CR057", "registry", {"replicas": 2}),
    *(("CR054", "garbageCollection.schedule", text) for text in ("weekly", "* * * *")),
    *(("CR070", "mode", text) for text in ("", "readonly", "Write")),
    ("CR072", "parent.existingSecret", "login"),
    *(("CR073", f"sync.{key}", text) for key in ("window", "retain") for text in ("3", "3d", "3 h", "-1h")),
    *(
        ("CR074", "access", access)
        for access in (
            {"username": "a"},
            {"password": "a"},
            {"username": "a:b", "password": "c"},
            {"username": "a", "password": "b:c"},
            {"username": "a", "password": "b\nc"},
            {"pullSecretNamespaces": ["apps"]},
        )
    ),
    *(
        ("CR080", "injection.extraHosts", [host])
        for host in ("", "registry", "https://registry.example", "registry.example/team", "fd00::1", "a'b.c", "a.b:0")
    ),
]


@pytest.mark.parametrize(("rule", "path", "value"), REFUSED, ids=lambda value: ascii(value)[:40])
def test_a_setting_that_cannot_work_is_refused(chart: Chart, rule: str, path: str, value: Any) -> None:
    refusal = chart.refusal(values(SYNCHRONIZING, path, value))
    # Whatever else is wrong with it is said as well, but this rule's line must be there, whole.
    (line, *more) = [line.strip() for line in refusal.splitlines() if line.strip().startswith(rule)]
    assert not more or rule in ("CR040", "CR045")
    assert line.startswith(f"{rule} {path.split('.')[0]}")
    assert ". Fix: " in line and line.endswith(".")


ACCEPTED = [
    *(
        ("service.clusterIP", address)
        for address in (
            "10.0.0.1",
            "192.100.255.254",
            "1.1.1.1",
            "223.255.255.255",
            "fd00::1",
            "2001:DB8::1",
            "1:2:3:4:5:6:7:8",
            "64:ff9b::192.0.2.33",
        )
    ),
    ("cert-manager", {"install": False, "enabled": True}),
    ("trustDistribution", {"useNodeSelector": True, "skipNodeSelector": False}),
    ("trustDistribution", {"useNodeSelector": False, "skipNodeSelector": True}),
    ("trustDistribution", {"useNodeSelector": True, "skipNodeSelector": None}),
    *(("connectionString", replaced("ConnectedRegistryName", name)) for name in ("abcde", "A1" * 25)),
    *(
        ("connectionString", replaced("ParentGatewayEndpoint", host))
        for host in (
            "parent",
            "parent.example:5443",
            "10.0.0.5",
            "10.0.0.5:65535",
            "[fd00::1]:443",
            "[fd00::1]",
        )
    ),
    ("connectionString", CONNECTION + ";SomethingNew=1"),
    ("sync.repositories", ["a", "a/b-c/d__e.f", "a--b", "hello:v1.0_x", "x" * 200]),
    ("sync.repositories", [{"name": "a/b", "tags": {"allow": ["v1\\..*"], "deny": [".*-rc"]}}]),
    ("sync.window", "1h30m"),
    ("sync.retain", "720h"),
    ("garbageCollection.schedule", "@weekly"),
    ("storage", {"driver": "s3", "parameters": {"bucket": "b"}}),
    ("access", {"username": "a", "password": "b", "pullSecretNamespaces": ["apps"]}),
    *(("sync.schedule", text) for text in ("0 3 * * *", "*/15 8-18 * * MON-FRI", "@every 1h30m", "@daily")),
    ("parent.caBundle", CERTIFICATE * 2),
    *(("pvc.storageRequest", text) for text in ("1", "0.5Gi", "500Gi", "1e9", "+1Ti", ".5Ti", 1000000)),
    ("injection.extraHosts", ["registry.example", "registry:5000", "localhost", "10.0.0.5", "[fd00::1]:443"]),
]


@pytest.mark.parametrize(("path", "value"), ACCEPTED, ids=lambda value: ascii(value)[:40])
def test_a_setting_that_can_work_is_taken(chart: Chart, path: str, value: Any) -> None:
    chart.render(values(SYNCHRONIZING, path, value), "--show-only=templates/settings-secret.yaml")


def test_all_findings_come_in_one_failure(chart: Chart) -> None:
    wrong = {
        "service": {"clusterIP": "None"},
        "mode": "x",
        "cert-manager": {"enabled": False},
        "pvc": {"storageRequest": "0"},
    }
    refusal = chart.refusal(wrong)
    found = [line.split()[0] for line in refusal.splitlines() if line.strip().startswith("CR")]
    assert found == ["CR002", "CR010", "CR014", "CR050", "CR070"]


def test_a_parent_is_given_once(chart: Chart) -> None:
    """CR048; either of the two is enough for CR044."""
    both = values(SYNCHRONIZING, "connectionStringSecret", "parent")
    refusal = chart.refusal(both)
    assert "CR048 connectionStringSecret: connectionString is given as well. Fix: give one of the two." in refusal
    assert PASSWORD not in refusal
    chart.render(values(both, "connectionString", ""))


def test_the_connection_strings_secret_has_a_name_that_a_secret_can_have(chart: Chart) -> None:
    given = values(SYNCHRONIZING, "connectionString", "")
    for name in ("My_Secret", "a/b", "-a", "a..b"):
        assert "CR039 connectionStringSecret" in chart.refusal(values(given, "connectionStringSecret", name))
    chart.render(values(given, "connectionStringSecret", "my.parent-1"))


def test_images_to_bring_need_a_parent(chart: Chart) -> None:
    assert "CR044 sync.repositories" in chart.refusal(values(DEFAULTS, "sync.repositories", ["hello"]))


@pytest.mark.parametrize(
    "broken",
    [
        without("SyncTokenName"),
        CONNECTION + "\n",
        replaced("ConnectedRegistryName", "x"),
        replaced("ParentGatewayEndpoint", "https://a"),
        f"SyncTokenPassword={PASSWORD}",
    ],
)
def test_a_refusal_never_shows_the_password(chart: Chart, broken: str) -> None:
    assert PASSWORD not in chart.refusal(values(SYNCHRONIZING, "connectionString", broken))


def test_a_warning_stands_in_the_notes_and_on_the_settings(chart: Chart) -> None:
    given = values(DEFAULTS, "trustDistribution.enabled", False)
    assert "WARNING CR020 trustDistribution.enabled: " in chart.notes(given)
    secret = chart.render(given).get("Secret", "connected-registry-settings")
    assert secret["metadata"]["annotations"]["connected-registry.io/warnings"].startswith("CR020 ")


def test_without_warnings_there_is_no_such_annotation(chart: Chart) -> None:
    assert "WARNING" not in chart.notes(DEFAULTS)
    assert "annotations" not in chart.render(DEFAULTS).get("Secret", "connected-registry-settings")["metadata"]


def test_names_of_the_registry_and_of_cert_manager_must_differ(chart: Chart) -> None:
    assert "CR005 fullnameOverride" in chart.refusal(DEFAULTS, release="cert-manager-connected-registry")
    chart.render(values(DEFAULTS, "cert-manager.install", False), release="cert-manager-connected-registry")


def settings(chart: Chart, given: dict[str, Any]) -> dict[str, Any]:
    """Return the settings as the webhook reads them."""
    secret = chart.render(given).get("Secret", "connected-registry-settings")
    return json.loads(b64decode(secret["data"]["settings.json"]))


def test_the_settings_secret_carries_the_extensions_keys(chart: Chart) -> None:
    found = settings(chart, SYNCHRONIZING)
    assert found["formVersion"] == 1
    assert found["release"] == {"name": "connected-registry", "namespace": "registry"}
    assert found["clusterDomain"] == "cluster.local"
    assert found["values"] == {
        "service": {"clusterIP": "192.100.100.1"},
        "freeze": False,
        "mode": "ReadOnly",
        "cert-manager": {"install": True, "enabled": True},
        "trustDistribution": {"enabled": True, "useNodeSelector": False},
        "pvc": {
            "existingClaim": "",
            "storageClassName": "",
            "storageRequest": "500Gi",
            "accessModes": ["ReadWriteOnce"],
        },
        "connectionString": CONNECTION,
        "parent": {"caBundle": CERTIFICATE, "url": "", "existingSecret": "", "pullThrough": False},
        "sync": {
            "repositories": ["hello", "team/app:1.0"],
            "schedule": "*/5 * * * *",
            "window": "",
            "retain": "",
        },
        "storage": {"driver": "filesystem"},
        "garbageCollection": {"schedule": ""},
        "access": {
            "existingSecret": "",
            "username": "",
            "password": "",
            "pullSecretNamespaces": [],
            "injectPullSecret": False,
        },
        "registry": {"engine": "distribution", "replicas": 1},
        "connectionStringSecret": "",
        "httpsEnabled": True,
        "tls": {"secret": "", "crt": "", "key": "", "cacrt": ""},
        "injection": {
            "excludedNamespaces": ["kube-system", "kube-node-lease"],
            "extraHosts": [],
            "namespaceSelector": {},
        },
    }
