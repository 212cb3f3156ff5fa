"""The settings of the webhooks, and the namespaces that these then reach on a real API server."""

import json
from typing import Any

import pytest
import yaml
from api_server import ApiServer
from charts import ADDRESS, CERTIFICATE, DEFAULTS, Chart, Rendered

NAME = "connected-registry-registry"
OWN_CERTIFICATE = {**DEFAULTS, "cert-manager": {"install": False, "enabled": False}, "tls": {"secret": "k8secret"}}


def policies(chart: Chart, kind: str, values: dict[str, Any]) -> dict[str, tuple[str, int]]:
    """Failure policy and time-out of each webhook of a configuration."""
    webhooks = chart.render(values).get(kind, NAME)["webhooks"]
    return {one["name"]: (one["failurePolicy"], one["timeoutSeconds"]) for one in webhooks}


@pytest.mark.parametrize("given", [{}, {"failurePolicy": "Fail", "timeoutSeconds": 30}])
def test_what_happens_to_pods_while_no_webhook_answers_can_be_said(chart: Chart, given: dict[str, Any]) -> None:
    wanted = (given.get("failurePolicy", "Ignore"), given.get("timeoutSeconds", 3))
    found = policies(chart, "MutatingWebhookConfiguration", {**DEFAULTS, "webhook": given})
    assert found == {"pods.connected-registry.io": wanted}
    # Settings are another matter.
    settings = policies(chart, "ValidatingWebhookConfiguration", {**DEFAULTS, "webhook": given})
    assert settings == policies(chart, "ValidatingWebhookConfiguration", DEFAULTS)


@pytest.mark.parametrize(("given", "wanted"), [({}, "Fail"), ({"settingsFailurePolicy": "Ignore"}, "Ignore")])
def test_what_happens_to_settings_then_can_be_said_and_never_of_a_deletion(
    chart: Chart, given: dict[str, Any], wanted: str
) -> None:
    found = policies(chart, "ValidatingWebhookConfiguration", {**OWN_CERTIFICATE, "webhook": given})
    assert {name.partition(".")[0]: policy for name, (policy, _) in found.items()} == {
        "settings": wanted,
        "settings-delete": "Ignore",
        "tls": wanted,
        "tls-delete": "Ignore",
    }


def test_namespaces_of_the_system_are_always_left_alone(chart: Chart) -> None:
    values = {**DEFAULTS, "injection": {"excludedNamespaces": ["team", "kube-system"]}}
    (webhook,) = chart.render(values).get("MutatingWebhookConfiguration", NAME)["webhooks"]
    assert webhook["namespaceSelector"] == {
        "matchExpressions": [
            {
                "key": "kubernetes.io/metadata.name",
                "operator": "NotIn",
                "values": ["kube-system", "kube-node-lease", "team"],
            }
        ]
    }


def test_namespaces_are_in_or_out_by_name_and_label(chart: Chart, api_server: ApiServer) -> None:
    """The API server is asked to create pods; those for which it would call the webhook fail, for there is none."""
    spaces = {
        "in": {"registry": "edge"},
        "in-but-excluded": {"registry": "edge"},
        "out-by-label": {"registry": "edge", "legacy": "yes"},
        "unlabelled": {},
    }
    selector = {
        "matchLabels": {"registry": "edge"},
        "matchExpressions": [{"key": "legacy", "operator": "DoesNotExist"}],
    }
    values = {
        **DEFAULTS,
        "webhook": {"failurePolicy": "Fail"},
        "injection": {"excludedNamespaces": ["scope-in-but-excluded"], "namespaceSelector": selector},
    }
    for name, labels in spaces.items():
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"scope-{name}", "labels": labels}}
        api_server.kubectl("create", "--filename=-", input=json.dumps(body))
    configuration = chart.render(values).get("MutatingWebhookConfiguration", NAME)
    configuration["metadata"]["name"] = "scope"
    api_server.kubectl("create", "--filename=-", input=yaml.safe_dump(configuration))
    try:
        while not asks(api_server, "scope-in"):
            pass  # It comes into force a moment later.
        assert [name for name in spaces if asks(api_server, f"scope-{name}")] == ["in"]
    finally:
        api_server.kubectl("delete", "mutatingwebhookconfiguration", "scope")


def asks(server: ApiServer, namespace: str) -> bool:
    """Report whether creating a pod there would ask the webhook."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "app"},
        "spec": {"containers": [{"name": "app", "image": f"{ADDRESS}/app"}]},
    }
    result = server.kubectl(
        "create", f"--namespace={namespace}", "--dry-run=server", "--filename=-", input=json.dumps(pod), check=False
    )
    assert result.returncode == 0 or "failed calling webhook" in result.stderr, result.stderr
    return result.returncode != 0


def test_callers_need_a_certificate_where_a_client_ca_is_given(chart: Chart) -> None:
    def webhook(values: dict[str, Any]) -> tuple[Rendered, dict[str, Any], list[str]]:
        rendered = chart.render({**DEFAULTS, "webhook": values})
        template = rendered.pods()["Deployment/connected-registry-webhook"]
        (container,) = template["spec"]["containers"]
        return rendered, template, [word for word in container["args"] if word.startswith("--client-ca=")]

    rendered, template, arguments = webhook({})
    assert arguments == [] and "volumes" not in template["spec"]
    rendered, template, arguments = webhook({"clientCA": CERTIFICATE})
    (mount,) = template["spec"]["containers"][0]["volumeMounts"]
    (volume,) = template["spec"]["volumes"]
    assert arguments == [f"--client-ca={mount['mountPath']}/ca.crt"]
    assert volume["name"] == mount["name"]
    assert rendered.get("ConfigMap", volume["configMap"]["name"])["data"] == {"ca.crt": CERTIFICATE}
    # It is read at the start.
    other = webhook({"clientCA": CERTIFICATE + CERTIFICATE})[1]
    assert other["metadata"]["annotations"] != template["metadata"]["annotations"]
