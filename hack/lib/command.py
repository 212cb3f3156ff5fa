"""Running other programs, with errors that say which one failed, how, and what it said last."""

import fcntl
import os
import shlex
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

LAST_LINES = 15


class Failure(Exception):
    """Something a person has to know about. The message says what is wrong, where, and what to do."""


class CommandFailure(Failure):
    """A program ended with an error."""

    def __init__(self, shown: str, status: int, output: str) -> None:
        self.status = status
        self.output = output
        ended = f"was ended by signal {-status}" if status < 0 else f"ended with exit code {status}"
        last = "\n".join(f"    {line}" for line in output.strip().splitlines()[-LAST_LINES:])
        super().__init__(f"{shown} {ended}" + (f"; its last lines:\n{last}" if last else ""))


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    input: str | None = None,
    timeout: float | None = None,
    check: bool = True,
    shown: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return its exit code, stdout and stderr as text.

    `timeout` is in seconds. `shown` replaces the command in an error, for one that is long or holds a secret.
    Raises CommandFailure for a non-zero exit code (unless check=False), Failure when it cannot start or is too slow.
    """
    words = [str(word) for word in argv]
    name = shown or shlex.join(words)
    try:
        result = subprocess.run(
            words,
            cwd=cwd,
            env=env,
            input=input,
            timeout=timeout,
            text=True,
            errors="replace",
            stdin=None if input is not None else subprocess.DEVNULL,
            capture_output=True,
        )
    except OSError as error:
        raise Failure(f"cannot start {words[0]}: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{name} did not end within {timeout:g} s") from error
    if check and result.returncode != 0:
        raise CommandFailure(name, result.returncode, result.stdout + result.stderr)
    return result


def stream(
    argv: Sequence[str | Path],
    on_line: Callable[[str], None],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    shown: str | None = None,
) -> None:
    """Run a program to its end and hand each line it prints (stdout and stderr) to `on_line`.

    Raises CommandFailure for a non-zero exit code. When interrupted, it ends the program before it passes that on.
    """
    words = [str(word) for word in argv]
    last: deque[str] = deque(maxlen=200)
    try:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=env,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        raise Failure(f"cannot start {words[0]}: {error.strerror}") from error
    try:
        assert process.stdout is not None
        for line in process.stdout:
            last.append(line)
            on_line(line.rstrip("\n"))
        status = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if status != 0:
        raise CommandFailure(shown or shlex.join(words), status, "".join(last))


def last_lines(path: Path, count: int = LAST_LINES) -> str:
    """Return the last lines of a log, indented for an error message; says so when there is none."""
    try:
        with path.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - 64 * 1024))
            lines = log.read().decode(errors="replace").splitlines()[-count:]
    except OSError:
        return f"    (no log at {path})"
    return "\n".join(f"    {line}" for line in lines) or f"    (nothing in {path})"


@contextmanager
def locked(path: Path, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold a lock that ends with this process, however it ends. `on_wait` is called once if another run holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if on_wait:
                on_wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def entry(main: Callable[[], int]) -> NoReturn:
    """Run a command's main function and turn what it raises into one clear message and an exit code."""
    try:
        code = main()
    except Failure as failure:
        sys.stdout.flush()
        print(f"error: {failure}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        code = 130
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): nothing to say and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)
