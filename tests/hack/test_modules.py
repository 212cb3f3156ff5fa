"""The modules of webhook/ depend on each other in one direction, as ARCHITECTURE.md and CMake say."""

import os
import re

import pytest
from lib import modules, paths

CMAKE = (modules.WEBHOOK / "CMakeLists.txt").read_text()
ARCHITECTURE = (paths.REPOSITORY / "ARCHITECTURE.md").read_text()
HEAD = "| module | holds | may use |\n|--|--|--|\n"


def table() -> dict[str, set[str]]:
    """Read the table of modules in ARCHITECTURE.md: module -> the modules that it may use."""
    rows = ARCHITECTURE.partition(HEAD)[2].partition("\n\n")[0].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert all(len(row) == 3 for row in cells)
    return {row[0]: set(filter(None, (one.strip() for one in row[2].split(",")))) for row in cells}


def test_the_map_and_cmake_name_the_same_dependencies() -> None:
    """CONNECTED_REGISTRY_UPDATE_GOLDEN=1 writes CMake's dependencies into the map."""
    declared = modules.declared(CMAKE)
    if os.environ.get("CONNECTED_REGISTRY_UPDATE_GOLDEN"):
        before, head, text = ARCHITECTURE.partition(HEAD)
        for name, uses in declared.items():
            cell = ", ".join(other for other in declared if other in uses)
            text = re.sub(rf"^(\| {name} \| .* \|) .*\|$", rf"\1 {cell} |", text, flags=re.MULTILINE)
        (paths.REPOSITORY / "ARCHITECTURE.md").write_text(before + head + text)
        return
    assert table() == declared
    assert list(table()) == list(declared)


def test_files_include_only_modules_that_theirs_depends_on() -> None:
    declared, included = modules.declared(CMAKE), modules.included(modules.sources())
    assert {name: included[name] - declared[name] for name in included if included[name] - declared[name]} == {}
    assert included.keys() == declared.keys()


def test_each_module_depends_only_on_those_before_it() -> None:
    for order in (modules.declared(CMAKE), table()):
        names = list(order)
        upward = {name: order[name] - set(names[:at]) for at, name in enumerate(names) if order[name] - set(names[:at])}
        assert upward == {}


def test_trusts_modules_stand_on_each_other() -> None:
    """trust/agent uses trust/runtimes, which uses trust/files; and no other module but cli knows of them."""
    declared = modules.declared(CMAKE)
    assert {one for one in declared["trust/files"] if one.startswith("trust/")} == set()
    assert {one for one in declared["trust/runtimes"] if one.startswith("trust/")} == {"trust/files"}
    users = {name for name, uses in declared.items() if any(one.startswith("trust/") for one in uses)}
    assert users == {"trust/runtimes", "trust/agent", "cli"}


# A facade and the part behind it, which uses the facade's types. Nothing may be added here; a type that moves into a
# header of its own takes its circle away.
KNOWN_CIRCLES: list[list[str]] = [
    ["inject/environment", "inject/pod", "inject/rendered_policy"],
    ["kube/client", "kube/connection_pool", "kube/watch_stream"],
    ["trust/files/file_reconciler", "trust/files/node_files"],
]


def test_no_files_include_each_other_in_a_circle() -> None:
    assert modules.circles(modules.parts(modules.sources())) == KNOWN_CIRCLES


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["b", "c"], "b": ["c"], "c": []}, []),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, [["b", "c"]]),
        ({"a": ["a"], "b": ["c"], "c": ["d"], "d": ["b", "a"]}, [["a"], ["b", "c", "d"]]),
    ],
)
def test_circles_are_found(graph: dict[str, list[str]], found: list[list[str]]) -> None:
    assert modules.circles(graph) == found


def test_a_header_and_its_source_are_one_part() -> None:
    texts = {
        "trust/runtimes/all.h": "",
        "trust/runtimes/all.cc": '#include "trust/runtimes/all.h"\n#include "trust/runtimes/k3s.h"\n',
        "trust/runtimes/k3s.h": '#include "trust/runtimes/all.h"\n',
        "base/json.cc": "#include <string>\n",
    }
    assert modules.parts(texts)["trust/runtimes/all"] == {"trust/runtimes/k3s"}
    assert modules.circles(modules.parts(texts)) == [["trust/runtimes/all", "trust/runtimes/k3s"]]
    assert modules.included(texts) == {"trust/runtimes": set(), "base": set()}


def test_cmakes_lists_are_read_across_lines_and_up_to_the_libraries() -> None:
    text = "add_module(base LIBRARIES x)\nadd_module(trust/files DEPENDS base\n  PRIVATE_LIBRARIES y)\n"
    text += "add_module(cli DEPENDS base\n           trust_files PRIVATE_LIBRARIES CLI11::CLI11)\n"
    assert modules.declared(text) == {"base": set(), "trust/files": {"base"}, "cli": {"base", "trust/files"}}
