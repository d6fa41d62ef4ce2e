"""Where a failure begins is found in what programs say of it."""

import pytest

from tidemill.compute.logs.failures import error_line
from tidemill.compute.logs.records import lines_of

TRACEBACK = """\
Traceback (most recent call last):
  File "/usr/lib/python3.11/runpy.py", line 9, in run
  File "/home/me/train.py", line 12, in <module>
    main()
  File "/venv/lib/python3.11/site-packages/torch/nn.py", line 3, in forward
ValueError: no
"""
CAUSED = TRACEBACK.replace("train", "first")
CHAINED = f"{CAUSED}\nThe above exception was the direct cause of the following exception:\n\n{TRACEBACK}"
FOREIGN = 'Traceback (most recent call last):\n  File "<frozen importlib>", line 1, in load\nImportError: no\n'


@pytest.mark.parametrize(
    ("said", "at"),
    [
        (f"begin\n{TRACEBACK}", '  File "/home/me/train.py", line 12, in <module>'),
        (CHAINED, '  File "/home/me/first.py", line 12, in <module>'),
        (f"{CAUSED}caught, goes on\n{TRACEBACK}bye\n", '  File "/home/me/train.py", line 12, in <module>'),
        (FOREIGN, "Traceback (most recent call last):"),
        (TRACEBACK.replace("  File", "  \033[35mFile"), '  \033[35mFile "/home/me/train.py", line 12, in <module>'),
        ("warning\n.fine\nfirst of the end\nlast\n", "first of the end"),
        (".fine\n.fine too\n", None),
        ("", None),
    ],
)
def test_the_line_at_which_a_failure_begins(said: str, at: str | None) -> None:
    """Lines that begin with a dot are said on stdout."""
    records = [f"5 {'o' if line.startswith('.') else 'e'} {line}\n" for line in said.splitlines()]
    found = error_line(list(lines_of("".join(records).encode(), 0)))
    assert (found and found.text) == at
