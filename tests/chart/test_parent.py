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
    """Return a container of the registry's pod."""
    (found,) = [one for one in containers(rendered.pods()[REGISTRY]) if one["name"] == name]
    return found


def volumes(rendered: Rendered) -> dict[str, dict[str, Any]]:
    """Return the volumes of the registry's pod by name."""
    return {volume["name"]: volume for volume in rendered.pods()[REGISTRY]["spec"]["volumes"]}


PLAIN = {
    **DEFAULTS,
    "parent": {"url": "https://registry.example:5000/", "existingSecret": "login"},
    "sync": {"repositories": ["hello", {"name": "team/app", "tags": {"allow": ["v1\\..*"], "deny": ["rc"]}}]},
}


@pytest.mark.parametrize(
    ("values", "secret", "keys", "argument"),
    [
        (SYNCHRONIZING, "connected-registry-parent", ["connectionString"], "connection-string"),
        (FROM_SECRET, "my-parent", ["connectionString"], "connection-string"),
        (PLAIN, "login", ["username", "password"], "credentials"),
    ],
)
def test_the_credentials_are_mounted_for_what_synchronizes_alone(
    chart: Chart, values: dict[str, Any], secret: str, keys: list[str], argument: str
) -> None:
    """And optional: a registry serves what it has, whether or not somebody's Secret is there."""
    rendered = chart.render(values)
    source = volumes(rendered)["parent"]["secret"]
    assert source["secretName"] == secret and [item["key"] for item in source["items"]] == keys
    assert source["optional"] is True
    for one in containers(rendered.pods()[REGISTRY]):
        mounted = {mount["name"]: mount["mountPath"] for mount in one.get("volumeMounts", [])}
        assert ("parent" in mounted) == (one["name"] == "regsync"), one["name"]
    user = container(rendered, "regsync")
    assert any(word.startswith(f"--{argument}=/etc/connected-registry/parent") for word in user["args"])


def instructions(rendered: Rendered) -> dict[str, Any]:
    """Return the configuration of the synchronization, as our program reads it."""
    return json.loads(rendered.get("ConfigMap", "connected-registry-registry")["data"]["sync.json"])


def test_what_is_synchronized_stands_in_one_file(chart: Chart) -> None:
    plain = chart.render({**PLAIN, "sync": {**PLAIN["sync"], "window": "3h", "retain": "720h"}})
    assert instructions(plain) == {
        "repositories": [{"name": "hello"}, {"name": "team/app", "allow": ["v1\\..*"], "deny": ["rc"]}],
        "schedule": "*/5 * * * *",
        "window": "3h",
        "retain": "720h",
        "host": "registry.example:5000",
    }
    assert instructions(chart.render(SYNCHRONIZING)) == {
        "repositories": [{"name": "hello"}, {"name": "team/app", "tag": "1.0"}],
        "schedule": "*/5 * * * *",
    }


def test_retention_never_deletes_tags_where_clients_push(chart: Chart) -> None:
    values = {**SYNCHRONIZING, "sync": {**SYNCHRONIZING["sync"], "retain": "720h"}}
    assert instructions(chart.render(values))["retain"] == "720h"
    assert "retain" not in instructions(chart.render({**values, "mode": "ReadWrite"}))


def test_a_secret_of_the_users_is_all_that_is_needed(chart: Chart) -> None:
    values = {key: value for key, value in FROM_SECRET.items() if key != "parent"}
    rendered = chart.render(values)
    assert "connected-registry-parent" not in rendered.names("Secret")
    assert container(rendered, "regsync")
    data = rendered.get("Secret", "connected-registry-settings")["data"]["settings.json"]
    settings = json.loads(b64decode(data))["values"]
    assert (settings["connectionString"], settings["connectionStringSecret"]) == ("", "my-parent")


def test_a_parent_that_asks_for_no_name_needs_no_secret(chart: Chart) -> None:
    rendered = chart.render({**DEFAULTS, "parent": {"url": "mirror"}, "sync": {"repositories": ["hello"]}})
    assert "parent" not in volumes(rendered) and "parent-ca" not in volumes(rendered)
    assert not [word for word in container(rendered, "regsync")["args"] if "parent" in word]


