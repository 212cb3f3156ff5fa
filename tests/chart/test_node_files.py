"""The files that the trust agent writes mean to each runtime what they have to: its own parser and functions are asked.

containerd of three generations reads every hosts.toml and every edited config.toml, and no containerd is restarted with
a configuration that it does not take; podman's library reads registries.conf.d.
"""

import base64
import itertools
import json
import re
import struct
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import toml_files
from lib import tools
from material import Material
from verdicts import Answer, ask, built

# The agent makes its files durable: in memory that costs nothing.
IN_MEMORY = {"TMPDIR": "/dev/shm"}
CONTAINERD = {"1.6": "oracle-containerd-1.6", "1.7": "oracle-containerd-1.7", "2": "oracle-containerd-2"}
RUNTIMES = {"1.6": "containerd://1.6.38", "1.7": "containerd://1.7.35", "2": "containerd://2.4.2"}
# go-toml 1 is that of 1.6 and of 1.7.
PARSERS = {"one": "1.6", "two": "2"}
CERTS = "etc/containerd/certs.d"
# What we refuse although that version of go-toml reads it, and why that is right.
STRICTER = {
    "dates and times everywhere": "no field of containerd is one, and go-toml 1 reads few of their forms",
    "an escape in a quoted key": "go-toml 1 reads it only if the escape is no quote; names have no need of one",
    "blanks around the dot of a key": "go-toml 1 reads some of them; nobody writes that in a configuration",
}
STRICTER_CONFIGURATION = {
    "the value of": "go-toml takes some types and spellings of keys for others; containerd documents one",
    "does not know a plugin": "each version has its own rule, and the name would be of no use",
    "this containerd reads version": "a newer form has fields that this containerd does not know",
}
REGISTRIES = [
    {"address": address, "port": port, "scheme": scheme}
    for address, (scheme, port) in itertools.product(
        ("10.9.8.7", "fd00::1", "2001:db8::8:800:200c:417a"),
        (("https", 443), ("https", 8443), ("https", 80), ("http", 80), ("http", 5000), ("http", 443)),
    )
]
MIRRORS = (
    '[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\n  endpoint = ["https://mirror.example"]\n'
)
CONFIG_PATH = '[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "/etc/containerd/certs.d"\n'
TOML_FILES_LEAST = 500


@pytest.fixture(scope="module")
def agent() -> Path:
    """Build the program that calls the agent's own functions."""
    return built("trust_verdicts")


@pytest.fixture(scope="module")
def oracles() -> dict[str, Path]:
    """Build the programs that call containerd's and podman's functions."""
    names = {**CONTAINERD, "containers": "oracle-containers", "toml-test": "toml-test"}
    tools.ensure(*names.values())
    return {key: tools.binary(name) for key, name in names.items()}


def image_hosts(registry: Answer) -> list[str]:
    """Return the hosts by which images can name the registry."""
    host = f"[{registry['address']}]" if ":" in registry["address"] else registry["address"]
    usual = registry["port"] == (80 if registry["scheme"] == "http" else 443)
    return [*([host] if usual else []), f"{host}:{registry['port']}"]


# Each node, with the version of its containerd and the directory that it reads.
NODES: list[tuple[str, str, Answer]] = [
    ("1.6", CERTS, {"files": {"etc/containerd/config.toml": "version = 2\n" + CONFIG_PATH}}),
    ("1.6", CERTS, {"files": {"etc/containerd/config.toml": "version = 2\n"}}),
    ("1.6", CERTS, {"files": {}}),
    ("1.7", CERTS, {"files": {"etc/containerd/config.toml": "version = 2\n" + CONFIG_PATH}}),
    ("1.7", CERTS, {"files": {}}),
    ("2", CERTS, {"files": {}}),
    ("2", f"{CERTS}:/etc/docker/certs.d", {"files": {}}),
    ("1.7", "etc/containerd/certs.d", {"configured": "k0s", "files": {}}),
    ("2", "etc/containerd/certs.d", {"configured": "k0s", "files": {}}),
    ("1.7", "etc/cri/conf.d/hosts", {"configured": "talos", "files": {}}),
    ("2", "etc/cri/conf.d/hosts", {"configured": "talos", "files": {}}),
    *(
        (version, f"var/lib/rancher/{name}/agent/etc/containerd/certs.d", {"configured": name, "files": files})
        for name in ("k3s", "rke2")
        for version in ("1.7", "2")
        for files in [{f"var/lib/rancher/{name}/agent/etc/containerd/config.toml": "version = 2\n" + CONFIG_PATH}]
    ),
]


