"""The level and the format of the logs of all our programs."""

import json
import re

import pytest
from charts import SYNCHRONIZING, Chart, Rendered
from test_pods import containers


def arguments(rendered: Rendered) -> dict[str, list[str]]:
    """Return the arguments of our program, by pod and command."""
    return {
        f"{name} {container['args'][0]}": container["args"]
        for name, pod in rendered.pods().items()
        for container in containers(pod)
        if any("--log-level" in one for one in container.get("args", []))
    }


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_every_program_of_ours_has_the_format_that_is_set(chart: Chart, log_format: str) -> None:
    values = {**SYNCHRONIZING, "logFormat": log_format, "garbageCollection": {"schedule": "0 2 * * 0"}}
    found = arguments(chart.render(values))
    assert len(found) >= 6, sorted(found)
    for name, given in found.items():
        assert f"--log-format={log_format}" in given, name


def test_the_format_is_text_by_default(chart: Chart) -> None:
    rendered = chart.render(SYNCHRONIZING)
    for name, given in arguments(rendered).items():
        assert "--log-format=text" in given, name
    assert "escape=json" not in rendered.text


def test_nginx_logs_a_request_as_one_json_object(chart: Chart) -> None:
    text = chart.render({**SYNCHRONIZING, "logFormat": "json"}).text
    (form,) = re.findall(r"log_format requests escape=json ([^;]*);", text)
    line = "".join(re.findall(r"'([^']*)'", form))
    written = json.loads(re.sub(r"\$\w+", "x", line))
    assert {"time", "level", "component", "msg", "request", "status"} <= set(written)
    assert all(isinstance(value, str) for value in written.values())
