"""Pipelines: uploaded, made, found, listed, changed, deleted."""

import json
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import kfp
import kfp_server_api as api
import pytest


def named(name: str) -> str:
    """A filter by exactly this name."""
    return json.dumps({"predicates": [{"operation": "EQUALS", "key": "display_name", "string_value": name}]})


def starting(stem: str) -> str:
    return json.dumps({"predicates": [{"operation": "IS_SUBSTRING", "key": "name", "string_value": stem}]})


# --- upload


def test_an_uploaded_pipeline_has_every_field_that_a_client_reads(
    client: Any, package: str, unique: Callable[[str], str]
) -> None:
    name = unique("My pipeline")
    made = client.upload_pipeline(package, pipeline_name=name, description="says it")
    assert (made.name, made.display_name, made.description, made.namespace) == (name, name, "says it", "default")
    assert abs(datetime.now(UTC) - made.created_at) < timedelta(minutes=1)
    assert client.get_pipeline(made.pipeline_id) == made
    assert client.get_pipeline_id(name) == made.pipeline_id
    assert client.pipelines.pipeline_service_get_pipeline_by_name(name) == made


@pytest.mark.parametrize("name", ["versions", "a/b c", "50%", "日本", "x/versions", "?a=b#c"])
def test_a_pipeline_of_any_name_is_found_by_it(client: Any, name: str) -> None:
    made = client.pipelines.pipeline_service_create_pipeline(api.V2beta1Pipeline(name=name))
    assert client.pipelines.pipeline_service_get_pipeline_by_name(name) == made
    client.delete_pipeline(made.pipeline_id)


def test_an_upload_makes_the_first_version(client: Any, pipeline: Any) -> None:
    versions = client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions
    assert [version.name for version in versions] == [pipeline.name]
    assert versions[0].pipeline_spec["pipelineInfo"] == {"name": "say-it"}


def test_a_pipeline_function_is_uploaded(client: Any, unique: Callable[[str], str]) -> None:
    @kfp.dsl.component
    def double(x: int) -> int:
        return 2 * x

    @kfp.dsl.pipeline(name="doubling")
    def doubling(x: int = 3) -> int:
        return double(x=x).output

    name = unique("function")
    made = client.upload_pipeline_from_pipeline_func(doubling, pipeline_name=name)
    (version,) = client.list_pipeline_versions(made.pipeline_id).pipeline_versions
    assert version.pipeline_spec["root"]["inputDefinitions"]["parameters"]["x"]["defaultValue"] == 3
    again = client.upload_pipeline_version_from_pipeline_func(doubling, "second", pipeline_name=name)
    assert (again.pipeline_id, again.name) == (made.pipeline_id, "second")


@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
def test_a_packed_package_is_read(
    client: Any, package: str, tmp_path: Path, unique: Callable[[str], str], ending: str
) -> None:
    packed = tmp_path / f"package.{ending}"
    if ending == "zip":
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(package, "pipeline.yaml")
    else:
        with tarfile.open(packed, "w:gz") as archive:
            archive.add(package, "pipeline.yaml")
    assert client.upload_pipeline(str(packed), pipeline_name=unique("packed")).pipeline_id


def test_a_platform_spec_comes_back_beside_the_pipeline_spec(
    client: Any, package_with_platform: str, unique: Callable[[str], str]
) -> None:
    made = client.upload_pipeline(package_with_platform, pipeline_name=unique("platform"))
    (version,) = client.list_pipeline_versions(made.pipeline_id).pipeline_versions
    assert set(version.pipeline_spec) == {"pipeline_spec", "platform_spec"}
    assert "kubernetes" in version.pipeline_spec["platform_spec"]["platforms"]


def test_a_spec_that_cannot_run_is_refused_with_place_and_reason(
    client: Any, package: str, unique: Callable[[str], str], refused: Callable[..., Any]
) -> None:
    path = Path(package)
    path.write_text(path.read_text().replace("componentInputParameter: text", "componentInputParameter: nothing"))
    error = refused(client.upload_pipeline, package, pipeline_name=unique("broken"))
    assert (error.status, error.answer["code"]) == (400, 3)
    assert "root.dag.tasks.say" in error.answer["message"]
    assert "nothing" in error.answer["message"]


def test_an_upload_without_a_name_has_that_of_its_file(
    client: Any, package: str, tmp_path: Path, unique: Callable[[str], str]
) -> None:
    path = tmp_path / f"{unique('file')}.yaml"
    path.write_text(Path(package).read_text())
    assert client.pipeline_uploads.upload_pipeline(str(path)).name == path.name


