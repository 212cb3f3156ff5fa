"""The suites of tests: how each is set up and run, and how its result is counted."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from lib import build, cluster, fuzzing, images, packages, paths, release, tools
from lib.command import Failure
from lib.progress import Steps

DEFAULT = ("unit", "chart", "e2e")
KNOWN = (*DEFAULT, "asan", "fuzz", "chaos")
# The tests' own cluster, so that what a person has installed on theirs stays as it is.
CLUSTER = "tests"
REQUIREMENTS = paths.REPOSITORY / "tests" / "requirements.txt"


@dataclass
class Count:
    """How many tests passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other: "Count") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else "")


def run(chosen: list[str], pytest_arguments: list[str], *, keep: bool, steps: Steps) -> int:
    """Run the suites, print what each came to and the closing line; returns the exit code.

    A suite that cannot be set up counts as one failed test, and the others still run.
    """
    total, rows = Count(), []
    for name in chosen:
        started = time.monotonic()
        steps.say(f"== {name}")
        try:
            count = _run_one(name, pytest_arguments, keep, steps)
        except Failure as failure:
            print(f"error: {failure}", flush=True)
            count = Count(failed=1)
        total.add(count)
        rows.append(f"{name:<6} {count} ({time.monotonic() - started:.1f} s)")
    print("\n" + "\n".join(rows), flush=True)
    if total.passed + total.failed == 0:
        print("no test ran: does -k name one?")
        return 1
    print(total, flush=True)
    return 1 if total.failed else 0


def _run_one(name: str, pytest_arguments: list[str], keep: bool, steps: Steps) -> Count:
    if name == "unit":
        count = _ctest("release", steps)
        count.add(_pytest("hack", pytest_arguments, steps))
        return count
    if name == "asan":
        return _ctest("asan", steps)
    if name == "fuzz":
        return Count(*fuzzing.run(pytest_arguments, steps))
    if name == "chart":
        tools.ensure("helm", "kubeconform", "chart-renderer", steps=steps)
        build.build("release", steps, build.BINARY)
        return _pytest("chart", pytest_arguments, steps)
    if name == "chaos":
        count = _on_cluster("e2e", CLUSTER, ["-m", "chaos", *pytest_arguments], keep, steps)
        count.add(_on_cluster("chaos", "chaos", pytest_arguments, keep, steps, nodes=3, debian_nodes=1))
        return count
    return _on_cluster("e2e", CLUSTER, pytest_arguments, keep, steps)


def _ctest(preset: str, steps: Steps) -> Count:
    """Build a preset with its unit tests and run them. Each GoogleTest case counts; a program that dies counts once."""
    build.build(preset, steps)
    with tempfile.TemporaryDirectory(prefix="unit-tests-") as work:
        programs = Path(work) / "programs"
        environment = {**os.environ, "GTEST_OUTPUT": f"xml:{programs}/", "GTEST_BRIEF": "1"}
        junit = Path(work) / "ctest.xml"
        argv = ["ctest", "--preset", preset, "--parallel", str(os.cpu_count() or 1), "--output-junit", str(junit)]
        steps.sub(" ".join(argv[:3]))
        _attached(argv, environment)
        if not junit.exists():
            raise Failure(f"ctest --preset {preset} did not run; what it said is above")
        count = Count()
        for report in programs.glob("*.xml"):
            count.add(_counted(report))
        reported = {report.stem for report in programs.glob("*.xml")}
        for case in ElementTree.parse(junit).iter("testcase"):
            if f"{case.get('name')}_test" not in reported:
                count.add(Count(failed=1))
        return count


def _pytest(suite: str, arguments: list[str], steps: Steps) -> Count:
    python = packages.ensure_venv(REQUIREMENTS, steps)
    with tempfile.TemporaryDirectory(prefix="tests-") as work:
        junit = Path(work) / "pytest.xml"
        environment = {
            **os.environ,
            "PATH": tools.search_path(),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(paths.REPOSITORY / "hack"),
        }
        argv = [
            str(python),
            "-m",
            "pytest",
            f"tests/{suite}",
            "-p",
            "no:cacheprovider",
            "--tb=short",
            "-ra",
            "--durations=5",
            "--durations-min=1",
            f"--junitxml={junit}",
            *arguments,
        ]
        status = _attached(argv, environment)
        # 5: the arguments left no test of this suite.
        if status not in (0, 1, 5) or not junit.exists():
            raise Failure(f"pytest tests/{suite} ended with exit code {status}; what it said is above")
        return _counted(junit)


def _on_cluster(
    suite: str, name: str, arguments: list[str], keep: bool, steps: Steps, nodes: int = 1, debian_nodes: int = 0
) -> Count:
    """Run a suite on a cluster of its own, and end it afterwards unless it was up before.

    A cluster that an earlier run left with something installed (a test had failed, and --keep was given) starts anew.
    """
    os.environ["CONNECTED_REGISTRY_CLUSTER"] = name
    with ExitStack() as stack:
        was_up = all(part.works for part in cluster.status() if part.required)
        if not was_up and not keep:
            stack.callback(lambda: cluster.down(steps))
        if was_up and cluster.helm("list", "--all-namespaces", "--short").stdout.strip():
            cluster.down(steps)
        cluster.up(steps, nodes, debian_nodes)
        images.load(images.ensure_all(steps), steps)
        release.package_dependency()
        return _pytest(suite, arguments, steps)


def _attached(argv: list[str], environment: dict[str, str]) -> int:
    """Run a program whose output a person follows as it comes; returns its exit code."""
    sys.stdout.flush()
    if not shutil.which(argv[0]):
        raise Failure(f"there is no {argv[0]} on the PATH")
    with subprocess.Popen(argv, cwd=paths.REPOSITORY, env=environment, stdin=subprocess.DEVNULL) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()  # It got the same signal, and has things to put away.
            raise


def _counted(report: Path) -> Count:
    """Count the cases of a JUnit report, GoogleTest's dialect or pytest's."""
    count = Count()
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            count.failed += 1
        elif "skipped" in kinds or case.get("status") == "notrun":
            count.skipped += 1
        else:
            count.passed += 1
    return count
