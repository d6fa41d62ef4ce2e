"""What names, aliases, stages, tags and versions of the registry may look like: MLflow's rules, with its messages."""

import re
from collections.abc import Iterable, Sequence

from tidemill.kit.errors import InvalidError, TooLargeError
from tidemill.registry.catalog.models import ACTIVE_STAGES, PROMPT_TAG, RegistryTag, Stage
from tidemill.tracking import check_key

MAX_NAME_LENGTH = 1000
MAX_ALIAS_LENGTH = 255
MAX_TAG_VALUE_LENGTH = 100_000
MAX_TEXT_LENGTH = 1_000_000
MAX_TAGS = 1000
MAX_ALIASES = 1000
PROMPT_SOURCES = ("dummy-source", "prompt-template")
"""What MLflow's clients give as the source of a prompt's version, which has no files."""

_ALIAS = re.compile(r"[\w\-]*")
_VERSION_ALIAS = re.compile(r"v\d+", re.IGNORECASE)
_STAGES = {stage.lower(): stage for stage in Stage}
_GREATEST_VERSION = 2**31 - 1
_SHOWN = 200


def check_name(name: str) -> None:
    """Return if a registered model may have this name. Raises InvalidError."""
    if "/" in name or ":" in name:
        raise InvalidError(
            f"Invalid model name '{name[:_SHOWN]}'. Names cannot contain '/' or ':'.",
            hint="they part the name from the version in models:/name/version",
        )
    if name in (".", ".."):
        check_key(name, "name")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidError(
            f"'name' exceeds the maximum length of {MAX_NAME_LENGTH} characters",
            hint="a description may be as long as you like",
        )


def check_alias(alias: str) -> None:
    """Return if this may be asked for as an alias. Raises InvalidError."""
    if not _ALIAS.fullmatch(alias):
        raise InvalidError(
            f"Invalid alias name: '{alias[:_SHOWN]}'. Names may only contain alphanumerics, underscores (_), and "
            "dashes (-)."
        )
    if len(alias) > MAX_ALIAS_LENGTH:
        raise InvalidError(f"'Registered model alias name' exceeds the maximum length of {MAX_ALIAS_LENGTH} characters")


def check_new_alias(alias: str) -> None:
    """Return if this may become an alias: `latest` and `v1` mean versions already. Raises InvalidError."""
    check_alias(alias)
    if alias.lower() == "latest":
        raise InvalidError("'latest' alias name (case insensitive) is reserved.")
    if _VERSION_ALIAS.fullmatch(alias):
        raise InvalidError(f"Version alias name '{alias}' is reserved.")


def version_number(text: str) -> int:
    """A version as clients name it, as its number. Raises InvalidError for anything else."""
    try:
        number = int(text[:100])
    except ValueError:
        raise InvalidError(f"Parameter 'version' must be an integer, got '{text[:_SHOWN]}'.") from None
    return number if abs(number) < _GREATEST_VERSION else _GREATEST_VERSION


def stage_of(text: str) -> Stage:
    """A stage by its name in any case. Raises InvalidError."""
    if (stage := _STAGES.get(text.lower())) is None:
        raise InvalidError(
            f"Invalid Model Version stage: {text[:_SHOWN]}. Value must be one of {', '.join(Stage)}.",
        )
    return stage


def check_archiving(stage: Stage, said: str) -> None:
    """Return if others of the stage may be archived for one that enters it. Raises InvalidError."""
    if stage not in ACTIVE_STAGES:
        raise InvalidError(
            f"Model version transition cannot archive existing model versions because '{said[:_SHOWN]}' is not an "
            f"Active stage. Valid stages are {[str(active) for active in ACTIVE_STAGES]}",
            hint="send archive_existing_versions false",
        )


def check_tag(tag: RegistryTag) -> None:
    """Return if a model or version may have this tag. Raises InvalidError."""
    check_key(tag.key, "key")
    if len(tag.value) > MAX_TAG_VALUE_LENGTH:
        raise InvalidError(
            f"'value' exceeds the maximum length of {MAX_TAG_VALUE_LENGTH} characters",
            hint="long text belongs in the description, or in an artifact",
        )


def tags_once(tags: Iterable[RegistryTag]) -> tuple[RegistryTag, ...]:
    """Tags, checked; of a key that stands more than once the last one counts. Raises InvalidError."""
    known = {tag.key: tag for tag in tags}
    for tag in known.values():
        check_tag(tag)
    check_count("tags", len(known), MAX_TAGS)
    return tuple(known.values())


def check_count(what: str, count: int, most: int) -> None:
    """Refuse more of something than a model or version can have. Raises TooLargeError."""
    if count > most:
        raise TooLargeError(f"there are {count} {what}, at most {most} are kept", hint=f"delete some {what} first")


def check_text(parameter: str, text: str) -> None:
    """Refuse a text that nobody would read. Raises InvalidError."""
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidError(
            f"'{parameter}' exceeds the maximum length of {MAX_TEXT_LENGTH} characters",
            hint="put it into a file, and log that as an artifact",
        )


def is_prompt(tags: Sequence[RegistryTag]) -> bool:
    """Whether these tags are a prompt's."""
    return any(tag.key == PROMPT_TAG and tag.value.lower() == "true" for tag in tags)
