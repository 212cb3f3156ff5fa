#!/usr/bin/env python3
"""Makes the files of this directory anew: what helm itself makes of values, which the program must make of them too.

    make.py HELM     the path of a helm 4

A row's "given" is by hand, its "helm" by this: the values as JSON, null where helm refuses them. For another case, add
a row with a null and run it.

Left out is what differs on purpose: helm takes U+0085, U+2028 and U+2029 for line ends, drops what follows the value of
a document ("{a: 1}", then "{b: 2}" or a line that is indented less), and drops arguments of --set that end within an
index; all of these are refused.
"""

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEFAULTS = "a: {b: 1, c: {d: 2}, n: null}\nl: [1,2]\ns: x\nz: null\n"


def helm(program: str, defaults: str, files: list[str], arguments: list[str], *, listed: bool = False) -> str | None:
    """Return the values as JSON, or None where helm refuses them. If listed, one -f names all files."""
    with tempfile.TemporaryDirectory() as directory:
        chart = Path(directory)
        (chart / "templates").mkdir()
        (chart / "Chart.yaml").write_text("apiVersion: v2\nname: t\nversion: 0.1.0\n")
        (chart / "templates" / "x.yaml").write_text("{{ .Values | toJson }}\n")
        (chart / "values.yaml").write_text(defaults)
        names = [str(chart / f"{index}.yaml") for index in range(len(files))]
        for name, text in zip(names, files, strict=True):
            Path(name).write_text(text, newline="")
        for name in [",".join(names)] if listed else names:
            arguments = [*arguments, "-f", name]
        done = subprocess.run(
            [program, "template", "x", directory, *arguments], capture_output=True, text=True, check=False
        )
        if done.returncode:
            return None
        lines = [line for line in done.stdout.splitlines() if line and not line.startswith(("---", "#"))]
        values = json.loads("".join(lines))
        if values.get("global") == {}:  # helm adds it for subcharts
            del values["global"]
        return json.dumps(values, sort_keys=True, ensure_ascii=False)


def arguments_of(name: str, given: list[str]) -> tuple[str, list[str], list[str]]:
    """Return the chart's defaults, the values files' texts and the arguments that a row of the file stands for."""
    if name == "helm-scalars.json":  # the value of a key
        return "{}\n", [f"k: {given[0]}\nz: 1\n"], []
    if name in ("helm-files.json", "helm-lists.json"):  # one after the other
        return DEFAULTS, given, []
    return DEFAULTS, [], [f"--{name.removeprefix('helm-').removesuffix('.json')}", given[0]]


def main() -> None:
    program = sys.argv[1]
    for path in HERE.glob("helm-*.json"):
        rows = json.loads(path.read_text())
        cases = [arguments_of(path.name, row["given"]) for row in rows]
        with ThreadPoolExecutor() as pool:
            listed = path.name == "helm-lists.json"
            made = list(pool.map(lambda case: helm(program, *case, listed=listed), cases))
        out = [{"given": row["given"], "helm": text} for row, text in zip(rows, made, strict=True)]
        path.write_text("[\n" + ",\n".join(json.dumps(each) for each in out) + "\n]\n")


if __name__ == "__main__":
    main()
