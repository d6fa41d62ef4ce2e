"""The pipeline on its data: `python -m pytest`."""

import pandas as pd
import pytest
from pipeline import ingest, lagged, split, timeseries


def test_it_is_better_than_the_last_season_again() -> None:
    metrics = timeseries(candidates=["ridge"])
    assert metrics["skill"] > 0.5


def test_a_column_that_is_not_there_is_said_to_be_so(tmp_path) -> None:
    (tmp_path / "data.csv").write_text("month,b\n1,2\n")
    with pytest.raises(ValueError, match="has no column 'c'"):
        ingest(str(tmp_path / "data.csv"), "month", "c")


def test_the_last_values_are_kept_and_features_know_only_what_was_before() -> None:
    series = pd.DataFrame({"month": range(20), "size": [float(each) ** 2 for each in range(20)]})
    training, test = split(series, 5)
    assert (len(training), list(test["month"])) == (15, [15, 16, 17, 18, 19])
    features = lagged(training["size"], 2)
    assert list(features.iloc[-1][["change", "before"]]) == [27.0, 25.0]
