"""The native API of compute, typed: one method an endpoint, no state but the connection."""

import hashlib
import secrets
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.sdk.addressing import Address
from tidemill.sdk.connection import PATIENCE_S, READ_S, Call, Connection
from tidemill.sdk.messages import (
    Batch,
    BuildEnvironment,
    BuildLog,
    BuiltEnvironment,
    BuiltEnvironmentList,
    Details,
    FoundPage,
    Ids,
    Item,
    LogPage,
    Node,
    NodeList,
    Quota,
    QuotaSettings,
    Secret,
    SecretList,
    Spec,
    Submission,
    Wait,
    Waited,
    Which,
    Workload,
    WorkloadPage,
    WorkspaceList,
)
from tidemill.sdk.variables import read_variables

Answer = TypeVar("Answer")

MOST_ITEMS = 1000
"""In one batch, and in one wait."""
MOST_WAIT_S = 30.0
_ROOT = "/api/v1/workloads"
_ENVIRONMENTS = "/api/v1/compute/environments"
_JSON = {"Content-Type": "application/json"}
_OCTETS = {"Content-Type": "application/octet-stream"}
_ASK_FIRST_BYTES = 64 << 10
_MARGIN_S = 35.0
DEFAULT_WORKSPACE = "default"


class Client:
    """Compute of one workspace, at the server that is named, or that the environment names, or that runs here.

    It may be used by any thread, and after a fork. Nothing is asked before the first method is called.
    """

    def __init__(
        self,
        uri: str | None = None,
        *,
        workspace: str | None = None,
        data_dir: Path | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`patience_s`: how long a server that has answered before may be away until it is an error."""
        variables = read_variables()
        self.workspace = workspace or variables.workspace or DEFAULT_WORKSPACE
        headers = {} if self.workspace == DEFAULT_WORKSPACE else {"X-Workspace": self.workspace}
        self._connection = Connection(Address(variables, uri, data_dir), headers, patience_s=patience_s)
        self._stored: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def uri(self) -> str:
        """The server's address."""
        return self._connection.uri

    @property
    def connection(self) -> Connection:
        """What sends its requests, for the clients of other APIs of the same server (`pipelines.py`)."""
        return self._connection

    def page_of(self, workload_id: str) -> str:
        """The address of a workload's page."""
        return self.page(f"jobs/{workload_id}")

    def page(self, path: str) -> str:
        """The address of a page of the workspace."""
        return f"{self.uri}/w/{quote(self.workspace, safe='')}/{path}"

    def close(self) -> None:
        """Close connections; they open again when they are needed."""
        self._connection.close()

    def submit(self, spec: Spec, *, name: str = "", group: str = "", content: Mapping[str, bytes] | None = None) -> str:
        """Queue a workload; returns its id. `content` is that of the blobs that it names, by digest.

        Raises InvalidError for what cannot be or could never start.
        """
        message = Submission(spec, name, group)

        def submit(key: str) -> str:
            return self._post(_ROOT, message, Workload, key).id

        return self._with_content(content or {}, submit)

    def submit_many(
        self, template: Spec, items: Sequence[Item], *, name: str, group: str, content: Mapping[str, bytes]
    ) -> list[str]:
        """Queue up to 1,000 workloads, all or none; returns their ids in order."""
        message = Batch(template, list(items), name, group)

        def submit(key: str) -> list[str]:
            return self._post(f"{_ROOT}/batch", message, Ids, key).ids

        return self._with_content(content, submit)

    def get(self, workload_id: str) -> Details:
        """A workload with its history, its processes, and why it waits. Raises NotFoundError."""
        return self._get(f"{_ROOT}/{_id(workload_id)}", Details)

    def list_all(self, **query: Any) -> WorkloadPage:
        """A page of workloads: state, kind, owner, group, search, label, sort, descending, offset, limit."""
        return self._get(_ROOT, WorkloadPage, **query)

    def stop(self, ids: Sequence[str] = (), *, group: str = "") -> list[str]:
        """Stop workloads, or all of a group; returns those that this made stop."""
        return self._post(f"{_ROOT}/stop", Which(list(ids), group), Ids).ids

    def wait(self, ids: Sequence[str], *, until: str = "all", timeout_s: float = MOST_WAIT_S) -> Waited:
        """Wait until all of up to 1,000 workloads, or any, have ended; for 30 s at most."""
        seconds = min(max(timeout_s, 0), MOST_WAIT_S)
        message = Wait(list(ids), until, seconds)
        return self._post(f"{_ROOT}/wait", message, Waited, read_s=seconds + _MARGIN_S)

    def result(self, workload_id: str, rank: int = 0) -> tuple[bytes, bool]:
        """What a call gave, pickled, and whether it was raised. Raises NotFoundError where it gave nothing."""
        answer = self._connection.send(Call("GET", f"{_ROOT}/{_id(workload_id)}/result", query={"rank": rank}))
        return answer.content, answer.headers.get("X-Tidemill-Raised") == "true"

    def log_page(self, workload_id: str, **query: Any) -> LogPage:
        """A stretch of the log: rank, attempt; start, line, tail or cursor; limit."""
        return self._get(f"{_ROOT}/{_id(workload_id)}/logs", LogPage, **query)

    def log_search(self, workload_id: str, **query: Any) -> FoundPage:
        """The lines of all attempts that hold a text: text or regex, case, context, limit, cursor."""
        return self._get(f"{_ROOT}/{_id(workload_id)}/logs/search", FoundPage, **query)

    @contextmanager
    def log_stream(self, workload_id: str, **query: Any) -> Generator[Iterator[str]]:
        """The text lines of the log's event stream, as they come: rank, attempt; start, tail or cursor."""
        headers = {"Accept": "text/event-stream"}
        call = Call("GET", f"{_ROOT}/{_id(workload_id)}/logs/stream", headers=headers, query=given(query))
        with self._connection.stream(call) as response:
            yield response.iter_lines()

    def nodes(self) -> list[Node]:
        """The machines that there are, with what is used of them."""
        return self._get("/api/v1/compute/nodes", NodeList).nodes

    def set_node_open(self, name: str, *, is_open: bool) -> None:
        """Let a node take new work, or not; what runs there goes on. Raises NotFoundError."""
        self._connection.send(_post(f"/api/v1/compute/nodes/{path_part(name)}/{'open' if is_open else 'close'}", b"{}"))

    def quota(self, workspace: str) -> Quota:
        """What a workspace may hold, and what it holds."""
        return self._get(f"/api/v1/compute/quotas/{path_part(workspace)}", Quota)

    def set_quota(self, workspace: str, settings: QuotaSettings) -> Quota:
        """Set what a workspace may hold, whatever it was."""
        path, content = f"/api/v1/compute/quotas/{path_part(workspace)}", msgspec.json.encode(settings)
        return self._connection.ask(Call("PUT", path, content, _JSON), Quota)

    def environments(self) -> list[BuiltEnvironment]:
        """What the server's machine has built, the one used last first."""
        return self._get(_ENVIRONMENTS, BuiltEnvironmentList).environments

    def environment(self, hash_: str) -> BuiltEnvironment:
        """One of them, by its hash or the begin of that. Raises NotFoundError, InvalidError."""
        return self._get(f"{_ENVIRONMENTS}/{path_part(hash_)}", BuiltEnvironment)

    def environment_log(self, hash_: str) -> str:
        """What the installer said of it."""
        return self._get(f"{_ENVIRONMENTS}/{path_part(hash_)}/log", BuildLog).text

    def build_environment(self, message: BuildEnvironment) -> BuiltEnvironment:
        """Have one built; its state says whether it stands already. Raises InvalidError that says why it cannot be."""
        return self._post(_ENVIRONMENTS, message, BuiltEnvironment)

    def remove_environment(self, hash_: str) -> None:
        """Remove one. Raises NotFoundError, and ConflictError while processes use it."""
        self._connection.send(Call("DELETE", f"{_ENVIRONMENTS}/{path_part(hash_)}"))

    def secrets(self) -> list[Secret]:
        """The names of the workspace's secrets, and when each was set."""
        return self._get("/api/v1/secrets", SecretList).secrets

    def set_secret(self, name: str, value: str) -> Secret:
        """Set a secret, whatever it was. Raises InvalidError, TooLargeError."""
        path, content = f"/api/v1/secrets/{path_part(name)}", msgspec.json.encode({"value": value})
        return self._connection.ask(Call("PUT", path, content, _JSON), Secret)

    def delete_secret(self, name: str) -> None:
        """Delete a secret. Raises NotFoundError."""
        self._connection.send(Call("DELETE", f"/api/v1/secrets/{path_part(name)}"))

    def workspaces(self) -> list[str]:
        """The names of the workspaces."""
        return [each.name for each in self._get("/api/v1/workspaces", WorkspaceList).workspaces]

    def store(self, content: Mapping[str, bytes], *, again: bool = False) -> None:
        """Hand in blobs by their digest, each once; `again` where the server has lost what we believed it to have."""
        for digest, data in content.items():
            if digest in self._stored and not again:
                continue
            path = f"/api/v1/blobs/{digest}"
            if len(data) < _ASK_FIRST_BYTES or not self._has(path):
                self._connection.send(Call("PUT", path, data, _OCTETS))
            self._stored.add(digest)

    def _has(self, path: str) -> bool:
        try:
            self._connection.send(Call("HEAD", path))
        except NotFoundError:
            return False
        return True

    def _with_content(self, content: Mapping[str, bytes], submit: Callable[[str], Answer]) -> Answer:
        self.store(content)
        key = secrets.token_hex(16)
        try:
            return submit(key)
        except InvalidError as error:
            if not content or "no blob" not in error.message:
                raise
        self.store(content, again=True)
        return submit(key)

    def _get(self, path: str, answer: type[Answer], **query: Any) -> Answer:
        return self._connection.ask(Call("GET", path, query=given(query)), answer)

    def _post(
        self, path: str, message: msgspec.Struct, answer: type[Answer], key: str = "", read_s: float = READ_S
    ) -> Answer:
        return self._connection.ask(_post(path, msgspec.json.encode(message), key, read_s), answer)


def digest_of(content: bytes) -> str:
    """The name under which content is handed in."""
    return hashlib.sha256(content).hexdigest()


def _post(path: str, content: bytes, key: str = "", read_s: float = READ_S) -> Call:
    headers = {**_JSON, "Idempotency-Key": key} if key else _JSON
    return Call("POST", path, content, headers, read_s=read_s)


def given(query: Mapping[str, Any]) -> httpx.QueryParams:
    """A query without what is not given; lists are repeated."""
    return httpx.QueryParams({name: value for name, value in query.items() if value not in (None, "", (), [])})


def _id(workload_id: str) -> str:
    if not workload_id.isalnum() or len(workload_id) > 64:
        raise NotFoundError(f"{workload_id!r} is no workload's id", hint="`tidemill job list` shows them")
    return workload_id


def path_part(name: str) -> str:
    """A name as one part of a path. Raises InvalidError for what cannot be one."""
    if not name or name in (".", ".."):
        raise InvalidError(f"{name!r} is no name", hint="give the name as lists show it")
    return quote(name, safe="")
