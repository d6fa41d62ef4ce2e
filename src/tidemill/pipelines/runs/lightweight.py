"""Lightweight Python components of kfp, known by their command: pip installs, then a program and the function in it.

kfp writes `sh -c "... pip install 'kfp==X' --no-deps ... && pip install 'pandas' && \"$0\" \"$@\"" sh -ec
"... python3 -m kfp.dsl.executor_main ..." PROGRAM --executor_input {{$}} --function_to_execute NAME`, 2.0 to 2.17.
"""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tidemill.compute import Environment
from tidemill.pipelines.ir.spec import ContainerSpec

_EXECUTORS = ("kfp.dsl.executor_main", "kfp.components.executor_main")
"""From kfp 2.1 on, and before."""
_FUNCTION = "--function_to_execute"
_WITH_A_VALUE = ("--index-url", "--extra-index-url", "--trusted-host", "-i", "--find-links", "-f", "--target")
_ENDS = ("&&", "||", ";", "|", "fi")


@dataclass(frozen=True, slots=True)
class Lightweight:
    """A function in a program, and what it needs installed."""

    program: str
    function: str
    environment: Environment


def lightweight(container: ContainerSpec) -> Lightweight | None:
    """The component that kfp made this container of; None for any other."""
    words = container.command
    at = next((number for number, word in enumerate(words) if any(each in word for each in _EXECUTORS)), None)
    if at is None or at != len(words) - 2 or _FUNCTION not in container.args[:-1]:
        return None
    function = container.args[container.args.index(_FUNCTION) + 1]
    installs = [install for script in words[:at] for install in _installs(script)]
    bare = tuple(package for options, packages in installs if "--no-deps" in options for package in packages)
    requirements = tuple(
        package for options, packages in installs if "--no-deps" not in options for package in packages
    )
    return Lightweight(words[-1], function, Environment(requirements=requirements, bare=bare))


def _installs(script: str) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Options and packages of each `pip install` of a script."""
    try:
        words = shlex.split(script)
    except ValueError:
        return
    for number, word in enumerate(words):
        if word.endswith("pip") and words[number + 1 : number + 2] == ["install"]:
            yield _install(words[number + 2 :])


def _install(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    options, packages = list[str](), list[str]()
    rest = iter(words)
    for word in rest:
        if word in _ENDS:
            break
        if word.startswith("-"):
            options.append(word)
            if word in _WITH_A_VALUE:
                next(rest, None)
        else:
            packages.append(word)
    return options, packages
