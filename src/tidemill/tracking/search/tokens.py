"""Cutting a filter into tokens. MLflow's filters look like the WHERE part of SQL, so its lexical rules apply."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tidemill.kit.errors import InvalidError

MAX_LENGTH = 1_000_000
"""Characters; room for some 25,000 run ids in one IN list."""


class Kind(StrEnum):
    PATH = "path"
    """A name or dotted name; parts may stand in quotes: metrics.m, params.`a b`, `run name`."""
    NUMBER = "number"
    STRING = "string"
    """In single or double quotes. A double-quoted one may also be a name: the grammar knows by its place."""
    KEYWORD = "keyword"
    OPERATOR = "operator"
    GROUP = "group"
    """Balanced parentheses with all that is in them."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    """As written; keywords in capitals."""


KEYWORDS = frozenset({"AND", "OR", "NOT", "LIKE", "ILIKE", "RLIKE", "REGEXP", "IN", "IS", "NULL", "BETWEEN", "ASC", "DESC"})

# Quotes are not escaped inside a string: a doubled or backslashed one goes on, and stays in the value as written.
_SINGLE = r"'(?:''|\\'|[^'])*'"
_DOUBLE = r'"(?:""|\\"|[^"])*"'
_BACKTICK = r"`[^`]*`"
_PART = rf"(?:\w+|{_BACKTICK}|{_DOUBLE}|{_SINGLE})"
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
    | (?P<comment>--[^\n]*\n?|/\*.*?\*/|\#[^\n]*\n?)
    | (?P<number>-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    | (?P<word>-?\d[\w.]*)
    | (?P<path>(?:[^\W\d]\w*|{_BACKTICK}|{_DOUBLE})(?:\.{_PART})*)
    | (?P<string>{_SINGLE})
    | (?P<operator>[<>=!~]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokenize(text: str) -> list[Token]:
    """The tokens of a filter, without white space.

    Raises InvalidError for text that no database could hold: too long, with NUL characters or unpaired surrogates.
    """
    _refuse_unstorable(text)
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:  # pragma: no cover - the last alternative takes any character
            raise AssertionError("every character belongs to a token")
        token = _token(match)
        position = match.end()
        if token is None:
            continue
        if token.text == "(":
            end = _end_of_group(text, match.start())
            if end is not None:
                token, position = Token(Kind.GROUP, text[match.start() : end]), end
        tokens.append(token)
    return tokens


def _refuse_unstorable(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise InvalidError(
            f"the filter is {len(text)} characters long; at most {MAX_LENGTH} are taken",
            hint="ask in several searches",
        )
    if "\0" in text:
        raise InvalidError("the filter contains a NUL character", hint="no stored text contains one; take it out")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidError("the filter is not valid Unicode text: it contains half of a surrogate pair") from error


def _token(match: re.Match[str]) -> Token | None:
    text = match.group()
    match match.lastgroup:
        case "space":
            return None
        case "number":
            return Token(Kind.NUMBER, text)
        case "word":
            return Token(Kind.PATH, text)
        case "path" if text.upper() in KEYWORDS:
            return Token(Kind.KEYWORD, text.upper())
        case "path" if _is_one_string(text):
            return Token(Kind.STRING, text)
        case "path":
            return Token(Kind.PATH, text)
        case "string":
            return Token(Kind.STRING, text)
        case "operator":
            return Token(Kind.OPERATOR, text)
        case _:
            return Token(Kind.OTHER, text)


def _is_one_string(text: str) -> bool:
    return text[0] == '"' and re.fullmatch(_DOUBLE, text) is not None


def _end_of_group(text: str, start: int) -> int | None:
    """The position after the parenthesis that closes the one at `start`; None where none does."""
    depth = 0
    position = start
    while position < len(text):
        character = text[position]
        if character in "'\"":
            string = re.compile(_SINGLE if character == "'" else _DOUBLE).match(text, position)
            if string is None:
                return None
            position = string.end()
            continue
        depth += {"(": 1, ")": -1}.get(character, 0)
        position += 1
        if depth == 0:
            return position
    return None
