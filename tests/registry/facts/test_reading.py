"""An MLmodel file is read as data: what it says, and nothing that its author would like to happen."""

import msgspec
import pytest

from tests.registry.world import SIGNATURE, model_files
from tidemill.registry.facts import reading
from tidemill.registry.facts.models import Flavor, Format, ModelFile


def files(*paths: str) -> list[ModelFile]:
    """Files by their names."""
    return [ModelFile(path, 1, path) for path in paths]


def test_what_mlflow_writes_is_read() -> None:
    document = reading.read_document(model_files()["MLmodel"])
    signature = reading.signature_of(document)
    assert reading.flavors_of(document) == [Flavor("python_function", ""), Flavor("sklearn", "1.9.1")]
    assert signature is not None
    assert [(each.name, each.type, each.is_required) for each in signature.inputs] == [("length", "double", True)]
    assert [each.type for each in signature.outputs] == ["tensor(int64, [-1])"]
    assert signature.params == []


def test_nested_types_are_words() -> None:
    inner = {"type": "object", "properties": {"role": {"type": "string"}, "n": {"type": "long", "required": False}}}
    inputs = [{"type": "array", "items": inner, "name": "messages"}]
    params = [{"name": "temperature", "type": "float", "default": 0.2, "shape": None}]
    told = {
        "signature": {"inputs": msgspec.json.encode(inputs).decode(), "params": msgspec.json.encode(params).decode()}
    }
    signature = reading.signature_of(told)
    assert signature is not None
    assert signature.inputs[0].type == "array of object {role: string, n: long}"
    assert (signature.params[0].type, signature.params[0].default) == ("float", "0.2")


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (("MLmodel", "model.skops"), Format.SAFE),
        (("MLmodel", "data/model.safetensors", "tokenizer.json"), Format.SAFE),
        (("MLmodel", "model.pkl"), Format.PICKLE),
        (("MLmodel", "data/model.pth"), Format.PICKLE),
        (("MLmodel", "model/pytorch_model.bin", "model/model.safetensors"), Format.PICKLE),
        (("MLmodel", "model.onnx", "code/helpers.py"), Format.CODE),
        (("MLmodel", "weights"), Format.UNKNOWN),
    ],
)
def test_files_tell_what_loading_them_may_do(paths: tuple[str, ...], expected: Format) -> None:
    found, unsafe = reading.format_of(files(*paths), loads_code=False)
    assert found is expected
    assert bool(unsafe) == (expected in (Format.PICKLE, Format.CODE))


def test_a_model_of_code_is_code_whatever_its_files_are_called() -> None:
    assert reading.loads_code({"flavors": {"python_function": {"model_code_path": "agent"}}})
    assert reading.format_of(files("MLmodel", "weights.npz"), loads_code=True)[0] is Format.CODE


def test_requirements_are_lines_without_comments() -> None:
    assert reading.requirements_of(b"# a comment\n\n numpy==2.4 \nscipy\n\xff\n") == ["numpy==2.4", "scipy", "\ufffd"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"- a list",
        b"\xff\xfe",
        b"flavors: [",
        b"x: !!python/object/apply:os.system ['true']",
        b"[" * 100_000,
        b"{a: " * 1000 + b"1" + b"}" * 1000,
    ],
)
def test_what_is_no_mlmodel_is_refused_and_nothing_else_happens(content: bytes) -> None:
    with pytest.raises(reading.UnreadableError):
        reading.read_document(content)


@pytest.mark.parametrize(
    "text",
    [
        "signature: &a {inputs: *a, outputs: *a}",
        "signature: {inputs: &a {type: array, items: *a}}",
        "signature: {inputs: 'no json'}",
        "signature: {inputs: '[1, 2, null]', outputs: 7}",
        "signature: [1]",
        "flavors: {sklearn: 3, 7: {}}",
        "flavors: text",
    ],
)
def test_a_strange_document_gives_what_there_is_of_it(text: str) -> None:
    document = reading.read_document(text.encode())
    signature = reading.signature_of(document)
    assert signature is None or signature.inputs == []
    assert all(isinstance(flavor.name, str) for flavor in reading.flavors_of(document))


def test_a_signature_that_is_deep_or_long_is_cut() -> None:
    deep = '{"type": "array", "items": ' * 3000 + "{}" + "}" * 3000
    wide = msgspec.json.encode([{"type": "double", "name": "x" * 1000}] * 5000).decode()
    assert reading.signature_of({"signature": {**SIGNATURE, "inputs": f"[{deep}]"}}) is not None
    signature = reading.signature_of({"signature": {"inputs": wide}})
    assert signature is not None
    assert len(signature.inputs) == 500
    assert len(signature.inputs[0].name) == 300
