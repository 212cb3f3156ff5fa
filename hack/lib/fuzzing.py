"""Runs the fuzz targets of tests/fuzz under libFuzzer, each for a bounded time.

What a run learns (its corpus) stays in the cache, and the next run begins with it.
"""

import argparse
import os
import subprocess
from pathlib import Path

from lib import build, needs, packages, paths
from lib.command import Failure
from lib.progress import Steps

PRESET = "fuzz"
# For one input, sanitizers and a busy machine included.
INPUT_SECONDS = 25
MEBIBYTES = 2048


def run(arguments: list[str], steps: Steps) -> tuple[int, int]:
    """Build all targets and run those that the arguments choose; returns how many passed and failed.

    An input that breaks one stays in build/fuzz/tests/fuzz, and the command that tries it again is printed.
    """
    parser = argparse.ArgumentParser(prog="hack/test fuzz", allow_abbrev=False)
    parser.add_argument("-k", default="", metavar="NAME", help="the targets whose name holds it")
    parser.add_argument("--seconds", type=int, default=60, help="how long each target runs")
    chosen, _ = parser.parse_known_args(arguments)
    packages.ensure_debian(needs.packages("fuzz"), steps)
    build.build(PRESET, steps, "fuzzers")
    directory = paths.REPOSITORY / "build" / PRESET / "tests" / "fuzz"
    programs = sorted(one for one in directory.glob("fuzz_*") if os.access(one, os.X_OK) and one.is_file())
    programs = [one for one in programs if chosen.k in one.name]
    if not programs:
        raise Failure(f"no fuzz target in {directory} has {chosen.k!r} in its name")
    results = [_run_one(program, chosen.seconds, steps) for program in programs]
    return results.count(True), results.count(False)


def _run_one(program: Path, seconds: int, steps: Steps) -> bool:
    name = program.name.removeprefix("fuzz_")
    corpus = paths.cache() / "fuzz" / name
    corpus.mkdir(parents=True, exist_ok=True)
    argv = [
        str(program),
        f"-max_total_time={seconds}",
        f"-timeout={INPUT_SECONDS}",
        f"-rss_limit_mb={MEBIBYTES}",
        "-max_len=16384",
        "-print_final_stats=1",
        f"-artifact_prefix={program.parent}/{name}-",
        str(corpus),
        str(program.parent / "corpus" / name),
    ]
    with steps.step(f"fuzzing {name} for {seconds} s"):
        result = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = result.stdout.decode(errors="replace")
    if result.returncode == 0:
        runs = [line.split()[-1] for line in text.splitlines() if "number_of_executed_units" in line]
        steps.say(f"  {name}: {''.join(runs) or '?'} inputs, nothing found")
        return True
    print(f"{name} failed; the end of libFuzzer's output:\n{text[-6000:]}", flush=True)
    found = [line.split()[-1] for line in text.splitlines() if "Test unit written to" in line]
    for path in found:
        print(f"run it again: {program} {path}", flush=True)
    return False
