"""The pages that are measured, checked for accessibility and pictured."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import facts
from tests.journeys.browsing import chart, run_link
from tests.journeys.facts import World

_COMPARED = ("mlp-03", "mlp-07", "mlp-12", "mlp-13", "mlp-14")


def _heading(name: str) -> Callable[[Page], None]:
    return lambda page: expect(page.get_by_role("heading", name=name).first).to_be_visible()


def _runs(page: Page) -> None:
    expect(run_link(page, 0)).to_be_visible()


def _curve(page: Page) -> None:
    expect(chart(page, "val/acc").get_by_role("group")).to_be_visible()


def _preview(page: Page) -> None:
    expect(page.get_by_role("region", name="Table").get_by_role("row").nth(1)).to_be_visible()


def _machine(page: Page) -> None:
    expect(chart(page, "system/cpu_utilization_percentage").get_by_role("group")).to_be_visible()


def _log(page: Page) -> None:
    expect(page.get_by_role("region", name="Log", exact=True)).to_contain_text("Traceback")


def _why(page: Page) -> None:
    expect(page.get_by_role("region", name="The error")).to_contain_text("JSONDecodeError")


def _use(page: Page) -> None:
    expect(page.get_by_role("group", name="CPU, cores")).to_be_visible()


def _pipelines(page: Page) -> None:
    expect(page.get_by_role("heading", name=re.compile("your first pipeline"))).to_be_visible()


def _models(page: Page) -> None:
    expect(page.get_by_role("link", name=facts.NET, exact=True)).to_be_visible()


def _registered_model(page: Page) -> None:
    expect(page.get_by_role("region", name="Versions table").get_by_role("link", name="net-2")).to_be_visible()
    expect(page.get_by_role("region", name="Card text").get_by_role("heading")).to_be_visible()


def _version(page: Page) -> None:
    expect(page.get_by_role("region", name="Lineage").get_by_role("link", name="net-2")).to_be_visible()
    expect(page.get_by_role("region", name="Input example").get_by_text("columns")).to_be_visible()


def _files(page: Page) -> None:
    expect(page.get_by_text("loader_module: mlflow.sklearn")).to_be_visible()


def _compared(page: Page) -> None:
    expect(page.get_by_role("region", name="Metrics table").get_by_role("row").nth(1)).to_be_visible()


def _prompt(page: Page) -> None:
    expect(page.get_by_role("region", name="Changes")).to_contain_text("honest")


def _jobs(page: Page) -> None:
    expect(page.get_by_role("link", name=facts.DONE_JOB)).to_be_visible()


MAIN_PAGES: dict[str, tuple[Callable[[World], str], Callable[[Page], None]]] = {
    "home": (lambda world: "/w/default", _heading("Recent experiments")),
    "experiments": (lambda world: "/w/default/experiments", _heading("Experiments")),
    "experiment": (lambda world: world.experiment_path(), _runs),
    "runs": (lambda world: f"{world.experiment_path()}?layout=table", _runs),
    "charts": (lambda world: f"{world.experiment_path()}?layout=charts", _curve),
    "run": (lambda world: world.run_path(facts.RICH), _heading(facts.RICH)),
    "run-charts": (lambda world: f"{world.run_path(facts.RICH)}?tab=charts", _curve),
    "run-artifacts": (lambda world: f"{world.run_path(facts.RICH)}?tab=artifacts&path=predictions.csv", _preview),
    "run-system": (lambda world: f"{world.run_path(facts.RICH)}?tab=system", _machine),
    "run-code": (lambda world: f"{world.run_path(facts.RICH)}?tab=code", _heading("Logged models")),
    "compare": (lambda world: world.compare_path(*_COMPARED), _curve),
    "pipelines": (lambda world: "/w/default/pipelines", _pipelines),
    "pipelines-catalog": (lambda world: "/w/default/pipelines/catalog", _pipelines),
    "pipelines-schedules": (lambda world: "/w/default/pipelines/schedules", _heading("Run a pipeline at times")),
    "jobs": (lambda world: "/w/default/jobs", _jobs),
    "job-why": (lambda world: world.job_path(facts.FAILED_JOB), _why),
    "job-log": (lambda world: f"{world.job_path(facts.FAILED_JOB)}?tab=log", _log),
    "job-use": (lambda world: f"{world.job_path(facts.DONE_JOB)}?tab=use", _use),
    "job-history": (lambda world: f"{world.job_path(facts.FAILED_JOB)}?tab=history", _heading("What happened")),
    "job-spec": (lambda world: f"{world.job_path(facts.DONE_JOB)}?tab=spec", _heading("Command")),
    "machines": (lambda world: "/w/default/machines", _heading("Environments")),
    "models": (lambda world: "/w/default/models", _models),
    "prompts": (lambda world: "/w/default/models?kind=prompt", _heading("Prompts")),
    "webhooks": (lambda world: "/w/default/models?kind=webhook", _heading("Tell others of changes")),
    "registered-model": (lambda world: f"/w/default/models/{facts.NET}", _registered_model),
    "version": (lambda world: f"/w/default/models/{facts.NET}/versions/2", _version),
    "version-files": (lambda world: f"/w/default/models/{facts.NET}/versions/2?tab=files&path=MLmodel", _files),
    "version-compare": (lambda world: f"/w/default/models/{facts.NET}/compare?left=1&right=2", _compared),
    "prompt": (lambda world: f"/w/default/models/{facts.PROMPT}?version=2&against=1", _prompt),
    "model": (lambda world: f"{world.experiment_path()}/models/{world.model}", _heading(facts.MODEL)),
}
"""By name: its address, and how to wait until it shows what one came for."""


def open_main_page(page: Page, name: str, world: World) -> None:
    """Go to one of the pages and wait until it shows what one came for."""
    path, shown = MAIN_PAGES[name]
    page.goto(path(world))
    shown(page)
    page.wait_for_load_state("load")
