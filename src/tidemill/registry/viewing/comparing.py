"""Two versions side by side. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from tidemill.registry.facts.models import Column, ModelFacts
from tidemill.registry.viewing.models import Comparison, Difference, FileDifference, VersionDetail

_MOST_ROWS = 2000
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?")


def compared(left: VersionDetail, right: VersionDetail) -> Comparison:
    """Every value of both, by name; of very many the first two thousand."""
    return Comparison(
        left=left.version,
        right=right.version,
        facts=differences(_facts(left.facts), _facts(right.facts), is_sorted=False),
        params=differences(left.params, right.params),
        metrics=differences(_metrics(left), _metrics(right)),
        tags=differences(left.version.tags, right.version.tags),
        inputs=differences(_columns(left, "inputs"), _columns(right, "inputs"), is_sorted=False),
        outputs=differences(_columns(left, "outputs"), _columns(right, "outputs"), is_sorted=False),
        signature_params=differences(_columns(left, "params"), _columns(right, "params"), is_sorted=False),
        requirements=differences(_packages(left.facts.requirements), _packages(right.facts.requirements)),
        files=_files(left.facts, right.facts),
    )


def differences(left: Mapping[str, str], right: Mapping[str, str], *, is_sorted: bool = True) -> list[Difference]:
    """What each side has under each key."""
    keys: Iterable[str] = dict.fromkeys([*left, *right])
    ordered = sorted(keys) if is_sorted else list(keys)
    return [
        Difference(key, left.get(key), right.get(key), left.get(key) == right.get(key)) for key in ordered[:_MOST_ROWS]
    ]


def _facts(facts: ModelFacts) -> Mapping[str, str]:
    flavors = {f"flavor {each.name}": each.version or "yes" for each in facts.flavors}
    return {
        "format": facts.format.value,
        "problem": facts.problem,
        "loader": facts.loader,
        "mlflow": facts.mlflow_version,
        "python": facts.python_version,
        "input example": facts.input_example,
        "size": str(facts.size),
        "files": str(facts.file_count),
        **flavors,
    }


def _metrics(detail: VersionDetail) -> Mapping[str, str]:
    return {key: "not a number" if value is None else repr(value) for key, value in detail.metrics.items()}


def _columns(detail: VersionDetail, side: str) -> Mapping[str, str]:
    signature = detail.facts.signature
    columns: Sequence[Column] = () if signature is None else getattr(signature, side)
    return {each.name or f"({place})": _column(each) for place, each in enumerate(columns)}


def _column(column: Column) -> str:
    default = f" = {column.default}" if column.default else ""
    return f"{column.type}{default}{'' if column.is_required else ' (optional)'}"


def _packages(requirements: Sequence[str]) -> Mapping[str, str]:
    """What is wanted of each package; a line that names none stands for itself."""
    found: dict[str, str] = {}
    for line in requirements:
        match = _PACKAGE.match(line)
        name = match.group().lower() if match is not None else line
        found[name] = line[match.end() :].strip() if match is not None else ""
    return found


def _files(left: ModelFacts, right: ModelFacts) -> list[FileDifference]:
    ours, theirs = ({each.path: each for each in facts.files} for facts in (left, right))
    found: list[FileDifference] = []
    for path in sorted({*ours, *theirs})[:_MOST_ROWS]:
        one, other = ours.get(path), theirs.get(path)
        is_same = one is not None and other is not None and one.digest == other.digest
        found.append(FileDifference(path, one.size if one else None, other.size if other else None, is_same))
    return found
