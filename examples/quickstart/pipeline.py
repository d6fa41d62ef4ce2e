"""A pipeline on real data: ingest, validate, split, train three models side by side, evaluate and register the best.

    python examples/quickstart/pipeline.py --uri http://127.0.0.1:5000

Plain functions: called, they run here under a debugger; `.run()` hands them to the server. The server's own Python has
what they import, so that nothing is installed. `tidemill demo` runs this script last.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import mlflow
import pandas as pd
import sklearn
from mlflow import MlflowClient
from mlflow.data.pandas_dataset import from_pandas
from sklearn.base import ClassifierMixin
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

import tidemill as tm

EXPERIMENT = "Demo: a pipeline"
MODEL = "breast-cancer"
MADE_BY = "tidemill.demo"
DIAGNOSIS = "malignant"


@tm.step
def ingest() -> pd.DataFrame:
    """569 tumours, from the data that scikit-learn ships."""
    loaded: Any = load_breast_cancer(as_frame=True)
    return loaded.data.assign(**{DIAGNOSIS: (loaded.target == 0).astype(int)})


@tm.step
def validate(table: pd.DataFrame) -> tm.Markdown:
    """Refuse data of which no model could learn."""
    missing, share = int(table.isna().to_numpy().sum()), float(table[DIAGNOSIS].to_numpy().mean())
    if missing or not 0.1 < share < 0.9:
        raise ValueError(f"{missing} values are missing, and {share:.0%} of the tumours are malignant")
    return tm.Markdown(f"**{len(table)}** tumours, **{share:.0%}** of them malignant; no value is missing.\n")


@tm.step
def split(table: pd.DataFrame, share: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep rows for the evaluation."""
    parts: list[Any] = train_test_split(table, test_size=share, stratify=table[DIAGNOSIS], random_state=1)
    training, test = parts
    return training, test


@tm.step
def train(training: pd.DataFrame, kind: str) -> tuple[Pipeline, float]:
    """Train a model of a kind, and tell the area under its curve on rows that it did not see."""
    columns, truth = training.drop(columns=DIAGNOSIS), training[DIAGNOSIS]
    model = make_pipeline(StandardScaler(), untrained(kind))
    score = float(cross_val_score(model, columns, truth, cv=3, scoring="roc_auc").mean())
    return model.fit(columns, truth), score


@tm.step
def best(models: list[Pipeline], scores: list[float], kinds: list[str]) -> tuple[Pipeline, str]:
    """Keep the best."""
    at = max(range(len(scores)), key=lambda number: scores[number])
    model, kind = models[at], kinds[at]
    return model, kind


@tm.step
def evaluate(model: Pipeline, test: pd.DataFrame) -> tm.Metrics:
    """Measure it on the rows that were kept."""
    return tm.Metrics(**measured(model, test))


@tm.step
def register(model: Pipeline, test: pd.DataFrame, kind: str) -> str:
    """Register it as the next version of a model, and make that the champion: with MLflow's client, as anywhere."""
    columns = test.drop(columns=DIAGNOSIS)
    client = MlflowClient()
    run = mlflow.start_run(run_name=f"best: {kind}")
    with run:
        mlflow.log_input(from_pandas(test, name="tumours", targets=DIAGNOSIS), "test")
        mlflow.log_param("kind", kind)
        logged = mlflow.sklearn.log_model(
            model,
            name="model",
            input_example=columns.head(2),  # the signature follows from it
            pip_requirements=[f"scikit-learn=={sklearn.__version__}"],  # given, so that they need not be guessed
            registered_model_name=MODEL,
        )
        mlflow.log_metrics(measured(model, test), model_id=logged.model_id)
    version = client.search_model_versions(f"run_id = '{run.info.run_id}'")[0].version
    client.set_registered_model_tag(MODEL, MADE_BY, "true")
    client.update_model_version(MODEL, version, f"The best of three: {kind}.")
    client.set_registered_model_alias(MODEL, "champion", version)
    return version


def measured(model: Pipeline, test: pd.DataFrame) -> dict[str, float]:
    """How good a model is on rows that it did not see."""
    columns, truth = test.drop(columns=DIAGNOSIS), test[DIAGNOSIS]
    return {
        "test_accuracy": accuracy_score(truth, model.predict(columns)),
        "test_roc_auc": roc_auc_score(truth, model.predict_proba(columns)[:, 1]),
    }


def untrained(kind: str) -> ClassifierMixin:
    """A model of a kind."""
    if kind == "logistic":
        return LogisticRegression(max_iter=1000)
    return (
        RandomForestClassifier(50, random_state=1) if kind == "forest" else HistGradientBoostingClassifier(max_iter=30)
    )


@tm.pipeline(name="breast-cancer")
def breast_cancer(share: float = 0.3, kinds: list[str] = ["logistic", "forest", "boosting"]) -> tuple[str, tm.Metrics]:  # noqa: B006
    """Which of three models finds malignant tumours best?"""
    table = ingest()
    checked = validate(table)
    training, test = split.after(checked)(table, share)
    models, scores = [], []
    for kind in kinds:
        model, score = train(training, kind)
        models.append(model)
        scores.append(score)
    model, name = best(models, scores, kinds)
    metrics = evaluate(model, test)
    register.after(metrics)(model, test, name)
    return name, metrics


def prepare_experiment() -> None:
    """Make the experiment, marked as the demo's own, where there is none."""
    client = MlflowClient()
    if client.get_experiment_by_name(EXPERIMENT) is None:
        client.create_experiment(EXPERIMENT, tags={MADE_BY: "true", "mlflow.note.content": breast_cancer.description})


def main() -> None:
    """Run it at the server, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uri", default=None, help="the server's address; else the one that runs here")
    mlflow.set_tracking_uri(tm.connect(parser.parse_args().uri).uri)
    started = time.monotonic()
    print("A pipeline that trains three models side by side ...", end=" ", flush=True)
    prepare_experiment()
    run = breast_cancer.with_options(experiment=EXPERIMENT).run()
    kind, metrics = run.result()
    told = ", ".join(f"{name} {value:.4f}" for name, value in metrics.items())
    print(f"{time.monotonic() - started:.1f} s: {kind} is the best, {told}", flush=True)
    print(f"\nThe run of the pipeline\n  {run.page}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted")
