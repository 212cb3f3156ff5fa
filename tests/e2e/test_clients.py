"""Clients in injected pods connect to the registry over HTTPS without configuration.

One pod has a container for each client; the same pod without injection shows that it is the injection that helps.
docs/clients.md says the same to users, and which clients need more.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from installation import ADDRESS, CHART, TEST_NAMESPACE, Parts
from lib import clients, diagnosis, images, kube
from lib.progress import Steps

API = f"https://{ADDRESS}/v2/"
IMAGE = f"{ADDRESS}/demo/hello:1"
REPOSITORY, _, VERSION = CHART.partition(":")
PYTHON = f"import urllib.request; print(urllib.request.urlopen('{API}').status)"
NODE = f"require('https').get('{API}', answer => process.exit(answer.statusCode == 200 ? 0 : 1))"

COMMANDS = {
    "crane": ["crane", "manifest", IMAGE],
    "skopeo": ["skopeo", "inspect", "--raw", f"docker://{IMAGE}"],
    "helm": ["helm", "pull", f"oci://{ADDRESS}/{REPOSITORY}", f"--version={VERSION}", "--destination=/tmp"],
    "curl": ["curl", "--silent", "--show-error", "--fail", API],
    "node": ["node", "--eval", NODE],
    "python-ssl": ["python3.11", "-c", PYTHON],
    "openssl": [
        "openssl",
        "s_client",
        "-brief",
        "-verify_return_error",
        f"-verify_ip={ADDRESS}",
        f"-connect={ADDRESS}:443",
    ],
    "plain-go": ["plain-client", API],
}
# openssl takes an option's value as the next word only.
COMMANDS["openssl"] = [part for word in COMMANDS["openssl"] for part in word.split("=")]


def pod(name: str, inject: str) -> dict[str, Any]:
    """Return a pod that runs every client once."""
    manifest = kube.pod_manifest(
        name, clients.NAME, namespace=TEST_NAMESPACE, annotations={"connected-registry.io/inject": inject}
    )
    manifest["spec"]["containers"] = [
        # helm and skopeo store their state here, and nothing about trust.
        {"name": client, "image": clients.NAME, "command": command, "env": [{"name": "HOME", "value": "/tmp"}]}
        for client, command in COMMANDS.items()
    ]
    return manifest


def exit_codes(found: dict[str, Any]) -> dict[str, int]:
    """With which code each container ended; those that have not are left out."""
    return {
        status["name"]: status["state"]["terminated"]["exitCode"]
        for status in found["status"].get("containerStatuses", [])
        if "terminated" in status["state"]
    }


@pytest.fixture(scope="module")
def ran(trusted: Parts) -> Iterator[dict[str, dict[str, int]]]:
    """Provide the exit codes of all clients, injected ("true") and not ("false")."""
    steps = Steps()
    images.load([clients.image(steps)], steps)
    pods = {inject: pod(f"clients-{inject}", inject) for inject in ("true", "false")}
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(pods.values())})
    trusted.local.kubectl("create", "--filename=-", input=text)
    yield {
        inject: exit_codes(
            kube.wait_for_pod(
                trusted.local,
                f"clients-{inject}",
                TEST_NAMESPACE,
                lambda found: len(exit_codes(found)) == len(COMMANDS),
                what="every client to end",
                seconds=120,
                explain=lambda: diagnosis.of_pod_named(trusted.local, f"clients-{inject}", TEST_NAMESPACE),
            )
        )
        for inject in pods
    }


def said(parts: Parts, inject: str, client: str) -> str:
    """Return a client's output."""
    return parts.local.kubectl(
        "logs", f"clients-{inject}", "--namespace", TEST_NAMESPACE, f"--container={client}"
    ).stdout


@pytest.mark.parametrize("client", COMMANDS)
def test_a_client_reaches_the_registry_with_nothing_set(
    trusted: Parts, ran: dict[str, dict[str, int]], client: str
) -> None:
    assert ran["true"][client] == 0, said(trusted, "true", client)


@pytest.mark.parametrize("client", COMMANDS)
def test_the_same_client_fails_where_the_pod_refuses(
    trusted: Parts, ran: dict[str, dict[str, int]], client: str
) -> None:
    assert ran["false"][client] != 0, said(trusted, "false", client)
    assert "certificate" in said(trusted, "false", client).lower()
