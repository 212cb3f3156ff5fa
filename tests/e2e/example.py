"""The commands in the comments of values-examples, run as their readers would."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from installation import ADDRESS, NODE, ROTATION, TEST_NAMESPACE, Parts, wait_for_address
from lib import cluster, examples, kube, paths, release
from lib.command import CommandFailure
from lib.parent import Parent
from lib.release import Release
from lib.waiting import wait_for
from recording import RecordingKube

# As the examples' commands have it.
RELEASE = Release("connected-registry", "connected-registry")
REPOSITORIES = ["demo/hello:1"]


def commands(name: str) -> list[str]:
    """Return the blocks of shell commands in the comment at the head of an example, in their order."""
    head = (examples.DIRECTORY / name).read_text().split("\n\n")[0].splitlines()
    # If the comment is a numbered list, text is indented as well, and commands more.
    indent = 7 if any(re.match(r"# \d\. ", line) for line in head) else 4
    blocks: list[list[str]] = [[]]
    for line in head:
        if line.startswith("#".ljust(indent)):
            blocks[-1].append(line[indent:])
        elif line == "#" and blocks[-1]:
            blocks[-1].append("")  # Inside of a block, if another of its lines follows.
        elif blocks[-1]:
            blocks.append([])
    # A form to fill in is no command.
    return ["\n".join(block).rstrip() for block in blocks if block and "…" not in "".join(block)]


@dataclass(frozen=True)
class Example:
    """An example under test: its file's name, and a directory that its commands are run in, as in a clone of ours."""

    name: str
    directory: Path
    local: RecordingKube
    source: Parent

    def run(self, script: str, *, node: bool = False, check: bool = True) -> CompletedProcess[str]:
        """Run shell commands beside the cluster, or on its node. Raises Failure unless check=False."""
        result = cluster.run(
            ["bash", "-euc", script], node=NODE if node else None, cwd=self.directory, check=False, timeout=240
        )
        self.local.said.append(result.stdout + result.stderr)
        if check and result.returncode != 0:
            raise CommandFailure(self.name, result.returncode, result.stdout + result.stderr)
        return result

    def run_commands(self, containing: str, *, node: bool = False) -> CompletedProcess[str]:
        """Run the first block of the example's commands with a word in it."""
        return self.run(self.block(containing), node=node)

    def block(self, containing: str, example: str = "") -> str:
        """Return the first block of commands with a word in it, of this example or of another that it refers to."""
        return next(block for block in commands(example or self.name) if containing in block)

    def install(
        self, settings: tuple[str, ...] = (), values: dict[str, Any] | None = None, where: Release = RELEASE
    ) -> Parts:
        """Run the example's own `helm install`, and wait until it is ready.

        `settings`: KEY=VALUE. `values`: what the example leaves to its reader; by default a parent and what to bring.
        """
        extra = self.directory / "extra.json"
        extra.touch(mode=0o600)
        given = release.parent_values(self.source, REPOSITORIES) if values is None else values
        extra.write_text(json.dumps(given))
        block = self.block("helm install")
        line = block[block.index("helm install") :]
        line = line.replace(
            f"helm install {RELEASE.name} chart -n {RELEASE.namespace}",
            f"helm install {where.name} chart -n {where.namespace}",
        )
        files = f"-f {release.LOCAL_VALUES} -f extra.json"
        sets = [f"--set {one}" for one in (*ROTATION, *settings)]
        self.run(" ".join([line, files, *sets, "--wait --timeout 180s"]))
        wait_for_address(self.local, where)
        return Parts(self.local, where, self.source)

    def uninstall(self, where: Release = RELEASE) -> None:
        """Uninstall the release and delete its namespace."""
        release.uninstall(self.local, where)
        self.local.kubectl("delete", "namespace", where.namespace, timeout=90)


def prepare(name: str, directory: Path, local: RecordingKube, source: Parent) -> Example:
    """Return an example to be installed."""
    for part in ("chart", "values-examples"):
        (directory / part).symlink_to(paths.REPOSITORY / part)
    return Example(name, directory, local, source)


@contextmanager
def example(name: str, directory: Path, local: RecordingKube, source: Parent) -> Iterator[Example]:
    """Provide an example to install. Uninstall it afterwards, also if the test fails: the next one needs its place."""
    one = prepare(name, directory, local, source)
    try:
        yield one
    finally:
        one.uninstall()


def wait_for_image(parts: Parts, repository: str = REPOSITORIES[0], scheme: str = "https") -> None:
    """Wait until the registry has an image: a pull that comes too early is only tried again much later."""
    name, tag = repository.split(":")
    port = 443 if scheme == "https" else 80
    service = f"{scheme}:{parts.release.fullname}:{port}"
    path = f"/api/v1/namespaces/{parts.release.namespace}/services/{service}/proxy/v2/{name}/tags/list"
    wait_for(
        f"{repository} to be synchronized",
        lambda: f'"{tag}"' in parts.local.kubectl("get", "--raw", path, check=False).stdout,
        seconds=60,
        explain=parts.diagnosis,
    )


def pull(parts: Parts, name: str, address: str = ADDRESS, repository: str = REPOSITORIES[0]) -> None:
    """Run a pod whose image comes from the registry, and remove it."""
    parts.run_until(
        pod_of(name, address, repository),
        lambda pod: kube.container_state(pod)[0] == "running",
        "the pod to run",
    )
    remove(parts, name)


def pod_of(name: str, address: str = ADDRESS, repository: str = REPOSITORIES[0]) -> dict[str, Any]:
    """Return a pod whose image the node has to ask the registry for, even where it has it."""
    return kube.pod_manifest(name, f"{address}/{repository}", namespace=TEST_NAMESPACE, imagePullPolicy="Always")


def remove(parts: Parts, *names: str) -> None:
    """Delete pods of the tests."""
    parts.local.kubectl("delete", "pod", *names, "--namespace", TEST_NAMESPACE, "--now")
