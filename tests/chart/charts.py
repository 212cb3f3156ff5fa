"""Rendering a chart with the real helm."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from lib import paths, tools

# The one in C where there is one: cert-manager's resource definitions are a megabyte.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# The one that the local cluster runs, and the newest one.
DEPENDENCIES = ("v1.11.5", "v1.21.2")

ADDRESS = "192.100.100.1"
CONNECTION = (
    "ConnectedRegistryName=edge01;SyncTokenName=sync-token;SyncTokenPassword=top=secret==;"
    "ParentGatewayEndpoint=contoso.eastus.data.azurecr.io;ParentEndpointProtocol=https"
)
PASSWORD = "top=secret=="
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

DEFAULTS: dict[str, Any] = {"service": {"clusterIP": ADDRESS}}
SYNCHRONIZING: dict[str, Any] = {
    **DEFAULTS,
    "connectionString": CONNECTION,
    "parent": {"caBundle": CERTIFICATE},
    "sync": {"repositories": ["hello", "team/app:1.0"]},
}


@dataclass
class Rendered:
    """A rendered chart: the text, and the objects in it."""

    text: str
    objects: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.objects = [item for item in yaml.load_all(self.text, LOADER) if item]

    def get(self, kind: str, name: str) -> dict[str, Any]:
        """Return the one object of that kind and name."""
        found = [item for item in self.objects if item["kind"] == kind and item["metadata"]["name"] == name]
        assert len(found) == 1, f"{len(found)} objects {kind} {name}"
        return found[0]

    def kind(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind."""
        return [item for item in self.objects if item["kind"] == kind]

    def names(self, kind: str) -> set[str]:
        """Return the names of all objects of a kind."""
        return {item["metadata"]["name"] for item in self.kind(kind)}

    def ours(self) -> list[dict[str, Any]]:
        """Return the objects that are not cert-manager's."""
        return [item for item in self.objects if "connected-registry.io/name" in item["metadata"].get("labels", {})]

    def pods(self) -> dict[str, dict[str, Any]]:
        """Return the pod templates of our objects, by kind and name."""
        return {
            f"{item['kind']}/{item['metadata']['name']}": item["spec"]["template"]
            for item in self.ours()
            if "template" in item.get("spec", {})
        }


@dataclass(frozen=True)
class Chart:
    """A chart in a directory."""

    directory: Path

    def helm(
        self,
        command: str,
        values: dict[str, Any],
        *arguments: str,
        release: str = "connected-registry",
        namespace: str = "registry",
    ) -> subprocess.CompletedProcess[str]:
        """Run helm on the chart with values given as a file, which keeps their types."""
        argv = [
            str(tools.binary("helm")),
            command,
            *([] if command == "lint" else [release]),
            str(self.directory),
            "--namespace",
            namespace,
            "--values",
            "-",
            *arguments,
        ]
        return subprocess.run(argv, input=json.dumps(values), text=True, capture_output=True, timeout=120)

    def render(self, values: dict[str, Any], *arguments: str, **where: str) -> Rendered:
        """`helm template`, which must succeed."""
        result = self.helm("template", values, *arguments, **where)
        assert result.returncode == 0, result.stderr
        return Rendered(result.stdout)

    def refusal(self, values: dict[str, Any], *arguments: str, **where: str) -> str:
        """Return the error of `helm template` for wrong values, with a schema that leaves them to the templates."""
        result = self.helm("template", values, "--skip-schema-validation", *arguments, **where)
        assert result.returncode != 0, "helm took the values"
        return result.stderr

    def notes(self, values: dict[str, Any], **where: str) -> str:
        """Return the notes that an installation prints."""
        result = self.helm("install", values, "--dry-run=client", **where)
        assert result.returncode == 0, result.stderr
        return result.stdout.partition("\nNOTES:\n")[2]

    def changed(self, directory: Path, **files: str) -> "Chart":
        """Return a copy of the chart in `directory` with some files (named with _ for .) replaced."""
        shutil.copytree(self.directory, directory)
        for name, text in files.items():
            (directory / name.replace("_", ".")).write_text(text)
        return Chart(directory)


def package_dependency(version: str, destination: Path) -> Path:
    """Package cert-manager's chart as hack/package-cert-manager does, and return the package."""
    command = [
        str(paths.REPOSITORY / "hack" / "package-cert-manager"),
        "--version",
        version,
        "--destination",
        str(destination),
    ]
    result = subprocess.run(command, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, text=True, capture_output=True)
    assert result.returncode == 0, result.stderr
    return Path(result.stdout.strip())
