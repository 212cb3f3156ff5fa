"""Node trust on three real nodes, one of them with containerd 1.6 and no config_path: an installation's whole life."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from certificates import self_signed
from fleet import Fleet
from installation import ADDRESS, RELEASE, TEST_NAMESPACE
from lib import build, cluster, kube, needs, packages, paths, release, tools
from lib.cluster import layout
from lib.progress import Steps
from lib.waiting import wait_for

OWN = ["cert-manager.install=false", "cert-manager.enabled=false"]
TAINT = "connected-registry.io/trust"
CHOSEN = ["trustDistribution.useNodeSelector=true"]
CONFIG = "/etc/containerd/config.toml"


def test_nodes_get_trust_beside_what_was_there(fleet: Fleet, tmp_path: Path) -> None:
    packages.ensure_debian(needs.packages("runtimes"))
    fleet.put("node-2", f"/etc/containerd/certs.d/{ADDRESS}/hosts.toml", "# somebody's own\n", "0600")
    fleet.put("node-2", "/etc/containerd/certs.d/docker.io/hosts.toml", 'server = "https://docker.io"\n')
    for node in fleet.nodes:
        fleet.on(node, "mkdir", "-p", "/etc/docker", "/etc/containers")
    fleet.remember()
    for node in ("node-1", "node-2"):
        fleet.label(node)
    own = self_signed(tmp_path, ADDRESS)
    fleet.install([*OWN, *CHOSEN], own.values())
    for node in ("node-1", "node-2"):
        fleet.wait_for_state(node, "Trusted")
        assert fleet.pull(node) == ""
    kept = f"/etc/containerd/certs.d/{ADDRESS}/hosts.toml.before-connected-registry"
    assert fleet.on("node-2", "cat", kept).stdout == "# somebody's own\n"


def test_an_idle_agent_needs_next_to_nothing(fleet: Fleet) -> None:
    before = fleet.agent_metrics("node-1")
    verified = "connected_registry_node_verified_timestamp_seconds"
    # Two looks of its own, with a TLS handshake each.
    wait_for(
        "the agent to have looked twice",
        lambda: fleet.agent_metrics("node-1")[verified] - before[verified] > 55,
        seconds=120,
    )
    after = fleet.agent_metrics("node-1")
    seconds = after[verified] - before[verified]
    cpu = after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]
    resident = after["process_resident_memory_bytes"] / 1e6
    print(f"an idle agent: {resident:.1f} MB, {1000 * cpu / seconds:.2f} ms of CPU a second")
    assert resident < 20
    assert cpu / seconds < 0.002


def test_a_node_whose_label_goes_away_is_cleaned(fleet: Fleet) -> None:
    fleet.label("node-2", None)
    fleet.wait_for_state("node-2", "Removed")
    fleet.assert_as_before("node-2")
    fleet.label("node-2")
    fleet.wait_for_state("node-2", "Trusted")


def test_containerd_2_pulls_with_its_config_path_set_and_with_mirrors_once_its_owner_did_what_the_status_says(
    fleet: Fleet,
) -> None:
    registry = "\n[plugins.'io.containerd.cri.v1.images'.registry]\n  config_path = \"/etc/containerd/certs.d\"\n"
    mirrors = "\n[plugins.'io.containerd.cri.v1.images'.registry.mirrors.'docker.io']\n"
    with _owners_config(fleet, "node-2") as configure:
        configure(registry)
        fleet.wait_for_runtime("node-2", "config_path /etc/containerd/certs.d")
        assert fleet.pull("node-2") == ""

        configure(f'{mirrors}  endpoint = ["https://mirror.example"]\n')
        message = fleet.wait_for_state("node-2", "Failed")
        assert (
            "write each mirror into a hosts.toml" in message
            and registry.strip().splitlines()[0].replace("'", '"') in message
        )
        assert "x509" in fleet.pull("node-2")

        configure(registry)
        fleet.wait_for_state("node-2", "Trusted")
        assert fleet.pull("node-2") == ""
    fleet.wait_for_runtime("node-2", "config_path unset")


def test_an_old_containerd_without_config_path_is_not_restarted_unasked(fleet: Fleet) -> None:
    fleet.label("node-3")
    message = fleet.wait_for_state("node-3", "Failed")
    assert "set config_path" in message and "trustDistribution.restart=true" in message
    assert "x509" in fleet.pull("node-3")
    assert "config_path" not in fleet.on("node-3", "cat", CONFIG).stdout
    events = kube.items(fleet.local, "events", RELEASE.namespace)
    wait_for("an event", lambda: any(event["reason"] == "NodeTrustFailed" for event in events), seconds=10)


def test_an_old_containerd_whose_owner_set_config_path_pulls_and_is_left_alone(fleet: Fleet) -> None:
    registry = "\n[plugins.'io.containerd.grpc.v1.cri'.registry]\n  config_path = '/etc/containerd/certs.d'\n"
    with _owners_config(fleet, "node-3") as configure:
        written = configure(registry)
        fleet.wait_for_runtime("node-3", "config_path /etc/containerd/certs.d")
        assert fleet.pull("node-3") == ""
        assert fleet.on("node-3", "cat", CONFIG).stdout == written
    fleet.wait_for_state("node-3", "Failed")
    assert "x509" in fleet.pull("node-3")


def test_an_old_containerd_with_mirrors_starts_with_the_settings_for_an_ipv6_registry(fleet: Fleet) -> None:
    """The cluster has no IPv6: what the agent writes for such a registry is put in place as it would write it."""
    build.build("release", Steps(), "trust_verdicts")
    mirrors = "\n[plugins.'io.containerd.grpc.v1.cri'.registry.mirrors.'docker.io']\n  endpoint = ['https://mirror.example']\n"
    question = {
        **{"kind": "node", "address": "fd00::1", "port": 443, "scheme": "https", "bundle": "PEM\n"},
        "runtime": (kube.get(fleet.local, "node", "node-3") or {})["status"]["nodeInfo"]["containerRuntimeVersion"],
        "files": {CONFIG.removeprefix("/"): fleet.on("node-3", "cat", CONFIG).stdout + mirrors},
    }
    program = paths.REPOSITORY / "build" / "release" / "tests" / "chart" / "trust_verdicts"
    said = subprocess.run([program], input=json.dumps(question), capture_output=True, text=True, check=True).stdout
    answer = json.loads(said)
    assert answer["restart"], answer
    written = answer["files"][CONFIG.removeprefix("/")]
    assert '"[fd00::1]:443" = {' in written
    with _owners_config(fleet, "node-3"):
        fleet.put("node-3", CONFIG, written)
        _restart_containerd(fleet, "node-3")
        assert "x509" in fleet.pull("node-3"), "CRI pulls; this registry is another one, which it does not know"
    assert "x509" in fleet.pull("node-3")


def test_where_allowed_it_is_restarted_once_and_its_pods_go_on(fleet: Fleet, tmp_path: Path) -> None:
    old, others = cluster.service_pid("containerd-3"), cluster.service_pid("containerd-1")
    own = self_signed(tmp_path, ADDRESS)
    fleet.install([*OWN, *CHOSEN, "trustDistribution.restart=true"], own.values())
    fleet.wait_for_state("node-3", "Trusted")
    assert cluster.service_pid("containerd-3") not in (None, old)
    assert cluster.service_pid("containerd-1") == others
    assert fleet.pull("node-3") == ""
    restarted = cluster.service_pid("containerd-3")
    fleet.wait_for_state("node-3", "Trusted")
    assert cluster.service_pid("containerd-3") == restarted


def test_the_nodes_own_config_path_needs_nothing_of_ours(fleet: Fleet) -> None:
    config = fleet.on("node-3", "cat", CONFIG).stdout
    assert config.count('config_path = "/etc/containerd/certs.d"') == 1
    assert "# BEGIN connected-registry" in config


def test_docker_podman_and_skopeo_pull_with_no_flag(fleet: Fleet) -> None:
    fleet.wait_for_state("node-3", "Trusted")
    image = f"{ADDRESS}/demo/hello:1"
    skopeo = fleet.on("node-3", "/usr/bin/skopeo", "inspect", f"docker://{image}")
    assert json.loads(skopeo.stdout)["Digest"]
    podman = ["/usr/bin/podman", "--root", "/run/podman-root", "--storage-driver", "vfs", "pull", image]
    assert fleet.on("node-3", *podman, timeout=180).returncode == 0
    cluster.start_service(
        "dockerd",
        [
            "/usr/sbin/dockerd",
            "--data-root=/run/docker-data",
            "--exec-root=/run/docker-exec",
            "--host=unix:///run/docker-test.sock",
            "--pidfile=/run/docker-test.pid",
            "--iptables=false",
            "--bridge=none",
            "--storage-driver=vfs",
            "--containerd=/run/containerd/containerd.sock",
        ],
        node="node-3",
    )
    try:
        docker = ["/usr/bin/docker", "--host=unix:///run/docker-test.sock"]
        wait_for(
            "dockerd to answer",
            lambda: fleet.on("node-3", *docker, "version", check=False).returncode == 0,
            seconds=60,
            explain=lambda: cluster.service_log("dockerd").read_text()[-2000:],
        )
        assert fleet.on("node-3", *docker, "pull", image, timeout=180).returncode == 0
    finally:
        cluster.stop_service("dockerd")
        # Docker's own, made at its first start.
        fleet.on("node-3", "rm", "-f", "/etc/docker/key.json")


def test_the_ca_is_rotated_under_a_steady_stream_of_pulls_without_a_failure(fleet: Fleet, tmp_path: Path) -> None:
    failures: list[str] = []
    done = threading.Event()
    counts = dict.fromkeys(fleet.nodes, 0)

    def pull_on(node: str) -> None:
        while not done.is_set():
            said = fleet.pull(node)
            counts[node] += 1
            if said:
                failures.append(f"{node}: {said}")

    threads = [threading.Thread(target=pull_on, args=(node,)) for node in fleet.nodes]
    for thread in threads:
        thread.start()
    try:
        own = self_signed(tmp_path, ADDRESS)
        fleet.install([*OWN, *CHOSEN, "trustDistribution.restart=true"], own.values())
        wanted = own.certificate.read_text().strip()
        wait_for("the new CA alone to be trusted", lambda: _bundle(fleet).strip() == wanted, seconds=300)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    print(f"pulls meanwhile: {counts}")
    assert min(counts.values()) > 0
    assert failures == []
    for node in fleet.nodes:
        assert fleet.pull(node) == ""


def test_a_node_that_joins_later_pulls_at_the_first_try_with_the_taint(fleet: Fleet, tmp_path: Path) -> None:
    own = self_signed(tmp_path, ADDRESS)
    fleet.install([*OWN, f"trustDistribution.startupTaint={TAINT}", "trustDistribution.restart=true"], own.values())
    _leave_and_join(fleet, "node-2", f"--register-with-taints={TAINT}=pending:NoSchedule")
    name = fleet.start_pull("node-2", "2", tolerate=False)
    assert fleet.outcome(name, 240) == ""
    node = kube.get(fleet.local, "node", "node-2")
    assert node and not [taint for taint in node["spec"].get("taints", []) if taint["key"] == TAINT]
    fleet.local.kubectl("delete", "pod", name, "--namespace", TEST_NAMESPACE, "--now")


def test_without_the_taint_a_pull_that_came_too_early_succeeds_at_a_retry(fleet: Fleet) -> None:
    _leave_and_join(fleet, "node-2")
    name = fleet.start_pull("node-2", "3")
    wait_for(
        "the pod to run, at the first pull or a later one",
        lambda: kube.container_state(kube.get(fleet.local, "pod", name, TEST_NAMESPACE))[0] == "running",
        seconds=240,
    )
    fleet.local.kubectl("delete", "pod", name, "--namespace", TEST_NAMESPACE, "--now")


def test_a_full_uninstall_leaves_every_node_as_it_was_and_names_the_one_that_is_down(fleet: Fleet) -> None:
    for node in fleet.nodes:
        fleet.wait_for_state(node, "Trusted")
    # Not where the registry is: its volume claim cannot go before its pod, and that not without its node.
    down = "node-1" if _registry_node(fleet) == "node-2" else "node-2"
    definition = _stop_kubelet(down)
    try:
        wait_for(f"{down} to be not ready", lambda: not _ready(fleet, down), seconds=180)
        _kill_agent(fleet, down)
        said = release.uninstall(fleet.local, RELEASE)
        assert f"answered in time, on: {down}" in said
        for node in fleet.nodes:
            if node != down:
                fleet.assert_as_before(node)
        # As a person copies it from what helm prints.
        command = said.split("remove them on each node as root with: ", 1)[1].splitlines()[0]
        fleet.on(down, "sh", "-c", command)
        fleet.assert_as_before(down)
    finally:
        _start_kubelet(down, definition)
    wait_for(f"{down} to be ready again", lambda: _ready(fleet, down), seconds=180)


@pytest.mark.parametrize("how", ["without its hooks", "by trustDistribution.enabled=false", "by its namespace"])
def test_agents_whose_release_goes_restore_their_nodes_by_themselves(fleet: Fleet, tmp_path: Path, how: str) -> None:
    own = self_signed(tmp_path, ADDRESS)
    kube.apply(fleet.local, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": RELEASE.namespace}})
    fleet.install([*OWN, "trustDistribution.restart=true"], own.values())
    for node in fleet.nodes:
        fleet.wait_for_state(node, "Trusted")
    if how == "without its hooks":
        fleet.local.helm("uninstall", RELEASE.name, "--namespace", RELEASE.namespace, "--no-hooks", timeout=120)
    elif how == "by its namespace":
        fleet.local.kubectl("delete", "namespace", RELEASE.namespace, "--wait=false")
    else:
        fleet.install([*OWN, "trustDistribution.enabled=false"], own.values())
    for node in fleet.nodes:
        wait_for(
            f"{node} to be as it was",
            lambda: fleet.files(node) == fleet.before[node],
            seconds=120,
            explain=lambda: "\n".join(set(fleet.files(node)) ^ set(fleet.before[node])),
        )
    if how == "by trustDistribution.enabled=false":
        release.uninstall(fleet.local, RELEASE)
        return
    if how == "by its namespace":
        wait_for(
            "the namespace to go",
            lambda: kube.get(fleet.local, "namespace", RELEASE.namespace) is None,
            seconds=180,
        )
        # Objects outside of the namespace stay: helm's record of them went with the namespace.
        kinds = "clusterrole,clusterrolebinding,mutatingwebhookconfiguration,validatingwebhookconfiguration"
        fleet.local.kubectl("delete", kinds, "--selector", f"connected-registry.io/name={RELEASE.fullname}")


def _registry_node(fleet: Fleet) -> str:
    selector = f"connected-registry.io/name={RELEASE.fullname},connected-registry.io/component=registry"
    (pod,) = kube.items(fleet.local, "pods", RELEASE.namespace, selector)
    return pod["spec"]["nodeName"]


def _bundle(fleet: Fleet) -> str:
    found = kube.get(fleet.local, "configmap", f"{RELEASE.fullname}-ca-bundle", RELEASE.namespace)
    return (found or {}).get("data", {}).get("ca.crt", "")


def _ready(fleet: Fleet, name: str) -> bool:
    node = kube.get(fleet.local, "node", name) or {}
    conditions = node.get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _stop_kubelet(node: str) -> dict[str, object]:
    service = f"kubelet-{node.removeprefix('node-')}"
    definition: dict[str, object] = json.loads((layout.services() / f"{service}.json").read_text())
    cluster.stop_service(service)
    return definition


def _start_kubelet(node: str, definition: dict[str, object], *more: str) -> None:
    argv = definition["argv"]
    assert isinstance(argv, list)
    cluster.start_service(f"kubelet-{node.removeprefix('node-')}", [*argv, *more], node=node)


@contextmanager
def _owners_config(fleet: Fleet, node: str) -> Iterator[Callable[[str], str]]:
    """Provide a function that adds lines to containerd's configuration and restarts containerd; undo it afterwards."""
    aside = "/run/config.toml.original"
    fleet.on(node, "cp", "--preserve", CONFIG, aside)
    original = fleet.on(node, "cat", CONFIG).stdout

    def configure(added: str) -> str:
        fleet.put(node, CONFIG, original + added)
        _restart_containerd(fleet, node)
        return original + added

    try:
        yield configure
    finally:
        fleet.on(node, "mv", aside, CONFIG)
        _restart_containerd(fleet, node)


