"""From any source of the certificate to any other, and to plain HTTP and back, by one `helm upgrade` each.

The tests are a walk: each starts where the one before ended, and the last one ends where the first began.
"""

from pathlib import Path
from typing import Any

import pytest
from certificates import self_signed
from installation import (
    ADDRESS,
    RELEASE,
    TEST_NAMESPACE,
    Parts,
    client_pod,
    decoded,
    ended,
    exit_code,
    install,
    is_injected,
    node_files,
)
from lib import command, kube
from lib.command import Failure
from lib.waiting import wait_for
from snapshot import Snapshot, is_helms_own

OTHER_ADDRESS = "192.100.100.2"
OWN = ["cert-manager.install=false", "cert-manager.enabled=false"]


def test_to_a_certificate_in_the_values(trusted: Parts, tmp_path: Path) -> None:
    own = self_signed(tmp_path, ADDRESS)
    _upgrade(trusted, OWN, own.values())
    _wait_until_served(trusted, own.certificate.read_text())
    assert own.certificate.read_text().strip() in trusted.bundle()
    _assert_it_works(trusted, "values")


def test_nothing_of_cert_manager_is_left_but_its_definitions(trusted: Parts) -> None:
    namespace = RELEASE.namespace
    for kind in ("issuers.cert-manager.io", "certificates.cert-manager.io"):
        wait_for(f"the {kind} to go", lambda: not kube.items(trusted.local, kind, namespace), seconds=30)
    for suffix in ("-ca", "-tls-source"):
        assert kube.get(trusted.local, "secret", RELEASE.fullname + suffix, namespace) is None
    assert not [
        pod for pod in kube.items(trusted.local, "pods", namespace) if "cert-manager" in pod["metadata"]["name"]
    ]


def test_to_a_certificate_in_a_secret(trusted: Parts, tmp_path: Path) -> None:
    """The tutorial's manifest: kubectl takes it only with --validate=warn, and makes an Opaque Secret of it."""
    own = self_signed(tmp_path, ADDRESS)
    manifest = own.manifest("k8secret", RELEASE.namespace)
    trusted.local.kubectl("apply", "--validate=warn", "--filename=-", input=manifest)
    _upgrade(trusted, OWN, {"tls.secret": "k8secret"})
    _wait_until_served(trusted, own.certificate.read_text())
    _assert_it_works(trusted, "secret")


def test_a_renewed_secret_is_taken_over_and_a_wrong_one_refused(trusted: Parts, tmp_path: Path) -> None:
    wrong = self_signed(tmp_path / "wrong", "10.9.8.7")
    refused = trusted.local.kubectl(
        "apply",
        "--validate=warn",
        "--filename=-",
        input=wrong.manifest("k8secret", RELEASE.namespace),
        check=False,
    )
    assert refused.returncode != 0
    assert f"CR032 Secret k8secret tls.crt: no SAN of type IP equals {ADDRESS} (it has 10.9.8.7)" in refused.stderr
    renewed = self_signed(tmp_path / "renewed", ADDRESS)
    manifest = renewed.manifest("k8secret", RELEASE.namespace)
    trusted.local.kubectl("apply", "--validate=warn", "--filename=-", input=manifest)
    _wait_until_served(trusted, renewed.certificate.read_text())
    _assert_it_works(trusted, "renewed")


def test_to_plain_http(trusted: Parts) -> None:
    _upgrade(trusted, [*OWN, "httpsEnabled=false"], {})
    wait_for("the node to read over HTTP", lambda: "plain HTTP" in trusted.node_state()[1], seconds=90)
    directory = f"certs.d/{ADDRESS}"
    assert f'[host."http://{ADDRESS}"]' in node_files()[f"{directory}/hosts.toml"]
    trusted.run_workload("1", "http")
    _remove(trusted, "http")


