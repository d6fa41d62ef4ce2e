"""Models of every framework, written and read by Tidemill and by the unmodified mlflow client.

It runs in the environment `.setup/models`, which has all of the frameworks, and is not collected elsewhere.
"""

import importlib.util
import os

import numpy as np
import pytest

HAS_FRAMEWORKS = all(importlib.util.find_spec(name) for name in ("skops", "xgboost", "torch"))
collect_ignore_glob = [] if HAS_FRAMEWORKS else ["test_*.py", "round_trips.py"]

os.environ.setdefault("KERAS_BACKEND", "torch")


@pytest.fixture(scope="session")
def table():
    """60 rows of four numbers."""
    import pandas

    return pandas.DataFrame(np.random.default_rng(0).normal(size=(60, 4)), columns=list("abcd"))


@pytest.fixture(scope="session")
def labels(table):
    """Whether the first two are positive together."""
    return (table["a"] + table["b"] > 0).astype("int64")


@pytest.fixture(scope="session")
def tensor(table):
    """The same numbers as an array of 32 bits."""
    return table.to_numpy(dtype="float32")
