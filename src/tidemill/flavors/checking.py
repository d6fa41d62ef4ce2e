"""Looking a model over: each thing that could be wrong with it, and what was found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tidemill.flavors import examples, folders, requirements
from tidemill.flavors.errors import ModelError
from tidemill.flavors.loading import Described, describe, load_model

OK, WARNING, FAILED, SKIPPED = "ok", "warning", "failed", "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    check: str
    state: str
    """ok, warning, failed or skipped."""
    message: str
    hint: str = ""


def check(folder: Path, *, allow_pickle: bool) -> Iterator[Finding]:
    """Look over MLmodel, files, digests, safety, signature, requirements and example; the last runs the model."""
    try:
        described = describe(folder)
    except ModelError as error:
        yield _failed("MLmodel", error)
        return
    names = ", ".join(described.told.flavors)
    yield Finding("MLmodel", OK, f"flavors: {names}; loaded as {described.flavor.NAME}")
    steps: tuple[tuple[str, Callable[[Described], Finding]], ...] = (
        ("files", _files),
        ("digests", _digests),
        ("safety", _safety),
        ("signature", _signature),
        ("requirements", _requirements),
    )
    whole = True
    for name, step in steps:
        finding = _guarded(name, described, step)
        whole = whole and finding.state != FAILED
        yield finding
    yield _prediction(described, allow_pickle=allow_pickle, whole=whole)


def _guarded(name: str, described: Described, step: Callable[[Described], Finding]) -> Finding:
    try:
        return step(described)
    except ModelError as error:
        return _failed(name, error)


def _failed(name: str, error: ModelError) -> Finding:
    return Finding(name, FAILED, error.message, error.hint or "")


def _files(described: Described) -> Finding:
    count, size = 0, 0
    for path in folders.files_of(described.folder):
        count, size = count + 1, size + path.stat().st_size
    return Finding("files", OK, f"{count} files, {size} bytes")


def _digests(described: Described) -> Finding:
    count = folders.check_checksums(described.folder)
    if count:
        return Finding("digests", OK, f"{count} files are as they were saved")
    return Finding("digests", SKIPPED, f"the model came without {folders.CHECKSUMS}")


def _safety(described: Described) -> Finding:
    if described.is_safe:
        return Finding("safety", OK, "nothing in it can run code when it is loaded")
    hint = "save it in a safe format, or load it with allow_pickle=True (--allow-pickle) if you trust its author"
    return Finding("safety", WARNING, "; ".join(described.dangers), hint)


def _signature(described: Described) -> Finding:
    signature = described.told.signature
    if signature is None or signature.inputs is None:
        return Finding("signature", WARNING, "what it takes is not said", "save it with input_example= or signature=")
    outputs = "not said" if signature.outputs is None else f"{len(signature.outputs)}"
    params = len(signature.params or ())
    return Finding("signature", OK, f"inputs: {len(signature.inputs)}, outputs: {outputs}, params: {params}")


def _requirements(described: Described) -> Finding:
    wanted = requirements.read(described.folder)
    requirements.check(described.folder)
    if not wanted:
        return Finding("requirements", WARNING, f"{requirements.FILE} is empty or not there", "save the model again")
    if other := requirements.differing(wanted):
        told = ", ".join(f"{one.line} (here {have})" for one, have in other)
        return Finding("requirements", WARNING, f"installed in another version: {told}", "install those of the model")
    return Finding("requirements", OK, f"{len(wanted)} packages are installed")


def _prediction(described: Described, *, allow_pickle: bool, whole: bool) -> Finding:
    if not whole:
        return Finding("prediction", SKIPPED, "something else is wrong with it")
    if not described.is_safe and not allow_pickle:
        return Finding("prediction", SKIPPED, "loading it can run code of its author", "--allow-pickle lets it")
    if described.told.example is None:
        return Finding("prediction", SKIPPED, "it has no input example", "save it with input_example=")
    try:
        data, params = examples.read(described.folder, described.told)
        loaded = load_model(described.folder, allow_pickle=allow_pickle)
        loaded.predict(data, params)
    except ModelError as error:
        return _failed("prediction", error)
    except Exception as error:  # noqa: BLE001 - whatever the model's own code raises
        return Finding("prediction", FAILED, f"{type(error).__name__}: {error}", "the model fails on its own example")
    return Finding("prediction", OK, "it predicts its own input example")
