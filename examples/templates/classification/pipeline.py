"""Classification in steps: ingest, split, transform, train, evaluate.

python pipeline.py                            here, in this process, for a debugger
tidemill pipeline run pipeline.py --wait      at the server: kept, cached, with a card for each step
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import cards
import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsClassifier
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
        cards.bars(
            f"Rows by {target}", {str(name): float(count) for name, count in table[target].value_counts().items()}
        ),
        cards.table("Numbers", ["column", "least", "mean", "most", "missing"], rows),
    )
    return table, profile


@tm.step(packages=PACKAGES)
def split(table: pd.DataFrame, target: str, test_share: float, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep rows for the evaluation, with as much of each class."""
    training, test = train_test_split(table, test_size=test_share, random_state=seed, stratify=table[target])
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
    """How often it is right on rows that it did not see: five times, each on a fifth."""
    return cross_val_score(model, training.drop(columns=target), training[target], cv=5).mean()


@tm.step(packages=PACKAGES)
def choose(models: list[Pipeline], scores: list[float], names: list[str]) -> tuple[Pipeline, str, tm.HTML]:
    """Keep the best."""
    at = max(range(len(scores)), key=lambda number: scores[number])
    best, name = models[at], names[at]
    card = cards.page(f"{name} is kept", cards.bars("Accuracy in validation", dict(zip(names, scores, strict=True))))
    return best, name, card


@tm.step(packages=PACKAGES)
def evaluate(model: Pipeline, test: pd.DataFrame, target: str, name: str, seed: int) -> tuple[tm.Metrics, tm.HTML]:
    """Measure it on the rows that were kept."""
    columns, truth = test.drop(columns=target), test[target]
    told = model.predict(columns)
    metrics = tm.Metrics(accuracy=accuracy_score(truth, told), f1=f1_score(truth, told, average="macro"))
    classes = [str(each) for each in model.classes_]
    counts = confusion_matrix(truth, told, labels=model.classes_)
    found = permutation_importance(model, columns, truth, n_repeats=5, random_state=seed)
    card = cards.page(
        f"{name}: right for {metrics['accuracy']:.1%} of {len(test)} rows",
        cards.table(
            "Truth, by what was told", ["", *classes], [[each, *row] for each, row in zip(classes, counts, strict=True)]
        ),
        cards.bars(
            "What accuracy loses without a column",
            dict(zip(columns.columns, map(float, found.importances_mean), strict=True)),
        ),
    )
    return metrics, card


def candidate(name: str, seed: int) -> ClassifierMixin:
    """A model that is not trained yet; add yours here."""
    if name == "logistic":
        return LogisticRegression(max_iter=2000)
    if name == "forest":
        return RandomForestClassifier(n_estimators=100, random_state=seed)
    if name == "neighbours":
        return KNeighborsClassifier()
    raise ValueError(f"there is no candidate {name!r}")


@tm.pipeline
def classification(
    data: str = str(HERE / CONFIG["data"]),
    target: str = CONFIG["target"],
    test_share: float = CONFIG["test_share"],
    candidates: list[str] = CONFIG["candidates"],
    seed: int = CONFIG["seed"],
) -> tm.Metrics:
    """Train several classifiers side by side, and measure the best."""
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
    print(dict(classification()))
