"""`tidemill model promote`, `rule` and `check`: who may promote, what must be green for it, and what is."""

from collections.abc import Sequence

import click
import msgspec

from tidemill.cli.models.finding import model_argument, version_argument, version_of
from tidemill.cli.models.showing import rule_text
from tidemill.cli.models.words import STAGE, tell_checks
from tidemill.cli.output import output_option, show_object
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import InvalidError
from tidemill.sdk.client import Client
from tidemill.sdk.registry import Registry
from tidemill.sdk.registry_messages import NewReport, Promotion, Rule


@click.command()
@version_argument()
@click.option("--alias", default="", help="the alias to give to it")
@click.option("--stage", type=STAGE, help="the stage to take it to")
@click.option("--archive-existing", "archives", is_flag=True, help="archive the others that are in the stage")
@click.option("--dry-run", "is_only_asked", is_flag=True, help="show the checks, and change nothing")
@client_options
def promote(
    *, client: Client, version: str, alias: str, stage: str | None, archives: bool, is_only_asked: bool
) -> int | None:
    """Give a version an alias or a stage, and show what its checks find.

    The exit status is 1 where the model's rule does not allow it, and nothing was changed then.

    \b
    tidemill model promote churn/7 --alias champion
    tidemill model promote churn@challenger --stage Production --archive-existing
    """
    registry = Registry(client)
    name, number = version_of(registry, version)
    if bool(alias) == bool(stage) and not is_only_asked:
        raise InvalidError(
            "a promotion gives either an alias or a stage", hint="--alias champion, or --stage Production"
        )
    checks = registry.version(name, number).checks
    tell_checks(checks, err=True)
    if is_only_asked:
        return 0 if all(check.is_green for check in checks) else 1
    registry.promote(name, number, Promotion(alias, stage or "", archives))
    now = f"has the alias {alias}" if alias else f"is in the stage {stage}"
    click.echo(f"{name}/{number} {now}: {registry.page_of(name, number)}", err=True)
    return None


@click.command()
@model_argument()
@click.option("--alias", "aliases", multiple=True, metavar="ALIAS", help="an alias to guard; more than once")
@click.option("--stage", "stages", multiple=True, metavar="STAGE", help="a stage to guard; more than once")
@click.option("--by", "promoters", multiple=True, metavar="USER", help="who may give them; without it, every editor")
@click.option("--require", "required", multiple=True, metavar="CHECK", help="what must be green; more than once")
@click.option("--remove", "is_removed", is_flag=True, help="guard nothing any more")
@output_option
@client_options
def rule(
    *,
    client: Client,
    name: str,
    aliases: Sequence[str],
    stages: Sequence[str],
    promoters: Sequence[str],
    required: Sequence[str],
    is_removed: bool,
    output: str,
) -> None:
    """Show or set the rule for promotions of a model: what is guarded, who may give it, what must be green.

    CHECK is signature, input_example, safe_format, description, a metric, a tag, or a check that CI reports:

    \b
    tidemill model rule churn --alias champion --by ada --require signature \\
        --require 'metrics.accuracy >= 0.9' --require 'tags.reviewed = yes' --require check.latency
    """
    registry = Registry(client)
    wanted = Rule(list(aliases), list(stages), list(promoters), list(required))
    if is_removed:
        registry.remove_rule(name)
        click.echo(f"Nothing of {name} is guarded any more", err=True)
        return
    kept = registry.set_rule(name, wanted) if wanted != Rule() else registry.get(name).rule
    if kept is None:
        click.echo(f"{name} has no rule: whoever may edit may promote. --help shows how to set one", err=True)
    elif output == "table":
        click.echo(rule_text(kept.rule))
    else:
        show_object(msgspec.to_builtins(kept), output)


@click.command()
@version_argument()
@click.argument("name", metavar="CHECK")
@click.option("--green", "outcome", flag_value="green", help="it passed")
@click.option("--red", "outcome", flag_value="red", help="it did not")
@click.option("--message", "-m", default="", help="what was found, in a line")
@click.option("--link", default="", metavar="URL", help="where more is said, such as the run in CI")
@client_options
def check(*, client: Client, version: str, name: str, outcome: str | None, message: str, link: str) -> None:
    """Report how a check of a version ended, for rules that require `check.NAME`.

    \b
    tidemill model check churn/7 latency --green -m 'p99 is 12 ms' --link "$CI_JOB_URL"
    """
    if outcome is None:
        raise InvalidError("a check is reported green or red", hint="--green, or --red")
    registry = Registry(client)
    model, number = version_of(registry, version)
    report = registry.report(model, number, name.removeprefix("check."), NewReport(outcome, message, link))
    click.echo(f"{report.name} of {model}/{number} is {report.outcome}", err=True)
