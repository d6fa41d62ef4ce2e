"""transformers: pipelines, the model as safetensors, each component in a folder; nothing is fetched from a hub."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from tidemill.flavors import folders, libraries
from tidemill.flavors.errors import BrokenModelError, InputError, ModelError
from tidemill.flavors.flavor import Options, Predict, Written
from tidemill.flavors.mlmodel import MLmodel

NAME = "transformers"
FORMATS = ("safetensors",)
_MODEL = "model"
_COMPONENTS = {
    "tokenizer": "AutoTokenizer",
    "feature_extractor": "AutoFeatureExtractor",
    "image_processor": "AutoImageProcessor",
    "processor": "AutoProcessor",
}


def detects(model: Any) -> bool:
    """A pipeline."""
    return any(cls.__name__ == "Pipeline" and cls.__module__.startswith("transformers.") for cls in type(model).__mro__)


def save(model: Any, folder: Path, options: Options) -> Written:
    """The pipeline's model, and its tokenizer, feature extractor and image processor, each in a folder."""
    transformers = libraries.load("transformers")
    model.model.save_pretrained(str(folder / _MODEL))
    section: dict[str, Any] = {
        "code": None,
        "components": [],
        "instance_type": type(model).__name__,
        "model_binary": _MODEL,
        "pipeline_model_type": type(model.model).__name__,
        "source_model_name": "",
        "task": model.task,
        "torch_dtype": str(model.model.dtype),
        "transformers_version": transformers.__version__,
    }
    for name in _COMPONENTS:
        if (component := getattr(model, name, None)) is not None:
            component.save_pretrained(str(folder / "components" / name))
            section["components"].append(name)
            section[f"{name}_type"] = type(component).__name__
    return Written(section, packages=["transformers", "torch", "safetensors"])


def dangers(folder: Path, told: MLmodel) -> Sequence[str]:
    """Weights that are pickles, told by the names of their files; mlflow's clients of long ago wrote those."""
    name = str(told.section(NAME).get("model_binary") or _MODEL)
    place = folder / name
    pickled = sorted(path.name for pattern in ("*.bin", "*.pt", "*.pth") for path in place.glob(pattern))
    return () if not pickled or any(place.glob("*.safetensors")) else (f"{name}/{pickled[0]} is a pickle",)


def load(folder: Path, told: MLmodel, *, trusted: bool) -> Any:
    """The pipeline, on the CPU."""
    section = told.section(NAME)
    transformers = libraries.load("transformers")
    if not section.get("model_binary"):
        raise BrokenModelError(
            f"the model's weights were not saved with it, but left at the hub ({section.get('source_model_name')})",
            hint="save it with save_pretrained=True, or mlflow.transformers.persist_pretrained_model(uri)",
        )
    options = {"local_files_only": True, "trust_remote_code": False}
    place = folders.inside(folder, section["model_binary"], "model_binary of transformers")
    weights = {"use_safetensors": True} if not dangers(folder, told) else {}
    model = _read(lambda: _class(transformers, section).from_pretrained(str(place), **options, **weights), place)
    parts: dict[str, Any] = {}
    for name in _components(section):
        part = folders.inside(folder, f"components/{name}", f"the component {name}")
        loader = getattr(transformers, _COMPONENTS[name])
        parts[name] = _read(lambda loader=loader, part=part: loader.from_pretrained(str(part), **options), part)
    return _read(lambda: transformers.pipeline(section.get("task"), model=model, device="cpu", **parts), place)


def predictor(model: Any, folder: Path, told: MLmodel) -> Predict:
    """Texts in; out what MLflow gives for the tasks below, and for others what the pipeline gives.

    text-classification: a table of label and score. token-classification: the labels of a text, joined by commas.
    fill-mask: the likeliest word. text-generation, summarization, translation: the text.
    """
    task = str(told.section(NAME).get("task"))

    def predict(data: Any, params: Mapping[str, Any]) -> Any:
        texts = _texts(data)
        found = model(texts, **params)
        # Of a list of one text some pipelines make no list of lists.
        alone = isinstance(texts, list) and len(cast("list[Any]", texts)) == 1
        return _shaped(task, [found] if alone and _is_flat(found) else found)

    return predict


def _shaped(task: str, found: Any) -> Any:
    rows: list[Any] = cast("list[Any]", found) if isinstance(found, list) else [found]
    nested: list[list[Any]] = [row if isinstance(row, list) else [row] for row in rows]
    if task in ("text-classification", "sentiment-analysis"):
        return libraries.load("pandas").DataFrame([row[0] for row in nested])
    if task in ("token-classification", "ner"):
        return [",".join(str(one.get("entity_group", one.get("entity"))) for one in row) for row in nested]
    if task == "fill-mask":
        return [row[0]["token_str"] for row in nested]
    for name in ("generated_text", "summary_text", "translation_text"):
        if nested and nested[0] and isinstance(nested[0][0], dict) and name in nested[0][0]:
            return [row[0][name] for row in nested]
    return rows


def _is_flat(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, dict) for one in cast("list[Any]", found))


def _texts(data: Any) -> Any:
    """A list of texts, or of mappings where a table has several columns; anything else as it is."""
    if not libraries.is_of(data, "pandas"):
        return [data] if isinstance(data, str) else data
    if not hasattr(data, "columns"):
        return data.tolist()
    return data.iloc[:, 0].tolist() if len(data.columns) == 1 else data.to_dict(orient="records")


def _class(transformers: Any, section: Mapping[str, Any]) -> Any:
    name = section.get("pipeline_model_type")
    cls = getattr(transformers, name, None) if isinstance(name, str) and name.isidentifier() else None
    if not isinstance(cls, type) or not issubclass(cls, transformers.PreTrainedModel):
        raise BrokenModelError(f"transformers has no model {name!r}", hint="a newer transformers may have it")
    return cls


def _components(section: Mapping[str, Any]) -> list[str]:
    told: Any = section.get("components") or []
    if not isinstance(told, list) or any(name not in _COMPONENTS for name in cast("list[Any]", told)):
        raise BrokenModelError(f"components of transformers are {told!r}", hint=f"there are: {', '.join(_COMPONENTS)}")
    return cast("list[str]", told)


def _read(load: Callable[[], Any], place: Path) -> Any:
    try:
        return load()
    except (ModelError, InputError):
        raise
    except Exception as error:  # whatever transformers meets in a folder
        raise BrokenModelError(
            f"transformers cannot load {place.name}: {' '.join(str(error).split())[:300]}",
            hint="is the version installed that it was saved with?",
        ) from error
