"""Models and versions by name, refused in our own words: the catalog's are those of MLflow."""

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.kit.errors import NotFoundError
from tidemill.registry.catalog.models import ModelVersion
from tidemill.registry.catalog.store import reading, registered_models, versions
from tidemill.registry.catalog.store.registered_models import ModelHead

_SHOWN = 200


def found_model(tx: Tx, scope: Scope, name: str) -> ModelHead:
    """The model of this name. Raises NotFoundError."""
    head = registered_models.head(tx, scope, name)
    if head is None:
        raise NotFoundError(f"there is no model {name[:_SHOWN]!r}", hint="`tidemill model list` shows them")
    return head


def found_version(tx: Tx, scope: Scope, name: str, number: int) -> ModelVersion:
    """A version of the model of this name. Raises NotFoundError."""
    found_model(tx, scope, name)
    head = versions.head(tx, scope, name, number)
    if head is None:
        raise NotFoundError(
            f"the model {name[:_SHOWN]!r} has no version {number}",
            hint="`tidemill model versions` shows those that it has",
        )
    return reading.version(tx, scope, head.id)
