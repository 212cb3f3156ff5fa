"""A node pulls from the registry once the trust agent has written its files, and not before."""

import re

from installation import ADDRESS, CHART, NODE, NODE_LABEL, SYNCHRONIZED, TEST_NAMESPACE, Parts, node_files
from lib import cluster, kube

MARKER = "# Written by connected-registry for"


def test_before_the_agent_has_been_there_a_pull_fails_with_x509(installation: Parts) -> None:
    installation.local.kubectl("label", "node", NODE, f"{NODE_LABEL}-")
    assert installation.pods("trust-agent") == []
    assert not [path for path in node_files() if ADDRESS in path], (
        "the node knows the registry from an earlier installation"
    )

    def failed(pod: dict) -> bool:
        kind, message = kube.container_state(pod)
        return kind == "waiting" and "x509" in message

    # Always: on a cluster that is used again, the node may hold the image.
    manifest = kube.pod_manifest(
        "too-early", f"{ADDRESS}/demo/hello:1", namespace=TEST_NAMESPACE, imagePullPolicy="Always"
    )
    installation.run_until(manifest, failed, "the pull to fail with x509")
    assert any("x509" in event["message"] for event in installation.events("too-early", "Failed"))


def test_once_the_node_is_labelled_the_same_pull_succeeds(trusted: Parts) -> None:
    pod = trusted.run_workload("1")
    assert kube.container_state(pod)[0] == "running"
    said = trusted.local.kubectl("logs", "workload", "--namespace", TEST_NAMESPACE).stdout
    assert "hello from an image that came through the connected registry" in said


def test_the_agent_writes_for_the_address_with_and_without_port_and_marks_its_files(trusted: Parts) -> None:
    files = node_files()
    for directory in ("certs.d", "certs.d:/etc/docker/certs.d"):
        for host in (ADDRESS, f"{ADDRESS}_443_"):
            hosts = files[f"{directory}/{host}/hosts.toml"]
            owner = f"{trusted.release.namespace}/{trusted.release.fullname}"
            assert re.match(rf"0o\d+ {MARKER} {owner}\.", hosts)
            assert f'server = "https://{ADDRESS}' in hosts


def test_a_file_that_was_there_is_kept_and_one_that_is_changed_after_us_is_left_alone(trusted: Parts) -> None:
    directory = cluster.node_path(f"/etc/containerd/certs.d/{ADDRESS}", NODE)
    ours = (directory / "hosts.toml").read_text()
    (directory / "hosts.toml").write_text(ours + "# mine\n")
    trusted.wait_for_state("Failed", "was changed after connected-registry wrote it")
    assert (directory / "hosts.toml").read_text() == ours + "# mine\n"
    (directory / "hosts.toml").unlink()
    trusted.wait_for_trust()
    assert (directory / "hosts.toml").read_text() == ours


def test_status_prints_a_line_for_the_node_and_for_each_repository(trusted: Parts) -> None:
    argv = ["/usr/bin/connected-registry", "status", "--namespace", trusted.release.namespace]
    deployment = f"deployment/{trusted.release.fullname}-controller"
    shown = trusted.local.kubectl("exec", deployment, "--namespace", trusted.release.namespace, "--", *argv).stdout
    header, line, _, repositories, *synchronized = shown.splitlines()
    assert header.split()[:4] == ["NODE", "STATE", "VERIFIED", "CA"]
    assert line.startswith(f"{NODE}  Trusted") and "connected-registry CA" in line and "containerd 2." in line
    assert repositories.split() == ["REPOSITORY", "RESULT", "RUN", "SUCCEEDED", "MESSAGE"]
    assert all("Succeeded" in each for each in synchronized)
    assert [each.split()[0] for each in synchronized] == [*SYNCHRONIZED, CHART]


def test_the_agent_reports_the_node_as_trusting_after_a_real_handshake(trusted: Parts) -> None:
    lease = trusted.get("lease", f"-node-{NODE}")
    assert lease["metadata"]["annotations"]["connected-registry.io/state"] == "Trusted"
    assert lease["spec"]["holderIdentity"] == NODE
    assert lease["spec"]["renewTime"]
