"""What may be submitted: limits, and names that mean the same everywhere. Each refusal says what would do."""

import re
from collections.abc import Callable, Collection, Mapping

import msgspec

from tidemill.compute.models import SYSTEM, Call, Environment, File, Spec
from tidemill.kit.errors import InvalidError, TooLargeError

MOST_SPEC_BYTES = 256 << 10
MOST_ITEMS = 1000
MOST_NAME = 200
_MOST_LABELS = 64
_MOST_PATH = 1000
_DIGEST = re.compile(r"[0-9a-f]{64}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
_ENTRY = re.compile(r"[A-Za-z_][\w.]{0,500}:[A-Za-z_][\w.]{0,500}")
_PORT = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,199}")


EnvironmentCheck = Callable[[Environment], object]
"""Raises InvalidError or TooLargeError for an environment that could never be made."""


def checked_spec(
    spec: Spec, backends: Collection[str], *, has_secrets: bool, check_environment: EnvironmentCheck
) -> Spec:
    """The spec, if it may be submitted. Raises InvalidError or TooLargeError."""
    _check_form(spec)
    if bool(spec.command) == (spec.call is not None):
        raise InvalidError("a workload has either a command or a call", hint='give "command" or "call", not both')
    if spec.call is not None:
        _check_call(spec.call)
    if spec.command and not spec.command[0]:
        raise InvalidError("a command begins with the name of a program, and this one is empty")
    _check_counts(spec)
    if spec.environment != SYSTEM:
        _check_environment(spec.environment)
        check_environment(spec.environment)
    _check_files(spec.files)
    _check_names(spec)
    if spec.secrets and not has_secrets:
        raise InvalidError("this server keeps no secrets", hint='give "variables" instead, or start it with secrets')
    if spec.gpu_model and not spec.resources.gpus:
        raise InvalidError(f"it asks for the accelerator {spec.gpu_model} and for no gpu", hint="ask for gpus: 1")
    if spec.backend not in backends:
        known = ", ".join(sorted(backends)) or "none"
        raise InvalidError(f"there is no backend {spec.backend[:50]!r}", hint=f"this server has: {known}")
    return spec


def checked_name(name: str) -> str:
    """A name for people. Raises InvalidError."""
    if len(name) > MOST_NAME or not name.isprintable():
        raise InvalidError(f"a name has up to {MOST_NAME} printable characters", hint="give a shorter, plain one")
    return name


def checked_group(group: str) -> str:
    """A group's name, which may stand in addresses. Raises InvalidError."""
    if group and not _GROUP.fullmatch(group):
        raise InvalidError(f"{group[:50]!r} cannot name a group", hint="use letters, digits and ._:-, up to 200")
    return group


def checked_digest(digest: str) -> str:
    """A SHA-256 in lower-case hex. Raises InvalidError."""
    if not _DIGEST.fullmatch(digest):
        raise InvalidError(f"{digest[:80]!r} is no SHA-256", hint="64 lower-case hexadecimal digits")
    return digest


def _check_form(spec: Spec) -> None:
    """As a request's would be: callers in Python may have put any number into it."""
    encoded = msgspec.json.encode(spec)
    if len(encoded) > MOST_SPEC_BYTES:
        raise TooLargeError(
            f"the workload takes {len(encoded)} bytes to write down, and {MOST_SPEC_BYTES} are the most",
            hint="hand in large arguments as a file",
        )
    if b"\\u0000" in encoded:
        raise InvalidError("a text of the workload holds the character NUL", hint="leave it out")
    try:
        msgspec.json.decode(encoded, type=Spec)
    except msgspec.MsgspecError as error:
        raise InvalidError(f"the workload cannot be: {error}", hint="the form is in /api/v1/openapi.json") from error


def _check_call(call: Call) -> None:
    if bool(call.function) == bool(call.entry):
        raise InvalidError("a call names either a function by digest or an entry", hint='"entry": "module:function"')
    if call.function:
        checked_digest(call.function)
    elif not _ENTRY.fullmatch(call.entry):
        raise InvalidError(f"{call.entry[:100]!r} is no entry", hint='write it as "package.module:function"')


def _check_environment(environment: Environment) -> None:
    if environment.image and environment != Environment(image=environment.image):
        raise InvalidError(
            "an environment is a container image or made from requirements, and this is both",
            hint="leave one out; an image brings its own Python",
        )


def _check_counts(spec: Spec) -> None:
    for name in ("command", "files", "variables", "secrets", "ports"):
        _check_count(name, len(getattr(spec, name)), MOST_ITEMS)
    _check_count("labels", len(spec.labels), _MOST_LABELS)
    for name in ("requirements", "bare"):
        _check_count(f"environment.{name}", len(getattr(spec.environment, name)), MOST_ITEMS)


def _check_count(name: str, count: int, most: int) -> None:
    if count > most:
        raise TooLargeError(f"{name} has {count} entries, and {most} are the most", hint="hand them in as a file")


def _check_files(files: tuple[File, ...]) -> None:
    seen: set[str] = set()
    for file in files:
        parts = file.path.split("/")
        if len(file.path) > _MOST_PATH or not file.path.isprintable() or not {"", ".", ".."}.isdisjoint(parts):
            raise InvalidError(
                f"a file cannot be placed at {file.path[:100]!r}", hint="give a path below the work folder: data/a.csv"
            )
        if file.path in seen:
            raise InvalidError(f"two files are to be placed at {file.path[:100]!r}", hint="give each a path of its own")
        seen.add(file.path)
        checked_digest(file.digest)
    folders = {"/".join(path.split("/")[:depth]) for path in seen for depth in range(1, path.count("/") + 1)}
    if both := sorted(folders & seen):
        raise InvalidError(f"{both[0][:100]!r} is to be a file and a folder", hint="give one of them another name")


def _check_names(spec: Spec) -> None:
    both = sorted(set(spec.variables) & set(spec.secrets))
    if both:
        raise InvalidError(f"{both[0]} is a variable and a secret", hint="give it once")
    for name in (*spec.variables, *spec.secrets):
        if not _VARIABLE.fullmatch(name):
            raise InvalidError(f"{name[:50]!r} cannot name a variable", hint="use letters, digits and _")
    for name in spec.ports:
        if not _PORT.fullmatch(name):
            raise InvalidError(f"{name[:50]!r} cannot name a port", hint="use letters, digits and _")
    if len(set(spec.ports)) < len(spec.ports):
        raise InvalidError("two ports have the same name", hint="give each a name of its own")
    _check_labels(spec.labels)


def _check_labels(labels: Mapping[str, str]) -> None:
    for key, value in labels.items():
        if not 0 < len(key) <= MOST_NAME or len(value) > MOST_NAME:
            raise InvalidError(
                f"the label {key[:50]!r} is empty or too long",
                hint=f"keys and values have up to {MOST_NAME} characters",
            )
