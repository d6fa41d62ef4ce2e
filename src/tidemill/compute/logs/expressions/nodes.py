"""What an expression is made of."""

from dataclasses import dataclass
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Sets of characters: first and last of each range of code points, ascending and apart."""

MOST_CODE_POINT = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Chain:
    """One after another."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of these."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many times; `most` None: without end."""

    part: "Node"
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Edge:
    """The begin or the end of the line."""

    is_end: bool


Node: TypeAlias = Chars | Chain | Choice | Repeat | Edge


def literal_in(node: Node) -> str:
    """The longest text, in lower case, that is in every match whatever its case; "" where none is sure."""
    if isinstance(node, Chain):
        found, run = [""], ""
        for part in node.parts:
            letter = _letter(part)
            run = run + letter if letter else ""
            found += [run, "" if letter else literal_in(part)]
        return max(found, key=len)
    if isinstance(node, Repeat) and node.least:
        return literal_in(node.part)
    return _letter(node)


def _letter(node: Node) -> str:
    """The character in lower case, where only one (in either case) will do."""
    if not isinstance(node, Chars) or any(first != last for first, last in node.ranges) or len(node.ranges) > 2:
        return ""
    letters = {chr(code).lower() for code, _ in node.ranges}
    letter = letters.pop()
    return letter if not letters and letter.isascii() else ""


def united(ranges: Ranges) -> Ranges:
    """Any ranges as ascending ones that are apart."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def all_but(ranges: Ranges) -> Ranges:
    """Every other character."""
    found: list[tuple[int, int]] = []
    at = 0
    for first, last in united(ranges):
        if at < first:
            found.append((at, first - 1))
        at = last + 1
    return (*found, (at, MOST_CODE_POINT)) if at <= MOST_CODE_POINT else tuple(found)


def in_any_case(ranges: Ranges) -> Ranges:
    """With the other case of each letter; of wide ranges beyond ASCII that of none."""
    more: list[tuple[int, int]] = []
    for first, last in ranges:
        letters = range(first, last + 1) if last - first < _WIDE else range(max(first, 0), min(last, 0x7F) + 1)
        others = {other for code in letters for other in _other_cases(chr(code))}
        more += [(code, code) for code in others]
    return united((*ranges, *more))


_WIDE = 512


def _other_cases(letter: str) -> list[int]:
    return [ord(other) for other in (letter.lower(), letter.upper()) if len(other) == 1 and other != letter]
