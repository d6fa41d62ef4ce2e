"""`tidemill model show`: a model, or a version with what its files say and what its checks find."""

from typing import Any

import click
import msgspec

from tidemill.cli.models.finding import named, version_argument
from tidemill.cli.models.words import pairs, tell_checks, time_of
from tidemill.cli.output import output_option, show_object
from tidemill.cli.quantities import counted, size_text
from tidemill.cli.reaching import client_options
from tidemill.sdk.client import Client
from tidemill.sdk.registry import Registry
from tidemill.sdk.registry_messages import ModelDetail, Rule, Signature, VersionDetail

_FORMATS = {
    "safe": "safe: loading it runs no code of its files",
    "pickle": "pickle: loading it runs what its author packed in",
    "code": "code: loading it runs code that lies beside it",
    "unknown": "unknown",
}


@click.command()
@version_argument("model", "NAME[/VERSION]")
@output_option
@client_options
def show(*, client: Client, model: str, output: str) -> None:
    """Show a model; or one version, by its number, `NAME@ALIAS` or `NAME/latest`, with all that is known of it."""
    registry = Registry(client)
    name, version = named(registry, model)
    if version is None:
        found = registry.get(name)
        show_object(msgspec.to_builtins(found) if output != "table" else _model(found, registry), output)
        return
    detail = registry.version(name, version)
    if output != "table":
        show_object(msgspec.to_builtins(detail), output)
        return
    show_object(_version(detail, registry), output)
    if detail.checks:
        click.echo("")
        tell_checks(detail.checks)


def rule_text(rule: Rule) -> str:
    """A rule in one line."""
    guarded = ", ".join([*rule.aliases, *rule.stages])
    by = f" by {', '.join(rule.promoters)}" if rule.promoters else ""
    needs = f" with {'; '.join(rule.required)}" if rule.required else ""
    return f"{guarded}{by}{needs}"


def _model(found: ModelDetail, registry: Registry) -> dict[str, Any]:
    model = found.model
    fields = {
        "name": model.name,
        "description": model.description,
        "versions": counted(model.version_count, "version"),
        "aliases": pairs(model.aliases),
        "stages": pairs(model.stages),
        "tags": pairs(model.tags),
        "owner": model.owner,
        "promotions": rule_text(found.rule.rule) if found.rule is not None else "",
        "card": counted(len(found.card.splitlines()), "line") if found.card else "",
        "created": time_of(model.created_ms),
        "updated": time_of(model.updated_ms),
        "page": registry.page_of(model.name),
    }
    return {name: value for name, value in fields.items() if value != ""}


def _version(detail: VersionDetail, registry: Registry) -> dict[str, Any]:
    version, facts = detail.version, detail.facts
    flavors = " ".join(f"{each.name} {each.version}".strip() for each in facts.flavors)
    fields = {
        "name": version.name,
        "version": version.version,
        "description": version.description,
        "aliases": " ".join(version.aliases),
        "stage": "" if version.stage == "None" else version.stage,
        "status": " ".join([version.status.lower(), version.status_message]).strip(),
        "tags": pairs(version.tags),
        "source": version.source,
        "run": version.run_id,
        "logged model": version.logged_model_id,
        "files": facts.problem or f"{counted(facts.file_count, 'file')}, {size_text(facts.size)}",
        "format": "" if facts.problem else _FORMATS.get(facts.format, facts.format),
        "flavors": flavors,
        **_signature(facts.signature),
        "example": facts.input_example,
        "requirements": " ".join(facts.requirements),
        "params": pairs(detail.params),
        "metrics": pairs(detail.metrics),
        "used by": ", ".join(detail.used_by),
        "registered": f"{time_of(version.created_ms)} by {version.user}",
        "page": registry.page_of(version.name, version.version),
    }
    return {name: value for name, value in fields.items() if value != ""}


def _signature(signature: Signature | None) -> dict[str, str]:
    if signature is None:
        return {}
    told = {"takes": signature.inputs, "gives": signature.outputs, "takes params": signature.params}
    return {word: ", ".join(f"{each.name} {each.type}".strip() for each in columns) for word, columns in told.items()}
