"""The cases of tests/golden/rules, and the layers that docs/rules.md names for each rule."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from lib import paths
from material import Material

DIRECTORY = paths.REPOSITORY / "tests" / "golden" / "rules"
# The hook asks what `check --cluster` asks, by the same code.
SAME = {"preflight hook": "cluster"}
BASE = {"service": {"clusterIP": "192.100.100.1"}}
KINDS = ("bad", "good")


@dataclass(frozen=True)
class Case:
    """One pair of settings: one that breaks a rule, and one that just does not."""

    rule: str
    name: str
    layers: tuple[str, ...]
    body: dict[str, Any]

    def forms(self) -> set[str]:
        """Return the kind of input of the pair: values, a secret, facts, a change, protected, or elsewhere."""
        return {key for key in ("secret", "facts", "change", "protected", "elsewhere") if key in self.body} or {
            "values"
        }

    def values(self, kind: str, material: Material) -> str:
        """Return the values file as JSON."""
        return filled(json.dumps({**BASE, **self.body[kind]}), material)

    def protected(self, kind: str, material: Material) -> str:
        """Return the protected settings file."""
        return filled(self.body["protected"][kind], material)


def filled(text: str, material: Material) -> str:
    """Return the text with each {{NAME}} replaced; the names are Material's."""
    return re.sub(r"\{\{([a-z.-]+)\}\}", lambda name: json.dumps(material.value(name.group(1)))[1:-1], text)


def documented() -> dict[str, tuple[str, ...]]:
    """Return the layers of each rule, as docs/rules.md names them."""
    text = (paths.REPOSITORY / "docs" / "rules.md").read_text()
    found = re.findall(r"^## (CR\d{3})\n\n\*(?:error|warning|error, warning); (.*?)\.\*", text, re.MULTILINE)
    return {rule: tuple(layers.split(", ")) for rule, layers in found}


def cases() -> Iterator[Case]:
    """All cases, by rule. Without layers of its own, a case is for all that its rule is documented for."""
    layers = documented()
    for file in sorted(DIRECTORY.glob("CR*.yaml")):
        yield from _cases(file, layers.get(file.stem, ()))


def _cases(file: Path, layers: tuple[str, ...]) -> Iterator[Case]:
    for number, body in enumerate(yaml.safe_load(file.read_text())):
        own = tuple(body.get("layers", layers))
        yield Case(file.stem, body.get("name", str(number + 1)), own, body)
