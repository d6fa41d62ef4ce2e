"""One call, in a process of its own that was forked for it: what is prepared before the fork, and all until its exit.

What a fork writes to is copied page by page, so that whatever can be set before the fork is: environment, path, folder.
This module alone sets the process's environment variables, which is why it may touch os.environ.
"""

import atexit
import contextlib
import gc
import importlib
import marshal
import os
import pickle
import signal
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from tidemill.runtime.cgroups import Group
from tidemill.runtime.channel import (
    INLINE_BYTES,
    NOT_STARTED,
    NOTE,
    RAISED,
    RAISED_FILE,
    RESULT,
    RESULT_FILE,
    tell,
    tell_into,
)
from tidemill.runtime.kernel import SIGHUP, SIGINT, SIGTERM, die_with_parent, let_signals, name_process
from tidemill.runtime.results import (
    CommandFailedError,
    UnsendableResultError,
    pack_error,
    pack_value,
    summary,
    traceback_text,
)
from tidemill.runtime.workplaces import own_folder

_signal: Any = importlib.import_module("_signal")
"""What `signal` stands on; its own functions make enumerations of numbers, which costs a fork a tenth of its time."""
_RAISED_CODE = 1
_NOT_STARTED_CODE = 127
HELD_SIGNALS = (SIGTERM, SIGINT, SIGHUP, int(signal.SIGCHLD))
"""Held back from the fork until the process has handlers of its own."""
ORDER_BYTES = 60 * 1024
"""The largest order: a pipe that is empty takes it at once."""
_SIZE_BYTES = 4
_LEAST_TOLD = 16 * 1024 * 1024
_NO_ARGUMENTS: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})
_LOADED_FOR = {"tidemill.runtime.steps:run": ("tidemill.runtime.steps", "kfp.dsl.executor")}
"""What calls of an entry have in common."""
_not_found: set[str] = set()
_OWN_PATH = list(sys.path)
"""The environment's."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to run, and where."""

    key: str
    folder: str
    """The process's own, absolute: where a large result goes. Whoever puts something there makes it."""
    work: str
    """Where the call finds itself."""
    variables: dict[str, str]
    entry: str
    """"package.module:function"; empty: `function` is its pickle."""
    function: bytes
    arguments: bytes
    """A pickled (args, kwargs); empty: none."""
    max_result_bytes: int
    parent: int
    """The fork server's pid."""
    group: Group | None = None
    """The control group to be in, whose limits hold for us."""


def prepare(task: Task) -> None:
    """Before the fork: have what the fork shall inherit."""
    for name in os.environ.keys() - task.variables.keys():
        del os.environ[name]
    for name, value in task.variables.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    path = filter(None, task.variables.get("PYTHONPATH", "").split(os.pathsep))
    sys.path[:] = [task.work, *path, *_OWN_PATH]
    sys.argv[:] = [task.entry or "tidemill-task"]
    for module in _to_load(task):
        _load(module)


def needs_loading(task: Task) -> bool:
    """Whether `prepare` would load something that calls to come will need too."""
    return any(_to_load(task))


def _to_load(task: Task) -> Iterator[str]:
    wanted = _LOADED_FOR.get(task.entry, ())
    for module in ("cloudpickle",) if b"cloudpickle" in task.function else wanted:
        if module not in sys.modules and module not in _not_found:
            yield module


def run_task(task: Task, descriptors: tuple[int, int, int], foreign: Iterable[int]) -> NoReturn:
    """After the fork, in it; `descriptors` are its output, errors and channel, `foreign` what is not its own."""
    _run(lambda: task, task.parent, descriptors, foreign)


def run_ordered(order: int, parent: int, descriptors: tuple[int, int, int], foreign: Iterable[int]) -> NoReturn:
    """The same in a fork that was made ahead: the task comes through a pipe, and there may never be one."""

    def ordered() -> Task:
        task = _read_order(order, parent)
        prepare(task)
        return task

    _run(ordered, parent, descriptors, foreign)


def encode_order(task: Task) -> bytes:
    """A task without a control group, for a fork that waits for it."""
    words = (task.key, task.folder, task.work, task.variables, task.entry)
    order = marshal.dumps((*words, task.function, task.arguments, task.max_result_bytes))
    return len(order).to_bytes(_SIZE_BYTES, "big") + order


def _read_order(order: int, parent: int) -> Task:
    """The task; without one this process ends."""
    content = os.read(order, _SIZE_BYTES + ORDER_BYTES)
    os.close(order)
    if len(content) < _SIZE_BYTES or len(content) != _SIZE_BYTES + int.from_bytes(content[:_SIZE_BYTES], "big"):
        os._exit(0)
    return Task(*marshal.loads(content[_SIZE_BYTES:]), parent=parent)  # noqa: S302 - our own parent wrote it


