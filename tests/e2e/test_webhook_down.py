"""No webhook answers: settings wait for it, there is a way out, and a namespace can be deleted all the same."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from changes import SETTINGS, Secured, assert_refused
from installation import NODE, decoded
from lib import cluster, kube, paths
from lib.command import CommandFailure
from lib.waiting import wait_for

PORT = 9443  # of the webhook's pods


@contextmanager
def webhook_cut_off() -> Iterator[None]:
    """Whoever wants to talk to the webhook is refused, as if no replica ran."""
    rule = ["OUTPUT", "--protocol", "tcp", "--dport", str(PORT), "--jump", "REJECT", "--reject-with", "tcp-reset"]
    cluster.run(["iptables", "--wait", "--insert", *rule], node=NODE)
    try:
        yield
    finally:
        cluster.run(["iptables", "--wait", "--delete", *rule], node=NODE)


def documented(section: str, name: str, namespace: str) -> list[str]:
    """Return the first block of commands in a section of docs/operation.md."""
    text = (paths.REPOSITORY / "docs" / "operation.md").read_text()
    found = re.search(rf"^## {section}\n.*?```\n(kubectl .*?)```", text, re.DOTALL | re.MULTILINE)
    assert found
    return found.group(1).replace("NAME", name).replace("NS", namespace).splitlines()


def test_a_change_waits_and_a_deletion_does_not(secured: Secured) -> None:
    with webhook_cut_off():
        refused = secured.change_settings({"sync.schedule": "@every 10m"})
        assert 'failed calling webhook "settings.connected-registry.io"' in refused.stderr
        refused = secured.change_secret("k8secret", {"tls.crt": "x"})
        assert 'failed calling webhook "tls.connected-registry.io"' in refused.stderr
        for name in (SETTINGS, "k8secret", "connected-registry-active-tls"):
            words = ("delete", "secret", name, "--namespace", secured.namespace, "--dry-run=server")
            secured.parts.local.kubectl(*words)


def test_the_documented_way_out(secured: Secured) -> None:
    name, namespace = secured.parts.release.fullname, secured.namespace
    delete, upgrade = documented("The webhook is down", name, namespace)
    assert upgrade == "helm upgrade …"
    # The modules before have edited what helm made: the documentation says what helm then asks for.
    words = "--reuse-values --set sync.schedule='@every 9m' --force-conflicts"
    again = f"helm upgrade {name} chart -n {namespace} {words} --wait --timeout 120s"
    with webhook_cut_off():
        with pytest.raises(CommandFailure) as refused:
            secured.example.run(again)
        assert 'failed calling webhook "settings.connected-registry.io"' in refused.value.output
        secured.example.run(delete)
        secured.example.run(again)
    assert '"@every 9m"' in decoded(secured.secret(SETTINGS), "settings.json")

    def judges_again() -> bool:
        return "CR070" in secured.change_settings({"mode": "none"}, dry_run=True).stderr

    wait_for("the check to be back", judges_again, seconds=60, explain=secured.parts.diagnosis)
    assert_refused(secured.change_settings({"mode": "none"}), {"CR070"})


def test_a_namespace_can_be_deleted(secured: Secured) -> None:
    local, namespace = secured.parts.local, secured.namespace
    with webhook_cut_off():
        local.kubectl("delete", "namespace", namespace, "--timeout=90s", timeout=100)
    assert kube.get(local, "namespace", namespace) is None
    # And what the documentation says of the rest is all that there was.
    secured.example.run("\n".join(documented("Uninstall", secured.parts.release.fullname, namespace)))
    kinds = "validatingwebhookconfigurations,mutatingwebhookconfigurations,clusterroles,clusterrolebindings"
    kinds += ",validatingadmissionpolicies,validatingadmissionpolicybindings"
    left = local.kubectl("get", f"{kinds},volumeattachments,priorityclasses", "--output=name").stdout
    assert "connected-registry" not in left
