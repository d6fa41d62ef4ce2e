"""Taking secrets out of what a process says: each value is shown as `***`.

A value of several lines is masked line by line, since a log is kept so. What is shorter than four characters is not
masked: it would be found in everything. Nor is what was changed on its way, such as Base64 of a value: this spares a
secret from being printed by accident, and is no wall against whoever runs the program.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_CHARACTERS = 4
MASK = b"***"


class Masks:
    """The texts to mask of one process; false where there are none."""

    __slots__ = ("_hidden",)

    def __init__(self, values: "Iterable[str]" = ()) -> None:
        lines = {line for value in values for line in value.replace("\r", "\n").split("\n")}
        self._hidden = sorted(line.encode() for line in lines if len(line) >= LEAST_CHARACTERS)

    def __bool__(self) -> bool:
        return bool(self._hidden)

    def masked(self, text: bytes) -> bytes:
        """The text with each value in it, and those that overlap together, replaced."""
        pieces: list[bytes] = []
        start = 0
        for begin, end in self._found(text):
            pieces += (text[start:begin], MASK)
            start = end
        return b"".join([*pieces, text[start:]]) if pieces else text

    def open_end(self, text: bytes) -> int:
        """How many bytes at the end may be the begin of a value whose rest has not come yet."""
        cut = min([len(text), *(_open_begin(text, hidden) for hidden in self._hidden)])
        # What is found whole and reaches over the cut must not be torn there.
        return len(text) - min([cut, *(begin for begin, end in self._found(text) if begin < cut < end)])

    def _found(self, text: bytes) -> "list[tuple[int, int]]":
        """Where values lie, as (begin, end), in order and apart from each other."""
        found: list[tuple[int, int]] = []
        for hidden in self._hidden:
            at = text.find(hidden)
            while at >= 0:
                found.append((at, at + len(hidden)))
                at = text.find(hidden, at + 1)
        apart: list[tuple[int, int]] = []
        for begin, end in sorted(found):
            if apart and begin < apart[-1][1]:
                apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
            else:
                apart.append((begin, end))
        return apart


def _open_begin(text: bytes, hidden: bytes) -> int:
    """Where the longest end of the text begins that is a begin of the value, and not all of it."""
    at = text.find(hidden[:1], max(0, len(text) - len(hidden) + 1))
    while at >= 0:
        if text.endswith(hidden[: len(text) - at]):
            return at
        at = text.find(hidden[:1], at + 1)
    return len(text)
