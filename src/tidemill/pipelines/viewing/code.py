"""What differs in how components are executed: programs, packages, and settings."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from tidemill.pipelines.ir.spec import ContainerSpec, ExecutorSpec, PipelineSpec
from tidemill.pipelines.runs.lightweight import lightweight
from tidemill.pipelines.viewing.changes import CodeChange, PackageChange, SettingChange

_MOST_LINES = 2000
"""Of a program that is compared line by line: what takes longer is only said to differ."""
_MOST_DIFF = 400
_LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Executed:
    """How a component is executed, in the parts that are told apart."""

    program: str
    packages: frozenset[str]
    settings: Mapping[str, str]


def executed(pipeline: PipelineSpec) -> Mapping[str, Executed]:
    """By component."""
    executors = pipeline.deployment_spec.executors
    return {
        name: _executed(executors[component.executor_label])
        for name, component in pipeline.components.items()
        if component.executor_label is not None and component.executor_label in executors
    }


def code_changes(before: Mapping[str, Executed], after: Mapping[str, Executed]) -> list[CodeChange]:
    """Programs that differ. Components with the same change are one entry: kfp copies a component for each use."""
    found: dict[tuple[str, str], CodeChange] = {}
    for name in _names(before, after):
        old, new = (side[name].program if name in side else None for side in (before, after))
        if old == new:
            continue
        if (known := found.get((old or "", new or ""))) is not None:
            known.components.append(name)
        else:
            found[old or "", new or ""] = _code_change(name, old, new)
    return list(found.values())


def package_changes(before: Mapping[str, Executed], after: Mapping[str, Executed]) -> Iterator[PackageChange]:
    """Packages of components that both have."""
    for name in _both(before, after):
        old, new = before[name].packages, after[name].packages
        if old != new:
            yield PackageChange(name, sorted(old - new), sorted(new - old))


def setting_changes(before: Mapping[str, Executed], after: Mapping[str, Executed]) -> Iterator[SettingChange]:
    """Settings of components that both have."""
    for name in _both(before, after):
        old, new = before[name].settings, after[name].settings
        for setting in _names(old, new):
            if old.get(setting) != new.get(setting):
                yield SettingChange(name, setting, old.get(setting, ""), new.get(setting, ""))


def _executed(executor: ExecutorSpec) -> Executed:
    container = executor.container
    if container is None:
        return Executed("", frozenset(), {"importer": _text(executor.importer)})
    known = lightweight(container)
    if known is None:
        return Executed("\n".join([*container.command, *container.args]), frozenset(), _settings(container))
    packages = [*known.environment.requirements, *known.environment.bare]
    return Executed(known.program, frozenset(packages), _settings(container))


def _settings(container: ContainerSpec) -> Mapping[str, str]:
    settings = {"image": container.image, **{f"variable {each.name}": each.value for each in container.env}}
    if container.resources is not None:
        resources = msgspec.to_builtins(container.resources)
        settings |= {f"resources.{name}": _text(value) for name, value in resources.items()}
    return settings


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _code_change(name: str, old: str | None, new: str | None) -> CodeChange:
    if old is None or new is None:
        return CodeChange([name], "added" if old is None else "removed", [], cut=False)
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > _MOST_LINES:
        return CodeChange([name], "changed", [], cut=True)
    diff = [line[:_LONGEST_LINE] for line in difflib.unified_diff(before, after, lineterm="")][2:]
    return CodeChange([name], "changed", diff[:_MOST_DIFF], cut=len(diff) > _MOST_DIFF)


def _names(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return sorted({*before, *after})


def _both(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return sorted(set(before) & set(after))
