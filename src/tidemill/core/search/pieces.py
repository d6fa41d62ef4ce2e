"""Pieces of SQL that carry their parameters, and the few tests that the two databases spell differently."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from string import Formatter
from typing import Any

from tidemill.core.database import Dialect
from tidemill.core.search.clauses import PATTERN, Clause, Comparator

_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_GLOB = str.maketrans({"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"})
_OPERATORS = {comparator: str(comparator) for comparator in Comparator} | {Comparator.NE: "<>"}
_formatter = Formatter()


@dataclass(frozen=True, slots=True)
class Sql:
    """SQL text with `?` placeholders, and what goes into them. Text is ours; all that users said is a parameter."""

    text: str
    parameters: tuple[Any, ...] = ()


def sql(text: str, *parameters: Any) -> Sql:
    return Sql(text, parameters)


def fill(template: str, **pieces: Sql) -> Sql:
    """The template with `{name}` replaced by pieces, parameters in the order in which they come to stand."""
    text: list[str] = []
    parameters: list[Any] = []
    for literal, name, _, _ in _formatter.parse(template):
        text.append(literal)
        if name is not None:
            text.append(pieces[name].text)
            parameters += pieces[name].parameters
    return Sql("".join(text), tuple(parameters))


def join(separator: str, pieces: Iterable[Sql]) -> Sql:
    listed = list(pieces)
    return Sql(
        separator.join(piece.text for piece in listed),
        tuple(parameter for piece in listed for parameter in piece.parameters),
    )


def all_of(conditions: Iterable[Sql]) -> Sql:
    listed = list(conditions)
    return join(" AND ", listed) if listed else Sql("1 = 1")


def any_of(conditions: Iterable[Sql]) -> Sql:
    return fill("({choices})", choices=join(" OR ", conditions))


def compare(column: str, comparator: Comparator, value: Any) -> Sql:
    """`column < ?` and its like."""
    return sql(f"{column} {_OPERATORS[comparator]} ?", value)


def is_in(dialect: Dialect, column: str, values: Iterable[str]) -> Sql:
    """Whether the column is any of some texts, however many; none of them is never."""
    listed = list(values)
    if len(listed) == 1:
        return sql(f"{column} = ?", listed[0])
    if dialect is Dialect.POSTGRESQL:
        return sql(f"{column} = ANY(?)", listed)
    return sql(f"{column} IN (SELECT value FROM json_each(?))", json.dumps(listed))  # noqa: S608


def like(dialect: Dialect, column: str, comparator: Comparator, pattern: str) -> Sql:
    """LIKE that minds case and ILIKE that does not (ASCII letters), without an escape character, on either database."""
    if dialect is Dialect.POSTGRESQL:
        return sql(f"""{column} COLLATE "C" {comparator} ? ESCAPE ''""", pattern)
    if comparator is Comparator.ILIKE:
        return sql(f"{column} LIKE ?", pattern)
    return sql(f"{column} GLOB ?", pattern.translate(_GLOB))


def text_test(dialect: Dialect, column: str, clause: Clause) -> Sql:
    """The clause as a test of a text column."""
    if clause.comparator in PATTERN:
        return like(dialect, column, clause.comparator, str(clause.value))
    if isinstance(clause.value, tuple):
        is_any = is_in(dialect, column, map(str, clause.value))
        return fill("NOT ({is_any})", is_any=is_any) if clause.comparator is Comparator.NOT_IN else is_any
    return compare(column, clause.comparator, clause.value)


def binary(dialect: Dialect, column: str) -> str:
    """The text column in code point order: SQLite's own, and PostgreSQL's on request."""
    return f'{column} COLLATE "C"' if dialect is Dialect.POSTGRESQL else column


def literal_prefix(pattern: str) -> str:
    """What every text that a LIKE pattern matches begins with."""
    for index, character in enumerate(pattern):
        if character in "%_":
            return pattern[:index]
    return pattern


def after_prefix(prefix: str) -> str | None:
    """The smallest text, in code point order, above all that begin with the prefix; None where there is none."""
    for index in range(len(prefix) - 1, -1, -1):
        following = ord(prefix[index]) + 1
        if following in _SURROGATES:
            following = _SURROGATES.stop
        if following <= _LAST_CHARACTER:
            return prefix[:index] + chr(following)
    return None
