"""Prometheus finds the pods that have metrics."""

from typing import Any

import pytest
from charts import SYNCHRONIZING, Chart
from test_pods import containers

WITH_FIGURES = [
    "DaemonSet/connected-registry-trust-agent",
    "Deployment/connected-registry",
    "Deployment/connected-registry-controller",
    "Deployment/connected-registry-webhook",
]


def scraped(pods: dict[str, dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the pods with annotations of Prometheus, and those."""
    found = {
        name: {key: value for key, value in pod["metadata"].get("annotations", {}).items() if "prometheus" in key}
        for name, pod in pods.items()
    }
    return {name: annotations for name, annotations in sorted(found.items()) if annotations}


def test_nothing_of_prometheus_is_made_unless_asked_for(chart: Chart) -> None:
    rendered = chart.render(SYNCHRONIZING)
    assert scraped(rendered.pods()) == {}
    assert rendered.kind("PodMonitor") == []


def test_annotations_lead_to_the_port_that_answers(chart: Chart) -> None:
    pods = chart.render({**SYNCHRONIZING, "metrics": {"scrapeAnnotations": True}}).pods()
    found = scraped(pods)
    assert list(found) == WITH_FIGURES
    for name, annotations in found.items():
        ((container, port),) = [
            (one, port["containerPort"])
            for one in containers(pods[name])
            for port in one.get("ports", [])
            if port["name"] == "health"
        ]
        assert annotations == {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": str(port),
            "prometheus.io/path": "/metrics",
        }
        assert f"--health-port={port}" in container["args"]


@pytest.mark.parametrize("common", [{}, {"team": "common", "owner": "edge"}])
def test_a_pod_monitor_selects_those_pods_and_no_other(chart: Chart, common: dict[str, str]) -> None:
    monitor = {
        "enabled": True,
        "labels": {"release": "prometheus", "team": "own", "app.kubernetes.io/name": "x"},
        "interval": "30s",
        "scrapeTimeout": "5s",
    }
    rendered = chart.render({**SYNCHRONIZING, "commonLabels": common, "metrics": {"podMonitor": monitor}})
    (made,) = rendered.kind("PodMonitor")
    labels = made["metadata"]["labels"]
    assert (labels["release"], labels["team"], labels["app.kubernetes.io/name"]) == (
        "prometheus",
        "own",
        "connected-registry",
    )
    # The second is Distribution's own, of the registry's pod.
    assert made["spec"]["podMetricsEndpoints"] == [
        {"port": port, "path": "/metrics", "interval": "30s", "scrapeTimeout": "5s"} for port in ("health", "metrics")
    ]
    wanted = made["spec"]["selector"]["matchLabels"].items()
    (expression,) = made["spec"]["selector"]["matchExpressions"]
    selected = [
        name
        for name, pod in sorted(rendered.pods().items())
        if wanted <= pod["metadata"]["labels"].items()
        and pod["metadata"]["labels"][expression["key"]] in expression["values"]
    ]
    assert selected == WITH_FIGURES
