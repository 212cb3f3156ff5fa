"""The way to the parent: connection string, proxy, volume and network."""

import json
from base64 import b64decode
from typing import Any

import pytest
import yaml
from charts import CONNECTION, DEFAULTS, PASSWORD, SYNCHRONIZING, Chart, Rendered
from test_pods import containers

REGISTRY = "Deployment/connected-registry"
FROM_SECRET = {**SYNCHRONIZING, "connectionString": "", "connectionStringSecret": "my-parent"}


def container(rendered: Rendered, name: str) -> dict[str, Any]:
    """A container of the registry's pod."""
    (found,) = [one for one in containers(rendered.pods()[REGISTRY]) if one["name"] == name]
    return found


def volumes(rendered: Rendered) -> dict[str, dict[str, Any]]:
    """The volumes of the registry's pod by name."""
    return {volume["name"]: volume for volume in rendered.pods()[REGISTRY]["spec"]["volumes"]}


@pytest.mark.parametrize(
    ("values", "secret"), [(SYNCHRONIZING, "connected-registry-parent"), (FROM_SECRET, "my-parent")]
)
def test_the_connection_string_is_taken_apart_in_the_pod(chart: Chart, values: dict[str, Any], secret: str) -> None:
    """One way for both: whether it stands in the values or in a Secret of the user's."""
    rendered = chart.render(values)
    source = volumes(rendered)["connection"]["secret"]
    assert source["secretName"] == secret and [item["key"] for item in source["items"]] == ["connectionString"]
    assert volumes(rendered)["parent"] == {"name": "parent", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}}
    reader, user = container(rendered, "parent"), container(rendered, "regsync")
    mounts = {mount["name"]: mount for mount in reader["volumeMounts"]}
    assert reader["args"] == [
        "parent",
        f"--connection-string={mounts['connection']['mountPath']}/connectionString",
        f"--target={mounts['parent']['mountPath']}",
    ]
    # regsync never sees the connection string itself.
    assert [mount["name"] for mount in user["volumeMounts"]] == ["regsync-configuration", "parent", "parent-ca"]
    configuration = yaml.safe_load(rendered.get("ConfigMap", "connected-registry-registry")["data"]["regsync.yml"])
    for key, name in (("registry", "endpoint"), ("user", "username"), ("pass", "password")):
        assert configuration["creds"][0][key] == f'{{{{ file "{mounts["parent"]["mountPath"]}/{name}" }}}}'
    assert configuration["sync"][1]["source"] == '{{ file "/run/parent/endpoint" }}/team/app:1.0'


def test_a_secret_of_the_users_is_all_that_is_needed(chart: Chart) -> None:
    values = {key: value for key, value in FROM_SECRET.items() if key != "parent"}
    rendered = chart.render(values)
    assert "connected-registry-parent" not in rendered.names("Secret")
    assert container(rendered, "regsync")
    data = rendered.get("Secret", "connected-registry-settings")["data"]["settings.json"]
    settings = json.loads(b64decode(data))["values"]
    assert (settings["connectionString"], settings["connectionStringSecret"]) == ("", "my-parent")


def test_without_a_private_ca_nothing_of_the_parents_secret_is_mounted_for_regsync(chart: Chart) -> None:
    rendered = chart.render({**DEFAULTS, "connectionString": CONNECTION, "sync": {"repositories": ["hello"]}})
    assert "parent-ca" not in volumes(rendered)
    assert "regcert" not in rendered.get("ConfigMap", "connected-registry-registry")["data"]["regsync.yml"]
    assert set(rendered.get("Secret", "connected-registry-parent")["data"]) == {"connectionString"}


PROXY = {"https": "http://user:hidden-word@proxy.example:3128", "noProxy": "intra.example, 10.0.0.0/8"}


@pytest.mark.parametrize("values", [SYNCHRONIZING, FROM_SECRET])
def test_only_what_talks_to_the_parent_uses_the_proxy(chart: Chart, values: dict[str, Any]) -> None:
    rendered = chart.render({**values, "proxy": PROXY, "clusterDomain": "example.org"})
    environment = {one["name"]: one for one in container(rendered, "regsync")["env"]}
    assert set(environment) == {"PATH", "HTTPS_PROXY", "NO_PROXY"}
    reference = environment["HTTPS_PROXY"]["valueFrom"]["secretKeyRef"]
    secret = rendered.get("Secret", reference["name"])
    assert b64decode(secret["data"][reference["key"]]).decode() == PROXY["https"]
    assert environment["NO_PROXY"]["value"].split(",") == [
        "localhost",
        "127.0.0.1",
        "::1",
        "192.100.100.1",
        ".svc",
        ".example.org",
        "intra.example",
        "10.0.0.0/8",
    ]
    for template in rendered.pods().values():
        for one in containers(template):
            assert one["name"] == "regsync" or "PROXY" not in json.dumps(one), one["name"]
    # It may hold a password.
    assert "hidden-word" not in rendered.text


