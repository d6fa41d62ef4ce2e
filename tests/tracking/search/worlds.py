"""Runs with odd values, and a strategy for searches that hit them."""

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from hypothesis import strategies as st

from tests.tracking.search.filling import EXPERIMENTS
from tests.tracking.search.oracle import KnownMetric, KnownRun
from tidemill.core.search import Aggregate, Clause, Comparator, Entity, OrderKey
from tidemill.tracking.experiments.models import View
from tidemill.tracking.search import RunQuery

LONG = "x" * 119
NUMBERS = (0.0, -0.0, 1.0, 1.0, 2.0, -1.5, 0.1, 1e-320, 1.7976931348623157e308, math.inf, -math.inf, math.nan)
TEXTS = (
    *(
        "",
        "a",
        "A",
        "ab",
        "aB",
        "b",
        "a%b",
        "a_b",
        "a*b",
        "a?b",
        "a[b",
        "a]b",
        "a\\b",
        "[a]",
        "it's",
        'say "a"',
        "a\nb",
    ),
    *("é", "É", "日本", "\U0010ffff", "\ud7ff", " ", "10", "9"),
    *(LONG, LONG + "y", LONG + "yz", LONG + "yZ", LONG + "yz" * 60),
)
PATTERNS = (
    *TEXTS,
    "%",
    "_",
    "a%",
    "A%",
    "%b",
    "a_b",
    "%a%",
    "a*%",
    "_[b",
    "__",
    "x%",
    LONG + "y%",
    "%z",
    "É%",
    "\ud7ff%",
)
KEYS = ("m", "n")

TIMES = (0, 1, 2, 1_700_000_000_000, 9_007_199_254_740_993)
DATASETS = (("d", "1"), ("d", "2"), ("D", "1"))
texts = st.sampled_from(TEXTS)
times = st.sampled_from(TIMES)
T = TypeVar("T")


def world(seed: int, count: int) -> list[KnownRun]:
    """Runs in all experiments of all workspaces, with many ties; row ids and run ids in different orders."""
    chance = random.Random(seed)  # noqa: S311 - data, not a secret
    uuids = chance.sample(range(count), count)
    return [_run(chance, id_, uuid) for id_, uuid in enumerate(uuids, start=1)]


def _run(chance: random.Random, id_: int, uuid: int) -> KnownRun:
    experiment_id = chance.choice((1, 1, 1, *EXPERIMENTS))
    return KnownRun(
        id=id_,
        workspace_id=EXPERIMENTS[experiment_id],
        experiment_id=experiment_id,
        uuid=f"{uuid:032x}",
        stage=chance.choice(("active", "active", "deleted")),
        name=chance.choice(TEXTS),
        status=chance.choice(("RUNNING", "FINISHED")),
        user_id=chance.choice(("", "me", "ME")),
        start=chance.choice((None, *TIMES)),
        end=chance.choice((None, *TIMES)),
        metrics={key: _metric(chance) for key in _some(chance, KEYS)},
        params={key: chance.choice(TEXTS) for key in _some(chance, KEYS)},
        tags={key: chance.choice(TEXTS) for key in _some(chance, KEYS)},
        datasets=tuple((*dataset, chance.choice(("", "train", "eval"))) for dataset in _some(chance, DATASETS)),
    )


def _metric(chance: random.Random) -> KnownMetric:
    finite = (None, 0.0, 1.0, -2.0)
    return KnownMetric(chance.choice(NUMBERS), chance.choice(finite), chance.choice(finite))


def _some(chance: random.Random, items: Sequence[T]) -> list[T]:
    return [item for item in items if chance.random() < 0.7]


_NUMERIC = (Comparator.EQ, Comparator.NE, Comparator.LT, Comparator.LE, Comparator.GT, Comparator.GE)


def _keyed(entity: Entity) -> st.SearchStrategy[Clause]:
    keys = st.sampled_from((*KEYS, "none"))
    equal = st.builds(Clause, st.just(entity), keys, st.sampled_from((Comparator.EQ, Comparator.NE)), texts)
    like = st.builds(
        Clause, st.just(entity), keys, st.sampled_from((Comparator.LIKE, Comparator.ILIKE)), st.sampled_from(PATTERNS)
    )
    null = st.builds(
        Clause, st.just(entity), keys, st.sampled_from((Comparator.IS_NULL, Comparator.IS_NOT_NULL)), st.none()
    )
    return equal | like | null


