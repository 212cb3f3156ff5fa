"""Examples install as their own comments say, and a pod pulls.

labelled-nodes.yaml is what the modules from test_install on work with; default.yaml and those that use a cert-manager
which is there are in test_two_releases.py, own-certificate-secret.yaml in test_admission.py.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import secrets_search
from certificates import made
from example import REPOSITORIES, example, pod_of, prepare, pull, remove, wait_for_image
from installation import ADDRESS, TEST_NAMESPACE, client_pod, ended, exit_code, node_files, wait_for_namespace
from lib import cluster, examples, kube, paths, release
from lib.command import CommandFailure
from lib.parent import Parent
from lib.waiting import wait_for
from recording import RecordingKube
from snapshot import Snapshot

NAMESPACE = "connected-registry"


def test_every_example_is_installed_by_some_module() -> None:
    modules = "".join(
        path.read_text() for path in Path(__file__).parent.glob("*.py") if path.name != Path(__file__).name
    )
    own = Path(__file__).read_text().partition("def ")[2]
    assert [path.name for path in examples.files() if f'"{path.name}"' not in modules + own] == []


def test_a_certificate_in_a_protected_settings_file_and_no_secret_of_it_anywhere_else(
    local: RecordingKube, source: Parent, tmp_path: Path
) -> None:
    """The file has the form that the Azure extension's tutorial shows: flat keys, and the connection string in it."""
    with example("own-certificate.yaml", tmp_path, local, source) as one:
        one.run_commands("openssl")
        one.run_commands("printf")
        given = release.parent_values(source, REPOSITORIES)
        file = tmp_path / "protected-settings-extension.json"
        file.write_text(json.dumps({"connectionString": given.pop("connectionString"), **json.loads(file.read_text())}))
        parts = one.install(("logLevel=debug",), given)
        wait_for_image(parts)
        pull(parts, "own")
        client = parts.run_until(client_pod("client", "true", "manifest", f"{ADDRESS}/{REPOSITORIES[0]}"), ended, "it")
        assert exit_code(client) == 0, parts.client_log("client")
        remove(parts, "client")

        secrets = [source.password, secrets_search.key_line((tmp_path / "mycert.key").read_text())]
        assert secrets_search.everywhere(parts, secrets) == {
            f"Secret {NAMESPACE}/connected-registry-settings",
            f"Secret {NAMESPACE}/connected-registry-parent",
            f"Secret {NAMESPACE}/connected-registry-active-tls",
            # Helm keeps what it was given, to upgrade and roll back with.
            f"Secret {NAMESPACE}/sh.helm.release.v1.connected-registry.v*",
        }


