"""ReadWrite takes pushes; a password keeps out who does not have it, and a pull secret lets a node in."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import edge
import pytest
from installation import ADDRESS, TEST_NAMESPACE, Parts, install
from lib import images, kube
from lib.progress import Steps

SETTINGS = ["trustDistribution.useNodeSelector=true", "mode=ReadWrite"]
LOGIN = {"username": "puller", "password": "hidden-word"}


@pytest.fixture(scope="module")
def guarded(trusted: Parts) -> Iterator[Parts]:
    """Provide the installation in ReadWrite mode with a password; afterwards as it was."""
    access: dict[str, Any] = {"access": {**LOGIN, "pullSecretNamespaces": [TEST_NAMESPACE], "injectPullSecret": True}}
    install(trusted.local, trusted.release, trusted.source, SETTINGS, access)
    yield trusted
    install(trusted.local, trusted.release, trusted.source, SETTINGS[:1])


def _login(name: str, password: str) -> list[str]:
    return ["--user", f"{name}:{password}"]


def test_without_the_right_password_nobody_gets_in(guarded: Parts) -> None:
    for wrong in ([], _login("puller", "other"), _login("other", "hidden-word")):
        status, body = edge.request(guarded, "GET", "/v2/demo/hello/manifests/1", *wrong)
        assert status == 401
        assert json.loads(body)["errors"][0]["code"] == "UNAUTHORIZED"
    assert edge.request(guarded, "GET", "/v2/demo/hello/manifests/1", *_login(**_words()))[0] == 200
    # Distribution's figures are for Prometheus, which has no password.
    assert edge.registry_pod(guarded)["status"]["containerStatuses"]


def _words() -> dict[str, str]:
    return {"name": LOGIN["username"], "password": LOGIN["password"]}


def test_a_push_is_taken_and_read_back(guarded: Parts, tmp_path: Any) -> None:
    auth = base64.b64encode(b"puller:hidden-word").decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {ADDRESS: {"auth": auth}}}))
    archive = str(images.hello(Steps()).archive)
    pushed = guarded.crane("push", archive, f"{ADDRESS}/mine/hello:1", environment={"DOCKER_CONFIG": str(tmp_path)})
    assert pushed.returncode == 0, pushed.stderr
    status, _ = edge.request(guarded, "GET", "/v2/mine/hello/manifests/1", *_login(**_words()))
    assert status == 200


def test_a_node_pulls_with_the_secret_of_the_pods_namespace_and_not_without(guarded: Parts) -> None:
    refused = guarded.run_until(
        _puller("no-secret", "false"),
        lambda pod: "authorization failed" in kube.container_state(pod)[1],
        "the pull to be refused for want of a password",
    )
    assert kube.container_state(refused)[0] == "waiting"
    manifest = _puller("with-secret", "false")
    manifest["spec"]["imagePullSecrets"] = [{"name": f"{guarded.release.fullname}-pull"}]
    guarded.run_until(manifest, lambda pod: kube.container_state(pod)[0] == "running", "the pod to run")


def test_the_webhook_gives_the_secret_to_a_pod_that_does_not_name_it(guarded: Parts) -> None:
    pod = guarded.run_until(
        _puller("given-secret", None), lambda pod: kube.container_state(pod)[0] == "running", "the pod to run"
    )
    assert pod["spec"]["imagePullSecrets"] == [{"name": f"{guarded.release.fullname}-pull"}]


def _puller(name: str, inject: str | None) -> dict[str, Any]:
    """Return a pod that pulls at each start. `inject`: what its annotation says, None for no annotation."""
    manifest = kube.pod_manifest(name, f"{ADDRESS}/demo/hello:2", namespace=TEST_NAMESPACE, imagePullPolicy="Always")
    if inject is not None:
        manifest["metadata"]["annotations"] = {"connected-registry.io/inject": inject}
    return manifest
