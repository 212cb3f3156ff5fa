"""values.yaml with its comments: the keys, their defaults as they are written, and what is said about each.

This reads the YAML that our values.yaml is written in, not all of YAML: block maps and lists, two spaces a level,
scalars and empty collections in one line. A test compares it with a real parser.
"""

import re
from dataclasses import dataclass, field

from lib.command import Failure

_KEY = re.compile(r"^( *)([A-Za-z][\w./-]*):(?: (.*))?$")
_DOCUMENTATION = "-- "


@dataclass
class Key:
    """A key and what stands below it."""

    path: str
    name: str = ""
    # The text after the colon; empty for a block.
    value: str = ""
    # The comment that begins with "--", in one line; None where there is none.
    documentation: str | None = None
    # A comment without "--": about the group that begins here.
    introduction: str = ""
    keys: list["Key"] = field(default_factory=list)
    # The lines of a block list, without their indentation.
    items: list[str] = field(default_factory=list)

    def default(self) -> str:
        """Return the default in one line, as YAML's flow style writes it."""
        if self.keys:
            return "{" + ", ".join(f"{key.name}: {key.default()}" for key in self.keys) + "}"
        if self.items:
            return _flow_list(self.items)
        return self.value

    def documented_below(self) -> bool:
        """Report whether a key below has documentation of its own."""
        return any(key.documentation is not None or key.documented_below() for key in self.keys)


def read(text: str) -> list[Key]:
    """Return the keys at the top, with all others below them. Raises Failure with the line that cannot be read."""
    top = Key("")
    # The maps that are open, by their indentation.
    open_keys: list[tuple[int, Key]] = [(-1, top)]
    comment: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if stripped.startswith("#"):
            comment.append(stripped[1:].strip())
            continue
        if not stripped:
            comment = []
            continue
        indentation = len(line) - len(line.lstrip(" "))
        if stripped.startswith("- ") or (open_keys[-1][1].items and indentation > open_keys[-1][0] + 2):
            open_keys[-1][1].items.append(line[open_keys[-1][0] + 2 :])
            continue
        found = _KEY.match(line)
        if not found:
            raise Failure(
                f"values.yaml line {number} is written in a way that hack/chart-readme cannot read: {stripped}"
            )
        while open_keys[-1][0] >= indentation:
            open_keys.pop()
        parent = open_keys[-1][1]
        name = found.group(2)
        key = Key(f"{parent.path}.{name}" if parent.path else name, name, value=(found.group(3) or "").strip())
        _describe(key, comment)
        comment = []
        parent.keys.append(key)
        open_keys.append((indentation, key))
    return top.keys


def paths(keys: list[Key]) -> set[str]:
    """Return the paths of these keys and of all below them."""
    return {key.path for key in keys}.union(*(paths(key.keys) for key in keys))


def _describe(key: Key, comment: list[str]) -> None:
    start = next((index for index, line in enumerate(comment) if line.startswith(_DOCUMENTATION)), None)
    if start is None:
        key.introduction = " ".join(comment)
        return
    key.introduction = " ".join(comment[:start])
    key.documentation = " ".join([comment[start].removeprefix(_DOCUMENTATION), *comment[start + 1 :]])


def _flow_list(lines: list[str]) -> str:
    """Return a block list in flow style: of scalars, or of maps of scalars."""
    entries: list[list[str]] = []
    for line in lines:
        if line.lstrip().startswith("- "):
            entries.append([])
        entries[-1].append(line.replace("- ", "  ", 1).strip())
    parts = ["{" + ", ".join(entry) + "}" if ":" in entry[0] else entry[0] for entry in entries]
    return "[" + ", ".join(parts) + "]"
