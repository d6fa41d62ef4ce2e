"""Lightweight Python components of kfp, known by their command: pip installs, then a program and the function in it.

kfp writes `sh -c "... pip install 'kfp==X' --no-deps ... && pip install 'pandas' && \"$0\" \"$@\"" sh -ec
"... python3 -m kfp.dsl.executor_main ..." PROGRAM --executor_input {{$}} --function_to_execute NAME`, 2.0 to 2.17.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from tidemill.compute import Environment
from tidemill.pipelines.ir.spec import ContainerSpec
from tidemill.runtime.lightweight import OWN

_EXECUTORS = ("kfp.dsl.executor_main", "kfp.components.executor_main")
"""From kfp 2.1 on, and before."""
_FUNCTION = "--function_to_execute"
_INDEXES, _TRUSTED = ("--index-url", "-i", "--extra-index-url"), "--trusted-host"
_USUAL = ("https://pypi.org/simple", "https://pypi.org/simple/")
"""What is asked anyway, or what the administrator has set in its place."""
_WITH_A_VALUE = (*_INDEXES, _TRUSTED, "--find-links", "-f", "--target")
_PYTHON_IMAGE = re.compile(r"(?:.*/)?python:(\d{1,2}\.\d{1,3})(?:[.-].*)?(?:@.*)?")
_ENDS = ("&&", "||", ";", "|", "fi")


@dataclass(frozen=True, slots=True)
class Lightweight:
    """A function in a program, and what it needs installed."""

    program: str
    function: str
    environment: Environment


def lightweight(container: ContainerSpec) -> Lightweight | None:
    """The component that kfp made this container of; None for any other."""
    return _known(container.command, container.args)


@lru_cache(256)
def _known(words: tuple[str, ...], args: tuple[str, ...]) -> Lightweight | None:
    """All iterations of a loop have the same command."""
    at = next((number for number, word in enumerate(words) if any(each in word for each in _EXECUTORS)), None)
    if at is None or at != len(words) - 2 or _FUNCTION not in args[:-1]:
        return None
    function = args[args.index(_FUNCTION) + 1]
    installs = [install for script in words[:at] for install in _installs(script)]
    bare = tuple(package for options, packages in installs if "--no-deps" in options for package in packages)
    requirements = tuple(
        package for options, packages in installs if "--no-deps" not in options for package in packages
    )
    options = [option for each, _ in installs for option in each.items()]
    indexes = [index for name, values in options if name in _INDEXES for index in values if index not in _USUAL]
    hosts = [_host(each) for name, values in options if name == _TRUSTED for each in values]
    if words[-1].startswith(OWN):
        bare = ()
    environment = Environment(
        requirements=requirements,
        bare=bare,
        indexes=tuple(dict.fromkeys(indexes)),
        trusted_hosts=tuple(dict.fromkeys(hosts)) if indexes else (),
    )
    return Lightweight(words[-1], function, environment)


def python_of(image: str) -> str:
    """The Python that an image names, "3.11" of `python:3.11-slim`; empty where it names none."""
    found = _PYTHON_IMAGE.fullmatch(image)
    return found[1] if found is not None else ""


def is_in_its_image(container: ContainerSpec) -> bool:
    """Whether it is a Python component whose code its image holds (`target_image`)."""
    return any(each in container.command for each in _EXECUTORS) and _FUNCTION in container.args[:-1]


def _host(url: str) -> str:
    """kfp gives pip whole URLs for hosts that are to be trusted."""
    return urlsplit(url).netloc or url


def _installs(script: str) -> Iterator[tuple[Mapping[str, Sequence[str]], Sequence[str]]]:
    """Options with their values, and packages, of each `pip install` of a script."""
    try:
        words = shlex.split(script)
    except ValueError:
        return
    for number, word in enumerate(words):
        if word.endswith("pip") and words[number + 1 : number + 2] == ["install"]:
            yield _install(words[number + 2 :])


def _install(words: Sequence[str]) -> tuple[Mapping[str, Sequence[str]], Sequence[str]]:
    options, packages = dict[str, list[str]](), list[str]()
    rest = iter(words)
    for word in rest:
        if word in _ENDS:
            break
        if word.startswith("-"):
            name, joined, value = word.partition("=")
            values = options.setdefault(name, [])
            if joined:
                values.append(value)
            elif name in _WITH_A_VALUE:
                values.append(next(rest, ""))
        else:
            packages.append(word)
    return options, packages
