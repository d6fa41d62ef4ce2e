"""The words of `import tidemill as tm`, on one client that all of a process shares."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar, Unpack, overload

from tidemill.sdk.authoring import Pipeline, PipelineWords, make_pipeline
from tidemill.sdk.client import Client
from tidemill.sdk.commands import Files, run_command
from tidemill.sdk.futures import Future
from tidemill.sdk.options import Options, TaskOptions
from tidemill.sdk.tasks import Task, make_task

P = ParamSpec("P")
T = TypeVar("T")


class _Shared:
    client: Client | None = None


def connect(uri: str | None = None, *, workspace: str | None = None) -> Client:
    """From now on work with this server and workspace; what is not given is as the environment says.

    Without it the first call finds the server: TIDEMILL_URI, else the one that runs on this machine.
    """
    if _Shared.client is not None:
        _Shared.client.close()  # what was submitted through it opens it again
    _Shared.client = Client(uri, workspace=workspace)
    return _Shared.client


def submit(  # noqa: PLR0913 - the words that users know from every other system, with their completion
    function: Callable[..., T],
    /,
    *args: Any,
    cpu: float | str = 1,
    memory: int | str = 0,
    gpu: int = 0,
    gpu_model: str = "",
    disk: int | str = 0,
    requirements: Sequence[str] = (),
    python: str = "",
    image: str = "",
    env: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    retries: int = 0,
    timeout: float | None = None,
    priority: int = 0,
    name: str = "",
    labels: Mapping[str, str] | None = None,
    backend: str = "local",
    **kwargs: Any,
) -> Future[T]:
    """Run `function(*args, **kwargs)` elsewhere, in a process of its own, and go on here.

    `sdk/options.py` says what each option means. A function whose own arguments have such names: use `@task`, whose
    `submit` hands all of them on. Raises UnpicklableError before anything is sent, InvalidError for what could never
    start, UnavailableError where no server is.
    """
    options = Options(
        cpu=cpu,
        memory=memory,
        gpu=gpu,
        gpu_model=gpu_model,
        disk=disk,
        requirements=requirements,
        python=python,
        image=image,
        env=env or {},
        secrets=secrets or {},
        retries=retries,
        timeout=timeout,
        priority=priority,
        name=name,
        labels=labels or {},
        backend=backend,
    )
    return Task(shared_client, function, options).submit(*args, **kwargs)


@overload
def task(function: Callable[P, T], /) -> Task[P, T]: ...


@overload
def task(**options: Unpack[TaskOptions]) -> Callable[[Callable[P, T]], Task[P, T]]: ...


def task(function: Any = None, /, **options: Unpack[TaskOptions]) -> Any:
    """Make a function one that can be submitted: `@task` or `@task(cpu=2, memory="4Gi")`.

    Called, it is the function that it was; `.submit(...)` runs it elsewhere, `.map(items)` once for each item.
    """
    return make_task(shared_client, function, options)


def run(
    command: Sequence[str], *, files: Files | None = None, replicas: int = 1, **options: Unpack[TaskOptions]
) -> Future[None]:
    """Run a command elsewhere, in a folder with these files: `run(["python", "train.py"])`.

    `files`: paths (a folder with all in it), or where each goes → where it is; None: the files that the command names.
    `result()` raises WorkloadFailedError where its exit code is not 0.
    """
    return run_command(shared_client(), command, Options(**options), files=files, replicas=replicas)


@overload
def pipeline(function: Callable[P, T], /) -> Pipeline[P, T]: ...


@overload
def pipeline(**options: Unpack[PipelineWords]) -> Callable[[Callable[P, T]], Pipeline[P, T]]: ...


def pipeline(function: Any = None, /, **options: Unpack[PipelineWords]) -> Any:
    """Make a function that calls steps a pipeline: `@pipeline` or `@pipeline(name="training")`.

    Called, it runs here, step by step; `.run(...)` runs it at the server.
    """
    return make_pipeline(shared_client, function, options)


def future(workload_id: str) -> Future[Any]:
    """What was submitted earlier, by its id. Raises NotFoundError."""
    client = shared_client()
    found = client.get(workload_id)
    return Future(client, workload_id, found.workload.name, is_command=found.spec.call is None)


def shared_client() -> Client:
    """The client that all of a process shares; made when it is first asked for."""
    if _Shared.client is None:
        _Shared.client = Client()
    return _Shared.client
