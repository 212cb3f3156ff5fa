"""cert-manager as a dependency: found under its alias, switched by its condition, the same however it was packaged."""

import hashlib
import shutil
from pathlib import Path

import pytest
from charts import DEFAULTS, DEPENDENCIES, Chart, Rendered, package_dependency

DEFINITIONS = {
    "certificaterequests.cert-manager.io",
    "certificates.cert-manager.io",
    "challenges.acme.cert-manager.io",
    "clusterissuers.cert-manager.io",
    "issuers.cert-manager.io",
    "orders.acme.cert-manager.io",
}


def cert_managers_deployments(rendered: Rendered) -> set[str]:
    return {name for name in rendered.names("Deployment") if "cert-manager" in name}


def test_it_comes_by_default_under_names_that_say_what_it_is(any_chart: Chart) -> None:
    rendered = any_chart.render(DEFAULTS)
    name = "connected-registry-cert-manager"
    assert cert_managers_deployments(rendered) == {name, f"{name}-cainjector", f"{name}-webhook"}
    assert not [item for item in rendered.objects if "certmanager" in item["metadata"]["name"]]


def test_the_chart_is_a_dependency_with_a_condition(chart: Chart, tmp_path: Path) -> None:
    """The commonest way to have a chart in one's own: condition: connected-registry.enabled."""
    umbrella = tmp_path / "umbrella"
    shutil.copytree(chart.directory, umbrella / "charts" / "connected-registry")
    version = next(
        line.partition(":")[2].strip()
        for line in (chart.directory / "Chart.yaml").read_text().splitlines()
        if line.startswith("version:")
    )
    (umbrella / "Chart.yaml").write_text(
        "apiVersion: v2\nname: umbrella\nversion: 0.1.0\ndependencies:\n- name: connected-registry\n"
        f"  version: {version}\n  condition: connected-registry.enabled\n"
    )
    whole = Chart(umbrella)
    names = whole.render({"connected-registry": {**DEFAULTS, "enabled": True}}).names("Deployment")
    assert "connected-registry" in names and len(names) > 3
    assert whole.render({"connected-registry": {**DEFAULTS, "enabled": None}}).names("Deployment") == names
    assert whole.render({"connected-registry": {**DEFAULTS, "enabled": False}}).objects == []


