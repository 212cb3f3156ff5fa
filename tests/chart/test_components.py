"""Settings for the pods of each component, and for all objects."""

import copy
from typing import Any

import pytest
import yaml
from api_server import ApiServer
from charts import DEFAULTS, SYNCHRONIZING, Chart
from test_pods import containers

# The values' key of each component, and its pods.
PODS = {
    "registry": ["Deployment/connected-registry"],
    "webhook": ["Deployment/connected-registry-webhook"],
    "controller": ["Deployment/connected-registry-controller"],
    "trustAgent": ["DaemonSet/connected-registry-trust-agent"],
    "hooks": [
        "Job/connected-registry-preflight",
        "Job/connected-registry-uninstall",
        "Job/connected-registry-uninstall-after",
    ],
}
TOLERATION = {"key": "edge", "operator": "Exists"}
AFFINITY = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "Exists"}]}]
        }
    }
}
SPREAD = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}


def test_the_charts_placement_is_for_all_but_the_trust_agents(chart: Chart) -> None:
    values = {**SYNCHRONIZING, "nodeSelector": {"zone": "a"}, "tolerations": [TOLERATION]}
    for name, template in chart.render(values).pods().items():
        spec = template["spec"]
        if name.startswith("DaemonSet"):
            assert (spec["nodeSelector"], spec["tolerations"]) == (
                {"kubernetes.io/os": "linux"},
                [{"operator": "Exists"}],
            )
        else:
            assert spec["nodeSelector"] == {"kubernetes.io/os": "linux", "zone": "a"}, name
            assert spec["tolerations"] == [TOLERATION], name


@pytest.mark.parametrize("component", PODS)
def test_a_components_own_placement_wins(chart: Chart, component: str) -> None:
    values = {
        **SYNCHRONIZING,
        "nodeSelector": {"zone": "a"},
        "tolerations": [{"operator": "Exists"}],
        component: {
            "nodeSelector": {"disk": "large"},
            "tolerations": [TOLERATION],
            "affinity": AFFINITY,
            "priorityClassName": "edge-critical",
        },
    }
    for name, template in chart.render(values).pods().items():
        spec = template["spec"]
        if name in PODS[component]:
            # Ours run on Linux only, so that stays.
            assert spec["nodeSelector"] == {"kubernetes.io/os": "linux", "disk": "large"}, name
            assert (spec["tolerations"], spec["affinity"]) == ([TOLERATION], AFFINITY), name
            assert spec["priorityClassName"] == "edge-critical", name
        else:
            assert "disk" not in spec["nodeSelector"] and "affinity" not in spec, name
            assert "priorityClassName" not in spec, name


def test_the_trust_agents_label_of_nodes_cannot_be_replaced(chart: Chart) -> None:
    label = {"containerd-configured-by": "connected-registry"}
    values = {
        **DEFAULTS,
        "trustDistribution": {"useNodeSelector": True},
        "trustAgent": {"nodeSelector": {"containerd-configured-by": "other", "zone": "a"}},
    }
    spec = chart.render(values).pods()["DaemonSet/connected-registry-trust-agent"]["spec"]
    assert spec["nodeSelector"] == {"kubernetes.io/os": "linux", "zone": "a", **label}


@pytest.mark.parametrize("component", ["registry", "webhook", "controller"])
def test_a_spread_counts_the_components_pods_unless_it_says_otherwise(chart: Chart, component: str) -> None:
    other = {**SPREAD, "labelSelector": {"matchLabels": {"app": "other"}}}
    values = {**DEFAULTS, component: {"topologySpreadConstraints": [SPREAD, other]}}
    (name,) = PODS[component]
    pods = chart.render(values).pods()
    own, foreign = pods[name]["spec"]["topologySpreadConstraints"]
    selected = own.pop("labelSelector")["matchLabels"]
    assert (own, foreign) == (SPREAD, other)
    assert [other for other, pod in pods.items() if selected.items() <= pod["metadata"]["labels"].items()] == [name]


def test_replicas_of_the_webhook_are_spread_by_themselves(chart: Chart) -> None:
    spec = chart.render(DEFAULTS).pods()["Deployment/connected-registry-webhook"]["spec"]
    (constraint,) = spec["topologySpreadConstraints"]
    assert constraint["whenUnsatisfiable"] == "ScheduleAnyway"


