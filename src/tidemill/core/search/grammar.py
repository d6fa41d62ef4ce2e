"""The grammar of filters and orders, whatever they are about.

    filter     := (AND | comparison)*
    comparison := path operator value | path (NOT) LIKE value | path (NOT) IN group | path IS (NOT) NULL
    order      := path (ASC | DESC)?

MLflow reads comparisons side by side, and a dangling or doubled AND, as if AND stood there properly; so do we.
Which paths, operators and values go together is the field tables' business (`run_fields.py` and its neighbours).
"""

from dataclasses import dataclass

from tidemill.core.search.tokens import MAX_LISTED, Kind, Token, tokenize
from tidemill.kit.errors import InvalidError

MAX_CLAUSES = 100
_SHOWN_PIECES = 20
_SHOWN_LENGTH = 200

_VALUES = frozenset({Kind.STRING, Kind.NUMBER, Kind.PATH, Kind.SUM, Kind.GROUP})
_LEFT = frozenset({Kind.PATH, Kind.SUM, Kind.STRING, Kind.NUMBER})
_AND = Token(Kind.KEYWORD, "AND")
_WORD_OPERATORS: dict[tuple[str, ...], str] = {
    ("LIKE",): "LIKE",
    ("ILIKE",): "ILIKE",
    ("RLIKE",): "RLIKE",
    ("REGEXP",): "REGEXP",
    ("NOT", "LIKE"): "NOT LIKE",
    ("NOT", "ILIKE"): "NOT ILIKE",
}
_GROUP_OPERATORS: dict[tuple[str, ...], str] = {("IN",): "IN", ("NOT", "IN"): "NOT IN"}
_NULL_OPERATORS: dict[tuple[str, ...], str] = {("IS", "NULL"): "IS NULL", ("IS", "NOT", "NULL"): "IS NOT NULL"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Left side and value as they were written; `value` is None for IS (NOT) NULL."""

    left: str
    operator: str
    value: Token | None


def parse_filter(text: str, *, are_strays_quoted: bool = True) -> list[Comparison]:
    """The comparisons of a filter, all of which must hold.

    Raises InvalidError where the text is no such list; an empty text is an empty list. What is left over is named in
    the refusal, each piece in quotes, or not, as MLflow does for some things and not for others.
    """
    if not text:
        return []
    tokens = tokenize(text)
    if not tokens:
        raise InvalidError(f"Invalid filter '{text[:_SHOWN_LENGTH]}'. Could not be parsed.", hint="leave it empty")
    comparisons = _Parser(text, tokens, are_strays_quoted=are_strays_quoted).comparisons()
    return _check_count(comparisons)


def parse_model_comparisons(text: str) -> list[Comparison]:
    """The same for logged models, where MLflow takes a dash or slash in a key as it is, and has its own words."""
    if not text:
        return []
    parser = _Parser(text, tokenize(text), takes_sums=True)
    try:
        comparisons = parser.comparisons()
    except InvalidError as error:
        raise _not_a_list(text, hint=error.hint) from error
    if not comparisons:
        raise _not_a_list(text, hint="leave the filter empty to find all")
    return _check_count(comparisons)


def parse_order(text: str) -> tuple[str, bool]:
    """The path of one order_by entry, and whether it descends. Raises InvalidError."""
    tokens = tokenize(text)
    shown = text[:_SHOWN_LENGTH]
    is_key = bool(tokens) and text == text.strip() and (tokens[0].kind is Kind.PATH or is_quoted_name(tokens[0]))
    if not is_key or len(tokens) > 2 or (len(tokens) == 2 and tokens[1].kind not in (Kind.PATH, Kind.KEYWORD)):
        raise InvalidError(
            f"Invalid order_by clause '{shown}'. Could not be parsed.",
            hint="one key an entry, such as metrics.`val loss` DESC; quote keys with other characters in backticks",
        )
    if len(tokens) == 2 and tokens[1].text not in ("ASC", "DESC"):
        raise InvalidError(
            f"Invalid ordering key in order_by clause '{shown}'.", hint="after the key comes ASC, DESC or nothing"
        )
    return tokens[0].text, tokens[-1].text == "DESC" and len(tokens) == 2


def parse_group(group: Token) -> list[Token]:
    """The tokens inside the parentheses of a list."""
    return tokenize(group.text[1:-1], MAX_LISTED)


def is_quoted_name(token: Token) -> bool:
    """Whether a string token may also be a name: SQL's double quotes do both."""
    return token.kind is Kind.STRING and token.text[0] == '"'


def _check_count(comparisons: list[Comparison]) -> list[Comparison]:
    if len(comparisons) > MAX_CLAUSES:
        raise InvalidError(
            f"Invalid filter: it has {len(comparisons)} clauses, at most {MAX_CLAUSES} are taken",
            hint="many ids go into one clause: run_id IN ('...', '...')",
        )
    return comparisons


def _not_a_list(text: str, hint: str | None) -> InvalidError:
    return InvalidError(
        f"Invalid filter string: {text[:_SHOWN_LENGTH]!r}. Expected a list of comparisons separated by 'AND' "
        "(e.g. 'metrics.loss > 0.1 AND params.lr = 0.01').",
        hint=hint,
    )


class _Parser:
    """Walks the tokens once; what belongs to no comparison is collected and refused together, as MLflow does."""

    def __init__(
        self, text: str, tokens: list[Token], *, are_strays_quoted: bool = True, takes_sums: bool = False
    ) -> None:
        self._names = (Kind.PATH, Kind.SUM) if takes_sums else (Kind.PATH,)
        self._quote = "'" if are_strays_quoted else ""
        self._text = text
        self._tokens = tokens
        self._at = 0

    def comparisons(self) -> list[Comparison]:
        found: list[Comparison] = []
        strays: list[Token] = []
        nameless: list[Token] = []  # told only where nothing is left over, as MLflow looks for that first
        while self._at < len(self._tokens):
            left = self._tokens[self._at]
            comparison = self._comparison()
            if comparison is not None:
                found.append(comparison)
                if left.kind not in self._names and not is_quoted_name(left):
                    nameless.append(left)
                continue
            if self._tokens[self._at] != _AND:
                strays.append(self._tokens[self._at])
            self._at += 1
        if strays:
            raise self._stray_error(strays)
        if nameless:
            raise _not_a_name(nameless[0])
        return found

    def _comparison(self) -> Comparison | None:
        left = self._tokens[self._at]
        if left.kind not in _LEFT:
            return None
        found = self._operator_and_value()
        if found is None:
            return None
        operator, value, length = found
        self._at += 1 + length
        return Comparison(left.text, operator, value)

    def _operator_and_value(self) -> tuple[str, Token | None, int] | None:
        """The operator and value after the left side, and how many tokens they are."""
        following = self._tokens[self._at + 1 : self._at + 5]
        if following and following[0].kind is Kind.OPERATOR:
            return _with_value(following[0].text, following, 1)
        words = tuple(token.text if token.kind is Kind.KEYWORD else "" for token in following)
        for length in (3, 2, 1):
            phrase = words[:length]
            if phrase in _NULL_OPERATORS:
                return _NULL_OPERATORS[phrase], None, length
            if phrase in _GROUP_OPERATORS and [token.kind for token in following[length : length + 1]] == [Kind.GROUP]:
                return _GROUP_OPERATORS[phrase], following[length], length + 1
            if phrase in _WORD_OPERATORS:
                return _with_value(_WORD_OPERATORS[phrase], following, length)
        return None

    def _stray_error(self, strays: list[Token]) -> InvalidError:
        ends = [index for index, token in enumerate(self._tokens) if token.text == ";"]
        if ends and ends[0] + 1 < len(self._tokens):
            return InvalidError(
                f'Search filter contained multiple expression "{self._text[:_SHOWN_LENGTH]}". '
                "Provide AND-ed expression list.",
                hint="take out the semicolon",
            )
        pieces = ", ".join(
            f"{self._quote}{stray.text[:_SHOWN_LENGTH]}{self._quote}" for stray in strays[:_SHOWN_PIECES]
        )
        return InvalidError(f"Invalid clause(s) in filter string: {pieces}", hint=_hint_for(strays))


def _with_value(operator: str, following: list[Token], length: int) -> tuple[str, Token, int] | None:
    if len(following) <= length:
        return None
    value = following[length]
    if value.kind in _VALUES or value == Token(Kind.KEYWORD, "NULL"):
        return operator, value, length + 1
    return None


def _not_a_name(left: Token) -> InvalidError:
    entity, _, key = left.text.partition(".")
    named = left.kind is Kind.SUM and key
    return InvalidError(
        f"Invalid comparison clause. Expected 'Identifier' found '{left.text[:_SHOWN_LENGTH]}'",
        hint=f"put the key in backticks: {entity}.`{key}`" if named else "the name comes first: metrics.m > 1",
    )


def _hint_for(strays: list[Token]) -> str:
    words = {stray.text for stray in strays}
    if words & {"OR", "NOT", "BETWEEN"}:
        return "clauses can only be joined by AND; OR, NOT and BETWEEN are not part of the language"
    if words & {"'", '"', "`"}:
        return "a quote is opened and not closed"
    if any(stray.kind is Kind.GROUP for stray in strays):
        return "parentheses only hold the list of IN"
    return "clauses look like metrics.`val loss` < 0.5 AND params.optimizer = 'adam'"