def node_question(material: Material, registry: Answer, version: str, about: Answer) -> Answer:
    """Return the question to the agent about a node."""
    more = {"kubelet": "", "os": "", "configured": "", "bundle": material.pem("good", "crt")}
    return {"kind": "node", "runtime": RUNTIMES[version], **more, **registry, **about}


def test_every_containerd_asks_our_registry_as_the_registry_is(
    material: Material, agent: Path, oracles: dict[str, Path]
) -> None:
    cases = list(itertools.product(REGISTRIES, NODES))
    answers = ask(
        agent,
        [node_question(material, registry, version, about) for registry, (version, _, about) in cases],
        environment=IN_MEMORY,
    )
    questions: dict[str, list[tuple[Answer, Answer]]] = {version: [] for version in CONTAINERD}
    for (registry, (version, root, _)), answer in zip(cases, answers, strict=True):
        assert answer["restored"] and not answer["problems"]
        seen = answer["files"]
        files = {
            path.removeprefix(f"{root}/"): text.replace(f"/{root}/", "{ROOT}/")
            for path, text in seen.items()
            if path.startswith(f"{root}/")
        }
        questions[version].append((registry, {"kind": "hosts", "files": files, "hosts": image_hosts(registry)}))
    for version, asked in questions.items():
        for (registry, question), answer in zip(asked, ask(oracles[version], [each for _, each in asked]), strict=True):
            for host in image_hosts(registry):
                found = answer["hosts"][host]
                about = (version, registry, host, found, question["files"])
                assert "error" not in found, about
                for each in found["tries"]:
                    assert (each["scheme"], each["host"]) == (registry["scheme"], host), about
                    assert each["capabilities"] == "pull,resolve", about
                    assert each["authorities"] == (["good"] if registry["scheme"] == "https" else []), about
                    assert not each["skip_verify"], about
    assert sum(len(asked) for asked in questions.values()) == len(REGISTRIES) * len(NODES)


def test_a_drop_in_file_sets_config_path(material: Material, agent: Path, oracles: dict[str, Path]) -> None:
    for version in CONTAINERD:
        about = {"configured": "k0s", "files": {}}
        (answer,) = ask(agent, [node_question(material, REGISTRIES[0], version, about)], environment=IN_MEMORY)
        (text,) = (
            text for path, text in answer["files"].items() if re.fullmatch("etc/k0s/containerd.d/.*[.]toml", path)
        )
        assert ask(oracles[version], [{"kind": "config", "text": text}]) == [{"config_path": f"/{CERTS}"}]


def _restart_cases(material: Material) -> Iterator[tuple[Answer, str, Answer]]:
    """Return the nodes whose config.toml has to change: all configurations, with and without mirrors, and none."""
    shapes = {
        **toml_files.configurations(),
        "none": None,
        "empty": "",
        "mirrors": "version = 2\n" + MIRRORS,
        "mirrors-of-form-1": MIRRORS.replace('"io.containerd.grpc.v1.cri"', "cri"),
        "mirrors-and-configs": f'version = 2\n{MIRRORS}[plugins."io.containerd.grpc.v1.cri".registry.configs]\n',
        "mirrors-and-auth": f"version = 2\n{MIRRORS}"
        '[plugins."io.containerd.grpc.v1.cri".registry.configs."other.example".auth]\nusername = "u"\n',
    }
    for registry, version, shape in itertools.product(REGISTRIES, ("1.6", "1.7"), shapes.values()):
        files = {} if shape is None else {"etc/containerd/config.toml": shape}
        yield registry, version, node_question(material, registry, version, {"files": files})


