"""Goes with the program of every step: reads what it is given, calls the function, and writes what it gives.

It runs wherever the step does, on Tidemill and on any Kubeflow: with the standard library, and with what the values
that it reads and writes are made of. Calls in process use its checks, so that both mean the same.
"""

# Values of anybody's, of which nothing is known before.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

import dataclasses
import importlib
import importlib.abc
import importlib.machinery
import inspect
import json
import math
import os
import pickle
import shutil
import sys
import tempfile
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

_PLAIN = (str, int, float, bool, type(None))
_SCALARS = (int, float, str, bool)
_IN_PARQUET = ("string", "empty", "boolean", "bytes")
_MOST_SHOWN = 60
HOME = "tidemill_step_program"


class Metrics(dict[str, float]):
    """Numbers that a step measured, by name: `return tm.Metrics(accuracy=0.9)`."""


class HTML(str):
    """A page that a step made, to be shown beside it."""

    __slots__ = ()


class Markdown(str):
    """A text in Markdown that a step made, to be shown beside it."""

    __slots__ = ()


# Parameters ----------------------------------------------------------------------------------------------------------


def checked(value: Any, hint: Any, what: str) -> Any:
    """A value as JSON keeps it, of the type that was annotated. Raises TypeError or ValueError that says why not."""
    plain = _plain(value, hint)
    wanted = _class_of(_without_none(hint))
    is_bool = isinstance(plain, bool) and wanted in (int, float)
    if wanted is not None and (is_bool or not isinstance(plain, wanted)):
        told = f"{_shown(value)}, of the type {type(value).__name__}"
        raise TypeError(f"{what} is {told}, and {_name(hint)} was annotated")
    _check_json(plain, what)
    return plain


