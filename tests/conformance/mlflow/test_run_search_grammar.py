"""The filter grammar of runs/search: what is accepted, what it finds, and what each refusal says.

Six runs stand in one experiment, named by one letter each. The tests only read.
"""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

RUNS: dict[str, dict[str, Any]] = {
    "a": {
        "run_name": "alpha",
        "start_time": 100,
        "params": {"p": "1", "x y": "q", "letters": "ABC", "a.b": "dot"},
        "tags": {"t": "one", "k w": "z", "mlflow.user": "bob", "日本": "値"},
        "metrics": {"m": 1.0, "m 2": 5, "acc": 0.9, "a/b": 3},
        "update": {"status": "FINISHED", "end_time": 1000},
        "datasets": [("train-set", "d1", "train")],
    },
    "b": {
        "run_name": "Beta",
        "start_time": 200,
        "params": {"p": "10", "letters": "abc"},
        "tags": {"t": "Two"},
        "metrics": {"m": 2.0, "acc": 0.8},
        "datasets": [("train-set", "d1", "train"), ("eval-set", "d2", "eval")],
    },
    "c": {
        "run_name": "gam_ma%",
        "start_time": 200,
        "params": {"p": "2"},
        "tags": {"t": "it's"},
        "metrics": {"m": "NaN"},
        "datasets": [("eval-set", "d2", "eval")],
    },
    "d": {
        "run_name": "delta",
        "start_time": 300,
        "params": {"p": ""},
        "metrics": {"m": "Infinity"},
        "update": {"status": "FAILED", "end_time": 500},
    },
    "e": {
        "run_name": "eps",
        "start_time": 50,
        "tags": {"t": 'say "hi"'},
        "metrics": {"m": "-Infinity"},
        "update": {"status": "KILLED"},
    },
    "f": {"run_name": "zeta", "start_time": 400, "params": {"q": "1"}, "user_id": "eve"},
}

EVERYONE = "abcdef"


