"""The chart renders everything that a user relies on."""

import copy
import re
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
import yaml
from charts import ADDRESS, DEFAULTS, PASSWORD, SYNCHRONIZING, Chart, Rendered
from lib import paths

GOLDEN = paths.REPOSITORY / "tests" / "golden" / "chart" / "default.yaml"


def test_the_default_installation_is_as_in_the_golden_file(chart: Chart, request: pytest.FixtureRequest) -> None:
    """Any change of what a plain installation gets is seen in review. --update-golden takes the change over."""
    ours = [
        part for part in chart.render(SYNCHRONIZING).text.split("---\n") if "/charts/" not in part.partition("\n")[0]
    ]
    text = "---\n".join(ours)
    if request.config.getoption("--update-golden"):
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text(), (
        "rendered otherwise than before; if that is meant: pytest tests/chart --update-golden"
    )


@pytest.mark.parametrize("namespace", ["123", "1e5", "0x10", "true", "null", "y"])
def test_a_namespaces_name_stays_a_text(chart: Chart, namespace: str) -> None:
    """Preview environments are named after commits: a name may look like a number to YAML."""
    rendered = chart.render(SYNCHRONIZING, namespace=namespace)
    text = rendered.text
    # `helm install` reads YAML 1.1, as PyYAML does.
    objects = [one for one in yaml.safe_load_all(text) if one]
    places = {
        place
        for one in objects
        if "connected-registry.io/name" in one["metadata"].get("labels", {})
        for place in (one["metadata"].get("namespace"), *(each.get("namespace") for each in one.get("subjects", [])))
    }
    assert places <= {namespace, None, "kube-system"} and namespace in places


def test_keys_of_labels_stay_texts(chart: Chart) -> None:
    labels = {"y": "a", "1e5": "b", "true": "c"}
    values = {**DEFAULTS, "commonLabels": labels, "commonAnnotations": {"on": "d", "null": "e"}}
    text = chart.render(values).text
    for one in yaml.safe_load_all(text):
        if one and "connected-registry.io/name" in one["metadata"].get("labels", {}):
            assert labels.items() <= one["metadata"]["labels"].items()
            assert {"on": "d", "null": "e"}.items() <= one["metadata"]["annotations"].items()


@pytest.mark.parametrize("name", ["true", "on", "null"])
def test_a_name_for_all_objects_stays_a_text(chart: Chart, name: str) -> None:
    text = chart.render({**SYNCHRONIZING, "fullnameOverride": name}).text
    for one in yaml.safe_load_all(text):
        if one and "connected-registry.io/name" in one["metadata"].get("labels", {}):
            assert isinstance(one["metadata"]["name"], str)


def test_the_same_values_give_the_same_bytes(any_chart: Chart) -> None:
    assert any_chart.render(SYNCHRONIZING).text == any_chart.render(copy.deepcopy(SYNCHRONIZING)).text


def test_the_local_clusters_values_change_only_images(chart: Chart) -> None:
    plain, local = (
        chart.render(DEFAULTS),
        chart.render(DEFAULTS, "--values", str(paths.REPOSITORY / "hack/local-values.yaml")),
    )
    image = re.compile(r'image: ".*"')
    assert image.sub("", plain.text) == image.sub("", local.text)
    assert "localhost/connected-registry/nginx:1.22.1" in local.text


def test_the_service_has_the_fixed_address(chart: Chart) -> None:
    spec = chart.render(DEFAULTS).get("Service", "connected-registry")["spec"]
    assert (spec["clusterIP"], spec["ipFamilies"], spec["ipFamilyPolicy"]) == (ADDRESS, ["IPv4"], "SingleStack")
    assert [(port["port"], port["targetPort"]) for port in spec["ports"]] == [(443, "https")]


