"""Page tokens of searches of logged models, of which MLflow says which part of the search has changed."""

from tidemill.core.search import AGAIN, Position, fingerprint, read_token, write_token
from tidemill.kit.errors import InvalidError
from tidemill.tracking.search.logged_model_search import ModelQuery

_PARTS = (
    "Experiment IDs in the page token do not match the requested experiment IDs.",
    "Filter string in the page token does not match the requested filter string.",
    "Order by in the page token does not match the requested order by.",
)


def write_model_token(position: Position, query: ModelQuery) -> str:
    """The token of a position in this search."""
    return ".".join([write_token(position, query.asked), *_fingerprints(query)])


def read_model_token(token: str, query: ModelQuery) -> Position:
    """The position in a token of this search. Raises InvalidError for any other, in MLflow's words."""
    place, *parts = token.split(".")
    if len(parts) == len(_PARTS):
        for told, found, expected in zip(_PARTS, parts, _fingerprints(query), strict=True):
            if found != expected:
                raise InvalidError(told, hint=AGAIN)
    return read_token(place, query.asked, query.are_numbers)


def _fingerprints(query: ModelQuery) -> list[str]:
    return [fingerprint(part) for part in (query.experiment_ids, query.filter, query.order_by)]