def test_a_containerd_that_is_restarted_starts_and_knows_our_registry(
    material: Material, agent: Path, oracles: dict[str, Path]
) -> None:
    cases = list(_restart_cases(material))
    answers = ask(agent, [question for _, _, question in cases], environment=IN_MEMORY)
    restarted: Counter[str] = Counter()
    for version in ("1.6", "1.7"):
        mine = [
            (registry, answer)
            for (registry, each, _), answer in zip(cases, answers, strict=True)
            if each == version and answer["restart"]
        ]
        texts = [answer["files"]["etc/containerd/config.toml"] for _, answer in mine]
        read = ask(oracles[version], [{"kind": "config", "text": text} for text in texts])
        for (registry, answer), text, config in zip(mine, texts, read, strict=True):
            about = (version, registry, text, config)
            assert "error" not in config, about
            if config.get("config_path"):
                assert config["config_path"] == "/etc/containerd/certs.d", about
                restarted["by config_path"] += 1
                continue
            # The file that the settings name holds the CA.
            for host in image_hosts(registry):
                assert material.pem("good", "crt") in answer["files"][config["authorities"][host].lstrip("/")], about
            restarted["by registry.configs, " + ("IPv6" if ":" in registry["address"] else "IPv4")] += 1
    assert all(answer["restored"] for answer in answers)
    print(f"restarted: {dict(restarted)} of {len(cases)}")
    assert (
        min(restarted[kind] for kind in ("by config_path", "by registry.configs, IPv6", "by registry.configs, IPv4"))
        > 5
    )


def test_podman_and_crio_read_plain_http_of_our_registry_alone(
    material: Material, agent: Path, oracles: dict[str, Path]
) -> None:
    registries = [registry for registry in REGISTRIES if registry["scheme"] == "http"]
    about = {"files": {}, "configured": "containers", "runtime": "cri-o://1.34.2"}
    answers = ask(
        agent, [node_question(material, registry, "2", about) for registry in registries], environment=IN_MEMORY
    )
    other = "[fd00::2]/app"
    questions = []
    for registry, answer in zip(registries, answers, strict=True):
        (text,) = (
            text for path, text in answer["files"].items() if re.fullmatch(".*/registries.conf.d/.*[.]conf", path)
        )
        references = [f"{host}/app" for host in image_hosts(registry)]
        questions.append({"text": text, "references": [*references, other]})
    for question, answer in zip(questions, ask(oracles["containers"], questions), strict=True):
        assert "error" not in answer, (question, answer)
        assert answer["registries"].keys() == set(question["references"]) - {other}
        for reference, found in answer["registries"].items():
            assert found == {"location": reference.removesuffix("/app"), "insecure": True}


@cache
def toml_test(program: Path) -> dict[str, str]:
    """Return the files of TOML's test suite that are UTF-8."""
    found = {}
    for line in subprocess.run([program], capture_output=True, check=True).stdout.splitlines():
        file = json.loads(line)
        try:
            found[file["name"]] = base64.b64decode(file["text"]).decode()
        except UnicodeDecodeError:
            continue
    return found


