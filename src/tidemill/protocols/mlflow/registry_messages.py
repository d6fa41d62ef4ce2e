"""Registered models and versions on MLflow's wire."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from tidemill.protocols.mlflow.messages import Int64, KeyValue, Message
from tidemill.registry import ModelVersion, RegisteredModel, RegistryTag


class Named(Message):
    required: ClassVar = ("name",)
    name: str = ""


class OfVersion(Message):
    required: ClassVar = ("name", "version")
    name: str = ""
    version: str = ""


class SearchRegistry(Message):
    filter: str = ""
    max_results: Int64 | None = None
    order_by: list[str] = []
    page_token: str = ""


class WireTag(msgspec.Struct):
    key: str
    value: str


class WireAlias(msgspec.Struct):
    alias: str
    version: str


class WireVersion(msgspec.Struct, omit_defaults=True):
    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int
    current_stage: str
    description: str
    source: str
    run_id: str
    status: str
    run_link: str
    status_message: str = ""
    tags: list[WireTag] = []
    aliases: list[str] = []

    @staticmethod
    def of(version: ModelVersion) -> "WireVersion":
        return WireVersion(
            version.name,
            str(version.version),
            version.created_ms,
            version.updated_ms,
            version.stage,
            version.description,
            version.source,
            version.run_id,
            version.status,
            version.run_link,
            version.status_message,
            wire_tags(version.tags),
            version.aliases,
        )


class WireRegisteredModel(msgspec.Struct, omit_defaults=True):
    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str = ""
    latest_versions: list[WireVersion] = []
    tags: list[WireTag] = []
    aliases: list[WireAlias] = []

    @staticmethod
    def of(model: RegisteredModel) -> "WireRegisteredModel":
        return WireRegisteredModel(
            model.name,
            model.created_ms,
            model.updated_ms,
            model.description,
            [WireVersion.of(version) for version in model.latest],
            wire_tags(model.tags),
            [WireAlias(alias, str(version)) for alias, version in model.aliases.items()],
        )


class OneRegisteredModel(msgspec.Struct):
    registered_model: WireRegisteredModel


class RegisteredModelPage(msgspec.Struct, omit_defaults=True):
    registered_models: list[WireRegisteredModel] = []
    next_page_token: str = ""


class OneVersion(msgspec.Struct):
    model_version: WireVersion


class VersionPage(msgspec.Struct, omit_defaults=True):
    model_versions: list[WireVersion] = []
    next_page_token: str = ""


def wire_tags(tags: Sequence[RegistryTag]) -> list[WireTag]:
    """Tags as MLflow's clients see them: plain text, whatever their kind."""
    return [WireTag(tag.key, tag.value) for tag in tags]


def registry_tags(pairs: Sequence[KeyValue]) -> tuple[RegistryTag, ...]:
    """Tags from the wire."""
    return tuple(RegistryTag(pair.key, pair.value) for pair in pairs)
