"""Search of registered models and of versions: the filter grammar, order, and pages."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest


class Shop:
    """Four models and five versions of them, each changed later than the one before, and a prompt.

    Names begin with a stem that nothing else has; what comes back is named without it.
    """

    def __init__(self, http: Any, run_ids: tuple[str, str]) -> None:
        self.http, self.stem = http, f"shop{uuid.uuid4().hex[:10]}"
        self.first, self.second = run_ids
        self.like = f"name LIKE '{self.stem}%'"
        self._clock = 0
        for name, tags in {"a1": {"team": "xa"}, "B2": {"team": "xb"}, "a_c": {"my tag": "odd"}, "a%c": {}}.items():
            self._model(name, tags)
        self._model("prompt", {"mlflow.prompt.is_prompt": "true"})
        self._version("a1", "s3://b/1", self.first, {"kind": "old"})
        self._version("a1", "s3://b/2", self.second, {"kind": "new"})
        self._version("a_c", "s3://b/3", self.first, {"kind": "new", "only": "here"})
        self._version("B2", "dbfs:/4", "", {})
        self._version("a1", "s3://B/5", self.first, {"kind": "new"})
        text = {"mlflow.prompt.is_prompt": "true", "mlflow.prompt.text": "hi"}
        self._version("prompt", "dummy-source", "", text)

    def models(self, **fields: Any) -> list[str]:
        """Names found; the filter is narrowed to this shop unless it says `raw`."""
        found = self.http.get("registered-models/search", self._asked(fields)).ok()
        return [model["name"].removeprefix(self.stem) for model in found.get("registered_models", [])]

    def versions(self, **fields: Any) -> list[str]:
        found = self.http.get("model-versions/search", self._asked(fields)).ok()
        listed = found.get("model_versions", [])
        return [f"{each['name'].removeprefix(self.stem)}/{each['version']}" for each in listed]

    def _asked(self, fields: dict[str, Any]) -> dict[str, Any]:
        said = fields.pop("filter", "")
        return {"filter": f"{said} AND {self.like}" if said else self.like, **fields}

    def _model(self, name: str, tags: dict[str, str]) -> None:
        body = {"name": self.stem + name, "tags": _pairs(tags)}
        model = self.http.post("registered-models/create", body).ok()["registered_model"]
        self._let_the_clock_move(model["last_updated_timestamp"])

    def _version(self, name: str, source: str, run_id: str, tags: dict[str, str]) -> None:
        body = {"name": self.stem + name, "source": source, "run_id": run_id, "tags": _pairs(tags)}
        version = self.http.post("model-versions/create", body).ok()["model_version"]
        self._let_the_clock_move(version["last_updated_timestamp"])

    def _let_the_clock_move(self, since: int) -> None:
        """Order by time is by millisecond: ask until the server's clock has moved on."""
        now = since
        while now <= since:
            body = {"name": f"clock{self.stem}"}
            now = self.http.post("registered-models/create", body).ok()["registered_model"]["creation_timestamp"]
            self.http.delete("registered-models/delete", body).ok()


def _pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


@pytest.fixture(scope="module")
def shop(http: Any) -> Shop:
    """One shop for the module: searching changes nothing."""
    experiment = http.post("experiments/create", {"name": f"shop-{uuid.uuid4().hex}"}).ok()["experiment_id"]
    body = {"experiment_id": experiment}
    first, second = (http.post("runs/create", body).ok()["run"]["info"]["run_id"] for _ in range(2))
    return Shop(http, (first, second))


# --- models: filter


