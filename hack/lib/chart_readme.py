"""chart/README.md: made from values.yaml; and whether values.yaml, its schema and the README agree."""

import json
from collections.abc import Iterator
from typing import Any

from lib import paths, values_file
from lib.values_file import Key

FILE = paths.REPOSITORY / "chart" / "README.md"
VALUES = paths.REPOSITORY / "chart" / "values.yaml"
SCHEMA = paths.REPOSITORY / "chart" / "values.schema.json"

# Keys of the schema that values.yaml does not have: other spellings, and what may stand inside of empty maps and lists.
HIDDEN = {
    "HttpsEnabled",
    "httpEnabled",
    *(f"/tls.{key}" for key in ("secret", "crt", "key", "cacrt")),
    "injection.namespaceSelector.matchLabels",
    "injection.namespaceSelector.matchExpressions",
}
HIDDEN_LAST = {"claims"}

HEAD = """\
<!-- Made by hack/chart-readme from values.yaml; change the comments there. -->

# The chart connected-registry

An HTTPS registry on a fixed service IP. The nodes and pods of the cluster trust it. It copies images from a parent
registry.

```
helm install connected-registry chart \\
  --namespace connected-registry --create-namespace --wait \\
  --set service.clusterIP=192.100.100.1
```

[values-examples](../values-examples) has a commented values file for each kind of installation.
[docs/rules.md](../docs/rules.md) explains every rule for settings. `values.schema.json` refuses unknown keys and wrong
types.

## Values
"""


def text() -> str:
    """Return the text of the README. Raises Failure if a key has no comment."""
    rows = ["| key | default | description |", "|--|--|--|"]
    for key in values_file.read(VALUES.read_text()):
        rows += _rows(key)
    return HEAD + "\n" + "\n".join(rows) + "\n"


def findings() -> list[str]:
    """Return the differences, a line each."""
    keys = values_file.read(VALUES.read_text())
    found = [f"chart/values.yaml: {path} has no comment that begins with '# --'" for path in _unexplained(keys)]
    written, known = _declared(keys), set(_schema_paths(json.loads(SCHEMA.read_text())))
    found += [f"chart/values.schema.json does not know {path} of values.yaml" for path in sorted(written - known)]
    found += [f"chart/values.yaml does not have {path} of the schema" for path in sorted(known - written)]
    if not FILE.exists() or FILE.read_text() != text():
        found.append("chart/README.md is not what hack/chart-readme makes of values.yaml; run it")
    return found


def _rows(key: Key) -> Iterator[str]:
    if key.documentation is not None:
        # A group that explains itself and whose keys do as well has no default of its own.
        default = "" if key.documented_below() else f" `{_cell(key.default())}`"
        yield f"| `{key.path}` |{default} | {_cell(key.documentation)} |"
    elif key.introduction:
        yield f"| `{key.path}` | | {_cell(key.introduction)} |"
    if key.documentation is None or key.documented_below():
        for below in key.keys:
            yield from _rows(below)


def _unexplained(keys: list[Key]) -> Iterator[str]:
    """Keys without documentation whose map is not explained as a whole."""
    for key in keys:
        if key.documentation is None and not key.documented_below():
            yield key.path
        elif key.documented_below():
            yield from _unexplained(key.keys)


def _declared(keys: list[Key]) -> set[str]:
    """Return the paths of all keys, down to maps that are explained as a whole: what these hold, others define."""
    found = set()
    for key in keys:
        found.add(key.path)
        if key.documentation is None or key.documented_below():
            found |= _declared(key.keys)
    return found


def _schema_paths(schema: dict[str, Any]) -> Iterator[str]:
    """Return the paths of all keys that the schema names, down to the same depth as _declared()."""
    whole = {key.path for key in _whole(values_file.read(VALUES.read_text()))}

    def walk(part: dict[str, Any], path: str) -> Iterator[str]:
        if "$ref" in part:
            part = schema["definitions"][part["$ref"].rpartition("/")[2]]
        for name, below in part.get("properties", {}).items():
            here = f"{path}.{name}" if path else name
            flat = not path and "." in name
            if (f"/{name}" if flat else here) in HIDDEN or name in HIDDEN_LAST:
                continue
            yield here
            if here not in whole:
                yield from walk(below, here)

    # certmanager's values are judged by its own chart.
    yield from (path for path in walk(schema, "") if not path.startswith("certmanager."))
    yield from (path for path in _declared(values_file.read(VALUES.read_text())) if path.startswith("certmanager."))


def _whole(keys: list[Key]) -> Iterator[Key]:
    for key in keys:
        if key.documentation is not None and not key.documented_below():
            yield key
        else:
            yield from _whole(key.keys)


def _cell(content: str) -> str:
    return content.replace("|", "\\|")
