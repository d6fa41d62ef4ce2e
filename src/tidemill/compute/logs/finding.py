"""Finding the records of a block of a log that hold a text, or match an expression."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from tidemill.compute.logs.expressions import Matcher, Node, literal_in


class Finder(Protocol):
    """Looks through a block of whole records. Runs on a thread."""

    def find(self, block: bytes) -> list[int]:
        """Where the records begin that are looked for, ascending."""
        ...


class TextFinder:
    """Finds a text as it stands; in any case only one of ASCII."""

    def __init__(self, text: str, *, any_case: bool = False) -> None:
        self._needle = (text.lower() if any_case else text).encode("utf-8", "surrogatepass")
        self._any_case = any_case

    def find(self, block: bytes) -> list[int]:
        return [begin for begin, _ in self.spans(block)]

    def spans(self, block: bytes) -> Iterator[tuple[int, int]]:
        """Begin and end of each record that has it."""
        searched = block.lower() if self._any_case else block
        at = searched.find(self._needle)
        while at >= 0:
            begin = block.rfind(b"\n", 0, at) + 1
            end = block.find(b"\n", at)
            end = len(block) if end < 0 else end
            text = _text_begin(block, begin)
            if at >= text or searched.find(self._needle, text, end) >= 0:
                yield begin, end
            at = searched.find(self._needle, end + 1) if end < len(block) else -1


class ExpressionFinder:
    """Finds what an expression matches. Where each match must hold a text, only lines that have it are looked at."""

    def __init__(self, node: Node) -> None:
        literal = literal_in(node)
        self._matcher = Matcher(node)
        self._first = TextFinder(literal, any_case=True) if literal else None

    def find(self, block: bytes) -> list[int]:
        spans = list(_all_spans(block) if self._first is None else self._first.spans(block))
        if not spans:
            return []
        texts = [block[_text_begin(block, begin) : end] for begin, end in spans]
        codes = np.frombuffer(b"\n".join(texts).decode("utf-8", "replace").encode("utf-32-le"), dtype="<u4")
        ends = np.append(np.flatnonzero(codes == ord("\n")), len(codes))
        begins = np.append(0, ends[:-1] + 1)
        return [spans[row][0] for row in np.flatnonzero(self._matcher.find(codes, begins, ends)).tolist()]


def _all_spans(block: bytes) -> Iterator[tuple[int, int]]:
    begin = 0
    for record in block.split(b"\n"):
        if record:
            yield begin, begin + len(record)
        begin += len(record) + 1


def _text_begin(block: bytes, begin: int) -> int:
    """Where the text of a record begins, behind its time and stream."""
    return block.find(b" ", block.find(b" ", begin) + 1) + 1