def test_the_volume_has_its_well_known_name_and_class(chart: Chart) -> None:
    claim = chart.render(DEFAULTS).get("PersistentVolumeClaim", "connected-registry-pvc")
    assert claim["spec"]["resources"]["requests"]["storage"] == "500Gi"
    # Not even an empty one: that would mean "no class", not "the default class".
    assert "storageClassName" not in claim["spec"]
    given = {**DEFAULTS, "pvc": {"storageClassName": "fast", "storageRequest": "1Gi"}}
    claim = chart.render(given).get("PersistentVolumeClaim", "connected-registry-pvc")
    assert (claim["spec"]["storageClassName"], claim["spec"]["resources"]["requests"]["storage"]) == ("fast", "1Gi")


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ("192.100.100.1", ["192.100.100.1"]),
        ("fd00::1", ["[fd00::1]"]),
        ("FD00:0:0:0:1:0:0:1", ["[fd00::1:0:0:1]"]),
        ("1:0:0:2:0:0:3:4", ["[1::2:0:0:3:4]"]),
    ],
)
def test_every_name_of_the_registry_reaches_the_webhook(chart: Chart, given: str, hosts: list[str]) -> None:
    values = {"service": {"clusterIP": given}, "clusterDomain": "example.org"}
    (webhook,) = chart.render(values).get("MutatingWebhookConfiguration", "connected-registry-registry")["webhooks"]
    uses = webhook["matchConditions"][-1]["expression"]
    names = [
        "connected-registry.registry",
        "connected-registry.registry.svc",
        "connected-registry.registry.svc.example.org",
    ]
    wanted = {f"{host}{port}/" for host in [*hosts, *names] for port in ("", ":443")}
    lists = re.findall(r"\[('[^']+/'(?:, '[^']+/')*)\]\.exists", uses)
    assert [set(re.findall(r"'(.*?)'", one)) for one in lists] == [wanted] * 3


def test_an_ipv6_address_is_served_in_one_spelling(chart: Chart) -> None:
    rendered = chart.render({"service": {"clusterIP": "FD00:0:0::1"}})
    spec = rendered.get("Service", "connected-registry")["spec"]
    assert (spec["clusterIP"], spec["ipFamilies"]) == ("fd00::1", ["IPv6"])
    assert "listen [::]:8443 ssl;" in rendered.get("ConfigMap", "connected-registry-registry")["data"]["nginx.conf"]
    assert "--address=fd00::1" in rendered.pods()["Deployment/connected-registry"]["spec"]["containers"][0]["args"]


def test_nginx_asks_for_ipv6_only_where_the_address_is(chart: Chart) -> None:
    assert "[::]" not in chart.render(DEFAULTS).get("ConfigMap", "connected-registry-registry")["data"]["nginx.conf"]


def test_no_caBundle_is_rendered(chart: Chart) -> None:
    """An upgrade would take the controller's away."""
    assert "caBundle:" not in "".join(
        yaml.safe_dump(item) for item in chart.render(DEFAULTS).ours() if item["kind"].endswith("WebhookConfiguration")
    )


