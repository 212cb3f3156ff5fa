"""The image with the clients that the end-to-end tests try on the registry: what people run in their pods.

Not part of `images.ensure_all`: only those tests need it, and it is large.
"""

import shutil
from pathlib import Path

from lib import debian, images, needs, oci, packages, paths, tools
from lib.command import run
from lib.images import Image
from lib.progress import Steps

NAME = "localhost/connected-registry/clients:1"
PLAIN_SOURCE = Path(__file__).with_name("plain_client.go")
PACKAGES = ("ca-certificates", "curl", "openssl", "skopeo", "python3.11-minimal", "libpython3.11-stdlib", "nodejs")
PROGRAMS = ("/usr/bin/curl", "/usr/bin/openssl", "/usr/bin/skopeo", "/usr/bin/python3.11", "/usr/bin/node")
# The files that Python and node read at run time, and the public CAs.
AUTHORITIES = "/usr/share/ca-certificates"
DATA = ("/usr/lib/python3.11", "/usr/share/nodejs", AUTHORITIES)


def image(steps: Steps) -> Image:
    """Debian's curl, openssl, skopeo, Python and node; helm, crane and a plain Go program; nothing else."""
    tools.ensure("helm", "crane", steps=steps)

    def fill(tree: Path) -> oci.ImageSpec:
        packages.ensure_debian(needs.packages("images"), steps)
        debian.fill(tree, PACKAGES, PROGRAMS, DATA)
        _trust(tree)
        for tool in ("helm", "crane"):
            shutil.copyfile(tools.binary(tool), tree / "usr" / "bin" / tool)
            (tree / "usr" / "bin" / tool).chmod(0o755)
        run(
            [
                packages.ensure_go(steps),
                "build",
                "-trimpath",
                "-o",
                tree / "usr" / "bin" / "plain-client",
                PLAIN_SOURCE,
            ],
            env=paths.go_environment(),
        )
        return oci.ImageSpec(NAME)

    return images.cached(NAME, [Path(__file__), Path(debian.__file__), PLAIN_SOURCE], fill, steps)


def _trust(tree: Path) -> None:
    """Write the file that Debian makes of the CAs when their package is installed: curl does not start without it."""
    bundle = tree / "etc" / "ssl" / "certs" / "ca-certificates.crt"
    bundle.parent.mkdir(parents=True)
    bundle.write_text("".join(path.read_text() for path in sorted((tree / AUTHORITIES.lstrip("/")).rglob("*.crt"))))
