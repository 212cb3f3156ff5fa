"""Changes that a person makes to Secrets of an installation, as `kubectl edit` sends them."""

import base64
import json
import re
from dataclasses import dataclass, field
from subprocess import CompletedProcess
from typing import Any

from example import Example
from installation import Parts, decoded
from lib import kube

SETTINGS = "connected-registry-settings"
GONE = object()  # In a change of settings: the key is taken away.


@dataclass(frozen=True)
class Secured:
    """An installation whose certificate comes from the Secret k8secret, with the example that it was made by."""

    example: Example
    parts: Parts
    # The settings Secret as it is when nobody plays with it: a change begins there, and is undone by going back to it.
    usual: dict[str, Any] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """The release's."""
        return self.parts.release.namespace

    def settings(self) -> dict[str, Any]:
        """settings.json as it is when nobody plays with it."""
        if not self.usual:
            self.usual.update(self.secret(SETTINGS))
        return json.loads(decoded(self.usual, "settings.json"))

    def restore_settings(self) -> None:
        """Undo a change of the settings."""
        patch = json.dumps({"data": self.usual["data"]})
        words = ["patch", "secret", SETTINGS, "--namespace", self.namespace, "--type=merge", "--patch-file=/dev/stdin"]
        self.parts.local.kubectl(*words, input=patch)

    def change_settings(self, changes: dict[str, Any], *, dry_run: bool = False) -> CompletedProcess[str]:
        """Change values in settings.json. Keys are dotted paths; one that begins with "=" stands flat."""
        document = self.settings()
        for path, value in changes.items():
            _set(document["values"], [path[1:]] if path.startswith("=") else path.split("."), value)
        return self.write_settings(document, dry_run=dry_run)

    def write_settings(self, document: Any, *, dry_run: bool = False) -> CompletedProcess[str]:
        """Replace settings.json."""
        text = document if isinstance(document, str) else json.dumps(document)
        return self.change_secret(SETTINGS, {"settings.json": text}, dry_run=dry_run)

    def change_secret(self, name: str, data: dict[str, str | None], *, dry_run: bool = False) -> CompletedProcess[str]:
        """Change keys of a Secret; None takes one away. What is refused fails, and is not raised."""
        patch = {"data": {key: None if text is None else encoded(text) for key, text in data.items()}}
        words = ["patch", "secret", name, "--namespace", self.namespace, "--type=merge", "--patch-file=/dev/stdin"]
        words += ["--dry-run=server"] if dry_run else []
        return self.parts.local.kubectl(*words, input=json.dumps(patch), check=False)

    def secret(self, name: str) -> dict[str, Any]:
        """Return a Secret of the release's namespace."""
        found = kube.get(self.parts.local, "secret", name, self.namespace)
        assert found is not None
        return found


def assert_refused(result: CompletedProcess[str], rules: set[str], *words: str) -> None:
    """Assert that exactly these rules refused the change, each with a fix, and that the message has these words."""
    said = result.stdout + result.stderr
    assert result.returncode != 0, said
    # Warnings, if there are any, stand before it.
    _, denied, reasons = said.partition("denied the request: ")
    assert denied, said
    findings = re.findall(r"\b(CR\d{3}) .*? Fix: ", reasons)
    assert set(findings) == rules, said
    for word in words:
        assert word in said, said


def encoded(text: str) -> str:
    """As a Secret holds it."""
    return base64.b64encode(text.encode()).decode()


def _set(values: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        values = values.setdefault(part, {})
    if value is GONE:
        values.pop(path[-1], None)
    else:
        values[path[-1]] = value
