"""Progress lines that a person can follow, on a terminal and in a log alike."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

SIGN_OF_LIFE_SECONDS = 15.0


class Step:
    """One piece of work under way. `note` says how far it is; the next sign of life shows it."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.started = time.monotonic()
        self._detail = ""

    def note(self, detail: str) -> None:
        """Remember how far the step is. Cheap: call it as often as you like, from any thread."""
        self._detail = detail

    def sign_of_life(self) -> str:
        """One line that says the step still runs, for how long, and where it is."""
        elapsed = time.monotonic() - self.started
        detail = f": {self._detail}" if self._detail else ""
        return f"  still {self.title}, {elapsed:.0f} s{detail}"


class Steps:
    """A run's progress, with the seconds since its start before each line.

    One instance serves one command. Safe to use from several threads.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def elapsed(self) -> float:
        """Seconds since this run began."""
        return time.monotonic() - self._started

    def say(self, line: str) -> None:
        """Print one line."""
        with self._lock:
            print(f"[{self.elapsed():6.1f}s] {line}", file=self._stream, flush=True)

    def sub(self, line: str) -> None:
        """Print one line that belongs to the line above it."""
        self.say(f"  {line}")

    @contextmanager
    def step(self, title: str, done: str | None = None) -> Iterator[Step]:
        """Announce work, show that it lives while it runs, and say how long it took.

        `done`: what to say at the end instead of "done". Nothing is said when the block raises: the error will be.
        """
        step = Step(title)
        finished = threading.Event()
        self.say(f"{title} ...")

        def show_life() -> None:
            while not finished.wait(SIGN_OF_LIFE_SECONDS):
                self.say(step.sign_of_life())

        watcher = threading.Thread(target=show_life, daemon=True)
        watcher.start()
        try:
            yield step
        finally:
            finished.set()
            watcher.join()
        self.sub(f"{done or 'done'} ({time.monotonic() - step.started:.1f} s)")
