"""Where in the log of a failed process its failure begins, so that a reader need not look for it."""

import re
from collections.abc import Sequence

from tidemill.compute.logs.models import LogLine

_TRACEBACK = "Traceback (most recent call last):"
_CHAINED = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
_FRAME = re.compile(r'[\s|]*File "([^"]+)", line \d+')
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FOREIGN = re.compile(r"^<frozen|[/\\](site-packages|dist-packages|lib[/\\]python\d[^/\\]*|tidemill[/\\]runtime)[/\\]")


def error_line(lines: Sequence[LogLine]) -> LogLine | None:
    """The first frame of the user's own code in the last traceback; without one the begin of the last lines on stderr.

    Of exceptions that led to one another the first counts. None where nothing was said on stderr.
    """
    texts = [_ANSI.sub("", line.text) for line in lines]
    begin = _begin_of_last_traceback(texts)
    if begin is not None:
        return lines[_own_frame(texts, begin)]
    at = max((i for i, line in enumerate(lines) if line.stream == "stderr"), default=None)
    if at is None:
        return None
    while at > 0 and lines[at - 1].stream == "stderr":
        at -= 1
    return lines[at]


def _begin_of_last_traceback(texts: Sequence[str]) -> int | None:
    begins = [i for i, text in enumerate(texts) if _TRACEBACK in text]
    while len(begins) > 1 and _is_chained(texts, begins[-1]):
        begins.pop()
    return begins[-1] if begins else None


def _is_chained(texts: Sequence[str], begin: int) -> bool:
    """Whether what stands before a traceback says that the one above led to it."""
    return any(sentence in text for text in texts[max(0, begin - 2) : begin] for sentence in _CHAINED)


def _own_frame(texts: Sequence[str], begin: int) -> int:
    for at in range(begin + 1, len(texts)):
        if _TRACEBACK in texts[at]:
            break
        frame = _FRAME.match(texts[at])
        if frame is not None and not _FOREIGN.search(frame[1]):
            return at
    return begin
