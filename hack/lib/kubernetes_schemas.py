"""JSON schemas of Kubernetes' objects for kubeconform, made from the API description in Kubernetes' own Go module.

The schemas that are published ready-made have to be downloaded one by one from a web site; the module is there anyway.
"""

import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from lib import packages, paths, tools
from lib.command import Failure, run

MODULE = "k8s.io/kubernetes"
PREFIX = "#/definitions/"


def ensure() -> Path:
    """Return the directory with one strict schema for each kind (kind-group-version.json), made once."""
    version = _version()
    made_by = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    directory = paths.cache() / "schemas" / f"{version}-{made_by}"
    if not directory.exists():
        definitions = json.loads(_description(version).read_text())["definitions"]
        directory.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".", dir=directory.parent))
        for name, definition in definitions.items():
            for kind in definition.get("x-kubernetes-group-version-kind", []):
                file = "-".join(filter(None, (kind["kind"], kind["group"].split(".")[0], kind["version"]))).lower()
                (temporary / f"{file}.json").write_text(json.dumps(_schema(name, kind, definitions)))
        temporary.rename(directory)
    return directory


def kubeconform(text: str) -> subprocess.CompletedProcess[str]:
    """Check manifests: exit code 0 where Kubernetes knows every kind and field of them."""
    location = str(ensure() / "{{.ResourceKind}}{{.KindSuffix}}.json")
    return subprocess.run(
        [str(tools.binary("kubeconform")), "-strict", "-summary", "-schema-location", location, "-"],
        input=text,
        text=True,
        capture_output=True,
        timeout=120,
    )


def _version() -> str:
    """Return the version of Kubernetes that the local cluster runs."""
    found = re.search(rf"{re.escape(MODULE)} (v\S+)", (paths.TOOLS_SOURCE / "kubernetes" / "go.mod").read_text())
    if not found:
        raise Failure(f"hack/tools/kubernetes/go.mod does not require {MODULE}")
    return found.group(1)


def _description(version: str) -> Path:
    answer = run(
        [packages.ensure_go(), "mod", "download", "-json", f"{MODULE}@{version}"],
        env=paths.go_environment(),
        cwd=paths.cache(),
    )
    return Path(json.loads(answer.stdout)["Dir"]) / "api" / "openapi-spec" / "swagger.json"


def _schema(name: str, kind: dict[str, str], definitions: dict[str, Any]) -> dict[str, Any]:
    """One kind's schema with every definition that it needs, by any number of steps."""
    needed, waiting = {}, [name]
    while waiting:
        current = waiting.pop()
        if current not in needed:
            needed[current] = _strict(definitions[current])
            waiting += re.findall(f'"{PREFIX}([^"]+)"', json.dumps(needed[current]))
    top = needed[name].setdefault("properties", {})
    top["kind"] = {"const": kind["kind"]}
    top["apiVersion"] = {"const": "/".join(filter(None, (kind["group"], kind["version"])))}
    return {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": PREFIX + name, "definitions": needed}


def _strict(definition: Any) -> Any:
    """Return a definition of the API as a JSON schema that refuses unknown keys and knows the API's own types."""
    if isinstance(definition, list):
        return [_strict(one) for one in definition]
    if not isinstance(definition, dict):
        return definition
    if definition.get("format") == "int-or-string":
        return {"type": ["string", "integer"]}
    changed = {key: _strict(value) for key, value in definition.items() if not key.startswith("x-") and key != "format"}
    if isinstance(definition.get("properties"), dict):
        # Not a definition but names: they may be called like any key above.
        required = definition.get("required", [])
        changed["properties"] = {
            key: _strict(value) if key in required else _or_null(_strict(value))
            for key, value in definition["properties"].items()
        }
        changed.setdefault("additionalProperties", False)
    if str(definition.get("description", "")).startswith("Quantity is a fixed-point"):
        changed["type"] = ["string", "number"]
    return changed


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a key that may be left out may be null as well: the API takes both for the same."""
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return schema