# Mistakes in a protected settings file, by the step that a person forgets or adds.
BROKEN: dict[str, Callable[[str], str]] = {
    "nothing": lambda text: text,
    "curly quotes": lambda text: text.replace('"', "“", 1).replace('"', "”", 1),
    "a text without quotes": lambda text: re.sub(r': "([^"]+)"', r": \1", text),
    "a quote that does not close": lambda text: text.rstrip().rstrip('}"'),
    "the password twice": lambda text: re.sub(r"(SyncTokenPassword=[^;]+;)", r"\1\1", text),
    "another protocol": lambda text: text.replace("=https", "=http"),
    "a number": lambda text: re.sub(r'"connectionString": "[^"]+"', '"connectionString": 5', text),
    "a list": lambda text: re.sub(r'"(connectionString|tls.key)": ("[^"]+")', r'"\1": [\2]', text),
    "a key of another name": lambda text: text.replace("connectionString", "conectionString").replace(
        "tls.key", "tls.ky"
    ),
    "a swapped key": lambda text: (
        text.replace("tls.key", "tls.x").replace("tls.crt", "tls.key").replace("tls.x", "tls.crt")
    ),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "a value in two lines": lambda text: text.replace("SyncTokenPassword", "\nSyncTokenPassword"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_neither_check_nor_helm_shows_a_secret_of_a_broken_file(
    local: RecordingKube, source: Parent, tmp_path: Path, case: str
) -> None:
    one = prepare("own-certificate.yaml", tmp_path, local, source)
    own = made(tmp_path, san=f"IP:{ADDRESS}")
    given = json.dumps({"connectionString": source.connection_string(), **own.values()}, indent=2)
    file = tmp_path / "protected-settings-extension.json"
    file.write_text(BROKEN[case](given))
    secrets = [source.password, secrets_search.key_line(own.key.read_text())]
    example = "-f values-examples/own-certificate.yaml"
    check = f"{paths.REPOSITORY}/build/release/connected-registry check {example}"
    said = one.run(
        f"""
        for option in -f --config-protected-file; do
          for form in text json sarif github; do {check} $option {file.name} -o $form || true; done
        done
        # On stdout it prints the objects, where it finds nothing wrong.
        helm install x chart --dry-run=client {example} -f {file.name} > helm.out || true
        """
    )
    assert not secrets_search.holds(said.stdout + said.stderr, secrets)


def test_a_first_install_that_is_refused_leaves_nothing_behind(
    local: RecordingKube, source: Parent, tmp_path: Path
) -> None:
    """The Secret that own-certificate-secret.yaml needs was not made."""
    with example("own-certificate-secret.yaml", tmp_path, local, source) as one:
        one.run(f"kubectl create namespace {NAMESPACE}")
        wait_for_namespace(local, NAMESPACE)
        before = Snapshot.take(local)
        with pytest.raises(CommandFailure) as refused:
            one.install()
        finding = (
            f"error: CR038 tls.secret: there is no Secret k8secret in namespace {NAMESPACE}. Fix: create it with: "
        )
        assert finding in refused.value.output
        assert "nothing was changed" in refused.value.output
        record = f"Secret {NAMESPACE} sh.helm.release.v1.connected-registry.v1"
        wait_for("the hook's pod to go", lambda: Snapshot.take(local).added_since(before) == [record], seconds=30)


def test_trust_that_is_not_distributed_is_the_nodes_owners_to_give(
    local: RecordingKube, source: Parent, tmp_path: Path
) -> None:
    with example("own-trust-distribution.yaml", tmp_path, local, source) as one:
        secret = "own-certificate-secret.yaml"
        for command in ("openssl", "kubectl create namespace"):
            one.run(one.block(command, secret))
        before = node_files()
        parts = one.install()
        wait_for_image(parts)

        def failed(pod: dict) -> bool:
            kind, message = kube.container_state(pod)
            return kind == "waiting" and "x509: certificate signed by unknown authority" in message

        parts.run_until(pod_of("untrusting"), failed, "the pull to fail with x509")
        remove(parts, "untrusting")
        assert node_files() == before
        try:
            one.run_commands("for directory in", node=True)
            given = node_files()
            pull(parts, "trusting")
            assert node_files() == given
        finally:
            one.run("rm -r /etc/containerd/certs.d /etc/containerd/certs.d:", node=True)


def test_plain_http_is_pulled_over_with_a_warning(local: RecordingKube, source: Parent, tmp_path: Path) -> None:
    with example("plain-http.yaml", tmp_path, local, source) as one:
        parts = one.install()
        # Of the hook, and of the chart's notes.
        for severity in ("warning:", "WARNING"):
            assert re.search(rf"{severity} CR016 httpsEnabled: .* Fix: ", local.said[-1])
        wait_for_image(parts, scheme="http")
        pull(parts, "http")
        log = parts.run_until(
            client_pod("plain", None, "manifest", "--insecure", f"{ADDRESS}/{REPOSITORIES[0]}"), ended, "it to end"
        )
        assert exit_code(log) == 0, parts.client_log("plain")
        assert kube.get(local, "mutatingwebhookconfiguration", f"connected-registry-{NAMESPACE}") is None
        local.kubectl("delete", "pods", "--all", "--namespace", TEST_NAMESPACE, "--now")
        assert cluster.node_path("/etc/containerd/certs.d").joinpath(ADDRESS, "hosts.toml").is_file()
