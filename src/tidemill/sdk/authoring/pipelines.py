"""`@tm.pipeline`: a function that calls steps, to be called here or run by the engine."""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypedDict, TypeVar, Unpack, overload

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.sdk.authoring.compiling import compile_pipeline
from tidemill.sdk.authoring.definitions import Definition
from tidemill.sdk.authoring.handles import RunHandle
from tidemill.sdk.authoring.inside import checked
from tidemill.sdk.client import Client
from tidemill.sdk.pipeline_messages import NewRun, RuntimeConfig
from tidemill.sdk.pipelines import Pipelines

P = ParamSpec("P")
T = TypeVar("T")


class RunOptions(TypedDict, total=False):
    """How a run is begun."""

    run_name: str
    """Its name; else the pipeline's."""
    experiment: str
    """The experiment that it is in, made where there is none; else Default."""
    cache: bool
    """False: every step is executed, whatever was made before."""


class PipelineWords(TypedDict, total=False):
    """The options of a pipeline."""

    name: str
    """Its name in lists, of small letters, digits and dashes; else the function's."""


class Pipeline(Definition, Generic[P, T]):
    """A pipeline. Called, it is its function: steps run here, one after the other."""

    def __init__(self, client: Callable[[], Client], function: Callable[P, T], name: str = "") -> None:
        super().__init__(function, name)
        self._client = client
        self._options: RunOptions = {}

    def __repr__(self) -> str:
        return f"<Pipeline {self.name}>"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it here."""
        return self.function(*args, **kwargs)

    def run(self, *args: P.args, **kwargs: P.kwargs) -> RunHandle[T]:
        """Begin a run of it at the server, and go on here.

        Raises NotCompilableError before anything is sent, InvalidError for parameters that do not fit, UnavailableError
        where no server is.
        """
        parameters = self._parameters(*args, **kwargs)
        return begin(self._client(), self.document(), parameters, self._options, self)

    def with_options(self, **options: Unpack[RunOptions]) -> "Pipeline[P, T]":
        """It, with other options for its runs: `training.with_options(experiment="iris").run()`."""
        made = Pipeline(self._client, self.function, self.name)
        made._options = {**self._options, **options}
        return made

    def spec(self) -> Mapping[str, Any]:
        """Its PipelineSpec, as Kubeflow's clients and ours take it. Raises NotCompilableError, with file and line."""
        return self._compiled[0]

    def document(self) -> Mapping[str, Any]:
        """Its PipelineSpec; where a step has a `timeout`, with the platform spec that says so: as `pipeline_spec` and
        `platform_spec`. Raises NotCompilableError, with file and line."""
        spec, platform = self._compiled
        return {"pipeline_spec": spec, "platform_spec": platform} if platform else spec

    def compile(self, path: str | Path) -> Path:
        """Write it to a file: YAML as Kubeflow's compiler has it, a platform spec a second document, or JSON, by the
        suffix. Raises NotCompilableError."""
        place = Path(path)
        if place.suffix == ".json":
            place.write_bytes(msgspec.json.format(msgspec.json.encode(self.document())))
        else:
            place.write_bytes(b"---\n".join(msgspec.yaml.encode(each) for each in self._compiled if each))
        return place

    @functools.cached_property
    def _compiled(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        return compile_pipeline(self)

    def _parameters(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        bound = self.signature.bind(*args, **kwargs).arguments
        return {
            name: checked(value, self.takes[name].hint, f"the parameter {name}")
            for name, value in bound.items()
            if value is not None
        }


def begin(
    client: Client,
    document: Mapping[str, Any],
    parameters: Mapping[str, Any],
    options: RunOptions,
    definition: Definition,
) -> RunHandle[Any]:
    """Begin a run of the document as which a definition was compiled."""
    pipelines = Pipelines(client)
    name = options.get("run_name") or str(document.get("pipeline_spec", document)["pipelineInfo"]["name"])
    experiment = options.get("experiment", "")
    run_id = pipelines.begin(
        NewRun(
            display_name=name,
            experiment_id=pipelines.experiment(experiment) if experiment else "",
            pipeline_spec=document if options.get("cache", True) else _without_cache(document),
            runtime_config=RuntimeConfig(parameters),
        )
    )
    return RunHandle(pipelines, run_id, name, definition)


@overload
def make_pipeline(client: Callable[[], Client], function: Callable[P, T], options: PipelineWords) -> Pipeline[P, T]: ...


@overload
def make_pipeline(
    client: Callable[[], Client], function: None, options: PipelineWords
) -> Callable[[Callable[P, T]], Pipeline[P, T]]: ...


def make_pipeline(client: Callable[[], Client], function: Any, options: PipelineWords) -> Any:
    """A pipeline of this function, or what makes one of the function below it."""
    name = options.get("name", "")
    if name and not all(letter.islower() or letter.isdigit() or letter == "-" for letter in name):
        raise InvalidError(f"{name!r} is no name of a pipeline", hint="use small letters, digits and dashes")
    if function is not None:
        return Pipeline(client, function, name)

    def make(below: Callable[..., Any]) -> Pipeline[..., Any]:
        return Pipeline(client, below, name)

    return make


def _without_cache(value: Any) -> Any:
    """The same, in which no task may be taken from the cache."""
    if isinstance(value, dict):
        return {key: {} if key == "cachingOptions" else _without_cache(each) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value
