"""Functions that can be sent: `@task`, one call or many."""

import operator
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, Unpack, overload

from tidemill.kit.errors import InvalidError
from tidemill.sdk.client import MOST_ITEMS, Client, digest_of
from tidemill.sdk.futures import Future
from tidemill.sdk.groups import FutureGroup
from tidemill.sdk.messages import Item, RemoteCall, Spec
from tidemill.sdk.options import Options, TaskOptions
from tidemill.sdk.pickling import LARGE_BYTES, pickle_arguments, pickle_function, with_arguments

P = ParamSpec("P")
T = TypeVar("T")

_MOST_BATCH_BYTES = 8 << 20
_KIND = "task"


class Task(Generic[P, T]):
    """A function that can be called here, or submitted to run elsewhere with what its options ask for.

    What it refers to is written down when it is submitted, so that it sees globals as they are then.
    """

    __name__: str

    def __init__(self, client: Callable[[], Client], function: Callable[P, T], options: Options) -> None:
        if not callable(function):
            raise InvalidError(f"{function!r} is no function", hint="@task stands above a function: @task(cpu=2)")
        self._client = client
        self._function = function
        self._options = options
        self._name = options.name or str(getattr(function, "__name__", type(function).__name__)).strip("<>")
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call it here and now, as any function."""
        return self._function(*args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """As a method: a call here has its object; to submit one, submit `object.method` itself."""
        return self if instance is None else self._function.__get__(instance, owner)  # pyright: ignore[reportFunctionMemberAccess]

    def __reduce__(self) -> Any:
        # Where it is sent it is the function alone: there need be no SDK there.
        return operator.itemgetter(0), ((self._function,),)

    def options(self, **changed: Unpack[TaskOptions]) -> "Task[P, T]":
        """The same function with other options; those that are not given stay."""
        return Task(self._client, self._function, replace(self._options, **changed))

    def submit(self, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue one call. Raises UnpicklableError before anything is sent, InvalidError for what could never start."""
        function, arguments = _call_of(self._function, args, kwargs)
        digest = digest_of(function)
        spec = self._spec(digest, arguments)
        client = self._client()
        workload_id = client.submit(spec, name=self._name, content={digest: function})
        return Future(client, workload_id, self._name)

    def map(self, *iterables: Iterable[Any], progress: bool | None = None, **keywords: Any) -> FutureGroup[T]:
        """Queue a call for each item, as the builtin `map` would make it; `keywords` are given to each call.

        The function is sent once, the calls up to 1,000 at a time. Raises UnpicklableError, InvalidError.
        """
        if not iterables:
            raise InvalidError("there is nothing to map over", hint="map(items), or map(firsts, seconds)")
        client = self._client()
        group = f"{_safe(self._name)}-{secrets.token_hex(4)}"
        sending = _Sending(client, self._spec, self._function, self._name, group)
        for number, arguments in enumerate(zip(*iterables, strict=False)):
            sending.add(number, arguments, keywords)
        return FutureGroup(client, sending.finished(), self._name, group, progress=progress)

    def _spec(self, digest: str, arguments: bytes) -> Spec:
        return self._options.spec(kind=_KIND, call=RemoteCall(function=digest, arguments=arguments))


class _Sending:
    """Gathers calls into batches, and sends one when it is full. Calls with large arguments go one by one."""

    def __init__(
        self,
        client: Client,
        spec: Callable[[str, bytes], Spec],
        function: Callable[..., Any],
        name: str,
        group: str,
    ) -> None:
        self._client = client
        self._spec = spec
        self._function = function
        self._pickled = pickle_function(function)
        self._name = name
        self._group = group
        self._items: list[Item] = []
        self._size = 0
        self._futures: list[Future[Any]] = []

    def add(self, number: int, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> None:
        name = f"{self._name}-{number}"
        pickled = pickle_arguments(arguments, keywords)
        if len(pickled) > LARGE_BYTES:
            self._send()
            whole = with_arguments(self._function, arguments, keywords)
            digest = digest_of(whole)
            spec = self._spec(digest, b"")
            sent = self._client.submit(spec, name=name, group=self._group, content={digest: whole})
            self._futures.append(Future(self._client, sent, name))
            return
        self._items.append(Item(name, pickled))
        self._size += len(pickled)
        if len(self._items) == MOST_ITEMS or self._size > _MOST_BATCH_BYTES:
            self._send()

    def finished(self) -> list[Future[Any]]:
        """All of them, in order."""
        self._send()
        return self._futures

    def _send(self) -> None:
        if not self._items:
            return
        digest = digest_of(self._pickled)
        template, content = self._spec(digest, b""), {digest: self._pickled}
        ids = self._client.submit_many(template, self._items, name=self._name, group=self._group, content=content)
        named = zip(ids, self._items, strict=True)
        self._futures += [Future(self._client, each, item.name) for each, item in named]
        self._items, self._size = [], 0


@overload
def make_task(client: Callable[[], Client], function: Callable[P, T], options: TaskOptions) -> Task[P, T]: ...


@overload
def make_task(
    client: Callable[[], Client], function: None, options: TaskOptions
) -> Callable[[Callable[P, T]], Task[P, T]]: ...


def make_task(client: Callable[[], Client], function: Any, options: TaskOptions) -> Any:
    """A task of this function, or what makes one of the function below it."""
    chosen = Options(**options)
    if function is not None:
        return Task(client, function, chosen)

    def make(below: Callable[..., Any]) -> Task[..., Any]:
        return Task(client, below, chosen)

    return make


def _call_of(function: Callable[..., Any], args: tuple[Any, ...], keywords: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """A function and its arguments; where those are large, the function has them with it."""
    arguments = pickle_arguments(args, keywords)
    if len(arguments) > LARGE_BYTES:
        return with_arguments(function, args, keywords), b""
    return pickle_function(function), arguments


def _safe(name: str) -> str:
    """A name as a group may have it."""
    kept: Iterator[str] = (letter if letter.isascii() and letter.isalnum() else "-" for letter in name[:100])
    return "".join(kept).strip("-") or _KIND
