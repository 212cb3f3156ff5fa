"""Reads the JUnit reports of pytest, GoogleTest and CTest: how many tests passed, and how long each file took."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lib import paths


@dataclass
class Count:
    """The numbers of tests that passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other: "Count") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else "")

    def closing_line(self) -> str:
        """Return the last line of a run, which programs read: skipped tests are named in the lines before it."""
        return f"{self.passed} passed, {self.failed} failed"


@dataclass
class Result:
    """The result of a suite: its tests, and the seconds that each test file or test program took."""

    count: Count = field(default_factory=Count)
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, other: "Result") -> None:
        self.count.add(other.count)
        for name, seconds in other.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds


def counted(report: Path) -> Count:
    """Count the cases of a JUnit report of GoogleTest or pytest."""
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


def pytest_result(report: Path) -> Result:
    """Read pytest's report. A test's time includes the fixtures that it was the first to need."""
    result = Result(counted(report))
    for case in ElementTree.parse(report).iter("testcase"):
        name = _file_of(case.get("classname", ""))
        result.seconds[name] = result.seconds.get(name, 0.0) + float(case.get("time", "0"))
    return result


def ctest_result(report: Path, programs: Path) -> Result:
    """Read CTest's report of test programs and the reports that these programs wrote to the directory `programs`.

    Each GoogleTest case counts. A program that ended without a report counts as one failed test.
    """
    result = Result()
    reports = {one.stem: one for one in programs.glob("*.xml")}
    for one in reports.values():
        result.count.add(counted(one))
    for case in ElementTree.parse(report).iter("testcase"):
        program = f"{case.get('name')}_test"
        result.seconds[program] = float(case.get("time", "0"))
        if program not in reports:
            result.count.add(Count(failed=1))
    return result


def times(results: Mapping[str, Result]) -> list[str]:
    """Return a line for each test file of the suites: its minutes, its suite, its name; the slowest first."""
    rows = [(seconds, suite, name) for suite, result in results.items() for name, seconds in result.seconds.items()]
    return [f"{seconds / 60:6.2f}  {suite:<6} {name}" for seconds, suite, name in sorted(rows, reverse=True)]


def _file_of(classname: str) -> str:
    """Return the file of a test: pytest reports tests.chart.test_rules, and for a class tests.chart.test_rules.Test."""
    parts = classname.split(".")
    for end in range(len(parts), 0, -1):
        file = Path(*parts[:end]).with_suffix(".py")
        if (paths.REPOSITORY / file).is_file():
            return str(file)
    return classname
