"""Writes the table of docs/settings.md from the settings themselves: `python -m scripts.settings_page`.

Unlike its neighbours it needs the project's own environment, `.venv`.
"""

import sys

from scripts import terminal
from tidemill.core.settings import Setting, all_settings

PAGE = terminal.ROOT / "docs" / "settings.md"
_BEGIN = "<!-- settings: written by `make fix` -->\n"
_END = "<!-- end of settings -->\n"


def main() -> int:
    """Bring the page up to date."""
    PAGE.write_text(_written_anew(PAGE.read_text()))
    return 0


def is_current() -> bool:
    """Whether the page lists every setting as it is."""
    text = PAGE.read_text()
    return _written_anew(text) == text


def _written_anew(text: str) -> str:
    before, rest = text.split(_BEGIN)
    after = rest.split(_END)[1]
    return f"{before}{_BEGIN}\n{_table()}\n{_END}{after}"


def _table() -> str:
    rows = [
        "| setting | flag | environment | default | meaning |",
        "| --- | --- | --- | --- | --- |",
        *(_row(setting) for setting in all_settings()),
    ]
    return "\n".join(rows) + "\n"


def _row(setting: Setting) -> str:
    default = f"`{setting.default}`" if setting.default != "" else ""
    meaning = f"{setting.help} (never shown)" if setting.secret else setting.help
    return f"| `{setting.name}` | `{setting.flag}` | `{setting.variable}` | {default} | {meaning.replace('|', '/')} |"


if __name__ == "__main__":
    sys.exit(main())
