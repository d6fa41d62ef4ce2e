import catboost
import lightgbm
import mlflow
import pytest
import xgboost

from tests.flavors.frameworks.round_trips import assert_equal, ours_there, theirs_here
from tidemill import flavors
from tidemill.flavors.saving import Extras


@pytest.fixture(scope="module")
def rows(table, labels):
    return table, labels


@pytest.fixture(scope="module")
def estimator(table, labels):
    return xgboost.XGBClassifier(n_estimators=4).fit(table, labels)


@pytest.fixture(scope="module")
def booster(table, labels):
    return xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(table, labels), 4)


class TestXGBoost:
    @pytest.mark.parametrize("format", [None, "ubj", "json"])
    def test_both_ways(self, estimator, booster, table, tmp_path, format):
        kwargs = {} if format is None else {"model_format": format}
        for name, model, ask in (
            ("estimator", estimator, lambda model: model.predict(table)),
            ("booster", booster, lambda model: model.predict(xgboost.DMatrix(table))),
        ):
            told = {"flavor": "xgboost", "expected": ask(model), "native": ask}
            here = ours_there(model, tmp_path / f"ours-{name}", table, format=format, **told)
            assert type(here.native) is type(model)
            here = theirs_here(mlflow.xgboost.save_model, model, tmp_path / f"theirs-{name}", table, **told, **kwargs)
            assert type(here.native) is type(model)

    def test_a_class_of_elsewhere_is_refused(self, booster, tmp_path):
        folder = tmp_path / "model"
        flavors.save_model(booster, folder)
        told = (folder / "MLmodel").read_text()
        (folder / "MLmodel").write_text(told.replace("xgboost.core.Booster", "subprocess.Popen"))
        with pytest.raises(flavors.BrokenModelError, match=r"subprocess\.Popen"):
            flavors.load_model(folder)

    def test_a_file_of_something_else_is_refused(self, booster, tmp_path):
        folder = tmp_path / "model"
        flavors.save_model(booster, folder)
        (folder / "model.ubj").write_bytes(b"nothing of the kind")
        with pytest.raises(flavors.BrokenModelError, match=r"model\.ubj is not the file that was saved"):
            flavors.load_model(folder)
        with pytest.raises(flavors.BrokenModelError, match=r"model\.ubj is no model of XGBoost"):
            flavors.load_model(folder, check=False)

    def test_parameters(self, booster, table, tmp_path):
        example = (table.head(2), {"output_margin": False})
        flavors.save_model(booster, tmp_path / "model", extras=Extras(input_example=example))
        here = flavors.load_model(tmp_path / "model")
        margins = booster.predict(xgboost.DMatrix(table), output_margin=True)
        assert_equal(here.predict(table, {"output_margin": True}), margins)
        there = mlflow.pyfunc.load_model(str(tmp_path / "model"))
        assert_equal(there.predict(table, {"output_margin": True}), margins)


class TestLightGBM:
    def test_a_booster_both_ways(self, table, labels, tmp_path):
        model = lightgbm.train({"verbose": -1}, lightgbm.Dataset(table, labels), 4)
        told = {"flavor": "lightgbm", "expected": model.predict(table), "native": lambda one: one.predict(table)}
        ours_there(model, tmp_path / "ours", table, **told)
        theirs_here(mlflow.lightgbm.save_model, model, tmp_path / "theirs", table, **told)

    @pytest.mark.parametrize("kind", [lightgbm.LGBMClassifier, lightgbm.LGBMRegressor])
    @pytest.mark.parametrize("format", ["skops", "cloudpickle"])
    def test_an_estimator_both_ways(self, rows, tmp_path, kind, format):
        table, labels = rows
        model = kind(n_estimators=4, verbose=-1).fit(table, labels)
        told = {
            "flavor": "lightgbm",
            "expected": model.predict(table),
            "native": lambda one: one.predict(table),
            "allow_pickle": format != "skops",
        }
        ours_there(model, tmp_path / "ours", table, format=format, **told)
        theirs_here(mlflow.lightgbm.save_model, model, tmp_path / "theirs", table, serialization_format=format, **told)


class TestCatBoost:
    @pytest.mark.parametrize("format", [None, "json"])
    @pytest.mark.parametrize("kind", [catboost.CatBoostClassifier, catboost.CatBoostRegressor, catboost.CatBoost])
    def test_both_ways(self, rows, tmp_path, kind, format):
        table, labels = rows
        # It writes a folder wherever it is.
        quiet = {"iterations": 4, "verbose": 0, "train_dir": str(tmp_path / "training")}
        model = kind(quiet).fit(table, labels) if kind is catboost.CatBoost else kind(**quiet).fit(table, labels)
        told = {"flavor": "catboost", "expected": model.predict(table), "native": lambda one: one.predict(table)}
        kwargs = {} if format is None else {"format": format}
        here = ours_there(model, tmp_path / "ours", table, format=format, **told)
        assert type(here.native) is kind
        here = theirs_here(mlflow.catboost.save_model, model, tmp_path / "theirs", table, **told, **kwargs)
        assert type(here.native) is kind
