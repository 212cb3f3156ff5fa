"""An upgrade changes what its values change, and nothing else."""

import re
import shutil
import time
from pathlib import Path

import edge
from installation import Parts, client_pod, ended, exit_code, install
from lib import release
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


def test_from_an_earlier_chart_the_registry_restarts_once_and_holds_what_it_held(
    trusted: Parts, tmp_path: Path
) -> None:
    """One whose registry's pod was another: what the volume holds does not come from the parent again."""
    chart = tmp_path / "chart"
    shutil.copytree(release.CHART, chart)
    description = chart / "Chart.yaml"
    description.write_text(re.sub(r"(?m)^version: .*", "version: 0.0.1", description.read_text()))
    install(trusted.local, trusted.release, trusted.source, ["registry.nginx.resources.requests.cpu=21m"], chart=chart)
    edge.wait_for_state(trusted, "Synchronized")
    assert trusted.get("service")["metadata"]["labels"]["helm.sh/chart"].endswith("-0.0.1")
    earlier = _revision(trusted)
    with edge.parent_stopped():
        install(trusted.local, trusted.release, trusted.source, [])
        assert edge.request(trusted, "GET", "/v2/demo/hello/manifests/1")[0] == 200
    assert _revision(trusted) == earlier + 1
    assert [state["restartCount"] for state in edge.registry_pod(trusted)["status"]["containerStatuses"]] == [
        0 for _ in edge.registry_pod(trusted)["spec"]["containers"]
    ]


def _revision(parts: Parts) -> int:
    """Return the number of revisions of the registry's Deployment."""
    return int(parts.get("deployment")["metadata"]["annotations"]["deployment.kubernetes.io/revision"])


def _authorities(parts: Parts, kind: str) -> list[str]:
    """Return the caBundle of each webhook of a configuration."""
    return [webhook["clientConfig"].get("caBundle", "") for webhook in parts.webhook_configuration(kind)["webhooks"]]


def _settled(parts: Parts) -> Snapshot:
    """Return the cluster once nothing but Leases has changed for QUIET_SECONDS."""
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
