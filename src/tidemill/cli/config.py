"""`tidemill config`: settings and the origin of their values."""

from typing import Any

import click

from tidemill.cli.options import loaded_settings, setting_options
from tidemill.cli.output import output_option, show_rows
from tidemill.core.settings import all_settings


@click.group()
def config() -> None:
    """Show settings and where their values come from."""


@config.command("list")
@output_option
@setting_options
def list_settings(*, output: str, **flags: Any) -> None:
    """Show every setting, its value, its origin, and how to set it."""
    loaded = loaded_settings(flags)
    rows: list[dict[str, Any]] = []
    for setting in all_settings():
        value = getattr(getattr(loaded.settings, setting.group), setting.name)
        rows.append(
            {
                "setting": setting.name,
                "value": setting.shown(value),
                "origin": loaded.origins[setting.name],
                "flag": setting.flag,
                "environment": setting.variable,
                "default": setting.default,
                "help": setting.help,
            }
        )
    show_rows(rows, output, ("setting", "value", "origin", "flag", "environment"))
