"""What stands around a function or a class of the user's when it is stored as a model in plain Python.

It is pickled by value, so that whoever loads the model needs neither Tidemill nor MLflow: only the standard library may
be used here. It offers what MLflow's loader asks of a model of its own.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any


class NoHints:
    """That nothing is known of the types of what comes and goes."""

    input = None
    output = None


class Adapter:
    """A function, or an object with `predict`, behind the one way in which MLflow calls models."""

    predict_type_hints = NoHints()

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped

    def load_context(self, context: Any) -> None:
        """Hand the model's own files and configuration to an object that asks for them."""
        if hasattr(self.wrapped, "load_context"):
            self.wrapped.load_context(context)

    def predict(self, context: Any, model_input: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Call it with what it names among its parameters."""
        return call(getattr(self.wrapped, "predict", self.wrapped), context, model_input, params)

    def predict_stream(self, context: Any, model_input: Any, params: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """The same for an object that gives its answer in pieces."""
        return call(self.wrapped.predict_stream, context, model_input, params)


def call(function: Callable[..., Any], context: Any, model_input: Any, params: Mapping[str, Any] | None) -> Any:
    """Call `function(model_input)`, with `context` in front and `params` behind where it names them."""
    names = list(inspect.signature(function).parameters)
    given = [context, model_input] if names[:1] == ["context"] else [model_input]
    return function(*given, params=params) if "params" in names else function(*given)
