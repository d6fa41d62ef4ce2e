"""Options that several commands take."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from tidemill.core.settings import Loaded, all_settings, load_settings

Function = TypeVar("Function", bound=Callable[..., Any])


def setting_options(function: Function) -> Function:
    """Every setting as a flag; the command gets them as keyword arguments, None where not given."""
    for setting in reversed(list(all_settings())):
        option = click.option(setting.flag, setting.name, type=setting.kind, default=None, help=setting.help)
        function = option(function)
    return function


def data_dir_option(function: Function) -> Function:
    """`--data-dir` alone, for commands that look at one server's directory."""
    help_text = "directory of the server's state"
    return click.option("--data-dir", "data_dir", type=str, default=None, help=help_text)(function)


def loaded_settings(flags: Mapping[str, Any], names: Sequence[str] | None = None) -> Loaded:
    """The settings that these flags, the environment and the file make together."""
    return load_settings({name: value for name, value in flags.items() if names is None or name in names})


def data_dir_of(data_dir: str | None) -> Path:
    """The data directory that a command means."""
    return load_settings({"data_dir": data_dir}).settings.data_dir
