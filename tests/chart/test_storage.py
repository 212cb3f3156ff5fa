"""The storage of the images, the number of pods that share it, and garbage collection."""

from typing import Any

import pytest
import yaml
from charts import CONNECTION, DEFAULTS, SYNCHRONIZING, Chart, Rendered
from test_parent import REGISTRY, container, volumes
from test_pods import containers

CLOUD: dict[str, Any] = {
    **SYNCHRONIZING,
    "storage": {"driver": "s3", "parameters": {"region": "eu-1", "bucket": "images"}, "existingSecret": "s3-login"},
}
SHARED = {**SYNCHRONIZING, "pvc": {"accessModes": ["ReadWriteMany"]}}


def deployment(rendered: Rendered) -> dict[str, Any]:
    return rendered.get("Deployment", "connected-registry")["spec"]


def test_an_old_pod_ends_first_where_only_one_can_have_the_volume(chart: Chart) -> None:
    assert deployment(chart.render(SYNCHRONIZING))["strategy"] == {"type": "Recreate"}
    for values in (SHARED, CLOUD):
        assert deployment(chart.render(values))["strategy"]["type"] == "RollingUpdate"


def test_object_storage_needs_no_volume_and_its_credentials_stay_in_their_secret(chart: Chart) -> None:
    rendered = chart.render(CLOUD)
    assert not rendered.kind("PersistentVolumeClaim") and "images" not in volumes(rendered)
    data = rendered.get("ConfigMap", "connected-registry-registry")["data"]
    storage = yaml.safe_load(data["distribution.yml"])["storage"]
    assert storage["s3"] == {"region": "eu-1", "bucket": "images"} and "filesystem" not in storage
    assert container(rendered, "registry")["envFrom"] == [{"secretRef": {"name": "s3-login"}}]
    assert not [word for word in container(rendered, "regsync")["args"] if word.startswith("--storage")]


@pytest.mark.parametrize("values", [SHARED, CLOUD])
def test_of_several_pods_one_synchronizes_and_one_may_be_drained(chart: Chart, values: dict[str, Any]) -> None:
    rendered = chart.render({**values, "registry": {"replicas": 3}})
    assert deployment(rendered)["replicas"] == 3
    assert rendered.get("PodDisruptionBudget", "connected-registry")["spec"]["maxUnavailable"] == 1
    assert "--elect=connected-registry-sync-leader" in container(rendered, "regsync")["args"]
    assert not rendered.kind("Lease"), "deployers drop Leases of a chart"
    single = chart.render(values)
    assert "connected-registry" not in single.names("PodDisruptionBudget")


def test_the_claim_stays_after_an_uninstall_only_on_request(chart: Chart) -> None:
    for keep in (True, False):
        claim = chart.render({**DEFAULTS, "pvc": {"keep": keep, "annotations": {"a": "b"}}}).get(
            "PersistentVolumeClaim", "connected-registry-pvc"
        )
        annotations = claim["metadata"]["annotations"]
        assert ("helm.sh/resource-policy" in annotations) == keep and annotations["a"] == "b"


def test_garbage_is_collected_by_a_container_of_its_own_only_on_request(chart: Chart) -> None:
    names = {one["name"] for one in containers(chart.render(SYNCHRONIZING).pods()[REGISTRY])}
    assert "garbage" not in names
    rendered = chart.render({**SYNCHRONIZING, "garbageCollection": {"schedule": "0 2 * * 0"}})
    made = container(rendered, "garbage")
    assert "--schedule=0 2 * * 0" in made["args"]
    assert made["image"] == container(rendered, "registry")["image"]
    # A volume that fills up by pushes is noticed there, too.
    assert container(chart.render({**DEFAULTS, "mode": "ReadWrite"}), "garbage")


def test_what_runs_in_other_images_is_copied_there_first(chart: Chart) -> None:
    rendered = chart.render({**SYNCHRONIZING, "garbageCollection": {"schedule": "@weekly"}})
    first = rendered.pods()[REGISTRY]["spec"]["initContainers"][0]
    assert first["args"] == ["copy-program", "--target=/run/tools"]
    for name in ("regsync", "garbage"):
        command = container(rendered, name)["command"]
        assert command == ["/run/tools/loader", "--library-path", "/run/tools", "/run/tools/connected-registry"]
    plain = {one["name"] for one in containers(chart.render(DEFAULTS).pods()[REGISTRY])}
    assert "tools" not in plain


def test_azures_engine_takes_the_same_settings(chart: Chart) -> None:
    """Rendered only: the image itself has not been run by these tests."""
    rendered = chart.render({**DEFAULTS, "connectionString": CONNECTION, "registry": {"engine": "azure"}})
    (made,) = containers(rendered.pods()[REGISTRY])
    assert made["image"].startswith("mcr.microsoft.com/acr/connected-registry:")
    environment = {one["name"]: one for one in made["env"]}
    reference = environment["ACR_REGISTRY_CONNECTION_STRING"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "connected-registry-parent", "key": "connectionString"}
    mounts = {mount["name"]: mount["mountPath"] for mount in made["volumeMounts"]}
    assert environment["ACR_REGISTRY_CERTIFICATE_VOLUME"]["value"] == mounts["active-tls"]
    assert environment["ACR_REGISTRY_DATA_VOLUME"]["value"] == mounts["images"]
    assert volumes(rendered)["active-tls"]["secret"]["secretName"] == "connected-registry-active-tls"
    assert CONNECTION not in rendered.text
    service = rendered.get("Service", "connected-registry")["spec"]["ports"][0]
    assert service["targetPort"] == made["ports"][0]["name"]
