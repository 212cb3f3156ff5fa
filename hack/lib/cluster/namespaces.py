"""Joining the namespaces of a process of the lab, and telling processes apart for certain.

Run as a program, `namespaces.py PID COMMAND...` runs a command in the namespaces of a process. So nothing but the
standard library is imported here.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1

# In this order: once the mount namespace is joined, /proc is the lab's, and shows other process ids.
KINDS = ("net", "uts", "pid", "mnt")


def open_namespaces(process: int, kinds: Sequence[str] = KINDS) -> list[int]:
    """Open the namespaces of a process, for `join`. Raises OSError when the process is gone."""
    return [os.open(f"/proc/{process}/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC) for kind in kinds]


def join(namespaces: Sequence[int]) -> None:
    """Make this process (which must have one thread) a member; of a PID namespace only its children become members."""
    for namespace in namespaces:
        if _LIBC.setns(namespace, 0) != 0:
            error = ctypes.get_errno()
            raise OSError(error, f"cannot join a namespace: {os.strerror(error)}")


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends, however that happens."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def start_time(process: int) -> int | None:
    """When a process started, in clock ticks since boot; None when there is none.

    Together with the id it names a process for ever: ids are used again, this pair is not.
    """
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return None
    fields = text[text.rindex(")") + 2 :].split()
    return None if fields[0] in ("Z", "X") else int(fields[19])


def inner_id(process: int) -> tuple[int, ...]:
    """Return the ids of a process in the PID namespaces below this one, outermost first; empty when it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return ()
    ids = next((line.split()[1:] for line in lines if line.startswith("NSpid:")), [])
    return tuple(int(word) for word in ids[1:])


def run_inside(process: int, argv: Sequence[str], directory: str, environment: Mapping[str, str]) -> int:
    """Run a program in the namespaces of a process, with our stdin, stdout and stderr. Returns its exit code.

    A signal that ends the program becomes 128 + its number. 127: no such program; 126: it cannot be run; 125: the
    process is gone.
    """
    try:
        join(open_namespaces(process))
    except OSError as error:
        print(f"error: cannot enter the cluster, which may just have ended: {error.strerror}", file=sys.stderr)
        return 125
    child = os.fork()
    if child == 0:
        _become(argv, directory, environment)
    # Ctrl-C reaches the program itself, since it is in our process group: it decides, and we report.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, signal.SIG_IGN)
    for passed_on in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(passed_on, lambda number, _: os.kill(child, number))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


def _become(argv: Sequence[str], directory: str, environment: Mapping[str, str]) -> None:
    """In the child: turn into the program. Never returns."""
    try:
        die_with_parent()
        try:
            os.chdir(directory)
        except OSError:
            os.chdir("/")  # The caller's directory is not there on a node, where /var/lib and /run are the node's own.
        os.execvpe(argv[0], list(argv), dict(environment))
    except FileNotFoundError:
        os.write(2, f"error: no such program: {argv[0]}\n".encode())
        os._exit(127)
    except OSError as error:
        os.write(2, f"error: cannot run {argv[0]}: {error.strerror}\n".encode())
        os._exit(126)
    finally:
        os._exit(125)


if __name__ == "__main__":
    sys.exit(run_inside(int(sys.argv[1]), sys.argv[2:], str(Path.cwd()), os.environ))
