"""What a data scientist's afternoon leaves behind, written with nothing but the unmodified mlflow client.

    python examples/quickstart/train.py --tracking-uri http://127.0.0.1:5000

Three data sets that scikit-learn ships, a small search for each, a neural network in numpy, and one run that fails.
`tidemill demo` runs this script; it works against any server that speaks MLflow's REST API.
"""

import argparse
import sys
import time

import mlflow
import network
import searches
from mlflow import MlflowClient

EXPERIMENTS = {
    searches.BREAST_CANCER: "Which of three classifiers finds malignant tumours best?",
    searches.DIABETES: "How far will the disease have progressed in a year?",
    searches.DIGITS: "Handwritten digits: classical models, and a neural network in numpy.",
}
MADE_BY = "tidemill.demo"


def main() -> None:
    """Train everything, then ask the server which run was best."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracking-uri", default="http://127.0.0.1:5000", help="the tracking server's address")
    mlflow.set_tracking_uri(parser.parse_args().tracking_uri)
    # Models are logged by hand below: what autolog would do for each, guessing their requirements, takes seconds.
    mlflow.sklearn.autolog(log_models=False, silent=True)

    ids = {name: prepare_experiment(name, description) for name, description in EXPERIMENTS.items()}
    for title, work in (
        ("Breast cancer: three kinds of classifier", searches.search_breast_cancer),
        ("Diabetes: a grid of regressions", searches.search_diabetes),
        ("Digits: support vectors and trees", searches.search_digits),
        ("Digits: 2,000 steps of a neural network", network.train_network),
        ("Digits: a run that fails", searches.fit_broken_data),
    ):
        started = time.monotonic()
        print(f"{title} ...", end=" ", flush=True)
        work()
        print(f"{time.monotonic() - started:.1f} s", flush=True)
    for name, metric, order in (
        (searches.BREAST_CANCER, "test_roc_auc", "DESC"),
        (searches.DIABETES, "test_rmse", "ASC"),
        (searches.DIGITS, "test_accuracy", "DESC"),
    ):
        show_best(ids[name], name, metric, order)


def prepare_experiment(name: str, description: str) -> str:
    """Find or make an experiment; what this script makes, it marks as its own."""
    client = MlflowClient()
    found = client.get_experiment_by_name(name)
    if found is None:
        return client.create_experiment(name, tags={MADE_BY: "true", "mlflow.note.content": description})
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return found.experiment_id


def show_best(experiment_id: str, name: str, metric: str, order: str) -> None:
    """Ask the server for the best finished run of an experiment, and print where to look at it."""
    best = MlflowClient().search_runs(
        [experiment_id],
        filter_string=f"attributes.status = 'FINISHED' and metrics.{metric} > 0",
        order_by=[f"metrics.{metric} {order}"],
        max_results=1,
    )[0]
    print(f"\nBest run of {name!r}: {best.info.run_name}, {metric} {best.data.metrics[metric]:.4f}")
    print(f"  {mlflow.get_tracking_uri()}/#/experiments/{experiment_id}/runs/{best.info.run_id}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted")
