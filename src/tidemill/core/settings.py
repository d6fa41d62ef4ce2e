"""Settings: one frozen tree, built once by the composition root and handed down.

Each setting is one field, and from its name follow its flag (`--data-dir`), its environment variable
(`TIDEMILL_DATA_DIR`) and its line in `config.toml` in the data directory (`data_dir = "..."`). A flag wins over the
environment, which wins over the file, which wins over the default. Nothing else of the server reads the environment.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, cast, get_type_hints

from tidemill.kit.errors import InvalidError

ENVIRONMENT_PREFIX = "TIDEMILL_"
FILE_NAME = "config.toml"
_FOR_CLIENTS = frozenset({"TIDEMILL_URI", "TIDEMILL_WORKSPACE"})
"""Read by `sdk/variables.py`: they say where a client finds its server."""
_MEBIBYTE = 1024 * 1024
_DAY_S = 24 * 3600
_SQLITE = "sqlite:///"
_HIDDEN = "***"
_INHERITED = frozenset(
    "PATH HOME USER LOGNAME SHELL LANG TZ TMPDIR LD_LIBRARY_PATH CUDA_HOME SSL_CERT_FILE SSL_CERT_DIR "
    "REQUESTS_CA_BUNDLE HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy "
    "DOCKER_HOST DOCKER_CONFIG DOCKER_CONTEXT CONTAINER_HOST CONTAINERD_ADDRESS CONTAINERD_NAMESPACE "
    "XDG_RUNTIME_DIR".split()
)
# A password in an address: between the user's name and the host, or as a parameter, as libpq takes it.
_PASSWORD = re.compile(r"(?<=://)([^:@/]*:)[^@]*(?=@)|([?&]password=)[^&]*")


def _setting(
    default: Any,
    help_text: str,
    *,
    secret: bool = False,
    choices: tuple[str, ...] = (),
    least: int | None = None,
    most: int | None = None,
) -> Any:
    told = {"help": help_text, "secret": secret, "choices": choices, "least": least, "most": most}
    return field(default=default, metadata=told)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where the server listens and whom it answers."""

    host: str = _setting("127.0.0.1", "address to listen on; other than loopback needs users")
    port: int = _setting(5000, "port to listen on; 0 takes any free one", least=0, most=65_535)
    allowed_hosts: str = _setting("", "further names that a request's Host may have, separated by commas")
    log_level: str = _setting("info", "debug, info, warning or error", choices=("debug", "info", "warning", "error"))
    log_format: str = _setting(
        "auto", "console, json or auto: console on a terminal, else json", choices=("console", "json", "auto")
    )


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where state lies."""

    data_dir: str = _setting("~/.tidemill", "directory of the embedded database, artifacts and logs")
    database: str = _setting("", "sqlite:///PATH or postgresql://...; empty: tidemill.db in the data directory")
    artifacts: str = _setting("", "a directory or s3://bucket/prefix; empty: artifacts in the data directory")
    s3_endpoint: str = _setting("", "URL of an S3-compatible server; empty: AWS")
    s3_region: str = _setting("us-east-1", "region of the bucket")
    s3_access_key_id: str = _setting("", "access key of the bucket; empty: found as AWS tools find it")
    s3_secret_access_key: str = _setting("", "secret key of the bucket", secret=True)


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """What a single request may ask for."""

    max_body_bytes: int = _setting(32 * _MEBIBYTE, "largest request body of an API call", least=1)
    max_artifact_bytes: int = _setting(1024 * 1024 * _MEBIBYTE, "largest artifact or part of one", least=1)
    request_timeout_s: int = _setting(60, "longest time an API call may take", least=1, most=_DAY_S)


@dataclass(frozen=True, slots=True)
class OutboundSettings:
    """Whom the server itself may call, for webhooks."""

    outbound_allow: str = _setting(
        "",
        "networks, addresses and host names that may be called although they are not public, separated by commas",
    )


@dataclass(frozen=True, slots=True)
class ComputeSettings:
    """What this machine offers to workloads."""

    node_name: str = _setting("", "this machine's name among the nodes; empty: its host name")
    node_cpus: str = _setting("", "cores for workloads, such as 6 or 3.5; empty: all that this process may use")
    node_memory: str = _setting("", "memory for workloads, such as 12Gi; empty: all that this process may use")
    node_gpus: str = _setting("", "accelerators for workloads, such as 4xA100, or none; empty: those that are found")
    wheels: str = _setting(
        "", "directory of wheels to build environments from, without a network; empty: a package index"
    )
    package_index: str = _setting("", "URL of the package index that environments are built from; empty: PyPI")
    package_urls: str = _setting(
        "refused", "whether requirements may name URLs, repositories and files", choices=("refused", "allowed")
    )
    warm_workers: str = _setting("on", "whether a process that runs calls at once is kept ready", choices=("on", "off"))
    usage_period_s: int = _setting(2, "how often the use of running processes is sampled, in seconds", least=1, most=60)


@dataclass(frozen=True, slots=True)
class PipelineSettings:
    """What pipelines may do on this machine."""

    pipeline_commands: str = _setting(
        "refused",
        "whether container components may run as plain commands of this machine, outside of their image",
        choices=("refused", "allowed"),
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, grouped by who needs them."""

    server: ServerSettings = field(default_factory=ServerSettings)
    storage: StorageSettings = field(default_factory=StorageSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    outbound: OutboundSettings = field(default_factory=OutboundSettings)
    compute: ComputeSettings = field(default_factory=ComputeSettings)
    pipelines: PipelineSettings = field(default_factory=PipelineSettings)

    @property
    def data_dir(self) -> Path:
        """The data directory, absolute."""
        return _absolute(self.storage.data_dir)

    @property
    def database_url(self) -> str:
        """The database's URL: the named one, else the embedded SQLite file. A file's path in it is absolute."""
        named = self.storage.database or f"sqlite:///{self.data_dir / 'tidemill.db'}"
        path = named.removeprefix(_SQLITE)
        return named if path in (named, "", ":memory:") else f"{_SQLITE}{_absolute(path)}"

    @property
    def artifacts_url(self) -> str:
        """Where artifact bytes lie: the named place, else a folder of the data directory. A folder is absolute."""
        named = self.storage.artifacts or str(self.data_dir / "artifacts")
        return named if "://" in named else str(_absolute(named))


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as `tidemill config list` shows it."""

    name: str
    group: str
    kind: type[str] | type[int]
    default: str | int
    help: str
    secret: bool
    choices: tuple[str, ...]
    """All the values there are; empty where any of the kind will do."""
    least: int | None
    """The least number that it may be; None where any will do."""
    most: int | None
    """The greatest number that it may be; None where any will do."""

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        return f"{ENVIRONMENT_PREFIX}{self.name.upper()}"

    def shown(self, value: str | int) -> str | int:
        """A value as it may be shown to whoever looks over a shoulder: without what it would give away."""
        if self.secret:
            return _HIDDEN if value else value
        return _PASSWORD.sub(rf"\1\2{_HIDDEN}", value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings with the origin of each value: `default`, `file`, `environment` or `flag`."""

    settings: Settings
    origins: Mapping[str, str]


def all_settings() -> Iterator[Setting]:
    """Every setting there is, in the order of the tree."""
    for group in fields(Settings):
        for item in fields(_group_class(group)):
            kind = cast("type[str] | type[int]", get_type_hints(_group_class(group))[item.name])
            default = cast("str | int", item.default)
            told = item.metadata
            yield Setting(
                item.name,
                group.name,
                kind,
                default,
                str(told["help"]),
                bool(told["secret"]),
                told["choices"],
                told["least"],
                told["most"],
            )


def load_settings(flags: Mapping[str, str | int | None], environment: Mapping[str, str] | None = None) -> Loaded:
    """Build the tree from flags (by setting name; None means not given), the environment and the file.

    Raises InvalidError, naming the origin, for a value that is not of its kind or a name that nothing has.
    """
    environ = os.environ if environment is None else environment
    known = {setting.name: setting for setting in all_settings()}
    values: dict[str, str | int] = {}
    origins = dict.fromkeys(known, "default")

    def take(origin: str, name: str, value: Any) -> None:
        values[name] = _convert(known[name], value, origin)
        origins[name] = origin

    for name, setting in known.items():
        if setting.variable in environ:
            take("environment", name, environ[setting.variable])
        if (given := flags.get(name)) is not None:
            take("flag", name, given)
    data_dir = _data_dir(str(values.get("data_dir", known["data_dir"].default)))
    for name, value in _read_file(data_dir / FILE_NAME).items():
        if name not in known or name == "data_dir":
            raise InvalidError(
                f"{data_dir / FILE_NAME} has {name!r}, which it cannot set",
                hint="`tidemill config list` names every setting",
            )
        if origins[name] == "default":
            take("file", name, value)
    return Loaded(_build(values), origins)


def environment_with(settings: Mapping[str, str | int]) -> dict[str, str]:
    """This process's environment for a child that shall have these settings, by name."""
    return {**os.environ, **{f"{ENVIRONMENT_PREFIX}{name.upper()}": str(value) for name, value in settings.items()}}


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """Variables that look like settings and are none: a slip of the pen that would go unnoticed."""
    known = {setting.variable for setting in all_settings()}
    names = os.environ if environment is None else environment
    return sorted(name for name in names if name.startswith(ENVIRONMENT_PREFIX) and name not in known | _FOR_CLIENTS)


def inherited_variables(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a workload finds of this process's environment: how this machine is used, and nothing that is ours."""
    environ = os.environ if environment is None else environment
    return {name: value for name, value in environ.items() if name in _INHERITED or name.startswith("LC_")}


def wants_colour(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the user has not switched colours off, as https://no-color.org says."""
    return not (os.environ if environment is None else environment).get("NO_COLOR")


def _absolute(path: str) -> Path:
    return Path(path).expanduser().absolute()


def _data_dir(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError as error:  # a container's made-up user has no home
        raise InvalidError(
            f"the data directory {text} cannot be found: {error}".rstrip("."),
            hint="name it without ~: --data-dir /a/directory, or TIDEMILL_DATA_DIR",
        ) from error


def _build(values: Mapping[str, str | int]) -> Settings:
    groups: dict[str, Any] = {}
    for group in fields(Settings):
        group_class = _group_class(group)
        groups[group.name] = group_class(**{f.name: values[f.name] for f in fields(group_class) if f.name in values})
    return Settings(**groups)


def _group_class(group: Field[Any]) -> type[Any]:
    return get_type_hints(Settings)[group.name]


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidError(f"{path} cannot be read as TOML: {error}") from error


def _convert(setting: Setting, value: Any, origin: str) -> str | int:
    if setting.kind is int:
        return _number(setting, value, origin)
    if not isinstance(value, str):
        raise InvalidError(
            f"{setting.name} must be a text, and the {origin} says {value!r}", hint=f"put it in quotes: {str(value)!r}"
        )
    if not value and setting.default:
        raise InvalidError(
            f"{setting.name} cannot be empty, as the {origin} has it",
            hint=f"leave it out for the default, {setting.default}, or give {setting.flag} or {setting.variable} one",
        )
    if setting.choices and value not in setting.choices:
        raise InvalidError(
            f"{setting.name} cannot be {value!r}, which the {origin} says",
            hint=f"give {setting.flag} or {setting.variable} one of {', '.join(setting.choices)}",
        )
    return value


def _number(setting: Setting, value: Any, origin: str) -> int:
    try:
        number = value if type(value) is int else int(value) if isinstance(value, str) else None
    except ValueError:
        number = None
    if number is None:
        raise InvalidError(
            f"{setting.name} must be a whole number, and the {origin} says {value!r}",
            hint=f"give {setting.flag} or {setting.variable} a number such as {setting.default}",
        )
    if _is_outside(setting, number):
        most = "or more" if setting.most is None else f"to {setting.most}"
        raise InvalidError(
            f"{setting.name} cannot be {number}, which the {origin} says",
            hint=f"give {setting.flag} or {setting.variable} a number of {setting.least} {most}",
        )
    return number


def _is_outside(setting: Setting, number: int) -> bool:
    return (setting.least is not None and number < setting.least) or (
        setting.most is not None and number > setting.most
    )
