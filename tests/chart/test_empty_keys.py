"""An empty key ("key:" or "key: null") gives what leaving it out gives, in the chart and for `check` alike."""

import json
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml
from charts import DEFAULTS, Chart
from layers import Renderer, check_all, merged
from lib import paths

VALUES = yaml.safe_load((paths.REPOSITORY / "chart" / "values.yaml").read_text())
# The chart does not have these by default.
OTHERS = ("tls.crt", "tls.key", "tls.cacrt", "tls.secret", "HttpsEnabled", "httpEnabled")
SEED = 20260405


def below(values: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return the path of each key, sections included."""
    for key, value in values.items():
        yield (*path, key)
        if isinstance(value, dict):
            yield from below(value, (*path, key))


# Inside of these, a null removes the default: see test_components.py.
REMOVING = {"podSecurityContext", "securityContext"}
PATHS = [
    *(path for path in below(VALUES) if not REMOVING.intersection(path[:-1])),
    *((key,) for key in OTHERS),
]


def with_null(path: tuple[str, ...], base: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return values in which the key is empty."""
    values: Any = None
    for key in reversed(path):
        values = {key: values}
    return merged(base or {}, values)


def given(path: tuple[str, ...]) -> dict[str, Any]:
    """Return the smallest values with an empty key; the address is the only one that must be given."""
    return with_null(path, {} if path in (("service",), ("service", "clusterIP")) else DEFAULTS)


@cache
def default(renderer: Renderer) -> str:
    """Return all objects of the smallest values."""
    (text,) = renderer.manifests([json.dumps(DEFAULTS)])
    return text


def test_each_empty_key_renders_what_the_default_renders(whole_renderer: Renderer) -> None:
    texts = [json.dumps(given(path)) for path in PATHS if path[0] != "service" or path[-1] == "type"]
    assert len(texts) > 220
    rendered = whole_renderer.manifests(texts)
    wrong = [text for text, manifest in zip(texts, rendered, strict=True) if manifest != default(whole_renderer)]
    assert not wrong, f"{len(wrong)} differ: {wrong[:5]}"


def test_an_address_that_is_empty_is_one_that_is_missing(whole_renderer: Renderer) -> None:
    for text in ("service:", "service: {clusterIP: }", "service: {clusterIP: null, type: }"):
        (verdict,) = whole_renderer.judge([text], schema=True)
        assert "CR001 service.clusterIP: it is not given" in verdict.text


def test_check_says_nothing_of_an_empty_key() -> None:
    texts = [json.dumps(given(path)) for path in PATHS]
    for text, verdict in zip(texts, check_all(texts), strict=True):
        assert verdict.ids() == (set() if "192.100" in text and '"service": null' not in text else {"CR001"}), text


def test_many_empty_keys_at_once(whole_renderer: Renderer) -> None:
    source = random.Random(SEED)
    texts = []
    for _ in range(200):
        values: dict[str, Any] = {}
        for path in source.sample([path for path in PATHS if path[0] != "service"], 8):
            values = merged(with_null(path), values) if source.randrange(2) else merged(values, with_null(path))
        texts.append(json.dumps(merged(values, DEFAULTS)))
    assert set(whole_renderer.manifests(texts)) == {default(whole_renderer)}
    assert all(verdict.passes and not verdict.warnings for verdict in check_all(texts))


def test_nulls_inside_of_what_is_given_are_left_out(whole_renderer: Renderer) -> None:
    """Where there is no default, nothing stands in the place of the null."""
    repository = {"name": "app", "tags": {"allow": None, "deny": ["v1"]}}
    nulls = {
        "commonLabels": {"team": "a", "empty": None},
        "registry": {"podAnnotations": {"a": None}, "affinity": {"nodeAffinity": None}},
        "sync": {"repositories": [repository, {"name": "web", "tags": None}]},
        "connectionStringSecret": "parent",
    }
    plain = {
        "commonLabels": {"team": "a"},
        "sync": {"repositories": [{"name": "app", "tags": {"deny": ["v1"]}}, {"name": "web"}]},
        "connectionStringSecret": "parent",
    }
    texts = [json.dumps(merged(DEFAULTS, values)) for values in (nulls, plain)]
    one, other = whole_renderer.manifests(texts)
    assert one == other
    assert all(verdict.passes for verdict in check_all(texts))


def test_a_null_in_a_later_file_and_on_the_command_line(chart: Chart) -> None:
    """helm puts files and arguments together before it looks at the chart's defaults."""
    changed = merged(DEFAULTS, {"mode": "ReadWrite", "webhook": {"replicas": 3}})
    rendered = chart.render(changed, "--set", "mode=null,webhook=null")
    assert rendered.text == chart.render(DEFAULTS).text


# Newer releases of cert-manager's chart refuse a null here by themselves, and say so.
REFUSED = [("certmanager", "nameOverride"), ("certmanager", "startupapicheck")]
CERT_MANAGER = [
    path
    for path in PATHS
    if path not in REFUSED and (path[0] in ("certmanager", "cert-manager") or path == ("global",))
]


@pytest.mark.parametrize("path", CERT_MANAGER, ids=".".join)
def test_cert_manager_gets_the_charts_values_for_empty_keys(any_chart: Chart, path: tuple[str, ...]) -> None:
    """The dependency has other defaults for the same keys, which helm would take."""
    assert any_chart.render(with_null(path, DEFAULTS)).text == any_chart.render(DEFAULTS).text
