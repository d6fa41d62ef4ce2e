"""Predictions as commands write them."""

from pathlib import Path
from typing import Any

import click

from tidemill.flavors import InputError, libraries, payloads
from tidemill.flavors.plain import plain


def write_predictions(predictions: Any, target: str | None) -> None:
    """Print predictions as JSON, or write them to a file: as CSV where it is called so, else as JSON."""
    if target is None:
        click.echo(payloads.answer(predictions))
        return
    path = Path(target).expanduser()
    if path.suffix.lower() == ".csv":
        _frame(predictions).to_csv(path, index=False)
    else:
        path.write_text(payloads.answer(predictions) + "\n", encoding="utf-8")
    click.echo(str(path))


def _frame(predictions: Any) -> Any:
    pandas = libraries.load("pandas")
    if isinstance(predictions, pandas.DataFrame):
        return predictions
    try:
        table = pandas.DataFrame(plain(predictions))
    except ValueError as error:
        raise InputError(f"the predictions are no table: {error}", hint="write them to a .json file") from error
    return table.rename(columns={0: "prediction"}) if list(table.columns) == [0] else table
