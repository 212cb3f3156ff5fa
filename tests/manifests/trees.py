"""Manifests as trees: read with exact integers, and compared up to what injection adds."""

import re
from typing import Any

import yaml

OURS = "connected-registry"
VARIABLES = {"SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"}


class ExactLoader(yaml.CSafeLoader):
    """Reads words as kubectl does: no times, no numbers to base 60, and y and n are booleans."""


ExactLoader.yaml_implicit_resolvers = {}
for _tag, _pattern in (
    ("bool", r"y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"),
    ("null", r"~|null|Null|NULL|"),
    ("int", r"[-+]?(?:0|[1-9][0-9_]*|0[0-7_]+|0[oO]?[0-7_]+|0[xX][0-9a-fA-F_]+|0[bB][01_]+)"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"),
    ("merge", "<<"),
):
    ExactLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), None)


def _boolean(loader: ExactLoader, node: yaml.ScalarNode) -> bool:
    return node.value.lower() in ("y", "yes", "true", "on")


def _integer(loader: ExactLoader, node: yaml.ScalarNode) -> int:
    text = node.value.replace("_", "")
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    if re.fullmatch("0[0-7]+", digits):
        digits = "0o" + digits[1:]
    return int(sign + digits, 0)


def _float(loader: ExactLoader, node: yaml.ScalarNode) -> float:
    value = float(node.value.replace("_", ""))
    return int(value) if value.is_integer() else value


ExactLoader.add_constructor("tag:yaml.org,2002:bool", _boolean)
ExactLoader.add_constructor("tag:yaml.org,2002:int", _integer)
ExactLoader.add_constructor("tag:yaml.org,2002:float", _float)


def read(text: str) -> list[Any]:
    """Return the documents of a file that are not empty."""
    return [_with_text_keys(one) for one in yaml.load_all(text, Loader=ExactLoader) if one is not None]


def _with_text_keys(value: Any) -> Any:
    """Return the value with the names of members as JSON has them."""
    if isinstance(value, dict):
        return {_key(key): _with_text_keys(each) for key, each in value.items()}
    return [_with_text_keys(each) for each in value] if isinstance(value, list) else value


def _key(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return f"{key:g}" if isinstance(key, float) else str(key)


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Return the places where a tree differs from the one before by more than what injection adds."""
    if isinstance(before, dict) and isinstance(after, dict):
        found = [f"{path}/{key} is gone" for key in before.keys() - after.keys()]
        found += [f"{path}/{key} came" for key in after.keys() - before.keys() if not _is_ours(key, after[key])]
        # A null list or map becomes one where something is added.
        same = [key for key in before if key in after and not (before[key] is None and _is_ours(key, after[key]))]
        return found + [each for key in same for each in differences(before[key], after[key], f"{path}/{key}")]
    if isinstance(before, list) and isinstance(after, list):
        # An entry that was there under one of our names is the user's own.
        own = {each.get("name") for each in before if isinstance(each, dict)}
        kept = [each for each in after if not _is_our_entry(each) or each.get("name") in own]
        if len(kept) != len(before):
            return [f"{path}: {len(before)} entries became {len(kept)}"]
        pairs = enumerate(zip(before, kept, strict=True))
        return [each for at, (one, other) in pairs for each in differences(one, other, f"{path}/{at}")]
    return [] if type(before) is type(after) and before == after else [f"{path}: {before!r} became {after!r}"]


def _is_our_entry(entry: Any) -> bool:
    """Report whether an entry of a list is one that injection adds: a volume, a mount, a variable."""
    return isinstance(entry, dict) and (str(entry.get("name", "")).startswith(OURS) or entry.get("name") in VARIABLES)


def _is_ours(key: str, value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_our_entry(each) for each in value)
    if isinstance(value, dict) and key in ("metadata", "labels", "annotations"):
        return all(_is_ours(name, each) for name, each in value.items())
    return key.startswith(f"{OURS}.io/")
