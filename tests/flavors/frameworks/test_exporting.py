import catboost
import lightgbm
import numpy as np
import onnxruntime
import pytest
import torch
import xgboost
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tidemill import flavors
from tidemill.flavors.exporting import TOLERANCE, to_onnx
from tidemill.flavors.saving import Extras


def models(table, labels, folder):
    quiet = {"iterations": 4, "verbose": 0, "train_dir": str(folder / "training")}
    yield "a pipeline", make_pipeline(StandardScaler(), LogisticRegression()).fit(table, labels)
    yield "a forest", RandomForestRegressor(n_estimators=4, random_state=0).fit(table, table["a"])
    yield "xgboost", xgboost.XGBClassifier(n_estimators=4).fit(table, labels)
    yield "xgboost's booster", xgboost.train({}, xgboost.DMatrix(table, table["a"]), 4)
    yield "lightgbm", lightgbm.LGBMRegressor(n_estimators=4, verbose=-1).fit(table, table["a"])
    yield "lightgbm's booster", lightgbm.train({"verbose": -1}, lightgbm.Dataset(table, table["a"]), 4)
    yield "catboost", catboost.CatBoostRegressor(**quiet).fit(table, table["a"])


def test_tables_of_numbers(table, labels, tmp_path):
    for number, (name, model) in enumerate(models(table, labels, tmp_path)):
        folder = tmp_path / str(number)
        flavors.save_model(model, folder, extras=Extras(input_example=table.head(20)))
        exported = to_onnx(flavors.load_model(folder))
        assert exported.rows == 20, name
        assert exported.largest_difference <= TOLERANCE, name
        # Rows that it was not proven on, and another number of them.
        session = onnxruntime.InferenceSession(exported.model.SerializeToString())
        found = session.run(None, {session.get_inputs()[0].name: table.to_numpy("float32")})[0].squeeze()
        expected = flavors.load_model(folder).predict(table)
        assert np.mean(np.isclose(found, expected, rtol=1e-3, atol=1e-3)) > 0.95, name


def test_a_module_of_pytorch(tensor, tmp_path):
    net = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2)).eval()
    flavors.save_model(net, tmp_path / "model", extras=Extras(input_example=tensor[:5]))
    exported = to_onnx(flavors.load_model(tmp_path / "model"))
    session = onnxruntime.InferenceSession(exported.model.SerializeToString())
    found = session.run(None, {session.get_inputs()[0].name: tensor})[0]
    np.testing.assert_allclose(found, net(torch.from_numpy(tensor)).detach().numpy(), rtol=1e-4, atol=1e-5)


def test_what_cannot_be_converted_is_refused(table, labels, tmp_path):
    pandas = pytest.importorskip("pandas")
    words = pandas.DataFrame({"word": ["a", "b", "a"]})
    model = make_pipeline(OneHotEncoder(), LogisticRegression()).fit(words, [0, 1, 0])
    flavors.save_model(model, tmp_path / "words", extras=Extras(input_example=words))
    with pytest.raises(flavors.ModelError, match="not of numbers alone"):
        to_onnx(flavors.load_model(tmp_path / "words"))
    flavors.save_model(LogisticRegression().fit(table, labels), tmp_path / "bare")
    with pytest.raises(flavors.BrokenModelError, match="no input example"):
        to_onnx(flavors.load_model(tmp_path / "bare"))
    flavors.save_model(len, tmp_path / "function", extras=Extras(input_example=table))
    with pytest.raises(flavors.ModelError, match="python_function cannot be converted"):
        to_onnx(flavors.load_model(tmp_path / "function", allow_pickle=True))
