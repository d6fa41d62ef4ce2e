"""`tm.save_model`, `tm.load_model` and `tm.log_model`, beside the mlflow client at the same server."""

from pathlib import Path

import mlflow
import numpy as np
import pytest

import tidemill as tm
from tests.plugins.server import TidemillProcess
from tidemill import flavors
from tidemill.kit.errors import NotFoundError

ROWS = np.array([[1.0, 2.0], [3.0, 4.0]])


def total(model_input: np.ndarray) -> np.ndarray:
    return model_input.sum(axis=1)


def test_a_model_in_a_folder(tmp_path: Path) -> None:
    told = tm.save_model(total, tmp_path / "model", input_example=ROWS, metadata={"who": "me"})
    assert told.signature == tm.infer_signature(ROWS, np.ones(2))
    with pytest.raises(flavors.UnsafeModelError):
        tm.load_model(tmp_path / "model")
    loaded = tm.load_model(str(tmp_path / "model"), allow_pickle=True)
    assert loaded.predict(ROWS).tolist() == [3.0, 7.0]
    assert loaded.told.metadata == {"who": "me"}


def test_a_logged_model_is_one_of_mlflows(client: tm.Client, tidemill_server: TidemillProcess) -> None:
    theirs = mlflow.MlflowClient(tidemill_server.uri)
    experiment = theirs.create_experiment("logged by tidemill")
    run = theirs.create_run(experiment)
    address = tm.log_model(total, "sums", run_id=run.info.run_id, input_example=ROWS)
    model_id = address.removeprefix("models:/")
    found = theirs.get_logged_model(model_id)
    assert (found.name, str(found.status), found.source_run_id) == ("sums", "READY", run.info.run_id)
    outputs = theirs.get_run(run.info.run_id).outputs
    assert outputs is not None
    assert [output.model_id for output in outputs.model_outputs] == [model_id]
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(tidemill_server.uri)
    there = mlflow.pyfunc.load_model(address)
    mlflow.set_tracking_uri(before)
    assert there.predict(ROWS).tolist() == [3.0, 7.0]
    assert (there.metadata.model_id, there.metadata.run_id) == (model_id, run.info.run_id)
    for told in (address, f"runs:/{run.info.run_id}/sums"):
        assert tm.load_model(told, allow_pickle=True).predict(ROWS).tolist() == [3.0, 7.0]


def test_a_model_that_cannot_be_saved_has_failed(client: tm.Client, tidemill_server: TidemillProcess) -> None:
    theirs = mlflow.MlflowClient(tidemill_server.uri)
    experiment = theirs.create_experiment("a model that fails")
    with pytest.raises(flavors.ModelError, match="no flavor knows"):
        tm.log_model(3, "three", experiment="a model that fails")
    (found,) = theirs.search_logged_models([experiment])
    assert str(found.status) == "FAILED"
    with pytest.raises(NotFoundError, match="no such experiment"):
        tm.log_model(total, experiment="no such experiment")
