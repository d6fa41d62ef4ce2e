"""Answers as tables for people, or as JSON, YAML or CSV for programs."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click
import msgspec

Function = TypeVar("Function", bound=Callable[..., Any])
Row = Mapping[str, Any]

FORMATS = ("table", "json", "yaml", "csv")


def output_option(function: Function) -> Function:
    """`-o table|json|yaml|csv`."""
    option = click.option(
        "-o", "--output", type=click.Choice(FORMATS), default="table", show_default=True, help="form of the answer"
    )
    return option(function)


def show_rows(rows: Sequence[Row], output: str, columns: Sequence[str], *, err: bool = False) -> None:
    """Print rows; tables and CSV show `columns`, JSON and YAML all that a row has.

    `err` puts them beside a question on standard error: they are not the answer, which a program may read.
    """
    match output:
        case "json":
            click.echo(msgspec.json.format(msgspec.json.encode(rows)).decode(), err=err)
        case "yaml":
            click.echo(msgspec.yaml.encode(list(rows)).decode(), nl=False, err=err)
        case "csv":
            click.echo(_csv(rows, columns), nl=False, err=err)
        case _:
            click.echo(rows_text(rows, columns), err=err)


def show_object(content: Row, output: str) -> None:
    """Print one thing, a line a field in tables and CSV."""
    match output:
        case "json":
            click.echo(msgspec.json.format(msgspec.json.encode(content)).decode())
        case "yaml":
            click.echo(msgspec.yaml.encode(dict(content)).decode(), nl=False)
        case _:
            show_rows([{"field": key, "value": value} for key, value in content.items()], output, ("field", "value"))


def rows_text(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Rows as a table for people."""
    cells = [[column.upper().replace("_", " ") for column in columns]]
    cells += [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(line[position]) for line in cells) for position in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


def _csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
