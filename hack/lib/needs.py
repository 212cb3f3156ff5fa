"""Lists the Debian packages that each kind of work needs, for the commands and the Dockerfile.

As a program it prints the packages of the groups named, one a line: `hack/lib/needs.py build`.
"""

import sys

GROUPS: dict[str, tuple[str, ...]] = {
    # To compile the binary and its unit tests, and to pick the libraries it needs.
    "build": (
        "binutils",
        "cmake",
        "g++",
        "libbrotli-dev",
        "libcli11-dev",
        "libcpp-httplib-dev",
        "libexpected-dev",
        "libgmock-dev",
        "libgtest-dev",
        "libre2-dev",
        "libspdlog-dev",
        "libssl-dev",
        "libtomlplusplus-dev",
        "libvalijson-dev",
        "libyaml-dev",
        "ninja-build",
        "pkg-config",
        "prometheus-cpp-dev",
        "rapidjson-dev",
        "zlib1g-dev",
    ),
    # To run a node: see hack/cluster.
    "cluster": ("containernetworking-plugins", "iproute2", "iptables", "openssl", "runc", "util-linux"),
    # A node with an old containerd, and other programs that pull images: for hack/test chaos.
    "debian-node": ("containerd",),
    "runtimes": ("docker.io", "podman", "skopeo"),
    # To make the images that only the local cluster needs: gcc -static, dpkg-deb.
    "images": ("binutils", "dpkg", "gcc", "libc6-dev"),
    # The parent registry's certificate.
    "parent": ("openssl",),
    "lint": ("clang", "clang-format", "clang-tidy", "shellcheck"),
    "bench": ("curl", "libbenchmark-dev", "libsimdjson-dev", "nginx", "openssl", "util-linux"),
    # libFuzzer, and the sanitizers that Clang builds with.
    "fuzz": ("clang", "libclang-rt-14-dev"),
}


def packages(*groups: str) -> list[str]:
    """Return the packages of the groups, each once, in order."""
    return sorted({name for group in groups for name in GROUPS[group]})


if __name__ == "__main__":
    print("\n".join(packages(*sys.argv[1:])))