def pairs(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def make(http: Any, experiment_id: str, run: dict[str, Any]) -> str:
    fields = {"experiment_id": experiment_id, "run_name": run["run_name"], "start_time": run["start_time"]}
    body = {**fields, "user_id": run.get("user_id", "ada")}
    run_id = http.post("runs/create", body).ok()["run"]["info"]["run_id"]
    metrics = [{"key": k, "value": v, "timestamp": 1, "step": 1} for k, v in run.get("metrics", {}).items()]
    outdated = [{**metric, "value": 77, "step": 0} for metric in metrics]
    batch = {"metrics": metrics + outdated, "params": pairs(run.get("params", {})), "tags": pairs(run.get("tags", {}))}
    http.post("runs/log-batch", {"run_id": run_id, **batch}).ok()
    if "datasets" in run:
        inputs = [
            {
                "dataset": {"name": name, "digest": digest, "source_type": "local", "source": "s"},
                "tags": [{"key": "mlflow.data.context", "value": context}],
            }
            for name, digest, context in run["datasets"]
        ]
        http.post("runs/log-inputs", {"run_id": run_id, "datasets": inputs}).ok()
    if "update" in run:
        http.post("runs/update", {"run_id": run_id, **run["update"]}).ok()
    return run_id


@pytest.fixture(scope="module")
def population(http: Any) -> tuple[str, dict[str, str]]:
    """The experiment's id, and the run id behind each letter."""
    body = {"name": f"grammar-{uuid.uuid4().hex}"}
    experiment_id = http.post("experiments/create", body).ok()["experiment_id"]
    return experiment_id, {letter: make(http, experiment_id, run) for letter, run in RUNS.items()}


@pytest.fixture
def search(http: Any, population: tuple[str, dict[str, str]]) -> Callable[[str], Any]:
    """Search among the six; ``{a}`` in the filter stands for the id of run a."""
    experiment_id, ids = population

    def call(text: str) -> Any:
        for letter, run_id in ids.items():
            text = text.replace("{" + letter + "}", run_id)
        return http.post("runs/search", {"experiment_ids": [experiment_id], "filter": text})

    return call


@pytest.fixture
def found(search: Callable[[str], Any], population: tuple[str, dict[str, str]]) -> Callable[[str], str]:
    """The letters of the runs that a filter finds, sorted."""
    letters = {run_id: letter for letter, run_id in population[1].items()}
    return lambda text: "".join(sorted(letters[run["info"]["run_id"]] for run in search(text).ok().get("runs", [])))


# --- what is found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metrics.m = 1", "a"),
        ("metrics.m != 1", "bcde"),
        ("metrics.m > 1", "bd"),
        ("metrics.m >= 1", "abd"),
        ("metrics.m < 2", "ae"),
        ("metrics.m <= 2", "abe"),
        ("metrics.m = 1.0", "a"),
        ("metrics.m > -1", "abd"),
        ("metrics.m = -1", ""),
        ("metrics.m > 1e0", "bd"),
        ("metrics.m > 1E-3", "abd"),
        ("metrics.m > .5", "abd"),
        ("metrics.m > 1.", "bd"),
        ("metrics.m > 1e308", "d"),
        ("metrics.m = 1.7976931348623157e308", "d"),
        ("metrics.m = 77", ""),
        ("metrics.M = 1", ""),
        ("metrics.none != 1", ""),
        ("metrics.`a/b` = 3", "a"),
        ('metrics."a/b" = 3', "a"),
        ("metric.m = 1", "a"),
        ("metrics.`m 2` = 5", "a"),
        ('metrics."m 2" = 5', "a"),
        ("metrics.'m 2' = 5", "a"),
        ("`metrics`.`m` = 1", "a"),
    ],
)
def test_metrics_compare_by_their_latest_value(found: Callable[[str], str], text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("params.p = '1'", "a"),
        ('params.p = "1"', "a"),
        ("params.p != '1'", "bcd"),
        ("params.p = ''", "d"),
        ("params.p LIKE '1%'", "ab"),
        ("params.p like '1_'", "b"),
        ("params.letters = 'abc'", "b"),
        ("params.letters LIKE 'ab%'", "b"),
        ("params.letters LIKE '%B%'", "a"),
        ("params.letters ILIKE 'ab%'", "ab"),
        ("params.letters ilike '%B%'", "ab"),
        ("params.p IS NULL", "ef"),
        ("params.p IS NOT NULL", "abcd"),
        ("params.p is null", "ef"),
        ("params.p is not null", "abcd"),
        ("params.P = '1'", ""),
        ("param.p = '1'", "a"),
        ("parameter.p = '1'", "a"),
        ("parameters.p = '1'", "a"),
        ("params.`x y` = 'q'", "a"),
        ("params.\"x y\" = 'q'", "a"),
        ("params.a.b = 'dot'", "a"),
        ("params.`a.b` = 'dot'", "a"),
        ("params.\"a.b\" = 'dot'", "a"),
    ],
)
def test_params_compare_as_text(found: Callable[[str], str], text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tags.t = 'one'", "a"),
        ("tag.t = 'one'", "a"),
        ("tags.t != 'one'", "bce"),
        ("tags.t LIKE '%o%'", "ab"),
        ("tags.t LIKE 'T%'", "b"),
        ("tags.t ILIKE 't%'", "b"),
        ("tags.t IS NULL", "df"),
        ("tags.t IS NOT NULL", "abce"),
        ('tags.t = "it\'s"', "c"),
        ("tags.t = 'say \"hi\"'", "e"),
        ("tags.t = 'it''s'", ""),
        ("tags.`k w` = 'z'", "a"),
        ("tags.mlflow.user = 'bob'", "a"),
        ("tags.`mlflow.user` = 'bob'", "a"),
        ("tags.日本 = '値'", "a"),
        ("tags.mlflow.runName = 'alpha'", "a"),
        ("tags.`mlflow.runName` LIKE 'al%'", "a"),
        ("tags.t = 'a AND b'", ""),
        ("tags.t = 'x OR y'", ""),
    ],
)
def test_tags_compare_as_text(found: Callable[[str], str], text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("attributes.status = 'FINISHED'", "a"),
        ("attribute.status = 'FINISHED'", "a"),
        ("attr.status = 'FINISHED'", "a"),
        ("run.status = 'FINISHED'", "a"),
        ("status = 'FINISHED'", "a"),
        ("status = 'finished'", ""),
        ("status = 'BOGUS'", ""),
        ("status != 'FINISHED'", "bcdef"),
        ("status LIKE 'F%'", "ad"),
        ("status ILIKE 'f%'", "ad"),
        ("run_name = 'alpha'", "a"),
        ("attributes.run_name = 'alpha'", "a"),
        ("attributes.`run name` = 'alpha'", "a"),
        ("attributes.\"run name\" = 'alpha'", "a"),
        ("`run name` = 'alpha'", "a"),
        ("attributes.`Run name` = 'alpha'", "a"),
        ("attributes.`Run Name` = 'alpha'", "a"),
        ("run_name != 'alpha'", "bcdef"),
        ("run_name LIKE 'B%'", "b"),
        ("run_name LIKE 'b%'", ""),
        ("run_name ILIKE 'b%'", "b"),
        ("run_name LIKE 'gam_ma%'", "c"),
        ("run_name LIKE 'gam\\_ma%'", ""),
        ("user_id = 'eve'", "f"),
        ("user_id != 'eve'", "abcde"),
        ("attributes.user_id LIKE 'a%'", "abcde"),
        ("artifact_uri LIKE '%/artifacts'", EVERYONE),
        ("attributes.artifact_uri = 'x'", ""),
        ("run_id = '{a}'", "a"),
        ("attributes.run_id = '{a}'", "a"),
        ("run_id != '{a}'", "bcdef"),
        ("run_id LIKE '%'", EVERYONE),
    ],
)
def test_text_attributes(found: Callable[[str], str], text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start_time = 200", "bc"),
        ("attributes.start_time >= 200", "bcdf"),
        ("start_time > 100", "bcdf"),
        ("start_time < 200", "ae"),
        ("start_time <= 200", "abce"),
        ("start_time != 200", "adef"),
        ("start_time = 200.0", "bc"),
        ("start_time > -1", EVERYONE),
        ("created = 200", "bc"),
        ("attributes.created > 100", "bcdf"),
        ("Created > 100", "bcdf"),
        ("end_time > 600", "a"),
        ("end_time != 1000", "d"),
        ("attributes.end_time < 2000", "ad"),
    ],
)
def test_times(found: Callable[[str], str], text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run_id IN ('{a}','{b}')", "ab"),
        ('run_id IN ("{a}")', "a"),
        ("run_id in ('{a}')", "a"),
        ("run_id IN('{a}')", "a"),
        ("attributes.run_id IN ('{a}', '{f}')", "af"),
        ("run_id IN ('{a}',)", "a"),
        ("run_id IN ('nope')", ""),
        ("run_id NOT IN ('{a}')", "bcdef"),
        ("run_id not in ('{a}','{b}')", "cdef"),
        ("run_id IN ('{a}','{b}') AND metrics.m = 1", "a"),
    ],
)
def test_lists_of_run_ids(found: Callable[[str], str], text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dataset.name = 'train-set'", "ab"),
        ("datasets.name = 'train-set'", "ab"),
        ("dataset.`name` = 'train-set'", "ab"),
        ("dataset.name != 'train-set'", "bc"),
        ("dataset.name LIKE 'train%'", "ab"),
        ("dataset.name ILIKE 'TRAIN%'", "ab"),
        ("dataset.name IN ('train-set','x')", "ab"),
        ("dataset.name NOT IN ('train-set')", "bc"),
        ("dataset.digest = 'd2'", "bc"),
        ("dataset.context = 'train'", "ab"),
        ("dataset.context != 'train'", "bc"),
        ("dataset.context IN ('train')", "ab"),
        ("dataset.name = 'train-set' AND dataset.name = 'eval-set'", "b"),
        ("dataset.name = 'train-set' AND dataset.context = 'eval'", "b"),
        ("dataset.name = 'eval-set' AND metrics.m > 1", "b"),
    ],
)
def test_datasets_match_when_any_input_does(found: Callable[[str], str], text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", EVERYONE),
        ("metrics.m >= 1 AND params.p = '1'", "a"),
        ("metrics.m >= 1 and tags.t = 'Two'", "b"),
        ("metrics.m >= 1 AND metrics.m <= 1", "a"),
        ("metrics.m >= 1 AND metrics.acc < 0.9 AND params.letters LIKE 'a%'", "b"),
        ("params.p = '1' AND params.p = '10'", ""),
        ("params.p IS NULL AND tags.t IS NULL", "f"),
        ("metrics.m=1 and metrics.acc=0.9", "a"),
        ("metrics.m\t>=\t1", "abd"),
        ("metrics.m >= 1\nAND params.p='1'", "a"),
    ],
)
def test_clauses_join_with_and(found: Callable[[str], str], text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", ["params.order = 'x'", "metrics.max > 1", "tags.user = 'x'", "metrics.value = 1"])
def test_keys_that_are_words_of_sql_are_keys(found: Callable[[str], str], text: str) -> None:
    assert found(text) == ""


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("text", ["params.Case = 'x'", "params.case IS NOT NULL"])
def test_every_word_of_sql_is_a_key(found: Callable[[str], str], text: str) -> None:
    assert found(text) == ""


# --- what is refused


@pytest.mark.parametrize("text", [" ", "\n"])
def test_a_blank_filter_cannot_be_parsed(search: Callable[[str], Any], text: str) -> None:
    search(text).is_invalid("Could not be parsed.")


@pytest.mark.parametrize("value", ["'1'", '"1"', "NaN", "'NaN'", "inf", "abc", "metrics.acc"])
def test_metrics_compare_with_numbers_only(search: Callable[[str], Any], value: str) -> None:
    search(f"metrics.m = {value}").is_invalid(f"Expected numeric value type for metric. Found {value}")


@pytest.mark.parametrize("value", ["'200'", "abc", "(100,200)"])
def test_times_compare_with_numbers_only(search: Callable[[str], Any], value: str) -> None:
    search(f"start_time = {value}").is_invalid(
        f"Expected numeric value type for numeric attribute: start_time. Found {value}"
    )


@pytest.mark.parametrize(("prefix", "kind"), [("params", "parameter"), ("tags", "tag")])
@pytest.mark.parametrize("comparison", ["= 1", "IN ('1','2')", "NOT IN ('1')", "IN ()"])
def test_params_and_tags_compare_with_one_string(
    search: Callable[[str], Any], prefix: str, kind: str, comparison: str
) -> None:
    search(f"{prefix}.p {comparison}").is_invalid(
        f"Expected a quoted string value for {kind} (e.g. 'my-value'). Got value {comparison.split(' ')[-1]}"
    )


@pytest.mark.parametrize("text", ["tags.t = one", "tags.t = `one`", "status = FINISHED", "run_name = alpha"])
def test_text_must_be_quoted(search: Callable[[str], Any], text: str) -> None:
    search(text).is_invalid(
        "Parameter value is either not quoted or unidentified quote types used for string value "
        f"{text.split(' ')[-1]}. Use either single or double quotes."
    )


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("metrics.m <> 1", "<>"),
        ("metrics.m == 1", "=="),
        ("params.p > '1'", ">"),
        ("params.p NOT LIKE '1%'", "NOT LIKE"),
        ("params.p => '1'", "=>"),
        ("tags.t > 'a'", ">"),
        ("status > 'A'", ">"),
        ("run_name >= 'a'", ">="),
        ("run_id > '{a}'", ">"),
        ("datasets.name > 'd'", ">"),
    ],
)
def test_each_kind_has_its_comparators(search: Callable[[str], Any], text: str, comparator: str) -> None:
    search(text).is_invalid(f"Invalid comparator '{comparator}' not one of '{{")


