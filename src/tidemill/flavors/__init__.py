"""Models as MLflow stores them: the MLmodel format, signatures, and one module for each framework.

It runs in users' environments: importing it imports no framework. What is not offered here lies in its modules.
"""

from tidemill.flavors.errors import (
    BrokenModelError,
    InputError,
    MissingPackageError,
    ModelError,
    SignatureError,
    UnsafeModelError,
)
from tidemill.flavors.inferring import infer_signature
from tidemill.flavors.loading import Described, Model, describe, load_model, load_native
from tidemill.flavors.mlmodel import MLmodel
from tidemill.flavors.saving import Extras, UnsafeFormatWarning, save_model
from tidemill.flavors.schema import Signature

__all__ = [
    "BrokenModelError",
    "Described",
    "Extras",
    "InputError",
    "MLmodel",
    "MissingPackageError",
    "Model",
    "ModelError",
    "Signature",
    "SignatureError",
    "UnsafeFormatWarning",
    "UnsafeModelError",
    "describe",
    "infer_signature",
    "load_model",
    "load_native",
    "save_model",
]
