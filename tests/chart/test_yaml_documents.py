"""Manifests are read as kubectl reads them, and what is written is read alike by YAML 1.1 and 1.2.

The judges are sigs.k8s.io/yaml, with which kubectl and helm read, and PyYAML, which reads YAML 1.1. Nothing that they
would refuse or read otherwise may pass.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from lib import tools
from verdicts import Answer, ask, built
from yaml_documents import COUNT, documents

# What kubectl reads and `inject` refuses, by its message, and why.
STRICTER = {
    "something follows the end of the document": "kubectl ignores it, and the user would miss it",
    "only a comment may follow ---": "newer versions of kubectl refuse it as well",
    "a line separator of Unicode": "other readers take it for a part of the line",
    "a control character is in the text": "YAML does not allow it",
    "a byte order mark is in the middle": "it is invisible",
    "only a date can have the tag !!timestamp": "times have many forms, and nobody tags them",
    "a tag here needs a space": "Go takes a comma or a bracket for a part of the tag",
    "infinity and": "JSON has neither; kubectl takes them for keys only",
    "a key is null, a list or a map|a key may not stand here": "kubectl ignores what follows the document",
    "a list may not begin here|a document may not begin inside": "the same",
    "JSON has none|in double quotes here|closes it": "of several JSON objects, the second is broken",
    "a tab is where only spaces may be": "it follows the end of the document, which kubectl does not read",
    "a !!binary value is not text of UTF-8": "kubectl replaces the bytes that are none",
    "a colon here needs a space after it": "libyaml refuses a colon before a bracket or a comma, Go does not",
    r"a backslash begins an escape": r"the escape \' is no escape of YAML; only Go has it",
    "an escape in this text is no character": "half of a surrogate pair: kubectl replaces it in JSON",
    "nested deeper": "Kubernetes' objects have about 20 levels",
    "there is a NUL": "YAML does not allow it",
}


@pytest.fixture(scope="module")
def program(program: None) -> Path:
    """Build the program that reads and writes manifests, a line of JSON each."""
    return built("manifest_verdicts")


@cache
def ours(program: Path) -> list[Answer]:
    """Return what `inject` makes of the documents."""
    return ask(program, [{"value": text} for text in documents()])


def of_go(texts: list[str]) -> list[Answer]:
    """Return what kubectl makes of the documents."""
    tools.ensure("go-verdicts")
    return ask(tools.binary("go-verdicts"), [{"kind": "manifest", "value": text} for text in texts])


def comparable(value: Any) -> Any:
    """Return a value that equals another if kubectl cannot tell them apart: beyond 64 bits, numbers are doubles."""
    if isinstance(value, dict):
        return {key: comparable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [comparable(each) for each in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        value = float(value)
    return (type(value) is bool, value)


def same(one: Any, other: Any) -> bool:
    """Report whether two values are the same to kubectl."""
    return bool(comparable(one) == comparable(other))


def test_nothing_is_read_that_kubectl_reads_otherwise_or_refuses(program: Path) -> None:
    texts = documents()
    milder, other = [], []
    for text, our, go in zip(texts, ours(program), of_go(texts), strict=True):
        if "error" in our or len(our["documents"]) > 1:
            continue  # Of several JSON objects, the oracle reads the first.
        read = our["documents"][0] if our["documents"] else None
        if not go["accepted"]:
            milder.append((text, read))
        elif not same(read, go["document"]):
            other.append((text, read, go["document"]))
    assert not milder, f"{len(milder)} that Go refuses: {milder[:5]}"
    assert not other, f"{len(other)} read otherwise: {other[:5]}"


def test_what_kubectl_reads_is_refused_for_a_known_reason_only(program: Path) -> None:
    texts = documents()
    accepted = [(text, our) for text, our, go in zip(texts, ours(program), of_go(texts), strict=True) if go["accepted"]]
    # The generator reaches both answers.
    assert COUNT // 4 < len(accepted) < COUNT * 3 // 4
    unknown = [
        (text, our["error"])
        for text, our in accepted
        if "error" in our and not any(re.search(known, our["error"]) for known in STRICTER)
    ]
    assert not unknown, f"{len(unknown)} of {len(accepted)}: {unknown[:5]}"
    refused = [our["error"] for _, our in accepted if "error" in our and "something follows" not in our["error"]]
    assert len(refused) < len(accepted) // 40


def test_what_is_written_is_read_alike_by_every_reader(program: Path) -> None:
    written = [
        (our["yaml"], our["documents"][0]) for our in ours(program) if "error" not in our and len(our["documents"]) == 1
    ]
    assert len(written) > COUNT // 4
    different = []
    for (text, document), go in zip(written, of_go([text for text, _ in written]), strict=True):
        by_python = yaml.load(text, Loader=yaml.CSafeLoader)
        if not go["accepted"] or not same(document, go["document"]) or not same(document, by_python):
            different.append((text, document, go.get("document"), by_python))
    assert not different, f"{len(different)}: {different[:3]}"
