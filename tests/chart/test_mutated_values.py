"""`check` against helm on sets of values: whatever passes `check`, helm renders; the rest differs for a reason.

Here the values are right YAML and wrong otherwise: at some keys of valid values stands something else. All templates
are rendered, by helm's own code, with the schema. CONNECTED_REGISTRY_VALUES_SETS sets the number of sets.
"""

import copy
import json
import os
import random
from collections import Counter
from typing import Any

import yaml
from charts import CERTIFICATE, CONNECTION
from layers import Renderer, Verdict, check_all, merged
from lib import examples, paths
from material import Material

SETS = int(os.environ.get("CONNECTED_REGISTRY_VALUES_SETS", "2000"))
SEED = 20260601
VALUES = yaml.safe_load((paths.REPOSITORY / "chart" / "values.yaml").read_text())
SCHEMA = json.loads((paths.REPOSITORY / "chart" / "values.schema.json").read_text())

# Any value may stand at any key.
WORDS: tuple[Any, ...] = (
    None, "", " ", "a", "A_b", "a b", "a: b", "{{ .Values }}", "é", "\u2603", "x" * 64, "x" * 254, "-", "a.b/c-d_e",
    "1.10",
    "null", "true", "10.0.0.1", "fd00::1", "https://a.example/b", "a.example:443", "100m", "256Mi", "1e3", "* * * * *",
    "@daily", "3h", "PT4H", "\t", "line\nbreak", "'", '"', "%", "*", "&a", "!!int 1", "#", "|", "contoso.azurecr.io/a",
    0, 1, 2, -1, 31, 65536, 1.5, 1e6, 1e21, 1e30, 9007199254740993, True, False,
    [], {}, [None], [""], ["a"], [1], ["a", "a"], [{}], [{"name": "a"}], [{"name": None}], {"a": None}, {"a": "b"},
    {"a": 1}, {"a b": "c"}, {"a": {"b": "c"}}, {"a": []}, "ReadWrite", "azure", "s3", "Fail", "json", "NodePort",
)  # fmt: skip

# What `check` alone refuses: the rule, and why a template cannot.
STRICTER = {
    "CR013": "whether tls.crt holds the whole chain is in the certificates, which a template cannot read",
    "CR030": "a template sees the frame of PEM, and not whether it holds a certificate",
    "CR031": "a template cannot compare a key with a certificate",
    "CR032": "a template cannot read the names in a certificate",
    "CR033": "a template cannot read when a certificate ends, and has no clock in `helm template`",
    "CR034": "a template cannot verify a chain",
    "CR035": "a template cannot read whether a certificate is a CA",
    "CR036": "a template cannot read the kind of a key",
    "CR037": "a template sees only some forms of encryption",
    "CR047": "a template sees the frame of PEM, and not whether it holds a certificate",
}


def paths_of(schema: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the path of each key that the schema names."""
    if "$ref" in schema:
        schema = SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]]
    found: list[tuple[str, ...]] = []
    for key, below in schema.get("properties", {}).items():
        found.append((key,))
        found += [(key, *path) for path in paths_of(below)]
    return found


def paths_below(values: dict[str, Any]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for key, value in values.items():
        found.append((key,))
        if isinstance(value, dict):
            found += [(key, *path) for path in paths_below(value)]
    return found


def valid_sets(material: Material) -> list[dict[str, Any]]:
    """Return the examples, and values that use most of the templates."""
    address = {"service": {"clusterIP": "192.100.100.1"}}
    off = {"cert-manager": {"install": False, "enabled": False}}
    own = {"crt": material.value("good.crt"), "key": material.value("good.key"), "cacrt": material.value("good.ca")}
    many = {
        "connectionString": CONNECTION,
        "parent": {"caBundle": CERTIFICATE, "pullThrough": True},
        "sync": {
            "repositories": ["hello", {"name": "app", "tags": {"allow": ["v1"]}}],
            "window": "3h",
            "retain": "P7D",
        },
        "proxy": {"https": "http://proxy.example:3128", "noProxy": "a.example"},
        "access": {"username": "a", "password": "b", "pullSecretNamespaces": ["apps"], "injectPullSecret": True},
        "networkPolicy": {"enabled": True},
        "metrics": {"podMonitor": {"enabled": True, "interval": "30s"}},
        "trustDistribution": {"startupTaint": "a.example/b", "restart": True, "runtimes": ["k3s"]},
        "garbageCollection": {"schedule": "@weekly"},
        "global": {"imageRegistry": "mirror.example/team", "imagePullSecrets": [{"name": "pull"}]},
        "commonLabels": {"team": "edge"},
    }
    return [
        *(yaml.safe_load(file.read_text()) for file in examples.files()),
        address,
        merged(address, {**off, "tls": own}),
        merged(address, {**off, "httpsEnabled": False}),
        merged(address, many),
        merged(address, {"registry": {"engine": "azure"}, "connectionStringSecret": "parent"}),
        merged(address, {"registry": {"replicas": 2}, "storage": {"driver": "s3", "parameters": {"bucket": "b"}}}),
    ]


def put(values: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set the key; what stands above it and is no map becomes one."""
    for key in path[:-1]:
        below = values.get(key)
        if not isinstance(below, dict):
            values[key] = below = {}
        values = below
    values[path[-1]] = copy.deepcopy(value)


def mutated_sets(material: Material) -> list[str]:
    """Return the texts of values files: valid values with one to three keys changed."""
    source = random.Random(SEED)
    valid = valid_sets(material)
    keys = sorted({*paths_of(SCHEMA), *paths_below(VALUES)})
    texts = []
    for _ in range(SETS):
        values = copy.deepcopy(source.choice(valid))
        for _ in range(source.choice((1, 1, 1, 2, 3))):
            path = source.choice(keys)
            if source.randrange(12) == 0:
                path = (*path[:-1], source.choice((path[-1].swapcase(), path[-1] + "s", "a b", "1")))
            put(values, path, source.choice(WORDS))
        texts.append(json.dumps(values, ensure_ascii=False))
    return texts


def test_what_check_passes_helm_renders(whole_renderer: Renderer, material: Material) -> None:
    texts = mutated_sets(material)
    pairs = list(zip(texts, whole_renderer.judge(texts, schema=True), check_all(texts), strict=True))
    silent = [f"{helm.text[:400]}\n--- of ---\n{text}" for text, helm, ours in pairs if ours.passes and not helm.passes]
    assert not silent, f"{len(silent)} of {SETS} pass silently:\n" + "\n=======\n".join(silent[:5])
    alone = [(text, ours) for text, helm, ours in pairs if helm.passes and not ours.passes]
    unexplained = [f"{ours.text[:400]}\n--- of ---\n{text}" for text, ours in alone if not explained(ours)]
    assert not unexplained, f"{len(unexplained)} are refused by check alone:\n" + "\n=======\n".join(unexplained[:5])
    counts = Counter(helm.passes for _, helm, _ in pairs)
    assert min(counts[True], counts[False]) > SETS / 10, counts


def explained(verdict: Verdict) -> bool:
    """Report whether each error is of a kind that only `check` can find."""
    return bool(verdict.errors) and all(line.split()[0].rstrip(":") in STRICTER for line in verdict.errors)
