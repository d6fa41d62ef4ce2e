"""The `tidemill` command: a thin tree whose branches are imported only when they are used."""

from tidemill.cli.main import main

__all__ = ["main"]
