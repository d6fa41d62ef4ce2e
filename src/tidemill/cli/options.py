"""Options that several commands take."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from tidemill.core.settings import Loaded, Setting, all_settings, load_settings

Function = TypeVar("Function", bound=Callable[..., Any])


def setting_options(function: Function) -> Function:
    """Every setting as a flag; the command gets them as keyword arguments, None where not given."""
    for setting in reversed(list(all_settings())):
        function = _option(setting)(function)
    return function


def data_dir_option(function: Function) -> Function:
    """`--data-dir` alone, for commands that look at one server's directory."""
    return _option(next(setting for setting in all_settings() if setting.name == "data_dir"))(function)


def loaded_settings(flags: Mapping[str, Any]) -> Loaded:
    """The settings that these flags, the environment and the file make together."""
    return load_settings(flags)


def data_dir_of(data_dir: str | None) -> Path:
    """The data directory that a command means."""
    return load_settings({"data_dir": data_dir}).settings.data_dir


def _option(setting: Setting) -> Callable[[Function], Function]:
    kind = click.Choice(setting.choices) if setting.choices else setting.kind
    complete = _folders if setting.name == "data_dir" else None
    return click.option(setting.flag, setting.name, type=kind, default=None, help=setting.help, shell_complete=complete)


def _folders(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(incomplete, type="dir")]
