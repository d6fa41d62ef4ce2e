"""`tidemill init`: a project to begin with, which runs as it is."""

import shutil
from pathlib import Path

import click

from tidemill.kit.errors import AlreadyExistsError, NotFoundError

TEMPLATES = {
    "classification": "tell classes apart, in a table of wines",
    "regression": "predict a number, in a table of patients",
    "timeseries": "forecast a series of the air's carbon dioxide",
}
_COMMON = "common"
_HIDDEN = {"gitignore": ".gitignore"}
_LEFT = ("__pycache__", ".pytest_cache")


@click.command()
@click.argument("folder", metavar="[FOLDER]", default="", type=click.Path(file_okay=False))
@click.option(
    "--template",
    required=True,
    type=click.Choice(tuple(TEMPLATES)),
    help="; ".join(f"{name}: {what}" for name, what in TEMPLATES.items()),
)
def init(*, folder: str, template: str) -> None:
    """Begin a project: a pipeline in Python on data that comes with it, a file of settings, cards, and tests.

    Without a FOLDER it is named after the template. What is there already is never overwritten.

    \b
    tidemill init wines --template classification
    """
    place = Path(folder or template)
    sources = (_source(_COMMON), _source(template))
    files = [each for source in sources for each in sorted(source.iterdir()) if each.name not in _LEFT]
    taken = [_named(each.name) for each in files if (place / _named(each.name)).exists()]
    if taken:
        raise AlreadyExistsError(
            f"{place} has {', '.join(taken)} already", hint="name a folder that is new, or has nothing of that name"
        )
    place.mkdir(parents=True, exist_ok=True)
    for each in files:
        if each.is_dir():
            shutil.copytree(each, place / each.name)
        else:
            shutil.copyfile(each, place / _named(each.name))
    click.echo(str(place))
    enter = "" if place.resolve() == Path.cwd() else f"cd {place} && "
    click.echo(f"Made {place} of the template {template}. Next:", err=True)
    click.echo(f"  {enter}pip install -r requirements.txt", err=True)
    click.echo("  python pipeline.py                        here, in one process", err=True)
    click.echo("  tidemill pipeline run pipeline.py --wait  at the server", err=True)


def _named(name: str) -> str:
    return _HIDDEN.get(name, name)


def _source(name: str) -> Path:
    """A folder of templates: beside this file in a wheel, in the examples of a source checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "templates", here.parents[2] / "examples" / "templates"):
        if (folder / name).is_dir():
            return folder / name
    raise NotFoundError(f"this installation of Tidemill lacks the template {name}", hint="install it again")
