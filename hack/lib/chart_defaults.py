"""chart/templates/_defaults.tpl: the defaults of values.yaml as a template, because a template cannot read values.yaml.

Helm takes a default away where a user's file has an empty key. The chart's templates put it back.
"""

import re

from lib import paths

FILE = paths.REPOSITORY / "chart" / "templates" / "_defaults.tpl"
VALUES = paths.REPOSITORY / "chart" / "values.yaml"

HEAD = """\
{{/* Made by hack/chart-readme from values.yaml: its keys without comments and without nulls. */}}
{{- define "connected-registry.defaults" }}
"""


def text() -> str:
    """Return the text of the template."""
    lines = [line for line in VALUES.read_text().splitlines() if not re.match(r"\s*(#|$)|.*: null$", line)]
    return HEAD + "\n".join(lines) + "\n{{- end -}}\n"


def findings() -> list[str]:
    """Return a line if the file differs from what text() returns."""
    if FILE.exists() and FILE.read_text() == text():
        return []
    return ["chart/templates/_defaults.tpl is not what hack/chart-readme makes of values.yaml; run it"]
