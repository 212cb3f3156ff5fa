"""Releases on a real API server: installed, upgraded, uninstalled and installed again, by the real helm.

Nothing runs there, so nothing is waited for and no hook is run; the end-to-end tests do both.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_server import ApiServer
from charts import DEFAULTS, DEPENDENCIES, Chart
from lib import tools

DEFINITION = "certificates.cert-manager.io"


@pytest.fixture
def server(built_tools: None, tmp_path: Path) -> Iterator[ApiServer]:
    """Provide an API server for each test.

    To empty a used one takes longer: CRDs that were deleted soon after they were made stay for minutes.
    """
    tools.ensure("kubernetes", "etcd")
    with ApiServer(tmp_path) as one:
        yield one


def helm(
    server: ApiServer,
    chart: Chart,
    command: str,
    release: str,
    namespace: str = "registry",
    values: dict[str, Any] = DEFAULTS,
) -> str:
    """Run helm; returns the error, empty if there is none. Without hooks: there is no node to run their pods."""
    extra = ["--create-namespace"] if command == "install" else []
    result = server.run(
        "helm",
        command,
        release,
        str(chart.directory),
        "--namespace",
        namespace,
        "--values=-",
        "--no-hooks",
        *extra,
        input=json.dumps(values),
        check=False,
    )
    return "" if result.returncode == 0 else result.stderr


def uninstall(server: ApiServer, release: str, namespace: str = "registry") -> None:
    server.run("helm", "uninstall", release, "--namespace", namespace, "--no-hooks")


def owner(server: ApiServer) -> str | None:
    """Return the release that cert-manager's resource definitions name as theirs."""
    return server.get("crd", DEFINITION)["metadata"].get("annotations", {}).get("meta.helm.sh/release-name")


def versions(server: ApiServer, namespace: str) -> dict[str, str]:
    """Return the resource version of every object of a release."""
    manifest = server.run("helm", "get", "manifest", "first", "--namespace", namespace).stdout
    found = json.loads(server.kubectl("get", "--filename=-", "--output=json", input=manifest).stdout)
    return {
        f"{item['kind']}/{item['metadata']['name']}": item["metadata"]["resourceVersion"] for item in found["items"]
    }


def test_an_upgrade_with_the_same_values_changes_nothing(any_chart: Chart, server: ApiServer) -> None:
    assert not helm(server, any_chart, "install", "first")
    # A controller writes this at once in a cluster; the API server only makes it up until then.
    server.kubectl(
        "patch",
        "--namespace=registry",
        "pvc/connected-registry-pvc",
        "--subresource=status",
        "--type=merge",
        '--patch={"status":{"phase":"Pending"}}',
    )
    before = versions(server, "registry")
    assert len(before) > 50
    assert not helm(server, any_chart, "upgrade", "first")
    assert versions(server, "registry") == before


def test_an_upgrade_leaves_the_controllers_caBundle(chart: Chart, server: ApiServer) -> None:
    assert not helm(server, chart, "install", "first")
    for kind, path in (("mutatingwebhookconfiguration", 0), ("validatingwebhookconfiguration", 1)):
        patch = [{"op": "add", "path": f"/webhooks/{path}/clientConfig/caBundle", "value": "TUlJQg=="}]
        server.kubectl(
            "patch",
            kind,
            "first-connected-registry-registry",
            "--type=json",
            f"--patch={json.dumps(patch)}",
            "--field-manager=connected-registry",
        )
        assert not helm(server, chart, "upgrade", "first", values={**DEFAULTS, "logLevel": "debug"})
        webhooks = server.get(kind, "first-connected-registry-registry")["webhooks"]
        assert webhooks[path]["clientConfig"]["caBundle"] == "TUlJQg=="


AGAIN = [
    *((DEPENDENCIES[0], name, namespace) for name in ("first", "second") for namespace in ("registry", "elsewhere")),
    (DEPENDENCIES[1], "second", "elsewhere"),
]


@pytest.mark.parametrize(("version", "name", "namespace"), AGAIN)
def test_it_installs_again_after_an_uninstall_under_any_name(
    charts: dict[str, Chart], server: ApiServer, version: str, name: str, namespace: str
) -> None:
    """cert-manager's definitions stay behind and still name the first release, which helm does not take over."""
    chart = charts[version]
    assert not helm(server, chart, "install", "first")
    uninstall(server, "first")
    assert owner(server) == "first"
    assert not helm(server, chart, "install", name, namespace)
    assert not helm(server, chart, "upgrade", name, namespace)
    assert owner(server) == "first"
    # helm records exactly the values that were given.
    given = json.loads(server.run("helm", "get", "values", name, "--namespace", namespace, "--output=json").stdout)
    assert given == DEFAULTS
    uninstall(server, name, namespace)
    assert owner(server) == "first"
    assert not helm(server, chart, "install", "first")


