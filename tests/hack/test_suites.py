"""The closing line of hack/test counts what ran."""

from pathlib import Path

from lib import suites

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


def counted(tmp_path: Path, text: str) -> suites.Count:
    report = tmp_path / "report.xml"
    report.write_text(text)
    return suites._counted(report)


def test_googletests_report_is_counted(tmp_path: Path) -> None:
    assert counted(tmp_path, GOOGLETEST) == suites.Count(passed=1, failed=1, skipped=2)


def test_pytests_report_is_counted_and_an_error_is_a_failure(tmp_path: Path) -> None:
    assert counted(tmp_path, PYTEST) == suites.Count(passed=1, failed=2)


def test_the_closing_line_names_skipped_tests_only_if_there_are_any() -> None:
    assert str(suites.Count(passed=3)) == "3 passed, 0 failed"
    assert str(suites.Count(passed=3, failed=1, skipped=2)) == "3 passed, 1 failed, 2 skipped"
