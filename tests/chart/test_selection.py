"""The API server's matchConditions and our own matcher choose the same pods.

The conditions decide which pods reach the webhook at all; the matcher decides what it does with them, what `inject`
does, and which pods the controller reports. A pod on which they differ is left out or asked for in vain.
"""

import copy
import itertools
import json
import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml
from api_server import ApiServer
from charts import Chart
from lib import build, paths
from lib.progress import Steps

COUNT = 1000
SPACE, HOME = "selection", "edge"
EXTRA = ["mirror.example", "registry:5000", "localhost", "[fd00::2]", "10.1.2.3:8443"]
# The registry's address, and one whose references are its neighbours.
ADDRESSES = {"192.100.100.1": "192.100.100.10", "fd00::1": "fd00::11"}


def binary() -> str:
    """Return the release build of our program, made now where it is older than its sources."""
    build.build("release", Steps(), build.BINARY)
    return str(paths.REPOSITORY / "build" / "release" / build.BINARY)


def references(address: str, seed: int) -> list[str]:
    """Return a thousand image references around the registry's hosts: right ones, near ones, far ones."""
    generate = random.Random(seed)
    bracketed = f"[{address}]" if ":" in address else address
    near = f"[{ADDRESSES[address]}]" if ":" in address else ADDRESSES[address]
    hosts = [bracketed, near, address, *EXTRA]
    hosts += [f"connected-registry.{HOME}{rest}" for rest in ("", ".svc", ".svc.cluster.local", ".svc.example", ".sv")]
    hosts += ["connected-registry", "connected-registry.other", "docker.io", "library", "LOCALHOST", "registry", ""]
    ports = ["", "", ":443", ":444", ":4430", ":", ":5000", ":8443"]
    paths_ = ["app", "team/app", "192.100.100.1/app", "a.b/c", "", "app/", "A"]
    ends = ["", ":1", ":v1.2_3", "@sha256:" + "0" * 64, ":1@sha256:" + "a" * 64]
    fronts = ["", "", "", "", "registry.example/", "http://", "x", "@", "//"]
    every = list(itertools.product(fronts, hosts, ports, ["/", "/", ""], paths_, ends))
    generate.shuffle(every)
    found = dict.fromkeys("".join(parts) for parts in every)
    # The API takes an image with no space around it, and with something in it.
    return [one for one in found if one][:COUNT]


def pods(address: str, seed: int) -> list[dict[str, Any]]:
    """Return a pod for each reference: in a container or an image volume, with annotations of all kinds."""
    generate = random.Random(seed)
    made = []
    for index, reference in enumerate(references(address, seed)):
        containers = [{"name": "main", "image": "docker.io/library/app:1"}, {"name": "other", "image": "app"}]
        container = {"name": "it", "image": reference}
        place = generate.choice(["containers", "containers", "initContainers", "sidecar", "volume"])
        spec: dict[str, Any] = {"containers": containers[: generate.randint(1, 2)]}
        if place == "volume":
            spec["volumes"] = [{"name": "other", "emptyDir": {}}, {"name": "it", "image": {"reference": reference}}]
        elif place == "containers":
            spec["containers"].insert(generate.randint(0, len(spec["containers"])), container)
        else:
            spec["initContainers"] = [{**container, **({"restartPolicy": "Always"} if place == "sidecar" else {})}]
        metadata: dict[str, Any] = {"name": f"pod-{index}", "namespace": SPACE}
        said = generate.choice([None, None, None, None, "true", "false", "", "yes", "True"])
        if said is not None:
            metadata["annotations"] = {"connected-registry.io/inject": said}
        elif generate.random() < 0.1:
            metadata["annotations"] = {"kubernetes.io/config.mirror": "x"}
            spec["nodeName"] = "node"
        if generate.random() < 0.05:
            metadata["labels"] = {"connected-registry.io/component": "x"}
        made.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    return made


