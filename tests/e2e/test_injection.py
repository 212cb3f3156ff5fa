"""The webhook gives the CA to pods that ask for it or use the registry, and leaves all others alone."""

import json

from installation import (
    ADDRESS,
    TEST_NAMESPACE,
    Parts,
    client_pod,
    ended,
    exit_code,
    is_injected,
    stranger_as_admitted,
)
from lib import cluster, images, kube
from lib.waiting import wait_for

READ = ("manifest", f"{ADDRESS}/demo/hello:1")


def test_a_client_in_a_pod_that_asks_reads_the_registry_with_no_option(trusted: Parts) -> None:
    pod = trusted.run_until(client_pod("asks", "true", *READ), ended, "the client to end")
    assert exit_code(pod) == 0, trusted.client_log("asks")
    assert "layers" in json.loads(trusted.client_log("asks"))


def test_a_client_beside_a_container_of_the_registry_reads_it_without_asking(trusted: Parts) -> None:
    pod = trusted.run_until(_beside_a_workload("beside", None), ended, "the client to end")
    assert exit_code(pod) == 0, trusted.client_log("beside")
    assert pod["metadata"]["labels"]["connected-registry.io/injected"] == trusted.release.fullname


def test_a_pod_that_refuses_is_not_changed_and_its_client_fails_with_x509(trusted: Parts) -> None:
    pod = trusted.run_until(_beside_a_workload("refuses", "false"), ended, "the client to end")
    assert exit_code(pod) != 0
    assert "x509: certificate signed by unknown authority" in trusted.client_log("refuses")
    assert not is_injected(pod)
    assert list(pod["metadata"]["annotations"]) == ["connected-registry.io/inject"]


def test_a_client_that_does_not_ask_fails_with_x509(trusted: Parts) -> None:
    pod = trusted.run_until(client_pod("silent", None, *READ), ended, "the client to end")
    assert exit_code(pod) != 0
    assert "x509: certificate signed by unknown authority" in trusted.client_log("silent")


def test_a_pod_of_another_registry_is_untouched_byte_for_byte(trusted: Parts, stranger_before: str) -> None:
    assert stranger_as_admitted(trusted.local) == stranger_before


def test_a_users_own_variable_is_kept_and_a_warning_names_it(trusted: Parts) -> None:
    manifest = client_pod("own", "true", *READ)
    manifest["spec"]["containers"][0]["env"] = [{"name": "SSL_CERT_DIR", "value": "/mine"}]
    created = trusted.local.kubectl(
        "create", "--dry-run=server", "--output=json", "--filename=-", input=json.dumps(manifest)
    )
    container = json.loads(created.stdout)["spec"]["containers"][0]
    assert {"name": "SSL_CERT_DIR", "value": "/mine"} in container["env"]
    assert [one["name"] for one in container["env"]].count("SSL_CERT_DIR") == 1
    assert "SSL_CERT_DIR" in created.stderr


def test_the_audit_log_notes_what_was_done_with_a_pod(trusted: Parts) -> None:
    windows = _beside_a_workload("noted-windows", None)
    windows["spec"]["os"] = {"name": "windows"}
    assert _noted(trusted, _beside_a_workload("noted", "true")) == "injected"
    assert _noted(trusted, windows) == "unchanged: Windows pod"
    # The API server does not ask for it.
    assert _noted(trusted, _beside_a_workload("noted-refusal", "false")) is None


def _noted(trusted: Parts, pod: dict) -> str | None:
    """Return the webhook's audit annotations for a pod, which is not stored."""
    name = pod["metadata"]["name"]
    earlier = len(cluster.audit_annotations(name))  # of a run before, on the same cluster
    trusted.local.kubectl("create", "--dry-run=server", "--filename=-", input=json.dumps(pod))
    # The API server writes it once it has answered.
    wait_for(f"{name} in the audit log", lambda: len(cluster.audit_annotations(name)) > earlier, seconds=30)
    return cluster.audit_annotations(name)[-1].get("pods.connected-registry.io/injection")


def _beside_a_workload(name: str, inject: str | None) -> dict:
    """Return a pod with a client, which is what may be given the CA, and a container of the registry, which is why."""
    manifest = client_pod(name, inject, *READ)
    manifest["spec"]["containers"].append({"name": "workload", "image": f"{ADDRESS}/demo/hello:1"})
    return manifest


def test_a_deployments_pods_are_injected_and_its_template_is_not(trusted: Parts) -> None:
    labels = {"app": "client"}
    template = {
        "metadata": {"labels": labels, "annotations": {"connected-registry.io/inject": "true"}},
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [{"name": "main", "image": images.crane(), "args": ["registry", "serve"]}],
        },
    }
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "client", "namespace": TEST_NAMESPACE},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
    }
    trusted.local.kubectl("create", "--filename=-", input=json.dumps(deployment))
    try:
        trusted.local.kubectl(
            "rollout", "status", "deployment/client", "--namespace", TEST_NAMESPACE, "--timeout=60s", timeout=70
        )
        (pod,) = kube.items(trusted.local, "pods", TEST_NAMESPACE, "app=client")
        assert is_injected(pod)
        stored = kube.get(trusted.local, "deployment", "client", TEST_NAMESPACE)
        assert stored and "volumes" not in stored["spec"]["template"]["spec"]
    finally:
        trusted.local.kubectl("delete", "deployment", "client", "--namespace", TEST_NAMESPACE)
