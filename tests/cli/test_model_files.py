"""`tidemill model predict`, `validate`, `package` and `export`: of folders, archives and a server's models."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from tests.cli.conftest import Answer, Cli
from tests.plugins.server import TidemillProcess
from tidemill import flavors
from tidemill.flavors.saving import Extras
from tidemill.sdk.client import Client
from tidemill.sdk.models import Models

TABLE = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [0.0, 1.0, 0.0]})
ROWS = "a,b\n10,1\n20,2\n"


@pytest.fixture(scope="module")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """y = 2 a + b, of scikit-learn, as skops."""
    folder = tmp_path_factory.mktemp("safe") / "model"
    model = LinearRegression().fit(TABLE, 2 * TABLE["a"] + TABLE["b"])
    flavors.save_model(model, folder, extras=Extras(input_example=TABLE.head(2)))
    return folder


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in plain Python, which loads in a fraction of the time."""
    folder = tmp_path_factory.mktemp("line") / "model"
    extras = Extras(input_example=TABLE.head(2))
    flavors.save_model(lambda model_input: 2 * model_input["a"] + model_input["b"], folder, extras=extras)
    return folder


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A function with a parameter, as a pickle."""
    folder = tmp_path_factory.mktemp("function") / "model"
    signature = flavors.infer_signature(TABLE, [1.0], {"times": 2.0})
    extras = Extras(signature=signature, input_example=TABLE)
    flavors.save_model(lambda model_input, params: model_input["a"] * params["times"], folder, extras=extras)
    return folder


def ask(cli: Cli, model: Path | str, *words: str | Path) -> Answer:
    return cli("model", "predict", model, "--allow-pickle", *words)


def predictions(answer: Answer) -> list[float]:
    return [round(one, 6) for one in json.loads(answer.ok().out)["predictions"]]


class TestPredict:
    def test_takes_csv_json_and_parquet(self, cli: Cli, line: Path) -> None:
        frame = pd.DataFrame({"a": [10.0, 20.0], "b": [1.0, 2.0]})
        (cli.home / "rows.csv").write_text(ROWS)
        (cli.home / "rows.json").write_text('[{"a": 10, "b": 1}, {"a": 20, "b": 2}]')
        (cli.home / "request.json").write_text(
            '{"dataframe_split": {"columns": ["b", "a"], "data": [[1, 10], [2, 20]]}}'
        )
        frame.to_parquet(cli.home / "rows.parquet")
        for name in ("rows.csv", "rows.json", "request.json", "rows.parquet"):
            assert predictions(ask(cli, line, "-i", name)) == [21.0, 42.0]

    def test_takes_standard_input_and_writes_a_file(self, cli: Cli, line: Path) -> None:
        command = [*cli.command, "model", "predict", str(line), "--allow-pickle", "--format", "csv", "-o", "out.csv"]
        subprocess.run(command, cwd=cli.home, env=cli.environment(), input=ROWS, text=True, check=True)
        found = pd.read_csv(cli.home / "out.csv")
        assert found["prediction"].round(6).tolist() == [21.0, 42.0]

    def test_refuses_a_pickle_unless_it_is_allowed(self, cli: Cli, function: Path) -> None:
        (cli.home / "rows.csv").write_text(ROWS)
        asked = ("model", "predict", function, "-i", "rows.csv")
        cli(*asked).fails("python_model.pkl is a pickle", "--allow-pickle")
        assert predictions(cli(*asked, "--allow-pickle")) == [20.0, 40.0]
        assert predictions(cli(*asked, "--allow-pickle", "--params", '{"times": 3}')) == [30.0, 60.0]
        cli(*asked, "--allow-pickle", "--params", "3").fails("--params is no JSON object")
        cli(*asked, "--allow-pickle", "--params", '{"time": 3}').fails("no parameter 'time'", "it has: times")

    def test_refuses_rows_that_do_not_fit(self, cli: Cli, line: Path) -> None:
        (cli.home / "rows.csv").write_text("a,c\n1,2\n")
        ask(cli, line, "-i", "rows.csv").fails("input 'b' is missing", "a: double, b: double")
        (cli.home / "rows.json").write_text("{")
        ask(cli, line, "-i", "rows.json").fails("is no JSON")
        ask(cli, line, "-i", "none.csv").fails("none.csv")
        cli("model", "predict", "nowhere").fails("neither a folder nor an archive nor an address")

    def test_takes_an_archive(self, cli: Cli, line: Path) -> None:
        archive = shutil.make_archive(str(cli.home / "packed"), "zip", line)
        (cli.home / "rows.csv").write_text(ROWS)
        assert predictions(ask(cli, archive, "-i", "rows.csv")) == [21.0, 42.0]


def test_validate_tells_all_and_fails_where_something_is_wrong(cli: Cli, safe: Path, tmp_path: Path) -> None:
    told = {row["check"]: row["state"] for row in cli("model", "validate", safe, "-o", "json").rows()}
    assert set(told.values()) == {"ok"}
    assert list(told) == ["MLmodel", "files", "digests", "safety", "signature", "requirements", "prediction"]
    spoilt = shutil.copytree(safe, tmp_path / "spoilt")
    (spoilt / "model.skops").write_bytes(b"x")
    answer = cli("model", "validate", spoilt)
    assert answer.status == 1
    assert "model.skops is not the file that was saved" in answer.out


def test_package_writes_what_a_container_asks_a_model_with(cli: Cli, safe: Path, function: Path) -> None:
    cli("model", "package", safe, "-o", "context").ok()
    context = cli.home / "context"
    assert sorted(path.name for path in context.iterdir()) == ["Dockerfile", "model", "requirements.txt", "tidemill"]
    dockerfile = (context / "Dockerfile").read_text()
    assert f"FROM python:{sys.version_info.major}.{sys.version_info.minor}-slim" in dockerfile
    assert "--allow-pickle" not in dockerfile
    packages = (context / "requirements.txt").read_text()
    assert [line.split("==")[0] for line in packages.split()] == ["scikit-learn", "skops", "numpy", "pandas", "pyyaml"]
    # As in the container: only what was written there, and what its requirements install.
    entry = json.loads(dockerfile.splitlines()[-1].removeprefix("ENTRYPOINT "))
    command = [sys.executable, "-P", *entry[1:-1], str(context / "model"), "--format", "csv"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(context), "HOME": str(cli.home)}
    done = subprocess.run(command, env=environment, input=ROWS, capture_output=True, text=True, check=True)
    assert [round(one, 6) for one in json.loads(done.stdout)["predictions"]] == [21.0, 42.0]
    cli("model", "package", function, "-o", "other").fails("is a pickle", "--allow-pickle")
    cli("model", "package", function, "-o", "other", "--allow-pickle").ok()
    assert '"--allow-pickle"]' in (cli.home / "other" / "Dockerfile").read_text()
    cli("model", "package", safe, "-o", "context").fails("is there already")


def test_export_needs_its_converter(cli: Cli, safe: Path) -> None:
    cli("model", "export", safe, "-o", "model.onnx").fails(
        "the package skl2onnx is not installed", "pip install skl2onnx"
    )
    assert not (cli.home / "model.onnx").exists()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    with TidemillProcess(tmp_path_factory.mktemp("models") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def logged(server: TidemillProcess) -> Iterator[tuple[str, str]]:
    """The run and the id of a model that the mlflow client logged."""
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(server.uri)
    model = LinearRegression().fit(TABLE, 2 * TABLE["a"] + TABLE["b"])
    run = mlflow.start_run()
    info = mlflow.sklearn.log_model(
        model, name="line", input_example=TABLE, pip_requirements=["scikit-learn"], serialization_format="cloudpickle"
    )
    mlflow.end_run()
    yield run.info.run_id, info.model_id
    mlflow.set_tracking_uri(before)


class TestAtAServer:
    def test_models_are_found_by_run_id_version_and_alias(
        self, cli: Cli, server: TidemillProcess, logged: tuple[str, str]
    ) -> None:
        client = mlflow.MlflowClient(server.uri, server.uri)
        version = mlflow.register_model(f"models:/{logged[1]}", "the line").version
        client.set_registered_model_alias("the line", "champion", version)
        with Client(server.uri) as ours:
            addresses = [f"runs:/{logged[0]}/line", f"models:/{logged[1]}"]
            addresses += [f"models:/the line/{version}", "models:/the line@champion", "models:/the line/latest"]
            assert len({Models(ours).locate(address) for address in addresses}) == 1
        (cli.home / "rows.csv").write_text(ROWS)
        asked = ask(cli, "models:/the line@champion", "-i", "rows.csv", "--uri", server.uri)
        assert predictions(asked) == [21.0, 42.0]

    def test_what_is_not_there_is_told(self, cli: Cli, server: TidemillProcess, logged: tuple[str, str]) -> None:
        for address, phrase in (
            (f"runs:/{logged[0]}/nothing", "has no model 'nothing'"),
            (f"runs:/{logged[0]}", "names no folder of a run"),
            ("models:/m-0123456789abcdef0123456789abcdef", "0123456789abcdef"),
            ("models:/nothing/1", "nothing"),
            ("models:/nothing", "names no version"),
            ("runs:/x/../../y", "leads out of"),
        ):
            ask(cli, address, "--uri", server.uri).fails(phrase)
