"""Reading an MLmodel file as data: https://mlflow.org/docs/latest/ml/model. Whatever a client wrote there is harmless.

The file is refused when it is large or nested deeply, and of what it says only texts of limited length are kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, cast

import msgspec
import yaml

from tidemill.registry.facts.models import Column, Flavor, Format, ModelFile, Signature

MLMODEL = "MLmodel"
REQUIREMENTS = "requirements.txt"
MOST_BYTES = 1 << 20
_MOST_DEPTH = 50
_MOST_COLUMNS = 500
_MOST_FLAVORS = 20
_MOST_LINES = 500
_LONGEST = 300
_MOST_UNSAFE = 5
_PICKLED = (".pkl", ".pickle", ".pth", ".pt", ".joblib", ".dill", ".cloudpickle", ".ckpt")
_CODE = (".py", ".ipynb", ".pyc", ".so")
_DATA = (
    *(".onnx", ".safetensors", ".skops", ".ubj", ".xgb", ".lgb", ".cbm", ".keras", ".h5", ".gguf", ".tflite"),
    *(".pb", ".pmml", ".npz", ".npy", ".spm"),
)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_events: Callable[[str], Iterator[Any]] = partial(cast("Any", yaml).parse, Loader=_LOADER)
Document = Mapping[str, Any]


class UnreadableError(ValueError):
    """It is no MLmodel; the text says why."""


def read_document(content: bytes) -> Document:
    """What an MLmodel file says. Raises UnreadableError."""
    try:
        text = content.decode()
        _check_depth(text)
        document = yaml.load(text, _LOADER)  # noqa: S506 - the safe loader, in C where it was built
    except UnicodeDecodeError as error:
        raise UnreadableError("its MLmodel file is no UTF-8") from error
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableError(f"its MLmodel file is no YAML: {' '.join(str(error).split())[:_LONGEST]}") from error
    if not isinstance(document, dict):
        raise UnreadableError("its MLmodel file is no mapping")
    return cast("Document", document)


def flavors_of(document: Document) -> list[Flavor]:
    """The ways to load it, with the versions of their libraries."""
    sections = list(_mapping(document.get("flavors")).items())[:_MOST_FLAVORS]
    return [Flavor(_text(name), _version(_text(name), _mapping(section))) for name, section in sections]


def text_at(document: Document, *keys: str) -> str:
    """A text of the document, empty where there is none."""
    value: Any = document
    for key in keys:
        value = _mapping(value).get(key)
    return _text(value)


def signature_of(document: Document) -> Signature | None:
    """What it takes and gives, where it says so."""
    told = _mapping(document.get("signature"))
    texts = [told.get(name) for name in ("inputs", "outputs", "params")]
    return Signature(*map(_columns, texts)) if any(texts) else None


def requirements_of(content: bytes) -> list[str]:
    """The packages that it needs, without comments."""
    lines = (line.strip() for line in content.decode(errors="replace").splitlines())
    return [line[:_LONGEST] for line in lines if line and not line.startswith("#")][:_MOST_LINES]


def loads_code(document: Document) -> bool:
    """Whether the file names code that is run to load the model."""
    pyfunc = _mapping(_mapping(document.get("flavors")).get("python_function"))
    return bool(pyfunc.get("model_code_path") or pyfunc.get("code") or document.get("model_code_path"))


def format_of(files: Sequence[ModelFile], *, loads_code: bool) -> tuple[Format, list[str]]:
    """What loading these files may do, and those of them that make it so.

    By their names, which is what loaders go by: a pickle is loaded as one, wherever it came from. `.bin` of a
    transformer is a pickle of torch.
    """
    pickled = [each.path for each in files if _is_pickle(each.path)]
    if pickled:
        return Format.PICKLE, pickled[:_MOST_UNSAFE]
    code = [each.path for each in files if each.path.endswith(_CODE)]
    if code or loads_code:
        return Format.CODE, code[:_MOST_UNSAFE]
    return (Format.SAFE if any(each.path.endswith(_DATA) for each in files) else Format.UNKNOWN), []


def _is_pickle(path: str) -> bool:
    return path.endswith(_PICKLED) or path.rpartition("/")[2].startswith("pytorch_model")


def _check_depth(text: str) -> None:
    """The loader in C would go as deep as the document does, on the thread's stack."""
    depth = 0
    for event in _events(text):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MOST_DEPTH:
            raise UnreadableError(f"its MLmodel file is nested more than {_MOST_DEPTH} deep")


def _version(name: str, section: Mapping[str, Any]) -> str:
    """`sklearn_version` of sklearn's section; `pytorch_version`, `transformers_version` and so on."""
    own = _text(section.get(f"{name}_version"))
    others = (
        _text(value) for key, value in section.items() if str(key).endswith("_version") and key != "python_version"
    )
    return own or next(others, "")


def _columns(told: Any) -> list[Column]:
    """Columns from what MLflow writes: a JSON text of a list.

    Only from a text: in YAML itself a column may be a part of itself.
    """
    if not isinstance(told, str):
        return []
    try:
        decoded = msgspec.json.decode(told)
        listed = cast("list[Any]", decoded) if isinstance(decoded, list) else [decoded]
        return [_column(_mapping(each)) for each in listed[:_MOST_COLUMNS] if isinstance(each, dict)]
    except (msgspec.DecodeError, RecursionError):
        return []


def _column(told: Mapping[str, Any]) -> Column:
    default = "" if told.get("default") is None else _json(told["default"])
    return Column(_text(told.get("name")), _type(told), told.get("required") is not False, default)


def _type(told: Mapping[str, Any]) -> str:
    kind, spec = _text(told.get("type")), _mapping(told.get("tensor-spec"))
    if spec:
        return f"tensor({_text(spec.get('dtype'))}, {_json(spec.get('shape'))})"[:_LONGEST]
    if kind == "array":
        return f"array of {_type(_mapping(told.get('items')))}"[:_LONGEST]
    if kind == "object":
        properties = _mapping(told.get("properties"))
        inner = ", ".join(f"{name}: {_type(_mapping(each))}" for name, each in list(properties.items())[:_MOST_COLUMNS])
        return f"object {{{inner}}}"[:_LONGEST]
    return kind


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, str | int | float):
        return str(value)[:_LONGEST]
    return ""


def _json(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()[:_LONGEST]
    except (TypeError, ValueError, RecursionError):
        return ""
