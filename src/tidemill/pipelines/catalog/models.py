"""What a pipeline and a version of one are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """What people say of a pipeline or a version. Without a display name its name is shown."""

    name: str
    display_name: str = ""
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be changed of them; None leaves it as it is."""

    display_name: str | None = None
    description: str | None = None
    tags: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a version comes from, as its uploader says. The server opens none of these addresses."""

    code_source_url: str = ""
    package_url: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """What a version runs: the pipeline spec as plain data, and what platforms make of it."""

    document: Mapping[str, Any] = field(repr=False)
    platforms: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A name under which versions gather."""

    id: int
    uuid: str
    words: Words
    created_ms: int


@dataclass(frozen=True, slots=True)
class PipelineVersion:
    """A spec with a name; it never changes."""

    id: int
    uuid: str
    pipeline_uuid: str
    words: Words
    origin: Origin
    spec: Spec
    created_ms: int
