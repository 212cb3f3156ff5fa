"""The lab's network: a bridge, and a cable from it to each node."""

from pathlib import Path

from lib.cluster.layout import LAB_ADDRESS, SERVICE_RANGE, Node, first_node
from lib.command import run

BRIDGE = "lab"


def set_up_lab(keepers: dict[Node, int]) -> None:
    """Build the lab's side, in whose network namespace this process must be.

    `keepers`: for each node, the id of a process in its network namespace. The first node routes between the lab and
    the services, so that a program in the lab reaches a service by its address.
    """
    lines = [
        "link set lo up",
        f"link add name {BRIDGE} type bridge",
        f"address add {LAB_ADDRESS}/24 dev {BRIDGE}",
        f"link set {BRIDGE} up",
    ]
    for node, keeper in keepers.items():
        lines += [
            f"link add name {node.name} type veth peer name eth0 netns {keeper}",
            f"link set {node.name} master {BRIDGE} up",
            f"route add {node.pods} via {node.address}",
        ]
    lines.append(f"route add {SERVICE_RANGE} via {first_node().address}")
    _ip(lines)


def set_up_node(node: Node, nodes: list[Node]) -> None:
    """Build a node's side, in whose network namespace this process must be."""
    lines = [
        "link set lo up",
        f"address add {node.address}/24 dev eth0",
        "link set eth0 up",
        f"route add default via {LAB_ADDRESS}",
    ]
    lines += [f"route add {other.pods} via {other.address}" for other in nodes if other != node]
    _ip(lines)
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")


def _ip(lines: list[str]) -> None:
    run(["ip", "-batch", "-"], input="\n".join(lines) + "\n", shown="ip -batch -")
