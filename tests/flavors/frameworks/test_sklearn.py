import mlflow
import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from tests.flavors.frameworks.round_trips import assert_equal, ours_there, theirs_here
from tidemill import flavors
from tidemill.flavors.saving import Extras, UnsafeFormatWarning


@pytest.fixture(scope="module")
def pipeline(table, labels):
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(table, labels)


@pytest.mark.parametrize("format", [None, "skops", "cloudpickle", "pickle"])
def test_what_is_saved_here_is_loaded_by_mlflow(pipeline, table, tmp_path, format):
    ours_there(
        pipeline,
        tmp_path / "model",
        table,
        flavor="sklearn",
        expected=pipeline.predict(table),
        native=lambda model: model.predict(table),
        allow_pickle=format in ("cloudpickle", "pickle"),
        format=format,
    )


@pytest.mark.parametrize("format", ["skops", "cloudpickle", "pickle"])
def test_what_mlflow_saves_is_loaded_here(pipeline, table, tmp_path, format):
    theirs_here(
        mlflow.sklearn.save_model,
        pipeline,
        tmp_path / "model",
        table,
        flavor="sklearn",
        expected=pipeline.predict(table),
        native=lambda model: model.predict(table),
        allow_pickle=format != "skops",
        serialization_format=format,
    )


def test_the_method_that_predicts_is_chosen(pipeline, table, tmp_path):
    expected = pipeline.predict_proba(table)
    settings = {"settings": {"predict_fn": "predict_proba"}}
    ours_there(pipeline, tmp_path / "ours", table, flavor="sklearn", expected=expected, extras=settings)
    theirs_here(
        mlflow.sklearn.save_model,
        pipeline,
        tmp_path / "theirs",
        table,
        flavor="sklearn",
        expected=expected,
        pyfunc_predict_fn="predict_proba",
    )


def test_a_model_of_another_kind_of_estimator(table, tmp_path):
    forest = RandomForestRegressor(n_estimators=5, random_state=0).fit(table, table["a"] * 2)
    ours_there(forest, tmp_path / "model", table, flavor="sklearn", expected=forest.predict(table))


def shifted(values):
    return values + 1


def test_a_model_with_a_function_of_the_users_is_a_pickle_and_says_so(table, labels, tmp_path):
    model = make_pipeline(FunctionTransformer(shifted), LogisticRegression()).fit(table, labels)
    with pytest.warns(UnsafeFormatWarning, match="allow_pickle=True"):
        flavors.save_model(model, tmp_path / "model", extras=Extras(input_example=table))
    described = flavors.describe(tmp_path / "model")
    assert described.dangers == ("model.pkl is a pickle",)
    with pytest.raises(flavors.UnsafeModelError, match=r"model\.pkl is a pickle") as refused:
        flavors.load_model(tmp_path / "model")
    assert "allow_pickle=True" in str(refused.value.hint)
    loaded = flavors.load_model(tmp_path / "model", allow_pickle=True)
    assert_equal(loaded.predict(table), model.predict(table))
    with pytest.raises(flavors.ModelError, match="shifted"):
        flavors.save_model(model, tmp_path / "safe", format="skops")
    assert not (tmp_path / "safe").exists()


def test_a_type_that_only_the_file_itself_says_is_trusted_is_not(table, labels, tmp_path):
    """What skops_trusted_types of an MLmodel lists is the word of whoever wrote the model."""
    import skops.io
    import yaml

    model = make_pipeline(FunctionTransformer(shifted), LogisticRegression()).fit(table, labels)
    folder = tmp_path / "model"
    flavors.save_model(LogisticRegression().fit(table, labels), folder)
    skops.io.dump(model, folder / "model.skops")
    (folder / "checksums.sha256").unlink()
    told = yaml.safe_load((folder / "MLmodel").read_text())
    told["flavors"]["sklearn"]["skops_trusted_types"] = skops.io.get_untrusted_types(file=folder / "model.skops")
    (folder / "MLmodel").write_text(yaml.safe_dump(told))
    with pytest.raises(flavors.UnsafeModelError, match="shifted"):
        flavors.load_model(folder)
    assert_equal(flavors.load_model(folder, allow_pickle=True).predict(table), model.predict(table))


def test_parameters_are_keyword_arguments_of_the_method(table, tmp_path):
    from sklearn.gaussian_process import GaussianProcessRegressor

    model = GaussianProcessRegressor().fit(table, table["a"])
    example = (table.head(3), {"return_std": False})
    flavors.save_model(model, tmp_path / "model", extras=Extras(input_example=example))
    loaded = flavors.load_model(tmp_path / "model")
    mean, deviation = loaded.predict(table, {"return_std": True})
    assert mean.shape == deviation.shape == (60,)
    assert isinstance(loaded.predict(table), np.ndarray)
    with pytest.raises(flavors.InputError, match="no parameter 'return_stdd'"):
        loaded.predict(table, {"return_stdd": True})
