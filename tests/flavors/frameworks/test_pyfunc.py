import threading

import mlflow
import pytest

from tests.flavors.frameworks.round_trips import assert_equal, ours_there, theirs_here
from tidemill import flavors
from tidemill.flavors.saving import Extras


class Threshold:
    """A model of a user who has heard of neither MLflow nor Tidemill."""

    def __init__(self, at):
        self.at = at

    def predict(self, model_input):
        return [int(value > self.at) for value in model_input["a"]]


class WithAll:
    """One that takes all that it can get."""

    def load_context(self, context):
        with open(context.artifacts["words"]) as file:
            self.word = file.read()
        self.factor = context.model_config["factor"]

    def predict(self, context, model_input, params=None):
        assert context.artifacts["words"].endswith("words.txt")
        return [f"{self.word}{value * self.factor * params['times']}" for value in model_input["n"]]

    def predict_stream(self, context, model_input, params=None):
        yield from [f"{self.word}{model_input['n']}"] * params["times"]


class Theirs(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        with open(context.artifacts["words"]) as file:
            self.word = file.read()

    def predict(self, context, model_input, params=None):
        times = (params or {}).get("times", 1)
        return [f"{self.word}{value * times}" for value in model_input["n"]]


def doubled(model_input):
    return model_input * 2


def joined(model_input: list[str]) -> list[str]:
    return [text.upper() for text in model_input]


@pytest.fixture
def words(tmp_path):
    file = tmp_path / "words.txt"
    file.write_text("n=")
    return file


@pytest.fixture
def numbers():
    import pandas

    return pandas.DataFrame({"n": [1, 2, 3]})


def test_an_object_of_the_users_is_loaded_by_mlflow(table, tmp_path):
    model = Threshold(0.5)
    here = ours_there(
        model,
        tmp_path / "model",
        table,
        flavor="python_function",
        expected=model.predict(table),
        allow_pickle=True,
    )
    assert here.native.at == 0.5


def test_a_function_is_loaded_by_mlflow(tensor, tmp_path):
    ours_there(doubled, tmp_path / "model", tensor, flavor="python_function", expected=tensor * 2, allow_pickle=True)


def test_files_configuration_and_parameters_go_along(words, numbers, tmp_path):
    folder = tmp_path / "model"
    settings = {"artifacts": {"words": words}, "model_config": {"factor": 10}}
    with pytest.raises(flavors.SignatureError, match="cannot predict its own input example"):
        flavors.save_model(WithAll(), folder, extras=Extras(input_example=numbers, settings=settings))
    signature = flavors.infer_signature(numbers, ["n=1"], {"times": 1})
    flavors.save_model(WithAll(), folder, extras=Extras(signature=signature, settings=settings))
    here = flavors.load_model(folder, allow_pickle=True)
    there = mlflow.pyfunc.load_model(str(folder))
    assert here.predict(numbers) == there.predict(numbers) == ["n=10", "n=20", "n=30"]
    assert here.predict(numbers, {"times": 2}) == there.predict(numbers, {"times": 2}) == ["n=20", "n=40", "n=60"]
    assert list(there.predict_stream({"n": 7}, {"times": 3})) == ["n=7", "n=7", "n=7"]


def test_an_mlflow_class_is_saved_here_and_there(words, numbers, tmp_path):
    settings = {"artifacts": {"words": words}}
    signature = flavors.infer_signature(numbers, ["n=1"], {"times": 1})
    flavors.save_model(Theirs(), tmp_path / "ours", extras=Extras(signature=signature, settings=settings))
    mlflow.pyfunc.save_model(
        str(tmp_path / "theirs"),
        python_model=Theirs(),
        artifacts={"words": str(words)},
        input_example=(numbers, {"times": 1}),
        pip_requirements=["numpy"],
    )
    for folder in (tmp_path / "ours", tmp_path / "theirs"):
        here = flavors.load_model(folder, allow_pickle=True)
        there = mlflow.pyfunc.load_model(str(folder))
        assert here.predict(numbers) == there.predict(numbers) == ["n=1", "n=2", "n=3"]
        assert here.predict(numbers, {"times": 2}) == there.predict(numbers, {"times": 2}) == ["n=2", "n=4", "n=6"]


def test_a_function_that_mlflow_saved_is_loaded_here(tmp_path):
    here = theirs_here(
        lambda model, path, **options: mlflow.pyfunc.save_model(path, python_model=model, **options),
        joined,
        tmp_path / "model",
        ["a", "b"],
        flavor="python_function",
        expected=["A", "B"],
        allow_pickle=True,
    )
    with pytest.raises(flavors.InputError, match="string"):
        here.predict([1, 2])


def test_a_model_from_code_is_loaded_through_mlflow(tensor, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import mlflow\n"
        "class Twice(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input, params=None):\n"
        "        return model_input * 2\n"
        "mlflow.models.set_model(Twice())\n"
    )
    folder = tmp_path / "model"
    mlflow.pyfunc.save_model(str(folder), python_model=str(script), input_example=tensor, pip_requirements=["numpy"])
    assert flavors.describe(folder).dangers == (f"{script} is Python code of its author",)
    assert_equal(flavors.load_model(folder, allow_pickle=True).predict(tensor), tensor * 2)


def test_a_loader_of_its_own_needs_trust_and_finds_its_code(numbers, tmp_path):
    loader = tmp_path / "own_loader.py"
    loader.write_text(
        "class Adding:\n"
        "    def __init__(self, path):\n"
        "        self.more = int(open(path).read())\n"
        "    def predict(self, model_input):\n"
        "        return model_input['n'] + self.more\n"
        "def _load_pyfunc(path):\n"
        "    return Adding(path)\n"
    )
    data = tmp_path / "more.txt"
    data.write_text("5")
    folder = tmp_path / "model"
    mlflow.pyfunc.save_model(
        str(folder),
        loader_module="own_loader",
        data_path=str(data),
        code_paths=[str(loader)],
        pip_requirements=["numpy"],
    )
    with pytest.raises(flavors.UnsafeModelError, match="own_loader is Python code"):
        flavors.load_model(folder)
    assert flavors.load_model(folder, allow_pickle=True).predict(numbers).tolist() == [6, 7, 8]


def test_a_class_of_the_users_own_module_goes_along_as_a_code_path(numbers, tmp_path, monkeypatch):
    own = tmp_path / "work"
    own.mkdir()
    (own / "own_helper.py").write_text("MORE = 7\n")
    (own / "own_model.py").write_text(
        "import own_helper\n"
        "class Adding:\n"
        "    def predict(self, model_input):\n"
        "        return model_input['n'] + own_helper.MORE\n"
    )
    monkeypatch.syspath_prepend(str(own))
    import own_model  # pyright: ignore[reportMissingImports]

    folder = tmp_path / "model"
    extras = Extras(code_paths=[own / "own_model.py", own / "own_helper.py"], input_example=numbers)
    flavors.save_model(own_model.Adding(), folder, extras=extras)
    assert sorted(path.name for path in (folder / "code").iterdir()) == ["own_helper.py", "own_model.py"]
    assert flavors.load_model(folder, allow_pickle=True).predict(numbers).tolist() == [8, 9, 10]
    assert mlflow.pyfunc.load_model(str(folder)).predict(numbers).tolist() == [8, 9, 10]


def test_what_cannot_be_saved_is_refused(tmp_path):
    with pytest.raises(flavors.ModelError, match="is a class"):
        flavors.save_model(Threshold, tmp_path / "model", flavor="python_function")
    with pytest.raises(flavors.ModelError, match=r"no flavor knows an object of builtins\.int"):
        flavors.save_model(3, tmp_path / "model")
    holder = Threshold(threading.Lock())
    with pytest.raises(flavors.ModelError, match="cannot be pickled"):
        flavors.save_model(holder, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []
