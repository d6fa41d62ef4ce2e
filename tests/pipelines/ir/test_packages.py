"""Packages are read out of whatever they come in, and what is none is refused with place and reason."""

import gzip
import io
import json
import tarfile
import zipfile
from contextlib import suppress
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.pipelines.ir.specs import COMPILED, DATA, SMALL, small
from tidemill.kit.errors import InvalidError, TooLargeError
from tidemill.pipelines.ir.packages import Package, read_document, read_package

TEXT = yaml.safe_dump(dict(SMALL))
PLATFORMS = yaml.safe_dump({"platforms": {"kubernetes": {"deploymentSpec": {}}}})


def zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def tarred(files: dict[str, str], mode: Any = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return packed.getvalue()


def read(content: bytes | str) -> Package:
    return read_package(content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        json.dumps(SMALL).encode(),
        json.dumps(SMALL, indent=2).encode() + b"\n",
        zipped({"pipeline.yaml": TEXT}),
        zipped({"a/pipeline.yaml": TEXT, "other.yaml": "x", "__MACOSX/._pipeline.yaml": "y"}),
        zipped({"mine.json": json.dumps(SMALL), "README.md": "x"}),
        tarred({"pipeline.yaml": TEXT}),
        tarred({"./deep/er/pipeline.yaml": "no", "pipeline.yaml": TEXT}),
        tarred({"mine.yml": TEXT}),
        tarred({"mine.yml": TEXT}, "w"),
        gzip.compress(TEXT.encode()),
        json.dumps({"pipeline_spec": SMALL, "platform_spec": None}).encode(),
    ],
)
def test_a_pipeline_is_found_in_whatever_it_comes_in(content: bytes) -> None:
    package = read(content)
    assert package.pipeline.pipeline_info.name == "small"
    assert package.document == SMALL
    assert package.platforms == {}
    assert "small" in package.text


@pytest.mark.parametrize(
    "text", [f"{TEXT}---\n{PLATFORMS}", f"{PLATFORMS}---\n{TEXT}", f"# kfp\n{TEXT}---\n{PLATFORMS}---\n"]
)
def test_the_platform_spec_is_told_from_the_pipeline(text: str) -> None:
    package = read(text)
    assert package.document == SMALL
    assert package.platforms == {"kubernetes": {"deploymentSpec": {}}}


@pytest.mark.parametrize("name", COMPILED)
def test_what_kfp_compiles_is_read_and_kept(name: str) -> None:
    content = (DATA / f"{name}.yaml").read_bytes()
    package = read(content)
    assert package.document == next(yaml.safe_load_all(content))
    assert package.text.encode() == content
    assert package.pipeline.sdk_version == "kfp-2.17.0"
    assert bool(package.platforms) is (name == "containers")


def test_a_document_may_come_as_data() -> None:
    platforms = {"platforms": {"kubernetes": {}}}
    for document in (SMALL, {"pipeline_spec": SMALL}, {"pipeline_spec": SMALL, "platform_spec": platforms}):
        package = read_document(document)
        assert package.document == SMALL
        assert json.loads(package.text) == document
    assert package.platforms == {"kubernetes": {}}


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        ("2020-01-01", "2020-01-01"),
        ("2020-01-01T10:00:00Z", "2020-01-01T10:00:00Z"),
        ("yes", "yes"),
        ("08", "08"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1e5", "1e5"),
        (".inf", ".inf"),
        ("<<", "<<"),
        ("=", "="),
        ("3", 3),
        ("-3", -3),
        ("3.0", 3.0),
        ("1.0e-07", 1e-07),
        ("true", True),
        ("~", None),
        ("", None),
        ("'3'", "3"),
        ('"true"', "true"),
        ("!!str 3", "3"),
        ("!!int '3'", 3),
        ("!!float 3", 3.0),
        ("'\\'", "\\"),
    ],
)
def test_a_plain_scalar_is_what_json_can_say(scalar: str, expected: Any) -> None:
    default = read(f"pipelineInfo: {{name: a}}\nx:\n- {scalar}\n").document["x"][0]
    assert repr(default) == repr(expected)


def test_keys_are_texts() -> None:
    assert list(read("pipelineInfo: {name: a}\nx: {1: a, true: b, 2020-01-01: c}").document["x"]) == [
        "1",
        "true",
        "2020-01-01",
    ]


