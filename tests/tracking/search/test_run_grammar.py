"""The filter and order languages of runs: what each text means, and how what means nothing is refused."""

import math

import pytest

from tidemill.core.search import MAX_CLAUSES, MAX_LENGTH, Clause, Comparator, Entity, OrderKey
from tidemill.kit.errors import InvalidError
from tidemill.tracking.search import parse_run_filter, parse_run_order
from tidemill.tracking.search.run_fields import MAX_ORDER_KEYS


def metric(key: str, comparator: str, value: float) -> Clause:
    return Clause(Entity.METRIC, key, Comparator(comparator), value)


def param(key: str, comparator: str, value: str | None) -> Clause:
    return Clause(Entity.PARAM, key, Comparator(comparator), value)


def tag(key: str, comparator: str, value: str | None) -> Clause:
    return Clause(Entity.TAG, key, Comparator(comparator), value)


def attribute(key: str, comparator: str, value: float | str | tuple[str, ...]) -> Clause:
    return Clause(Entity.ATTRIBUTE, key, Comparator(comparator), value)


def dataset(key: str, comparator: str, value: str | tuple[str, ...]) -> Clause:
    return Clause(Entity.DATASET, key, Comparator(comparator), value)


MEANINGS: dict[str, list[Clause]] = {
    "": [],
    # entities and their other names
    "metrics.m > 1": [metric("m", ">", 1)],
    "metric.m > 1": [metric("m", ">", 1)],
    "params.p = 'v'": [param("p", "=", "v")],
    "param.p = 'v'": [param("p", "=", "v")],
    "parameter.p = 'v'": [param("p", "=", "v")],
    "parameters.p = 'v'": [param("p", "=", "v")],
    "tags.t = 'v'": [tag("t", "=", "v")],
    "tag.t = 'v'": [tag("t", "=", "v")],
    "attributes.status = 'v'": [attribute("status", "=", "v")],
    "attribute.status = 'v'": [attribute("status", "=", "v")],
    "attr.status = 'v'": [attribute("status", "=", "v")],
    "run.status = 'v'": [attribute("status", "=", "v")],
    "status = 'v'": [attribute("status", "=", "v")],
    "dataset.name = 'v'": [dataset("name", "=", "v")],
    "datasets.digest LIKE 'v'": [dataset("digest", "LIKE", "v")],
    "datasets.context IN ('a', 'b')": [dataset("context", "IN", ("a", "b"))],
    # keys
    "metrics.a.b.c > 1": [metric("a.b.c", ">", 1)],
    "metrics.1m > 1": [metric("1m", ">", 1)],
    "metrics.日 > 1": [metric("日", ">", 1)],
    "metrics.`a b/c` > 1": [metric("a b/c", ">", 1)],
    'metrics."a b" > 1': [metric("a b", ">", 1)],
    "metrics.'a b' > 1": [metric("a b", ">", 1)],
    'metrics.`say "a"` > 1': [metric('say "a"', ">", 1)],
    "`metrics`.`m` > 1": [metric("m", ">", 1)],
    "metrics.order > 1": [metric("order", ">", 1)],
    "metrics.and > 1": [metric("and", ">", 1)],
    "params.Case = 'v'": [param("Case", "=", "v")],
    "params.in = 'v'": [param("in", "=", "v")],
    # attributes and their other names
    "run_name = 'v'": [attribute("run_name", "=", "v")],
    "`run name` = 'v'": [attribute("run_name", "=", "v")],
    "attributes.`Run name` = 'v'": [attribute("run_name", "=", "v")],
    "\"Run Name\" = 'v'": [attribute("run_name", "=", "v")],
    "created > 5": [attribute("start_time", ">", 5)],
    "attributes.Created > 5": [attribute("start_time", ">", 5)],
    "start_time = 200.0": [attribute("start_time", "=", 200.0)],
    "end_time <= -5": [attribute("end_time", "<=", -5)],
    "run_id IN ('a')": [attribute("run_id", "IN", ("a",))],
    "run_id NOT IN ('a', \"b\",)": [attribute("run_id", "NOT IN", ("a", "b"))],
    "artifact_uri ILIKE '%'": [attribute("artifact_uri", "ILIKE", "%")],
    "user_id != 'v'": [attribute("user_id", "!=", "v")],
    # numbers
    "metrics.m = -1": [metric("m", "=", -1)],
    "metrics.m = .5": [metric("m", "=", 0.5)],
    "metrics.m = -.5": [metric("m", "=", -0.5)],
    "metrics.m = 1.": [metric("m", "=", 1.0)],
    "metrics.m = 1e-3": [metric("m", "=", 0.001)],
    "metrics.m = 1E5": [metric("m", "=", 100_000.0)],
    "metrics.m < 1e999": [metric("m", "<", math.inf)],
    "start_time < 9223372036854775807": [attribute("start_time", "<", float(2**63))],
    "start_time < 99999999999999999999": [attribute("start_time", "<", 1e20)],
    "start_time < 4611686018427387905": [attribute("start_time", "<", 4611686018427387905)],
    # strings
    'params.p = "it\'s"': [param("p", "=", "it's")],
    "params.p = 'it''s'": [param("p", "=", "it''s")],
    r"params.p = 'it\'s'": [param("p", "=", r"it\'s")],
    r"params.p = 'C:\dir\'": [param("p", "=", "C:\\dir\\")],
    "params.p = ''": [param("p", "=", "")],
    "params.p = 'a AND b'": [param("p", "=", "a AND b")],
    "params.p = '(a; -- b'": [param("p", "=", "(a; -- b")],
    "params.p = 'a\nb'": [param("p", "=", "a\nb")],
    # comparators
    "metrics.m>=1": [metric("m", ">=", 1)],
    "metrics.m!=-1": [metric("m", "!=", -1)],
    "params.p LIKE'v%'": [param("p", "LIKE", "v%")],
    "params.p like 'v%'": [param("p", "LIKE", "v%")],
    "params.p IS NULL": [param("p", "IS NULL", None)],
    "tags.t is  not\nnull": [tag("t", "IS NOT NULL", None)],
    # clauses together
    "metrics.m > 1 AND params.p = 'v'": [metric("m", ">", 1), param("p", "=", "v")],
    "metrics.m>1\n\tand params.p='v'and tags.t='w'": [metric("m", ">", 1), param("p", "=", "v"), tag("t", "=", "w")],
    "metrics.m > 1 AND AND metrics.m > 1 AND": [metric("m", ">", 1), metric("m", ">", 1)],
    "AND metrics.m > 1": [metric("m", ">", 1)],
    "metrics.m > 1 params.p = 'v'": [metric("m", ">", 1), param("p", "=", "v")],
    "and And": [],
}


