"""A first run with the unmodified mlflow client: `tidemill up -d`, then `python examples/first_run.py`.

The server is the one that MLFLOW_TRACKING_URI names, else one on this machine.
"""

import math
import os

import mlflow

mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000"))
mlflow.set_experiment("first-run")

for learning_rate in (0.01, 0.03, 0.1):
    with mlflow.start_run(run_name=f"rate {learning_rate}"):
        mlflow.log_param("learning_rate", learning_rate)
        for step in range(100):
            mlflow.log_metric("loss", math.exp(-learning_rate * step), step=step)
        mlflow.log_text("Trained by first_run.py.\n", "notes.txt")

best = mlflow.search_runs(experiment_names=["first-run"], order_by=["metrics.loss ASC"], max_results=1).iloc[0]
print(f"best learning rate: {best['params.learning_rate']}, loss {best['metrics.loss']:.3g}")
