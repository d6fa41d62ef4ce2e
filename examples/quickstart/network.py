"""A neural network in numpy, trained as one trains in PyTorch: mini-batches, a learning-rate schedule, many steps."""

import time
from dataclasses import dataclass
from typing import Any

import mlflow
import numpy as np
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.entities import Metric
from numpy.typing import NDArray
from searches import DIGITS
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

Array = NDArray[np.float64]

STEPS = 2000
_BATCH = 128
_HIDDEN = 512
_PEAK_RATE = 0.12
_WARM_UP = 100
_LOGGED_AT_ONCE = 100
_VALIDATED_EVERY = 20


@dataclass
class Network:
    """Two dense layers with a rectifier between them."""

    weights: list[Array]

    @staticmethod
    def fresh(random: np.random.Generator, sizes: tuple[int, int, int]) -> "Network":
        """Random weights, scaled so that signals keep their size."""
        inputs, hidden, outputs = sizes
        first = random.normal(0, (2 / inputs) ** 0.5, (inputs, hidden))
        second = random.normal(0, (2 / hidden) ** 0.5, (hidden, outputs))
        return Network([first, np.zeros(hidden), second, np.zeros(outputs)])

    def probabilities(self, inputs: Array) -> tuple[Array, Array]:
        """The hidden layer's activations, and a probability for each class."""
        first, first_bias, second, second_bias = self.weights
        hidden = np.maximum(inputs @ first + first_bias, 0)
        scores = hidden @ second + second_bias
        exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
        return hidden, exponents / exponents.sum(axis=1, keepdims=True)

    def loss_and_accuracy(self, inputs: Array, labels: NDArray[np.int64]) -> tuple[float, float]:
        """Mean cross-entropy, and the share of right answers."""
        _, chances = self.probabilities(inputs)
        right = chances[np.arange(len(labels)), labels]
        return float(-np.log(right + 1e-12).mean()), float((chances.argmax(axis=1) == labels).mean())

    def gradients(self, inputs: Array, labels: NDArray[np.int64]) -> list[Array]:
        """How the loss changes with each weight."""
        hidden, chances = self.probabilities(inputs)
        errors = chances
        errors[np.arange(len(labels)), labels] -= 1
        errors /= len(labels)
        back = (errors @ self.weights[2].T) * (hidden > 0)
        return [inputs.T @ back, back.sum(axis=0), hidden.T @ errors, errors.sum(axis=0)]


def train_network() -> None:
    """Train for 2,000 steps, sending the curves in batches as a training loop does, with the machine's own metrics."""
    mlflow.set_experiment(DIGITS)
    mlflow.set_system_metrics_sampling_interval(0.5)
    mlflow.set_system_metrics_samples_before_logging(1)
    data: Any = load_digits()
    parts: Any = train_test_split(data.data / 16, data.target, test_size=0.25, random_state=7)
    train_x, test_x, train_y, test_y = parts
    random = np.random.default_rng(7)
    network = Network.fresh(random, (train_x.shape[1], _HIDDEN, 10))
    with mlflow.start_run(run_name="neural network", log_system_metrics=True) as run:
        mlflow.log_params(
            {"steps": STEPS, "batch_size": _BATCH, "hidden": _HIDDEN, "peak_rate": _PEAK_RATE, "optimizer": "sgd"}
        )
        client, waiting = MlflowClient(), list[Metric]()
        for step in range(STEPS):
            measured = _step(network, random, step, train_x, train_y)
            if step % _VALIDATED_EVERY == 0 or step == STEPS - 1:
                loss, accuracy = network.loss_and_accuracy(test_x, test_y)
                measured |= {"val/loss": loss, "val/accuracy": accuracy}
            now = time.time_ns() // 1_000_000
            waiting += [Metric(key, value, now, step) for key, value in measured.items()]
            if step % _LOGGED_AT_ONCE == _LOGGED_AT_ONCE - 1:
                client.log_batch(run.info.run_id, metrics=waiting)
                waiting.clear()
        _, accuracy = network.loss_and_accuracy(test_x, test_y)
        mlflow.log_metric("test_accuracy", accuracy)
        mlflow.log_figure(_drawn(network.weights[0]), "plots/first_layer.png")
        mlflow.log_dict({"layers": [list(weight.shape) for weight in network.weights]}, "network.json")


def _step(
    network: Network, random: np.random.Generator, step: int, inputs: Array, labels: NDArray[np.int64]
) -> dict[str, float]:
    """One step down the gradient of a random mini-batch; returns what was measured."""
    started = time.perf_counter()
    chosen = random.integers(0, len(inputs), _BATCH)
    noisy = inputs[chosen] + random.normal(0, 0.08, (_BATCH, inputs.shape[1]))
    loss, accuracy = network.loss_and_accuracy(noisy, labels[chosen])
    gradients = network.gradients(noisy, labels[chosen])
    rate = _rate(step)
    for weight, gradient in zip(network.weights, gradients, strict=True):
        weight -= rate * gradient
    return {
        "train/loss": loss,
        "train/accuracy": accuracy,
        "train/gradient_norm": float(np.sqrt(sum((gradient**2).sum() for gradient in gradients))),
        "learning_rate": rate,
        "samples_per_second": _BATCH / (time.perf_counter() - started),
    }


def _rate(step: int) -> float:
    """A linear warm-up, then half a cosine down to nothing."""
    if step < _WARM_UP:
        return _PEAK_RATE * (step + 1) / _WARM_UP
    return _PEAK_RATE * 0.5 * (1 + float(np.cos(np.pi * (step - _WARM_UP) / (STEPS - _WARM_UP))))


def _drawn(weights: Array) -> Figure:
    """What the first 32 hidden units look for."""
    figure = Figure(figsize=(8, 4), layout="constrained")
    for unit, axes in enumerate(figure.subplots(4, 8).flat):
        axes.imshow(weights[:, unit].reshape(8, 8), cmap="coolwarm")
        axes.set_axis_off()
    return figure
