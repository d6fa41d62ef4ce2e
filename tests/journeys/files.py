"""Files that a run leaves behind: one of each kind that the page can show, and some that it cannot."""

import csv
import io
import json
import math
import struct
import zlib
from pathlib import Path

import pyarrow
import pyarrow.parquet

CSV_ROWS = 40_000
PARQUET_ROWS = 5_000
SCRIPT_ATTEMPTS = 4
"""So many things the script in the HTML file tries that it must not be able to do."""

_HTML = """<!doctype html><html lang="en"><title>Report</title>
<h1>A report from the run</h1>
<ul id="told"></ul>
<script>
async function attempt(what, act) {
  const told = document.createElement("li");
  try { await act(); told.textContent = `${what}: allowed`; } catch { told.textContent = `${what}: refused`; }
  document.getElementById("told").append(told);
}
attempt("the server", () => fetch("/api/v1/home"));
attempt("the storage", () => localStorage.setItem("seen", "1"));
attempt("the cookies", () => document.cookie);
attempt("the page around it", () => top === self ? opener.document.title : parent.document.title);
</script></html>
"""
_MARKDOWN = """# What was tried

Wider layers, **smaller** steps.

| layer | size |
|-------|------|
| first | 128  |

<script>document.title = "taken over"</script>
"""
_CONFIG = {"model": {"layers": [128, 64], "activation": "relu"}, "lr": 0.003, "seeds": [1, 2, 3]}


def write_files(folder: Path) -> None:
    """Fill a folder; it becomes the run's artifacts as it is."""
    (folder / "plots").mkdir()
    for number, name in enumerate(("confusion", "roc", "weights")):
        (folder / "plots" / f"{name}.png").write_bytes(picture(240, 160, number))
    (folder / "config.json").write_text(config_text())
    (folder / "empty.txt").write_bytes(b"")
    (folder / "predictions.csv").write_text(predictions())
    (folder / "README.md").write_text(_MARKDOWN)
    (folder / "report.html").write_text(_HTML)
    (folder / "train.log").write_text("".join(f"epoch {n} loss {1 / n:.5f}\n" for n in range(1, 501)))
    (folder / "weights.bin").write_bytes(bytes(range(256)) * 16)
    columns = {
        "sample": list(range(PARQUET_ROWS)),
        "label": [f"digit {n % 10}" for n in range(PARQUET_ROWS)],
        "score": [math.sin(n / 100) for n in range(PARQUET_ROWS)],
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / "scores.parquet", compression="zstd")


def config_text() -> str:
    """A small JSON document."""
    return json.dumps(_CONFIG)


def predictions() -> str:
    """A CSV of about 2 MB, with what makes CSV hard: quotes, commas and line ends inside of a cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["sample", "predicted", "remark", "confidence"])
    writer.writerow([0, 7, 'blurred, "maybe" a 1', 0.51])
    writer.writerows(
        [n, n % 10, f"scanned on day {n % 365}", f"{(n * 37 % 1000) / 1000:.17f}"] for n in range(1, CSV_ROWS)
    )
    return text.getvalue()


def picture(width: int, height: int, shade: int) -> bytes:
    """A PNG of a gradient."""
    rows = b"".join(
        b"\0" + bytes(value for x in range(width) for value in (x % 256, y % 256, shade * 90 % 256))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