def test_without_a_private_ca_nothing_of_it_is_mounted(chart: Chart) -> None:
    rendered = chart.render({**DEFAULTS, "connectionString": CONNECTION, "sync": {"repositories": ["hello"]}})
    assert "parent-ca" not in volumes(rendered)
    assert not [word for word in container(rendered, "regsync")["args"] if word.startswith("--ca-bundle")]
    assert set(rendered.get("Secret", "connected-registry-parent")["data"]) == {"connectionString"}


def test_only_what_synchronizes_has_a_token_and_few_rights(chart: Chart) -> None:
    rendered = chart.render(SYNCHRONIZING)
    for one in containers(rendered.pods()[REGISTRY]):
        mounted = [mount["name"] for mount in one.get("volumeMounts", [])]
        assert ("token" in mounted) == (one["name"] == "regsync"), one["name"]
    rules = rendered.get("Role", "connected-registry")["rules"]
    assert {resource for rule in rules for resource in rule["resources"]} == {"leases", "deployments", "events"}
    assert "connected-registry" not in chart.render(DEFAULTS).names("Role")


def test_an_image_that_is_not_here_is_fetched_from_the_parent_only_on_request(chart: Chart) -> None:
    without = chart.render(SYNCHRONIZING)
    assert "@parent" not in without.get("ConfigMap", "connected-registry-registry")["data"]["nginx.conf"]
    wanted = {**SYNCHRONIZING, "parent": {**SYNCHRONIZING["parent"], "pullThrough": True}}
    rendered = chart.render(wanted)
    data = rendered.get("ConfigMap", "connected-registry-registry")["data"]
    # Manifests; blobs that are not on the volume, and those of another form of digest.
    assert data["nginx.conf"].count("error_page 404 = @parent;") == 3
    proxy = yaml.safe_load(data["pull-through.yml"])
    main = yaml.safe_load(data["distribution.yml"])
    directories = [one["storage"]["filesystem"]["rootdirectory"] for one in (main, proxy)]
    assert directories == ["/var/lib/registry", "/var/lib/registry/pull-through"]
    assert main["http"]["addr"] != proxy["http"]["addr"] and "proxy" not in main
    assert {mount["name"] for mount in container(rendered, "pull-through")["volumeMounts"]} >= {"parent", "images"}


PROXY = {"https": "http://user:hidden-word@proxy.example:3128", "noProxy": "intra.example, 10.0.0.0/8"}


@pytest.mark.parametrize("values", [SYNCHRONIZING, FROM_SECRET])
def test_only_what_talks_to_the_parent_uses_the_proxy(chart: Chart, values: dict[str, Any]) -> None:
    rendered = chart.render({**values, "proxy": PROXY, "clusterDomain": "example.org"})
    environment = {one["name"]: one for one in container(rendered, "regsync")["env"]}
    assert set(environment) == {"PATH", "POD_NAME", "HTTPS_PROXY", "NO_PROXY"}
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
    assert names == ["PATH", "POD_NAME", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"]
    none = chart.render({**SYNCHRONIZING, "proxy": {"noProxy": "a.example"}})
    assert [one["name"] for one in container(none, "regsync")["env"]] == ["PATH", "POD_NAME"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SYNCHRONIZING, {**SYNCHRONIZING, "proxy": PROXY}),
        (SYNCHRONIZING, {**SYNCHRONIZING, "sync": {"repositories": ["other"]}}),
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


def test_a_new_password_restarts_nothing(chart: Chart) -> None:
    other = {**SYNCHRONIZING, "connectionString": CONNECTION.replace(PASSWORD, "other")}
    assert chart.render(SYNCHRONIZING).pods()[REGISTRY] == chart.render(other).pods()[REGISTRY]


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
    """Return the network policies by the component that they select."""
    return {
        item["spec"]["podSelector"]["matchLabels"]["connected-registry.io/component"]: item["spec"]
        for item in rendered.kind("NetworkPolicy")
    }


def open_ports(policy: dict[str, Any]) -> set[int]:
    """Return the ports that anybody reaches."""
    assert all("from" not in rule for rule in policy["ingress"])
    return {port["port"] for rule in policy["ingress"] for port in rule["ports"]}


def listening(template: dict[str, Any]) -> set[int]:
    """Return the ports that a pod's containers declare."""
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
    assert set(found) == set(by_component) == {"registry", "webhook", "controller", "trust-agent", "uninstall"}
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
