"""TOML for test_node_files.py: texts with every feature of TOML 1.0, and configurations of containerd with slips."""

import random
from collections.abc import Iterator
from pathlib import Path

from lib import paths

CONFIGURATIONS = paths.REPOSITORY / "tests" / "golden" / "trust" / "containerd"

STRINGS = (
    *('""', "''", '"plain"', "'literal'", '"a\\"b\\\\c"', '"\\u00e9\\t\\n"', "'a\\b'", '"#no comment"', '"[a] = {b}"'),
    *('"""one line"""', '"""\ntwo\nlines"""', '"""a\\\n   b"""', "'''\nliteral\nlines'''", '"""a "quoted" word"""'),
    *('"""ends in a quote\\""""', '""""in quotes""""', '"""""two"""""', "''''in quotes''''", "'''''two'''''"),
)
NUMBERS = (
    *("0", "+1", "-17", "1_000", "0xDEADbeef", "0xdead_beef", "0o755", "0b1101_0110", "9223372036854775807"),
    *("-9223372036854775808", "0.0", "+1.5", "-0.0", "1e5", "1E+6", "-2e-2", "6.626e-34", "1_0.2_5", "0e0", "0E-1"),
    *("0.1e0", "inf", "+inf", "-inf", "nan", "+nan", "-nan", "1e400", "1e-400", "-0", "+0"),
)
TIMES = (
    *("1979-05-27", "07:32:00", "00:32:00.999999", "1979-05-27T07:32:00Z", "1979-05-27T00:32:00-07:00"),
    *("1979-05-27 07:32:00", "1979-05-27t07:32:00z", "1979-05-27T07:32:00.5+01:00"),
)
BARE = ("a", "b", "config_path", "x-1", "1979", "0e0", "true", "inf", "_", "-")
QUOTED = (
    *('"docker.io"', "'10.0.0.1:443'", '"a b"', '"[fd00::1]"', "'[fd00::1]:443'", '"a]"', "'[b'", '"é"', '"#"', '"="'),
    *('"a\\"b"', "'a\"b'", '"a\\tb"', '"\\u0061"', '""', "''", '"it\'s"', "'a\\b'", '"{"', '"a.b"', '"\\\\"'),
)
DOTS = (".", ".", ".", ".", " . ", ". ", " .", ".\t")
FILLERS = ("", "", "", "# a comment\n", "\n", "  \t\n", "#\n", "# \"quoted\" ['x'] = {\n")


def _key(dice: random.Random, unique: str) -> str:
    parts = [dice.choice(BARE if dice.random() < 0.6 else QUOTED) for _ in range(dice.choice((0, 0, 0, 1, 2)))]
    parts.append(unique if dice.random() < 0.7 else f'"{unique}{dice.choice(("", "[", "]", ".", " ", "é"))}"')
    return dice.choice(DOTS).join(parts)


def _value(dice: random.Random, depth: int = 0) -> str:
    kind = dice.random()
    if kind < 0.45:
        return dice.choice(STRINGS)
    if kind < 0.7:
        return dice.choice(NUMBERS)
    if kind < 0.76:
        return dice.choice(("true", "false"))
    if kind < 0.78:
        return dice.choice(TIMES)
    if depth > 2:
        return "[]"
    count = dice.randrange(4)
    if kind < 0.9:
        ends = dice.choice((", ", ",", ",\n  ", ", # why\n  ", "\n , "))
        first, last = dice.choice((("[", "]"), ("[ ", " ]"), ("[\n", "\n]"), ("[ # what\n", ", \n]")))
        if not count and "," in last:
            last = "]"
        return first + ends.join(_value(dice, depth + 1) for _ in range(count)) + last
    members = [f"{_key(dice, f'm{number}')} = {_value(dice, depth + 1)}" for number in range(count)]
    if any("\n" in member.replace('"""\n', "").replace("'''\n", "") for member in members):
        members = []
    blank = dice.choice(("", " "))
    return "{" + blank + dice.choice((", ", ",")).join(members) + blank + "}"


def _header(dice: random.Random, number: int) -> str:
    name = _key(dice, f"t{number % 5}" if dice.random() < 0.3 else f"t{number}")
    blank = dice.choice(("", "", "", " ", "\t"))
    first, last = ("[[", "]]") if dice.random() < 0.25 else ("[", "]")
    return f"{dice.choice(('', '', '  '))}{first}{blank}{name}{blank}{last}"


def _statement(dice: random.Random, number: int) -> str:
    if dice.random() < 0.25:
        return _header(dice, number)
    equals = dice.choice((" = ", "=", "\t=\t", "= "))
    return f"{dice.choice(('', '', '  ', chr(9)))}{_key(dice, f'k{number}')}{equals}{_value(dice)}"