def test_a_release_keeps_its_own_definitions_at_an_upgrade(chart: Chart, server: ApiServer) -> None:
    assert not helm(server, chart, "install", "first")
    assert not helm(server, chart, "upgrade", "first", values={**DEFAULTS, "logLevel": "debug"})
    assert f"name: {DEFINITION}" in server.run("helm", "get", "manifest", "first", "--namespace", "registry").stdout


def test_definitions_of_another_version_are_handed_over_by_the_command_that_is_shown(
    charts: dict[str, Chart], server: ApiServer
) -> None:
    older, newer = (charts[version] for version in DEPENDENCIES)
    assert not helm(server, older, "install", "first")
    uninstall(server, "first")
    refusal = helm(server, newer, "install", "second", "elsewhere")
    assert "CR019 certmanager.crds.enabled" in refusal and DEPENDENCIES[0] in refusal and DEPENDENCIES[1] in refusal
    found = re.search(r"then try again: (kubectl .*) && (kubectl .*)\.\n", refusal)
    assert found
    for command in found.groups():
        server.kubectl(*command.split()[1:])
    assert not helm(server, newer, "install", "second", "elsewhere")
    definition = server.get("crd", DEFINITION)["metadata"]
    assert (owner(server), definition["labels"]["app.kubernetes.io/version"]) == ("second", DEPENDENCIES[1])


def test_definitions_that_are_not_all_there_are_not_made_do_with(chart: Chart, server: ApiServer) -> None:
    assert not helm(server, chart, "install", "first")
    uninstall(server, "first")
    server.kubectl("delete", "crd", "orders.acme.cert-manager.io")
    assert "CR019" in helm(server, chart, "install", "second")
    assert not helm(server, chart, "install", "first")


def test_definitions_that_nobody_manages_serve_as_well(chart: Chart, server: ApiServer) -> None:
    """As `kubectl apply` of cert-manager's own manifests leaves them."""
    assert not helm(server, chart, "install", "first")
    uninstall(server, "first")
    names = [item["metadata"]["name"] for item in server.get("crd")["items"]]
    server.kubectl("annotate", "crd", *names, "meta.helm.sh/release-name-", "meta.helm.sh/release-namespace-")
    server.kubectl("label", "crd", *names, "app.kubernetes.io/managed-by-")
    assert not helm(server, chart, "install", "second")


def test_a_second_cert_manager_is_refused(chart: Chart, server: ApiServer) -> None:
    assert not helm(server, chart, "install", "first")
    other = {"service": {"clusterIP": "192.100.100.2"}}
    refusal = helm(server, chart, "install", "second", "elsewhere", values=other)
    assert "CR018 cert-manager.install: the cluster has a cert-manager already, in namespace registry." in refusal
    assert not helm(
        server, chart, "install", "second", "elsewhere", values={**other, "cert-manager": {"install": False}}
    )
    # Both live side by side, and the first is upgraded as before.
    assert not helm(server, chart, "upgrade", "first")


SECOND: dict[str, Any] = {"service": {"clusterIP": "192.100.100.2"}, "cert-manager": {"install": False}}


@pytest.mark.parametrize("name", ["first", "second"])
def test_releases_in_two_namespaces_do_not_disturb_each_other(chart: Chart, server: ApiServer, name: str) -> None:
    """Whatever happens to the other one, not one object of the first is touched, same names or not."""
    assert not helm(server, chart, "install", "first")
    before = versions(server, "registry")
    assert not helm(server, chart, "install", name, "elsewhere", SECOND)
    assert not helm(server, chart, "upgrade", name, "elsewhere", {**SECOND, "logLevel": "debug"})
    assert versions(server, "registry") == before
    for kind in ("mutatingwebhookconfiguration", "validatingwebhookconfiguration"):
        ours = [item for item in server.get(kind)["items"] if "connected-registry" in item["metadata"]["name"]]
        spaces = [item["webhooks"][0]["clientConfig"]["service"]["namespace"] for item in ours]
        assert sorted(set(spaces) & {"registry", "elsewhere"}) == ["elsewhere", "registry"]
    uninstall(server, name, "elsewhere")
    assert versions(server, "registry") == before


def test_a_second_release_in_a_namespace_is_refused(chart: Chart, server: ApiServer) -> None:
    """The volume has one name for all; with a volume of its own, a release finds its place there, too."""
    assert not helm(server, chart, "install", "first")
    refusal = helm(server, chart, "install", "second", values=SECOND)
    assert "CR006 pvc.existingClaim: another release of this chart is in this namespace: first has" in refusal
    assert not helm(server, chart, "upgrade", "first")
    assert not helm(server, chart, "install", "second", values={**SECOND, "pvc": {"existingClaim": "other"}})
    uninstall(server, "second")
    uninstall(server, "first")
    assert not helm(server, chart, "install", "second", values=SECOND)