def _plain(value: Any, hint: Any) -> Any:
    """Dataclasses as dicts, tuples as lists where tuples are annotated, numbers of numpy's as Python's."""
    hint = _without_none(hint)
    origin, parts = typing.get_origin(hint) or hint, typing.get_args(hint)
    if hasattr(value, "item") and hasattr(value, "dtype") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        hints = typing.get_type_hints(type(value))
        return {each.name: _plain(getattr(value, each.name), hints[each.name]) for each in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {name: _plain(each, parts[1] if len(parts) == 2 else None) for name, each in value.items()}
    if isinstance(value, list) or (isinstance(value, tuple) and origin is tuple):
        is_fixed = origin is tuple and len(parts) == len(value) and Ellipsis not in parts
        return [_plain(each, parts[n] if is_fixed else parts[0] if parts else None) for n, each in enumerate(value)]
    return value


def given(value: Any, hint: Any) -> Any:
    """A value of JSON as the function's annotation has it: dataclasses, tuples, whole numbers."""
    hint = _without_none(hint)
    origin, parts = typing.get_origin(hint) or hint, typing.get_args(hint)
    if isinstance(value, float) and hint in (int, None) and value.is_integer():
        return int(value)  # of untyped numbers engines keep no more
    if isinstance(value, int) and hint is float and not isinstance(value, bool):
        return float(value)
    if isinstance(value, dict):
        if dataclasses.is_dataclass(hint):
            hints = typing.get_type_hints(hint)
            made: Any = hint
            return made(**{name: given(each, hints.get(name)) for name, each in value.items()})
        if origin is Metrics:
            return Metrics({name: float(each) for name, each in value.items()})
        return {name: given(each, parts[1] if len(parts) == 2 else None) for name, each in value.items()}
    if isinstance(value, list):
        if origin is tuple and parts and parts[-1] is not Ellipsis:
            return tuple(given(each, part) for each, part in zip(value, parts, strict=False))
        items = [given(each, parts[0] if parts else None) for each in value]
        return tuple(items) if origin is tuple else items
    return value


def _check_json(value: Any, what: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{what} is {value}, which JSON cannot say: return another number, or a text")
    if isinstance(value, _PLAIN):
        return
    if isinstance(value, dict):
        for name, each in value.items():
            if not isinstance(name, str):
                raise TypeError(f"{what} has the key {_shown(name)}, and keys are texts in JSON: use str(...)")
            _check_json(each, f"{what}[{name!r}]")
        return
    if isinstance(value, list):
        for number, each in enumerate(value):
            _check_json(each, f"{what}[{number}]")
        return
    raise TypeError(
        f"{what} is {_shown(value)}, of the type {type(value).__name__}, which JSON does not have: "
        "return plain values, or annotate another type, to have it kept as a file"
    )


def _class_of(hint: Any) -> Any:
    origin = typing.get_origin(hint) or hint
    if origin is typing.Literal:
        return type(typing.get_args(hint)[0])
    if dataclasses.is_dataclass(origin) or typing.is_typeddict(origin) or origin is Metrics:
        return dict
    if origin in (int, float, str, bool, list, dict):
        return origin
    if origin is tuple:
        return list
    name = getattr(origin, "__name__", "")
    return {"Sequence": list, "Iterable": list, "Mapping": dict}.get(name)


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kept = [each for each in typing.get_args(hint) if each is not type(None)]
        return kept[0] if len(kept) == 1 else None
    return hint


def _name(hint: Any) -> str:
    return str(hint) if typing.get_args(hint) else str(getattr(hint, "__name__", hint))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


# Artifacts -----------------------------------------------------------------------------------------------------------


def write(value: Any, path: str, what: str) -> dict[str, Any]:
    """Write a value to a file, or a file or folder to its place; returns what is to be known to read it again."""
    if what in ("html", "markdown"):
        Path(path).write_text(value, encoding="utf-8")
        return {"format": what}
    if what == "file":
        return _put(Path(value), path)
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    return {"format": _written(value, path), "python": kind.removeprefix("builtins.")}


def read(artifact: Any, what: str) -> Any:
    """The value of an artifact."""
    path, metadata = artifact.path, artifact.metadata or {}
    if what == "file":
        return _named(path, metadata.get("name"))
    format_ = metadata.get("format", "pickle")
    if format_ in ("html", "markdown"):
        return (HTML if format_ == "html" else Markdown)(Path(path).read_text(encoding="utf-8"))
    if format_ == "file":
        return _named(path, metadata.get("name"))
    if format_ == "bytes":
        return Path(path).read_bytes()
    if format_ == "json":
        return json.loads(Path(path).read_text(encoding="utf-8"))
    if format_ == "npy":
        return importlib.import_module("numpy").load(path, allow_pickle=False)
    if format_ == "parquet":
        return importlib.import_module(metadata.get("python", "pandas").partition(".")[0]).read_parquet(path)
    with open(path, "rb") as file:
        return pickle.load(file)  # noqa: S301 - a step before it wrote this


def _written(value: Any, path: str) -> str:
    module = type(value).__module__.partition(".")[0]
    name = type(value).__name__
    if type(value) is bytes:
        Path(path).write_bytes(value)
        return "bytes"
    if module == "numpy" and name == "ndarray" and not value.dtype.hasobject:
        with open(path, "wb") as file:
            importlib.import_module("numpy").save(file, value, allow_pickle=False)
        return "npy"
    if module in ("pandas", "polars") and name == "DataFrame" and _to_parquet(value, path, module):
        return "parquet"
    if _is_json(value):
        Path(path).write_text(json.dumps(value), encoding="utf-8")
        return "json"
    with open(path, "wb") as file:
        pickle.dump(value, file, protocol=5)
    return "pickle"


def _to_parquet(table: Any, path: str, module: str) -> bool:
    """Whether the table could be written so that what is read is the same."""
    try:
        if module == "polars":
            table.write_parquet(path)
            return True
        importlib.import_module("pyarrow")
        infer = importlib.import_module("pandas").api.types.infer_dtype
        mixed = (infer(table[name], skipna=True) for name in table.columns if table[name].dtype == object)
        plain = all(isinstance(name, str) for name in table.columns) and all(kind in _IN_PARQUET for kind in mixed)
        if not plain or table.columns.name is not None or not table.columns.is_unique or table.index.nlevels > 1:
            return False
        table.to_parquet(path)
    except Exception:  # noqa: BLE001 - whatever it is, pickle keeps the table
        return False
    return True


def _is_json(value: Any) -> bool:
    try:
        _check_json(value, "")
    except (TypeError, ValueError, RecursionError):
        return False
    return type(value) in (dict, list, str, int, float, bool, type(None))


def _put(source: Path, path: str) -> dict[str, Any]:
    if not source.exists():
        raise FileNotFoundError(f"the step returned the path {source}, and there is nothing")
    if source.is_dir():
        shutil.copytree(source, path, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, path)
    return {"format": "file", "name": source.name}


def _named(path: str, name: Any) -> Path:
    """The file under the name that it had, since suffixes say what is in it."""
    if not name or os.path.basename(path) == name or os.path.basename(name) != name:
        return Path(path)
    link = Path(tempfile.mkdtemp(prefix="step-")) / name
    link.symlink_to(os.path.abspath(path))
    return link


# The call ------------------------------------------------------------------------------------------------------------


class Step:
    """A function with the plan of its inputs and outputs.

    `takes`: argument → how it is made of inputs: ("value", input, hint), ("file" or "artifact", input), ("artifacts",
    input, how each is read), ("constant", value), ("list", parts), ("tuple", parts), ("dict", parts by key).
    `gives`: (output, what, hint), in the order of what the function returns.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        takes: Mapping[str, tuple[Any, ...]],
        gives: Sequence[tuple[str, str, Any]],
        is_single: bool,
        program: Mapping[str, Any],
    ) -> None:
        self.function = function
        self.takes = takes
        self.gives = gives
        self.is_single = is_single
        _name_own_classes(program)

    def call(self, inputs: dict[str, Any]) -> tuple[Any, ...]:
        """Call it with what stands in `inputs`: values and artifacts by name; returns the parameters that it gave."""
        arguments = {}
        for name, plan in self.takes.items():
            value = self._made(plan, inputs)
            if value is not _absent:
                arguments[name] = value
        found = self.function(**arguments)
        if not self.gives:
            return ()
        values = (found,) if self.is_single else tuple(found)
        if len(values) != len(self.gives):
            raise TypeError(f"{len(self.gives)} values were annotated, and {len(values)} were returned")
        return tuple(self._give(value, plan, inputs) for value, plan in zip(values, self.gives, strict=True))

    def annotate(self, function: Callable[..., Any]) -> None:
        """Say it in kfp's words, where kfp runs it: what of its arguments are artifacts, and what it returns."""
        try:
            dsl = importlib.import_module("kfp.dsl")
        except ImportError:
            return
        told = {}
        for plan in self.takes.values():
            _tell(plan, told, dsl)
        for name, what, _ in self.gives:
            if what == "metrics":
                told[metrics_name(name)] = dsl.Output[dsl.Metrics]
            elif what != "value":
                told[name] = dsl.Output[{"html": dsl.HTML, "markdown": dsl.Markdown}.get(what, dsl.Artifact)]
        values = [(name, _class_of(_without_none(hint)) or str) for name, _, hint in self._values()]
        if len(values) == 1 and values[0][0] == "Output":
            told["return"] = values[0][1]
        elif values:
            told["return"] = typing.NamedTuple("Outputs", values)
        function.__annotations__ = told
        function.__signature__ = inspect.Signature(
            [
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=told[name])
                for name in told
                if name != "return"
            ],
            return_annotation=told.get("return", inspect.Signature.empty),
        )

    def returned(self, found: Sequence[Any]) -> Any:
        """What kfp's executor wants returned of the values of `call`."""
        values = [value for value, (_, what, _) in zip(found, self.gives, strict=True) if what in ("value", "metrics")]
        names = [name for name, _, _ in self._values()]
        if not names:
            return None
        return values[0] if names == ["Output"] else tuple(values)

    def execute(self, executor_input: Mapping[str, Any]) -> None:
        """Read Kubeflow's executor input, call, and write the executor's output: what kfp's own executor does."""
        told, wanted = executor_input.get("inputs", {}), executor_input["outputs"]
        inputs = dict(told.get("parameterValues", {}))
        for name, each in told.get("artifacts", {}).items():
            found = [_artifact(artifact) for artifact in each.get("artifacts", [])]
            inputs[name] = found
        made = {name: _artifact(each["artifacts"][0]) for name, each in wanted.get("artifacts", {}).items()}
        for artifact in made.values():
            os.makedirs(os.path.dirname(artifact.path), exist_ok=True)
        found = self.call({**inputs, **made})
        values = [value for value, (_, what, _) in zip(found, self.gives, strict=True) if what in ("value", "metrics")]
        parameters = dict(zip((name for name, _, _ in self._values()), values, strict=True))
        artifacts = {
            name: {"artifacts": [{"name": each.name, "uri": each.uri, "metadata": each.metadata}]}
            for name, each in made.items()
        }
        os.makedirs(os.path.dirname(wanted["outputFile"]), exist_ok=True)
        with open(wanted["outputFile"], "w", encoding="utf-8") as file:
            json.dump({"parameterValues": parameters, "artifacts": artifacts}, file)

    def _values(self) -> list[tuple[str, str, Any]]:
        return [(name, what, hint) for name, what, hint in self.gives if what in ("value", "metrics")]

    def _made(self, plan: tuple[Any, ...], inputs: dict[str, Any]) -> Any:
        how, rest = plan[0], plan[1:]
        if how == "constant":
            return rest[0]
        if how in ("list", "tuple"):
            return (list if how == "list" else tuple)(self._made(each, inputs) for each in rest[0])
        if how == "dict":
            return {name: self._made(each, inputs) for name, each in rest[0].items()}
        found = inputs.get(rest[0])
        if how == "artifacts":
            return [read(each, rest[1]) for each in found or ()]
        if found is None or found == []:
            return given(found, rest[1]) if how == "value" and found == [] else _absent
        if how == "value":
            return given(found, rest[1])
        return read(found[0] if isinstance(found, list) else found, how)

    def _give(self, value: Any, plan: tuple[Any, ...], inputs: dict[str, Any]) -> Any:
        name, what, hint = plan
        if what == "value":
            return checked(value, hint, f"the output {name}")
        if what == "metrics":
            numbers = checked_metrics(value)
            inputs[metrics_name(name)].metadata.update(numbers)
            return numbers
        artifact = inputs[name]
        artifact.metadata.update(write(value, artifact.path, what))
        return None


_absent = object()


def checked_metrics(value: Any) -> dict[str, float]:
    """Numbers by name, as they are handed on. Raises TypeError for what are none."""
    found = {name: checked(each, None, f"the metric {name}") for name, each in value.items()}
    for name, each in found.items():
        if not isinstance(each, int | float) or isinstance(each, bool):
            raise TypeError(f"the metric {name} is {_shown(each)}, and metrics are numbers")
    return {name: float(each) for name, each in found.items()}


def metrics_name(output: str) -> str:
    """The artifact in which the numbers of an output are kept."""
    return "metrics" if output == "Output" else f"{output}_metrics"


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Modules of the user's own, which came with the program."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources

    def find_spec(self, fullname: str, path: Any, target: Any = None, /) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self._sources:
            return None
        is_package = any(each.startswith(f"{fullname}.") for each in self._sources)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=is_package)

    def exec_module(self, module: types.ModuleType) -> None:
        exec(compile(self._sources[module.__name__], f"{module.__name__}.py", "exec"), module.__dict__)  # noqa: S102