@pytest.mark.parametrize("component", PODS)
def test_labels_and_annotations_of_pods_are_added_and_never_replace_ours(chart: Chart, component: str) -> None:
    values = {
        **SYNCHRONIZING,
        component: {
            "podLabels": {
                "team": "edge",
                "connected-registry.io/component": "other",
                "connected-registry.io/settings": "x",
                "app.kubernetes.io/instance": "other",
            },
            "podAnnotations": {"prometheus.io/scrape": "true", "connected-registry.io/configuration": "x"},
        },
    }
    plain = chart.render(SYNCHRONIZING).pods()
    for name, template in chart.render(values).pods().items():
        metadata, before = template["metadata"], plain[name]["metadata"]
        ours = name in PODS[component]
        assert metadata["labels"] == {**before["labels"], **({"team": "edge"} if ours else {})}, name
        added = {"prometheus.io/scrape": "true"} if ours else {}
        assert metadata.get("annotations", {}) == {**before.get("annotations", {}), **added}, name


def test_common_labels_and_annotations_are_on_every_object_and_pod(chart: Chart) -> None:
    values = {
        **SYNCHRONIZING,
        "networkPolicy": {"enabled": True},
        "trustDistribution": {"enabled": True},
        "commonLabels": {"team": "edge", "app.kubernetes.io/name": "x", "connected-registry.io/settings": "x"},
        "commonAnnotations": {"owner": "a@example.org", "helm.sh/hook": "x"},
        "webhook": {"podLabels": {"team": "webhooks"}},
    }
    plain, rendered = chart.render({**SYNCHRONIZING, "networkPolicy": {"enabled": True}}), chart.render(values)
    assert len(rendered.ours()) == len(plain.ours()) > 30
    for before, item in zip(plain.ours(), rendered.ours(), strict=True):
        for old, new in ((before["metadata"], item["metadata"]), *pod_metadata(before, item)):
            team = "webhooks" if new is not item["metadata"] and "webhook" in item["metadata"]["name"] else "edge"
            assert new["labels"] == {**old["labels"], "team": team}, item["metadata"]["name"]
            assert new["annotations"] == {**old.get("annotations", {}), "owner": "a@example.org"}
        assert item.get("spec", {}).get("selector") == before.get("spec", {}).get("selector")


def pod_metadata(*items: dict[str, Any]) -> list[tuple[dict[str, Any], ...]]:
    """Return the metadata of the objects' pod templates, if they have one."""
    found = tuple(item["spec"]["template"]["metadata"] for item in items if "template" in item.get("spec", {}))
    return [found] if found else []


@pytest.mark.parametrize("component", PODS)
def test_the_security_of_a_component_can_be_changed_key_by_key(chart: Chart, component: str) -> None:
    values = {
        **SYNCHRONIZING,
        component: {
            # As OpenShift wants it: it chooses the user itself.
            "podSecurityContext": {"runAsUser": None, "runAsGroup": None, "supplementalGroups": [7]},
            "securityContext": {"readOnlyRootFilesystem": False, "seLinuxOptions": {"level": "s0"}},
        },
    }
    plain = chart.render(SYNCHRONIZING).pods()
    for name, template in chart.render(values).pods().items():
        if name not in PODS[component]:
            assert template == plain[name], name
            continue
        wanted = {**plain[name]["spec"]["securityContext"], "supplementalGroups": [7]}
        del wanted["runAsUser"], wanted["runAsGroup"]
        assert template["spec"]["securityContext"] == wanted, name
        for container in containers(template):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": False,
                "seLinuxOptions": {"level": "s0"},
            }, name


RESOURCES = {"requests": {"cpu": "1m"}, "limits": {"memory": "1Gi"}}


