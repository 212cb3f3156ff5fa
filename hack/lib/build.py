"""Builds the binary and the unit tests with CMake, showing how far it is."""

import hashlib
import os
import re
from pathlib import Path

from lib import needs, packages, paths
from lib.command import locked, stream
from lib.progress import Steps

BINARY = "connected-registry"


def build(preset: str, steps: Steps, *targets: str, options: tuple[str, ...] = ()) -> None:
    """Configure and build a preset of CMakePresets.json; all targets if none is named. A second run costs a second.

    Raises CommandFailure with the compiler's last lines.
    """
    packages.ensure_debian(needs.packages("build"), steps)
    directory = paths.REPOSITORY / "build" / preset
    what = f"building {' '.join(targets) or 'the binary and its tests'} ({preset})"
    # A lock for each checkout: several of them share the cache.
    lock = f"cmake-{hashlib.sha256(str(directory).encode()).hexdigest()[:12]}"
    with locked(paths.locks() / lock, lambda: steps.sub("waiting for another run that builds")):
        with steps.step(what) as step:

            def follow(line: str) -> None:
                found = re.match(r"\[(\d+)/(\d+)\]", line)
                step.note(f"{found.group(1)} of {found.group(2)} steps" if found else line[:100])

            step.note("configuring")
            stream(
                ["cmake", "--preset", preset, *options], follow, cwd=paths.REPOSITORY, shown=f"cmake --preset {preset}"
            )
            argv: list[str | Path] = ["cmake", "--build", directory, "--parallel", str(os.cpu_count() or 1)]
            for target in targets:
                argv += ["--target", target]
            stream(argv, follow, cwd=paths.REPOSITORY, shown=f"cmake --build --preset {preset}")
