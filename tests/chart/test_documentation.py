"""The documents name what there is, neither less nor more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from lib import chart_readme, paths, values_file
from lib.command import Failure

RULE = re.compile(r"\bCR\d{3}\b")


def test_every_rule_has_a_heading_in_the_documents_and_every_heading_a_rule() -> None:
    sources = [
        *(paths.REPOSITORY / "chart" / "templates").rglob("*.*"),
        *(paths.REPOSITORY / "webhook" / "settings").glob("*.cc"),
    ]
    rules = {rule for source in sources for rule in RULE.findall(source.read_text())}
    headings = re.findall(r"^## (CR\d{3})$", (paths.REPOSITORY / "docs" / "rules.md").read_text(), re.MULTILINE)
    assert headings == sorted(rules)


VALUES = (paths.REPOSITORY / "chart" / "values.yaml").read_text()


def test_the_charts_readme_schema_and_values_agree() -> None:
    assert chart_readme.findings() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("values.yaml", "  replicas: 2", "  replicas: 3", "chart/README.md is not what hack/chart-readme makes"),
        ("values.yaml", "  replicas: 2", "  replicas: 2\n  # -- New.\n  new: 1", "does not know webhook.new"),
        ("values.yaml", "# -- Write access", "# Write access", "chart/values.yaml: mode has no comment"),
        ("values.yaml", "  replicas: 2", "  # -- x", "chart/values.yaml does not have webhook.replicas"),
        ("values.schema.json", '"nameOverride"', '"nameReplaced"', "chart/values.yaml does not have nameReplaced"),
        ("README.md", "| `mode` |", "| `Mode` |", "chart/README.md is not what"),
    ],
)
def test_a_difference_between_them_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, old: str, new: str, found: str
) -> None:
    for name, attribute in (("values.yaml", "VALUES"), ("values.schema.json", "SCHEMA"), ("README.md", "FILE")):
        text = (paths.REPOSITORY / "chart" / name).read_text()
        assert name != file or old in text
        (tmp_path / name).write_text(text.replace(old, new, 1) if name == file else text)
        monkeypatch.setattr(chart_readme, attribute, tmp_path / name)
    assert any(found in line for line in chart_readme.findings())


def test_the_reader_of_values_reads_them_as_yaml_does() -> None:
    def same(keys: list[values_file.Key], values: dict[str, Any]) -> None:
        assert [key.name for key in keys] == list(values)
        for key in keys:
            assert yaml.safe_load(key.default()) == values[key.name], key.path
            if key.keys:
                same(key.keys, values[key.name])

    same(values_file.read(VALUES), yaml.safe_load(VALUES))


def test_the_reader_of_values_says_what_it_cannot_read() -> None:
    with pytest.raises(Failure, match=r"line 2 .*key without a colon"):
        values_file.read("a: 1\nkey without a colon\n")
