"""`helm install --wait` ends well, and the registry then serves what the parent has."""

from installation import ADDRESS, SYNCHRONIZED, Parts, decoded
from lib import kube, release
from lib.waiting import wait_for


def test_install_ends_with_every_pod_ready_and_cert_manager_in_the_same_release(installation: Parts) -> None:
    pods = kube.items(installation.local, "pods", installation.release.namespace)
    waiting = [
        pod["metadata"]["name"]
        for pod in pods
        if not any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"]["conditions"])
    ]
    assert waiting == []
    manifest = installation.local.helm(
        "get", "manifest", installation.release.name, "--namespace", installation.release.namespace
    ).stdout
    assert "quay.io/jetstack/cert-manager-controller" in manifest
    assert {pod["metadata"]["labels"]["app.kubernetes.io/instance"] for pod in pods} == {installation.release.name}


def test_the_webhook_has_two_replicas_and_a_disruption_budget_that_keeps_one(installation: Parts) -> None:
    assert len(installation.pods("webhook")) == len(installation.pods("controller")) == 2
    assert installation.get("poddisruptionbudget", "-webhook")["spec"]["minAvailable"] == 1


def test_cert_manager_issues_the_certificate_for_the_service_address(installation: Parts) -> None:
    certificate = installation.get("certificate", "-tls")
    assert certificate["spec"]["ipAddresses"] == [ADDRESS]
    assert {"type": "Ready", "status": "True"}.items() <= certificate["status"]["conditions"][0].items()
    source, active = installation.get("secret", "-tls-source"), installation.get("secret", "-active-tls")
    assert decoded(active, "tls.crt") == decoded(source, "tls.crt")


def test_the_synchronized_images_are_the_parents_own(installation: Parts, digest: str) -> None:
    for repository in SYNCHRONIZED:
        name, tag = repository.split(":")
        wait_for(
            f"{repository} to be synchronized",
            lambda: tag in release.tags(installation.local, installation.release, name),
            seconds=60,
            explain=installation.diagnosis,
        )
    read = installation.crane("digest", f"{ADDRESS}/{SYNCHRONIZED[0]}")
    assert read.stdout.strip() == digest, read.stderr


def test_no_object_but_a_secret_holds_the_parents_password(installation: Parts) -> None:
    password = installation.source.password
    kinds = "pods,configmaps,deployments,replicasets,daemonsets,events,leases,mutatingwebhookconfigurations"
    shown = installation.local.kubectl("get", kinds, "--all-namespaces", "--output=json").stdout
    assert password not in shown
    assert password in decoded(installation.get("secret", "-parent"), "connectionString")
    for component in ("registry", "webhook", "controller"):
        selector = f"connected-registry.io/component={component}"
        logs = installation.local.kubectl(
            "logs",
            "--namespace",
            installation.release.namespace,
            "--all-containers",
            "--selector",
            selector,
            "--tail=-1",
        )
        assert password not in logs.stdout
