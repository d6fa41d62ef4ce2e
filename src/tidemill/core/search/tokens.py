"""Cutting a filter into tokens. MLflow's filters look like the WHERE part of SQL, so its lexical rules apply."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tidemill.kit.errors import InvalidError

MAX_LENGTH = 1_000_000
"""Characters; room for some 25,000 run ids in one IN list."""
MAX_TOKENS = 2000
"""Outside of lists."""
MAX_LISTED = 100_000
_MAX_DEPTH = 10


class Kind(StrEnum):
    PATH = "path"
    """A name or dotted name; its parts may stand in quotes: metrics.m, params.`a b`, `run name`."""
    SUM = "sum"
    """A name with a dash or slash in it, which SQL reads as arithmetic: metrics.val-loss."""
    NUMBER = "number"
    STRING = "string"
    """In single or double quotes; the grammar knows by its place when a double-quoted one is a name."""
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


KEYWORDS = frozenset(
    {"AND", "OR", "NOT", "LIKE", "ILIKE", "RLIKE", "REGEXP", "IN", "IS", "NULL", "BETWEEN", "ASC", "DESC"}
)

# A doubled or backslashed quote does not end a string, and stays in its value as written.
_SINGLE = r"'(?:[^'\\]++|''|\\'|\\)*'"
_DOUBLE = r'"(?:[^"\\]++|""|\\"|\\)*"'
_BACKTICK = r"`[^`]*`"
_PATH = rf"(?:[^\W\d]\w*|{_BACKTICK}|{_DOUBLE})(?:\.(?:\w+|{_BACKTICK}|{_DOUBLE}|{_SINGLE}))*"
# No alternative looks further than its own token, so that hostile text costs no more than its length.
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
    | (?P<comment>(?:--|\#)[^\n]*|/\*.*)
    | (?P<number>-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    | (?P<hexadecimal>0[xX]\w*)
    | (?P<word>-?\d[\w.]*)
    | (?P<path>{_PATH})(?P<sum>[-/]\w[\w./-]*)?
    | (?P<string>{_SINGLE})
    | (?P<operator>[<>=!~]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_QUOTED = {"'": re.compile(_SINGLE), '"': re.compile(_DOUBLE)}
_SPECIAL_IN_GROUP = re.compile(r"['\"()]")


def tokenize(text: str, most: int = MAX_TOKENS) -> list[Token]:
    """The tokens of a filter, without white space.

    Raises InvalidError for too much text, and for text that no database could hold.
    """
    _refuse_unstorable(text)
    tokens: list[Token] = []
    position = 0
    balanced = True
    while match := _TOKEN.match(text, position):
        token = _token(match)
        position = match.end()
        if token is None:
            continue
        if token.text == "(" and balanced:
            end = _end_of_group(text, match.start())
            balanced = end is not None
            if end is not None:
                token, position = Token(Kind.GROUP, text[match.start() : end]), end
        tokens.append(token)
        if len(tokens) > most:
            raise InvalidError(f"Invalid filter: it has more than {most} words", hint="ask in several searches")
    return tokens


def _refuse_unstorable(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise InvalidError(
            f"Invalid filter: it is {len(text)} characters long, at most {MAX_LENGTH} are taken",
            hint="ask in several searches",
        )
    if not is_storable(text):
        raise InvalidError(
            "Invalid filter: it contains a NUL character or half of a surrogate pair", hint="take the character out"
        )


def is_storable(text: str) -> bool:
    """Whether the databases can hold the text; what they cannot hold, they do not have."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _token(match: re.Match[str]) -> Token | None:
    text = match.group()
    match match.lastgroup:
        case "space":
            return None
        case "number":
            return Token(Kind.NUMBER, text)
        case "word":
            return Token(Kind.PATH, text)
        case "sum":
            return Token(Kind.SUM, text)
        case "path":
            return _name_or_keyword(text)
        case "string":
            return Token(Kind.STRING, text)
        case "operator":
            return Token(Kind.OPERATOR, text)
        case _:
            return Token(Kind.OTHER, text)


def _name_or_keyword(text: str) -> Token:
    if text.upper() in KEYWORDS:
        return Token(Kind.KEYWORD, text.upper())
    if text[0] == '"' and _QUOTED['"'].fullmatch(text):
        return Token(Kind.STRING, text)
    return Token(Kind.PATH, text)


def _end_of_group(text: str, start: int) -> int | None:
    """The position after the parenthesis that closes the one at `start`; None where none does."""
    depth = 0
    position = start
    while special := _SPECIAL_IN_GROUP.search(text, position):
        character = special.group()
        position = special.end()
        if character in _QUOTED:
            string = _QUOTED[character].match(text, special.start())
            if string is None:
                return None
            position = string.end()
            continue
        depth += 1 if character == "(" else -1
        if depth == 0:
            return position
        if depth > _MAX_DEPTH:
            return None
    return None
