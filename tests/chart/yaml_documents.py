"""YAML documents of every form, the same ones each time: written by a grammar, and most of them damaged after that."""

import json
import random
from collections.abc import Callable

SEED = 20261130
COUNT = 6_000
WHOLE_OF_TEN = 4

# Words: numbers in all forms, what readers of YAML 1.1 take for something else, and texts that need quotes.
WORDS = (
    *("a", "b c", "key", "it's", "x y z", "-x", "?x", ":x", "a?b", "a:b", "a: b", "a #b", "a#b", "# a"),
    *("$x", "%x"),
    *("@x", "`x`", "&x", "*x", "!x", "|", ">", "-", "?", ":", "--- a", "---", "...", "[x]", "{x}", ",", "a,b"),
    *("]", "}"),
    *("", "~", "null", "Null", "NULL", "nULL", "true", "True", "TRUE", "yes", "No", "on", "OFF", "y", "N", "=", "<<"),
    *("0", "1", "-1", "+1", "12", "0x1F", "0X1f", "0o17", "017", "08", "0b101", "-0b11", "1_000", "0_7", "_1", "1__0"),
    *("9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808"),
    *("-9223372036854775809", "18446744073709551615", "18446744073709551616", "+18446744073709551615"),
    *("0xFFFFFFFFFFFFFFFF", "0x10000000000000000", "100000000000000000", "100000000000000000000", "1e400", "1e-400"),
    *("1.0", "1.5", "-0.0", "1e3", "1E3", "1e+3", "1e-7", "1e17", "1e20", "1e21", "1.50", ".5", "5.", "."),
    *("+.5", "1.2.3"),
    *("1234567890123456789.0", "123456789.125", "1.7976931348623157e308", "4.9e-324", ".inf", "-.INF", ".nan", "0.1"),
    *("12:30", "12:30:45", "190:20:30.15", "00:50:56", "1,000", "2026-11-30"),
    *("2026-11-30T01:02:03Z", "2026-11-30 1:2:3"),
    *("é", "日本", "😀", "\u00a0", "a\u2003b", "x" * 130),
)
TAGS = (
    *("!", "!x", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!binary", "!!seq", "!!map", "!!set"),
    *("!!timestamp", "!<tag:yaml.org,2002:str>", "!a!b"),
)
ESCAPES = (
    *(r"\n", r"\t", r"\\", r"\"", r"\/", r"\x41", r"\u263a", r"\U0001F600", r"\N", r"\_", r"\L", r"\P", r"\e", r"\0"),
    *(r"\ud83d\ude00", r"\ud83d", r"\ude00", r"\uFFFF", r"\q", "\\\n", "\\\n  ", r"\'", r"\x4", r"\ ", "\\\t"),
)
DAMAGE = (
    *("\t", "\t", " ", " ", "\n", "\n", "\n\t", "\n \t", "\t\n", "\r\n", "\r", "#", " #", ":", ": ", "- ", "-"),
    *("? ", "'"),
    *('"', "{", "}", "[", "]", ",", "&a ", "*a", "*a ", "!", "!!str ", "|", ">", "|\n", ">-\n", "\\", "%"),
    *("...", "...\n"),
    *("---", "<<: ", "\n...\n", "\n\n", "  ", "\u00a0", "é", "x", "1", "~", "\\u", "\n-", "\n:", "\n?", "\n  "),
    *("{}", "[]"),
)


class Writer:
    """Writes one document."""

    def __init__(self, source: random.Random) -> None:
        """Take the source of all choices."""
        self.source = source
        self.anchors: list[str] = []

    def choice(self, *options: str) -> str:
        """Return one of the texts."""
        return self.source.choice(options)

    def document(self) -> str:
        """Return the text of a document."""
        match self.source.randrange(12):
            case 0:
                return json.dumps(self.json_value(3), indent=self.source.choice((None, 1, 2))) + self.choice("", "\n")
            case 1:
                return self.flow(3) + self.choice("", "\n", " # comment\n", "\n...\n")
            case 2:
                return self.scalar(0, block=True) + self.choice("", "\n")
        text = self.choice("", "", "", "---\n", "--- # comment\n", "# comment\n", "\n", "  ")
        indent = 2 if text == "  " else 0
        text += self.block(indent, 3).removeprefix("\n" + " " * indent).removeprefix(" " * indent)
        end = self.choice("\n", "\n", "\n", "", "\n\n", " ", "\n# end", "\n...\n", "\n  \n", "\n\t")
        return text.rstrip("\n") + end

    def json_value(self, depth: int) -> object:
        """Return a value for a JSON text."""
        if depth == 0 or self.source.randrange(4) == 0:
            numbers = (0, -1, 1.5, 1e20, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, True, None)
            return self.source.choice((*numbers, self.source.choice(WORDS), "\u2028\x7f\uffff\n\t\x00/"))
        if self.source.randrange(3) == 0:
            return [self.json_value(depth - 1) for _ in range(self.source.randrange(3))]
        return {self.source.choice(WORDS): self.json_value(depth - 1) for _ in range(self.source.randrange(1, 4))}

    def properties(self) -> str:
        """Return an anchor, a tag, or mostly nothing."""
        match self.source.randrange(14):
            case 0:
                self.anchors.append(self.choice("a", "b", "a-1"))
                return f"&{self.anchors[-1]} "
            case 1:
                return self.source.choice(TAGS) + " "
        return ""

    def quoted(self, text: str, indent: int) -> str:
        """Return a text in quotes, perhaps over several lines."""
        lines = "\n" * self.source.choice((0, 0, 0, 0, 0, 1, 2, 3))
        if lines:
            line_break = lines + " " * (indent + 1)
            text = text.replace(" ", line_break, 1) if text else line_break
        if self.source.randrange(2):
            return "'" + text.replace("'", "''") + "'"
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + escaped + (self.source.choice(ESCAPES) if self.source.randrange(3) == 0 else "") + '"'

    def block_scalar(self, indent: int) -> str:
        """Return a literal or a folded text."""
        step = self.source.choice((1, 2, 4))
        header = self.choice("|", ">") + self.choice("", "", "", "-", "+", f"{step}", f"{step}-", f"+{step}")
        lines = [self.choice("", "a", "b: c", " x", "# no comment", "- d", "\te", "é", "a b", "   ") for _ in range(3)]
        begin = " " * (indent + step)
        body = "".join("\n" + (begin + line if line else self.choice("", " ", " " * indent)) for line in lines)
        return header + self.choice("", "", " # comment") + body

    def scalar(self, indent: int, *, block: bool) -> str:
        """Return a value that is neither a list nor a map."""
        if self.anchors and self.source.randrange(8) == 0:
            return "*" + self.source.choice(self.anchors) + self.choice("", " ")
        properties = self.properties()
        match self.source.randrange(8):
            case 0 | 1:
                return properties + self.quoted(self.source.choice(WORDS), indent)
            case 2 if block:
                return properties + self.block_scalar(indent)
            case 3 if block:
                return properties + f"a plain\n{' ' * (indent + 1)}{self.choice('text', '# comment', 'b', '1')}"
        return properties + self.source.choice(WORDS)

    def key(self) -> str:
        """Return a key with its colon."""
        if self.source.randrange(16) == 0:
            return f"? {self.source.choice(WORDS)} "
        word = self.choice("a", "b", "c", "d-e", "f.g/h", "<<", '"q"', "'r'", self.source.choice(WORDS))
        return self.choice("", "", "", "", "&a ", "!!str ") * (self.source.randrange(6) == 0) + word

    def flow(self, depth: int) -> str:
        """Return a list or a map in brackets, or a scalar."""
        kind = self.source.randrange(5)
        if depth == 0 or kind > 2:
            return self.scalar(0, block=False)
        space = self.choice("", "", " ", "\n", "\n  ", "\t", " # comment\n")
        entries = []
        for _ in range(self.source.randrange(4)):
            value = self.flow(depth - 1)
            colon = self.choice(": ", ": ", ": ", ":", " : ", ":\n ", ":\t")
            entries.append(value if kind == 0 else self.key() + self.choice(colon + value, colon + value, colon, ""))
        text = ("," + self.choice("", " ", " ", "\n ")).join(entries) + self.choice("", "", "", ",")
        return self.properties() + ("[" if kind == 0 else "{") + space + text + space + ("]" if kind == 0 else "}")

    def block(self, indent: int, depth: int) -> str:
        """Return what follows a key or a dash: on the same line, or on lines of its own."""
        kind = self.source.randrange(6)
        if depth == 0 or kind > 3:
            return " " + self.choice(self.scalar(indent, block=True), self.scalar(indent, block=True), self.flow(2))
        properties = self.properties().rstrip()
        text = f" {properties}" if properties else ""
        for _ in range(self.source.randrange(1, 4)):
            text += self.choice("", "", "", "", " ", " # comment", "\n", f"\n{' ' * indent}# comment", "\t")
            text += "\n" + " " * indent
            step = self.source.choice((0 if kind else 1, 1, 2, 2, 2, 4))
            if kind == 0:
                text += "-" + self.block(indent + step, depth - 1)
            else:
                key = self.key()
                text += key + ("\n" + " " * indent if key.startswith("? ") else "") + self.choice(":", ":", ":", " :")
                text += self.block(indent + max(step, 1), depth - 1)
        return text


def damaged(source: random.Random, text: str) -> str:
    """Return the text with one to three small changes."""
    for _ in range(source.choice((1, 1, 1, 2, 3))):
        at, length = source.randint(0, len(text)), source.randint(1, 6)
        lines = text.split("\n")
        line = source.randrange(len(lines))
        piece = source.choice(DAMAGE)
        before, after = text[:at], text[at:]
        changes: list[Callable[[], str]] = [
            lambda: before + piece + after,
            lambda: before + piece + after,
            lambda: before + after[length:],
            lambda: before + after[:length] + after,
            lambda: "\n".join([*lines[:line], piece + lines[line], *lines[line + 1 :]]),
            lambda: "\n".join(lines[:line] + lines[line + 1 :]),
            lambda: "\n".join([*lines[:line], lines[line][1:], *lines[line + 1 :]]),
            lambda: before,
        ]
        text = source.choice(changes)()
    return text


def documents() -> list[str]:
    """Return COUNT different texts, each one document."""
    source = random.Random(SEED)
    texts: dict[str, None] = {}
    while len(texts) < COUNT:
        text = Writer(source).document()
        if source.randrange(10) >= WHOLE_OF_TEN:
            text = damaged(source, text)
        # kubectl splits a file at these lines before it reads YAML; a text with one is two documents.
        if "\n---" not in text.replace("\r", "\n").removeprefix("---"):
            texts[text] = None
    return list(texts)
