"""The documents name what there is, neither less nor more."""

from __future__ import annotations

import re

from lib import paths

RULE = re.compile(r"\bCR\d{3}\b")


def test_every_rule_has_a_heading_in_the_documents_and_every_heading_a_rule() -> None:
    sources = [
        *(paths.REPOSITORY / "chart" / "templates").rglob("*.*"),
        *(paths.REPOSITORY / "webhook" / "settings").glob("*.cc"),
    ]
    rules = {rule for source in sources for rule in RULE.findall(source.read_text())}
    headings = re.findall(r"^## (CR\d{3})$", (paths.REPOSITORY / "docs" / "rules.md").read_text(), re.MULTILINE)
    assert headings == sorted(rules)


def test_the_map_names_every_folder_of_the_binary() -> None:
    architecture = (paths.REPOSITORY / "ARCHITECTURE.md").read_text()
    rows = set(re.findall(r"^\| (\w+) \|", architecture, re.MULTILINE))
    modules = {folder.name for folder in (paths.REPOSITORY / "webhook").iterdir() if folder.is_dir()}
    assert modules <= rows


def test_the_map_names_every_folder_at_the_top() -> None:
    architecture = (paths.REPOSITORY / "ARCHITECTURE.md").read_text()
    named = set(re.findall(r"^([a-z-]+)/ ", architecture, re.MULTILINE))
    folders = {f.name for f in paths.REPOSITORY.iterdir() if f.is_dir() and f.name[0] != "." and f.name != "build"}
    assert folders == named
