"""The project's pages: their links, and the commands that they tell a reader to type."""

import contextlib
import os
import re
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture import source

_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)|!\[[^\]]*\]\((?P<image>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*#*$", re.MULTILINE)
_DOCUMENTED_PORT = "5000"
_WITHIN_S = 150
_END = "::end-of-command::"


@dataclass
class Command:
    """One `$ ` line of a console block, and what the page says it prints."""

    line: int
    text: str
    expected: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class NamedFile:
    """A block such as ```` ```python train.py ````: a file that the commands after it find."""

    line: int
    name: str
    text: str


def pages() -> list[Path]:
    """Every Markdown page of the project."""
    folders = [source.ROOT / name for name in ("docs", "src", "examples", "benchmarks")]
    return sorted([*source.ROOT.glob("*.md"), *(page for folder in folders for page in folder.rglob("*.md"))])


def broken_links(page: Path) -> list[str]:
    """Links to files that are not there, or to headings that they do not have."""
    prose = _FENCE.sub("", page.read_text())
    targets = [match["target"] or match["image"] for match in _LINK.finditer(prose)]
    return [target for target in targets if not re.match(r"[a-z+]+:", target) and not _resolves(page, target)]


def steps(page: Path) -> list[Command | NamedFile]:
    """What a reader does, in order: the commands of ```` ```console ```` blocks and the files that they use."""
    text = page.read_text()
    found: list[Command | NamedFile] = []
    for fence in _FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 2
        language, _, name = fence["info"].strip().partition(" ")
        if language == "console":
            found += _commands(fence["body"].splitlines(), line)
        elif name:
            found.append(NamedFile(line, name, fence["body"]))
    return found


def follow(page: Path, folder: Path) -> list[str]:
    """Do what a page says, in an empty folder, as a new user; returns what did not come out as the page says.

    The port that the pages write is replaced by a free one. In expected output `...` stands for anything.
    """
    port = str(_free_port())
    script, commands = ["exec </dev/null 2>&1"], list[Command]()
    for step in steps(page):
        if isinstance(step, NamedFile):
            (folder / step.name).write_text(step.text.replace(_DOCUMENTED_PORT, port))
        else:
            commands.append(step)
            script += [step.text.replace(_DOCUMENTED_PORT, port), f"status=$?; printf '\\n{_END}%s\\n' $status"]
            script += ["[ $status = 0 ] || exit 0"]
    env = {
        "PATH": f"{source.ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "TIDEMILL_PORT": port,
        "GIT_PYTHON_REFRESH": "quiet",
    }
    outputs = re.split(rf"\n?{_END}(\d+)\n", _printed_by("\n".join(script), folder, env))
    return _differences(page, commands, outputs, port)


def _printed_by(script: str, folder: Path, env: dict[str, str]) -> str:
    """Run a script to its end, and end what it has left behind; its output goes to a file, which a server may keep."""
    log = folder / ".output"
    with log.open("wb") as output:
        shell = subprocess.Popen(["bash", "-c", script], cwd=folder, env=env, stdout=output, start_new_session=True)
        try:
            shell.wait(_WITHIN_S)
        except subprocess.TimeoutExpired:
            output.write(f"\nnot done within {_WITHIN_S} s\n".encode())
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()
            if (folder / ".tidemill").exists():
                subprocess.run(["tidemill", "down"], env=env, cwd=folder, capture_output=True, check=False)
    return log.read_text(errors="replace")


def _differences(page: Path, commands: list[Command], outputs: list[str], port: str) -> list[str]:
    found: list[str] = []
    for number, command in enumerate(commands):
        place = f"{page.name}:{command.line}: `{command.text}`"
        output, status = outputs[2 * number], (outputs[2 * number + 1 :] or ["none"])[0]
        if status != "0":
            return [*found, f"{place} ended with status {status}:\n{output}"]
        expected = "\n".join(command.expected).replace(_DOCUMENTED_PORT, port)
        pattern = ".*?".join(map(re.escape, expected.split("...")))
        if expected and not re.fullmatch(pattern, output.strip(), re.DOTALL):
            found.append(f"{place} printed:\n{output}\nand the page says:\n{expected}")
    return found


def _commands(lines: list[str], first_line: int) -> list[Command]:
    commands: list[Command] = []
    for number, line in enumerate(lines, first_line):
        if line.startswith("$ "):
            commands.append(Command(number, line.removeprefix("$ ")))
        elif commands and commands[-1].text.endswith("\\") and not commands[-1].expected:
            commands[-1].text += f"\n{line.removeprefix('> ')}"
        elif commands:
            commands[-1].expected.append(line.rstrip())
    return commands


def _resolves(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = page.parent / path if path else page
    if not file.exists():
        return False
    return not anchor or file.suffix != ".md" or anchor in _anchors(file)


def _anchors(page: Path) -> set[str]:
    titles = [match["title"] for match in _HEADING.finditer(_FENCE.sub("", page.read_text()))]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
