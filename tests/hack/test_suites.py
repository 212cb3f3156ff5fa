"""The closing line of hack/test counts what ran."""

from pathlib import Path

import pytest
from lib import paths, reports, suites
from lib.command import Failure
from lib.progress import Steps

GOOGLETEST = """<testsuites tests="4"><testsuite name="a">
  <testcase name="passes" status="run"/>
  <testcase name="fails" status="run"><failure message="no"/></testcase>
  <testcase name="DISABLED_rests" status="notrun"/>
  <testcase name="skips" status="run"><skipped message="later"/></testcase>
</testsuite></testsuites>"""

PYTEST = """<testsuites><testsuite name="pytest">
  <testcase name="passes"/>
  <testcase name="breaks in its fixture"><error message="no"/></testcase>
  <testcase name="fails"><failure message="no"/><system-out>text</system-out></testcase>
</testsuite></testsuites>"""


def counted(tmp_path: Path, text: str) -> reports.Count:
    report = tmp_path / "report.xml"
    report.write_text(text)
    return reports.counted(report)


def test_googletests_report_is_counted(tmp_path: Path) -> None:
    assert counted(tmp_path, GOOGLETEST) == reports.Count(passed=1, failed=1, skipped=2)


def test_pytests_report_is_counted_and_an_error_is_a_failure(tmp_path: Path) -> None:
    assert counted(tmp_path, PYTEST) == reports.Count(passed=1, failed=2)


def test_a_suite_names_its_skipped_tests_and_the_closing_line_does_not() -> None:
    assert str(reports.Count(passed=3)) == "3 passed, 0 failed"
    assert str(reports.Count(passed=3, failed=1, skipped=2)) == "3 passed, 1 failed, 2 skipped"
    assert reports.Count(passed=3, failed=1, skipped=2).closing_line() == "3 passed, 1 failed"


def test_the_closing_line_comes_once_last_and_is_the_sum(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = {
        "unit": reports.Result(reports.Count(passed=3, skipped=1), {"base_test": 6.0}),
        "asan": reports.Result(reports.Count(passed=2, failed=1), {"base_test": 90.0}),
    }
    monkeypatch.setattr(suites, "_run_one", lambda name, *_: results[name])
    assert suites.run(["unit", "asan"], [], keep=False, steps=Steps(), show_times=True) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "5 passed, 1 failed"
    assert lines.count(lines[-1]) == 1
    assert [line.split() for line in lines if "base_test" in line] == [
        ["1.50", "asan", "base_test"],
        ["0.10", "unit", "base_test"],
    ]


def test_a_suite_that_cannot_be_set_up_is_a_failed_test(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> reports.Result:
        raise Failure("no compiler")

    monkeypatch.setattr(suites, "_run_one", fail)
    assert suites.run(["unit"], [], keep=False, steps=Steps()) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed"


def test_pytests_durations_are_summed_for_each_file(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        """<testsuites><testsuite name="pytest">
  <testcase classname="tests.hack.test_suites" name="one" time="1.5"/>
  <testcase classname="tests.hack.test_suites" name="two" time="2.0"/>
  <testcase classname="tests.hack.test_oci.TestOfAClass" name="three" time="0.25"/>
</testsuite></testsuites>"""
    )
    assert reports.pytest_result(report).seconds == {
        "tests/hack/test_suites.py": 3.5,
        "tests/hack/test_oci.py": 0.25,
    }


def test_a_test_program_without_a_report_is_a_failed_test(tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "base_test.xml").write_text(GOOGLETEST)
    junit = tmp_path / "ctest.xml"
    junit.write_text(
        """<testsuite name="(empty)">
  <testcase name="base" classname="base" time="0.5" status="run"/>
  <testcase name="fuzz_values" classname="fuzz_values" time="2.5" status="fail"><failure message=""/></testcase>
</testsuite>"""
    )
    result = reports.ctest_result(junit, programs)
    assert result.count == reports.Count(passed=1, failed=2, skipped=2)
    assert result.seconds == {"base_test": 0.5, "fuzz_values_test": 2.5}


def test_modules_choose_the_tests_of_the_sanitizer_build() -> None:
    assert suites.sanitized_tests(["base", "trust/files"]) == ["base", "trust_files"]
    targets = suites.sanitized_tests(["fuzz"])
    cmake = (paths.REPOSITORY / "tests" / "fuzz" / "CMakeLists.txt").read_text()
    assert targets and all(f"add_fuzz_target({target.removeprefix('fuzz_')} " in cmake for target in targets)
    with pytest.raises(Failure, match="no module 'server'"):
        suites.sanitized_tests(["server"])
