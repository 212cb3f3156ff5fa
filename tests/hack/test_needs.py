"""The lists of Debian packages agree: hack/lib/needs.py, which the Dockerfile reads, and cmake/dependencies.cmake."""

import re

from lib import needs, paths


def test_every_library_that_cmake_looks_for_is_installed() -> None:
    text = (paths.REPOSITORY / "cmake" / "dependencies.cmake").read_text()
    required = re.findall(
        r"^(?:find_package|find_path|pkg_check_modules)\((\S+) .*REQUIRED.*\)(.*)$", text, re.MULTILINE
    )
    assert len(required) > 8
    named = {name: comment.strip().removeprefix("# ") for name, comment in required if name != "Threads"}
    assert {name: package for name, package in named.items() if package not in needs.GROUPS["build"]} == {}


def test_the_dockerfile_installs_the_packages_of_a_build() -> None:
    text = (paths.REPOSITORY / "Dockerfile").read_text()
    assert "python3 hack/lib/needs.py build" in text
    assert "apt-get install -y --no-install-recommends python3 " in text
