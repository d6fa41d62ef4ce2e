"""The models that commands are told of: folders, archives, and addresses at a server."""

import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from tidemill.flavors import folders
from tidemill.flavors.errors import BrokenModelError
from tidemill.sdk.client import Client
from tidemill.sdk.models import Models, is_address


def model_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """MODEL: the command gets its text as `model`."""
    return click.argument("model", metavar="MODEL", shell_complete=_paths)(function)


def allow_pickle_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--allow-pickle`."""
    option = click.option(
        "--allow-pickle", is_flag=True, help="load pickles and the author's own code: only of authors you trust"
    )
    return option(function)


@contextmanager
def opened(model: str, client: Client) -> Generator[Path]:
    """The folder of a model. What is fetched or unpacked for it is removed again."""
    path = Path(model).expanduser()
    if not is_address(model) and path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="tidemill-model-") as made:
        if is_address(model):
            yield Models(client).fetch(model, Path(made))
        elif path.is_file():
            yield folders.unpack(path, Path(made))
        else:
            raise BrokenModelError(
                f"{model} is neither a folder nor an archive nor an address",
                hint="such as ./model, model.zip, models:/NAME/1 or runs:/RUN/model",
            )


def _paths(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(incomplete, type="file")]
