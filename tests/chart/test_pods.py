"""The pods that the chart makes: where they run, what they may do, in which order they start."""

from typing import Any

import pytest
from charts import DEFAULTS, PASSWORD, SYNCHRONIZING, Chart


def containers(template: dict[str, Any]) -> list[dict[str, Any]]:
    """All containers of a pod template, those that start first included."""
    return [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]


def test_only_new_instructions_restart_the_registry_pod(chart: Chart) -> None:
    """A new password is taken over while it runs."""

    def annotations(values: dict[str, Any]) -> dict[str, str]:
        return chart.render(values).pods()["Deployment/connected-registry"]["metadata"]["annotations"]

    changed = {**SYNCHRONIZING, "connectionString": SYNCHRONIZING["connectionString"].replace(PASSWORD, "other")}
    assert annotations(SYNCHRONIZING) == annotations(changed)
    assert annotations(SYNCHRONIZING) == annotations({**SYNCHRONIZING, "webhook": {"replicas": 3}})
    assert annotations(SYNCHRONIZING) != annotations({**SYNCHRONIZING, "sync": {"repositories": ["other"]}})


@pytest.mark.parametrize("values", [DEFAULTS, {**SYNCHRONIZING, "trustDistribution": {"enabled": False}}])
def test_regsync_runs_only_when_there_is_something_to_bring(chart: Chart, values: dict[str, Any]) -> None:
    rendered = chart.render(values)
    names = [one["name"] for one in containers(rendered.pods()["Deployment/connected-registry"])]
    brings = "connectionString" in values
    assert ("regsync" in names) == brings
    assert ("sync.json" in rendered.get("ConfigMap", "connected-registry-registry")["data"]) == brings
    assert ("connected-registry-parent" in rendered.names("Secret")) == brings


def test_regsync_starts_when_distribution_answers(chart: Chart) -> None:
    """So that its first run finds a registry to write to."""
    spec = chart.render(SYNCHRONIZING).pods()["Deployment/connected-registry"]["spec"]
    assert [one["name"] for one in spec["initContainers"]] == ["tools", "wait-for-certificate", "nginx", "registry"]
    assert [one.get("restartPolicy") for one in spec["initContainers"]] == [None, None, "Always", "Always"]
    assert spec["initContainers"][3]["startupProbe"]["httpGet"] == {"scheme": "HTTPS", "path": "/readyz", "port": 8443}
    assert [one["name"] for one in spec["containers"]] == ["certificate", "regsync"]


def test_the_registry_pod_waits_for_the_active_certificate(chart: Chart) -> None:
    spec = chart.render(DEFAULTS).pods()["Deployment/connected-registry"]["spec"]
    secrets = [volume["secret"] for volume in spec["volumes"] if "secret" in volume]
    assert secrets == [{"secretName": "connected-registry-active-tls", "defaultMode": 0o440}]
    assert spec["shareProcessNamespace"] is True


@pytest.mark.parametrize(
    ("trust", "selector"),
    [
        ({}, {}),
        ({"useNodeSelector": True}, {"containerd-configured-by": "connected-registry"}),
        ({"skipNodeSelector": True}, {}),
        ({"useNodeSelector": True, "skipNodeSelector": False}, {"containerd-configured-by": "connected-registry"}),
    ],
)
def test_the_trust_agent_runs_where_the_switches_say(
    chart: Chart, trust: dict[str, bool], selector: dict[str, str]
) -> None:
    rendered = chart.render({**DEFAULTS, "trustDistribution": trust})
    spec = rendered.pods()["DaemonSet/connected-registry-trust-agent"]["spec"]
    assert spec["nodeSelector"] == {"kubernetes.io/os": "linux", **selector}
    assert spec["tolerations"] == [{"operator": "Exists"}]


def test_without_trust_distribution_nothing_touches_the_nodes(chart: Chart) -> None:
    rendered = chart.render({**DEFAULTS, "trustDistribution": {"enabled": False}})
    assert not [
        item
        for item in rendered.ours()
        if item["metadata"]["labels"]["connected-registry.io/component"] == "trust-agent"
    ]
    assert "hostPath" not in rendered.text


def test_every_pod_but_the_trust_agents_is_locked_down(chart: Chart) -> None:
    for name, template in chart.render(SYNCHRONIZING).pods().items():
        agent = name == "DaemonSet/connected-registry-trust-agent"
        spec = template["spec"]
        assert spec["securityContext"].get("runAsNonRoot", False) is not agent, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec), name
        assert agent == any("hostPath" in volume for volume in spec.get("volumes", [])), name
        for one in containers(template):
            context = one["securityContext"]
            assert context["readOnlyRootFilesystem"] is True and context["allowPrivilegeEscalation"] is False, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name


def test_only_pods_that_talk_to_kubernetes_get_a_token(chart: Chart) -> None:
    rendered = chart.render(SYNCHRONIZING)
    tokens = {name: template["spec"]["automountServiceAccountToken"] for name, template in rendered.pods().items()}
    assert [name for name, mounted in tokens.items() if not mounted] == ["Deployment/connected-registry"]
    for account in (item for item in rendered.ours() if item["kind"] == "ServiceAccount"):
        assert account["automountServiceAccountToken"] is False


def test_our_own_pods_never_reach_our_webhook(chart: Chart) -> None:
    """They could not start while it is down."""
    rendered = chart.render(SYNCHRONIZING)
    (webhook,) = rendered.get("MutatingWebhookConfiguration", "connected-registry-registry")["webhooks"]
    assert webhook["objectSelector"] == {
        "matchExpressions": [{"key": "connected-registry.io/component", "operator": "DoesNotExist"}]
    }
    assert len(rendered.pods()) == 7
    for template in rendered.pods().values():
        assert template["metadata"]["labels"]["connected-registry.io/component"]


@pytest.mark.parametrize("replicas", [1, 2, 5])
def test_a_single_replica_can_be_drained(chart: Chart, replicas: int) -> None:
    rendered = chart.render({**DEFAULTS, "webhook": {"replicas": replicas}})
    assert rendered.get("Deployment", "connected-registry-webhook")["spec"]["replicas"] == replicas
    budgets = {item["metadata"]["name"] for item in rendered.ours() if item["kind"] == "PodDisruptionBudget"}
    assert budgets == ({"connected-registry-webhook"} if replicas > 1 else set())
