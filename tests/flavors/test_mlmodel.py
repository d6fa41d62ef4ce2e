"""MLmodel files as mlflow writes them are read and written again without a loss; broken ones are refused."""

from pathlib import Path

import mlflow
import numpy as np
import pytest
import yaml
from mlflow.models.signature import infer_signature
from sklearn.linear_model import LinearRegression

from tidemill.flavors import BrokenModelError, describe, mlmodel


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model as the mlflow client saves it."""
    folder = tmp_path_factory.mktemp("mlmodel") / "model"
    data = np.ones((3, 2))
    mlflow.sklearn.save_model(
        LinearRegression().fit(data, [1, 2, 3]),
        str(folder),
        serialization_format="cloudpickle",
        signature=infer_signature(data, np.ones(3), {"t": 0.5}),
        metadata={"who": "me", "what": [1, 2]},
        pip_requirements=["scikit-learn"],
    )
    return folder


def test_the_clients_file_is_written_byte_by_byte(theirs: Path, tmp_path: Path) -> None:
    told = mlmodel.read(theirs)
    assert told.metadata == {"who": "me", "what": [1, 2]}
    mlmodel.write(told, tmp_path)
    assert (tmp_path / "MLmodel").read_bytes() == (theirs / "MLmodel").read_bytes()


def test_its_signature_is_written_letter_by_letter(theirs: Path) -> None:
    told = mlmodel.read(theirs)
    assert told.signature is not None
    assert told.signature.to_json() == told.document["signature"]


def test_unknown_fields_stay(tmp_path: Path) -> None:
    content = b"flavors: {sklearn: {new: [1, {a: b}]}}\nfuture_field: {x: 1}\n"
    (tmp_path / "MLmodel").write_bytes(content)
    mlmodel.write(mlmodel.read(tmp_path).with_fields(run_id="r"), tmp_path)
    assert yaml.safe_load((tmp_path / "MLmodel").read_text()) == {
        "flavors": {"sklearn": {"new": [1, {"a": "b"}]}},
        "future_field": {"x": 1},
        "run_id": "r",
    }


def test_whether_it_is_safe_is_known_without_its_files(theirs: Path, tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_bytes((theirs / "MLmodel").read_bytes())
    described = describe(tmp_path)
    assert (described.flavor.NAME, described.dangers) == ("sklearn", ("model.pkl is a pickle",))


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        (b"a: [", "is no YAML"),
        (b"- 1", "is no mapping"),
        (b"x: 1", "names no flavors"),
        (b"flavors: [sklearn]", "names no flavors"),
        (b"flavors: {sklearn: 3}", "names no flavors"),
        (b"flavors: {}\nmetadata: [1]", "metadata"),
        (b"flavors: {}\nsaved_input_example_info: x", "saved_input_example_info"),
        (b"!!python/object/apply:os.system ['true']", "is no YAML"),
        (b"a: " + b"[" * 20_000, "is no YAML"),
        (b"\xff\xfe\x00", "is no YAML"),
    ],
)
def test_what_is_no_mlmodel_is_refused(content: bytes, phrase: str, tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_bytes(content)
    with pytest.raises(BrokenModelError, match=phrase) as refused:
        describe(tmp_path)
    assert refused.value.hint


def test_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenModelError, match="has no file MLmodel"):
        describe(tmp_path)
    with pytest.raises(BrokenModelError, match="is no folder"):
        describe(tmp_path / "nothing")