def generated(count: int, seed: int) -> Iterator[str]:
    """Return texts of TOML, nearly all of them valid; the seed decides which."""
    dice = random.Random(seed)
    for _ in range(count):
        lines = []
        for number in range(dice.randrange(1, 7)):
            ending = dice.choice(("", "", "", " # a comment", "  "))
            lines.append(dice.choice(FILLERS) + _statement(dice, number) + ending)
        text = "\n".join(lines) + dice.choice(("\n", "\n", "\n", ""))
        if dice.random() < 0.1:
            text = text.replace("\n", "\r\n")
        yield ("\ufeff" if dice.random() < 0.02 else "") + text


def tables_in_arrays(count: int, seed: int) -> Iterator[str]:
    """Return arrays of tables with tables below them, each name in one of several spellings."""
    dice = random.Random(seed)
    spellings = {name: (name, name, name, f'"{name}"', f"'{name}'") for name in "ab"}
    for _ in range(count):
        lines = []
        for number in range(dice.randrange(2, 7)):
            parts = [dice.choice(spellings[part]) for part in dice.choice(("a", "ab", "a", "b"))]
            name = dice.choice((".", ".", ".", " . ")).join(parts)
            name = dice.choice(("{}", "{}", "{}", " {}", "{} ")).format(name)
            lines.append(f"[[{name}]]" if dice.random() < 0.5 else f"[{name}]")
            lines.append(f"k{number} = 1")
        yield "\n".join(lines) + "\n"


def configurations() -> dict[str, str]:
    """Return configurations of containerd as distributions and tools write them."""
    return {path.stem: path.read_text() for path in sorted(Path(CONFIGURATIONS).glob("*.toml"))}


# What people add to a configuration of containerd; most of it is right for some version.
ADDITIONS = (
    *(
        'root = "/x"',
        "root = 1",
        "Root = '/x'",
        "oom_score = -999",
        'oom_score = "0"',
        "oom_score = 1.5",
        "version = 1",
    ),
    *("version = 2", "version = 3", "version = 4", "version = 5", 'version = "2"', "version = -1", "VERSION = 2"),
    *('disabled_plugins = ["cri"]', 'disabled_plugins = ["io.containerd.grpc.v1.cri"]', 'disabled_plugins = "cri"'),
    *(
        "disabled_plugins = [1]",
        'required_plugins = ["a.b"]',
        "imports = []",
        "imports = ['/none/*.toml']",
        "imports = 1",
    ),
    *("unknown = { a = 1 }", "plugins = {}", "plugins = []", "grpc = {}", "grpc = { uid = 'root' }", "debug = 1"),
    *("[plugins.cri]", '[plugins."io.containerd.grpc.v1.cri"]', '[plugins."a.b.c.d"]', '[plugins."containerd.x"]'),
    *("[grpc]\nuid = 0", "[grpc]\nuid = '0'", "[grpc]\naddress = 1", "[debug]\nlevel = 'info'", "[debug]\nlevel = 1"),
    *(
        "[metrics]\ngrpc_histogram = false",
        "[metrics]\ngrpc_histogram = 'false'",
        "[cgroup]\npath = ''",
        "[cgroup]\npath = {}",
    ),
    *(
        "[timeouts]\n'a.b' = '5s'",
        "[timeouts]\n'a.b' = 5",
        "[proxy_plugins.x]\ntype = 'snapshot'",
        "[proxy_plugins.x]\ntype = 1",
    ),
    *("[proxy_plugins]\nx = 1", "[proxy_plugins.x.exports]\na = 'b'", "[proxy_plugins.x.exports]\na = 1"),
    *(
        "[stream_processors.x]\naccepts = ['a']",
        "[stream_processors.x]\naccepts = 'a'",
        "[stream_processors.x]\nargs = [1]",
    ),
    *("[plugins]\nx = 1", "[ttrpc]\ngid = true", "[debug]\nlog_trace_id = true", "[debug]\nlog_trace_id = 1"),
    *("[[plugins]]\nx = 1", "temp = ''", "plugin_dir = 1", "state = ['a']", "[grpc]\nmax_recv_message_size = 1e3"),
)


def slips(count: int, seed: int) -> Iterator[str]:
    """Return the configurations with some of the additions, where they can stand, and some other changes."""
    dice = random.Random(seed)
    shapes = list(configurations().values())
    for _ in range(count):
        text = dice.choice((*shapes, ""))
        for addition in dice.sample(ADDITIONS, dice.choice((0, 1, 1, 2))):
            before = text.startswith("[") or (not addition.startswith("[") and dice.random() < 0.9)
            key = addition.partition("=")[0].strip()
            lines = [line for line in text.splitlines() if line.partition("=")[0].strip() != key]
            text = "\n".join([addition, *lines] if before else [*lines, addition]) + "\n"
        if dice.random() < 0.1:
            text = text.replace('"', "'") if "\\" not in text else text
        yield text