def test_settings_are_validated_closed_and_their_deletion_open(chart: Chart) -> None:
    webhooks = chart.render(DEFAULTS).get("ValidatingWebhookConfiguration", "connected-registry-registry")["webhooks"]
    assert [(one["name"], one["failurePolicy"], [rule["operations"] for rule in one["rules"]]) for one in webhooks] == [
        ("settings.connected-registry.io", "Fail", [["CREATE", "UPDATE"]]),
        ("settings-delete.connected-registry.io", "Ignore", [["DELETE"]]),
        ("tls.connected-registry.io", "Fail", [["CREATE", "UPDATE"]]),
        ("tls-delete.connected-registry.io", "Ignore", [["DELETE"]]),
    ]
    for one in webhooks:
        assert one["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "registry"}
    for one, given in zip(webhooks[:2], ("object", "oldObject"), strict=True):
        assert "objectSelector" not in one, "a label could be taken off"
        expressions = [condition["expression"] for condition in one["matchConditions"]]
        assert f"{given}.metadata.name == 'connected-registry-settings'" in expressions


@pytest.mark.parametrize(
    ("values", "secrets"),
    [
        ({}, ["connected-registry-active-tls"]),
        (
            {"cert-manager": {"install": False, "enabled": False}, "tls": {"secret": "k8secret"}},
            ["connected-registry-active-tls", "k8secret"],
        ),
    ],
    ids=["cert-manager", "tls.secret"],
)
def test_secrets_with_the_certificate_are_judged_by_name_unless_the_controller_writes_them(
    chart: Chart, values: dict[str, Any], secrets: list[str]
) -> None:
    rendered = chart.render({**DEFAULTS, **values})
    configuration = rendered.get("ValidatingWebhookConfiguration", "connected-registry-registry")
    changed, deleted = configuration["webhooks"][2:]
    conditions = {one["name"]: one["expression"] for one in changed["matchConditions"]}
    names = ", ".join(f"'{name}'" for name in secrets)
    assert conditions["is-the-registrys-certificate"] == f"object.metadata.name in [{names}]"
    account = "system:serviceaccount:registry:connected-registry-controller"
    assert conditions["is-not-written-by-the-controller"] == f"request.userInfo.username != '{account}'"
    (condition,) = deleted["matchConditions"]
    assert condition["expression"] == f"oldObject.metadata.name in [{names}]"


def test_the_password_stands_in_secrets_only(chart: Chart) -> None:
    rendered = chart.render(SYNCHRONIZING)
    holding = set()
    for item in rendered.objects:
        text = yaml.safe_dump(item)
        if item["kind"] == "Secret":
            text += "".join(b64decode(value).decode() for value in item.get("data", {}).values())
        if PASSWORD in text or b64encode(PASSWORD.encode()).decode() in text:
            holding.add((item["kind"], item["metadata"]["name"]))
    # The hook's goes with the hook.
    names = {"connected-registry-parent", "connected-registry-preflight", "connected-registry-settings"}
    assert holding == {("Secret", name) for name in names}
    assert PASSWORD not in chart.notes(SYNCHRONIZING)


def test_selectors_find_their_pods_and_no_others(chart: Chart) -> None:
    rendered = chart.render(SYNCHRONIZING)
    labels = {name: template["metadata"]["labels"] for name, template in rendered.pods().items()}

    def found(selector: dict[str, str]) -> list[str]:
        return [name for name, have in labels.items() if selector.items() <= have.items()]

    assert found(rendered.get("Service", "connected-registry")["spec"]["selector"]) == ["Deployment/connected-registry"]
    for kind in ("Service", "Deployment", "PodDisruptionBudget"):
        selector = rendered.get(kind, "connected-registry-webhook")["spec"]["selector"]
        assert found(selector.get("matchLabels", selector)) == ["Deployment/connected-registry-webhook"]


def test_selectors_stay_when_the_chart_or_its_label_changes(chart: Chart, tmp_path: Path) -> None:
    """They cannot be changed in the cluster."""
    newer = chart.changed(
        tmp_path / "newer", Chart_yaml=(chart.directory / "Chart.yaml").read_text().replace("0.1.0", "9.9.9")
    )

    def selectors(of: Chart, values: dict[str, Any]) -> list[Any]:
        return [
            item["spec"]["selector"] for item in of.render(values).ours() if item["kind"] in ("Deployment", "DaemonSet")
        ]

    assert selectors(chart, DEFAULTS) == selectors(newer, DEFAULTS)
    named = {**DEFAULTS, "fullnameOverride": "connected-registry"}
    assert selectors(chart, named) == selectors(chart, {**named, "nameOverride": "other"})


@pytest.mark.parametrize(
    ("release", "values", "name"),
    [
        ("connected-registry", {}, "connected-registry"),
        ("my-connected-registry", {}, "my-connected-registry"),
        ("edge", {}, "edge-connected-registry"),
        ("edge.one", {}, "edge-one-connected-registry"),
        ("edge", {"nameOverride": "registry"}, "edge-registry"),
        ("edge", {"fullnameOverride": "hub"}, "hub"),
        ("a" * 45, {}, "a" * 40),
        ("a" * 39 + "-b", {}, "a" * 39),
    ],
)
def test_names_follow_the_release(chart: Chart, release: str, values: dict[str, Any], name: str) -> None:
    rendered = chart.render({**DEFAULTS, **values}, release=release)
    secrets = {item["metadata"]["name"] for item in rendered.ours() if item["kind"] == "Secret"}
    assert secrets == {f"{name}-settings", f"{name}-preflight"}
    for item in rendered.ours():
        assert item["metadata"]["name"].startswith(name) or item["kind"] == "PersistentVolumeClaim"
        # Objects with rules and without pods or Services may have longer names.
        assert len(item["metadata"]["name"]) <= 63 or "Role" in item["kind"]


def test_two_releases_share_no_cluster_scoped_name(chart: Chart) -> None:
    without_cert_manager = {**DEFAULTS, "cert-manager": {"install": False}}

    def cluster_scoped(**where: str) -> set[tuple[str, str]]:
        return {
            (item["kind"], item["metadata"]["name"])
            for item in chart.render(without_cert_manager, **where).ours()
            if "namespace" not in item["metadata"]
        }

    one, two, three = cluster_scoped(), cluster_scoped(namespace="other"), cluster_scoped(release="edge")
    assert one and not one & two and not one & three


@pytest.mark.parametrize(
    ("install", "jobs"),
    [
        (True, {"connected-registry-uninstall": "pre-delete", "connected-registry-uninstall-after": "post-delete"}),
        (False, {"connected-registry-uninstall": "pre-delete"}),
    ],
)
def test_uninstall_hooks_bring_and_take_away_all_they_need(chart: Chart, install: bool, jobs: dict[str, str]) -> None:
    rendered = chart.render({**DEFAULTS, "cert-manager": {"install": install}})
    hooks = _hooks(rendered, "uninstall")
    assert {name: notes["helm.sh/hook"] for (kind, name), notes in hooks.items() if kind == "Job"} == jobs
    assert {kind for kind, _ in hooks} == {
        "Job",
        "ServiceAccount",
        "Role",
        "RoleBinding",
        "ClusterRole",
        "ClusterRoleBinding",
    }
    for (kind, _), notes in hooks.items():
        if kind != "Job":
            assert set(notes["helm.sh/hook"].split(",")) == set(jobs.values())
    _assert_hooks_leave_nothing(hooks)


def test_the_preflight_hook_brings_and_takes_away_all_it_needs(chart: Chart) -> None:
    """Before an install nothing of the release is there, and after a failure no credential may stay behind."""
    hooks = _hooks(chart.render(DEFAULTS), "preflight")
    kinds = {"Job", "Secret", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
    assert {kind for kind, _ in hooks} == kinds
    assert {notes["helm.sh/hook"] for notes in hooks.values()} == {"pre-install,pre-upgrade,pre-rollback"}
    _assert_hooks_leave_nothing(hooks)
    assert not _hooks(chart.render({**DEFAULTS, "preflight": {"enabled": False}}), "preflight")


def _hooks(rendered: Rendered, component: str) -> dict[tuple[str, str], dict[str, str]]:
    """Return the annotations of the hooks' objects of a component, by kind and name."""
    return {
        (item["kind"], item["metadata"]["name"]): item["metadata"]["annotations"]
        for item in rendered.ours()
        if "helm.sh/hook" in item["metadata"].get("annotations", {}) and component in item["metadata"]["name"]
    }


def _assert_hooks_leave_nothing(hooks: dict[tuple[str, str], dict[str, str]]) -> None:
    """Nothing of a hook stays behind, whether it worked or not; and each is there before what needs it."""
    for (kind, _), notes in hooks.items():
        assert notes["helm.sh/hook-delete-policy"] == "before-hook-creation,hook-succeeded,hook-failed"
        if kind == "Job":
            assert notes["helm.sh/hook-output-log-policy"] == "hook-succeeded,hook-failed"
    weights = {kind: int(notes["helm.sh/hook-weight"]) for (kind, _), notes in hooks.items()}
    assert weights["ServiceAccount"] < weights["Role"] < weights["RoleBinding"] < weights["Job"]
    assert weights["ClusterRole"] < weights["ClusterRoleBinding"] < weights["Job"]


def test_the_notes_say_what_to_do_next(chart: Chart) -> None:
    notes = chart.notes(SYNCHRONIZING)
    for expected in (
        f"https://{ADDRESS}",
        "rollout status deployment/connected-registry",
        "connected-registry.io/node-status",
        "-c regsync",
        f"--image={ADDRESS}/hello:TAG",
    ):
        assert expected in notes
    assert "It has no images yet" in chart.notes(DEFAULTS)
