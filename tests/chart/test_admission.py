"""The chart's objects on a real API server, before anything of them runs."""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from api_server import ApiServer
from charts import ADDRESS, DEFAULTS, SYNCHRONIZING, Chart, Rendered


def apply(server: ApiServer, objects: list[dict[str, Any]], *arguments: str) -> str:
    """Server-side apply, strict about unknown and duplicate fields; returns what it refuses."""
    text = "---\n".join(yaml.safe_dump(item) for item in objects)
    result = server.kubectl(
        "apply", "--server-side", "--validate=strict", "--filename=-", *arguments, input=text, check=False
    )
    return "" if result.returncode == 0 else result.stderr


def pod(
    image: str = "docker.io/library/app:1",
    *,
    labels: dict[str, str] | None = None,
    inject: str | None = None,
    **spec: Any,
) -> dict[str, Any]:
    """Return a pod of one container."""
    annotations = {} if inject is None else {"connected-registry.io/inject": inject}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "app", "labels": labels or {}, "annotations": annotations},
        "spec": {"containers": [{"name": "app", "image": image}], **spec},
    }


@pytest.mark.parametrize("values", [DEFAULTS, SYNCHRONIZING], ids=["default", "synchronizing"])
def test_the_api_takes_every_object(any_chart: Chart, api_server: ApiServer, values: dict[str, Any]) -> None:
    namespace = "registry"
    if api_server.kubectl("get", "namespace", namespace, check=False).returncode != 0:
        api_server.create_namespace(namespace)
    assert not apply(api_server, any_chart.render(values).objects, "--dry-run=server", "--force-conflicts")


def test_the_api_takes_an_address_of_its_service_range_only(chart: Chart, api_server: ApiServer) -> None:
    """So that the tests above and the cluster's own range are seen to matter."""
    service = chart.render({"service": {"clusterIP": "10.0.0.1"}}).get("Service", "connected-registry")
    service["metadata"]["namespace"] = "default"
    assert "not in the valid range" in apply(api_server, [service], "--dry-run=server")


def test_pods_meet_the_restricted_level_but_for_the_trust_agent(chart: Chart, api_server: ApiServer) -> None:
    api_server.create_namespace("restricted", enforce="restricted")
    for name, template in chart.render(SYNCHRONIZING).pods().items():
        body = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {**template["metadata"], "name": "pod"},
            "spec": template["spec"],
        }
        refused = api_server.kubectl(
            "create", "--namespace=restricted", "--dry-run=server", "--filename=-", input=json.dumps(body), check=False
        ).stderr
        assert ("violates PodSecurity" in refused) == name.startswith("DaemonSet"), f"{name}: {refused}"
        assert name.startswith("DaemonSet") or not refused


@pytest.fixture(scope="module")
def webhooks(chart: Chart, api_server: ApiServer) -> Any:
    """Both webhook configurations, closed where they are open: a request that would call the webhook fails, for there
    is none; one that would not is seen to pass."""
    api_server.create_namespace("team")
    api_server.create_namespace("home")
    rendered = chart.render(DEFAULTS, namespace="home")
    configurations = [
        copy.deepcopy(rendered.get(kind, "connected-registry-home"))
        for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    ]
    for webhook in configurations[0]["webhooks"]:
        webhook["failurePolicy"] = "Fail"
    assert not apply(api_server, configurations)
    yield rendered
    for item in configurations:
        api_server.kubectl("delete", item["kind"], item["metadata"]["name"])


def asks_webhook(server: ApiServer, body: dict[str, Any], namespace: str = "team") -> bool:
    """Report whether creating a pod would ask the webhook."""
    result = server.kubectl(
        "create", f"--namespace={namespace}", "--dry-run=server", "--filename=-", input=json.dumps(body), check=False
    )
    if result.returncode == 0:
        return False
    assert 'failed calling webhook "pods.connected-registry.io"' in result.stderr, result.stderr
    return True


def wait_until_active(server: ApiServer) -> None:
    """Wait until the API server has read the webhook configurations: it does so a moment after they were made."""
    for _ in range(100):
        if asks_webhook(server, pod(inject="true")):
            return
    raise AssertionError("the webhook configuration never came into force")


