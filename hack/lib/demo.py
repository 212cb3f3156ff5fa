"""The steps of hack/demo."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lib import cluster, diagnosis, images, kube, parent, paths, release
from lib.command import Failure
from lib.kube import ContextKube, Kube, LocalKube
from lib.progress import Steps
from lib.release import Release
from lib.waiting import wait_for

LOCAL_ADDRESS = "192.100.100.1"
REPOSITORY = "demo/hello:1"
NAMESPACE = "connected-registry-demo"
SYNC_SECONDS = 120
POD_SECONDS = 90


@dataclass
class Wanted:
    """The options of the command line."""

    release: str
    namespace: str
    address: str
    files: list[Path] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)


@dataclass
class Demo:
    """One run. `proven` grows as things are shown to work."""

    kube: Kube
    steps: Steps
    wanted: Wanted
    proven: list[str] = field(default_factory=list)

    @property
    def release(self) -> Release:
        """The release that this run installs."""
        return Release(self.wanted.release, self.wanted.namespace)

    @property
    def host(self) -> str:
        """The registry's address as image references write it."""
        return f"[{self.wanted.address}]" if ":" in self.wanted.address else self.wanted.address


def on_local_cluster(wanted: Wanted, steps: Steps) -> int:
    """Return the whole way, on a cluster and with a parent registry of our own."""
    cluster.up(steps)
    images.load(images.ensure_all(steps), steps)
    source = parent.ensure(steps)
    digest = source.push(images.hello(steps), REPOSITORY)
    steps.say(f"the parent registry https://{source.endpoint} contains {REPOSITORY}")
    show = Demo(LocalKube(), steps, wanted)
    _say_what_the_node_knows(show)
    release.package_dependency()
    _install(
        show, [release.DEFAULT_VALUES, release.LOCAL_VALUES, *wanted.files], release.parent_values(source, [REPOSITORY])
    )
    _wait_for_image(show, REPOSITORY)
    show.proven.append(f"{REPOSITORY} was copied from the parent registry automatically, over TLS and with a token")
    _run_pod(show, f"{show.host}/{REPOSITORY}")
    _run_client(show, f"{show.host}/{REPOSITORY}", digest)
    _summary(show, "hack/cluster kubectl", "hack/cluster helm", last="hack/cluster down      # ends the cluster")
    return 0


def on_context(wanted: Wanted, context: str, steps: Steps) -> int:
    """Return the same on a cluster of the user's, with the user's own parent."""
    show = Demo(ContextKube(context), steps, wanted)
    _fetch_dependency(show)
    _install(show, [release.DEFAULT_VALUES, *wanted.files], None)
    repository = _first_repository(show)
    repository = _wait_for_image(show, repository)
    show.proven.append(f"{repository} was copied from the parent registry automatically")
    _run_pod(show, f"{show.host}/{repository}")
    _run_client(show, f"{show.host}/{repository}", None)
    _summary(
        show,
        f"kubectl --context {context}",
        f"helm --kube-context {context}",
        last=f"helm --kube-context {context} -n {wanted.namespace} uninstall {wanted.release}",
    )
    return 0


def _say_what_the_node_knows(show: Demo) -> None:
    known = [
        path
        for node in cluster.nodes()
        for path in cluster.node_path("/etc/containerd", node.name).rglob(f"{show.host}*")
    ]
    for node in cluster.nodes():
        show.steps.say(
            f"{node.name} already trusts {show.host} since an earlier run"
            if known
            else f"{node.name} does not know {show.host}: no file or directory in /etc/containerd on {node.name} has"
            " this name"
        )


def _fetch_dependency(show: Demo) -> None:
    """cert-manager's chart, from where it is published, unless it is there."""
    if any((release.CHART / "charts").glob("cert-manager-*.tgz")):
        return
    with show.steps.step("fetching cert-manager's chart"):
        try:
            show.kube.helm("dependency", "update", str(release.CHART))
        except Failure as failure:
            raise Failure(
                f"{failure}\nInstead, hack/package-cert-manager can build the chart from cert-manager's Go module"
            ) from failure


def _install(show: Demo, files: list[Path], secret: dict[str, Any] | None) -> None:
    settings = [f"service.clusterIP={show.wanted.address}", *show.wanted.settings]
    with show.steps.step(f"installing release {show.wanted.release} in namespace {show.wanted.namespace}") as step:
        shown = [
            f"-f {file.relative_to(paths.REPOSITORY) if file.is_relative_to(paths.REPOSITORY) else file}"
            for file in files
        ]
        hidden = " -f (a private file with connectionString, parent.caBundle, sync.repositories)" if secret else ""
        show.steps.sub(
            f"helm upgrade --install {show.wanted.release} chart --wait {' '.join(shown)}{hidden}"
            f" --set {' --set '.join(settings)}"
        )
        started = show.steps.elapsed()
        release.install(show.kube, show.release, files=files, settings=settings, secret=secret, step=step)
    show.proven.append(
        f"one helm release installed the registry at https://{show.host}, its webhook, the nodes' trust agent and"
        f" cert-manager; all were ready after {show.steps.elapsed() - started:.0f} s"
    )


def _first_repository(show: Demo) -> str:
    text = show.kube.helm(
        "get", "values", show.wanted.release, "--namespace", show.wanted.namespace, "--all", "--output=json"
    ).stdout
    repositories = (json.loads(text).get("sync") or {}).get("repositories") or []
    if not repositories:
        raise Failure(
            "the release is installed, but it has no images to run: put connectionString and sync.repositories"
            " into a file and pass the file with --values"
        )
    return str(repositories[0])


