"""Models and versions as people name them, and completion of both."""

from collections.abc import Callable
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem

from tidemill.cli.reaching import client_told
from tidemill.kit.errors import InvalidError, NotFoundError, TidemillError
from tidemill.sdk.registry import Registry

_MOST_LOOKED_AT = 1000
_COMPLETED = 50
_LATEST = "latest"

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Named(NamedTuple):
    """A model, or one version of it."""

    name: str
    version: int | None


def model_argument() -> Decorator:
    """A model by its name."""
    return click.argument("name", metavar="NAME", shell_complete=_models)


def version_argument(name: str = "version", metavar: str = "NAME/VERSION") -> Decorator:
    """A version: `NAME/3`, `NAME@champion`, `NAME/latest`."""
    return click.argument(name, metavar=metavar, shell_complete=_models)


def named(registry: Registry, told: str) -> Named:
    """A model, or a version of it by its number, an alias or `latest`. Raises NotFoundError, InvalidError.

    `models:/` before it is harmless, as MLflow's clients have it.
    """
    told = told.removeprefix("models:/").strip("/")
    name, at, alias = told.partition("@")
    if at:
        return Named(name, _of_alias(registry, name, alias))
    name, slash, number = told.partition("/")
    if not slash:
        return Named(name, None)
    if number == _LATEST:
        return Named(name, _latest(registry, name))
    if not number.isdecimal():
        raise InvalidError(f"{number!r} is no version", hint=f"a number, as in {name}/3, or an alias: {name}@champion")
    return Named(name, int(number))


def version_of(registry: Registry, told: str) -> tuple[str, int]:
    """The same where it must be a version; without a number it is the latest."""
    name, version = named(registry, told)
    return name, _latest(registry, name) if version is None else version


def _latest(registry: Registry, name: str) -> int:
    latest = registry.get(name).model.latest_version
    if not latest:
        raise NotFoundError(f"the model {name!r} has no versions", hint=f"tidemill model register SOURCE {name}")
    return latest


def _of_alias(registry: Registry, name: str, alias: str) -> int:
    aliases = registry.get(name).model.aliases
    if alias not in aliases:
        known = ", ".join(sorted(aliases)) or "none"
        raise NotFoundError(f"no version of {name!r} has the alias {alias!r}", hint=f"aliases that it has: {known}")
    return aliases[alias]


def _models(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of models, and versions by alias behind an `@`. Where no server answers, nothing is offered."""
    try:
        with client_told(context) as client:
            found = Registry(client).list_all(_MOST_LOOKED_AT, search=incomplete.partition("@")[0])[0]
    except (TidemillError, OSError):
        return []
    offered = [CompletionItem(each.name, help=f"{each.version_count} versions") for each in found]
    offered += [
        CompletionItem(f"{each.name}@{alias}", help=f"version {version}")
        for each in found
        for alias, version in each.aliases.items()
    ]
    return [item for item in offered if str(item.value).startswith(incomplete)][:_COMPLETED]
