"""The pipeline on its data: `python -m pytest`."""

import pandas as pd
import pytest
from pipeline import ingest, regression, split


def test_it_explains_much_of_the_spread() -> None:
    metrics = regression(candidates=["ridge"])
    assert metrics["r2"] > 0.3


def test_a_target_that_is_not_there_is_said_to_be_so(tmp_path) -> None:
    (tmp_path / "data.csv").write_text("a,b\n1,x\n")
    with pytest.raises(ValueError, match="has no column 'c'"):
        ingest(str(tmp_path / "data.csv"), "c")


def test_high_and_low_values_are_in_both_parts() -> None:
    table = pd.DataFrame({"a": range(40), "size": [float(each) for each in range(40)]})
    training, test = split(table, "size", 0.25, 1)
    assert min(training["size"].max(), test["size"].max()) > 20