@pytest.mark.parametrize(("text", "clauses"), MEANINGS.items(), ids=list(MEANINGS))
def test_a_filter_means(text: str, clauses: list[Clause]) -> None:
    assert parse_run_filter(text) == tuple(clauses)


REFUSALS: dict[str, str] = {
    "  ": "Invalid filter '  '. Could not be parsed.",
    # what is left over
    "metrics.m": "Invalid clause(s) in filter string: 'metrics.m'",
    "metrics.m >": "Invalid clause(s) in filter string: 'metrics.m', '>'",
    "> 1": "Invalid clause(s) in filter string: '>', '1'",
    "= = =": "Invalid clause(s) in filter string: '=', '=', '='",
    "metrics.m > 1 OR metrics.m < 0": "Invalid clause(s) in filter string: 'OR'",
    "NOT metrics.m > 1": "Invalid clause(s) in filter string: 'NOT'",
    "(metrics.m > 1)": "Invalid clause(s) in filter string: '(metrics.m > 1)'",
    "metrics.m BETWEEN 0 AND 1": "Invalid clause(s) in filter string: 'metrics.m', 'BETWEEN', '0', '1'",
    "metrics.m > 1 2": "Invalid clause(s) in filter string: '2'",
    "metrics.m > +1": "Invalid clause(s) in filter string: 'metrics.m', '>', '+', '1'",
    "metrics.m = 0x10": "Invalid clause(s) in filter string: 'metrics.m', '=', '0x10'",
    "params.p = 'a' 'b'": "Invalid clause(s) in filter string: ''b''",
    "params.p = 'v": "Invalid clause(s) in filter string: 'params.p', '=', ''', 'v'",
    "params.p = 'v\"": "Invalid clause(s) in filter string: 'params.p', '=', ''', 'v', '\"'",
    "params.p IS 'v'": "Invalid clause(s) in filter string: 'params.p', 'IS', ''v''",
    "params.p = 'v' IS NULL": "Invalid clause(s) in filter string: 'IS', 'NULL'",
    "run_id IN 'a'": "Invalid clause(s) in filter string: 'run_id', 'IN', ''a''",
    "run_id IN ('a'": "Invalid clause(s) in filter string: ",
    "metrics.m > 0 -- c": "Invalid clause(s) in filter string: '-- c'",
    "metrics.m > 0 /* c */": "Invalid clause(s) in filter string: '/* c */'",
    "# x": "Invalid clause(s) in filter string: '# x'",
    "metrics. > 1": "Invalid clause(s) in filter string: ",
    "metrics.`m > 1": "Invalid clause(s) in filter string: ",
    "run name = 'v'": "Invalid clause(s) in filter string: 'run'",
    "params.p = 'v';": "Invalid clause(s) in filter string: ';'",
    "params.p = 'v'; params.q = 'v'": "Search filter contained multiple expression \"params.p = 'v'; params.q = 'v'\". "
    "Provide AND-ed expression list.",
    # left sides
    "1 < metrics.m": "Invalid comparison clause. Expected 'Identifier' found '1'",
    "'metrics.m' > 0": "Invalid comparison clause. Expected 'Identifier' found ''metrics.m''",
    "metrics.val-loss > 1": "Invalid comparison clause. Expected 'Identifier' found 'metrics.val-loss'",
    "metrics.a/b > 1": "Invalid comparison clause. Expected 'Identifier' found 'metrics.a/b'",
    "Metrics.m > 1": "Invalid entity type 'Metrics'. "
    "Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']",
    "`metrics.m` > 1": "Invalid entity type '`metrics'",
    "nope = 'v'": "Invalid attribute key 'nope' specified. Valid keys are '{'Created', 'Run Name', ",
    "attributes.lifecycle_stage = 'v'": "Invalid attribute key 'lifecycle_stage' specified. Valid keys are '{",
    "dataset.profile = 'v'": "Invalid dataset key 'profile' specified. Valid keys are '{'context', 'digest', 'name'}'",
    # comparators
    "metrics.m == 1": "Invalid comparator '==' not one of '{'!=', '<', '<=', '=', '>', '>='}'",
    "metrics.m <> 1": "Invalid comparator '<>' not one of '{",
    "metrics.m LIKE 1": "Invalid comparator 'LIKE' not one of '{",
    "params.p > 'v'": "Invalid comparator '>' not one of '{",
    "params.p NOT LIKE 'v'": "Invalid comparator 'NOT LIKE' not one of '{",
    "params.p RLIKE 'v'": "Invalid comparator 'RLIKE' not one of '{",
    "status > 'v'": "Invalid comparator '>' not one of '{",
    "dataset.name < 'v'": "Invalid comparator '<' not one of '{",
    "metrics.m IS NULL": "IS NULL / IS NOT NULL is only supported for tags and params, not for 'metric' 'm'",
    "end_time IS NOT NULL": "IS NULL / IS NOT NULL is only supported for tags and params, "
    "not for 'attribute' 'end_time'",
    # values
    "metrics.m > '1'": "Expected numeric value type for metric. Found '1'",
    "metrics.m > nan": "Expected numeric value type for metric. Found nan",
    "metrics.m > 1e": "Expected numeric value type for metric. Found 1e",
    "metrics.m > 1_000": "Expected numeric value type for metric. Found 1_000",
    "metrics.m > (1)": "Expected numeric value type for metric. Found (1)",
    "start_time = 'v'": "Expected numeric value type for numeric attribute: start_time. Found 'v'",
    "params.p = 1": "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1",
    "params.p = NULL": "Expected a quoted string value for parameter (e.g. 'my-value'). Got value NULL",
    "params.p IN ('v')": "Expected a quoted string value for parameter (e.g. 'my-value'). Got value ('v')",
    "tags.t = 1": "Expected a quoted string value for tag (e.g. 'my-value'). Got value 1",
    "status = 1": "Expected a quoted string value for attributes. Got value 1",
    "dataset.name = 1": "Expected a quoted string value for dataset attributes. Got value 1",
    "params.p = v": "Parameter value is either not quoted or unidentified quote types used for string value v. "
    "Use either single or double quotes.",
    "params.p = `v`": "Parameter value is either not quoted or unidentified quote types used for string value `v`.",
    "params.p = a-b": "Parameter value is either not quoted",
    "status IN ('v')": "Only ['run_id'] attributes support comparison with a list of quoted string values.",
    "run_id IN ()": "While parsing a list in the query, expected a non-empty list of string values, but got empty list",
    "run_id IN (1)": "While parsing a list in the query, expected string value, punctuation, or whitespace, "
    "but got different type in list: (1,)",
    "run_id IN ('a', 1)": "but got different type in list: ('a', 1)",
    "run_id IN (a)": "While parsing a list in the query, expected a non-empty list of string values, "
    "but got ill-formed list.",
    "run_id IN (('a'))": "but got ill-formed list.",
    # what no database holds
    "params.p = 'a\0b'": "NUL character",
    "params.p = '\ud800'": "half of a surrogate pair",
    # limits
    " AND ".join(["metrics.m > 1"] * (MAX_CLAUSES + 1)): f"at most {MAX_CLAUSES}",
    "x" * (MAX_LENGTH + 1): f"at most {MAX_LENGTH}",
    f"params.p LIKE '{'%a' * 6000}'": "Invalid pattern",
}


