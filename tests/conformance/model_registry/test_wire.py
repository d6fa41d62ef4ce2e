"""What the client does not ask for: the second prefix, other resources, filters, finding, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def model(wire: Any, unique: Callable[[str], str]) -> dict[str, Any]:
    return wire.ok("POST", "registered_models", {"name": unique("model"), "externalId": unique("ext")})


@pytest.fixture
def version(wire: Any, model: dict[str, Any], unique: Callable[[str], str]) -> dict[str, Any]:
    body = {"name": "x", "externalId": unique("ext"), "author": "me"}
    return wire.ok("POST", f"registered_models/{model['id']}/versions", body)


@pytest.fixture
def service(wire: Any, model: dict[str, Any], unique: Callable[[str], str]) -> dict[str, Any]:
    environment = wire.ok("POST", "serving_environments", {"name": unique("environment"), "description": "d"})
    body = {"name": "serving", "registeredModelId": model["id"], "runtime": "ovms"}
    return wire.ok("POST", f"serving_environments/{environment['id']}/inference_services", body)


def test_both_prefixes_speak_of_the_same(wire: Any, model: dict[str, Any]) -> None:
    assert wire.ok("GET", f"/api/model_registry/v1/registered_models/{model['id']}") == model
    assert wire.ok("GET", f"registered_models/{model['id']}") == model


def test_all_that_a_model_may_say_is_kept(wire: Any, unique: Callable[[str], str]) -> None:
    said = {
        "name": unique("model"),
        "description": "d",
        "externalId": unique("ext"),
        "owner": "o",
        "state": "LIVE",
        "readme": "# Card",
        "maturity": "Generally Available",
        "language": ["en", "de"],
        "tasks": ["text-generation"],
        "provider": "p",
        "logo": "data:image/png;base64,AA==",
        "license": "apache-2.0",
        "licenseLink": "https://example.com",
        "libraryName": "transformers",
        "customProperties": {
            "i": {"int_value": "7", "metadataType": "MetadataIntValue"},
            "d": {"double_value": 0.1, "metadataType": "MetadataDoubleValue"},
            "b": {"bool_value": False, "metadataType": "MetadataBoolValue"},
            "s": {"string_value": "", "metadataType": "MetadataStringValue"},
            "st": {"struct_value": "e30=", "metadataType": "MetadataStructValue"},
            "p": {"type": "t", "proto_value": "AA==", "metadataType": "MetadataProtoValue"},
        },
    }
    made = wire.ok("POST", "registered_models", said)
    assert {key: made[key] for key in said} == said
    changed = wire.ok("PATCH", f"registered_models/{made['id']}", {"language": ["fr"], "readme": "# New"})
    assert {**changed, "lastUpdateTimeSinceEpoch": ""} == {
        **made,
        "language": ["fr"],
        "readme": "# New",
        "lastUpdateTimeSinceEpoch": "",
    }


def test_things_are_found_by_name_and_by_id_from_elsewhere(
    wire: Any, model: dict[str, Any], version: dict[str, Any]
) -> None:
    fresh = wire.ok("GET", f"registered_models/{model['id']}")
    assert wire.ok("GET", "registered_model", name=model["name"]) == fresh
    assert wire.ok("GET", "registered_model", externalId=model["externalId"]) == fresh
    assert wire.ok("GET", "model_version", name="x", parentResourceId=model["id"]) == version
    assert wire.ok("GET", "model_version", externalId=version["externalId"]) == version
    assert "no registered model" in wire.refused(404, "GET", "registered_model", name="nobody's")
    assert "neither name nor externalId" in wire.refused(400, "GET", "registered_model")
    assert "parentResourceId" in wire.refused(400, "GET", "model_version", name="x")


def test_artifacts_of_every_kind_are_kept_and_listed_by_kind(wire: Any, version: dict[str, Any]) -> None:
    path = f"model_versions/{version['id']}/artifacts"
    sent = [
        {"artifactType": "model-artifact", "name": "m", "uri": "s3://b/m", "modelFormatName": "onnx"},
        {"artifactType": "doc-artifact", "name": "doc", "uri": "s3://b/doc", "state": "LIVE"},
        {"artifactType": "dataset-artifact", "name": "data", "digest": "abc", "schema": "{}", "sourceType": "s3"},
        {"artifactType": "metric", "name": "accuracy", "value": 0.5, "timestamp": "17", "step": "3"},
        {"artifactType": "parameter", "name": "lr", "value": "0.1", "parameterType": "number"},
    ]
    for each in sent:
        made = wire.ok("POST", path, each)
        assert {key: made[key] for key in each} == each
        assert wire.ok("GET", f"artifacts/{made['id']}") == made
    assert [each["name"] for each in wire.ok("GET", path)["items"]] == ["m", "doc", "data", "accuracy", "lr"]
    assert [each["name"] for each in wire.ok("GET", path, artifactType="metric")["items"]] == ["accuracy"]
    found = wire.ok("GET", "artifact", name="doc", parentResourceId=version["id"])
    assert found["uri"] == "s3://b/doc"
    assert "no model-artifact" in wire.refused(404, "GET", f"model_artifacts/{found['id']}")
    again = wire.ok("POST", path, {"id": found["id"], "artifactType": "doc-artifact", "uri": "s3://b/doc2"})
    assert (again["id"], again["uri"], again["name"]) == (found["id"], "s3://b/doc2", "doc")


def test_what_serves_is_noted(
    wire: Any, model: dict[str, Any], version: dict[str, Any], service: dict[str, Any]
) -> None:
    assert (service["desiredState"], service["runtime"]) == ("DEPLOYED", "ovms")
    assert wire.ok("GET", f"inference_services/{service['id']}/model")["id"] == model["id"]
    assert wire.ok("GET", f"inference_services/{service['id']}/version")["id"] == version["id"], "the latest"
    changes = {"desiredState": "UNDEPLOYED", "modelVersionId": version["id"]}
    changed = wire.ok("PATCH", f"inference_services/{service['id']}", changes)
    assert {key: changed[key] for key in changes} == changes
    environment = service["servingEnvironmentId"]
    listed = wire.ok("GET", f"serving_environments/{environment}/inference_services")
    assert [each["id"] for each in listed["items"]] == [service["id"]]
    assert wire.ok("GET", "inference_service", name="serving", parentResourceId=environment)["id"] == service["id"]
    serve = {"modelVersionId": version["id"], "lastKnownState": "RUNNING"}
    made = wire.ok("POST", f"inference_services/{service['id']}/serves", serve)
    assert {key: made[key] for key in serve} == serve
    assert wire.ok("GET", f"inference_services/{service['id']}/serves")["items"] == [made]
    name = wire.ok("GET", f"serving_environments/{environment}")["name"]
    assert "already" in wire.refused(409, "POST", "serving_environments", {"name": name})


def test_lists_are_filtered(wire: Any, unique: Callable[[str], str]) -> None:
    stem = unique("filter")
    for number in range(4):
        properties = {
            "n": {"int_value": str(number), "metadataType": "MetadataIntValue"},
            "even": {"string_value": "yes" if number % 2 == 0 else "no", "metadataType": "MetadataStringValue"},
        }
        body = {"name": f"{stem}-{number}", "customProperties": properties, "owner": "o"}
        wire.ok("POST", "registered_models", body)

    def found(query: str) -> list[str]:
        items = wire.ok("GET", "registered_models", filterQuery=f"name LIKE '{stem}%' AND {query}")["items"]
        return [each["name"].removeprefix(f"{stem}-") for each in items]

    assert found("owner = 'o'") == ["0", "1", "2", "3"]
    assert found(f"name != '{stem}-1'") == ["0", "2", "3"]
    assert found("even = 'yes'") == ["0", "2"]
    assert found("n > 1") == ["2", "3"]
    assert found("n.int_value <= 1 AND even.string_value = 'no'") == ["1"]
    assert found("state IN ('ARCHIVED')") == []
    for query in ("name =", "name = x y", "name > 'x'", "id = 'x'", "nonsense IS NULL"):
        wire.refused(400, "GET", "registered_models", filterQuery=query)


def test_versions_are_filtered_by_the_name_that_they_go_by(wire: Any, model: dict[str, Any]) -> None:
    path = f"registered_models/{model['id']}/versions"
    wire.ok("POST", path, {"name": "v1.0", "externalId": "first"})
    made = {"name": model["name"], "source": "s3://bucket/x"}
    wire.ok("POST", "/api/2.0/mlflow/model-versions/create", made)

    def found(query: str) -> list[str]:
        return [each["name"] for each in wire.ok("GET", path, filterQuery=query)["items"]]

    assert (found("name = 'v1.0'"), found("name = '2'"), found("name = '1'")) == (["v1.0"], ["2"], [])
    assert (found("name LIKE 'v%'"), found("externalId = 'first'")) == (["v1.0"], ["v1.0"])
    models = wire.ok("GET", "registered_models", filterQuery=f"externalId = '{model['externalId']}'")["items"]
    assert [each["id"] for each in models] == [model["id"]]


def test_pages_go_on_where_the_last_one_ended(wire: Any, model: dict[str, Any]) -> None:
    path = f"registered_models/{model['id']}/versions"
    for number in range(5):
        wire.ok("POST", path, {"name": f"v{number}"})
    first = wire.ok("GET", path, pageSize=2, orderBy="CREATE_TIME", sortOrder="DESC")
    assert ([each["name"] for each in first["items"]], first["size"], first["pageSize"]) == (["v4", "v3"], 2, 2)
    more = {"pageSize": 9, "orderBy": "CREATE_TIME", "sortOrder": "DESC", "nextPageToken": first["nextPageToken"]}
    rest = wire.ok("GET", path, **more)
    assert ([each["name"] for each in rest["items"]], rest["nextPageToken"]) == (["v2", "v1", "v0"], "")
    assert "another list" in wire.refused(400, "GET", path, **{**more, "sortOrder": "ASC"})
    assert "no page token" in wire.refused(400, "GET", path, nextPageToken="x")


@pytest.mark.parametrize(
    ("status", "method", "path", "body"),
    [
        (404, "GET", "registered_models/x", None),
        (404, "GET", "registered_models/99999999999999999999", None),
        (404, "GET", "model_versions/999999", None),
        (404, "PATCH", "artifacts/999999", {"uri": "s3://x"}),
        (404, "POST", "model_versions/999999/artifacts", {"artifactType": "metric", "value": 1}),
        (404, "GET", "registered_models/999999/versions", None),
        (404, "POST", "model_versions", {"name": "x", "registeredModelId": "999999"}),
        (400, "POST", "model_versions", {"name": "x"}),
        (400, "POST", "registered_models", {}),
        (400, "POST", "registered_models", {"name": "a/b"}),
        (400, "POST", "registered_models", {"name": "x", "state": "GONE"}),
        (400, "POST", "registered_models", {"name": "x", "language": "en"}),
        (400, "POST", "registered_models", []),
        (413, "POST", "registered_models", {"name": "x", "owner": "o" * 1001}),
        (400, "POST", "artifacts", {"artifactType": "picture"}),
        (400, "POST", "artifacts", {"artifactType": "metric", "name": "m", "value": "high"}),
        (400, "POST", "artifacts", {"artifactType": "parameter", "name": "m", "value": 1}),
        (400, "POST", "artifacts", {"name": "m"}),
        (400, "POST", "inference_services", {"name": "x"}),
        (404, "GET", "inference_services/1x", None),
        (405, "DELETE", "registered_models/1", None),
        (404, "GET", "experiments", None),
    ],
)
def test_what_cannot_be_is_refused(wire: Any, status: int, method: str, path: str, body: Any) -> None:
    assert wire.refused(status, method, path, body)


@pytest.mark.parametrize(
    "value",
    [
        {"metadataType": "MetadataIntValue", "int_value": "x"},
        {"metadataType": "MetadataIntValue", "int_value": "12345678901"},
        {"metadataType": "MetadataDoubleValue", "double_value": "x"},
        {"metadataType": "MetadataBoolValue", "bool_value": "true"},
        {"metadataType": "MetadataStringValue"},
        {"metadataType": "MetadataStructValue", "struct_value": "not base 64!"},
        {"metadataType": "MetadataProtoValue", "proto_value": "AA=="},
        {"metadataType": "Nonsense", "string_value": "x"},
        {},
    ],
)
def test_a_property_is_what_it_says_that_it_is(wire: Any, unique: Callable[[str], str], value: dict[str, Any]) -> None:
    body = {"name": unique("model"), "customProperties": {"key": value}}
    assert "'key'" in wire.refused(400, "POST", "registered_models", body)


@pytest.mark.parametrize("query", [{"pageSize": 0}, {"pageSize": "x"}, {"orderBy": "NAME"}, {"sortOrder": "UP"}])
def test_a_list_is_asked_for_in_its_words(wire: Any, query: dict[str, Any]) -> None:
    for path in ("registered_models", "model_versions", "artifacts", "serving_environments", "inference_services"):
        wire.refused(400, "GET", path, **query)
