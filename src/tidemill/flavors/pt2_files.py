"""Looking into PyTorch's exported programs (.pt2) before they are loaded.

`torch.export.load` (2.13) unpickles weights that say `use_pickle` and example inputs that it cannot read otherwise,
gives the sizes of tensors to sympy, which evaluates them, and executes the guards on its input. An archive that was
made by `torch.export.save` of an ordinary module has none of the first and only arithmetic in the others: only that is
let through.
"""

import ast
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from tidemill.flavors import libraries, pickles
from tidemill.flavors.errors import BrokenModelError, UnsafeModelError

_MOST_JSON_BYTES = 256 << 20
_MEMBERS = re.compile(
    r"data/weights/(weight_\d+|\w+_config\.json)|data/constants/(tensor_\d+|\w+_config\.json)|models/\w+\.json"
    r"|data/sample_inputs/\w+\.pt|archive_format|archive_version|byteorder|version|\.format_version|\.storage_alignment"
    r"|\.data/(version|serialization_id)"
)
_OPERATORS = re.compile(
    r"torch\.ops\.aten\.(?!from_file|save)\w+\.\w+|torch\.sym_\w+"
    r"|_operator\.(add|sub|mul|floordiv|truediv|mod|neg|pos|pow|abs|eq|ne|lt|le|gt|ge|and_|or_|not_|getitem)"
)
_CALLED = ("torch", "_operator", "math", "#")
_NAMES = frozenset(
    "Symbol Integer Float Rational Mul Add Pow Max Min Mod Abs Not And Or Eq Ne Lt Le Gt Ge Equality Unequality "
    "StrictLessThan LessThan StrictGreaterThan GreaterThan floor ceiling FloorDiv PythonMod CleanDiv CeilDiv CeilToInt "
    "FloorToInt ModularIndexing IntTrueDiv FloatTrueDiv PowByNatural ToFloat TruncToInt RoundToInt Where Identity "
    "positive integer nonnegative L True False".split()
)
_SIZES = re.compile(r"[sufz]+\d+")
_ATTRIBUTES = frozenset({"size", "stride", "storage_offset", "dim", "shape"})
_NODES = (
    ast.Expression, ast.Call, ast.keyword, ast.Name, ast.Load, ast.Constant, ast.Subscript, ast.Attribute, ast.BinOp,
    ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Tuple, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip


def check(path: Path) -> None:
    """Raises UnsafeModelError where loading a program could run code of its author, BrokenModelError for no program."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                _check_member(archive, name)
    except (zipfile.BadZipFile, ValueError, KeyError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenModelError(f"{path.name} is no exported program: {error}", hint="save the model again") from error


def _check_member(archive: zipfile.ZipFile, name: str) -> None:
    told = name.partition("/")[2]
    if not _MEMBERS.fullmatch(told):
        raise _unsafe(f"has {name!r}, which could be a pickle")
    if told.endswith(".json"):
        if archive.getinfo(name).file_size > _MOST_JSON_BYTES:
            raise ValueError(f"{name} is larger than {_MOST_JSON_BYTES >> 20} MiB")
        for key, value in _fields(json.loads(archive.read(name))):
            _check_field(key, value)
    elif told.endswith(".pt"):
        torch = libraries.load("torch")
        try:
            torch.load(io.BytesIO(archive.read(name)), weights_only=True)
        except Exception as error:  # whatever PyTorch meets in it
            raise _unsafe(f"has example inputs that are a pickle of more than tensors ({name})") from error


def _fields(content: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document with the name that it stands under."""
    yield key, content
    if isinstance(content, dict):
        for name, value in cast("dict[str, Any]", content).items():
            yield from _fields(value, name)
    elif isinstance(content, list):
        for value in cast("list[Any]", content):
            yield from _fields(value, key)


def _check_field(key: str, value: Any) -> None:
    if key == "use_pickle" and value:
        raise _unsafe("has weights that are pickles")
    if key == "custom_obj_values" and value:
        raise _unsafe("has objects of classes of its own")
    if key == "range_constraints" and isinstance(value, dict):
        for name in cast("dict[str, Any]", value):
            _check_expression(name)
    if not isinstance(value, str):
        return
    if key in ("expr_str", "guards_code"):
        _check_expression(value)
    # A target is an operator in a node, and the name of a buffer or a parameter elsewhere.
    named = key == "as_operator" or (key == "target" and value.startswith(_CALLED))
    if named and not _OPERATORS.fullmatch(value):
        raise _unsafe(f"calls {value[:80]!r}")


def _check_expression(text: str) -> None:
    """Arithmetic on sizes, and nothing else."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise _unsafe(f"has {text[:80]!r} for a size") from error
    for node in ast.walk(tree):
        fits = isinstance(node, _NODES)
        if isinstance(node, ast.Name):
            fits = node.id in _NAMES or bool(_SIZES.fullmatch(node.id))
        elif isinstance(node, ast.Attribute):
            fits = node.attr in _ATTRIBUTES
        elif isinstance(node, ast.Constant):
            fits = isinstance(node.value, int | float | None) or bool(re.fullmatch(r"\w+", str(node.value)))
        if not fits:
            raise _unsafe(f"has {text[:80]!r} for a size")


def _unsafe(what: str) -> UnsafeModelError:
    return UnsafeModelError(f"the exported program {what}: loading it could run code of its author", hint=pickles.HINT)