@pytest.mark.parametrize(("text", "phrase"), REFUSALS.items(), ids=[text[:60] for text in REFUSALS])
def test_a_filter_is_refused(text: str, phrase: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        parse_run_filter(text)
    assert phrase in refusal.value.message
    assert refusal.value.hint
    assert len(refusal.value.message) < 10_000


def test_the_hint_for_a_key_with_a_dash_shows_how_to_quote_it() -> None:
    with pytest.raises(InvalidError) as refusal:
        parse_run_filter("metrics.val-loss > 1")
    assert refusal.value.hint == "put the key in backticks: metrics.`val-loss`"


def test_a_list_may_name_thousands_of_runs() -> None:
    ids = tuple(f"{number:032x}" for number in range(20_000))
    listed = ", ".join(f"'{id_}'" for id_ in ids)
    assert parse_run_filter(f"run_id IN ({listed})") == (attribute("run_id", "IN", ids),)


START = OrderKey(Entity.ATTRIBUTE, "start_time")
ORDERS: dict[str, OrderKey] = {
    "metrics.m": OrderKey(Entity.METRIC, "m"),
    "metric.m ASC": OrderKey(Entity.METRIC, "m"),
    "metrics.m desc": OrderKey(Entity.METRIC, "m", descending=True),
    "metrics.m\t DESC": OrderKey(Entity.METRIC, "m", descending=True),
    "metrics.`val loss` DESC": OrderKey(Entity.METRIC, "val loss", descending=True),
    "metrics.'a b'": OrderKey(Entity.METRIC, "a b"),
    "metrics.DESC": OrderKey(Entity.METRIC, "DESC"),
    "params.p": OrderKey(Entity.PARAM, "p"),
    "tag.mlflow.source.name desc": OrderKey(Entity.TAG, "mlflow.source.name", descending=True),
    "start_time": START,
    "created": START,
    "attributes.Created": START,
    "run.end_time DESC": OrderKey(Entity.ATTRIBUTE, "end_time", descending=True),
    "`status`": OrderKey(Entity.ATTRIBUTE, "status"),
    '"status"': OrderKey(Entity.ATTRIBUTE, "status"),
}


@pytest.mark.parametrize(("text", "key"), ORDERS.items(), ids=list(ORDERS))
def test_an_order_means(text: str, key: OrderKey) -> None:
    assert parse_run_order([text]) == (key,)


BAD_ORDERS: dict[str, str] = {
    "": "Invalid order_by clause ''. Could not be parsed.",
    " metrics.m": "Invalid order_by clause ' metrics.m'. Could not be parsed.",
    "metrics.m DESC ": "Invalid order_by clause 'metrics.m DESC '. Could not be parsed.",
    "metrics.m, params.p": "Could not be parsed.",
    "metrics.m DESC DESC": "Could not be parsed.",
    "metrics.m;": "Could not be parsed.",
    "metrics.val-loss": "Could not be parsed.",
    "metrics.": "Could not be parsed.",
    "(metrics.m)": "Could not be parsed.",
    "DESC": "Could not be parsed.",
    "'status'": "Could not be parsed.",
    "1": "Could not be parsed.",
    "metrics.m UP": "Invalid ordering key in order_by clause 'metrics.m UP'.",
    "run name": "Invalid ordering key in order_by clause 'run name'.",
    "`run name`": "Invalid attribute key 'run name' specified. Valid keys are '{",
    "nope": "Invalid attribute key 'nope' specified. Valid keys are '{",
    "dataset.name": "Invalid identifier type 'dataset'",
    "foo.bar": "Invalid entity type 'foo'",
}


@pytest.mark.parametrize(("text", "phrase"), BAD_ORDERS.items(), ids=list(BAD_ORDERS))
def test_an_order_is_refused(text: str, phrase: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        parse_run_order([text])
    assert phrase in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize(
    "texts", [["metrics.m", "metric.m DESC"], ["start_time", "created"], ["run_id", "params.p", "run.run_id"]]
)
def test_a_field_cannot_be_ordered_by_twice(texts: list[str]) -> None:
    with pytest.raises(InvalidError, match="`order_by` contains duplicate fields"):
        parse_run_order(texts)


def test_the_same_key_of_two_kinds_are_two_fields() -> None:
    assert len(parse_run_order(["metrics.x", "params.x", "tags.x"])) == 3


def test_an_order_has_a_limit() -> None:
    with pytest.raises(InvalidError, match=f"at most {MAX_ORDER_KEYS}"):
        parse_run_order([f"metrics.m{number}" for number in range(MAX_ORDER_KEYS + 1)])
