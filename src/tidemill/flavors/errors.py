"""What is wrong with a model, or with what it was asked: all of them are bad input, never a defect of ours.

InvalidError
└── ModelError                a model cannot be read, loaded, written or asked
    ├── BrokenModelError      files are missing, changed, outside of the folder, or not what the MLmodel says
    ├── UnsafeModelError      loading would run code of the model's author, which nobody allowed
    ├── MissingPackageError   a package is not installed here that the model needs
    ├── SignatureError        a signature cannot be read, or cannot be made
    └── InputError            what a model was given does not fit its signature
"""

from tidemill.kit.errors import InvalidError


class ModelError(InvalidError):
    code = "invalid_model"


class BrokenModelError(ModelError):
    code = "broken_model"


class UnsafeModelError(ModelError):
    code = "unsafe_model"


class MissingPackageError(ModelError):
    code = "missing_package"


class SignatureError(ModelError):
    code = "invalid_signature"


class InputError(ModelError):
    code = "invalid_input"
