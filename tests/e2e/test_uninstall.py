"""`helm uninstall` leaves nothing, and the chart can be installed again, under another name too."""

from installation import NODE, NODE_LABEL, TEST_NAMESPACE, Parts, install, node_files
from lib import kube, release
from lib.kube import LocalKube
from lib.parent import Parent
from lib.release import Release
from lib.waiting import wait_for
from snapshot import Snapshot

OTHER = Release("edge", "default")


def test_uninstall_leaves_no_object_in_any_namespace_and_no_file_on_the_node(trusted: Parts, before: Snapshot) -> None:
    assert release.uninstall(trusted.local, trusted.release)
    trusted.local.kubectl("label", "node", NODE, f"{NODE_LABEL}-")
    _assert_nothing_is_left(trusted.local, before)
    assert node_files("/var/lib/volumes") == {}


def test_it_installs_again_under_another_name_on_every_node_and_uninstalls_again(
    local: LocalKube, source: Parent, before: Snapshot
) -> None:
    parts = install(local, OTHER, source, [])
    parts.wait_for_trust()
    wait_for(
        "the images to be synchronized",
        lambda: release.tags(local, OTHER, "demo/hello"),
        seconds=60,
        explain=parts.diagnosis,
    )
    parts.run_workload("2", "again")
    local.kubectl("delete", "pod", "again", "--namespace", TEST_NAMESPACE, "--now")
    release.uninstall(local, OTHER)
    _assert_nothing_is_left(local, before)


def _assert_nothing_is_left(local: LocalKube, before: Snapshot) -> None:
    """Wait for what goes on its own once it is marked for it: pods that end, volumes that are removed."""
    local.kubectl("delete", "pods", "--all", "--namespace", TEST_NAMESPACE, "--now", timeout=90)
    left: list[str] = []

    def gone() -> bool:
        left[:] = Snapshot.take(local).added_since(before)
        return not left

    wait_for(
        "all objects and files of the installation to go",
        gone,
        seconds=60,
        explain=lambda: "still there:\n" + "\n".join(f"  {line}" for line in left),
    )
    assert kube.items(local, "pods", TEST_NAMESPACE) == []
    assert Snapshot.take(local).removed_since(before) == []
