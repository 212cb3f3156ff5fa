"""The trust agent's access to a node: no more than the settings require."""

from typing import Any

import pytest
from charts import Chart

AGENT = "DaemonSet/connected-registry-trust-agent"


def agent(chart: Chart, values: dict[str, Any], *arguments: str) -> dict[str, Any]:
    """Return the agent's pod specification."""
    settings = {"service": {"clusterIP": "192.100.100.1"}, "trustDistribution": values}
    return chart.render(settings, *arguments).pods()[AGENT]["spec"]


def mounted(spec: dict[str, Any]) -> dict[str, bool]:
    """Return the node's directories that the agent sees -> whether it may write there."""
    paths = {volume["name"]: volume["hostPath"]["path"] for volume in spec["volumes"] if "hostPath" in volume}
    mounts = spec["containers"][0]["volumeMounts"]
    for mount in mounts:
        assert mount["mountPath"] == f"/host{paths[mount['name']]}", "the agent finds paths by the node's own names"
        assert mount["mountPropagation"] == "HostToContainer"
    return {paths[mount["name"]]: not mount.get("readOnly", False) for mount in mounts}


def test_it_looks_for_runtimes_by_default_and_makes_no_directory_on_the_node(chart: Chart) -> None:
    spec = agent(chart, {})
    assert mounted(spec) == {"/etc": True}
    assert all(volume["hostPath"]["type"] == "Directory" for volume in spec["volumes"])
    assert not spec.get("hostPID")
    assert not [word for word in spec["containers"][0]["args"] if word.startswith(("--runtimes", "--may-restart"))]


@pytest.mark.parametrize("name", ["k3s", "rke2"])
def test_the_clusters_version_tells_where_else_its_nodes_runtime_reads(chart: Chart, name: str) -> None:
    spec = agent(chart, {}, "--kube-version", f"v1.34.2+{name}1")
    assert mounted(spec) == {"/etc": True, f"/var/lib/rancher/{name}/agent/etc": True}


@pytest.mark.parametrize(
    ("runtimes", "directories"),
    [
        (["containerd"], {"/etc/containerd"}),
        (["containerd", "docker", "containers"], {"/etc/containerd", "/etc/docker", "/etc/containers"}),
        (["k3s"], {"/var/lib/rancher/k3s/agent/etc"}),
        (["rke2", "docker"], {"/var/lib/rancher/rke2/agent/etc", "/etc/docker"}),
        (["microk8s"], {"/var/snap/microk8s"}),
        (["k0s", "containers"], {"/etc"}),
        (["talos"], {"/etc/cri/conf.d"}),
    ],
)
def test_runtimes_that_are_named_narrow_what_it_sees(chart: Chart, runtimes: list[str], directories: set[str]) -> None:
    spec = agent(chart, {"runtimes": runtimes})
    assert set(mounted(spec)) == directories
    assert f"--runtimes={','.join(runtimes)}" in spec["containers"][0]["args"]


def test_it_sees_the_nodes_processes_only_where_it_may_restart_containerd(chart: Chart) -> None:
    spec = agent(chart, {"restart": True, "runtimes": ["containerd"]})
    assert mounted(spec) == {"/etc": True, "/run": False, "/usr/lib": False}
    assert spec["hostPID"] is True
    assert "--may-restart" in spec["containers"][0]["args"]
    security = spec["containers"][0]["securityContext"]
    assert security["appArmorProfile"] == {"type": "Unconfined"}
    assert security["capabilities"] == {"drop": ["ALL"]}
    role = chart.render({"service": {"clusterIP": "192.100.100.1"}, "trustDistribution": {"restart": True}}).get(
        "Role", "connected-registry-trust-agent"
    )
    assert {"connected-registry-restart"} in [set(rule.get("resourceNames", [])) for rule in role["rules"]]


def test_an_unknown_runtime_is_refused(chart: Chart) -> None:
    settings = {"service": {"clusterIP": "192.100.100.1"}, "trustDistribution": {"runtimes": ["cri-dockerd"]}}
    refused = chart.helm("template", settings)
    assert refused.returncode != 0
    assert "trustDistribution" in refused.stderr


def test_the_right_to_change_nodes_comes_with_the_start_up_taint_and_is_held_to_it(chart: Chart) -> None:
    values: dict[str, Any] = {"service": {"clusterIP": "192.100.100.1"}}
    policy = "connected-registry-startup-taint-registry"
    assert policy not in {item["metadata"]["name"] for item in chart.render(values).ours()}
    values["trustDistribution"] = {"startupTaint": "example.com/trust"}
    rendered = chart.render(values)
    kinds = {item["kind"] for item in rendered.ours() if item["metadata"]["name"] == policy}
    assert kinds == {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
    controller = rendered.pods()["Deployment/connected-registry-controller"]["spec"]["containers"][0]
    assert "--startup-taint=example.com/trust" in controller["args"]
