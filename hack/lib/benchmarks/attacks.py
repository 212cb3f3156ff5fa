"""Clients that mean harm, or only wait: what they cost the others, and how much memory."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from lib.benchmarks.processes import Server

MEBIBYTE = 1 << 20
POST = b"POST /mutate?timeout=3s HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\n"


def context() -> ssl.SSLContext:
    """Return a client context that verifies nothing: the server is known here."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def connect(server: Server, tls: ssl.SSLContext) -> ssl.SSLSocket:
    """Return a connection that has shaken hands."""
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    return tls.wrap_socket(plain)


@contextmanager
def idle(server: Server, count: int) -> Iterator[None]:
    """Hold connections that have shaken hands and do nothing."""
    tls = context()
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(connect(server, tls))
        yield


@contextmanager
def half_open_and_trickling(server: Server, count: int) -> Iterator[None]:
    """Half of them never shake hands, half send a header a byte at a time."""
    tls = context()
    ending = threading.Event()
    with ExitStack() as stack:
        for _ in range(count // 2):
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
        slow = [stack.enter_context(connect(server, tls)) for _ in range(count - count // 2)]

        def trickle() -> None:
            while not ending.wait(0.2):
                for position, one in enumerate(slow):
                    try:
                        one.send(b"P" if position % 2 else b"POST /mutate HTTP/1.1\r\nA: b\r\n"[:1])
                    except OSError:
                        slow[position] = stack.enter_context(connect(server, tls))

        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join()


def _long_line(send: Callable[[bytes], object]) -> None:
    send(b"POST /")
    for _ in range(128):
        send(b"a" * MEBIBYTE)


def _many_fields(send: Callable[[bytes], object]) -> None:
    send(POST)
    for _ in range(200):
        send(b"A: b\r\n" * 10_000)


def _endless_chunks(send: Callable[[bytes], object]) -> None:
    send(POST + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(128):
        send(b"100000\r\n" + b"a" * MEBIBYTE + b"\r\n")


def _negative_chunk(send: Callable[[bytes], object]) -> None:
    send(POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffe\r\n")
    for _ in range(64):
        send(b"a" * MEBIBYTE)


def _gzip_bomb(send: Callable[[bytes], object]) -> None:
    bomb = gzip.compress(b" " * (256 * MEBIBYTE), 9)
    send(POST + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)


def _largest_body(text: bytes) -> Callable[[Callable[[bytes], object]], None]:
    def attack(send: Callable[[bytes], object]) -> None:
        send(POST + b"Content-Length: %d\r\n\r\n" % len(text) + text)

    return attack


def _array(size: int) -> bytes:
    return b'{"request":{"object":{"a":[' + b"0," * ((size - 40) // 2) + b"0]}}}"


# Name, how many at a time, what each does.
ATTACKS: list[tuple[str, int, Callable[[Callable[[bytes], object]], None]]] = [
    ("a request line without end", 4, _long_line),
    ("two million header fields", 4, _many_fields),
    ("chunks without end", 4, _endless_chunks),
    ("a chunk of size -2", 4, _negative_chunk),
    ("a gzip bomb", 4, _gzip_bomb),
    ("a body of 8 MiB, all small values", 1, _largest_body(_array(8 * MEBIBYTE))),
    ("16 bodies of 8 MiB at once", 16, _largest_body(b" " * (8 * MEBIBYTE))),
]


def run(server: Server, count: int, attack: Callable[[Callable[[bytes], object]], None]) -> int:
    """Attack, and return by how many bytes the server's memory grew at most."""
    before = server.memory()
    server.forget_peak()
    tls = context()

    def one() -> None:
        try:
            with connect(server, tls) as connection:
                attack(connection.sendall)
                connection.recv(1000)
        except OSError:
            pass  # refused, as it should be

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return server.peak_memory() - before


def idle_cost(server: Server, count: int, seconds: float) -> tuple[float, float]:
    """Return the cost of idle connections: the share of a core, and the bytes of each."""
    before = server.memory()
    with idle(server, count):
        memory = server.memory()
        cpu, started = server.cpu_seconds(), time.monotonic()
        time.sleep(seconds)
        used = server.cpu_seconds() - cpu
        return used / (time.monotonic() - started), (memory - before) / count
