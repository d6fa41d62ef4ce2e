"""What is uploaded, read: a pipeline spec and, where there is one, what platforms make of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.archives import unpacked
from tidemill.pipelines.ir.converting import converted
from tidemill.pipelines.ir.documents import check_plain, read_documents
from tidemill.pipelines.ir.platform import Platform, read_platform
from tidemill.pipelines.ir.spec import PipelineSpec, Value

Document = Mapping[str, Value]

_HINT = "upload what `kfp.compiler.Compiler().compile(...)` writes"
_NOTHING: Document = {}
_SPEC_KEYS = ("pipeline_spec", "pipelineSpec")
_PLATFORM_KEYS = ("platform_spec", "platformSpec")


@dataclass(frozen=True, slots=True)
class Package:
    """A pipeline as structs, and everything as it came."""

    pipeline: PipelineSpec
    document: Document = field(repr=False)
    """The pipeline spec as plain data, unknown fields too."""
    platforms: Document = field(repr=False)
    """By platform, `kubernetes` for one; often empty."""
    text: str = field(repr=False)
    """The file as it was uploaded, out of its archive; of a document that came as data, its JSON."""
    platform: Platform = field(default=Platform(), repr=False)
    """What of the platforms has a meaning here."""


def read_package(content: bytes, filename: str = "") -> Package:
    """The package that a file holds. The name serves messages only: what a file is, its content says.

    InvalidError with place and reason where it holds none; TooLargeError where it is over a limit.
    """
    try:
        text = unpacked(content)
        return _package(_told_apart(read_documents(text)), text)
    except InvalidError as error:
        if not filename:
            raise
        raise InvalidError(f"{filename}: {error.message}", hint=error.hint) from None


def read_document(document: Document) -> Package:
    """The package that a JSON object holds: a pipeline spec, or `{"pipeline_spec": ..., "platform_spec": ...}`."""
    check_plain(document)
    return _package(_told_apart([document]), json.dumps(document, ensure_ascii=False))


def _package(documents: tuple[Document, Document], text: str) -> Package:
    document, platform_spec = documents
    platforms = platform_spec.get("platforms", {})
    if not isinstance(platforms, dict):
        raise InvalidError("platforms: a map is expected, one entry for each platform", hint=_HINT)
    given = cast("Document", platforms)
    return Package(converted(document), document, given, text, read_platform(given))


def _told_apart(documents: Sequence[Value]) -> tuple[Document, Document]:
    """The pipeline spec and the platform spec, whichever comes first."""
    maps: list[Document] = [cast("Document", each) for each in documents if isinstance(each, dict)]
    if not maps or len(maps) < len(documents):
        raise InvalidError("the package is not a pipeline: a map is expected", hint=_HINT)
    if len(maps) == 1:
        pipeline, platform_spec = _unwrapped(maps[0])
    else:
        of_platforms = [each for each in maps if "platforms" in each and "root" not in each]
        if len(of_platforms) != 1:
            raise InvalidError("of two documents exactly one is the platform spec, with `platforms`", hint=_HINT)
        platform_spec = of_platforms[0]
        pipeline = next(each for each in maps if each is not platform_spec)
    _refuse_others(pipeline)
    return pipeline, platform_spec


def _unwrapped(document: Document) -> tuple[Document, Document]:
    """Out of what a request wraps it in."""
    for key in _SPEC_KEYS:
        if key in document:
            platforms = [_map(document, each) for each in _PLATFORM_KEYS if each in document]
            return _map(document, key), platforms[0] if platforms else _NOTHING
    return document, _NOTHING


def _map(document: Document, key: str) -> Document:
    value: Any = document[key]
    if value is None and key in _PLATFORM_KEYS:
        return {}
    if not isinstance(value, dict):
        raise InvalidError(f"{key}: a map is expected", hint=_HINT)
    return cast("Document", value)


def _refuse_others(document: Document) -> None:
    """What people upload by mistake gets an answer of its own."""
    api = document.get("apiVersion")
    if isinstance(api, str) and api.startswith("argoproj.io/"):
        raise InvalidError(
            "this is an Argo workflow, as kfp 1 wrote it, and not a pipeline spec",
            hint="compile the pipeline again with kfp 2 or newer",
        )
    if isinstance(api, str):
        raise InvalidError(f"this is a Kubernetes resource of {api}, and not a pipeline spec", hint=_HINT)
    if "implementation" in document:
        raise InvalidError(
            "this is a component, and not a pipeline",
            hint="load it with kfp.components.load_component_from_file and compile a pipeline of it",
        )
    if "platforms" in document and "root" not in document:
        raise InvalidError("this is only a platform spec: the pipeline is missing", hint=_HINT)
    if not {"root", "pipelineInfo", "components"} & document.keys():
        raise InvalidError("the package is not a pipeline: it has neither pipelineInfo nor root", hint=_HINT)
