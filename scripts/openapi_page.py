"""Writes docs/openapi.json from the server's routes: `python -m scripts.openapi_page`. The page's types come from it.

Like the settings' page it needs the project's own environment, `.venv`.
"""

import json
import sys
import tempfile

from scripts import terminal
from tidemill.core.settings import load_settings
from tidemill.server.assembly import build_server
from tidemill.server.openapi import OpenApi

PAGE = terminal.ROOT / "docs" / "openapi.json"


def main() -> int:
    """Bring the document up to date."""
    PAGE.write_text(_document())
    return 0


def is_current() -> bool:
    """Whether the document says what the server serves."""
    return PAGE.exists() and PAGE.read_text() == _document()


def _document() -> str:
    with tempfile.TemporaryDirectory() as folder:
        server = build_server(load_settings({"data_dir": folder}, {}).settings)
        try:
            content = OpenApi(server.routes).document
        finally:
            server.database.close()
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.exit(main())