def _run(
    task_of: Callable[[], Task], parent: int, descriptors: tuple[int, int, int], foreign: Iterable[int]
) -> NoReturn:
    code = _NOT_STARTED_CODE
    try:
        _settle(parent, descriptors, foreign)
        task = task_of()
        _go_to(task)
        code = _outcome(task)
        _wind_up()
    except BaseException as error:  # noqa: BLE001 - whatever it is, this process ends here and says why
        tell(NOT_STARTED, f"the process could not be set up: {summary(error)}".encode())
    finally:
        os._exit(code)


def _settle(parent: int, descriptors: tuple[int, int, int], foreign: Iterable[int]) -> None:
    """Become a process like any other: own session, descriptors, signals and randomness."""
    os.setsid()
    die_with_parent()
    if os.getppid() != parent:  # it was killed before we could ask to be told
        os._exit(_NOT_STARTED_CODE)
    for descriptor in foreign:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    output, errors, channel = descriptors
    os.dup2(output, 1)
    os.dup2(errors, 2)
    os.close(output)
    os.close(errors)
    tell_into(channel)
    _signal.set_wakeup_fd(-1)
    for number in HELD_SIGNALS:
        _signal.signal(number, _signal.default_int_handler if number == SIGINT else _signal.SIG_DFL)
    let_signals(HELD_SIGNALS)
    name_process("tm-task")
    if (numeric := sys.modules.get("numpy.random")) is not None:
        numeric.seed()  # the standard library's own generator does so by itself
    gc.enable()


def _go_to(task: Task) -> None:
    if task.group is not None:
        task.group.enter()
    os.chdir(task.work)


def _outcome(task: Task) -> int:
    """Run the call and tell what it gave; returns the exit code."""
    try:
        value = _call(task)
        _tell_result(task, pack_value(value), RESULT, RESULT_FILE)
        return 0
    except SystemExit as leaving:
        return _leave(task, leaving)
    except BaseException as error:  # noqa: BLE001 - whatever the call raises goes to whoever waits for it
        shown = error.__cause__ if isinstance(error, UnsendableResultError) else None
        print(traceback_text(error) if shown is None else f"{error}\n", end="", file=sys.stderr)  # noqa: T201
        tell(NOTE, summary(error).encode(errors="replace"))
        _tell_error(task, error)
        return _RAISED_CODE


def _call(task: Task) -> Any:
    function = _function(task)
    arguments, keywords = pickle.loads(task.arguments) if task.arguments else _NO_ARGUMENTS  # noqa: S301 - the caller's own call
    value = function(*arguments, **keywords)
    if hasattr(value, "__await__"):
        return importlib.import_module("asyncio").run(_awaited(value))
    if isinstance(value, types.GeneratorType | types.AsyncGeneratorType):
        raise TypeError("the call gave a generator, which cannot leave its process: return a list of what it yields")
    return value


def _function(task: Task) -> Callable[..., Any]:
    if not task.entry:
        return pickle.loads(task.function)  # noqa: S301 - the caller's own call
    module, _, name = task.entry.partition(":")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


async def _awaited(value: Any) -> Any:
    return await value


def _leave(task: Task, leaving: SystemExit) -> int:
    """`sys.exit`: nothing or 0 is a success without a value, a text is said and fails, as in any program."""
    if leaving.code is None or leaving.code == 0:
        _tell_result(task, pack_value(None), RESULT, RESULT_FILE)
        return 0
    if not isinstance(leaving.code, int):
        print(leaving.code, file=sys.stderr)  # noqa: T201
    note = "" if isinstance(leaving, CommandFailedError) else f"sys.exit({leaving.code!r})"
    tell(NOTE, note[:1000].encode(errors="replace"))
    _tell_error(task, leaving)
    return leaving.code & 0xFF if isinstance(leaving.code, int) else _RAISED_CODE


def _tell_error(task: Task, error: BaseException) -> None:
    _tell_result(task, pack_error(error), RAISED, RAISED_FILE)


def _tell_result(task: Task, data: bytes, inline: bytes, file: bytes) -> None:
    if len(data) <= INLINE_BYTES:
        tell(inline, data)
        return
    if len(data) > max(task.max_result_bytes, _LEAST_TOLD if inline == RAISED else 0):
        raise UnsendableResultError(
            f"what the call gave takes {len(data):,} bytes, and {task.max_result_bytes:,} is the most: "
            "write a file or log an artifact, and return where it is"
        )
    own_folder(task.folder)
    with open(os.path.join(task.folder, "result"), "wb") as written:
        written.write(data)
    tell(file, b"")


def _wind_up() -> None:
    """What the interpreter does at its end, as far as a fork must: wait for threads, call what waits for it, flush."""
    if (threading := sys.modules.get("threading")) is not None:
        threading._shutdown()  # noqa: SLF001 - as multiprocessing's forks do
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage] # noqa: SLF001 - as multiprocessing's forks do
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # closed by the call, or nobody reads any more
            continue


def _load(module: str) -> None:
    """Load a module before the fork, so that this fork and all later ones have it."""
    try:
        importlib.import_module(module)
    except ImportError:
        _not_found.add(module)
        return  # the task will say so
    gc.collect()
    gc.freeze()