def _listed(entity: Entity, key: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Clause]:
    equal = st.builds(Clause, st.just(entity), st.just(key), st.sampled_from((Comparator.EQ, Comparator.NE)), values)
    like = st.builds(
        Clause,
        st.just(entity),
        st.just(key),
        st.sampled_from((Comparator.LIKE, Comparator.ILIKE)),
        st.sampled_from(PATTERNS),
    )
    lists = st.lists(values, min_size=1, max_size=3).map(tuple)
    within = st.builds(
        Clause, st.just(entity), st.just(key), st.sampled_from((Comparator.IN, Comparator.NOT_IN)), lists
    )
    return equal | like | within


def _numeric(entity: Entity, keys: tuple[str, ...]) -> st.SearchStrategy[Clause]:
    values = st.sampled_from([number for number in NUMBERS if not math.isnan(number)]) | times
    return st.builds(Clause, st.just(entity), st.sampled_from(keys), st.sampled_from(_NUMERIC), values)


clauses = st.one_of(
    _numeric(Entity.METRIC, (*KEYS, "none")),
    _numeric(Entity.METRIC, KEYS),
    _keyed(Entity.PARAM),
    _keyed(Entity.TAG),
    _numeric(Entity.ATTRIBUTE, ("start_time", "end_time")),
    _listed(Entity.ATTRIBUTE, "run_id", st.integers(0, 60).map(lambda number: f"{number:032x}")),
    _listed(Entity.ATTRIBUTE, "run_name", texts),
    _listed(Entity.ATTRIBUTE, "status", st.sampled_from(("RUNNING", "FINISHED", "running"))),
    _listed(Entity.DATASET, "name", st.sampled_from(("d", "D", "e"))),
    _listed(Entity.DATASET, "digest", st.sampled_from(("1", "2", "3"))),
    _listed(Entity.DATASET, "context", st.sampled_from(("train", "eval", ""))),
)

order_keys = st.one_of(
    st.builds(OrderKey, st.just(Entity.METRIC), st.sampled_from(KEYS), st.booleans()),
    st.builds(OrderKey, st.just(Entity.METRIC), st.sampled_from(KEYS), st.booleans(), st.sampled_from(Aggregate)),
    st.builds(OrderKey, st.just(Entity.PARAM), st.sampled_from((*KEYS, "none")), st.booleans()),
    st.builds(OrderKey, st.just(Entity.TAG), st.sampled_from(KEYS), st.booleans()),
    st.builds(
        OrderKey,
        st.just(Entity.ATTRIBUTE),
        st.sampled_from(("start_time", "end_time", "run_name", "status", "run_id", "user_id")),
        st.booleans(),
    ),
)


def _own_clauses(key: OrderKey) -> st.SearchStrategy[Clause]:
    """Clauses about what a search is ordered by."""
    match key.entity:
        case Entity.METRIC:
            return _numeric(Entity.METRIC, (key.key,))
        case Entity.PARAM | Entity.TAG:
            return _keyed(key.entity).map(lambda clause: replace(clause, key=key.key))
        case _ if key.key.endswith("_time"):
            return _numeric(Entity.ATTRIBUTE, (key.key,))
        case _:
            return clauses


@st.composite
def queries(draw: st.DrawFn) -> RunQuery:
    order = draw(st.lists(order_keys, max_size=3, unique_by=lambda key: (key.entity, key.key)))
    about = clauses | _own_clauses(order[0]) if order else clauses
    everywhere = st.lists(st.sampled_from((1, 2, 3, 4, 99)), max_size=4).map(tuple)
    return RunQuery(
        workspace_id=1,
        experiment_ids=draw(st.just((1,)) | st.none() | everywhere),
        filter=tuple(draw(st.lists(about, max_size=3))),
        order_by=tuple(order),
        view=draw(st.sampled_from(View)),
        limit=draw(st.sampled_from((1, 2, 3, 100))),
    )
