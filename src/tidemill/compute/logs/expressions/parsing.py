"""Reading an expression. It is written as in Python, and what would need more than a finite automaton is refused.

`\\d`, `\\w` and `\\s` mean ASCII only, as in RE2.
"""

from tidemill.compute.logs.expressions.nodes import (
    MOST_CODE_POINT,
    Chain,
    Chars,
    Choice,
    Edge,
    Node,
    Ranges,
    Repeat,
    all_but,
    in_any_case,
    united,
)
from tidemill.kit.errors import InvalidError

MOST_PATTERN = 1000
MOST_REPEATS = 1000
_MOST_DEPTH = 50

_DIGITS: Ranges = ((48, 57),)
_WORDS: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACES: Ranges = ((9, 13), (32, 32))
_CLASSES = {
    "d": _DIGITS,
    "w": _WORDS,
    "s": _SPACES,
    "D": all_but(_DIGITS),
    "W": all_but(_WORDS),
    "S": all_but(_SPACES),
}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "a": 7}
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
_ANY: Ranges = ((0, MOST_CODE_POINT),)


def parse(pattern: str, *, any_case: bool = False) -> Node:
    """The tree of an expression. Raises InvalidError that says what is wrong, and where."""
    if len(pattern) > MOST_PATTERN:
        raise InvalidError(f"an expression has at most {MOST_PATTERN} characters", hint="search for a part of it")
    return _Reader(pattern, any_case).read()


class _Reader:
    def __init__(self, pattern: str, any_case: bool) -> None:
        self._pattern = pattern
        self._any_case = any_case
        self._at = 0
        self._depth = 0

    def read(self) -> Node:
        node = self._choice()
        if self._at < len(self._pattern):
            raise self._wrong("a ) without a (", "write \\) for the character")
        return node

    def _choice(self) -> Node:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise self._wrong("too many groups in one another", "write it flatter")
        parts = [self._chain()]
        while self._take("|"):
            parts.append(self._chain())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _chain(self) -> Node:
        parts: list[Node] = []
        while self._at < len(self._pattern) and self._peek() not in "|)":
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Chain(tuple(parts))

    def _repeated(self, node: Node) -> Node:
        times = self._times()
        if times is None:
            return node
        if not self._take("?") and self._peek() == "+":  # which match is shortest is nothing to a line that matches
            raise self._wrong("a possessive repetition", "write it without the second +")
        if self._times() is not None:
            raise self._wrong("a repetition of a repetition", "put a group around the first: (a*)+")
        return Repeat(node, *times)

    def _times(self) -> tuple[int, int | None] | None:
        for sign, times in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return times
        if self._peek() != "{":
            return None
        end = self._pattern.find("}", self._at)
        least, comma, most = self._pattern[self._at + 1 : max(end, self._at + 1)].partition(",")
        if end < 0 or not (least + most).isdecimal() or not (least + most).isascii():
            return None  # then { is a character, as in Python
        self._at = end + 1
        low = int(least or 0)
        high = (int(most) if most else None) if comma else low
        if max(low, high or 0) > MOST_REPEATS or (high is not None and high < low):
            raise self._wrong(f"a repetition of {low} to {most or low} times", f"repeat up to {MOST_REPEATS} times")
        return low, high

    def _atom(self) -> Node:
        char = self._next()
        match char:
            case "(":
                return self._group()
            case "[":
                return self._chars(self._set())
            case ".":
                return Chars(_ANY)
            case "^" | "$":
                return Edge(is_end=char == "$")
            case "\\":
                return self._chars(self._escaped())
            case "*" | "+" | "?":
                raise self._wrong(f"a {char} with nothing before it", f"write \\{char} for the character")
            case _:
                return self._chars(_one(char))

    def _group(self) -> Node:
        if self._take("?") and not self._take(":"):
            raise self._wrong("a group that begins with (?", "groups are (...) or (?:...); case=false ignores case")
        node = self._choice()
        if not self._take(")"):
            raise self._wrong("a ( without a )", "write \\( for the character")
        return node

    def _set(self) -> Ranges:
        is_other = self._take("^")
        found: list[tuple[int, int]] = []
        is_first = True
        while is_first or self._peek() != "]":
            is_first = False
            low = self._member()
            if self._peek() == "-" and self._pattern[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                low = self._range(low, self._member())
            found += low
        self._at += 1
        ranges = united(tuple(found))
        ranges = in_any_case(ranges) if self._any_case else ranges
        return all_but(ranges) if is_other else ranges

    def _range(self, low: Ranges, high: Ranges) -> Ranges:
        if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] != high[0][1] or low > high:
            raise self._wrong("a range that is none", "write it as [a-z], and - for the character as [-a]")
        return ((low[0][0], high[0][0]),)

    def _member(self) -> Ranges:
        if self._at >= len(self._pattern):
            raise self._wrong("a [ without a ]", "write \\[ for the character")
        char = self._next()
        return self._escaped() if char == "\\" else _one(char)

    def _escaped(self) -> Ranges:
        if self._at >= len(self._pattern):
            raise self._wrong("a \\ at the end", "write \\\\ for the character")
        char = self._next()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _CONTROLS:
            return ((_CONTROLS[char], _CONTROLS[char]),)
        if char in _HEX_DIGITS:
            return self._hexadecimal(_HEX_DIGITS[char])
        if char.isalnum() and char.isascii():
            raise self._wrong(f"\\{char}, which is not known here", "there are \\d \\w \\s \\t and \\ before signs")
        return _one(char)

    def _hexadecimal(self, digits: int) -> Ranges:
        text = self._pattern[self._at : self._at + digits]
        self._at += digits
        try:
            code = int(text, 16) if len(text) == digits else -1
        except ValueError:
            code = -1
        if not 0 <= code <= MOST_CODE_POINT:
            raise self._wrong("a character's number that is none", "write \\x41, \\u20ac or \\U0001f300")
        return ((code, code),)

    def _chars(self, ranges: Ranges) -> Chars:
        return Chars(in_any_case(ranges) if self._any_case else ranges)

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1]

    def _take(self, char: str) -> bool:
        taken = self._peek() == char
        self._at += taken
        return taken

    def _wrong(self, what: str, hint: str) -> InvalidError:
        return InvalidError(f"the expression has {what} at character {self._at}", hint=hint)


def _one(char: str) -> Ranges:
    return ((ord(char), ord(char)),)