def test_an_upload_carries_tags(client: Any, package: str, unique: Callable[[str], str]) -> None:
    made = client.pipeline_uploads.upload_pipeline(package, name=unique("tagged"), tags='{"team": "search"}')
    assert made.tags == {"team": "search"}


def test_a_name_is_taken_once(client: Any, package: str, pipeline: Any, refused: Callable[..., Any]) -> None:
    error = refused(client.upload_pipeline, package, pipeline_name=pipeline.name)
    assert (error.status, error.answer["code"]) == (409, 6)


# --- made without an upload


def test_a_pipeline_is_made_without_a_version(client: Any, unique: Callable[[str], str]) -> None:
    wanted = api.V2beta1Pipeline(display_name=unique("bare"), description="none yet", tags={"a": "b"})
    made = client.pipelines.pipeline_service_create_pipeline(wanted)
    assert (made.name, made.description, made.tags) == (wanted.display_name, "none yet", {"a": "b"})
    assert client.list_pipeline_versions(made.pipeline_id).pipeline_versions is None


def test_a_pipeline_is_made_with_its_version(client: Any, pipeline: Any, unique: Callable[[str], str]) -> None:
    spec = client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions[0].pipeline_spec
    both = api.V2beta1CreatePipelineAndVersionRequest(
        pipeline=api.V2beta1Pipeline(name=unique("both"), display_name="Both"),
        pipeline_version=api.V2beta1PipelineVersion(name="one", pipeline_spec=spec),
    )
    made = client.pipelines.pipeline_service_create_pipeline_and_version(both)
    assert made.display_name == "Both"
    (version,) = client.list_pipeline_versions(made.pipeline_id).pipeline_versions
    assert (version.name, version.pipeline_spec) == ("one", spec)


def test_no_address_is_opened_for_a_client(client: Any, unique: Callable[[str], str], refused: Any) -> None:
    both = api.V2beta1CreatePipelineAndVersionRequest(
        pipeline=api.V2beta1Pipeline(name=unique("url")),
        pipeline_version=api.V2beta1PipelineVersion(
            name="one", package_url=api.V2beta1Url(pipeline_url="http://127.0.0.1/p.yaml")
        ),
    )
    error = refused(client.pipelines.pipeline_service_create_pipeline_and_version, both)
    assert (error.status, error.answer["code"]) == (501, 12)


# --- lists


def test_a_list_is_walked_page_by_page(client: Any, package: str, unique: Callable[[str], str]) -> None:
    stem = unique("walked")
    names = [client.upload_pipeline(package, pipeline_name=f"{stem}-{number}").name for number in range(5)]
    first = client.list_pipelines(page_size=2, filter=starting(stem))
    assert ([each.name for each in first.pipelines], first.total_size) == (names[:2], 5)
    second = client.list_pipelines(page_size=2, filter=starting(stem), page_token=first.next_page_token)
    alone = client.list_pipelines(page_size=3, page_token=first.next_page_token)
    assert [each.name for each in second.pipelines] == names[2:4]
    assert [each.name for each in alone.pipelines] == names[2:]
    assert alone.next_page_token is None


def test_a_list_is_sorted_as_asked(client: Any, package: str, unique: Callable[[str], str]) -> None:
    stem = unique("sorted")
    for letter in "bca":
        client.upload_pipeline(package, pipeline_name=f"{stem}-{letter}")
    for order, wanted in (("display_name", "abc"), ("name desc", "cba"), ("created_at desc", "acb")):
        found = client.list_pipelines(sort_by=order, filter=starting(stem)).pipelines
        assert "".join(each.name[-1] for each in found) == wanted


def test_a_token_of_another_list_is_refused(
    client: Any, package: str, unique: Callable[[str], str], refused: Callable[..., Any]
) -> None:
    stem = unique("token")
    for number in range(2):
        client.upload_pipeline(package, pipeline_name=f"{stem}-{number}")
    token = client.list_pipelines(page_size=1, filter=starting(stem)).next_page_token
    assert refused(client.list_pipelines, page_token=token, filter=starting("x")).status == 400
    assert refused(client.list_experiments, page_token=token).status == 400
    assert refused(client.list_pipelines, page_token="nonsense").status == 400