def plain(value: Any) -> Any:
    """Return a value as the oracles write it: tables, arrays, and scalars as texts."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, str):
        return f"s{value}"
    if isinstance(value, bool):
        return f"b{str(value).lower()}"
    if isinstance(value, int):
        return f"i{value}"
    if isinstance(value, float):
        return "fnan" if value != value else "f" + struct.pack(">d", value).hex()
    return "?"


def without_carriage_returns(value: Any) -> Any:
    """Return the value with the line ends of strings as Python reads them: TOML leaves that to each reader."""
    return json.loads(json.dumps(value).replace("\\r\\n", "\\n"))


def reason_of(message: str) -> str:
    """Return what a refusal is about, without the line."""
    return re.sub(r"^line \d+: (containerd cannot read )?", "", message)


def assert_listed(reasons: Counter[str], listed: dict[str, str]) -> None:
    """Assert that each refusal that is ours alone is one of the listed kinds."""
    unknown = {reason: count for reason, count in reasons.items() if not any(kind in reason for kind in listed)}
    assert not unknown


def all_texts(oracles: dict[str, Path], count: int) -> list[str]:
    """Return all texts of TOML: those of its test suite, generated ones, and configurations of containerd."""
    return [
        *toml_test(oracles["toml-test"]).values(),
        *toml_files.generated(count, seed=14),
        *toml_files.tables_in_arrays(count // 4, seed=15),
        *toml_files.configurations().values(),
    ]


def test_what_we_call_toml_of_a_containerd_is_read_the_same_by_its_parser(
    agent: Path, oracles: dict[str, Path]
) -> None:
    texts = all_texts(oracles, 6_000)
    ours = ask(agent, [{"kind": "toml", "text": text} for text in texts])
    valid = [(text, answer) for text, answer in zip(texts, ours, strict=True) if "error" not in answer]
    assert len(valid) > TOML_FILES_LEAST
    for parser, version in PARSERS.items():
        read = ask(oracles[version], [{"kind": "toml", "text": text} for text, _ in valid])
        stricter: Counter[str] = Counter()
        wrong = []
        for (text, answer), theirs in zip(valid, read, strict=True):
            expected = without_carriage_returns(plain(tomllib.loads(text.removeprefix("\ufeff"))))
            same = "error" not in theirs and without_carriage_returns(theirs.get("value", {})) == expected
            if parser not in answer and not same:
                wrong.append((text, theirs))
            if parser in answer and same:
                stricter[reason_of(answer[parser])] += 1
        good = sum(parser not in answer for _, answer in valid)
        print(f"go-toml {parser}: {len(valid)} texts, good {good}, refused by us alone: {dict(stricter)}")
        assert not wrong, f"{len(wrong)}: {wrong[:5]}"
        assert_listed(stricter, STRICTER)
        assert good > len(valid) / 4


CRI = ["plugins", "io.containerd.grpc.v1.cri", "registry"]
EDITS: list[list[Any]] = [
    [[CRI, "config_path", "/etc/containerd/certs.d"]],
    [[[*CRI, "configs", host, "tls"], "ca_file", "/ca.crt"] for host in ("10.9.8.7", "10.9.8.7:443")],
    [[[*CRI, "configs", host, "tls"], "ca_file", "/ca.crt"] for host in ("[fd00::1]", "[fd00::1]:443")],
]


def with_settings(value: dict[str, Any], settings: list[Any]) -> dict[str, Any]:
    """Return the value with the settings."""
    for table, key, text in settings:
        place = value
        for part in table:
            place = place.setdefault(part, {})
        place[key] = text
    return value


def test_an_edit_adds_nothing_else_leaves_no_trace_and_is_judged_as_the_parser_does(
    agent: Path, oracles: dict[str, Path]
) -> None:
    texts = all_texts(oracles, 1_500)
    cases = list(itertools.product(texts, EDITS))
    edits = ask(agent, [{"kind": "edit", "text": text, "settings": settings} for text, settings in cases])
    done = [(text, settings, edit) for (text, settings), edit in zip(cases, edits, strict=True) if "error" not in edit]
    edited = [edit["text"] for _, _, edit in done]
    assert len({text for text, _, _ in done}) > TOML_FILES_LEAST
    for text, settings, edit in done:
        assert edit["cut"] == text + ("" if not text or text.endswith("\n") else "\n")
        assert plain(tomllib.loads(edit["text"].removeprefix("\ufeff"))) == plain(
            with_settings(tomllib.loads(text.removeprefix("\ufeff")), settings)
        )
    for parser, version in PARSERS.items():
        read = ask(oracles[version], [{"kind": "toml", "text": text} for text in edited])
        ours = ask(agent, [{"kind": "toml", "text": text} for text in edited])
        lost = [
            text
            for text, theirs, said in zip(edited, read, ours, strict=True)
            if "error" in theirs and parser not in said
        ]
        assert not lost, (parser, len(lost), lost[:3])


def test_no_containerd_is_restarted_with_a_configuration_that_it_refuses(agent: Path, oracles: dict[str, Path]) -> None:
    texts = [*toml_files.slips(3_000, seed=16), *toml_files.configurations().values()]
    for version in CONTAINERD:
        ours = ask(agent, [{"kind": "config", "text": text, "runtime": RUNTIMES[version]} for text in texts])
        theirs = ask(oracles[version], [{"kind": "config", "text": text} for text in texts])
        stricter: Counter[str] = Counter()
        wrong = []
        good = 0
        for text, said, read in zip(texts, ours, theirs, strict=True):
            good += "error" not in said
            if "error" in read and "error" not in said:
                wrong.append((read["error"], text))
            if "error" in said and "error" not in read:
                stricter[reason_of(said["error"])] += 1
        print(f"containerd {version}: {len(texts)} configurations, good {good}, refused by us alone: {dict(stricter)}")
        assert not wrong, f"{len(wrong)}: {wrong[:3]}"
        assert_listed(stricter, STRICTER_CONFIGURATION)
        assert len(texts) / 4 < good < len(texts)
