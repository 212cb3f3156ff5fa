"""`connected-registry inject` over the manifests of large public Go modules.

Each image becomes one of the registry. Then the trees before and after are compared: nothing may differ but what
injection adds. And what kubectl can read is not refused, but for the files of REFUSED.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest
import trees
import yaml
from lib import build, packages, paths, tools
from lib.command import run
from lib.progress import Steps

MODULES = (
    "github.com/argoproj/argo-cd/v3@v3.2.0",
    "github.com/argoproj/argo-rollouts@v1.8.3",
    "github.com/argoproj/argo-workflows/v3@v3.7.0",
    "github.com/cert-manager/cert-manager@v1.21.2",
    "github.com/cilium/cilium@v1.20.2",
    "github.com/kedacore/keda/v2@v2.21.0",
    "github.com/kyverno/kyverno@v1.19.1",
    "github.com/tektoncd/pipeline@v1.3.0",
    "knative.dev/serving@v0.51.0",
    "sigs.k8s.io/cluster-api@v1.14.2",
)
ADDRESS = "192.100.100.1"
# What kubectl reads and `inject` refuses, by its message, and why.
REFUSED = {
    "something follows the end of the document": "kubectl ignores it",
    r"is missing$|is not (a string|an object|an array)$": "the API server refuses the pod: a part of one",
}


def directory_of(module: str) -> Path:
    """Return the directory of a module's files, which are downloaded once."""
    go = packages.ensure_go(Steps())
    answer = subprocess.run(
        [go, "mod", "download", "-json", module],
        cwd="/",
        env={**paths.go_environment(), "GOFLAGS": "-modcacherw"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return Path(json.loads(answer.stdout)["Dir"])


def manifests(directory: Path) -> list[Path]:
    """Return the files that hold objects of Kubernetes. Templates of other programs are none."""
    files = sorted(file for ending in ("yaml", "yml", "json") for file in directory.rglob(f"*.{ending}"))
    return [file for file in files if file.is_file() and _is_manifest(file.read_bytes())]


def _is_manifest(content: bytes) -> bool:
    return b"apiVersion" in content and b"kind" in content and b"{{" not in content


def with_our_images(text: str) -> str:
    """Return the text with all images taken from the registry."""
    return re.sub(r"(?m)^(\s*(?:-\s+)?\"?image\"?:\s+[\"']?)([\w./:@-]+[\"']?,?\s*)$", rf"\g<1>{ADDRESS}/\2", text)


def is_read_by_kubectl(text: str) -> bool:
    """Report whether kubectl can read each document."""
    parts = re.split(r"(?m)^---[ \t]*(?:#.*)?\n", text)
    lines = "".join(json.dumps({"kind": "manifest", "value": part}) + "\n" for part in parts)
    result = run([tools.binary("go-verdicts")], input=lines)
    return all(json.loads(line)["accepted"] for line in result.stdout.splitlines())


@pytest.mark.parametrize("module", MODULES)
def test_nothing_changes_but_what_is_ours(module: str) -> None:
    program = paths.REPOSITORY / "build" / "release" / build.BINARY
    injected, wrong = 0, []
    for file in manifests(directory_of(module)):
        text = with_our_images(file.read_bytes().decode(errors="replace"))
        result = subprocess.run(
            [program, "inject", "-f", "-", "--address", ADDRESS], input=text, capture_output=True, text=True, timeout=60
        )
        if result.returncode != 0:
            known = any(re.search(reason, result.stderr.strip()) for reason in REFUSED)
            if not known and is_read_by_kubectl(text):
                wrong.append(f"{file}: {result.stderr}")
            continue
        injected += result.stderr.count(": injected")
        try:
            before = trees.read(text)
        except (yaml.YAMLError, ValueError):
            continue  # PyYAML reads less than kubectl: tabs, JSON with surrogate pairs.
        after = trees.read(result.stdout)
        wrong += [f"{file}: {each}" for each in trees.differences(before, after)]
    print(f"{module}: {injected} pods injected")
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:10])
