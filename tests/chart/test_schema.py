"""Two schemas: the chart's own for its values, and Kubernetes' for what the chart renders."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from charts import DEFAULTS, SYNCHRONIZING, Chart
from lib import paths
from lib.kubernetes_schemas import kubeconform

VALUES = yaml.safe_load((paths.REPOSITORY / "chart" / "values.yaml").read_text())
SCHEMA = json.loads((paths.REPOSITORY / "chart" / "values.schema.json").read_text())
# Keys that Kubernetes defines, and keys that cert-manager's own chart checks.
OPEN = {
    "nodeSelector",
    "certmanager",
    "affinity",
    "podSecurityContext",
    "securityContext",
    "commonLabels",
    "commonAnnotations",
    "annotations",
    "podAnnotations",
    "podLabels",
}
# Keys that no default shows: other spellings, and what is inside of empty maps.
HIDDEN = {"HttpsEnabled", "httpEnabled", "tls.secret", "tls.crt", "tls.key", "tls.cacrt"}
INSIDE = (".claims", ".matchLabels", ".matchExpressions")


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a part of the values' schema, looked up if it is a reference."""
    reference = schema.get("$ref")
    return SCHEMA["definitions"][reference.rpartition("/")[2]] if reference else schema


def maps(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every map in the schema that names its keys, with its path."""
    schema = resolved(schema)
    if "properties" in schema:
        yield path, schema
        for key, value in schema["properties"].items():
            yield from maps(value, f"{path}.{key}" if path else key)


def keys(schema: dict[str, Any], path: str = "") -> set[str]:
    """Return the paths of all keys that the schema names."""
    return {f"{at}.{key}" if at else key for at, one in maps(schema, path) for key in one["properties"]}


def paths_of(values: dict[str, Any], path: str = "") -> set[str]:
    """Return the paths of all keys of values, down to what is open."""
    found = set()
    for key, value in values.items():
        here = f"{path}.{key}" if path else key
        found.add(here)
        if isinstance(value, dict) and key not in OPEN | {"requests", "limits"}:
            found |= paths_of(value, here)
    return found


def test_schema_and_values_name_the_same_keys() -> None:
    assert {key for key in keys(SCHEMA) if not key.endswith(INSIDE)} - HIDDEN == paths_of(VALUES) - HIDDEN
    # Each of them stands flat in the schema, too.
    assert set(SCHEMA["properties"]) >= HIDDEN


def test_every_key_of_the_values_is_explained() -> None:
    """values.yaml is the documentation: each first mention of a key stands under a comment, or in a group that does."""
    lines = (paths.REPOSITORY / "chart" / "values.yaml").read_text().splitlines()
    for index, line in enumerate(lines):
        if line and not line.startswith((" ", "#", "-")):
            key = line.partition(":")[0]
            following = lines[index + 1] if index + 1 < len(lines) else ""
            above = lines[index - 1] if index else ""
            assert above.startswith("#") or following.strip().startswith("#") or key == "tolerations", key


@pytest.mark.parametrize(
    ("path", "schema"), list(maps(SCHEMA)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_map_refuses_unknown_keys(path: str, schema: dict[str, Any]) -> None:
    """But for global: cert-manager's own chart reads it as well, and whatever chart has ours as a part."""
    assert (schema.get("additionalProperties") is False) == (path != "global"), path


@pytest.mark.parametrize(
    "wrong",
    [
        {"servic": {}},
        {"service": {"clusterIp": "192.100.100.1"}},
        {"cert-manager": {"crds": {}}},
        {"webhook": {"replica": 1}},
        {"image": {"name": "x"}},
        {"registry": {"nginx": {"resources": {"limit": {}}}}},
        {"sync": {"repository": []}},
        {"cert-manager": {"install": "false"}},
        {"trustDistribution": {"enabled": 1}},
        {"mode": "readonly"},
        {"webhook": {"timeoutSeconds": 31}},
        {"webhook": {"timeoutSeconds": 0}},
        {"webhook": {"failurePolicy": "Retry"}},
        {"webhook": {"settingsFailurePolicy": "ignore"}},
        {"registry": {"serviceAccount": {"nane": "x"}}},
        {"trustAgent": {"topologySpreadConstraints": []}},
        {"pvc": {"accessModes": ["ReadOnlyMany"]}},
        {"pvc": {"accessModes": []}},
        {"injection": {"namespaceSelector": {"team": "a"}}},
        {"injection": {"excludedNamespaces": "team"}},
        {"injection": {"extraHosts": "registry.example"}},
        {"proxy": {"no": "localhost"}},
        {"networkPolicy": {"enabled": "false"}},
        {"commonLabels": {"a": 1}},
        {"global": {"imageRegistry": 1}},
        {"connectionStringSecret": {"name": "x"}},
        {"logLevel": "verbose"},
        {"logFormat": "xml"},
        {"webhook": {"replicas": 0}},
        {"sync": {"repositories": "hello"}},
        {"service": {"clusterIP": 1}},
        {"image": {"tag": 1.10}},
        {"registry": {"nginx": {"image": {"tag": 20161216}}}},
        {"image": {"tag": "la test"}},
        {"image": {"digest": "abc"}},
        {"image": {"digest": "sha256:" + "A" * 64}},
        {"registry": {"nginx": {"image": {"repository": "foo bar"}}}},
        {"registry": {"nginx": {"image": {"repository": "nginx:1.28"}}}},
        {"registry": {"nginx": {"image": {"repository": "docker.io/Library/nginx"}}}},
        {"webhook": {"resources": {"requests": {"cpu": "abc"}}}},
        {"webhook": {"resources": {"limits": {"memory": "256MB"}}}},
        {"webhook": {"resources": {"limits": {"memory": -1}}}},
        {"storage": {"existingSecret": "Not Valid"}},
        {"pvc": {"existingClaim": "Not Valid"}},
        {"pvc": {"storageClassName": "Not Valid"}},
        {"access": {"pullSecretNamespaces": ["Not_Valid"]}},
        {"access": {"pullSecretNamespaces": [""]}},
        {"injection": {"excludedNamespaces": ["team.a"]}},
        {"injection": {"namespaceSelector": {"matchLabels": {"team": "a b"}}}},
        {"proxy": {"https": "foo bar"}},
        {"proxy": {"http": "ftp://proxy.example:3128"}},
        {"metrics": {"podMonitor": {"interval": "abc"}}},
        {"metrics": {"podMonitor": {"interval": "30"}}},
        {"trustDistribution": {"startupTaint": "///"}},
        {"trustDistribution": {"rotation": {"podSeconds": 31622401}}},
        {"fullnameOverride": "My_Registry"},
        {"fullnameOverride": "1-registry"},
        {"nameOverride": "a" * 64},
        {"nameOverride": "-a"},
        {"commonLabels": {"team": "My Team!"}},
        {"commonLabels": {"a: b": "c"}},
        {"commonLabels": {"a" * 64: "c"}},
        {"commonAnnotations": {"a b": "c"}},
        {"nodeSelector": {"disk": "a/b"}},
        {"registry": {"podLabels": {"a/b/c": "d"}}},
        {"webhook": {"priorityClassName": "High"}},
        {"hooks": {"serviceAccount": {"name": "My Account"}}},
        {"clusterDomain": "Cluster.Local"},
        {"clusterDomain": ""},
        {"global": {"imageRegistry": "https://mirror.example"}},
        {"imagePullSecrets": [{"name": "My Secret"}]},
        {"storage": {"minimumFreePercent": 101}},
        {"registry": {"replicas": 1001}},
    ],
    ids=json.dumps,
)
def test_the_schema_refuses(chart: Chart, wrong: dict[str, Any]) -> None:
    result = chart.helm("template", {**DEFAULTS, **wrong})
    assert result.returncode != 0 and "values don't meet the specifications of the schema" in result.stderr


@pytest.mark.parametrize(
    "right",
    [
        {"global": {"anything": {"goes": 1}}},
        {"image": {"tag": "1.5", "digest": "sha256:" + "a" * 64}},
        {"registry": {"nginx": {"image": {"repository": "[fd00::1]:5000/nginx__a-b.c/d"}}}},
        {"registry": {"regsync": {"image": {"repository": "Mirror.example:5000/regsync"}}}},
        {"webhook": {"resources": {"requests": {"cpu": 0.5, "memory": "1e3", "hugepages-2Mi": "+1.5Gi"}}}},
        {"commonLabels": {"example.org/team": "", "a" * 63: "b" * 63, "y": "1e5"}},
        {"commonAnnotations": {"Example.org/a": "any text: {}", "on": "1"}},
        {"proxy": {"https": "http://user:p%40ss@proxy_1.example:3128", "http": "[fd00::1]:80"}},
        {"metrics": {"podMonitor": {"interval": "1m30s", "scrapeTimeout": "0"}}},
        {"trustDistribution": {"startupTaint": "registry.example/not-ready"}},
        {"fullnameOverride": "registry.a", "nameOverride": "1"},
        {"global": {"imageRegistry": "mirror.example:5000/team/"}},
        {"enabled": True, "service": {"clusterIP": "192.100.100.1", "type": "ClusterIP"}},
        {"pvc": {"storageRequest": 1000}},
        {"trustDistribution": {"skipNodeSelector": None}},
        {"certmanager": {"global": {"logLevel": 4}}},
        {"mode": "ReadWrite"},
        {"commonLabels": None, "commonAnnotations": None, "tls": None},
        {"injection": {"namespaceSelector": None, "excludedNamespaces": None, "extraHosts": None}},
        {"hooks": {"serviceAccount": {"annotations": None}}, "pvc": {"annotations": None}},
        {"registry": {"podLabels": None, "affinity": None, "podSecurityContext": None, "securityContext": None}},
        {"registry": {"regsync": {"resources": {"limits": {"memory": "1Gi", "example.org/device": 1}}}}},
    ],
    ids=json.dumps,
)
def test_the_schema_takes(any_chart: Chart, right: dict[str, Any]) -> None:
    any_chart.render({**DEFAULTS, **right})


@pytest.mark.parametrize(
    "values", [DEFAULTS, SYNCHRONIZING, {"service": {"clusterIP": "fd00::1"}}], ids=["default", "synchronizing", "ipv6"]
)
def test_kubernetes_knows_every_field(any_chart: Chart, values: dict[str, Any]) -> None:
    result = kubeconform(any_chart.render(values).text)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Invalid: 0, Errors: 0, Skipped: 0" in result.stdout


def test_kubeconform_would_say_so(chart: Chart) -> None:
    """The check is worth something only if its schemas are strict."""
    text = chart.render(DEFAULTS).text
    for wrong in (
        text.replace("  minAvailable: 1\n", "  minAvailabel: 1\n"),
        text.replace("type: ClusterIP", "type: 1"),
        text.replace("apiVersion: policy/v1\n", "apiVersion: policy/v9\n"),
    ):
        assert wrong != text and kubeconform(wrong).returncode != 0
