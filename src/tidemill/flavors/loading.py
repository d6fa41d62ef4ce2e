"""Reading a model: what it is without loading it, its framework's own object, and its `predict`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tidemill.flavors import folders, mlmodel, pickles, requirements, table
from tidemill.flavors.enforcing import enforce, enforce_params
from tidemill.flavors.errors import BrokenModelError, UnsafeModelError
from tidemill.flavors.flavor import Flavor, Predict
from tidemill.flavors.mlmodel import PYFUNC, MLmodel
from tidemill.flavors.schema import Signature


@dataclass(frozen=True, slots=True)
class Described:
    """What a stored model is, without loading it."""

    folder: Path
    told: MLmodel
    flavor: Flavor
    dangers: Sequence[str]
    """Why loading could run code of its author; empty for a safe one."""

    @property
    def is_safe(self) -> bool:
        return not self.dangers


class Model:
    """A loaded model: `predict` checks what it is given against the signature."""

    def __init__(self, described: Described, native: Any, predict: Predict) -> None:
        self.folder = described.folder
        self.told = described.told
        self.flavor = described.flavor.NAME
        self.is_safe = described.is_safe
        self.native = native
        """The framework's own object."""
        self._predict = predict
        self._signature = described.told.signature

    @property
    def signature(self) -> Signature | None:
        """What it takes and gives; None where nobody said."""
        return self._signature

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Predictions for data as the signature has it. Raises InputError where it does not fit."""
        signature = self._signature
        taken = data if signature is None or signature.inputs is None else enforce(data, signature.inputs)
        return self._predict(taken, enforce_params(params, signature.params if signature else None))


def describe(path: str | Path) -> Described:
    """What the model in a folder is; its files are not opened but for its MLmodel. Raises BrokenModelError."""
    folder = Path(path)
    told = mlmodel.read(folder)
    chosen = table.of_stored(told)
    return Described(folder, told, chosen, chosen.dangers(folder, told))


def load_model(path: str | Path, *, allow_pickle: bool = False, check: bool = True) -> Model:
    """Load a model for `predict`.

    `allow_pickle` lets pickles and code of its author be loaded: only for a model whose author you trust. `check` looks
    at its digests and at the packages that it needs first. Raises ModelError's kinds.
    """
    described = describe(path)
    if PYFUNC not in described.told.flavors:
        raise BrokenModelError("the model has no `predict`", hint="load_native() loads it as its framework's object")
    native = _native(described, allow_pickle=allow_pickle, check=check)
    return Model(described, native, described.flavor.predictor(native, described.folder, described.told))


def load_native(path: str | Path, *, allow_pickle: bool = False, check: bool = True) -> Any:
    """Load a model as its framework's own object; as `load_model`."""
    return _native(describe(path), allow_pickle=allow_pickle, check=check)


def _native(described: Described, *, allow_pickle: bool, check: bool) -> Any:
    if not described.is_safe and not allow_pickle:
        raise UnsafeModelError(
            f"{'; '.join(described.dangers)}: loading it can run any code of its author", hint=pickles.HINT
        )
    if check:
        folders.check_checksums(described.folder)
        requirements.check(described.folder)
    _ = described.told.signature  # a broken one is refused before anything is loaded
    return described.flavor.load(described.folder, described.told, trusted=allow_pickle)
