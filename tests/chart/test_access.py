"""Access to the registry: reads and writes in nginx, passwords, pull secrets."""

import json
from base64 import b64decode
from typing import Any

import pytest
from charts import ADDRESS, DEFAULTS, SYNCHRONIZING, Chart, Rendered
from test_parent import container, volumes

LOGIN = {"username": "puller", "password": "hidden-word"}


def nginx(rendered: Rendered) -> str:
    return rendered.get("ConfigMap", "connected-registry-registry")["data"]["nginx.conf"]


def test_by_default_everybody_in_the_cluster_reads_and_nobody_writes(chart: Chart) -> None:
    text = nginx(chart.render(SYNCHRONIZING))
    assert "auth_basic" not in text.replace("auth_basic off", "")
    # Every way to Distribution but the probe's and the figures' passes the gate.
    gates = text.count("if ($writes) {")
    assert gates == text.count("proxy_pass http://distribution;") > 0


def test_read_write_lets_pushes_through_but_not_while_garbage_is_collected(chart: Chart) -> None:
    text = nginx(chart.render({**DEFAULTS, "mode": "ReadWrite"}))
    assert "if ($writes) {" not in text
    assert "-f /run/gate/closed" in text and "-f /run/gate/full" in text


@pytest.mark.parametrize(
    ("access", "secret"), [({"existingSecret": "mine"}, "mine"), (LOGIN, "connected-registry-access")]
)
def test_a_password_stands_before_everything_but_probes(chart: Chart, access: dict[str, Any], secret: str) -> None:
    rendered = chart.render({**SYNCHRONIZING, "access": access})
    text = nginx(rendered)
    assert 'auth_basic "connected-registry";' in text and text.count("auth_basic off;") == 2
    assert volumes(rendered)["access"]["secret"]["secretName"] == secret
    paths = {
        probe["httpGet"]["path"]
        for one in rendered.pods()["Deployment/connected-registry"]["spec"]["initContainers"]
        for key, probe in one.items()
        if key.endswith("Probe")
    }
    assert paths == {"/healthz", "/readyz"}
    assert "hidden-word" not in rendered.text


def test_a_pull_secret_is_made_in_each_namespace_that_is_named(chart: Chart) -> None:
    rendered = chart.render({**DEFAULTS, "access": {**LOGIN, "pullSecretNamespaces": ["apps", "more"]}})
    made = [item for item in rendered.kind("Secret") if item["metadata"]["name"] == "connected-registry-pull"]
    assert [item["metadata"]["namespace"] for item in made] == ["apps", "more"]
    for item in made:
        assert item["type"] == "kubernetes.io/dockerconfigjson"
        auths = json.loads(b64decode(item["data"][".dockerconfigjson"]))["auths"]
        assert {ADDRESS, f"{ADDRESS}:443", "connected-registry.registry.svc"} <= set(auths)
        assert {b64decode(entry["auth"]).decode() for entry in auths.values()} == {"puller:hidden-word"}
    given = rendered.get("Secret", "connected-registry-access")["data"]["htpasswd"]
    assert b64decode(given).decode() == "puller:{PLAIN}hidden-word\n"


def test_a_new_password_restarts_nothing(chart: Chart) -> None:
    pods = [
        chart.render({**DEFAULTS, "access": {**LOGIN, "password": password}}).pods()["Deployment/connected-registry"]
        for password in ("one", "two")
    ]
    assert pods[0] == pods[1]
    assert container(chart.render({**DEFAULTS, "access": LOGIN}), "nginx")
