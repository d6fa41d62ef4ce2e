"""Signatures: their JSON is mlflow's, what is no signature is refused."""

import json

import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec
from mlflow.types.schema import AnyType, Array, Map, Object, Property
from numpy import dtype

from tidemill.flavors import Signature, SignatureError
from tidemill.flavors.schema import SCALARS

THEIRS = {
    "scalars": ModelSignature(Schema([ColSpec(name, name) for name in SCALARS])),
    "nested": ModelSignature(
        Schema(
            [
                ColSpec(Map(Array(DataType.long)), "m", required=False),
                ColSpec(
                    Object(
                        [
                            Property("p", DataType.string, required=False),
                            Property("q", Array(Object([Property("z", AnyType())]))),
                        ]
                    ),
                    "o",
                ),
                ColSpec(Array(Array(DataType.binary)), "aa"),
            ]
        ),
        Schema([ColSpec(AnyType())]),
    ),
    "tensors": ModelSignature(
        Schema([TensorSpec(dtype("float32"), (-1, 2, 3), "a"), TensorSpec(dtype("int64"), (-1,), "b")]),
        Schema([TensorSpec(dtype("float64"), (-1,))]),
    ),
    "params": ModelSignature(
        params=ParamSchema(
            [
                ParamSpec("i", "long", 1),
                ParamSpec("l", "double", [0.5], (-1,)),
                ParamSpec("o", Object([Property("x", DataType.long)]), {"x": 1}),
            ]
        )
    ),
}


@pytest.mark.parametrize("name", THEIRS)
def test_mlflows_signatures_are_read_and_written_letter_by_letter(name: str) -> None:
    theirs = THEIRS[name]
    told = theirs.to_dict()
    ours = Signature.of_json(told)
    assert ours.to_json() == told
    assert ModelSignature.from_dict(ours.to_json()) == theirs


def test_older_names_of_fields_are_known() -> None:
    told = {
        "inputs": json.dumps([{"type": "long", "name": "a", "optional": True}]),
        "params": json.dumps([{"name": "p", "dtype": "double", "default": 1.0, "shape": None}]),
    }
    signature = Signature.of_json(told)
    assert signature.inputs is not None
    assert str(signature.inputs[0]) == "a: long?"
    assert signature.params is not None
    assert str(signature.params[0]) == "p: double = 1.0"


DEEP = "".join('{"type": "array", "items": ' for _ in range(40)) + '{"type": "long"}' + "}" * 40


@pytest.mark.parametrize(
    ("inputs", "phrase"),
    [
        ("[", "is no JSON"),
        ("{}", "is no list"),
        ("[3]", "is no object"),
        ('[{"type": "number"}]', "'number', which is none"),
        ('[{"type": "long", "name": []}]', "the name"),
        ('[{"type": "array"}]', "is no object"),
        ('[{"type": "object", "properties": [1]}]', "is no object"),
        ('[{"type": "tensor"}]', "is no object"),
        ('[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": ["x"]}}]', "without a dtype and a shape"),
        ('[{"type": "tensor", "tensor-spec": {"dtype": "f", "shape": []}}, {"type": "long"}]', "mixes"),
        (f"[{DEEP}]", "nested more than"),
    ],
)
def test_what_is_no_signature_is_refused(inputs: str, phrase: str) -> None:
    with pytest.raises(SignatureError, match=phrase) as refused:
        Signature.of_json({"inputs": inputs})
    assert refused.value.hint
