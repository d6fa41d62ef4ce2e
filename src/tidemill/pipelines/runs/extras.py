"""What a platform asks for a task besides its container, as far as it has a meaning here: secrets, volumes, a deadline.

A secret or config map `NAME` with the key `KEY` is the workspace's secret `NAME.KEY`: Kubernetes keeps maps, and we
keep values.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field

from tidemill.compute import Mount
from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.platform import AsVariables, AsVolume, ExecutorConfig, seconds
from tidemill.pipelines.ir.spec import ParameterSource
from tidemill.pipelines.runs.surroundings import Lookup, text_of
from tidemill.pipelines.runs.volumes import Volumes
from tidemill.runtime.steps import ROOT

SecretNames = Callable[[], Awaitable[Collection[str]]]
"""Names of the workspace's secrets."""
_FILE_VARIABLE = "TIDEMILL_STEP_FILE_"


@dataclass(slots=True)
class Extras:
    """What is given to a step besides."""

    variables: dict[str, str] = field(default_factory=dict[str, str])
    secrets: dict[str, str] = field(default_factory=dict[str, str])
    """Secrets of the workspace, by variable."""
    files: dict[str, str] = field(default_factory=dict[str, str])
    """Paths of files, by the variable that has their content."""
    mounts: list[Mount] = field(default_factory=list[Mount])
    folders: list[str] = field(default_factory=list[str])
    """Those of the mounts that are the step's own."""
    timeout_s: int = 0
    notes: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where a workspace's secrets and volumes are."""

    secret_names: SecretNames
    volumes: Volumes


async def extras_of(config: ExecutorConfig, path: str, lookup: Lookup, keeper: Keeper, facts: dict[str, str]) -> Extras:
    """What a platform's part of an executor comes to for the task at a path; `facts` are what is known of its pod.

    Raises InvalidError and NotFoundError for what cannot be had.
    """
    extras = Extras(timeout_s=seconds(config.active_deadline_seconds, "activeDeadlineSeconds"))
    for each in config.field_path_as_env:
        if each.field_path in facts:
            extras.variables[each.name] = facts[each.field_path]
        else:
            extras.notes.append(f"the variable {each.name} is not set: there is no {each.field_path} here")
    maps = [*config.secret_as_env, *config.config_map_as_env, *config.secret_as_volume, *config.config_map_as_volume]
    known = set(await keeper.secret_names()) if maps else set[str]()
    for each in (*config.secret_as_env, *config.config_map_as_env):
        _add_variables(extras, each, _name(each.source, each.constant, path, lookup), known)
    for each in (*config.secret_as_volume, *config.config_map_as_volume):
        _add_files(extras, each, _name(each.source, each.constant, path, lookup), known)
    for each in config.pvc_mount:
        name = _name(each.source, each.constant, path, lookup)
        extras.mounts.append(Mount(str(keeper.volumes.mounted(name, each.sub_path)), each.mount_path))
    for each in (*config.empty_dir_mounts, *config.generic_ephemeral_volume):
        _add_own(extras, each.mount_path)
    return extras


def _name(source: ParameterSource | None, constant: str, path: str, lookup: Lookup) -> str:
    return text_of(source, path, lookup) if source is not None else constant


def _add_variables(extras: Extras, wanted: AsVariables, name: str, known: Collection[str]) -> None:
    for each in wanted.key_to_env:
        secret = f"{name}.{each.key}"
        if secret in known:
            extras.secrets[each.env_var] = secret
        elif not wanted.optional:
            raise _absent(secret, f"the variable {each.env_var}")


def _add_files(extras: Extras, wanted: AsVolume, name: str, known: Collection[str]) -> None:
    keys = sorted(secret for secret in known if secret.startswith(f"{name}."))
    if not keys and not wanted.optional:
        raise _absent(f"{name}.KEY", f"the files at {wanted.mount_path}")
    folder = _add_own(extras, wanted.mount_path, is_read_only=True)
    for secret in keys:
        variable = f"{_FILE_VARIABLE}{len(extras.files)}"
        extras.secrets[variable] = secret
        extras.files[variable] = f"{folder}/{secret.removeprefix(f'{name}.')}"


def _add_own(extras: Extras, path: str, *, is_read_only: bool = False) -> str:
    """A folder of the step's own at a path."""
    folder = f"{ROOT}/volumes/{len(extras.folders)}"
    extras.folders.append(folder)
    extras.mounts.append(Mount(folder, path, is_read_only))
    return folder


def _absent(secret: str, what: str) -> InvalidError:
    hint = (
        f"`tidemill secret set {secret}` keeps one: a key of a Kubernetes secret or config map is a secret of its own"
    )
    return InvalidError(f"the workspace has no secret {secret!r}, which {what} of the task ask for", hint=hint)


def mounts_of(extras: Extras) -> Iterator[dict[str, object]]:
    """As `runtime.step_mounts` wants them."""
    for each in extras.mounts:
        yield {"folder": each.folder, "path": each.path, "read_only": each.is_read_only}
