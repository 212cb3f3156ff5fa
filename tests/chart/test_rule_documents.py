"""docs/rules.md: its examples do what it says, where the chart can tell."""

import re
from typing import Any

import pytest
import yaml
from charts import DEFAULTS, Chart, Rendered
from lib import paths

TEXT = (paths.REPOSITORY / "docs" / "rules.md").read_text()
# A rule's id, the layers that find it, and what stands below.
RULES = re.findall(r"^## (CR\d{3})\n\n\*(?:error|warning); (.*?)\.\*(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (rule, kind, yaml.safe_load(example))
    for rule, layers, body in RULES
    if "chart" in layers.split(", ")
    for kind, example in re.findall(r"```yaml\n# (wrong|right)\n(.*?)```", body, re.DOTALL)
]


def found(chart: Chart, values: dict[str, Any]) -> set[str]:
    """Return the rules that the chart finds broken, errors or warnings."""
    result = chart.helm("template", values, "--skip-schema-validation")
    said = result.stderr
    if result.returncode == 0:
        secret = Rendered(result.stdout).get("Secret", "connected-registry-settings")
        said = secret["metadata"].get("annotations", {}).get("connected-registry.io/warnings", "")
    return {line.split()[0] for line in said.splitlines() if line.strip().startswith("CR")}


@pytest.mark.parametrize(("rule", "kind", "values"), EXAMPLES, ids=lambda value: str(value)[:30])
def test_the_wrong_example_breaks_the_rule_and_the_right_one_does_not(
    chart: Chart, rule: str, kind: str, values: dict[str, Any]
) -> None:
    rules = found(chart, values if rule == "CR001" else {**DEFAULTS, **values})
    assert (rule in rules) == (kind == "wrong"), rules
    # The rest are warnings: somebody has to distribute the CA, and HTTP is plain.
    assert kind == "wrong" or rules <= {"CR016", "CR020"}


def test_every_rule_has_a_wrong_and_a_right_example() -> None:
    assert len(RULES) == len(re.findall(r"^## CR", TEXT, re.MULTILINE))
    for rule, _, body in RULES:
        assert body.count("# wrong\n") == 1 and body.count("# right\n") == 1, rule
        assert body.count("\nRule: ") == 1 and body.count("\nFix: ") == 1, rule
