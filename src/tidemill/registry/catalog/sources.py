"""Where a version's files are said to be: reading a source, and refusing what the server must not be told.

    models:/<id>                     a logged model
    models:/<name>/<version|stage|latest>, models:/<name>@<alias>    another version, which is copied
    runs:/<run>/<path>               what a run left
    mlflow-artifacts:/<path>         a place in this server's store, which must be the run's, or the logged model's
    s3://..., gs://...               a place in another store, which the server never opens

A path of this machine is only a run's own artifact folder. Facts: docs/mechanisms/mlflow-protocol-registry.md.
"""

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from tidemill.kit.errors import InvalidError

MAX_SOURCE_LENGTH = 10_000
ARTIFACTS, MODELS, RUNS = "mlflow-artifacts", "models", "runs"

_HOST_SCHEMES = frozenset({"abfss", "b2", "ftp", "hdfs", "http", "https", "r2", "sftp", "viewfs"})
"""Schemes whose URIs name a host that a client would connect to, whoever wrote them."""
_LOCAL = frozenset({"", "file"})
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_MOST_QUOTING = 8
_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Reference:
    """What a `models:/` source names: a logged model by `logged_model`, or a version of `name` by one of the others.

    `label` is a stage in any case, or `latest`.
    """

    logged_model: str = ""
    name: str = ""
    version: int | None = None
    label: str = ""
    alias: str = ""


def scheme_of(source: str) -> str:
    """The scheme in small letters; empty for a path."""
    match = _SCHEME.match(source)
    return match.group(1).lower() if match else ""


def check_source(source: str) -> None:
    """Refuse schemes and paths that no version may come from, whatever else is said of it. Raises InvalidError."""
    if len(source) > MAX_SOURCE_LENGTH:
        raise InvalidError(f"'source' exceeds the maximum length of {MAX_SOURCE_LENGTH} characters")
    scheme = scheme_of(source)
    if scheme in _LOCAL or scheme == MODELS:
        return
    parts = _split(source)
    if scheme in _HOST_SCHEMES or (scheme == ARTIFACTS and parts[0]):
        raise InvalidError(
            f"'source' cannot use the '{scheme}' scheme: the '{scheme}' scheme addresses a host other than the "
            "tracking server's configured artifact storage, so the server would connect to the host named in the URI.",
            hint="log the files as artifacts of a run, and name that as the source",
        )
    if not _is_absolute(parts[1]):
        raise InvalidError(
            f"Invalid model version source: '{source[:_SHOWN]}'. If supplying a source as an http, https, local file "
            "path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path "
            "references present. Please provide an absolute path."
        )


def is_local(source: str) -> bool:
    """Whether a source is a path of a machine."""
    return scheme_of(source) in _LOCAL


def run_of(source: str) -> str:
    """The run that a `runs:/` source names."""
    return _split(source)[1].lstrip("/").partition("/")[0]


def lies_below(source: str, root: str) -> bool:
    """Whether a place, in this server's store or on a machine, is a folder or lies below it."""
    if not root or (scheme_of(source) or "file") != (scheme_of(root) or "file"):
        return False
    if urlsplit(source).query or urlsplit(root).query:
        return source == root
    inner, outer = _split(source)[1], _split(root)[1]
    inner, outer = posixpath.normpath(f"/{inner.strip('/')}"), posixpath.normpath(f"/{outer.strip('/')}")
    return inner == outer or inner.startswith(f"{outer.rstrip('/')}/")


def read_reference(source: str) -> Reference | None:
    """What a `models:/` source names; None where it names neither a logged model nor a version."""
    text = source.partition(":")[2]
    if text.startswith("//") and not text.startswith("///"):
        raise InvalidError(
            f"Invalid model version source: '{source[:_SHOWN]}'. Registered model sources must use the active model "
            "registry."
        )
    parts = text.strip("/").split("/")
    match parts:
        case [""]:
            return None
        case [name, last] if last.isdecimal() and last.isascii():
            return Reference(name=name, version=int(last[:20]))
        case [name, last] if name and last:
            return Reference(name=name, label=last)
        case [both] if "@" in both:
            name, _, alias = both.rpartition("@")
            return Reference(name=name, alias=alias)
        case [id_]:
            return Reference(logged_model=id_)
        case _:
            return None


def not_contained(source: str, parameter: str) -> InvalidError:
    """The refusal of a source that is not the run's, or the logged model's."""
    return InvalidError(
        f"Invalid model version source: '{source[:_SHOWN]}'. The {parameter} request parameter must identify the "
        "resource that contains the source."
    )


def not_matching(source: str) -> InvalidError:
    """The refusal of a copy whose run or logged model is said to be another one than the original's."""
    return InvalidError(
        f"Invalid model version source: '{source[:_SHOWN]}'. The run_id and model_id request parameters must match the "
        "referenced model version.",
        hint="leave both away: the copy has those of the original",
    )


def not_of_run(source: str) -> InvalidError:
    """The refusal of a path of a machine that is not in the run's artifact folder."""
    return InvalidError(
        f"Invalid model version source: '{source[:_SHOWN]}'. To use a local path as a model version source, the run_id "
        "request parameter has to be specified and the local path has to be contained within the artifact directory of "
        "the run specified by the run_id."
    )


def _split(source: str) -> tuple[str, str]:
    """The host and the path of a URI, or of a path."""
    rest = source.partition(":")[2] if scheme_of(source) else source
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        return host, _without_query(slash + path)
    return "", _without_query(rest)


def _without_query(path: str) -> str:
    return re.split(r"[?#]", path, maxsplit=1)[0]


def _is_absolute(path: str) -> bool:
    """Whether a path, however often it is quoted, begins at a root and goes only down."""
    for _ in range(_MOST_QUOTING):
        plain = unquote(path)
        if plain == path:
            break
        path = plain
    else:
        return False
    steps = path.split("/")
    return path.startswith("/") and bool(path.strip("/")) and not {".", ".."} & set(steps)