def _restart_containerd(fleet: Fleet, node: str) -> None:
    """End it, as its owner would; it is started again, and the node has to be ready before a pod can run there."""
    service = f"containerd-{node.removeprefix('node-')}"
    old = cluster.service_pid(service)
    assert old
    os.kill(old, signal.SIGTERM)
    wait_for(
        f"{service} to run again and answer",
        lambda: (
            cluster.service_pid(service) not in (None, old)
            and fleet.on(node, str(tools.binary("containerd", "ctr")), "version", check=False).returncode == 0
        ),
        seconds=60,
    )


def _kill_agent(fleet: Fleet, node: str) -> None:
    """End the agent's process without a word, as a node that loses its power does."""
    del fleet
    ids = cluster.run(["pgrep", "-f", f"trust-agent .*--node-name={node}"], check=False).stdout.split()
    for process in ids:
        cluster.run(["kill", "-KILL", process], check=False)


def _leave_and_join(fleet: Fleet, node: str, *arguments: str) -> None:
    """Take a node out of the cluster, with its trust files gone, and let it join as a new one."""
    definition = _stop_kubelet(node)
    fleet.local.kubectl("delete", "node", node)
    _kill_agent(fleet, node)
    directories = f"/etc/containerd/certs.d/{ADDRESS} /etc/containerd/certs.d/{ADDRESS}_443_ '/etc/containerd/certs.d:'"
    fleet.on(node, "sh", "-c", f"rm -rf {directories} /etc/docker/certs.d /etc/containers/certs.d /run/podman-root")
    fleet.put(node, f"/etc/containerd/certs.d/{ADDRESS}/hosts.toml", "# somebody's own\n", "0600")
    fleet.on(node, "sh", "-c", "rm -f /etc/containerd/certs.d/.connected-registry")
    fleet.before[node] = fleet.files(node)
    assert not [line for line in fleet.before[node] if "connected-registry" in line]
    _start_kubelet(node, definition, *arguments)
    wait_for(f"{node} to join", lambda: _ready(fleet, node), seconds=180)
    assert paths.cluster().exists()