@pytest.mark.parametrize(
    "text", ["metrics.m IS NULL", "status IS NOT NULL", "start_time IS NULL", "dataset.name IS NULL"]
)
def test_only_params_and_tags_can_be_null(search: Callable[[str], Any], text: str) -> None:
    search(text).is_invalid("IS NULL / IS NOT NULL is only supported for tags and params")


@pytest.mark.parametrize("attribute", ["status", "run_name", "user_id"])
def test_only_run_ids_take_a_list(search: Callable[[str], Any], attribute: str) -> None:
    search(f"{attribute} IN ('x')").is_invalid(
        "Only ['run_id'] attributes support comparison with a list of quoted string values."
    )


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("run_id IN ()", "expected a non-empty list of string values, but got empty list"),
        ("run_id IN ('x', 5)", "expected string value, punctuation, or whitespace, but got different type in list"),
        ("dataset.name IN (1)", "but got different type in list"),
    ],
)
def test_a_list_holds_strings(search: Callable[[str], Any], text: str, phrase: str) -> None:
    search(text).is_invalid("While parsing a list in the query, ", phrase)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("m = 1", "m"),
        ("metrics = 1", "metrics"),
        ("nope = 'x'", "nope"),
        ("attributes.nope = 'x'", "nope"),
        ("name = 'alpha'", "name"),
        ("attributes.Run_name = 'alpha'", "Run_name"),
        ("run_uuid = 'x'", "run_uuid"),
        ("experiment_id = '1'", "experiment_id"),
        ("lifecycle_stage = 'active'", "lifecycle_stage"),
        ('attributes."Start Time" > 100', "Start Time"),
    ],
)
def test_unknown_attributes_are_named(search: Callable[[str], Any], text: str, key: str) -> None:
    search(text).is_invalid(f"Invalid attribute key '{key}' specified. Valid keys are ")


