"""Makes texts that are nearly right, for each small language of the settings: by a grammar, then often damaged."""

import random
import re
from collections.abc import Callable

COUNT = 10_000
SEED = 20_240_229
# Of ten texts so many are left as the grammar made them.
WHOLE_OF_TEN = 4

# Go has learned to take "(?<name>…)" and looser names of Unicode classes since the release of RE2 that the program is
# built with: `check` and the program refuse them, helm and regsync do not.
NEWER_THAN_RE2 = r"\(\?<|\\[pP](?!L|\{Greek\})"

Pick = Callable[[random.Random], str]


def near_misses(kind: str) -> list[str]:
    """Return COUNT different texts of one language, the same ones each time."""
    source = random.Random(f"{SEED} {kind}")
    grammar, alphabet = LANGUAGES[kind]
    texts: dict[str, None] = dict.fromkeys(EDGES.get(kind, ()))
    while len(texts) < COUNT:
        text = grammar(source)
        if source.randrange(10) >= WHOLE_OF_TEN:
            for _ in range(source.choice((1, 1, 1, 2, 3))):
                text = _damaged(source, text, alphabet)
        if kind != "expression" or not re.search(NEWER_THAN_RE2, text):
            texts[text] = None
    return list(texts)


def _damaged(source: random.Random, text: str, alphabet: str) -> str:
    at = source.randrange(len(text) + 1)
    rest = text[at:]
    match source.randrange(4):
        case 0:
            return text[:at] + rest[1:]
        case 1:
            return text[:at] + source.choice(alphabet) + rest
        case 2:
            return text[:at] + source.choice(alphabet) + rest[1:]
        case _:
            return text[:at] + rest[: source.randrange(4)] + rest


def _number(source: random.Random, highest: int) -> str:
    number = source.choice((source.randrange(highest + 3), source.randrange(highest + 1), highest, 0, 1))
    zeros = "0" * source.choice((0, 0, 0, 0, 1, 5))
    return zeros + str(number)


def _cron_part(source: random.Random, highest: int, names: tuple[str, ...]) -> str:
    def value() -> str:
        if names and source.randrange(3) == 0:
            name = source.choice(names)
            return source.choice((name, name.upper(), name.title()))
        return _number(source, highest)

    part = source.choice((lambda: "*", lambda: "?", value, value, lambda: f"{value()}-{value()}"))()
    return part + source.choice(("", "", f"/{_number(source, highest + 1)}", f"/{source.randrange(1, 5)}"))


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
CRON_FIELDS: tuple[tuple[int, tuple[str, ...]], ...] = ((59, ()), (23, ()), (31, ()), (12, MONTHS), (7, WEEKDAYS))
DESCRIPTORS = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually", "@reboot", "@Daily")


def _schedule(source: random.Random) -> str:
    match source.randrange(12):
        case 0:
            return "@every " + _duration(source)
        case 1:
            return source.choice(DESCRIPTORS)
        case 2:  # Days that not each month has.
            months = ",".join(source.choice(("2", "feb", "4", "6", "2-3", "sep", "11")) for _ in range(2))
            return f"0 0 {source.choice(('29', '30', '31', '30,31', '31/2', '29-31'))} {months} {source.choice('**?1')}"
    fields = []
    for highest, names in CRON_FIELDS:
        if source.randrange(2):
            fields.append("*")
            continue
        parts = source.choice((1, 1, 1, 2, 3))
        fields.append(",".join(_cron_part(source, highest, names) for _ in range(parts)))
    return source.choice((" ", " ", " ", "  ", "\t")).join(fields)


def _duration(source: random.Random) -> str:
    numbers = ("0", "1", "30", "90", "99999", "17520", "87671", "87672", "87673", "5260320", "315619200", "315619201")
    long = ("2147483648", "9223372036854775807", "18446744073709551616", "00000000000000000060")
    terms = [
        source.choice((*numbers, *numbers, *long)) + source.choice("smhsmhd")
        for _ in range(source.choice((1, 1, 2, 3)))
    ]
    return "".join(terms)


def _span(source: random.Random) -> str:
    """Return a duration, half of them as ISO 8601 writes one."""
    if source.randrange(2):
        return _duration(source)

    def terms(units: str) -> str:
        return "".join(
            f"{source.choice((0, 1, 4, 30, 521, 3653, 87672, 5260321, 10**19))}{unit}"
            for unit in units
            if source.randrange(3) == 0
        )

    date = source.choice(("", "", terms("D"), terms("W"), terms("MD"), terms("YWD")))
    return "P" + date + source.choice(("", "T", "T", "T")) + terms(source.choice(("HMS", "HMS", "HMS", "HSM")))


