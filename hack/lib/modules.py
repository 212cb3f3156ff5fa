"""Reads the modules of webhook/: what CMake lets each link to, and what its files include."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from lib import paths

WEBHOOK = paths.REPOSITORY / "webhook"
ADD_MODULE = re.compile(r"^add_module\((\S+)([^)]*)\)", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def declared(cmake: str) -> dict[str, set[str]]:
    """Return the modules that each module's DEPENDS names in webhook/CMakeLists.txt, in the order of that file.

    A module is named as its directory is (trust/files), not as its library (trust_files).
    """
    found: dict[str, list[str]] = {}
    for name, rest in ADD_MODULE.findall(cmake):
        words = rest.split()
        begin = words.index("DEPENDS") + 1 if "DEPENDS" in words else len(words)
        end = next((at for at in range(begin, len(words)) if words[at].isupper()), len(words))
        found[name] = words[begin:end]
    directories = {name.replace("/", "_"): name for name in found}
    return {name: {directories.get(library, library) for library in libraries} for name, libraries in found.items()}


def sources(tree: Path = WEBHOOK) -> dict[str, str]:
    """Return the text of each C++ file, by its path below the tree."""
    files = (path for path in sorted(tree.rglob("*")) if path.suffix in (".h", ".cc") and path.parent != tree)
    return {path.relative_to(tree).as_posix(): path.read_text() for path in files}


def included(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the modules that the files of each module include; a module is a directory that holds files."""
    found: dict[str, set[str]] = {}
    for path, text in texts.items():
        module = path.rpartition("/")[0]
        others = {name.rpartition("/")[0] for name in INCLUDE.findall(text)}
        found.setdefault(module, set()).update(others - {module})
    return found


def parts(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the parts that each part includes. A part is a header and its source: base/json.h and base/json.cc."""
    found: dict[str, set[str]] = {}
    for path, text in texts.items():
        part = path.rpartition(".")[0]
        others = {name.rpartition(".")[0] for name in INCLUDE.findall(text)}
        found.setdefault(part, set()).update(others - {part})
    return found


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the largest sets of nodes that all reach each other, each sorted: the strongly connected components."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        found: set[str] = set()
        waiting = list(graph[start])
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend(graph.get(node, ()))
        reached[start] = found
    circle = {node: sorted(other for other in reached[node] if node in reached.get(other, ())) for node in graph}
    return sorted({tuple(nodes): nodes for nodes in circle.values() if nodes}.values())
