"""Waiting for something to be so, with an end."""

import time
from collections.abc import Callable

from lib.command import Failure

POLL_SECONDS = 0.2


def wait_for(
    what: str, condition: Callable[[], object], *, seconds: float, explain: Callable[[], str] | None = None
) -> None:
    """Wait until `condition` holds. Raises Failure after `seconds`, with what `explain` then says."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            reason = f": {explain()}" if explain else ""
            raise Failure(f"waited {seconds:g} s for {what}{reason}")
        time.sleep(POLL_SECONDS)
