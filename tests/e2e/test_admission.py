"""Changes of the settings in the cluster: harmful ones are refused with the reason, good ones are accepted."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from changes import GONE, SETTINGS, Secured, assert_refused, encoded
from lib import cluster

CONNECTION = "ConnectedRegistryName={};SyncTokenName=t;SyncTokenPassword=s3cret-of-a-test;ParentGatewayEndpoint={}"
CONNECTION += ";ParentEndpointProtocol={}"
NO_TLS: dict[str, Any] = {"tls.secret": ""}
CERT_MANAGER: dict[str, Any] = {**NO_TLS, "cert-manager.enabled": True}

BAD: list[tuple[set[str], dict[str, Any]]] = [
    ({"CR001"}, {"service.clusterIP": ""}),
    ({"CR002"}, {"service.clusterIP": "127.0.0.1"}),
    ({"CR010", "CR011"}, {"cert-manager.install": True}),
    ({"CR011"}, {"cert-manager.enabled": True}),
    ({"CR012", "CR013", "CR030"}, {"tls.crt": "eA=="}),
    ({"CR013", "CR030"}, {**NO_TLS, "tls.key": "eA=="}),
    ({"CR014"}, NO_TLS),
    ({"CR015"}, {"httpsEnabled": False}),
    ({"CR021"}, {"trustDistribution.useNodeSelector": True, "trustDistribution.skipNodeSelector": True}),
    ({"CR039"}, {"tls.secret": "other/k8secret"}),
    ({"CR040"}, {"connectionString": "SyncTokenPassword=s3cret-of-a-test"}),
    ({"CR041"}, {"connectionString": CONNECTION.format("one", "parent.example", "https")}),
    ({"CR042"}, {"connectionString": CONNECTION.format("myregistry", "parent.example", "http")}),
    ({"CR043"}, {"connectionString": CONNECTION.format("myregistry", "https://parent.example/", "https")}),
    ({"CR044"}, {"connectionString": ""}),
    ({"CR045"}, {"sync.repositories": ["parent.example:5000/UPPER"]}),
    ({"CR046"}, {"sync.schedule": "every day"}),
    ({"CR047"}, {"parent.caBundle": "-----BEGIN CERTIFICATE-----\nx"}),
    ({"CR048"}, {"connectionStringSecret": "parent-connection"}),
    ({"CR050"}, {"pvc.storageRequest": "0"}),
    ({"CR052"}, {"pvc.storageRequest": "1Gi"}),
    ({"CR061"}, {"trustDistribution.enabled": "false"}),
    ({"CR062"}, {"=tls.secret": "another"}),
    ({"CR063"}, {"HttpsEnabled": False}),
    ({"CR065"}, {"sync.repositories": "demo/hello"}),
    ({"CR070"}, {"mode": "readonly"}),
]

# Admitted, and undone at once.
GOOD: list[dict[str, Any]] = [
    {"mode": "ReadWrite"},
    {"sync.repositories": ["demo/hello"]},
    {"sync.repositories": []},
    {"sync.schedule": "@every 10m"},
    {"sync.schedule": "0 3 * * 1-5"},
    {"injection.excludedNamespaces": ["kube-system", "kube-node-lease", "team"]},
    {"connectionString": CONNECTION.format("myregistry", "parent.example:5000", "https")},
    {"connectionString": "", "connectionStringSecret": "parent-connection"},
    {"parent.caBundle": ""},
    {"=tls.secret": "k8secret"},
    {"tls.secret": "", "=tls.secret": "k8secret"},
    {"HttpsEnabled": True, "httpEnabled": False},
    {"mode": GONE},
    {"pvc.storageClassName": "fast"},
]

# Admitted; tried only, since the parts would set to work on them: text of a warning, or "" for none.
GOOD_TRIED: list[tuple[str, dict[str, Any]]] = [
    ("", {"pvc.storageRequest": "1000Gi"}),
    ("", {"service.clusterIP": "192.100.100.77"}),
    ("", {"tls.secret": "another"}),
    ("", CERT_MANAGER),
    ("", {"trustDistribution.useNodeSelector": True}),
    ("", {"trustDistribution.skipNodeSelector": True}),
    ("", {"trustDistribution.enabled": False}),
    ("CR016 httpsEnabled: ", {**NO_TLS, "httpsEnabled": False}),
    ("CR016 httpsEnabled: ", {**NO_TLS, "httpsEnabled": GONE, "httpEnabled": True}),
    ("CR020 trustDistribution.enabled: ", {**CERT_MANAGER, "trustDistribution.enabled": False}),
]


@pytest.mark.parametrize(("rules", "change"), BAD, ids=["+".join(sorted(rules)) for rules, _ in BAD])
def test_a_bad_change_is_refused_by_its_rules_tried_or_meant(
    secured: Secured, rules: set[str], change: dict[str, Any]
) -> None:
    for dry_run in (True, False):
        refused = secured.change_settings(change, dry_run=dry_run)
        assert_refused(refused, rules)
        assert "s3cret-of-a-test" not in refused.stderr


def test_nothing_that_was_refused_has_changed_anything(secured: Secured) -> None:
    secured.settings()
    assert secured.secret(SETTINGS) == secured.usual


@pytest.mark.parametrize("change", GOOD, ids=lambda change: "+".join(change))
def test_a_good_change_is_admitted(secured: Secured, change: dict[str, Any]) -> None:
    changed = secured.change_settings(change)
    assert (changed.returncode, changed.stderr) == (0, "")
    secured.restore_settings()


@pytest.mark.parametrize(("warning", "change"), GOOD_TRIED, ids=["+".join(change) for _, change in GOOD_TRIED])
def test_a_good_change_is_admitted_with_its_warnings(secured: Secured, warning: str, change: dict[str, Any]) -> None:
    changed = secured.change_settings(change, dry_run=True)
    assert changed.returncode == 0, changed.stderr
    if warning:
        assert re.fullmatch(rf"Warning: {re.escape(warning)}.* Fix: .*\n", changed.stderr)
    else:
        assert changed.stderr == ""


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"formVersion":1}'], ids=["empty", "cut", "list", "map", "no"])
def test_what_is_no_settings_at_all_is_refused(secured: Secured, text: str) -> None:
    refused = secured.write_settings(text, dry_run=True)
    assert refused.returncode != 0
    assert re.search(r"denied the request: settings\.json: .* Fix: ", refused.stderr)


def test_settings_of_another_version_pass_with_a_warning(secured: Secured) -> None:
    changed = secured.write_settings({"formVersion": 2, "values": {}}, dry_run=True)
    assert changed.returncode == 0, changed.stderr
    assert "Warning: connected-registry: settings.json has form version 2" in changed.stderr


def test_kubectl_edit_shows_what_is_wrong_where_the_person_is_looking(secured: Secured, tmp_path: Path) -> None:
    """A refused edit comes back in the editor with the reason at its head; this editor only looks at it then."""
    document = secured.settings()
    document["values"]["mode"] = "readonly"
    editor, seen = tmp_path / "editor", tmp_path / "seen"
    replace = f"s|settings.json: .*|settings.json: {encoded(json.dumps(document))}|"
    editor.write_text(f'#!/bin/sh\ncat "$1" >> {seen}\nsed -i \'{replace}\' "$1"\n')
    editor.chmod(0o700)
    words = ["kubectl", "edit", "secret", SETTINGS, "--namespace", secured.namespace]
    edited = cluster.run(words, environment={"KUBE_EDITOR": str(editor)}, check=False, timeout=60)
    assert edited.returncode != 0
    assert "no valid changes were saved" in edited.stderr
    assert re.search(r'^# .*CR070 mode: "readonly" is no mode', seen.read_text(), re.MULTILINE)


def test_labels_and_annotations_are_nobodys_business(secured: Secured) -> None:
    words = ("secret", SETTINGS, "--namespace", secured.namespace)
    labelled = secured.parts.local.kubectl("label", *words, "team=edge")
    assert labelled.stderr == ""
    secured.parts.local.kubectl("label", *words, "team-")


def test_a_deletion_only_warns(secured: Secured) -> None:
    words = ("delete", "secret", SETTINGS, "--namespace", secured.namespace, "--dry-run=server")
    deleted = secured.parts.local.kubectl(*words)
    assert "Warning: connected-registry: this Secret has the registry's settings" in deleted.stderr
    assert "helm upgrade" in deleted.stderr