@pytest.mark.parametrize(
    ("filter_text", "names"),
    [
        ("name = '{stem}a1'", ["a1"]),
        ("name != '{stem}a1'", ["B2", "a%c", "a_c"]),
        ("name LIKE '{stem}a%'", ["a%c", "a1", "a_c"]),
        ("name LIKE '{stem}A%'", []),
        ("name ILIKE '{stem}A%'", ["a%c", "a1", "a_c"]),
        ("name LIKE '{stem}a_c'", ["a%c", "a_c"]),
        ("name LIKE '%a%c'", ["a%c", "a_c"]),
        ("name IN ('{stem}a1', '{stem}B2', 'none')", ["B2", "a1"]),
        ("name NOT IN ('{stem}a1', '{stem}B2')", ["a%c", "a_c"]),
        ("attribute.name = '{stem}a1'", ["a1"]),
        ("name = '{stem}a1' AND name = '{stem}B2'", []),
        ("tags.team = 'xa'", ["a1"]),
        ("tag.team = 'xa'", ["a1"]),
        ("tags.team != 'xa'", ["B2"]),
        ("tags.team LIKE 'x%'", ["B2", "a1"]),
        ("tags.team ILIKE 'XA'", ["a1"]),
        ("tags.team LIKE 'XA'", []),
        ("tags.`my tag` = 'odd'", ["a_c"]),
        ("tags.team = 'xa' AND tags.`my tag` = 'odd'", []),
        ("tags.none = 'x'", []),
        ("name='{stem}a1'", ["a1"]),
        ("name like '{stem}a1' and name = '{stem}a1'", ["a1"]),
    ],
)
def test_models_are_found_by_name_and_tag(shop: Shop, filter_text: str, names: list[str]) -> None:
    assert shop.models(filter=filter_text.replace("{stem}", shop.stem)) == sorted(names)


@pytest.mark.better_than_mlflow
def test_models_are_found_by_whether_they_have_a_tag(shop: Shop) -> None:
    assert shop.models(filter="tags.team IS NULL") == ["a%c", "a_c"]
    assert shop.models(filter="tags.team IS NOT NULL") == ["B2", "a1"]


def test_prompts_are_found_only_by_who_asks_for_them(shop: Shop) -> None:
    prompt = "tags.`mlflow.prompt.is_prompt`"
    everything_else = ["B2", "a%c", "a1", "a_c"]
    assert shop.models() == everything_else
    assert shop.models(filter=f"{prompt} = 'true'") == ["prompt"]
    assert shop.models(filter="tag.`mlflow.prompt.is_prompt` != 'true'") == everything_else
    assert shop.models(filter=f"{prompt} = 'false'") == everything_else
    assert shop.models(filter=f"{prompt} LIKE '%'") == everything_else
    assert shop.models(filter=f"name = '{shop.stem}prompt'") == []
    assert "prompt/1" not in shop.versions()
    assert shop.versions(filter=f"{prompt} = 'true'") == ["prompt/1"]


