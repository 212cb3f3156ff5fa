"""Names of images: tag, digest, a registry of the user's own for all of them, cert-manager's included."""

import re
from typing import Any

import pytest
from charts import DEFAULTS, DEPENDENCIES, SYNCHRONIZING, Chart, Rendered
from test_pods import containers

OURS = {
    "connected-registry/connected-registry:0.1.0",
    "nginxinc/nginx-unprivileged:1.28.0-alpine",
    "library/registry:3.1.2",
    "regclient/regsync:v0.11.7",
}


def images(rendered: Rendered) -> set[str]:
    """All images of our pods."""
    return {one["image"] for template in rendered.pods().values() for one in containers(template)}


def cert_managers(rendered: Rendered) -> set[str]:
    """All images that cert-manager's chart names, the one in an argument included."""
    others = [
        item for item in rendered.objects if item not in rendered.ours() and item["kind"] in ("Deployment", "Job")
    ]
    pods = [item["spec"]["template"]["spec"] for item in others]
    found = {one["image"] for pod in pods for one in pod["containers"]}
    return found | set(re.findall(r"--acme-http01-solver-image=(\S+)", rendered.text))


def test_a_digest_pins_an_image(chart: Chart) -> None:
    digest = "sha256:" + "0" * 64
    values = {**SYNCHRONIZING, "image": {"digest": digest}, "registry": {"nginx": {"image": {"digest": digest}}}}
    assert images(chart.render(values)) == {
        f"ghcr.io/connected-registry/connected-registry:0.1.0@{digest}",
        f"docker.io/nginxinc/nginx-unprivileged:1.28.0-alpine@{digest}",
        "docker.io/library/registry:3.1.2",
        "ghcr.io/regclient/regsync:v0.11.7",
    }


def test_a_tag_and_a_pull_policy_of_ones_own_are_taken(chart: Chart) -> None:
    values = {**DEFAULTS, "image": {"repository": "mine.example/cr", "tag": "1.5", "pullPolicy": "Always"}}
    pod = chart.render(values).pods()["Deployment/connected-registry-webhook"]
    (container,) = pod["spec"]["containers"]
    assert (container["image"], container["imagePullPolicy"]) == ("mine.example/cr:1.5", "Always")


@pytest.mark.parametrize("registry", ["mirror.example", "mirror.example:5000/proxy", "mirror.example/"])
def test_one_registry_serves_for_all_images(any_chart: Chart, registry: str) -> None:
    values = {
        **SYNCHRONIZING,
        "global": {"imageRegistry": registry},
        "certmanager": {"startupapicheck": {"enabled": True}},
    }
    rendered = any_chart.render(values)
    host = registry.rstrip("/")
    assert images(rendered) == {f"{host}/{image}" for image in OURS}
    found = cert_managers(rendered)
    assert len(found) == 5
    assert all(image.startswith(f"{host}/jetstack/cert-manager-") for image in found), found


@pytest.mark.parametrize(
    ("repository", "moved"),
    [
        ("quay.io/team/app", "mirror.example/team/app"),
        ("team/app", "mirror.example/team/app"),
        ("app", "mirror.example/app"),
        ("localhost/team/app", "mirror.example/team/app"),
        ("host:5000/app", "mirror.example/app"),
    ],
)
def test_the_registry_takes_the_place_of_a_host_and_of_nothing_else(
    any_chart: Chart, repository: str, moved: str
) -> None:
    values = {
        **DEFAULTS,
        "global": {"imageRegistry": "mirror.example"},
        "image": {"repository": repository},
        "certmanager": {"image": {"repository": repository, "tag": "1"}},
    }
    rendered = any_chart.render(values)
    assert f"{moved}:0.1.0" in images(rendered)
    assert f"{moved}:1" in cert_managers(rendered)


def test_cert_managers_own_keys_still_work_without_it(any_chart: Chart) -> None:
    values = {**DEFAULTS, "certmanager": {"image": {"registry": "mine.example", "repository": "a/b", "tag": "1"}}}
    assert "mine.example/a/b:1" in cert_managers(any_chart.render(values))


def pull_secrets(rendered: Rendered) -> dict[str, list[str]]:
    """Return the pull secrets of cert-manager's pods and accounts, by name: each version puts them elsewhere."""
    found: dict[str, list[str]] = {}
    for item in rendered.objects:
        if item not in rendered.ours() and item["kind"] in ("Deployment", "ServiceAccount"):
            spec = item["spec"]["template"]["spec"] if item["kind"] == "Deployment" else item
            name = item["metadata"]["name"]
            found[name] = found.get(name, []) + [one["name"] for one in spec.get("imagePullSecrets", [])]
    return found


def test_pull_secrets_reach_every_pod(any_chart: Chart) -> None:
    values: dict[str, Any] = {
        **SYNCHRONIZING,
        "imagePullSecrets": [{"name": "pull"}, {"name": "both"}],
        "global": {"imagePullSecrets": [{"name": "both"}, {"name": "all"}]},
    }
    rendered = any_chart.render(values)
    for name, template in rendered.pods().items():
        assert template["spec"]["imagePullSecrets"] == [{"name": "pull"}, {"name": "both"}, {"name": "all"}], name
    found = pull_secrets(rendered)
    assert len(found) == 3
    assert all({"both", "all"} <= set(names) and "pull" not in names for names in found.values()), found


@pytest.mark.parametrize("version", DEPENDENCIES)
def test_our_default_does_not_take_cert_managers_own_pull_secrets_away(charts: dict[str, Chart], version: str) -> None:
    """A key under global overrides the dependency's own key, even with an empty list."""
    values = {**DEFAULTS, "certmanager": {"global": {"imagePullSecrets": [{"name": "inner"}]}}}
    assert all("inner" in names for names in pull_secrets(charts[version].render(values)).values())
