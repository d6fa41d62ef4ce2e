"""`tidemill job logs`: what a job said, all or a part of it, or as it comes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import click
import msgspec

from tidemill.cli.jobs.following import follow_lines, print_line
from tidemill.cli.output import Function, output_option, show_rows
from tidemill.cli.reaching import client_options, find_job, job_argument
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.sdk.client import Client
from tidemill.sdk.logs import read_log
from tidemill.sdk.messages import FoundLine, LogLine

_COLUMNS = ("at_ms", "rank", "stream", "text")
_RANGE = re.compile(r"(\d{0,12}):(\d{0,12})")


def log_options(function: Function) -> Function:
    """What `print_log` takes, as options."""
    options = (
        click.option("-f", "--follow", "is_followed", is_flag=True, help="go on until it has ended"),
        click.option("-t", "--timestamps", is_flag=True, help="put the time in front of each line"),
        click.option("--error", "is_at_error", is_flag=True, help="of a job that failed: from where its error begins"),
        click.option("--tail", metavar="N", type=click.IntRange(0), help="the last lines, so many"),
        click.option(
            "--lines", "lines", metavar="FROM:TO", default="", help="these lines, counted from 1, such as 100:200"
        ),
        click.option("--search", metavar="TEXT", default="", help="only lines with this text, and two around each"),
        click.option("--regex", metavar="EXPRESSION", default="", help="only lines that match, and two around each"),
        click.option(
            "--context", default=2, show_default=True, type=click.IntRange(0, 10), help="lines around what is found"
        ),
        click.option("--attempt", type=click.IntRange(1), help="of this attempt; else of the last"),
        click.option("--rank", type=click.IntRange(0), help="of this process of a gang; else of all, by time"),
        output_option,
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command()
@job_argument()
@log_options
@client_options
def logs(*, client: Client, job: str, **told: Any) -> int | None:
    """Print what a job said: its errors to standard error, as it did.

    With --follow the exit status is the job's.
    """
    return print_log(client, find_job(client, job), **told)


def print_log(
    client: Client,
    workload_id: str,
    *,
    is_followed: bool,
    timestamps: bool,
    attempt: int | None,
    rank: int | None,
    output: str,
    **chosen: Any,
) -> int | None:
    """Print a job's log, or what of it is chosen; where it is followed, returns the exit status of its end."""
    which = {"attempt": attempt, "rank": rank}
    choice = _Choice(**chosen)
    if is_followed:
        choice.check_follow(output)
        return follow_lines(client, workload_id, timestamps=timestamps, tail=choice.tail, **which)
    if choice.search or choice.regex:
        _show_found(client, workload_id, choice, output, timestamps)
        return None
    lines = choice.lines_of(client, workload_id, which)
    if output == "table":
        for line in lines:
            print_line(line, timestamps=timestamps)
    else:
        show_rows([msgspec.to_builtins(line) for line in lines], output, _COLUMNS)
    return None


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which lines are wanted; by one way at most."""

    is_at_error: bool
    tail: int | None
    lines: str
    search: str
    regex: str
    context: int

    def __post_init__(self) -> None:
        if sum(map(bool, (self.is_at_error, self.tail is not None, self.lines, self.search, self.regex))) > 1:
            raise InvalidError(
                "--error, --tail, --lines, --search and --regex each choose lines", hint="give one of them"
            )

    def check_follow(self, output: str) -> None:
        """Raises InvalidError for what does not go with a log that is followed."""
        if self.is_at_error or self.lines or self.search or self.regex or output != "table":
            raise InvalidError(
                "a log is followed as it comes", hint="leave out what chooses lines, except --tail, and -o"
            )

    def lines_of(self, client: Client, workload_id: str, which: dict[str, Any]) -> Iterator[LogLine]:
        if self.is_at_error:
            return _from_error(client, workload_id, which)
        if self.lines:
            first, count = _range(self.lines)
            return islice(read_log(client, workload_id, line=first, **which), count)
        return iter(()) if self.tail == 0 else read_log(client, workload_id, tail=self.tail, **which)


def _from_error(client: Client, workload_id: str, which: dict[str, Any]) -> Iterator[LogLine]:
    told = client.log_page(workload_id, limit=1, **which)
    if told.error_offset is None:
        raise NotFoundError("it has not failed, so that no error begins in its log", hint="--tail 50 shows its end")
    return read_log(client, workload_id, attempt=told.attempt, rank=told.error_rank, start=told.error_offset)


def _range(told: str) -> tuple[int, int | None]:
    """The first line, counted from 0, and how many."""
    found = _RANGE.fullmatch(told)
    if found is None:
        raise InvalidError(f"{told!r} is no range of lines", hint="such as 100:200, 100: or :200")
    first = max(int(found[1] or 1), 1)
    last = int(found[2]) if found[2] else None
    if last is not None and last < first:
        raise InvalidError(f"{told} ends before it begins", hint="the smaller number comes first")
    return first - 1, None if last is None else last - first + 1


def _show_found(client: Client, workload_id: str, choice: _Choice, output: str, timestamps: bool) -> None:
    query = {"text": choice.search, "regex": choice.regex, "context": choice.context}
    rows: list[dict[str, Any]] = []
    cursor, count = "", 0
    while True:
        page = client.log_search(workload_id, cursor=cursor, **query)
        for line in page.lines:
            if output != "table":
                rows.append(msgspec.to_builtins(line))
            else:
                _print_found(line, is_first=count == 0, timestamps=timestamps)
            count += 1
        if not page.cursor:
            break
        cursor = page.cursor
    if output != "table":
        show_rows(rows, output, _COLUMNS)
    elif not count:
        raise NotFoundError("no line of its log has that", hint="the case of letters makes no difference")


def _print_found(line: FoundLine, *, is_first: bool, timestamps: bool) -> None:
    if not is_first and (line.before or line.after):
        click.echo("--")
    for each in line.before:
        print_line(each, timestamps=timestamps, err=False)
    print_line(
        LogLine(line.at_ms, line.stream, click.style(line.text, bold=True), line.offset),
        timestamps=timestamps,
        err=False,
    )
    for each in line.after:
        print_line(each, timestamps=timestamps, err=False)
