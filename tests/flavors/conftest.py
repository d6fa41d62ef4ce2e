"""A model that every test of a module may read, and none may change."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from tidemill import flavors
from tidemill.flavors.saving import Extras

TABLE = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [0.0, 1.0, 0.0]})


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """y = 2 a + b, of scikit-learn, as a pickle."""
    folder = tmp_path_factory.mktemp("line") / "model"
    model = LinearRegression().fit(TABLE, 2 * TABLE["a"] + TABLE["b"])
    flavors.save_model(model, folder, format="cloudpickle", extras=Extras(input_example=TABLE.head(2)))
    return folder


@pytest.fixture
def copied(line: Path, tmp_path: Path) -> Callable[[], Path]:
    """Gives a copy of that model to spoil."""

    def copy() -> Path:
        return Path(shutil.copytree(line, tmp_path / "copy"))

    return copy
