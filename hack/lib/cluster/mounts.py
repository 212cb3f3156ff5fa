"""The file systems of the lab and its nodes: the machine's own, with private directories laid over it.

All of it happens in private mount namespaces, so nothing shows outside and nothing is left when the lab ends.
"""

import os
from pathlib import Path

from lib import paths
from lib.cluster import cgroups, layout
from lib.cluster.layout import NODE_DIRECTORIES, Node
from lib.command import run

# Settings of the whole machine's kernel that a kubelet sets, with the values it wants to find. It finds them in files
# of ours laid over the real ones: so it changes nothing.
KERNEL_SETTINGS = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}

# Directories of the machine that a node must not see, let alone write to.
HIDDEN = ("/var/lib", "/var/log", "/run")


def set_up_lab() -> None:
    """Lay out the lab's mount namespace, which this process must be in, as the only one."""
    _mount_sys()
    resolver = Path("/etc/resolv.conf")
    if resolver.exists():
        _mount("--bind", _resolver(layout.DNS_ADDRESS), resolver.resolve())
    settings = paths.cluster() / "kernel-settings"
    for name, value in KERNEL_SETTINGS.items():
        real, ours = Path("/proc/sys") / name, settings / name.replace("/", ".")
        if real.exists():
            settings.mkdir(exist_ok=True)
            ours.write_text(f"{value}\n")
            _mount("--bind", ours, real)


def set_up_node(node: Node) -> None:
    """Lay out a node's mount namespace, which this process must be in, as the only one.

    The node's own /etc is an overlay; what is written there lives in memory and ends with the node.
    """
    # Sources may lie below a directory that is hidden on the way: open descriptors still reach them.
    sources = {path: os.open(node.directory / name, os.O_PATH) for path, name in NODE_DIRECTORIES.items()}
    cache = os.open(paths.cache(), os.O_PATH)
    _overlay_etc(node)
    for path in HIDDEN:
        _mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", path)
    if any(paths.cache().is_relative_to(path) for path in HIDDEN):
        _bind(cache, paths.cache())
    for path, source in sources.items():
        _bind(source, Path(path))
    Path("/run/lock").mkdir(exist_ok=True)
    resolver = Path("/etc/resolv.conf")
    resolver.unlink(missing_ok=True)
    # Nobody answers there, and says so at once: no pull waits for a name that nobody here knows.
    resolver.write_text(f"nameserver {layout.LAB_ADDRESS}\n")
    _mount_sys()
    # The kubelet and containerd hand mounts to each other's containers by propagation.
    run(["mount", "--make-rshared", "/"])


def _overlay_etc(node: Node) -> None:
    stage = node.directory / "etc-overlay"
    _mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", stage)
    upper, work = stage / "upper", stage / "work"
    upper.mkdir()
    work.mkdir()
    upper.chmod(0o755)
    _mount("-t", "overlay", "-o", f"lowerdir=/etc,upperdir={upper},workdir={work}", "overlay", "/etc")


def _resolver(address: str) -> Path:
    """Return a resolv.conf that names `address`: the machine's own resolver cannot be reached from the lab."""
    ours = paths.cluster() / "resolv.conf"
    ours.write_text(f"nameserver {address}\n")
    return ours


def _mount_sys() -> None:
    """Mount a /sys that shows this network namespace's devices and this namespace's view of the cgroup hierarchies."""
    hierarchies = cgroups.hierarchies()
    links = {path: path.readlink() for path in Path("/sys/fs/cgroup").iterdir() if path.is_symlink()}
    run(["umount", "--no-mtab", "--recursive", "--lazy", "/sys"])
    _mount("-t", "sysfs", "sysfs", "/sys")
    if not any(hierarchy.mount == Path("/sys/fs/cgroup") for hierarchy in hierarchies):
        _mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/sys/fs/cgroup")
    for hierarchy in hierarchies:
        hierarchy.mount.mkdir(exist_ok=True)
        kind, options = ("cgroup2", "rw") if hierarchy.unified else ("cgroup", hierarchy.options)
        _mount("-t", kind, "-o", options, kind, hierarchy.mount)
    for path, target in links.items():
        path.symlink_to(target)


def _bind(source: int, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    # Not turned into a path first: under that path there may be something else by now.
    _mount("--no-canonicalize", "--bind", f"/proc/{os.getpid()}/fd/{source}", target)


def _mount(*arguments: str | Path) -> None:
    # Not recorded in a table of mounts: on an old system that would be a file of the machine.
    run(["mount", "--no-mtab", *arguments])
