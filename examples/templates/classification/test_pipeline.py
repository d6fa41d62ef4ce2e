"""The pipeline on its data: `python -m pytest`."""

import pandas as pd
import pytest
from pipeline import classification, ingest, split


def test_it_tells_most_rows_right() -> None:
    metrics = classification(candidates=["logistic"])
    assert metrics["accuracy"] > 0.9


def test_a_target_that_is_not_there_is_said_to_be_so(tmp_path) -> None:
    (tmp_path / "data.csv").write_text("a,b\n1,x\n")
    with pytest.raises(ValueError, match="has no column 'c'"):
        ingest(str(tmp_path / "data.csv"), "c")


def test_each_class_is_in_both_parts() -> None:
    table = pd.DataFrame({"a": range(20), "kind": ["x", "y"] * 10})
    training, test = split(table, "kind", 0.2, 1)
    assert set(training["kind"]) == set(test["kind"]) == {"x", "y"}