def test_its_resource_definitions_come_and_stay(any_chart: Chart) -> None:
    definitions = any_chart.render(DEFAULTS).kind("CustomResourceDefinition")
    assert {one["metadata"]["name"] for one in definitions} == DEFINITIONS
    for one in definitions:
        assert one["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


@pytest.mark.parametrize(
    ("crds", "count", "kept"),
    [
        ({"enabled": False}, 0, 0),
        ({"enabled": True, "keep": False}, 6, 0),
        ({}, 6, 6),
    ],
)
def test_its_resource_definitions_obey_its_values(
    any_chart: Chart, crds: dict[str, bool], count: int, kept: int
) -> None:
    definitions = any_chart.render({**DEFAULTS, "certmanager": {"crds": crds}}).kind("CustomResourceDefinition")
    keeping = [one for one in definitions if "annotations" in one["metadata"]]
    assert (len(definitions), len(keeping)) == (count, kept)


def test_nothing_of_it_hooks_into_the_installation(any_chart: Chart) -> None:
    """A hook that waits for its API makes helm fail where a node is slow."""
    rendered = any_chart.render(DEFAULTS)
    ours = rendered.ours()
    for item in [item for item in rendered.objects if item not in ours]:
        hook = item["metadata"].get("annotations", {}).get("helm.sh/hook", "")
        assert "install" not in hook and "upgrade" not in hook, item["metadata"]["name"]


@pytest.mark.parametrize("values", [{"install": False}, {"install": False, "enabled": True}])
def test_a_preinstalled_one_is_left_alone(any_chart: Chart, values: dict[str, bool]) -> None:
    rendered = any_chart.render({**DEFAULTS, "cert-manager": values})
    assert not cert_managers_deployments(rendered) and not rendered.kind("CustomResourceDefinition")
    assert rendered.objects == rendered.ours()
    # The controller still needs it: rights to its Issuers and Certificates.
    rules = rendered.get("Role", "connected-registry-controller")["rules"]
    assert any(rule["apiGroups"] == ["cert-manager.io"] for rule in rules)
    assert "uninstall-after" not in rendered.text


def test_the_last_hook_names_the_secret_that_its_webhook_makes(any_chart: Chart) -> None:
    """cert-manager's own Deployment says which one that is."""
    for changes in ({}, {"nameOverride": "cm"}, {"fullnameOverride": "issuer"}):
        rendered = any_chart.render({**DEFAULTS, "certmanager": changes})
        (job,) = [item for item in rendered.kind("Job") if item["metadata"]["name"].endswith("-after")]
        (named,) = [
            word.partition("=")[2]
            for word in job["spec"]["template"]["spec"]["containers"][0]["args"]
            if word.startswith("--cert-manager-webhook-secret=")
        ]
        assert f"--dynamic-serving-ca-secret-name={named}" in rendered.text
        role = rendered.get("Role", "connected-registry-uninstall")
        assert any(named in rule.get("resourceNames", []) and "delete" in rule["verbs"] for rule in role["rules"])


def test_the_last_hook_may_delete_the_leases_of_its_leaders_and_no_others(any_chart: Chart) -> None:
    """The Leases are where cert-manager's own Role allows them, and held by pods with its own names."""
    for changes in ({}, {"fullnameOverride": "issuer", "global": {"leaderElection": {"namespace": "leaders"}}}):
        rendered = any_chart.render({**DEFAULTS, "certmanager": changes})
        (job,) = [item for item in rendered.kind("Job") if item["metadata"]["name"].endswith("-after")]
        arguments = dict(
            word.split("=", 1) for word in job["spec"]["template"]["spec"]["containers"][0]["args"] if "=" in word
        )
        electing = {
            role["metadata"]["namespace"]: {name for rule in role["rules"] for name in rule.get("resourceNames", [])}
            for role in rendered.kind("Role")
            if role["metadata"]["name"].endswith(":leaderelection")
            and "controller" in "".join(name for rule in role["rules"] for name in rule.get("resourceNames", []))
        }
        ours = rendered.get("Role", "connected-registry-uninstall-leases-registry")
        assert {ours["metadata"]["namespace"]} == set(electing) == {arguments["--cert-manager-leader-namespace"]}
        for names in electing.values():
            assert names <= {name for rule in ours["rules"] for name in rule["resourceNames"]}
        deployments = rendered.names("Deployment") - {item["metadata"]["name"] for item in rendered.ours()}
        assert len(deployments) == 3
        assert all(name.startswith(arguments["--cert-manager"]) for name in deployments)


@pytest.mark.parametrize("version", DEPENDENCIES)
def test_its_version_is_in_the_declared_range(charts: dict[str, Chart], version: str) -> None:
    """Helm ignores alias and condition, silently, where it is not: then both of these would be wrong."""
    chart = charts[version]
    assert not cert_managers_deployments(chart.render({**DEFAULTS, "cert-manager": {"install": False}}))
    assert "/charts/certmanager/" in chart.render(DEFAULTS).text


@pytest.mark.parametrize("version", ["v1.10.2", "v2.0.0", "v1.22.0-alpha.0"])
def test_a_version_outside_the_range_is_not_taken_for_it(chart: Chart, tmp_path: Path, version: str) -> None:
    """The range decides: the newest package is taken from a repository, but no alpha and nothing incompatible."""
    copy = chart.changed(tmp_path / "chart")
    (package,) = (copy.directory / "charts").glob("*.tgz")
    shutil.unpack_archive(package, copy.directory / "charts")
    package.unlink()
    inner = copy.directory / "charts" / "cert-manager" / "Chart.yaml"
    inner.write_text(inner.read_text().replace("v1.11.5", version))
    assert "/charts/certmanager/" not in copy.helm("template", DEFAULTS).stdout


def test_a_missing_package_is_an_error(chart: Chart, tmp_path: Path) -> None:
    copy = chart.changed(tmp_path / "chart")
    for package in (copy.directory / "charts").iterdir():
        package.unlink()
    assert "missing in charts/ directory: cert-manager" in copy.helm("template", DEFAULTS).stderr


@pytest.mark.parametrize("version", DEPENDENCIES)
def test_packaging_gives_the_same_bytes_and_replaces_other_versions(version: str, tmp_path: Path) -> None:
    (tmp_path / "cert-manager-v1.0.0.tgz").touch()
    first, second = (package_dependency(version, tmp_path).read_bytes() for _ in range(2))
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()
    # Nor does it hold the time at which it was made, which two quick runs have in common.
    assert first[4:8] == bytes(4)
    assert [path.name for path in tmp_path.iterdir()] == [f"cert-manager-{version}.tgz"]
