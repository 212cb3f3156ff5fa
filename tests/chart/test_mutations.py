"""No silent pass: what helm itself refuses, `check` refuses as well, whatever was done to a valid file.

The same kind of changes as in tests/fuzz, with a fixed seed; here helm's own code is the judge, its schema included.
"""

import json
import random
from collections.abc import Callable

import yaml
from charts import CONNECTION
from layers import Renderer, check, check_all
from lib import examples
from material import Material

SEED = 20260131
MUTATIONS = 2_000
TOKENS = (
    "\ufeff", "\r", "\r\n", "\0", "“", "”", "{", "}", "[", "]", '"', "'", ",", ": ", "- ", "\n---\n", "\n  ", "\n",
    "\t", "#", "|\n", ">-\n", "&a ", "*a", "<<: *a", "!!binary ", "%", "\\", "null", "~", "true", '"false"', "no",
    "0x10", "1e999", "-1", ".nan", "$TLS_CRT", "-----BEGIN", "=", ";", "99999999999999999999",
)  # fmt: skip


def mutated(seeds: list[str], source: random.Random) -> str:
    """One to four changes of one of the seeds."""
    text = source.choice(seeds)

    def part_of(other: str) -> str:
        begin = source.randrange(len(other))
        return other[begin : begin + source.randint(1, 64)]

    for _ in range(source.randint(1, 4)):
        at, length = source.randint(0, len(text)), source.randint(1, 16)
        changes: list[Callable[[], str]] = [
            lambda: text[:at] + chr(source.randrange(0x20, 0x7F)) + text[at:],
            lambda: text[:at] + text[at + length :],
            lambda: text[:at] + part_of(text or " ") + text[at:],
            lambda: text[:at] + part_of(source.choice(seeds)) + text[at + length :],
            lambda: text[:at] or "a",
            lambda: text[:at] + source.choice(TOKENS) + text[at:],
            lambda: text[:at] + text[at : at + length].swapcase() + text[at + length :],
        ]
        text = source.choice(changes)()
    return text


def seeds(material: Material) -> list[str]:
    """Return valid files: the examples without their comments, and one as JSON with everything in it."""
    plain = [yaml.safe_dump(yaml.safe_load(file.read_text())) for file in examples.files()]
    off = {"cert-manager": {"install": False, "enabled": False}, "service": {"clusterIP": "192.100.100.1"}}
    own = {"crt": material.value("good.crt"), "key": material.value("good.key"), "cacrt": material.value("good.ca")}
    whole = {
        **off,
        "tls": own,
        "connectionString": CONNECTION,
        "sync": {"repositories": ["hello", "team/app:1.0"], "schedule": "@every 10m"},
        "trustDistribution": {"enabled": True, "useNodeSelector": True, "skipNodeSelector": False},
        "pvc": {"storageRequest": "10Gi"},
        "webhook": {"replicas": 3, "timeoutSeconds": 5},
    }
    return [*plain, json.dumps(whole, indent=2), yaml.safe_dump(whole)]


def test_what_helm_refuses_check_refuses(renderer: Renderer, material: Material) -> None:
    source = random.Random(SEED)
    valid = seeds(material)
    texts = [mutated(valid, source) for _ in range(MUTATIONS)]
    verdicts = zip(texts, renderer.judge(texts, schema=True), check_all(texts), strict=True)
    silent = [
        f"{helm.text[:300]}\n--- of ---\n{text}" for text, helm, ours in verdicts if ours.passes and not helm.passes
    ]
    assert not silent, f"{len(silent)} pass silently:\n" + "\n=======\n".join(silent[:3])


def test_files_that_are_meant_to_do_harm_are_refused_in_words() -> None:
    """10 MB, 10,000 levels, an alias bomb: each by an error that says why, within the time of an ordinary run."""
    deep = "a: " + "[" * 10_000 + "]" * 10_000
    indented = "\n".join(" " * level + "a:" for level in range(10_000))
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1} '] * 9)}]\n" for level in range(1, 12)
    )
    for text, words in (
        ("a: " + "x" * 10_000_000, "larger than 4 MiB"),
        ("# comment\n" * 1_000_000, "larger than 4 MiB"),
        (deep, "nested deeper than 256 levels"),
        (indented[: 4 << 20], "nested deeper than 256 levels"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "nested deeper than 256 levels"),
        (bomb, "more than 100000 values"),
    ):
        verdict = check(text)
        assert not verdict.passes and words in verdict.text, verdict.text[:300]
