"""The controller's account may patch pods: to bring them a new CA, and for nothing else. A real API server judges."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from api_server import Answer, ApiServer
from charts import DEFAULTS, Chart

HOME, TEAM = "live-update", "live-update-team"
ACCOUNT = f"system:serviceaccount:{HOME}:connected-registry-controller"
BUNDLE = "connected-registry.io/ca-bundle"
LABEL = "connected-registry.io/injected"

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "ours",
        "labels": {LABEL: "connected-registry", "app": "web"},
        "annotations": {BUNDLE: "old", "note": "the user's"},
        "finalizers": ["example.com/keep"],
    },
    "spec": {"containers": [{"name": "app", "image": "app:1"}], "activeDeadlineSeconds": 100},
}


def pod(name: str, **metadata: Any) -> dict[str, Any]:
    """Return the pod above under another name, with other metadata."""
    body = copy.deepcopy(POD)
    body["metadata"].update(metadata, name=name)
    return body


@pytest.fixture(scope="module")
def pods(chart: Chart, api_server: ApiServer) -> Iterator[None]:
    """Provide the account with its rights and the policy that holds it, and pods of others."""
    for namespace in (HOME, TEAM):
        api_server.create_namespace(namespace)
    kinds = {
        "ServiceAccount",
        "ClusterRole",
        "ClusterRoleBinding",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    }
    ours = [item for item in chart.render(DEFAULTS, namespace=HOME).ours() if item["kind"] in kinds]
    text = "---\n".join(yaml.safe_dump(item) for item in ours)
    api_server.kubectl("apply", "--server-side", "--validate=strict", "--filename=-", input=text)
    for body in (
        pod("ours"),
        pod("bare", annotations=None, finalizers=None),
        pod("anothers", labels={LABEL: "another-registry"}),
        pod("unlabelled", labels=None),
    ):
        assert api_server.call("POST", f"/api/v1/namespaces/{TEAM}/pods", body).status == 201
    # A policy comes into force a moment after it was made.
    while "ValidatingAdmissionPolicy" not in str(patch(api_server, "unlabelled", {"annotations": {BUNDLE: "x"}}).body):
        pass
    yield
    api_server.kubectl("delete", "--filename=-", "--wait=false", input=text)


def patch(server: ApiServer, name: str, metadata: dict[str, Any], *, user: str = ACCOUNT, **rest: Any) -> Answer:
    """Try a merge patch as the controller would send it."""
    return server.call(
        "PATCH",
        f"/api/v1/namespaces/{TEAM}/pods/{name}?dryRun=All",
        {"metadata": metadata, **rest},
        user=user,
        content_type="application/merge-patch+json",
    )


@pytest.mark.parametrize("name", ["ours", "bare"])
def test_the_controller_may_change_the_annotation_with_the_ca(pods: None, api_server: ApiServer, name: str) -> None:
    answer = patch(api_server, name, {"annotations": {BUNDLE: "new"}})
    assert answer.status == 200, answer.body
    assert answer.body["metadata"]["annotations"][BUNDLE] == "new"


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("another annotation", {"metadata": {"annotations": {"note": "changed"}}}),
    ("an annotation more", {"metadata": {"annotations": {"more": "x"}}}),
    ("an annotation less", {"metadata": {"annotations": {"note": None}}}),
    ("no annotation", {"metadata": {"annotations": None}}),
    ("a label", {"metadata": {"labels": {"app": "other"}}}),
    ("our label", {"metadata": {"labels": {LABEL: None}}}),
    ("the finalizers", {"metadata": {"finalizers": []}}),
    (
        "the owners",
        {"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "1"}]}},
    ),
    ("the image", {"spec": {"containers": [{"name": "app", "image": "app:2"}]}}),
    ("the deadline", {"spec": {"activeDeadlineSeconds": 10}}),
]


@pytest.mark.parametrize("what", [what for what, _ in CHANGES])
def test_it_may_change_nothing_else_of_a_pod(pods: None, api_server: ApiServer, what: str) -> None:
    change = copy.deepcopy(dict(CHANGES)[what])
    metadata = change.pop("metadata", {})
    if metadata.get("annotations", {}) is not None:
        metadata.setdefault("annotations", {})[BUNDLE] = "new"  # As a side effect of what it is there for.
    answer = patch(api_server, "ours", metadata, **change)
    assert answer.status == 422 and "ValidatingAdmissionPolicy" in answer.body["message"], answer.body
    # The same is nothing unusual for somebody else.
    assert patch(api_server, "ours", metadata, user="", **change).status == 200


@pytest.mark.parametrize("name", ["anothers", "unlabelled"])
def test_it_may_change_no_pod_that_it_did_not_inject(pods: None, api_server: ApiServer, name: str) -> None:
    answer = patch(api_server, name, {"annotations": {BUNDLE: "new"}})
    assert answer.status == 422 and "only pods that it has given its CA" in answer.body["message"], answer.body


def test_a_pod_of_the_same_name_that_came_later_is_not_touched(pods: None, api_server: ApiServer) -> None:
    answer = patch(api_server, "ours", {"uid": "another", "annotations": {BUNDLE: "new"}})
    assert answer.status == 422 and "metadata.uid" in str(answer.body["details"]), answer.body
