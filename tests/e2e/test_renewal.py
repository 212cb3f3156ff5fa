"""A renewed certificate costs no pull, and a broken one never reaches a client."""

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import edge
from installation import ADDRESS, NODE, Parts, decoded
from lib import cluster, command
from lib.waiting import wait_for

RENEWALS = 10
CLIENTS = 8


@contextmanager
def pulling_clients(parts: Parts) -> Iterator[list[tuple[int, str]]]:
    """While the block runs, clients pull in a loop, each with one try; yields (pulls, errors) as they come."""
    results: list[tuple[int, str]] = []
    with tempfile.TemporaryDirectory(prefix="renewal-") as directory:
        bundle = Path(directory) / "ca.crt"
        bundle.write_text(parts.bundle())
        # curl never tries again; crane would.
        script = (
            'set -f; n=0; while [ ! -e "$1/stop" ]; do '
            'for path in manifests/1 "$2"; do '
            'curl --silent --show-error --fail --max-time 30 --cacert "$1/ca.crt" --output /dev/null'
            ' --header "Accept: application/vnd.oci.image.manifest.v1+json"'
            ' "https://$3/v2/demo/hello/$path" || exit 1; done; n=$((n+1)); done; echo "$n"'
        )
        manifest = json.loads(parts.crane("manifest", f"{ADDRESS}/demo/hello:1").stdout)
        layer = f"blobs/{manifest['layers'][0]['digest']}"

        def client() -> None:
            done = cluster.run(["sh", "-c", script, "client", directory, layer, ADDRESS], check=False, timeout=600)
            count = done.stdout.strip()
            results.append((int(count) if count else 0, done.stderr if done.returncode else ""))

        threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield results
        finally:
            (Path(directory) / "stop").touch()
            for thread in threads:
                thread.join()


def served(parts: Parts) -> str:
    """Return the serial number of the certificate that the service shows."""
    shown = cluster.run(
        ["openssl", "s_client", "-connect", f"{ADDRESS}:443", "-servername", ADDRESS], input="", check=False, timeout=20
    )
    return serial(shown.stdout)


def serial(pem: str) -> str:
    """Return the serial number of a certificate; empty where there is none."""
    if "BEGIN CERTIFICATE" not in pem:
        return ""
    return command.run(["openssl", "x509", "-noout", "-serial"], input=pem).stdout.strip()


def mounted(parts: Parts) -> str:
    """Return the certificate in the registry's pod, as the kubelet mounts it, in memory that only the node sees."""
    uid = edge.registry_pod(parts)["metadata"]["uid"]
    path = f"/var/lib/kubelet/pods/{uid}/volumes/kubernetes.io~secret/active-tls/tls.crt"
    return cluster.run(["cat", path], node=NODE).stdout


def test_ten_renewals_under_pulling_clients_lose_no_pull_and_are_served_within_seconds(trusted: Parts) -> None:
    name = f"{trusted.release.fullname}-tls-source"
    with pulling_clients(trusted) as results:
        for _ in range(RENEWALS):
            before = served(trusted)
            trusted.local.kubectl("delete", "secret", name, f"--namespace={trusted.release.namespace}")
            wait_for(
                "the kubelet to bring a new certificate",
                lambda: serial(mounted(trusted)) not in ("", before),
                seconds=60,
                explain=trusted.diagnosis,
            )
            brought = time.monotonic()
            wait_for(
                "the new certificate to be served",
                lambda: served(trusted) not in ("", before),
                seconds=5,
                explain=trusted.diagnosis,
            )
            assert time.monotonic() - brought <= 5
    assert [error for _, error in results if error] == []
    assert len(results) == CLIENTS and all(pulls > RENEWALS for pulls, _ in results), results


def test_a_broken_pair_is_not_taken_and_the_old_one_goes_on(trusted: Parts) -> None:
    """The watcher's own check, should a bad pair ever reach the pod: the key of another certificate."""
    namespace = f"--namespace={trusted.release.namespace}"
    good = served(trusted)
    deployment = f"deployment/{trusted.release.fullname}-controller"
    replicas = trusted.get("deployment", "-controller")["spec"]["replicas"]
    original = trusted.get("secret", "-active-tls")["data"]["tls.key"]
    key = command.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]).stdout
    try:
        # Without its controller, which would put the right pair back at once.
        trusted.local.kubectl("scale", deployment, "--replicas=0", namespace)
        wait_for("the controller to end", lambda: trusted.pods("controller") == [], seconds=60)
        _patch_key(trusted, {"stringData": {"tls.key": key}})
        wait_for(
            "the watcher to refuse the pair",
            lambda: "key" in _refusal(trusted),
            seconds=60,
            explain=lambda: _refusal(trusted) or "it says nothing",
        )
        assert served(trusted) == good
        assert edge.request(trusted, "GET", "/v2/demo/hello/manifests/1")[0] == 200
    finally:
        _patch_key(trusted, {"data": {"tls.key": original}})
        trusted.local.kubectl("scale", deployment, f"--replicas={replicas}", namespace)
        trusted.local.kubectl("rollout", "status", deployment, namespace, "--timeout=90s", timeout=100)
    assert decoded(trusted.get("secret", "-active-tls"), "tls.crt")


def _patch_key(parts: Parts, patch: dict[str, dict[str, str]]) -> None:
    """As the controller would, whose writing alone is not judged on admission: nobody else gets a bad pair there."""
    name = f"{parts.release.fullname}-active-tls"
    parts.local.kubectl(
        f"--as=system:serviceaccount:{parts.release.namespace}:{parts.release.fullname}-controller",
        "patch",
        "secret",
        name,
        f"--namespace={parts.release.namespace}",
        "--patch-file=/dev/stdin",
        input=json.dumps(patch),
    )


def _refusal(parts: Parts) -> str:
    """Return the watcher's last word on a certificate that it did not take."""
    pod = edge.registry_pod(parts)["metadata"]["name"]
    said = parts.local.kubectl("logs", pod, "--container=certificate", f"--namespace={parts.release.namespace}").stdout
    return "\n".join(line for line in said.splitlines()[-5:] if "not done" in line and "certificate" in line)
