"""Registers models and a prompt for the journeys, through the unmodified client; a part of filling the world."""

from typing import Any

import mlflow
import pandas
from mlflow import MlflowClient
from mlflow.data.pandas_dataset import from_pandas
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

from tests.journeys import facts
from tests.journeys.wire import Wire

_COMMIT = {
    "mlflow.source.git.commit": facts.COMMIT,
    "mlflow.source.git.branch": "main",
    "mlflow.source.git.repoURL": "https://github.com/example/digits.git",
}


def register(wire: Wire) -> facts.Nets:
    """Two versions of a model, the second of which says what goes in; a rule, a card, and a prompt."""
    experiment = wire.experiment(facts.NETS)
    made = [_version(experiment, number) for number in (1, 2)]
    client = MlflowClient()
    client.set_registered_model_alias(facts.NET, "champion", "1")
    client.transition_model_version_stage(facts.NET, "1", "Production")
    client.update_registered_model(facts.NET, "Tells zeros from ones.\nNothing else.")
    client.set_registered_model_tag(facts.NET, "team", "vision")
    rule = {"aliases": ["champion"], "required": ["signature", "metrics.accuracy >= 0.9", "tags.reviewed = yes"]}
    wire.native("PUT", f"models/{facts.NET}/rule", rule)
    wire.native("PUT", f"models/{facts.NET}/card", {"card": "## What it is for\n\nTelling *zeros* from ones."})
    for text in ("You are kind.\nGreet {{name}}.\nBe short.", "You are kind and honest.\nGreet {{name}}.\nBe short."):
        mlflow.genai.register_prompt(name=facts.PROMPT, template=text, commit_message="first words")
    return facts.Nets(experiment, [run for run, _ in made], [model for _, model in made])


def _version(experiment: str, number: int) -> tuple[str, str]:
    """A version of the net with its run; gives the ids of the run and of the logged model."""
    frame = pandas.DataFrame({"width": [1.0, 2.0, 3.0, 4.0], "height": [1.0, 2.0, 2.0, 1.0]})
    start = mlflow.start_run(experiment_id=experiment, run_name=f"net-{number}", tags=_COMMIT)
    with start as run:
        mlflow.log_input(from_pandas(frame, name=facts.DATA), "training")
        mlflow.log_params({"C": number, "solver": "lbfgs"})
        mlflow.log_metrics({"accuracy": 0.8 + number / 12, "loss": 0.4 / number})
        model = LogisticRegression(C=number).fit(frame, [0, 0, 1, 1])
        told: dict[str, Any] = {}
        if number > 1:
            told = {"signature": infer_signature(frame, model.predict(frame)), "input_example": frame.head(2)}
        wanted = {"pip_requirements": ["scikit-learn"], "registered_model_name": facts.NET}
        mlflow.sklearn.log_model(model, name="net", **wanted, **told)
    (logged,) = mlflow.search_logged_models([experiment], f"source_run_id = '{run.info.run_id}'", output_format="list")
    return run.info.run_id, logged.model_id