@pytest.fixture(scope="module", params=ADDRESSES)
def address(request: pytest.FixtureRequest, chart: Chart, api_server: ApiServer) -> Iterator[str]:
    """Provide the registry's address and activate the webhook's conditions: a request that meets them fails."""
    if api_server.kubectl("get", "namespace", SPACE, check=False).returncode != 0:
        api_server.create_namespace(SPACE)
    secret = {"username": "u", "password": "p", "pullSecretNamespaces": [SPACE], "injectPullSecret": True}
    values = {"service": {"clusterIP": request.param}, "injection": {"extraHosts": EXTRA}, "access": secret}
    rendered = chart.render({**values, "webhook": {"failurePolicy": "Fail"}}, namespace=HOME)
    configuration = copy.deepcopy(rendered.get("MutatingWebhookConfiguration", f"connected-registry-{HOME}"))
    configuration["metadata"]["name"] = SPACE
    api_server.kubectl("create", "--filename=-", input=yaml.safe_dump(configuration))
    host = f"[{request.param}]" if ":" in request.param else request.param
    try:
        while not is_asked(api_server, pod_of(f"{host}/app")):
            pass  # It comes into force a moment later.
        yield request.param
    finally:
        api_server.kubectl("delete", "mutatingwebhookconfiguration", SPACE)
    # And goes out of it.
    while is_asked(api_server, pod_of(f"{host}/app")):
        pass


def pod_of(image: str) -> dict[str, Any]:
    """Return a pod of one container."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "probe"},
        "spec": {"containers": [{"name": "app", "image": image}]},
    }


def is_asked(server: ApiServer, body: dict[str, Any]) -> bool:
    """Report whether the API server would ask the webhook about a pod: there is none, so it then fails."""
    answer = server.call("POST", f"/api/v1/namespaces/{SPACE}/pods?dryRun=All", body)
    assert answer.status in (201, 500), answer.body
    assert answer.status == 201 or 'failed calling webhook "pods.connected-registry.io"' in answer.body["message"]
    return answer.status == 500


def injected(address: str, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the pods as our program makes them."""
    given = {"apiVersion": "v1", "kind": "List", "items": bodies}
    argv = [binary(), "inject", "-f", "-", "-o", "json", f"--address={address}", f"--namespace={HOME}"]
    argv += [f"--pull-secret-namespace={SPACE}", *(f"--host={host}" for host in EXTRA)]
    result = subprocess.run(argv, input=json.dumps(given), text=True, capture_output=True, timeout=60)
    assert result.returncode == 0, result.stderr
    items = json.loads(result.stdout)["items"]
    assert [item["metadata"]["name"] for item in items] == [body["metadata"]["name"] for body in bodies]
    return items


def matched(address: str, bodies: list[dict[str, Any]]) -> list[bool]:
    """Report whether our own matcher takes each pod: the program adds the CA, or the pull secret for a volume."""
    items = injected(address, bodies)
    return [
        "connected-registry.io/injected" in item["metadata"].get("labels", {}) or "imagePullSecrets" in item["spec"]
        for item in items
    ]


def test_conditions_and_matcher_choose_the_same_of_a_thousand_pods(address: str, api_server: ApiServer) -> None:
    bodies = pods(address, seed=20261125)
    assert len(bodies) == COUNT
    with ThreadPoolExecutor(max_workers=8) as threads:
        asked = list(threads.map(lambda body: is_asked(api_server, body), bodies))
    ours = matched(address, bodies)
    different = [
        (body["metadata"], body["spec"], one, other)
        for body, one, other in zip(bodies, asked, ours, strict=True)
        if one != other
    ]
    assert not different, different[:3]
    # Both answers are given often enough for the comparison to mean something.
    assert COUNT // 10 < sum(asked) < COUNT * 9 // 10


def test_the_api_server_takes_what_the_matcher_made_of_them(address: str, api_server: ApiServer) -> None:
    """In a namespace of the system, for which the webhook is not asked."""
    bodies = injected(address, pods(address, seed=20261126)[:300])
    for body in bodies:
        body["metadata"].pop("namespace")
    path = "/api/v1/namespaces/kube-system/pods?dryRun=All"
    with ThreadPoolExecutor(max_workers=8) as threads:
        answers = list(threads.map(lambda body: api_server.call("POST", path, body), bodies))
    refused = [answer.body for answer in answers if answer.status != 201]
    assert not refused, refused[:3]
