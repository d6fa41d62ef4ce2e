"""Searches over scikit-learn models: one parent run a search, one nested run a candidate."""

import traceback
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import mlflow
import numpy as np
import sklearn
from mlflow.data.pandas_dataset import from_pandas
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score, r2_score, roc_auc_score, root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

mpl.use("Agg")  # pictures go to the server, not to a window
from matplotlib.figure import Figure

BREAST_CANCER = "Demo: breast cancer"
DIABETES = "Demo: diabetes"
DIGITS = "Demo: digits"

Candidate = tuple[str, Any]
Evaluation = Callable[[Any, Any, Any], dict[str, float]]


def search_breast_cancer() -> None:
    """Compare three kinds of classifier by the area under their ROC curve."""
    data: Any = load_breast_cancer(as_frame=True)

    def evaluate(model: Any, inputs: Any, targets: Any) -> dict[str, float]:
        return {
            "test_accuracy": float(accuracy_score(targets, model.predict(inputs))),
            "test_roc_auc": float(roc_auc_score(targets, model.predict_proba(inputs)[:, 1])),
        }

    candidates = [
        ("logistic regression", make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=2000))),
        ("random forest", RandomForestClassifier(n_estimators=120, max_depth=6, random_state=7)),
        ("gradient boosting", HistGradientBoostingClassifier(max_iter=60, learning_rate=0.1, random_state=7)),
    ]
    _search(BREAST_CANCER, "classifiers", data, candidates, evaluate, best_by="test_roc_auc")


def search_diabetes() -> None:
    """Search the strength of a ridge regression, and the depth of boosted trees."""
    data: Any = load_diabetes(as_frame=True)

    def evaluate(model: Any, inputs: Any, targets: Any) -> dict[str, float]:
        predicted = model.predict(inputs)
        return {
            "test_rmse": float(root_mean_squared_error(targets, predicted)),
            "test_r2": float(r2_score(targets, predicted)),
        }

    candidates: list[Candidate] = [(f"ridge {alpha:g}", Ridge(alpha=alpha)) for alpha in (0.01, 0.1, 1.0, 10.0)]
    candidates += [
        (f"boosted trees, depth {depth}", GradientBoostingRegressor(max_depth=depth, n_estimators=80, random_state=7))
        for depth in (2, 3)
    ]
    _search(DIABETES, "regressions", data, candidates, evaluate, best_by="test_r2")


def search_digits() -> None:
    """Search C and gamma of a support vector machine."""
    data: Any = load_digits(as_frame=True)

    def evaluate(model: Any, inputs: Any, targets: Any) -> dict[str, float]:
        return {"test_accuracy": float(accuracy_score(targets, model.predict(inputs)))}

    candidates = [
        (f"svc C={strength:g} gamma={gamma:g}", SVC().set_params(C=strength, gamma=gamma))
        for strength in (1.0, 10.0)
        for gamma in (0.0005, 0.002)
    ]
    _search(DIGITS, "support vectors", data, candidates, evaluate, best_by="test_accuracy")


def fit_broken_data() -> None:
    """Train on a sheet with holes in it: the run ends as FAILED, with its traceback kept."""
    data: Any = load_digits()
    holed = data.data.copy()
    holed[np.random.default_rng(7).random(holed.shape) < 0.001] = np.nan
    mlflow.set_experiment(DIGITS)
    try:
        with mlflow.start_run(run_name="support vectors, rescanned sheet"):
            mlflow.log_param("source", "rescan-2026-03.csv")
            try:
                SVC().fit(holed, data.target)
            except ValueError:
                mlflow.log_text(traceback.format_exc(), "traceback.txt")
                raise
    except ValueError:
        pass  # the run has ended as FAILED, which is all that this shows


def _search(
    experiment: str, name: str, data: Any, candidates: list[Candidate], evaluate: Evaluation, *, best_by: str
) -> None:
    """Fit every candidate in a nested run, log the best one's model, and sum up in the parent run."""
    mlflow.set_experiment(experiment)
    train_x, test_x, train_y, test_y = train_test_split(data.data, data.target, test_size=0.25, random_state=7)
    with mlflow.start_run(run_name=name):
        mlflow.log_input(from_pandas(data.frame, name=experiment.removeprefix("Demo: ")), context="training")
        rows: list[dict[str, Any]] = []
        fitted: dict[str, Any] = {}
        for step, (title, model) in enumerate(candidates):
            with mlflow.start_run(run_name=title, nested=True):
                fitted[title] = model.fit(train_x, train_y)
                rows.append({"candidate": title, **evaluate(model, test_x, test_y)})
                mlflow.log_metrics({key: value for key, value in rows[-1].items() if key != "candidate"})
            mlflow.log_metric(f"candidate_{best_by}", rows[-1][best_by], step=step)
        best = max(rows, key=lambda row: row[best_by])
        mlflow.log_metrics({key: value for key, value in best.items() if key != "candidate"})
        mlflow.set_tag("best_candidate", best["candidate"])
        mlflow.log_dict({"best": best, "candidates": rows}, "summary.json")
        mlflow.log_text(_csv(rows), "candidates.csv")
        mlflow.log_figure(_bars(rows, best_by), "plots/candidates.png")
        _log_model(fitted[best["candidate"]], test_x, test_y)


def _log_model(model: Any, inputs: Any, targets: Any) -> None:
    predicted = model.predict(inputs)
    if hasattr(model, "classes_"):
        figure = Figure(figsize=(5, 5), layout="constrained")
        ConfusionMatrixDisplay.from_predictions(targets, predicted, ax=figure.subplots(), colorbar=False)
        mlflow.log_figure(figure, "plots/test_confusion_matrix.png")
    mlflow.sklearn.log_model(
        model,
        name="model",
        signature=infer_signature(inputs.head(), predicted[:5]),
        pip_requirements=[f"scikit-learn=={sklearn.__version__}"],  # given, so that they need not be guessed
    )


def _bars(rows: list[dict[str, Any]], metric: str) -> Figure:
    figure = Figure(figsize=(6, 0.6 + 0.4 * len(rows)), layout="constrained")
    axes = figure.subplots()
    axes.barh([row["candidate"] for row in rows], [row[metric] for row in rows])
    axes.set_xlabel(metric)
    axes.invert_yaxis()
    return figure


def _csv(rows: list[dict[str, Any]]) -> str:
    lines = [",".join(rows[0])]
    lines += [",".join(str(value) for value in row.values()) for row in rows]
    return "\n".join(lines) + "\n"
