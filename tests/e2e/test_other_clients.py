"""The trust agent connects with OpenSSL, container runtimes with Go: a node is trusted if both accept the chain."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from certificates import EC, RSA_PSS, OwnCertificate, made
from installation import ADDRESS, NODE, Parts, decoded
from lib import cluster
from lib.cluster.layout import LAB_ADDRESS
from lib.waiting import wait_for

FIRST_PORT = 8450
# The right address, then one with a mask, which OpenSSL skips.
ADDRESS_WITH_MASK = "DER:30:10:87:04:C0:64:64:01:87:08:C0:64:64:01:FF:FF:FF:FF"


@contextmanager
def served(one: OwnCertificate, port: int) -> Iterator[None]:
    """Serve a page over TLS in the lab, on a port of its own."""
    pid = one.key.with_suffix(".pid")
    script = 'echo $$ > "$1"; exec openssl s_server -quiet -www -accept "$2" -cert "$3" -key "$4"'
    argv: list[str | Path] = ["bash", "-c", script, "server", pid, f"{LAB_ADDRESS}:{port}", one.certificate, one.key]
    thread = threading.Thread(target=lambda: cluster.run(argv, check=False, timeout=300))
    thread.start()
    try:
        wait_for(
            f"the server on port {port}",
            lambda: cluster.run(["bash", "-c", f"exec 3<>/dev/tcp/{LAB_ADDRESS}/{port}"], check=False).returncode == 0,
            seconds=20,
        )
        yield
    finally:
        cluster.run(["kill", pid.read_text().strip()])
        thread.join()


@contextmanager
def redirected(port: int) -> Iterator[None]:
    """Send the pods of the node that connect to the registry to that server."""
    rule = ["PREROUTING", "--protocol", "tcp", "--destination", ADDRESS, "--dport", "443"]
    rule += ["--jump", "DNAT", "--to-destination", f"{LAB_ADDRESS}:{port}"]
    cluster.run(["iptables", "--wait", "--table", "nat", "--insert", *rule], node=NODE)
    try:
        yield
    finally:
        cluster.run(["iptables", "--wait", "--table", "nat", "--delete", *rule], node=NODE)


def test_a_chain_that_go_refuses_is_never_trusted(trusted: Parts, tmp_path: Path) -> None:
    ca = OwnCertificate(tmp_path / "ca.crt", tmp_path / "ca.key")
    secret = trusted.get("secret", "-ca")
    for path, key in ((ca.certificate, "tls.crt"), (ca.key, "tls.key")):
        path.touch(mode=0o600)
        path.write_text(decoded(secret, key))
    san = f"IP:{ADDRESS}"
    kinds = {
        "a key of a kind other than RSA": made(tmp_path / "pss", san=san, key=RSA_PSS, ca=ca),
        "a negative serial number": made(tmp_path / "serial", san=san, key=EC, serial="-5", ca=ca),
        "a SAN of type IP with 8 bytes": made(tmp_path / "san", san=ADDRESS_WITH_MASK, key=EC, ca=ca),
    }
    trusted.wait_for_trust()
    for port, (words, one) in enumerate(kinds.items(), start=FIRST_PORT):
        with ExitStack() as stack:
            stack.enter_context(served(one, port))
            stack.enter_context(redirected(port))
            trusted.wait_for_state("Waiting", words)
            assert "clients written in Go refuse the certificate" in trusted.node_state()[1]
    trusted.wait_for_trust()