@pytest.mark.parametrize("prefix", ["METRICS", "Metrics", "m", "model", "inputs", "trace"])
def test_unknown_prefixes_are_named(search: Callable[[str], Any], prefix: str) -> None:
    search(f"{prefix}.m = 1").is_invalid(f"Invalid entity type '{prefix}'. Valid values are ['metric', 'parameter', ")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("dataset.profile = 'x'", "Invalid dataset key 'profile' specified. Valid keys are "),
        ("dataset.name = 5", "Expected a quoted string value for dataset attributes. Got value 5"),
        ("status = 3", "Expected a quoted string value for attributes. Got value 3"),
        ("1 = metrics.m", "Invalid comparison clause. Expected 'Identifier' found '1'"),
        ("'a' = 'a'", "Invalid comparison clause. Expected 'Identifier' found"),
        ("metrics.m = 1; params.p = '1'", "Search filter contained multiple expression"),
        ("metrics.m = 1; params.p = '1'", "Provide AND-ed expression list."),
    ],
)
def test_other_refusals_say_why(search: Callable[[str], Any], text: str, phrase: str) -> None:
    search(text).is_invalid(phrase)


@pytest.mark.parametrize(
    "text",
    [
        "metrics.m >= 1 OR params.p = '1'",
        "metrics.m >= 1 or params.p = '1'",
        "NOT metrics.m >= 1",
        "(metrics.m >= 1)",
        "metrics.m >= 1 AND (params.p = '1')",
        "metrics.m",
        "metrics.m =",
        "= 1",
        "metrics.m >= 1;",
        "metrics.m >= 1, params.p = '1'",
        "metrics.m > +1",
        "metrics.m = 0x10",
        "metrics.m BETWEEN 1 AND 2",
        "metrics.m 2 = 5",
        "tags.t 'x' = 'y'",
        "NOT 2 = 5",
        "params.p = '1",
        "params.p = 1'",
        "params.p NOT = '1'",
        "run_id IN 'x'",
        "select * from runs",
        "metrics.m >= 1 -- comment",
    ],
)
def test_anything_else_is_an_invalid_clause(search: Callable[[str], Any], text: str) -> None:
    search(text).is_invalid("Invalid clause(s) in filter string: ")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("text", ["run_id = ('{a}')", "run_id IN (abc)"])
def test_other_bad_lists_are_refused_plainly(search: Callable[[str], Any], text: str) -> None:
    search(text).is_invalid()


@pytest.mark.better_than_mlflow
def test_a_filter_may_have_many_clauses(found: Callable[[str], str]) -> None:
    assert found(" AND ".join(["params.p LIKE '%'"] * 70 + ["metrics.m > 0"] * 30)) == "abd"


@pytest.mark.better_than_mlflow
def test_a_time_beyond_64_bits_is_only_a_large_number(found: Callable[[str], str]) -> None:
    assert found("start_time > 99999999999999999999999") == ""
    assert found("start_time < 99999999999999999999999") == EVERYONE