def _address(source: random.Random) -> str:
    def ipv4() -> str:
        known = (0, 1, 9, 10, 99, 127, 169, 192, 199, 223, 224, 239, 240, 249, 254, 255, 256)
        return ".".join(str(source.choice(known)) for _ in range(source.choice((4, 4, 4, 4, 3, 5))))

    if source.randrange(2):
        return ipv4()
    groups = ("0", "00", "0000", "1", "ffff", "FFFF", "fd00", "fe80", "febf", "fec0", "ff02", "abc", "2001", "10000")
    parts = [source.choice(groups) for _ in range(source.choice((8, 8, 7, 6, 2, 1, 9)))]
    if source.randrange(4) == 0:
        parts = [*parts[:6], ipv4()]
    text = ":".join(parts)
    if source.randrange(2):
        at = source.randrange(len(parts) + 1)
        text = ":".join(parts[:at]) + "::" + ":".join(parts[at + source.choice((0, 1, 2)) :])
    return source.choice(("", "", "", "", "::ffff:")) + text


def _expression(source: random.Random) -> str:
    tokens = (
        *(
            "a",
            "1",
            "v",
            r"\.",
            r"\d",
            ".",
            "[0-9]",
            "[^a-z]",
            "[[:alpha:]]",
            r"[\w.-]",
            "-",
            "_",
            "(",
            ")",
            "(?:",
            "(?i)",
        ),
        *(
            "(?P<n>",
            "|",
            "*",
            "+",
            "?",
            "{2}",
            "{1,3}",
            "{,3}",
            "{3,1}",
            "{1001}",
            "^",
            "$",
            r"\b",
            r"\z",
            r"\A",
            r"\Q",
            r"\E",
        ),
        *(
            "[",
            "]",
            r"\pL",
            r"\p{Greek}",
            r"\x41",
            r"\x{41}",
            r"\1",
            r"\y",
            "(?!a)",
            "(?=a)",
            "(?U)",
            "(?x)",
            "[z-a]",
            "é",
            "\\",
        ),
    )
    if source.randrange(2):
        return source.choice(
            (
                r"v?[0-9]+(\.[0-9]+)*",
                r"1\.2\d(-alpine)?",
                r"latest|stable",
                r"(?i)rc[0-9]{1,2}",
                r"[a-f0-9]{7,40}",
                r"\d+",
            )
        )
    return "".join(source.choice(tokens) for _ in range(source.randrange(1, 7)))


def _no_proxy(source: random.Random) -> str:
    entries = (
        *(
            "192.100.100.1",
            "192.100.0.0/16",
            "192.100.100.1/32",
            "10.0.0.0/8",
            "0.0.0.0/0",
            "*",
            "",
            "localhost",
            ".svc",
        ),
        *("192.100.100.1:443", "192.100.100.1:80", "fd00::1", "[fd00::1]", "[fd00::1]:443", "fd00::/8", "FD00:0::1"),
        *(
            "contoso.azurecr.io",
            ".azurecr.io",
            "*.azurecr.io",
            "azurecr.io:443",
            "azurecr.io:5000",
            "io",
            "CONTOSO.azurecr.io",
        ),
        *(
            "::ffff:192.100.100.1",
            "::ffff:192.100.0.0/112",
            "192.100.100.0/24:443",
            "127.0.0.1",
            ":443",
            "http://azurecr.io",
        ),
    )
    chosen = [source.choice(entries) for _ in range(source.choice((1, 1, 2, 3)))]
    return source.choice((",", ",", ", ", " ,", ";", " ")).join(chosen)


# A grammar, and the characters that a text of it is damaged with.
LANGUAGES: dict[str, tuple[Pick, str]] = {
    "schedule": (_schedule, "0123456789*?/,-@ \t\n+.:LW#ajnMONé"),
    "duration": (_span, "0123456789smhdunPTHMSDW. +-_é\n"),
    "address": (_address, "0123456789abcdfgAF.:/%[] -,x\n"),
    "expression": (_expression, "ab01.*+?|(){}[]^$\\-:,P=!i"),
    "no_proxy": (_no_proxy, "0123456789abcio.:,/[]* *\t-"),
}
EDGES: dict[str, tuple[str, ...]] = {
    "schedule": (
        "",
        " ",
        "*/60 * * * *",
        "*/61 * * * *",
        "5/2147483647 * * * *",
        "0 0 29 2 *",
        "0 0 31 2 */2",
        "* * * * 7/2",
    ),
    "duration": (
        "0s",
        "000h",
        "17520h",
        "87672h",
        "87672h1s",
        "87671h60m",
        "1h" * 9,
        "P",
        "PT",
        "PT4H",
        "P7D",
        "P1DT",
        "P3653D",
        "PT0S",
    ),
    "address": ("None", "01.2.3.4", "10.0.0.1 ", "::", "::1", "::ffff:1.2.3.4", "fe80::1%eth0", "1::2::3"),
    "expression": ("(", "*", "a**", "(a{1000}){1000}", "a\\", "\\Qa", "|", "a)|(b"),
    "no_proxy": ("", "*", ",*", "[192.100.100.1]", "192.100.100.1/016", "*.", "."),
}