def test_aliases_stand_for_what_they_name() -> None:
    document = read("pipelineInfo: &a {name: &n x}\nx: *a\ny: [*n, *n]").document
    assert document["x"] == {"name": "x"}
    assert document["y"] == ["x", "x"]


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB, "aliases make the document more than 4 times its size"),
        ("x: &x " + "y" * 5000 + "\nz: [" + ",".join(["*x"] * 1000) + "]", "aliases make the document"),
        ("[" * 100_000, "nested deeper than 100"),
        ("{a: " * 100_000, "nested deeper than 100"),
        ("[" * 101 + "]" * 101, "nested deeper than 100"),
        ("- " * 50_000, "nested deeper than 100"),
        (" " * (32 * 1024 * 1024 + 1), "more than 32 MiB"),
        (gzip.compress(b" " * (32 * 1024 * 1024 + 1)), "more than 32 MiB"),
        (zipped({"pipeline.yaml": " " * (32 * 1024 * 1024 + 1)}), "more than 32 MiB"),
        (zipped({f"{number}.yaml": "" for number in range(201)}), "more than 200 files"),
        (tarred({f"{number}.yaml": "" for number in range(201)}), "more than 200 files"),
    ],
)
def test_what_is_over_a_limit_is_refused(content: bytes | str, said: str) -> None:
    with pytest.raises(TooLargeError, match=said):
        read(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "a map is expected"),
        ("- a", "a map is expected"),
        ("text", "a map is expected"),
        ("x: 1", "neither pipelineInfo nor root"),
        ("root: {b", "line 2, column 1: did not find"),
        ("a: b: c", "line 1, column 5"),
        ("root: *a", "line 1: nothing before is named &a"),
        ("root: &a [*a]", "nothing before is named &a"),
        ("a: 1\nb: 2\na: 3", "line 3: the key 'a' is there twice"),
        ("? [a]\n: b", "a list or a map cannot be a key"),
        ("a: !!python/object:os.system x", "the tag tag:yaml.org,2002:python/object:os.system is not of a pipeline"),
        ("a: !!timestamp 2020-01-01", "is not of a pipeline"),
        ("a: !!binary aGk=", "is not of a pipeline"),
        ("a: !!set {x}", "is not of a pipeline"),
        ("a: !!int x", "'x' is not what its tag says"),
        ("a: !!float .nan", "'.nan' is not what its tag says"),
        (f"{TEXT}---\n{PLATFORMS}---\n{PLATFORMS}", "two documents at most"),
        (f"{TEXT}---\n{TEXT}", "exactly one is the platform spec"),
        (PLATFORMS, "the pipeline is missing"),
        (f"{TEXT}---\nplatforms: []", "platforms: a map is expected"),
        ("pipeline_spec: 1", "pipeline_spec: a map is expected"),
        ("apiVersion: argoproj.io/v1alpha1\nkind: Workflow", "an Argo workflow, as kfp 1 wrote it"),
        ("apiVersion: v1\nkind: Pod", "a Kubernetes resource of v1"),
        ("name: add\nimplementation: {container: {}}", "this is a component"),
        ("a\x00b", "control characters are not allowed"),
        (b"\xff\xfe\x00", "neither text nor an archive"),
        (b"PK\x03\x04", "the zip archive is damaged"),
        (b"\x1f\x8b", "the gzip archive is damaged"),
        (gzip.compress(TEXT.encode())[:-20], "the gzip archive is damaged"),
        (tarred({"pipeline.yaml": TEXT}, "w")[:700], "the tar archive is damaged"),
        (zipped({"pipeline.yaml": TEXT})[:-30], "the zip archive is damaged"),
        (zipped({"a.yaml": TEXT, "b.yaml": TEXT}), "it has: a.yaml, b.yaml"),
        (zipped({}), "it has: none"),
        (tarred({"a.txt": TEXT}), "it has: none"),
    ],
)
def test_what_is_no_pipeline_is_refused_with_its_reason(content: bytes | str, said: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read(content)
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("root.dag.tasks.fit.componentRef.name", 3, "root.dag.tasks.fit.componentRef.name: Expected str, got int"),
        ("root.dag.tasks.fit.dependentTasks", ["a", 3], "root.dag.tasks.fit.dependentTasks[1]: Expected str"),
        ("components.comp-fit.inputDefinitions.parameters.x.parameterType", "TEXT", "parameters.x.parameterType: Inv"),
        ("root", 3, "root: Expected object, got int"),
        ("components.other", [], "components.other: Expected object, got array"),
        ("root.dag.tasks.fit.inputs.parameters", {"a": {}, "b.c": {"runtimeValue": 1}}, "parameters.b.c.runtimeValue"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(place: str, value: Any, said: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_document(small({place: value}))
    assert said in refused.value.message
    assert refused.value.hint


def test_the_name_of_a_file_is_said_where_it_is_refused() -> None:
    with pytest.raises(InvalidError, match=r"^mine\.yaml: the package is not a pipeline"):
        read_package(b"", "mine.yaml")


def test_a_tar_of_long_names_without_end_is_refused() -> None:
    info = tarfile.TarInfo("long")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1
    header = info.tobuf(tarfile.GNU_FORMAT) + b"x".ljust(512, b"\0")
    with pytest.raises(InvalidError, match="the tar archive is damaged"):
        read(header * 3000)


def test_data_that_json_cannot_say_is_refused() -> None:
    with pytest.raises(InvalidError, match="no number of JSON"):
        read_document(small({"x": float("nan")}))
    with pytest.raises(InvalidError, match="JSON cannot say: bytes"):
        read_document(small({"x": [b""]}))


_heads = st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"{", b"root: ", zipped({"pipeline.yaml": TEXT})])


@given(_heads, st.binary(max_size=300))
def test_any_bytes_are_a_package_or_are_refused(head: bytes, rest: bytes) -> None:
    with suppress(InvalidError):
        read_package(head + rest)


@given(st.binary(min_size=1, max_size=4), st.integers(0, 2000), st.sampled_from(["zip", "tar", "tar.gz", "yaml"]))
def test_a_package_with_a_wrong_byte_is_read_or_refused(wrong: bytes, at: int, form: str) -> None:
    content = {
        "zip": zipped({"pipeline.yaml": TEXT}),
        "tar": tarred({"pipeline.yaml": TEXT}, "w"),
        "tar.gz": tarred({"pipeline.yaml": TEXT}),
        "yaml": TEXT.encode(),
    }[form]
    at %= len(content)
    with suppress(InvalidError, TooLargeError):
        read_package(content[:at] + wrong + content[at + len(wrong) :])