def test_back_to_cert_manager(trusted: Parts) -> None:
    trusted.local.kubectl("delete", "secret", "k8secret", "--namespace", RELEASE.namespace)
    _upgrade(trusted, [], {})
    wait_for(
        "cert-manager's certificate to be served",
        lambda: "connected-registry CA" in _issuer(trusted),
        seconds=150,
        explain=trusted.diagnosis,
    )
    _assert_it_works(trusted, "again")


def test_to_another_address(trusted: Parts) -> None:
    """A Service's address cannot be changed: the preflight hook makes way for a new one."""
    _upgrade(trusted, [f"service.clusterIP={OTHER_ADDRESS}"], {})
    wait_for(
        "the node to trust the new address",
        lambda: trusts(trusted, OTHER_ADDRESS),
        seconds=90,
        explain=lambda: f"{trusted.node_state()}\n{trusted.diagnosis()}",
    )
    assert not [path for path in node_files() if f"/{ADDRESS}" in path]
    _assert_it_works(trusted, "moved", OTHER_ADDRESS)


def test_what_the_cluster_refuses_is_refused_before_anything_changes(trusted: Parts) -> None:
    """The address of CoreDNS's own Service: free for nobody."""
    taken = kube.get(trusted.local, "service", "kube-dns", "kube-system")
    assert taken
    earlier = Snapshot.take(trusted.local)
    with pytest.raises(Failure) as refused:
        _upgrade(trusted, [f"service.clusterIP={taken['spec']['clusterIP']}"], {})
    assert "CR003 service.clusterIP: the cluster refuses it: " in str(refused.value)
    assert "nothing was changed" in str(refused.value)
    assert "SyncTokenPassword" not in str(refused.value)
    later = Snapshot.take(trusted.local)
    assert [line for line in later.added_since(earlier) if not is_helms_own(line)] == []
    assert later.changed_since(earlier) == []
    _assert_it_works(trusted, "still", OTHER_ADDRESS)


def test_back_to_the_first_address(trusted: Parts) -> None:
    _upgrade(trusted, [], {})
    wait_for(
        "the node to trust the first address again",
        lambda: trusts(trusted, ADDRESS),
        seconds=90,
        explain=lambda: f"{trusted.node_state()}\n{trusted.diagnosis()}",
    )
    _assert_it_works(trusted, "back")


def trusts(parts: Parts, address: str) -> bool:
    state, message = parts.node_state()
    return state == "Trusted" and message.startswith(f"trusts {address}")


def _upgrade(parts: Parts, settings: list[str], values: dict[str, Any]) -> None:
    install(parts.local, parts.release, parts.source, settings, values)


def _wait_until_served(parts: Parts, certificate: str) -> None:
    """Wait until the controller has made a certificate the active one, and the node has verified it."""
    wait_for(
        "the certificate to become the active one",
        lambda: decoded(parts.get("secret", "-active-tls"), "tls.crt").strip() == certificate.strip(),
        seconds=60,
        explain=parts.diagnosis,
    )
    parts.wait_for_trust()


def _issuer(parts: Parts) -> str:
    pem = decoded(parts.get("secret", "-active-tls"), "tls.crt")
    return command.run(["openssl", "x509", "-noout", "-issuer"], input=pem).stdout


def _assert_it_works(parts: Parts, name: str, address: str = ADDRESS) -> None:
    """Assert that a node pulls and that a client in a pod reads, as in the first place."""
    parts.run_workload("1", f"pull-{name}", address)
    client = client_pod(f"client-{name}", "true", "manifest", f"{address}/demo/hello:1")

    def read() -> bool:
        """Create a pod anew until the new CA has reached the webhook: a pod keeps the bundle that it was given."""
        pod = parts.run_until(client, ended, "the client to end")
        assert is_injected(pod)
        good = exit_code(pod) == 0
        _remove(parts, f"client-{name}")
        return good

    wait_for("a client in a pod to trust the registry", read, seconds=60)
    _remove(parts, f"pull-{name}")


def _remove(parts: Parts, *names: str) -> None:
    parts.local.kubectl("delete", "pod", *names, "--namespace", TEST_NAMESPACE, "--now")