IMAGE = f"{ADDRESS}/team/app:1"
OTHER = {"name": "other", "image": "docker.io/library/other"}


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        (pod(IMAGE), True),
        (pod(f"{ADDRESS}:443/app@sha256:{'0' * 64}"), True),
        (pod("connected-registry.home/app"), True),
        (pod("connected-registry.home.svc:443/app"), True),
        (pod("connected-registry.home.svc.cluster.local/app"), True),
        (pod(inject="true"), True),
        (pod(initContainers=[{"name": "first", "image": IMAGE}]), True),
        (pod(containers=[OTHER, {"name": "second", "image": IMAGE}]), True),
        (
            pod(
                containers=[{**OTHER, "name": f"c{index}"} for index in range(200)] + [{"name": "last", "image": IMAGE}]
            ),
            True,
        ),
        (pod(), False),
        (pod("app"), False),
        (pod(f"{ADDRESS}0/app"), False),
        (pod(f"{ADDRESS}:5000/app"), False),
        (pod(f"docker.io/{ADDRESS}/app"), False),
        (pod("connected-registry.other/app"), False),
        (pod(IMAGE, inject="false"), False),
        (pod(inject="false"), False),
        (pod(inject="yes"), False),
        (pod(IMAGE, labels={"connected-registry.io/component": "webhook"}), False),
        (pod(containers=[{**OTHER, "name": f"c{index}"} for index in range(200)]), False),
    ],
    ids=lambda _: None,
)
def test_exactly_the_pods_it_concerns_reach_the_webhook(
    webhooks: Rendered, api_server: ApiServer, body: dict[str, Any], asked: bool
) -> None:
    wait_until_active(api_server)
    assert asks_webhook(api_server, body) == asked


@pytest.mark.parametrize(
    ("namespace", "asked"), [("kube-system", False), ("kube-node-lease", False), ("default", True), ("home", True)]
)
def test_only_the_clusters_own_namespaces_are_left_out(
    webhooks: Rendered, api_server: ApiServer, namespace: str, asked: bool
) -> None:
    wait_until_active(api_server)
    assert asks_webhook(api_server, pod(IMAGE), namespace) == asked


def test_a_debugging_container_of_the_registry_reaches_the_webhook(webhooks: Rendered, api_server: ApiServer) -> None:
    wait_until_active(api_server)
    api_server.kubectl("create", "--namespace=team", "--filename=-", input=json.dumps(pod()))
    for image, asked in (("docker.io/library/tool", False), (IMAGE, True)):
        result = api_server.kubectl(
            "debug",
            "--namespace=team",
            "app",
            f"--image={image}",
            "--image-pull-policy=Never",
            "--profile=general",
            "--attach=false",
            check=False,
        )
        assert ("failed calling webhook" in result.stderr) == asked, result.stderr


@contextmanager
def failing_open(api_server: ApiServer) -> Iterator[None]:
    """Let the settings through while the webhook is down."""
    name = "connected-registry-home"

    def set_policy(policy: str) -> None:
        patch = [{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": policy}]
        api_server.kubectl(
            "patch", "validatingwebhookconfiguration", name, "--type=json", f"--patch={json.dumps(patch)}"
        )

    set_policy("Ignore")
    yield
    set_policy("Fail")
    change = '--patch={"stringData":{"settings.json":"[]"}}'
    probe = ("patch", "--namespace=home", "secret", "connected-registry-settings", change, "--dry-run=server")
    for _ in range(100):
        if api_server.kubectl(*probe, check=False).returncode != 0:
            return
    raise AssertionError("the webhook configuration never came into force again")


def test_settings_change_only_when_the_webhook_agrees(webhooks: Rendered, api_server: ApiServer) -> None:
    """It is down here. The marks of an uninstall and the deletion get through nevertheless, other Secrets anyway."""
    wait_until_active(api_server)
    kubectl = api_server.kubectl
    secret = webhooks.get("Secret", "connected-registry-settings")
    named = ("--namespace=home", "secret", "connected-registry-settings")
    refused = kubectl("create", "--filename=-", input=json.dumps(secret), check=False).stderr
    assert 'failed calling webhook "settings.connected-registry.io"' in refused
    # It is known by its name, which nobody can take off, unlike a label.
    label = secret["metadata"]["labels"].pop("connected-registry.io/settings")
    unlabelled = kubectl("create", "--filename=-", input=json.dumps(secret), check=False).stderr
    assert 'failed calling webhook "settings.connected-registry.io"' in unlabelled
    secret["metadata"]["labels"]["connected-registry.io/settings"] = label
    with failing_open(api_server):
        api_server.wait_for("create", "--filename=-", input=json.dumps(secret))
    kubectl("label", *named, "connected-registry.io/settings-")
    kubectl("annotate", *named, "connected-registry.io/uninstalling=2026-01-01T00:00:00Z")
    changed = kubectl("patch", *named, '--patch={"stringData":{"settings.json":"{}"}}', check=False).stderr
    assert 'failed calling webhook "settings.connected-registry.io"' in changed
    kubectl("delete", *named)
    kubectl("create", "--namespace=home", "secret", "generic", "another")
    kubectl("delete", "--namespace=home", "secret", "another")