def offer(sources: Mapping[str, str]) -> None:
    """Let these modules be imported: source by name. What they use of Tidemill is what is here, installed or not."""
    sys.meta_path.insert(0, _Finder(sources))
    try:
        home = importlib.import_module("tidemill")
    except ImportError:
        home = sys.modules["tidemill"] = types.ModuleType("tidemill")
    here = {"Metrics": Metrics, "HTML": HTML, "Markdown": Markdown, "step": _as_it_is, "pipeline": _as_it_is}
    home.__dict__.update(here)


def _as_it_is(function: Any = None, **_options: Any) -> Any:
    """Where a step runs, functions are what they are."""
    return _as_it_is if function is None else function


def _tell(plan: tuple[Any, ...], told: dict[str, Any], dsl: Any) -> None:
    how, rest = plan[0], plan[1:]
    if how in ("list", "tuple", "dict"):
        for each in rest[0].values() if how == "dict" else rest[0]:
            _tell(each, told, dsl)
    elif how == "value":
        told[rest[0]] = _class_of(_without_none(rest[1])) or str
    elif how == "artifacts":
        told[rest[0]] = dsl.Input[list[dsl.Artifact]]
    elif how != "constant":
        told[rest[0]] = dsl.Input[dsl.Artifact]


def _artifact(told: dict[str, Any]) -> Any:
    return types.SimpleNamespace(
        name=told.get("name", ""), uri=told["uri"], path=told["uri"], metadata=dict(told.get("metadata") or {})
    )


def _name_own_classes(program: Mapping[str, Any]) -> None:
    """Let classes of the program be found by pickle under one name: that of its module differs from place to place."""
    home = types.ModuleType(HOME)
    home.__dict__.update(program)
    sys.modules[HOME] = home
    for each in program.values():
        if isinstance(each, type) and each.__module__ == program["__name__"]:
            each.__module__ = HOME