def test_nothing_found_is_an_empty_list(client: Any, unique: Callable[[str], str]) -> None:
    assert client.list_pipelines(filter=named(unique("nobody"))).pipelines is None
    assert client.get_pipeline_id(unique("nobody")) is None


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("nonsense", "no filter"),
        ('{"predicates": [{"key": "shape", "operation": "EQUALS", "string_value": "x"}]}', "display_name"),
        ('{"predicates": [{"key": "name", "operation": "LIKE", "string_value": "x"}]}', "IS_SUBSTRING"),
        ('{"predicates": [{"key": "name", "operation": "EQUALS"}]}', "string_value"),
        ('{"predicates": [{"key": "created_at", "operation": "EQUALS", "string_value": "x"}]}', "timestamp_value"),
    ],
)
def test_a_filter_that_is_none_is_refused_with_a_way_out(
    client: Any, refused: Callable[..., Any], text: str, phrase: str
) -> None:
    error = refused(client.list_pipelines, filter=text)
    assert error.status == 400
    assert phrase in error.answer["message"]


def test_an_unknown_order_is_refused(client: Any, refused: Callable[..., Any]) -> None:
    assert "created_at" in refused(client.list_pipelines, sort_by="shape").answer["message"]
    assert refused(client.list_pipelines, sort_by="name sideways").status == 400


# --- change and delete


def test_what_is_said_of_a_pipeline_is_changed_and_the_rest_stays(client: Any, pipeline: Any) -> None:
    change = api.V2beta1Pipeline(display_name="Other", tags={"x": "y"})
    changed = client.pipelines.pipeline_service_update_pipeline(pipeline.pipeline_id, change)
    assert (changed.display_name, changed.name, changed.tags) == ("Other", pipeline.name, {"x": "y"})
    assert client.get_pipeline(pipeline.pipeline_id) == changed


def test_a_pipeline_with_versions_is_deleted_only_with_them(
    client: Any, pipeline: Any, refused: Callable[..., Any]
) -> None:
    error = refused(client.delete_pipeline, pipeline.pipeline_id)
    assert error.status == 400
    assert "cascade" in error.answer["message"]
    client.pipelines.pipeline_service_delete_pipeline(pipeline.pipeline_id, cascade=True)
    assert refused(client.get_pipeline, pipeline.pipeline_id).status == 404


def test_a_pipeline_without_versions_is_deleted(client: Any, pipeline: Any, refused: Callable[..., Any]) -> None:
    (version,) = client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions
    assert client.delete_pipeline_version(pipeline.pipeline_id, version.pipeline_version_id) == {}
    assert client.delete_pipeline(pipeline.pipeline_id) == {}
    assert refused(client.delete_pipeline, pipeline.pipeline_id).status == 404


def test_a_namespace_that_is_not_the_workspace_is_refused(
    client: Any, package: str, unique: Callable[[str], str], refused: Callable[..., Any]
) -> None:
    assert refused(client.list_pipelines, namespace="elsewhere").status == 400
    error = refused(client.upload_pipeline, package, pipeline_name=unique("ns"), namespace="elsewhere")
    assert error.status == 400
    assert client.list_pipelines(namespace="default", page_size=1).pipelines is not None


# --- versions


def test_a_version_is_uploaded_found_and_changed(client: Any, pipeline: Any, package: str) -> None:
    made = client.upload_pipeline_version(package, "v2", pipeline_id=pipeline.pipeline_id, description="second")
    assert (made.name, made.display_name, made.description) == ("v2", "v2", "second")
    assert client.get_pipeline_version(pipeline.pipeline_id, made.pipeline_version_id) == made
    change = api.V2beta1PipelineVersion(display_name="Two")
    changed = client.pipelines.pipeline_service_update_pipeline_version(
        pipeline.pipeline_id, made.pipeline_version_id, change
    )
    assert (changed.display_name, changed.name, changed.description) == ("Two", "v2", "second")


def test_a_version_is_listed_newest_first_where_asked(client: Any, pipeline: Any, package: str) -> None:
    for name in ("v2", "v3"):
        client.upload_pipeline_version(package, name, pipeline_name=pipeline.display_name)
    found = client.list_pipeline_versions(pipeline.pipeline_id, sort_by="created_at desc", page_size=2)
    assert ([each.name for each in found.pipeline_versions], found.total_size) == (["v3", "v2"], 3)


def test_a_version_name_is_taken_once_in_its_pipeline(
    client: Any, pipeline: Any, package: str, refused: Callable[..., Any]
) -> None:
    again = refused(client.upload_pipeline_version, package, pipeline.name, pipeline_id=pipeline.pipeline_id)
    assert again.status == 409


def test_a_version_of_no_pipeline_is_not_found(
    client: Any, pipeline: Any, package: str, refused: Callable[..., Any]
) -> None:
    assert refused(client.upload_pipeline_version, package, "v", pipeline_id="nothing").status == 404
    assert refused(client.pipeline_uploads.upload_pipeline_version, package, name="v").status == 400
    assert refused(client.get_pipeline_version, pipeline.pipeline_id, "nothing").status == 404
    assert refused(client.list_pipeline_versions, "nothing").status == 404
