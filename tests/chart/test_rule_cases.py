"""Every rule, in every layer that docs/rules.md names for it, has a case that breaks it and one that just does not.

The cases are in tests/golden/rules; those of admission and of the cluster are tried by rule_cases_test.cc.
"""

import json
import re
from pathlib import Path

from layers import Renderer, Verdict, check_all, check_protected, run_check
from lib import paths
from material import Material
from rule_cases import KINDS, SAME, Case, cases, documented

ALL = list(cases())


def of(layer: str) -> list[tuple[Case, str]]:
    """Return the cases of a layer that are values files, with both kinds of each."""
    return [(case, kind) for case in ALL if layer in case.layers and "values" in case.forms() for kind in KINDS]


def expect(tried: list[tuple[Case, str]], verdicts: list[Verdict]) -> None:
    """Assert that the rule is found only where it is broken, and that an error of it does not pass."""
    wrong = []
    for (case, kind), verdict in zip(tried, verdicts, strict=True):
        found = case.rule in verdict.ids()
        severity = case.body.get("severity", "error" if case.rule not in WARNINGS else "warning")
        passes = severity == "warning" or not verdict.passes
        if found != (kind == "bad") or (kind == "bad" and not passes):
            wrong.append(f"{case.rule} {case.name}, {kind}: {verdict.text or 'nothing found'}")
    assert not wrong, "\n".join(wrong)


WARNINGS = {
    rule
    for rule in documented()
    if re.search(rf"^## {rule}\n\n\*warning;", (paths.REPOSITORY / "docs" / "rules.md").read_text(), re.MULTILINE)
}


def test_the_chart(renderer: Renderer, material: Material) -> None:
    tried = of("chart")
    expect(tried, renderer.judge([case.values(kind, material) for case, kind in tried], schema=False))


def test_the_schema(renderer: Renderer, material: Material) -> None:
    tried = of("schema")
    verdicts = renderer.judge([case.values(kind, material) for case, kind in tried], schema=True)
    for (case, kind), verdict in zip(tried, verdicts, strict=True):
        refused = "values don't meet the specifications of the schema" in verdict.text
        assert refused == (kind == "bad"), f"{case.rule} {case.name}, {kind}: {verdict.text}"


def test_check(material: Material) -> None:
    tried = of("check")
    expect(tried, check_all([case.values(kind, material) for case, kind in tried]))


def test_check_of_protected_settings(material: Material, tmp_path: Path) -> None:
    for case in ALL:
        if "protected" not in case.forms():
            continue
        for kind in KINDS:
            verdict = check_protected(tmp_path, case.protected(kind, material))
            assert (case.rule in verdict.ids()) == (kind == "bad"), f"{case.rule} {case.name}, {kind}: {verdict.text}"


def test_every_layer_of_every_rule_has_a_case() -> None:
    """A case of another file counts if the test that is named there exists."""
    covered = set()
    for case in ALL:
        if "elsewhere" in case.forms():
            file, _, name = case.body["elsewhere"].partition("::")
            assert f"\ndef {name}(" in (paths.REPOSITORY / file).read_text(), case.body["elsewhere"]
        else:
            pairs = [case.body.get(form, case.body) for form in case.forms()]
            assert all(kind in pair for pair in pairs for kind in KINDS), f"{case.rule} {case.name}"
        covered |= {(case.rule, SAME.get(layer, layer)) for layer in case.layers}
    wanted = {(rule, SAME.get(layer, layer)) for rule, layers in documented().items() for layer in layers}
    assert covered == wanted


def test_each_case_is_in_a_form_that_its_layers_can_try() -> None:
    tried_by = {
        "values": {"schema", "chart", "check", "admission"},
        "secret": {"admission", "cluster"},
        "facts": {"cluster", "preflight hook"},
        "change": {"admission"},
        "protected": {"check"},
    }
    for case in ALL:
        for form in case.forms() - {"elsewhere"}:
            assert set(case.layers) <= tried_by[form], f"{case.rule} {case.name}: {form}"


def test_the_catalogue_is_documented_in_its_own_words() -> None:
    """Severity, key, rule and fix are those of the program, and its links lead to headings that are there."""
    text = (paths.REPOSITORY / "docs" / "rules.md").read_text()
    rules = json.loads(run_check("--list-rules", "-o", "json").stdout)
    for rule in rules:
        body = text.partition(f"\n## {rule['id']}\n")[2].partition("\n## ")[0]
        assert body.startswith(f"\n*{rule['severity']}; ") or body.startswith(f"\n*{rule['severity']}, "), rule["id"]
        assert f"Key: `{rule['path']}`." in body if rule["path"] else "Key: " not in body, rule["id"]
        assert f"\nRule: {rule['title']}.\n" in body and f"\nFix: {rule['fix']}.\n" in body, rule["id"]
        page, _, anchor = rule["link"].partition("#")
        assert page.endswith("/docs/rules.md") and anchor == rule["id"].lower(), rule["link"]
    only_helm = {rule for rule, layers in documented().items() if not {"check", "admission", "cluster"} & set(layers)}
    assert [rule["id"] for rule in rules] == [rule for rule in documented() if rule not in only_helm]
