"""Forecasts of a time series in steps: ingest, split, transform, train, evaluate.

python pipeline.py                            here, in this process, for a debugger
tidemill pipeline run pipeline.py --wait      at the server: kept, cached, with a card for each step
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import cards
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

import tidemill as tm

HERE = Path(__file__).parent.resolve()
CONFIG = tomllib.loads((HERE / "config.toml").read_text())
PACKAGES = (HERE / "requirements.txt").read_text().split()


@tm.step(packages=PACKAGES, cache=False)  # a file may have changed since
def ingest(data: str, time: str, target: str) -> tuple[pd.DataFrame, tm.HTML]:
    """Read the series, in the order of time, and look at it."""
    table = pd.read_csv(data)
    for column in (time, target):
        if column not in table.columns:
            raise ValueError(f"{data} has no column {column!r}; it has: {', '.join(table.columns)}")
    series = table[[time, target]].dropna().sort_values(time).reset_index(drop=True)
    values = [float(each) for each in series[target]]
    profile = cards.page(
        f"{len(series):,} values of {Path(data).name}, {series[time].iloc[0]} to {series[time].iloc[-1]}",
        cards.lines(target, {target: values}, ("row", target)),
        cards.histogram("Change from one to the next", [float(each) for each in series[target].diff().dropna()]),
    )
    return series, profile


@tm.step(packages=PACKAGES)
def split(series: pd.DataFrame, horizon: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the last values for the evaluation."""
    if not 0 < horizon < len(series) // 2:
        raise ValueError(f"a horizon of {horizon} of {len(series)} values leaves too little to learn from")
    training, test = series.iloc[:-horizon], series.iloc[-horizon:]
    return training, test


@tm.step(packages=PACKAGES)
def transform(training: pd.DataFrame, target: str, season: int) -> tuple[pd.DataFrame, tm.HTML]:
    """What is known of each value before it comes: the values before it, and those of a season ago."""
    features = lagged(training[target], season)
    against = {name: abs(float(features[name].corr(features["change"]))) for name in features if name != "change"}
    card = cards.page(f"{len(features):,} rows to learn from", cards.bars("Correlation with the next change", against))
    return features, card


@tm.step(packages=PACKAGES)
def train(features: pd.DataFrame, name: str, seed: int) -> Pipeline:
    """Train one of the candidates to tell the next change."""
    return make_pipeline(StandardScaler(), candidate(name, seed)).fit(
        features.drop(columns="change"), features["change"]
    )


@tm.step(packages=PACKAGES)
def validate(features: pd.DataFrame, name: str, seed: int) -> float:
    """How far off it is on average on the last fifth, having learned from what was before."""
    before, after = features.iloc[: -len(features) // 5], features.iloc[-len(features) // 5 :]
    model = make_pipeline(StandardScaler(), candidate(name, seed)).fit(before.drop(columns="change"), before["change"])
    return abs(model.predict(after.drop(columns="change")) - after["change"]).mean()


@tm.step(packages=PACKAGES)
def choose(models: list[Pipeline], errors: list[float], names: list[str]) -> tuple[Pipeline, str, tm.HTML]:
    """Keep the best."""
    at = min(range(len(errors)), key=lambda number: errors[number])
    best, name = models[at], names[at]
    card = cards.page(f"{name} is kept", cards.bars("Mean error in validation", dict(zip(names, errors, strict=True))))
    return best, name, card


@tm.step(packages=PACKAGES)
def evaluate(
    model: Pipeline, training: pd.DataFrame, test: pd.DataFrame, target: str, season: int, name: str
) -> tuple[tm.Metrics, tm.HTML]:
    """Forecast what was kept, step by step, and measure it beside a forecast that repeats the last season."""
    history = [float(each) for each in training[target]]
    truth = [float(each) for each in test[target]]
    told, known = list[float](), list(history)
    for _ in truth:
        row = lagged(pd.Series([*known, known[-1]]), season).drop(columns="change").iloc[[-1]]
        told.append(known[-1] + float(model.predict(row)[0]))
        known.append(told[-1])
    naive = [history[len(history) - season + number % season] for number in range(len(truth))]
    off, naively = mean_error(told, truth), mean_error(naive, truth)
    metrics = tm.Metrics(mae=off, mae_naive=naively, skill=1 - off / naively)
    shown = history[-3 * season :]
    gap = [float("nan")] * len(shown)
    card = cards.page(
        f"{name}: off by {off:.3g} on average over {len(truth)} values; the last season again by {naively:.3g}",
        cards.lines(
            "Forecast", {"truth": [*shown, *truth], "told": [*gap, *told], "naive": [*gap, *naive]}, ("row", target)
        ),
        cards.lines(
            "Residuals",
            {"told - truth": [one - other for one, other in zip(told, truth, strict=True)]},
            ("step", target),
        ),
    )
    return metrics, card


def lagged(values: pd.Series, season: int) -> pd.DataFrame:
    """The change to each value, with the changes before it and a season ago."""
    change = values.diff()
    found = {"change": change, "before": change.shift(1), "twice_before": change.shift(2)}
    found |= {f"season_{number}": change.shift(season * number) for number in (1, 2, 3)}
    return pd.DataFrame(found).dropna().reset_index(drop=True)


def mean_error(told: list[float], truth: list[float]) -> float:
    """How far off values are on average."""
    return sum(abs(one - other) for one, other in zip(told, truth, strict=True)) / len(truth)


def candidate(name: str, seed: int) -> Ridge | RandomForestRegressor:
    """A model that is not trained yet; add yours here."""
    if name == "ridge":
        return Ridge()
    if name == "forest":
        return RandomForestRegressor(n_estimators=100, min_samples_leaf=3, random_state=seed)
    raise ValueError(f"there is no candidate {name!r}")


@tm.pipeline
def timeseries(
    data: str = str(HERE / CONFIG["data"]),
    time: str = CONFIG["time"],
    target: str = CONFIG["target"],
    season: int = CONFIG["season"],
    horizon: int = CONFIG["horizon"],
    candidates: list[str] = CONFIG["candidates"],
    seed: int = CONFIG["seed"],
) -> tm.Metrics:
    """Train several forecasts side by side, and measure the best."""
    series, _profile = ingest(data, time, target)
    training, test = split(series, horizon)
    features, _lags = transform(training, target, season)
    models, errors = [], []
    for name in candidates:
        models.append(train(features, name, seed))
        errors.append(validate(features, name, seed))
    best, name, _choice = choose(models, errors, candidates)
    metrics, _report = evaluate(best, training, test, target, season, name)
    return metrics


if __name__ == "__main__":
    print(dict(timeseries()))
