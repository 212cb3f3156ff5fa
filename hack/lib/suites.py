"""Sets up and runs the suites of tests, and adds up their results."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from lib import build, cluster, fuzzing, images, packages, paths, release, reports, tools
from lib.command import Failure
from lib.progress import Steps
from lib.reports import Count, Result

DEFAULT = ("unit", "chart", "e2e")
KNOWN = (*DEFAULT, "asan", "fuzz", "chaos", "manifests")
# The tests' own cluster, so that what a person has installed on theirs stays as it is.
CLUSTER = "tests"
FUZZ_TARGETS = "fuzz"
REQUIREMENTS = paths.REPOSITORY / "tests" / "requirements.txt"


def run(
    chosen: list[str],
    pytest_arguments: list[str],
    *,
    keep: bool,
    steps: Steps,
    modules: list[str] | None = None,
    show_times: bool = False,
) -> int:
    """Run the suites, print what each came to and the closing line; returns the exit code.

    A suite that cannot be set up counts as one failed test, and the others still run.
    `modules`: what the suite asan builds and runs, as in sanitized_tests(); everything if None.
    `show_times`: also print the minutes of each test file.
    """
    tests = None if modules is None else sanitized_tests(modules)
    results, rows = {}, []
    for name in chosen:
        started = time.monotonic()
        steps.say(f"== {name}")
        try:
            result = _run_one(name, pytest_arguments, keep, steps, tests)
        except Failure as failure:
            print(f"error: {failure}", flush=True)
            result = Result(Count(failed=1))
        results[name] = result
        rows.append(f"{name:<6} {result.count} ({time.monotonic() - started:.1f} s)")
    if show_times:
        print("\nminutes of each test file, the slowest first:", *reports.times(results), sep="\n")
    print("\n" + "\n".join(rows), flush=True)
    total = Count()
    for result in results.values():
        total.add(result.count)
    if total.passed + total.failed == 0:
        print("no test ran: check the argument of -k")
        return 1
    print(total.closing_line(), flush=True)
    return 1 if total.failed else 0


def sanitized_tests(modules: Sequence[str]) -> list[str]:
    """Return CTest's names of the modules' tests. The module "fuzz" stands for all fuzz targets.

    Raises Failure for a module that has no tests.
    """
    tests = []
    for module in modules:
        if module == FUZZ_TARGETS:
            targets = sorted((paths.REPOSITORY / "tests" / "fuzz").glob("*_target.cc"))
            tests += [f"fuzz_{target.name.removesuffix('_target.cc')}" for target in targets]
        elif any((paths.REPOSITORY / "tests" / "unit" / module).glob("*_test.cc")):
            tests.append(module.replace("/", "_"))
        else:
            raise Failure(f"there is no module {module!r} with tests in tests/unit")
    return tests


def _run_one(
    name: str, pytest_arguments: list[str], keep: bool, steps: Steps, sanitized: list[str] | None = None
) -> Result:
    if name == "unit":
        result = _ctest("release", steps)
        result.add(_pytest("hack", pytest_arguments, steps))
        return result
    if name == "asan":
        return _ctest("asan", steps, sanitized)
    if name == "fuzz":
        return Result(Count(*fuzzing.run(pytest_arguments, steps)))
    if name == "chart":
        tools.ensure("helm", "kubeconform", "chart-renderer", "go-verdicts", steps=steps)
        build.build("release", steps, build.BINARY, "chart_verdicts", "manifest_verdicts")
        return _pytest("chart", pytest_arguments, steps)
    if name == "manifests":
        tools.ensure("go-verdicts", steps=steps)
        build.build("release", steps, build.BINARY)
        return _pytest("manifests", pytest_arguments, steps)
    if name == "chaos":
        result = _on_cluster("e2e", CLUSTER, ["-m", "chaos", *pytest_arguments], keep, steps)
        result.add(_on_cluster("chaos", "chaos", pytest_arguments, keep, steps, nodes=3, debian_nodes=1))
        return result
    return _on_cluster("e2e", CLUSTER, pytest_arguments, keep, steps)


def _ctest(preset: str, steps: Steps, tests: list[str] | None = None) -> Result:
    """Build the unit tests of a preset and run them: those that CTest calls `tests`, all if it is None."""
    build.build(preset, steps, *(f"{test}_test" for test in tests or ()))
    with tempfile.TemporaryDirectory(prefix="unit-tests-") as work:
        programs = Path(work) / "programs"
        environment = {**os.environ, "GTEST_OUTPUT": f"xml:{programs}/", "GTEST_BRIEF": "1"}
        junit = Path(work) / "ctest.xml"
        argv = ["ctest", "--preset", preset, "--parallel", str(os.cpu_count() or 1), "--output-junit", str(junit)]
        if tests is not None:
            argv += ["--tests-regex", f"^({'|'.join(tests)})$"]
        steps.sub(" ".join(argv[:3]))
        _attached(argv, environment)
        if not junit.exists():
            raise Failure(f"ctest --preset {preset} did not run; its output is above")
        return reports.ctest_result(junit, programs)


def _pytest(suite: str, arguments: list[str], steps: Steps) -> Result:
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
            raise Failure(f"pytest tests/{suite} ended with exit code {status}; its output is above")
        return reports.pytest_result(junit)


def _on_cluster(
    suite: str, name: str, arguments: list[str], keep: bool, steps: Steps, nodes: int = 1, debian_nodes: int = 0
) -> Result:
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
