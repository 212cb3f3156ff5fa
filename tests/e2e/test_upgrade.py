"""An upgrade changes what its values change, and nothing else."""

import time

from installation import Parts, client_pod, ended, exit_code, install
from lib.waiting import wait_for
from snapshot import Snapshot, is_helms_own

# Longer than the controllers take to notice an upgrade.
QUIET_SECONDS = 5


def test_a_second_upgrade_with_the_same_values_changes_nothing(trusted: Parts) -> None:
    first = install(trusted.local, trusted.release, trusted.source, [])
    earlier = _settled(first)
    install(trusted.local, trusted.release, trusted.source, [])
    later = _settled(first)
    assert later.changed_since(earlier) == []
    assert later.removed_since(earlier) == []
    assert [line for line in later.added_since(earlier) if not is_helms_own(line)] == []


def test_an_upgrade_leaves_the_webhooks_authority_in_place(trusted: Parts) -> None:
    earlier = [_authorities(trusted, kind) for kind in ("mutating", "validating")]
    assert all(authority for authorities in earlier for authority in authorities)
    install(trusted.local, trusted.release, trusted.source, ["webhook.resources.requests.cpu=11m"])
    assert [_authorities(trusted, kind) for kind in ("mutating", "validating")] == earlier
    pod = trusted.run_until(client_pod("upgraded", "true", "version"), ended, "the client to end")
    assert exit_code(pod) == 0
    assert "connected-registry.io/injected" in pod["metadata"]["labels"]


def _authorities(parts: Parts, kind: str) -> list[str]:
    """The caBundle of each webhook of a configuration."""
    return [webhook["clientConfig"].get("caBundle", "") for webhook in parts.webhook_configuration(kind)["webhooks"]]


def _settled(parts: Parts) -> Snapshot:
    """The cluster once nothing but Leases has changed for QUIET_SECONDS."""
    latest = Snapshot.take(parts.local)
    since = time.monotonic()

    def quiet() -> bool:
        nonlocal latest, since
        now = Snapshot.take(parts.local)
        if now.changed_since(latest) or now.added_since(latest) or now.removed_since(latest):
            latest, since = now, time.monotonic()
        return time.monotonic() - since > QUIET_SECONDS

    wait_for("the cluster to come to rest", quiet, seconds=60)
    return latest
