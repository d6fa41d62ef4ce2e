"""Words and signs of Kubeflow's expressions, for conditions and selectors alike: a part of CEL, the Common Expression
Language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.problems import problem

MAX_LENGTH = 64 * 1024
"""Of an expression, in characters."""


class Kind(Enum):
    NAME = "name"
    TEXT = "text"
    NUMBER = "number"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign. `value` is what a literal stands for."""

    kind: Kind
    text: str
    column: int
    """Of its first character, from 1."""
    value: str | int | float = ""


_SPACE = re.compile(r"\s*")
_TOKEN = re.compile(
    r"""
    (?P<number> \d+\.\d*(?:[eE][+-]?\d+)? | \.\d+(?:[eE][+-]?\d+)? | \d+[eE][+-]?\d+ | \d{1,400} )
  | (?P<text> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
  | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
  | (?P<sign> && | \|\| | == | != | <= | >= | [<>!()\[\].,*/+%?:-] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"} | {
    sign: sign for sign in "\\'\"`?"
}


def tokens(expression: str, place: str = "") -> Sequence[Token]:
    """Everything in an expression, an END last; InvalidError, with the column, for what is not of the language."""
    if len(expression) > MAX_LENGTH:
        raise problem(place, f"the expression has {len(expression)} characters, more than {MAX_LENGTH}")
    found: list[Token] = []
    at = _after_space(expression, 0)
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise _not_understood(expression, at, place)
        found.append(_token(match, place))
        at = _after_space(expression, match.end())
    found.append(Token(Kind.END, "its end", len(expression) + 1))
    return found


def _after_space(expression: str, at: int) -> int:
    match = _SPACE.match(expression, at)
    return match.end() if match else at


def _not_understood(expression: str, at: int, place: str) -> InvalidError:
    sign = expression[at]
    if sign in "'\"":
        hint = "kfp writes a text with a quote or a backslash in it as it is; compare with a parameter instead"
        return problem(place, f"column {at + 1}: the text that starts here has no end", hint)
    return problem(place, f"column {at + 1}: {sign!r} is not part of the language of conditions")


def _token(match: re.Match[str], place: str) -> Token:
    text, column = match.group(), match.start() + 1
    match match.lastgroup:
        case "number":
            return Token(Kind.NUMBER, text, column, int(text) if text.isdigit() else float(text))
        case "text":
            return Token(Kind.TEXT, text, column, _unescaped(text[1:-1], column, place))
        case "name":
            return Token(Kind.NAME, text, column)
        case _:
            return Token(Kind.SIGN, text, column)


def _unescaped(text: str, column: int, place: str) -> str:
    if "\\" not in text:
        return text

    def meant(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        number = int(code, 16) if code else int(match[4], 8) if match[4] else None
        if number is not None and number < 0x110000 and not 0xD800 <= number < 0xE000:
            return chr(number)
        if match[5] in _ESCAPED:
            return _ESCAPED[match[5]]
        reason = f"column {column}: {match.group()} is no escape"
        raise problem(place, reason, "write a backslash as two")

    return _ESCAPE.sub(meant, text)
