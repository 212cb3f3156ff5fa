"""Running programs in the lab, or on a node, from outside."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from lib import paths, tools
from lib.cluster import layout, namespaces
from lib.command import Failure

# Nothing of the machine's own network can be reached from the lab: a proxy there least of all.
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the caller's environment with the cluster's kubeconfig and the tools on the PATH; caches stay in ours."""
    state = paths.cluster() / "clients"
    base = {name: value for name, value in os.environ.items() if name.lower() not in _PROXIES}
    return {
        **base,
        "PATH": tools.search_path(),
        "KUBECONFIG": str(layout.kubeconfig()),
        # kubectl and helm keep what they know of a cluster: it should go when the cluster goes.
        "KUBECACHEDIR": str(state / "kube"),
        "HELM_CACHE_HOME": str(state / "helm" / "cache"),
        "HELM_CONFIG_HOME": str(state / "helm" / "config"),
        "HELM_DATA_HOME": str(state / "helm" / "data"),
        **(extra or {}),
    }


def launcher(process: int, argv: Sequence[str | Path]) -> list[str]:
    """Return the command that runs `argv` in the namespaces of a process, given by its id outside the lab."""
    # Isolated: the launcher itself must not depend on the environment that it passes on.
    return [sys.executable, "-I", str(Path(namespaces.__file__).resolve()), str(process), *(str(word) for word in argv)]


def run(
    argv: Sequence[str | Path],
    *,
    process: int,
    stdin: IO[Any] | None = None,
    input: str | None = None,
    extra: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end in the namespaces of a process; returns exit code, stdout and stderr as text.

    `timeout` is in seconds; the program ends with it. Raises Failure then.
    """
    source: dict[str, Any] = {"input": input} if input is not None else {"stdin": stdin or subprocess.DEVNULL}
    try:
        return subprocess.run(
            launcher(process, argv),
            env=environment(extra),
            cwd=cwd,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            **source,
        )
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{argv[0]} did not end within {timeout:g} s") from error