@pytest.mark.parametrize(
    ("values", "pod", "names"),
    [
        ({"webhook": {"resources": RESOURCES}}, PODS["webhook"][0], {"webhook"}),
        ({"trustAgent": {"resources": RESOURCES}}, PODS["trustAgent"][0], {"trust-agent"}),
        ({"hooks": {"resources": RESOURCES}}, PODS["hooks"][1], {"uninstall"}),
        ({"registry": {"nginx": {"resources": RESOURCES}}}, PODS["registry"][0], {"nginx"}),
        ({"registry": {"distribution": {"resources": RESOURCES}}}, PODS["registry"][0], {"registry"}),
        ({"registry": {"regsync": {"resources": RESOURCES}}}, PODS["registry"][0], {"regsync"}),
        (
            {"registry": {"certificate": {"resources": RESOURCES}}},
            PODS["registry"][0],
            {"tools", "wait-for-certificate", "certificate"},
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_resources_are_each_containers_own(chart: Chart, values: dict[str, Any], pod: str, names: set[str]) -> None:
    template = chart.render({**SYNCHRONIZING, **values}).pods()[pod]
    given = [one for one in containers(template) if one["resources"]["limits"] == {"memory": "1Gi"}]
    assert {one["name"] for one in given} == names
    assert all(one["resources"]["requests"]["cpu"] == "1m" for one in given)


@pytest.mark.parametrize("component", PODS)
@pytest.mark.parametrize("create", [True, False])
def test_an_account_can_be_named_annotated_or_brought(chart: Chart, component: str, create: bool) -> None:
    account = {"create": create, "name": "mine", "annotations": {"cloud.example/role": "reader"}}
    rendered = chart.render({**SYNCHRONIZING, component: {"serviceAccount": account}})
    for name in PODS[component]:
        # Before an install and at an uninstall other rights are needed: only an account of the user's own has both.
        own = create and name.endswith("-preflight")
        expected = "connected-registry-preflight" if own else "mine"
        assert rendered.pods()[name]["spec"]["serviceAccountName"] == expected
    made = [item for item in rendered.ours() if item["kind"] == "ServiceAccount" and item["metadata"]["name"] == "mine"]
    assert len(made) == create
    for item in made:
        assert item["metadata"]["annotations"]["cloud.example/role"] == "reader"
        assert ("helm.sh/hook" in item["metadata"]["annotations"]) == (component == "hooks")
    # Whoever it is, it gets the rights.
    bound = [item for item in rendered.ours() if item["kind"].endswith("RoleBinding")]
    held = [item for item in bound if item["subjects"][0]["name"] == "mine"]
    bindings = {"registry": 1, "webhook": 1, "controller": 2, "trustAgent": 2, "hooks": 3 if create else 5}
    assert len(held) == bindings[component]


def test_an_account_that_is_not_made_and_not_named_is_the_namespaces_own(chart: Chart) -> None:
    rendered = chart.render({**DEFAULTS, "registry": {"serviceAccount": {"create": False}}})
    assert rendered.pods()["Deployment/connected-registry"]["spec"]["serviceAccountName"] == "default"


def test_the_api_takes_every_pod_with_everything_set(any_chart: Chart, api_server: ApiServer) -> None:
    """Strictly: a field in the wrong place would be refused."""
    pod: dict[str, Any] = {
        "nodeSelector": {"zone": "a"},
        "tolerations": [TOLERATION],
        "affinity": AFFINITY,
        "priorityClassName": "system-cluster-critical",
        "podAnnotations": {"a": "b"},
        "podLabels": {"c": "d"},
        "serviceAccount": {"annotations": {"e": "f"}},
    }
    values = copy.deepcopy(
        {
            **SYNCHRONIZING,
            **{component: pod for component in PODS},
            "registry": {**pod, "topologySpreadConstraints": [SPREAD]},
            "global": {"imageRegistry": "mirror.example", "imagePullSecrets": [{"name": "all"}]},
            "commonLabels": {"team": "edge"},
            "commonAnnotations": {"note": "x"},
            "networkPolicy": {"enabled": True, "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]},
            "proxy": {"https": "http://proxy.example:3128", "http": "http://proxy.example:3128"},
            "injection": {
                "excludedNamespaces": ["a"],
                "extraHosts": ["registry.example"],
                "namespaceSelector": {"matchLabels": {"registry": "edge"}},
            },
            "pvc": {"annotations": {"g": "h"}, "accessModes": ["ReadWriteOncePod"]},
        }
    )
    if api_server.kubectl("get", "namespace", "everything", check=False).returncode != 0:
        api_server.create_namespace("everything")
    text = "---\n".join(yaml.safe_dump(item) for item in any_chart.render(values, namespace="everything").ours())
    result = api_server.kubectl(
        "apply", "--server-side", "--validate=strict", "--dry-run=server", "--filename=-", input=text, check=False
    )
    assert result.returncode == 0, result.stderr