def _wait_for_image(show: Demo, repository: str) -> str:
    """Wait until the registry has it; returns it with its tag (the first one the registry has, if it names none)."""
    name, _, tag = repository.partition(":")
    found: list[str] = []

    def there() -> bool:
        found[:] = release.tags(show.kube, show.release, name)
        return tag in found if tag else bool(found)

    with show.steps.step(f"waiting until {repository} has been synchronized"):
        wait_for(
            f"{repository} to be copied from the parent",
            there,
            seconds=SYNC_SECONDS,
            explain=lambda: _synchronization_log(show),
        )
    return f"{name}:{tag or found[0]}"


def _synchronization_log(show: Demo) -> str:
    result = show.kube.kubectl(
        "logs",
        f"deployment/{show.release.fullname}",
        "--namespace",
        show.wanted.namespace,
        "--container=regsync",
        "--tail=8",
        check=False,
    )
    said = "\n".join(f"  log: {line[:300]}" for line in (result.stdout or result.stderr).splitlines())
    return f"the log of regsync:\n{said}"


def _run_pod(show: Demo, image: str) -> None:
    """Run a pod with an image of the registry: its node pulls it."""
    started = show.steps.elapsed()
    with show.steps.step(f"running a pod with the image {image}"):
        pod = kube.pod_manifest("hello", image, namespace=NAMESPACE, imagePullPolicy="Always")
        _replace_pod(show, pod)
        found = kube.wait_for_pod(
            show.kube,
            "hello",
            NAMESPACE,
            _has_started,
            what=f"a pod to run {image}",
            seconds=POD_SECONDS,
            explain=lambda: diagnosis.of_pod_named(show.kube, "hello", NAMESPACE),
        )
    said = show.kube.kubectl("logs", "hello", "--namespace", NAMESPACE, "--tail=1", check=False).stdout.strip()
    show.steps.sub(f'its log contains: "{said}"')
    node = found["spec"]["nodeName"]
    show.proven.append(
        f"{node} pulled {image} over HTTPS and ran it {show.steps.elapsed() - started:.0f} s after the request."
        " Nobody put a file on the node, and containerd was not restarted"
    )


def _has_started(pod: dict[str, Any]) -> bool:
    kind, reason = kube.container_state(pod)
    if kind == "waiting" and pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] == "ErrImagePull":
        raise Failure(f"the node cannot pull {pod['spec']['containers'][0]['image']}: {reason}")
    return kind in ("running", "terminated")


def _run_client(show: Demo, image: str, expected: str | None) -> None:
    """Run a pod whose own client connects to the registry; the node's trust is of no use to it."""
    with show.steps.step(f"running a client in a pod: crane manifest {image}"):
        pod = kube.pod_manifest(
            "client",
            images.crane(),
            namespace=NAMESPACE,
            arguments=["manifest", image],
            annotations={"connected-registry.io/inject": "true"},
        )
        _replace_pod(show, pod)
        kube.wait_for_pod(
            show.kube,
            "client",
            NAMESPACE,
            _has_succeeded,
            what="the client to read the manifest",
            seconds=POD_SECONDS,
            explain=lambda: diagnosis.of_pod_named(show.kube, "client", NAMESPACE),
        )
    manifest = show.kube.kubectl("logs", "client", "--namespace", NAMESPACE).stdout
    digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
    if expected and digest != expected:
        raise Failure(
            f"the client read a manifest with the digest {digest}; in the parent registry, the digest is {expected}"
        )
    show.steps.sub(f"it read {digest}" + (", the same digest as in the parent registry" if expected else ""))
    show.proven.append(
        f"an unmodified crane read https://{show.host} without any option or extra file; its pod only has the"
        " annotation connected-registry.io/inject"
    )


def _has_succeeded(pod: dict[str, Any]) -> bool:
    if pod["status"].get("phase") == "Failed":
        raise Failure("the client in the pod failed: " + _last_log(pod))
    return pod["status"].get("phase") == "Succeeded"


def _last_log(pod: dict[str, Any]) -> str:
    status = pod["status"]["containerStatuses"][0]["state"].get("terminated", {})
    return status.get("message") or f"exit code {status.get('exitCode')}"


def _replace_pod(show: Demo, pod: dict[str, Any]) -> None:
    """Create a pod, in place of an earlier run's."""
    kube.apply(show.kube, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    show.kube.kubectl(
        "delete", "pod", pod["metadata"]["name"], "--namespace", NAMESPACE, "--ignore-not-found", "--wait"
    )
    # A namespace gets the account that its pods run as a moment after it is made.
    wait_for(
        f"namespace {NAMESPACE} to be ready",
        lambda: kube.get(show.kube, "serviceaccount", "default", NAMESPACE),
        seconds=20,
    )
    pod["spec"]["containers"][0]["terminationMessagePolicy"] = "FallbackToLogsOnError"
    show.kube.kubectl("create", "--filename=-", input=json.dumps(pod))


def _summary(show: Demo, kubectl: str, helm: str, last: str) -> None:
    name = show.release.fullname
    space = show.wanted.namespace
    print("\nWhat was shown")
    for line in show.proven:
        print(f"  - {line}")
    print("\nLook around")
    print(f"  {kubectl} get pods -A")
    print(f"  {kubectl} -n {NAMESPACE} get pod client -o yaml      # the pod with the webhook's changes")
    print(f"  {kubectl} -n {space} get leases -l connected-registry.io/node-status={name}      # the nodes' status")
    print(f"  {kubectl} -n {space} logs deployment/{name} -c regsync      # the log of the copies from the parent")
    print(f"  {helm} -n {space} status {show.wanted.release}")
    print(f"  {last}")
    print(f"\ndone in {show.steps.elapsed():.0f} s", flush=True)
