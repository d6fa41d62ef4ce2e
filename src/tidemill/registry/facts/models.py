"""Words of what a version's files say."""

from enum import StrEnum

import msgspec


class Format(StrEnum):
    """What loading the files may do."""

    SAFE = "safe"
    """Nothing but read them."""
    PICKLE = "pickle"
    """Run whatever their author packed in."""
    CODE = "code"
    """Run code that lies beside them, as text that one can read first."""
    UNKNOWN = "unknown"
    """Nobody knows: no file of it is one that we know."""


class Flavor(msgspec.Struct, frozen=True):
    """A way to load the model; `version` is that of its library, where it says one."""

    name: str
    version: str


class Column(msgspec.Struct, frozen=True):
    """One input, output or parameter: its type as people write it, `tensor(float32, [-1, 28, 28])` for instance."""

    name: str
    type: str
    is_required: bool
    default: str = ""
    """Of a parameter, as JSON."""


class Signature(msgspec.Struct, frozen=True):
    """What goes in and comes out; the first columns of each, where there are very many."""

    inputs: list[Column]
    outputs: list[Column]
    params: list[Column]


class ModelFile(msgspec.Struct, frozen=True):
    """A file of the model by its path in the model's folder; bytes."""

    path: str
    size: int
    digest: str


class ModelFacts(msgspec.Struct, frozen=True):
    """What is known of a version's files. Where nothing can be read, `problem` says why, and all else is empty."""

    problem: str = ""
    folder: str = ""
    """Where the files lie in the workspace's artifacts."""
    format: Format = Format.UNKNOWN
    unsafe_files: list[str] = []
    """Those that make it so, the first of them."""
    flavors: list[Flavor] = []
    loader: str = ""
    mlflow_version: str = ""
    python_version: str = ""
    created: str = ""
    """As the file says it, in UTC."""
    signature: Signature | None = None
    input_example: str = ""
    """The path of its file; empty without one."""
    requirements: list[str] = []
    size: int = 0
    """Bytes of all files."""
    file_count: int = 0
    files: list[ModelFile] = []
    """The first thousand, by path."""
