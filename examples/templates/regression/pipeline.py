"""Regression in steps: ingest, split, transform, train, evaluate.

python pipeline.py                            here, in this process, for a debugger
tidemill pipeline run pipeline.py --wait      at the server: kept, cached, with a card for each step
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import cards
import pandas as pd
from sklearn.base import RegressorMixin
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.inspection import permutation_importance
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import tidemill as tm

HERE = Path(__file__).parent.resolve()
CONFIG = tomllib.loads((HERE / "config.toml").read_text())
PACKAGES = (HERE / "requirements.txt").read_text().split()


@tm.step(packages=PACKAGES, cache=False)  # a file may have changed since
def ingest(data: str, target: str) -> tuple[pd.DataFrame, tm.HTML]:
    """Read the data, and look at it."""
    table = pd.read_csv(data)
    if target not in table.columns:
        raise ValueError(f"{data} has no column {target!r}; it has: {', '.join(table.columns)}")
    table = table.dropna(subset=[target])
    numbers = table.select_dtypes("number")
    rows = [
        (name, numbers[name].min(), numbers[name].mean(), numbers[name].max(), table[name].isna().sum())
        for name in numbers
    ]
    profile = cards.page(
        f"{len(table):,} rows of {Path(data).name}",
        cards.histogram(target, [float(each) for each in table[target]]),
        cards.table("Numbers", ["column", "least", "mean", "most", "missing"], rows),
    )
    return table, profile


@tm.step(packages=PACKAGES)
def split(table: pd.DataFrame, target: str, test_share: float, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep rows for the evaluation, with as many high and low values of the target."""
    quarters = pd.qcut(table[target], 4, labels=False, duplicates="drop")
    training, test = train_test_split(table, test_size=test_share, random_state=seed, stratify=quarters)
    return training, test


@tm.step(packages=PACKAGES)
def transform(training: pd.DataFrame, target: str) -> tuple[ColumnTransformer, tm.HTML]:
    """Learn how columns become features: numbers are scaled, all else is one column for each value."""
    columns = training.drop(columns=target)
    transformer = make_column_transformer(
        (StandardScaler(), make_column_selector(dtype_include="number")),
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
    ).fit(columns)
    spread = {name: float(columns[name].std()) for name in columns.select_dtypes("number")}
    names = transformer.get_feature_names_out()
    card = cards.page(
        f"{len(names)} features of {columns.shape[1]} columns", cards.bars("Spread before scaling", spread)
    )
    return transformer, card


@tm.step(packages=PACKAGES)
def train(training: pd.DataFrame, transformer: ColumnTransformer, target: str, name: str, seed: int) -> Pipeline:
    """Train one of the candidates."""
    return make_pipeline(transformer, candidate(name, seed)).fit(training.drop(columns=target), training[target])


@tm.step(packages=PACKAGES)
def validate(model: Pipeline, training: pd.DataFrame, target: str) -> float:
    """How much of the spread it explains in rows that it did not see (R²): five times, each on a fifth."""
    return cross_val_score(model, training.drop(columns=target), training[target], cv=5, scoring="r2").mean()


@tm.step(packages=PACKAGES)
def choose(models: list[Pipeline], scores: list[float], names: list[str]) -> tuple[Pipeline, str, tm.HTML]:
    """Keep the best."""
    at = max(range(len(scores)), key=lambda number: scores[number])
    best, name = models[at], names[at]
    card = cards.page(f"{name} is kept", cards.bars("R² in validation", dict(zip(names, scores, strict=True))))
    return best, name, card


@tm.step(packages=PACKAGES)
def evaluate(model: Pipeline, test: pd.DataFrame, target: str, name: str, seed: int) -> tuple[tm.Metrics, tm.HTML]:
    """Measure it on the rows that were kept."""
    columns, truth = test.drop(columns=target), test[target]
    told = model.predict(columns)
    metrics = tm.Metrics(
        rmse=root_mean_squared_error(truth, told), mae=mean_absolute_error(truth, told), r2=r2_score(truth, told)
    )
    found = permutation_importance(model, columns, truth, n_repeats=5, random_state=seed)
    known, said = [float(each) for each in truth], [float(each) for each in told]
    card = cards.page(
        f"{name}: off by {metrics['mae']:.1f} on average, over {len(test)} rows",
        cards.points("What was told, by the truth", known, said, ("truth", "told"), line=True),
        cards.histogram("Residuals", [one - other for one, other in zip(said, known, strict=True)]),
        cards.bars(
            "What R² loses without a column",
            dict(zip(columns.columns, map(float, found.importances_mean), strict=True)),
        ),
    )
    return metrics, card


def candidate(name: str, seed: int) -> RegressorMixin:
    """A model that is not trained yet; add yours here."""
    if name == "ridge":
        return Ridge()
    if name == "forest":
        return RandomForestRegressor(n_estimators=100, min_samples_leaf=3, random_state=seed)
    if name == "boosting":
        return GradientBoostingRegressor(n_estimators=80, max_depth=2, random_state=seed)
    raise ValueError(f"there is no candidate {name!r}")


@tm.pipeline
def regression(
    data: str = str(HERE / CONFIG["data"]),
    target: str = CONFIG["target"],
    test_share: float = CONFIG["test_share"],
    candidates: list[str] = CONFIG["candidates"],
    seed: int = CONFIG["seed"],
) -> tm.Metrics:
    """Train several regressors side by side, and measure the best."""
    table, _profile = ingest(data, target)
    training, test = split(table, target, test_share, seed)
    transformer, _features = transform(training, target)
    models, scores = [], []
    for name in candidates:
        model = train(training, transformer, target, name, seed)
        models.append(model)
        scores.append(validate(model, training, target))
    best, name, _choice = choose(models, scores, candidates)
    metrics, _report = evaluate(best, test, target, name, seed)
    return metrics


if __name__ == "__main__":
    print(dict(regression()))
