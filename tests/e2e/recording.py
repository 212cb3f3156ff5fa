"""kubectl and helm, with what they print kept: a person may have it on the screen, in a log, in a ticket."""

from subprocess import CompletedProcess
from typing import Any

from lib.command import CommandFailure
from lib.kube import LocalKube


class RecordingKube(LocalKube):
    """`said`: what every command printed but `get`, which shows what it is asked for, Secrets among it."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def kubectl(self, *arguments: str, **options: Any) -> CompletedProcess[str]:
        """Run kubectl in the cluster's network."""
        return self._kept(super().kubectl, arguments, options)

    def helm(self, *arguments: str, **options: Any) -> CompletedProcess[str]:
        """Run helm in the cluster's network."""
        return self._kept(super().helm, arguments, options)

    def _kept(self, run: Any, arguments: tuple[str, ...], options: dict[str, Any]) -> CompletedProcess[str]:
        try:
            result = run(*arguments, **options)
        except CommandFailure as failure:
            self.said.append(f"{failure}\n{failure.output}")
            raise
        if arguments[0] != "get":
            self.said.append(result.stdout + result.stderr)
        return result
