"""In ReadOnly mode clients read, and only the synchronization writes."""

from installation import ADDRESS, Parts
from lib import images, release
from lib.progress import Steps


def test_a_push_is_refused_with_a_message_that_says_what_to_do(installation: Parts) -> None:
    pushed = installation.crane("push", str(images.hello(Steps()).archive), f"{ADDRESS}/demo/pushed:1")
    assert pushed.returncode != 0
    assert "this registry is read-only" in pushed.stderr
    assert "parent registry" in pushed.stderr
    assert release.tags(installation.local, installation.release, "demo/pushed") == []


def test_a_delete_is_refused(installation: Parts, digest: str) -> None:
    deleted = installation.crane("delete", f"{ADDRESS}/demo/hello@{digest}")
    assert deleted.returncode != 0
    assert "this registry is read-only" in deleted.stderr
    assert "1" in release.tags(installation.local, installation.release, "demo/hello")
