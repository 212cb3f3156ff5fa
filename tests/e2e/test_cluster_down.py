"""hack/cluster down leaves nothing on the machine, whatever state the cluster was in.

The cluster of this test is its own, in a cache directory of its own, so that one that a person uses stays as it is.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "hack"))

from lib import paths
from lib.cluster import cgroups, layout, mounts, record, services

COMMAND = REPOSITORY / "hack" / "cluster"

# Directories in which a node, a control plane or their clients leave files on a machine of their own.
WATCHED = (
    "/etc/containerd",
    "/etc/cni",
    "/etc/kubernetes",
    "/etc/resolv.conf",
    "/var/lib/containerd",
    "/var/lib/kubelet",
    "/var/lib/cni",
    "/var/lib/etcd",
    "/var/lib/volumes",
    "/var/log/pods",
    "/var/log/containers",
    "/opt/cni",
    "/opt/containerd",
    "/run/containerd",
    "/run/netns",
    "/run/runc",
    "/run/flannel",
    "/run/xtables.lock",
    "/run/lock",
    "/usr/libexec/kubernetes",
    "/usr/lib/cni",
    "~",
)
SETTINGS = ("net/ipv4/ip_forward", "net/ipv4/conf/all/route_localnet", *mounts.KERNEL_SETTINGS)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Provide a cache directory for this test, with the tools that are built already, and no cluster after the test.

    The home directory is the test's own too: it shows what clients would leave in a person's.
    """
    directory, home = tmp_path / "cache", tmp_path / "home"
    directory.mkdir()
    home.mkdir()
    for name in ("bin", "go", "images", "venv"):
        (paths.cache() / name).mkdir(parents=True, exist_ok=True)
        (directory / name).symlink_to(paths.cache() / name)
    monkeypatch.setenv("CONNECTED_REGISTRY_CACHE", str(directory))
    monkeypatch.setenv("HOME", str(home))
    for variable in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "KUBECACHEDIR"):
        monkeypatch.delenv(variable, raising=False)
    yield directory
    subprocess.run([COMMAND, "down"], check=True)


def cluster(*words: str) -> subprocess.CompletedProcess[str]:
    """Run hack/cluster."""
    return subprocess.run([COMMAND, *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1800)


def machine() -> dict[str, object]:
    """Return the state of the machine that a cluster could have changed."""
    return {
        "mounts": sorted(line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()),
        "devices": sorted(device.name for device in Path("/sys/class/net").iterdir()),
        "addresses": _output("ip", "-oneline", "address").splitlines(),
        "routes": _output("ip", "route").splitlines(),
        "files": {path: _listing(Path(path).expanduser()) for path in WATCHED},
        "kernel": {name: Path("/proc/sys", name).read_text() for name in SETTINGS if Path("/proc/sys", name).exists()},
        "firewall": [line for line in _output("iptables-save").splitlines() if not line.startswith("#")],
    }


def _output(*argv: str) -> str:
    return subprocess.run(argv, text=True, capture_output=True, check=True).stdout


def _listing(path: Path) -> object:
    """Return a directory's names with the times of their last change; a file's bytes; None for what is not there."""
    if path.is_dir():
        return {str(found): found.lstat().st_mtime_ns for found in [path, *path.rglob("*")]}
    return path.read_bytes() if path.exists() else None


def processes_in_lab() -> dict[int, int | None]:
    """Return the processes of the running cluster: id -> start time."""
    lab = record.find()
    assert lab is not None
    started = {pid: record.namespaces.start_time(pid) for pid in cgroups.processes()}
    assert lab.outer.pid in started and lab.init.pid in started
    return started


def still_there(started: dict[int, int | None]) -> list[int]:
    """Return those of these processes that have not ended."""
    return [pid for pid, start in started.items() if start is not None and record.namespaces.start_time(pid) == start]


def assert_nothing_left(cache: Path) -> None:
    """No file, cgroup or process of the cluster is left."""
    assert not layout.record().parent.exists()
    assert not cgroups.exists()
    pids = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    mention = [pid for pid in pids if _mentions(int(pid), str(cache))]
    assert mention == []


def _mentions(process: int, text: str) -> bool:
    """Report whether a process, other than a test's, has a text in its command line."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_text(errors="replace")
    except OSError:
        return False
    return text in words and process != os.getpid()


def test_down_leaves_no_process_mount_device_cgroup_or_changed_file(cache: Path) -> None:
    before = machine()
    up = cluster("up", "--nodes", "2")
    assert up.returncode == 0, up.stdout
    assert cluster("status").returncode == 0
    # Whatever clients write, and a program that is still running in the lab.
    assert cluster("kubectl", "get", "pods", "--all-namespaces").returncode == 0
    assert cluster("helm", "list", "--all-namespaces").returncode == 0
    staying = subprocess.Popen(
        [COMMAND, "run", "--node", "node-2", "sh", "-c", "echo runs; exec sleep 1000"], stdout=subprocess.PIPE
    )
    assert staying.stdout and staying.stdout.readline() == b"runs\n"
    started = processes_in_lab()
    assert len(started) > 12

    down = cluster("down")

    assert down.returncode == 0, down.stdout
    assert staying.wait(timeout=10) == 128 + signal.SIGKILL
    assert still_there(started) == []
    assert_nothing_left(cache)
    assert machine() == before


def test_down_twice_is_as_good_as_once(cache: Path) -> None:
    assert cluster("down").returncode == 0
    assert cluster("down").returncode == 0
    status = cluster("status")
    assert status.returncode == 1
    assert "none is running" in status.stdout


def test_up_replaces_a_cluster_whose_outer_process_was_killed(cache: Path) -> None:
    assert cluster("up").returncode == 0
    lab = record.find()
    assert lab is not None
    os.kill(lab.outer.pid, signal.SIGKILL)
    _wait(lambda: record.find() is None)
    status = cluster("status")
    assert status.returncode == 1
    assert "has died" in status.stdout

    again = cluster("up")

    assert again.returncode == 0, again.stdout
    assert cluster("status").returncode == 0


@pytest.mark.parametrize("moment", ["before it is recorded", "while it starts"])
def test_down_ends_what_a_killed_up_left_half_way(cache: Path, moment: str) -> None:
    up = subprocess.Popen([COMMAND, "up"], stdout=subprocess.DEVNULL)
    if moment == "before it is recorded":
        _wait(lambda: any(cgroups.processes()))
    else:
        _wait(lambda: (services.state("kube-apiserver") or {"pid": 0})["pid"])
    up.kill()
    up.wait()
    started = {pid: record.namespaces.start_time(pid) for pid in cgroups.processes()}
    assert started

    down = cluster("down")

    assert down.returncode == 0, down.stdout
    assert still_there(started) == []
    assert_nothing_left(cache)


def _wait(condition, timeout: float = 60.0) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "what this test waits for does not come"
        time.sleep(0.005)
