"""Asking a model without the command line's libraries: `python -m tidemill.flavors.batch MODEL < rows > predictions`.

It is what the container of `tidemill model package` runs: rows on standard input, JSON on standard output.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tidemill.flavors.loading import load_model
from tidemill.flavors.payloads import answer
from tidemill.flavors.rows import FORMATS, read_rows
from tidemill.kit.errors import TidemillError


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict, and give the exit status: 0 done, 1 refused, with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="tidemill.flavors.batch", description="Rows in, predictions out.")
    parser.add_argument("model", type=Path, help="the folder of a model")
    parser.add_argument("--format", choices=FORMATS, default="json", help="of standard input")
    parser.add_argument("--allow-pickle", action="store_true", help="load pickles and the author's own code")
    told = parser.parse_args(arguments)
    try:
        model = load_model(told.model, allow_pickle=told.allow_pickle)
        schema = model.signature.inputs if model.signature else None
        data, params = read_rows(sys.stdin.buffer.read(), told.format, schema)
        sys.stdout.write(answer(model.predict(data, params)) + "\n")
    except TidemillError as error:
        sys.stderr.write(f"error: {error.message}\n" + (f"hint: {error.hint}\n" if error.hint else ""))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
