"""`helm uninstall` leaves nothing. That the chart can be installed again is in test_two_releases.py."""

from installation import NODE, NODE_LABEL, Parts, node_files
from lib import release
from snapshot import Snapshot, assert_nothing_is_left


def test_uninstall_leaves_no_object_in_any_namespace_and_no_file_on_the_node(trusted: Parts, before: Snapshot) -> None:
    assert release.uninstall(trusted.local, trusted.release)
    trusted.local.kubectl("label", "node", NODE, f"{NODE_LABEL}-")
    assert_nothing_is_left(trusted.local, before)
    assert node_files("/var/lib/volumes") == {}
