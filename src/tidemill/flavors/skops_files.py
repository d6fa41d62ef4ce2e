"""Reading and writing skops: a zip of arrays and of classes by name, of which only trusted ones are made.

Trusted are the types that skops itself trusts and those below, which are data and trees of the frameworks. What an
MLmodel says may be trusted (`skops_trusted_types`) is its author's word, and is not taken for it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tidemill.flavors import libraries
from tidemill.flavors.errors import BrokenModelError, UnsafeModelError

TRUSTED = frozenset(
    {
        "collections.OrderedDict",
        "lightgbm.basic.Booster",
        "lightgbm.sklearn.LGBMClassifier",
        "lightgbm.sklearn.LGBMRanker",
        "lightgbm.sklearn.LGBMRegressor",
        "numpy.dtype",
        "numpy.mean",
        "scipy.interpolate._bsplines.BSpline",
        "scipy.sparse._csr.csr_matrix",
        "xgboost.core.Booster",
        "xgboost.sklearn.XGBClassifier",
        "xgboost.sklearn.XGBRanker",
        "xgboost.sklearn.XGBRegressor",
    }
)
TRUSTED_MODULES = (
    "sklearn._loss.",
    "sklearn.calibration.",
    "sklearn.cluster.",
    "sklearn.ensemble.",
    "sklearn.feature_selection._univariate_selection.",
    "sklearn.gaussian_process.",
    "sklearn.metrics._classification.",
    "sklearn.metrics._dist_metrics.",
    "sklearn.metrics._scorer.",
    "sklearn.multiclass.",
    "sklearn.neighbors.",
    "sklearn.neural_network.",
    "sklearn.tree.",
    "sklearn.utils._metadata_requests.",
)
"""Parts of scikit-learn with nothing in them that reads files or runs code: trees, distances, losses, kernels."""


def save(model: Any, path: Path) -> Sequence[str]:
    """Write a model, and give the types that must be trusted to read it. Raises NotSafeError where it cannot be."""
    skops = libraries.load("skops.io", "skops")
    try:
        skops.dump(model, path)
        types = list(skops.get_untrusted_types(file=path))
    except Exception as error:  # whatever skops meets in a user's own objects
        path.unlink(missing_ok=True)
        raise NotSafeError(f"skops cannot write it: {_in_a_line(error)}") from error
    if unknown := _unknown(types):
        path.unlink()
        raise NotSafeError(f"skops would have to trust {', '.join(unknown)}")
    return types


def load(path: Path, *, trusted: bool) -> Any:
    """Read a model. Raises UnsafeModelError where it has types of its author's and they are not trusted."""
    skops = libraries.load("skops.io", "skops")
    try:
        types = list(skops.get_untrusted_types(file=path))
    except Exception as error:
        raise BrokenModelError(f"{path.name} is no skops file: {_in_a_line(error)}", hint="save it again") from error
    unknown = _unknown(types)
    if unknown and not trusted:
        raise UnsafeModelError(
            f"{path.name} would make objects of {', '.join(unknown[:8])}, which could run code of its author",
            hint="load it with allow_pickle=True (--allow-pickle) if you trust where it comes from",
        )
    try:
        return skops.load(path, trusted=types)
    except Exception as error:
        raise BrokenModelError(
            f"{path.name} cannot be read: {_in_a_line(error)}",
            hint="are the versions installed that it was saved with?",
        ) from error


class NotSafeError(Exception):
    """A model that skops cannot hold; the text says why."""


def _unknown(types: Iterable[str]) -> list[str]:
    return sorted(one for one in set(types) - TRUSTED if not one.startswith(TRUSTED_MODULES))


def _in_a_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
