import keras
import mlflow
import numpy as np
import onnx
import pytest
import statsmodels.api
from skl2onnx import to_onnx
from sklearn.linear_model import LinearRegression, LogisticRegression

from tests.flavors.frameworks.round_trips import assert_equal, ours_there, theirs_here
from tidemill import flavors
from tidemill.flavors.saving import Extras


@pytest.fixture(scope="module")
def classifier(table, labels, tensor):
    model = LogisticRegression().fit(table.to_numpy(), labels)
    return to_onnx(model, tensor[:1], options={"zipmap": False})


@pytest.fixture(scope="module")
def regressor(table, tensor):
    return to_onnx(LinearRegression().fit(table.to_numpy(), table["a"] * 2), tensor[:1])


class TestOnnx:
    def test_both_ways_with_an_array(self, classifier, tensor, tmp_path):
        session = __import__("onnxruntime").InferenceSession(classifier.SerializeToString())
        label, probabilities = session.run(None, {"X": tensor})
        told = {"flavor": "onnx", "expected": {"label": label, "probabilities": probabilities}}
        here = ours_there(classifier, tmp_path / "ours", tensor, **told)
        assert isinstance(here.native, onnx.ModelProto)
        assert isinstance(mlflow.onnx.load_model(str(tmp_path / "ours")), onnx.ModelProto)
        theirs_here(mlflow.onnx.save_model, classifier, tmp_path / "theirs", tensor, **told)

    def test_a_table_gives_a_table(self, regressor, table, tmp_path):
        folder = tmp_path / "model"
        flavors.save_model(regressor, folder)
        here = flavors.load_model(folder).predict(table)
        there = mlflow.pyfunc.load_model(str(folder)).predict(table)
        assert list(here.columns) == list(there.columns) == ["variable"]
        assert_equal(here, there)
        np.testing.assert_allclose(here["variable"], table["a"] * 2, rtol=1e-4, atol=1e-5)

    def test_a_mapping_by_the_names_of_the_inputs(self, regressor, tensor, tmp_path):
        flavors.save_model(regressor, tmp_path / "model")
        here = flavors.load_model(tmp_path / "model")
        assert_equal(here.predict({"X": tensor}), here.predict(tensor))
        with pytest.raises(flavors.InputError, match="inputs X are missing"):
            here.predict({"Y": tensor})

    def test_a_file_of_something_else_is_refused(self, regressor, tmp_path):
        flavors.save_model(regressor, tmp_path / "model")
        (tmp_path / "model" / "model.onnx").write_bytes(b"nothing of the kind")
        with pytest.raises(flavors.BrokenModelError, match=r"model\.onnx is no ONNX model"):
            flavors.load_model(tmp_path / "model", check=False)


class TestKeras:
    def test_both_ways(self, tensor, tmp_path):
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(1)])

        def ask(one):
            return one.predict(tensor, verbose=0)

        told = {"flavor": "keras", "expected": ask(model), "native": ask}
        ours_there(model, tmp_path / "ours", tensor, **told)
        # mlflow 3.17 cannot save a Keras model with an example: it looks for a file that it has not written yet.
        signature = mlflow.models.infer_signature(tensor, ask(model))
        theirs_here(
            mlflow.keras.save_model, model, tmp_path / "theirs", tensor, signature=signature, input_example=None, **told
        )

    def test_a_function_in_a_layer_needs_trust(self, tensor, tmp_path):
        twice = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x * 2)])
        flavors.save_model(twice, tmp_path / "model")
        with pytest.raises(flavors.UnsafeModelError, match="Lambda"):
            flavors.load_model(tmp_path / "model")
        assert_equal(flavors.load_model(tmp_path / "model", allow_pickle=True).predict(tensor), tensor * 2)


class TestStatsmodels:
    def test_both_ways(self, table, tmp_path):
        model = statsmodels.api.OLS(table["a"], table[["b", "c", "d"]]).fit()
        example = table[["b", "c", "d"]]
        told = {
            "flavor": "statsmodels",
            "expected": model.predict(example),
            "native": lambda one: one.predict(example),
            "allow_pickle": True,
        }
        ours_there(model, tmp_path / "ours", example, **told)
        theirs_here(mlflow.statsmodels.save_model, model, tmp_path / "theirs", example, **told)

    def test_a_forecast_between_two_times(self, table, tmp_path):
        pandas = __import__("pandas")
        model = statsmodels.api.tsa.ARIMA(table["a"], order=(1, 0, 0)).fit()
        flavors.save_model(model, tmp_path / "model", extras=Extras(metadata={"kind": "forecast"}))
        asked = pandas.DataFrame({"start": [60], "end": [64]})
        here = flavors.load_model(tmp_path / "model", allow_pickle=True)
        assert here.told.metadata == {"kind": "forecast"}
        assert_equal(here.predict(asked), model.predict(60, 64))
        assert_equal(mlflow.pyfunc.load_model(str(tmp_path / "model")).predict(asked), model.predict(60, 64))