def test_both_proxies_are_handed_on_and_none_without_one(chart: Chart) -> None:
    both = chart.render({**SYNCHRONIZING, "proxy": {"https": "http://a:1", "http": "http://b:2"}})
    names = [one["name"] for one in container(both, "regsync")["env"]]
    assert names == ["PATH", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"]
    none = chart.render({**SYNCHRONIZING, "proxy": {"noProxy": "a.example"}})
    assert [one["name"] for one in container(none, "regsync")["env"]] == ["PATH"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SYNCHRONIZING, {**SYNCHRONIZING, "proxy": PROXY}),
        (SYNCHRONIZING, {**SYNCHRONIZING, "connectionString": CONNECTION.replace(PASSWORD, "other")}),
        (SYNCHRONIZING, {**SYNCHRONIZING, "mode": "ReadWrite"}),
    ],
)
def test_what_is_read_at_the_start_restarts_the_pod(
    chart: Chart, before: dict[str, Any], after: dict[str, Any]
) -> None:
    def seal(values: dict[str, Any]) -> str:
        return chart.render(values).pods()[REGISTRY]["metadata"]["annotations"]["connected-registry.io/configuration"]

    assert seal(before) != seal(after)
    assert seal(before) == seal({**before, "commonLabels": {"team": "edge"}})


def test_a_claim_of_the_users_takes_the_place_of_ours(chart: Chart) -> None:
    rendered = chart.render({**DEFAULTS, "pvc": {"existingClaim": "big-disk"}})
    assert not rendered.kind("PersistentVolumeClaim")
    assert volumes(rendered)["images"]["persistentVolumeClaim"] == {"claimName": "big-disk"}


def test_the_claim_takes_annotations_and_access_modes(chart: Chart) -> None:
    values = {**DEFAULTS, "pvc": {"annotations": {"backup": "daily"}, "accessModes": ["ReadWriteOncePod"]}}
    claim = chart.render(values).get("PersistentVolumeClaim", "connected-registry-pvc")
    assert claim["metadata"]["annotations"] == {"backup": "daily"}
    assert claim["spec"]["accessModes"] == ["ReadWriteOncePod"]


def policies(rendered: Rendered) -> dict[str, dict[str, Any]]:
    """The network policies by the component that they select."""
    return {
        item["spec"]["podSelector"]["matchLabels"]["connected-registry.io/component"]: item["spec"]
        for item in rendered.kind("NetworkPolicy")
    }


def open_ports(policy: dict[str, Any]) -> set[int]:
    """The ports that anybody reaches."""
    assert all("from" not in rule for rule in policy["ingress"])
    return {port["port"] for rule in policy["ingress"] for port in rule["ports"]}


def listening(template: dict[str, Any]) -> set[int]:
    """The ports that a pod's containers declare."""
    return {port["containerPort"] for one in containers(template) for port in one.get("ports", [])}


@pytest.mark.parametrize("https", [True, False])
def test_a_network_policy_lets_in_what_listens_and_nothing_else(chart: Chart, https: bool) -> None:
    plain = {} if https else {"httpsEnabled": False, "cert-manager": {"install": False, "enabled": False}}
    assert not chart.render({**SYNCHRONIZING, **plain}).kind("NetworkPolicy")
    rendered = chart.render({**SYNCHRONIZING, **plain, "networkPolicy": {"enabled": True}})
    found = policies(rendered)
    by_component = {
        template["metadata"]["labels"]["connected-registry.io/component"]: template
        for template in rendered.pods().values()
    }
    # The preflight hook comes before any policy, and nothing in it listens.
    assert listening(by_component.pop("preflight")) == set()
    assert set(found) == set(by_component) == {"registry", "webhook", "trust-agent", "uninstall"}
    for component, template in by_component.items():
        assert open_ports(found[component]) == listening(template), component
        assert found[component]["policyTypes"] == ["Ingress"]


def test_what_the_registry_reaches_is_limited_only_on_request(chart: Chart) -> None:
    parent = {"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}], "ports": [{"port": 443, "protocol": "TCP"}]}
    found = policies(chart.render({**SYNCHRONIZING, "networkPolicy": {"enabled": True, "egress": [parent]}}))
    assert found["registry"]["policyTypes"] == ["Ingress", "Egress"]
    dns, *others = found["registry"]["egress"]
    assert {(port["port"], port["protocol"]) for port in dns["ports"]} == {(53, "UDP"), (53, "TCP")}
    assert others == [parent]
    assert found["webhook"]["policyTypes"] == ["Ingress"]
    without = {**SYNCHRONIZING, "trustDistribution": {"enabled": False}, "networkPolicy": {"enabled": True}}
    assert "trust-agent" not in policies(chart.render(without))