@pytest.mark.parametrize(
    ("filter_text", "message"),
    [
        ("name = a", "Parameter value is either not quoted or unidentified quote types used for string value a."),
        ("name > 'a'", "Invalid comparator for attribute: >"),
        ("bogus = 'x'", "Invalid attribute key 'bogus' specified. Valid keys are '{'name'}'"),
        ("creation_timestamp > 5", "Invalid attribute key 'creation_timestamp' specified."),
        ("Name = 'x'", "Invalid attribute key 'Name' specified."),
        ("tags.a > 'x'", "Invalid comparator for tag: >"),
        ("tags.a IN ('x')", "Expected a quoted string value for tag (e.g. 'my-value'). Got value ('x')"),
        ("name = 'a' OR name = 'b'", "Invalid clause(s) in filter string: OR"),
        ("(name = 'a')", "Invalid clause(s) in filter string: (name = 'a')"),
        ("NOT name = 'a'", "Invalid clause(s) in filter string: NOT"),
        ("name", "Invalid clause(s) in filter string: name"),
        ("name =", "Invalid clause(s) in filter string: name, ="),
        ("   ", "Invalid filter '   '. Could not be parsed."),
        ("name = 'a'; name = 'b'", "Search filter contained multiple expression"),
        (
            "attributes.name = 'a'",
            "Invalid entity type 'attributes'. Valid entity types are ('attribute',",
        ),
        ("params.x = '1'", "Invalid entity type 'params'."),
        ("'name' = 'a'", "Invalid comparison clause. Expected 'Identifier' found ''name''"),
        ("name IN ()", "expected a non-empty list of string values, but got empty list"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(http: Any, filter_text: str, message: str) -> None:
    http.get("registered-models/search", {"filter": filter_text}).is_invalid(message)


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("path", ["registered-models/search", "model-versions/search"])
def test_an_attribute_is_never_null(http: Any, path: str) -> None:
    http.get(path, {"filter": "name IS NULL"}).is_invalid("IS NULL / IS NOT NULL is only supported for tags")


# --- models: order and pages


@pytest.mark.parametrize(
    ("order_by", "names"),
    [
        ([], ["B2", "a%c", "a1", "a_c"]),
        (["name"], ["B2", "a%c", "a1", "a_c"]),
        (["name DESC"], ["a_c", "a1", "a%c", "B2"]),
        (["name desc"], ["a_c", "a1", "a%c", "B2"]),
        (["timestamp"], ["a%c", "a_c", "B2", "a1"]),
        (["timestamp DESC"], ["a1", "B2", "a_c", "a%c"]),
        (["last_updated_timestamp DESC", "name DESC"], ["a1", "B2", "a_c", "a%c"]),
    ],
)
def test_models_come_in_order(shop: Shop, order_by: list[str], names: list[str]) -> None:
    assert shop.models(order_by=order_by) == names


@pytest.mark.parametrize(
    ("order_by", "message"),
    [
        (["bogus"], "Invalid order by key 'bogus' specified."),
        (["creation_timestamp"], "Invalid order by key 'creation_timestamp' specified."),
        (["tags.x"], "Invalid order by key 'tags.x' specified."),
        (["name UP"], "Invalid ordering key in order_by clause 'name UP'."),
        ([""], "Invalid order_by clause ''. Could not be parsed."),
        (["name,timestamp"], "Invalid order_by clause 'name,timestamp'. Could not be parsed."),
    ],
)
def test_an_order_that_means_nothing_is_refused(shop: Shop, http: Any, order_by: list[str], message: str) -> None:
    http.get("registered-models/search", {"filter": shop.like, "order_by": order_by}).is_invalid(message)


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("path", ["registered-models/search", "model-versions/search"])
def test_the_same_key_twice_in_an_order_is_told_as_a_mistake(http: Any, path: str) -> None:
    http.get(path, {"order_by": ["name", "name"]}).is_invalid("`order_by` contains duplicate fields")


@pytest.mark.parametrize("order_by", [[], ["name DESC"], ["timestamp DESC"]], ids=["default", "name", "time"])
def test_pages_of_models_are_the_whole(shop: Shop, http: Any, order_by: list[str]) -> None:
    asked = {"filter": shop.like, "order_by": order_by, "max_results": 3}
    walked: list[str] = []
    token = ""
    while True:
        page = http.get("registered-models/search", {**asked, "page_token": token}).ok()
        walked += [model["name"].removeprefix(shop.stem) for model in page["registered_models"]]
        token = page.get("next_page_token", "")
        if not token:
            break
    assert walked == shop.models(order_by=order_by)


def test_a_found_model_is_whole(shop: Shop, http: Any) -> None:
    named = {"filter": f"name = '{shop.stem}a1'"}
    found = http.get("registered-models/search", named).ok()["registered_models"]
    model = http.get("registered-models/get", {"name": f"{shop.stem}a1"}).ok()["registered_model"]
    assert found == [model]
    assert [version["version"] for version in model["latest_versions"]] == ["3"]


@pytest.mark.parametrize("token", ["abc", "!!"])
@pytest.mark.parametrize("path", ["registered-models/search", "model-versions/search"])
def test_what_is_no_token_is_refused(http: Any, path: str, token: str) -> None:
    http.get(path, {"page_token": token}).is_invalid("Invalid page token")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("path", ["registered-models/search", "model-versions/search"])
def test_a_token_is_good_for_its_own_search_only(shop: Shop, http: Any, path: str) -> None:
    token = http.get(path, {"filter": shop.like, "max_results": 1}).ok()["next_page_token"]
    http.get(path, {"filter": "name LIKE 'other%'", "page_token": token}).is_invalid("of another search")
    http.get(path, {"filter": shop.like, "order_by": ["name DESC"], "page_token": token}).is_invalid("another search")


def test_a_page_has_a_greatest_size(http: Any) -> None:
    http.get("registered-models/search", {"max_results": 1000}).ok()
    http.get("registered-models/search", {"max_results": 1001}).is_invalid("max_results")
    http.get("registered-models/search", {"max_results": "abc"}).is_invalid("max_results")
    http.get("model-versions/search", {"max_results": 200_000}).ok()
    http.get("model-versions/search", {"max_results": 200_001}).is_invalid("max_results")
    for limit in (0, -1):
        answer = http.get("model-versions/search", {"max_results": limit})
        answer.is_invalid(f"Invalid value for max_results. It must be a positive integer, but got {limit}")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("limit", [0, -1])
def test_a_page_of_nothing_is_refused(http: Any, limit: int) -> None:
    http.get("registered-models/search", {"max_results": limit}).is_invalid("It must be a positive integer")


# --- versions


@pytest.mark.parametrize(
    ("filter_text", "versions"),
    [
        ("name = '{stem}a1'", ["a1/3", "a1/2", "a1/1"]),
        ("name ILIKE '{stem}A1'", ["a1/3", "a1/2", "a1/1"]),
        ("name != '{stem}a1'", ["B2/1", "a_c/1"]),
        ("name IN ('{stem}a1', '{stem}B2')", ["a1/3", "B2/1", "a1/2", "a1/1"]),
        ("name = '{stem}none'", []),
        ("attribute.name = '{stem}B2'", ["B2/1"]),
        ("run_id = '{first}'", ["a1/3", "a_c/1", "a1/1"]),
        ("run_id != '{first}'", ["B2/1", "a1/2"]),
        ("run_id IN ('{first}', '{second}')", ["a1/3", "a_c/1", "a1/2", "a1/1"]),
        ("run_id NOT IN ('{first}')", ["B2/1", "a1/2"]),
        ("run_id = ''", ["B2/1"]),
        ("run_id LIKE '{first}%'", ["a1/3", "a_c/1", "a1/1"]),
        ("source_path = 's3://b/1'", ["a1/1"]),
        ("source_path LIKE 's3://b/%'", ["a_c/1", "a1/2", "a1/1"]),
        ("source_path ILIKE 's3://b/%'", ["a1/3", "a_c/1", "a1/2", "a1/1"]),
        ("version_number = 1", ["B2/1", "a_c/1", "a1/1"]),
        ("version_number = '1'", ["B2/1", "a_c/1", "a1/1"]),
        ("version_number > 1", ["a1/3", "a1/2"]),
        ("version_number >= 2 AND version_number < 3", ["a1/2"]),
        ("version_number != 1", ["a1/3", "a1/2"]),
        ("tags.kind = 'new'", ["a1/3", "a_c/1", "a1/2"]),
        ("tag.kind = 'old'", ["a1/1"]),
        ("tags.kind != 'new'", ["a1/1"]),
        ("tags.kind LIKE 'n%' AND tags.only = 'here'", ["a_c/1"]),
        ("tags.kind ILIKE 'NEW' AND run_id = '{second}'", ["a1/2"]),
        ("name = '{stem}a1' AND run_id = '{first}' AND version_number > 1", ["a1/3"]),
    ],
)
def test_versions_are_found_by_what_is_known_of_them(shop: Shop, filter_text: str, versions: list[str]) -> None:
    text = filter_text.replace("{stem}", shop.stem).replace("{first}", shop.first).replace("{second}", shop.second)
    assert shop.versions(filter=text) == versions


@pytest.mark.parametrize(
    ("order_by", "versions"),
    [
        ([], ["a1/3", "B2/1", "a_c/1", "a1/2", "a1/1"]),
        (["name"], ["B2/1", "a1/3", "a1/2", "a1/1", "a_c/1"]),
        (["name DESC"], ["a_c/1", "a1/3", "a1/2", "a1/1", "B2/1"]),
        (["name", "version_number"], ["B2/1", "a1/1", "a1/2", "a1/3", "a_c/1"]),
        (["version_number"], ["B2/1", "a1/1", "a_c/1", "a1/2", "a1/3"]),
        (["version_number DESC"], ["a1/3", "a1/2", "B2/1", "a1/1", "a_c/1"]),
        (["creation_timestamp"], ["a1/1", "a1/2", "a_c/1", "B2/1", "a1/3"]),
        (["last_updated_timestamp DESC"], ["a1/3", "B2/1", "a_c/1", "a1/2", "a1/1"]),
    ],
)
def test_versions_come_in_order(shop: Shop, http: Any, order_by: list[str], versions: list[str]) -> None:
    assert shop.versions(order_by=order_by) == versions
    walked: list[str] = []
    token = ""
    while not walked or token:
        asked = {"filter": shop.like, "order_by": order_by, "max_results": 2, "page_token": token}
        page = http.get("model-versions/search", asked).ok()
        walked += [f"{each['name'].removeprefix(shop.stem)}/{each['version']}" for each in page["model_versions"]]
        token = page.get("next_page_token", "")
    assert walked == versions


@pytest.mark.parametrize(
    ("filter_text", "message"),
    [
        ("current_stage = 'None'", "Invalid attribute key 'current_stage' specified."),
        ("model_id = 'x'", "Invalid attribute key 'model_id' specified."),
        ("name > 'a'", "Invalid comparator for attribute: >"),
        ("version_number LIKE '1'", "Invalid comparator for attribute version_number: LIKE"),
        ("version_number = 1.5", "Invalid value for numeric attribute 'version_number': 1.5"),
        ("version_number = 1.0", "Invalid value for numeric attribute 'version_number': 1.0"),
        ("version_number IN (1,2)", "Only ['name', 'run_id'] attributes support comparison with a list"),
        ("source_path IN ('x')", "Only ['name', 'run_id'] attributes support comparison with a list"),
        ("tags.a > 'x'", "Invalid comparator for tag: >"),
        ("params.x = '1'", "Invalid entity type 'params'."),
        ("run_id IN (1)", "but got different type in list: (1,)"),
        ("name = 'x' OR name = 'y'", "Invalid clause(s) in filter string: OR"),
    ],
)
def test_a_filter_of_versions_that_means_nothing_is_refused(http: Any, filter_text: str, message: str) -> None:
    http.get("model-versions/search", {"filter": filter_text}).is_invalid(message)


@pytest.mark.parametrize("key", ["timestamp", "run_id", "source_path", "bogus"])
def test_versions_are_not_ordered_by_anything(http: Any, key: str) -> None:
    answer = http.get("model-versions/search", {"order_by": [key]})
    answer.is_invalid(f"Invalid attribute key '{key}' specified.")


def test_a_found_version_is_whole(shop: Shop, http: Any) -> None:
    name = f"{shop.stem}a_c"
    found = http.get("model-versions/search", {"filter": f"name = '{name}'"}).ok()["model_versions"]
    assert found == [http.get("model-versions/get", {"name": name, "version": "1"}).ok()["model_version"]]


# --- through the client


def test_the_client_searches_and_walks_pages(shop: Shop, client: Any) -> None:
    first = client.search_registered_models(shop.like, max_results=3, order_by=["name DESC"])
    rest = client.search_registered_models(shop.like, max_results=3, order_by=["name DESC"], page_token=first.token)
    assert [model.name.removeprefix(shop.stem) for model in [*first, *rest]] == ["a_c", "a1", "a%c", "B2"]
    assert not rest.token
    versions = client.search_model_versions(f"name = '{shop.stem}a1' AND run_id = '{shop.first}'")
    assert [version.version for version in versions] == ["3", "1"]


def test_the_client_hears_why_a_search_was_refused(client: Any, refused: Callable[..., Any]) -> None:
    assert refused(client.search_registered_models, "bogus = 'x'").error_code == "INVALID_PARAMETER_VALUE"
    assert refused(client.search_model_versions, "bogus = 'x'").error_code == "INVALID_PARAMETER_VALUE"
