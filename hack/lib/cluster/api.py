"""A small client of the cluster's API server: enough to start the cluster, watch it, and give it volumes."""

import base64
import http.client
import json
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lib.cluster import namespaces
from lib.command import Failure


class Unreachable(Failure):
    """The API server does not answer."""


class Api:
    """Speaks to the API server that a kubeconfig of ours names.

    `inside`: the id of a process of the lab, for a caller outside of it. Requests are then made by a thread that has
    joined that process's network; the caller's own network stays as it is. Safe to use from several threads.
    """

    def __init__(self, kubeconfig: Path, inside: int | None = None) -> None:
        config = json.loads(kubeconfig.read_text())
        cluster = config["clusters"][0]["cluster"]
        self._token = config["users"][0]["user"]["token"]
        self._host = urlsplit(cluster["server"]).netloc
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        self._tls = ssl.create_default_context(cadata=authority)
        network = namespaces.open_namespaces(inside, ("net",)) if inside else []
        self._worker = ThreadPoolExecutor(1, initializer=namespaces.join, initargs=(network,))

    def request(self, method: str, path: str, body: Any = None, timeout: float = 5.0) -> tuple[int, Any]:
        """Return the HTTP status and the answer (parsed JSON, or text). Raises Unreachable; `timeout` is in seconds."""
        status, answer, _ = self.exchange(method, path, body, timeout)
        return status, answer

    def exchange(self, method: str, path: str, body: Any = None, timeout: float = 10.0) -> tuple[int, Any, list[str]]:
        """Return the same, and the warnings that came with it. A PATCH is a merge patch."""
        return self._worker.submit(self._request, method, path, body, timeout).result()

    def get(self, path: str) -> Any:
        """Return the object or list at a path, None if there is none. Raises Unreachable, Failure for other errors."""
        status, answer = self.request("GET", path)
        if status == http.client.NOT_FOUND:
            return None
        return _accepted("GET", path, status, answer)

    def create(self, path: str, value: Any) -> None:
        """Create an object; one that is there already stays as it is. Raises Unreachable, Failure."""
        status, answer = self.request("POST", path, value)
        if status != http.client.CONFLICT:
            _accepted("POST", path, status, answer)

    def delete(self, path: str) -> None:
        """Delete an object; it may be gone already. Raises Unreachable, Failure."""
        status, answer = self.request("DELETE", path)
        if status != http.client.NOT_FOUND:
            _accepted("DELETE", path, status, answer)

    def _request(self, method: str, path: str, body: Any, timeout: float) -> tuple[int, Any, list[str]]:
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind}
        connection = http.client.HTTPSConnection(self._host, timeout=timeout, context=self._tls)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            warnings = [_warning(value) for value in answer.headers.get_all("Warning", [])]
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"the API server at {self._host} does not answer: {error}") from error
        finally:
            connection.close()
        try:
            return answer.status, json.loads(text), warnings
        except ValueError:
            return answer.status, text, warnings


def _warning(header: str) -> str:
    """Return the text of a warning: it stands in quotes after a code and an agent, as RFC 7234 writes it."""
    quoted = header.partition('"')[2].rpartition('"')[0]
    return quoted.replace('\\"', '"').replace("\\\\", "\\")


def _accepted(method: str, path: str, status: int, answer: Any) -> Any:
    if status >= http.client.BAD_REQUEST:
        reason = answer.get("message", answer) if isinstance(answer, dict) else answer
        raise Failure(f"the API server refused {method} {path} ({status}): {reason}")
    return answer
