"""What may be asked of an environment, and the one form in which the same request is always written.

A requirement is a name with versions, extras and a marker (PEP 508). Options of pip are refused: they would let whoever
submits a workload choose what the server reads and whom it asks.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from tidemill.compute.models import Environment
from tidemill.kit.errors import InvalidError, TooLargeError

MOST_REQUIREMENTS = 1000
MOST_REQUIREMENT = 1000
MOST_LOCK_BYTES = 2 * 1024 * 1024
MOST_INDEXES = 10
_INDEX = re.compile(r"https?://[!-~]{1,1000}")
_HOST = re.compile(r"[A-Za-z0-9.\[\]:_-]{1,300}")
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_VERSION = r"(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+"
_REQUIREMENT = re.compile(
    rf"(?P<name>{_NAME})\s*(?P<extras>\[\s*(?:{_NAME}(?:\s*,\s*{_NAME})*)?\s*\])?\s*"
    rf"\(?(?P<versions>{_VERSION}(?:\s*,\s*{_VERSION})*)?\)?\s*(?P<marker>;.+)?"
)
_NAMED_URL = re.compile(rf"(?P<name>{_NAME})\s*(?:\[[^\]]*\])?\s*@\s*\S+.*")
_HASH = re.compile(r"\s--hash[=\s](?P<hash>[a-z0-9]+:[0-9a-f]{32,128})")
_COMMENT = re.compile(r"(^|\s+)#.*$")
_PYTHON = re.compile(r"\d{1,2}\.\d{1,3}(\.\d{1,3})?")
_OPTIONS = {
    "-r": "give the lines of that file themselves",
    "-c": "give exact versions in the requirements, or a lock",
    "-e": "build a wheel of it and have it put into the server's wheels directory",
    "--index-url": "the administrator sets the index with --package-index",
    "-i": "the administrator sets the index with --package-index",
    "--extra-index-url": "the administrator sets the index with --package-index",
    "--find-links": "the administrator names a directory of wheels with --wheels",
    "-f": "the administrator names a directory of wheels with --wheels",
}


def checked_environment(environment: Environment, *, allows_urls: bool) -> Environment:
    """The same environment in its normal form. Raises InvalidError or TooLargeError that says what would do."""
    if environment.requirements and environment.lock:
        raise InvalidError(
            "an environment has either requirements or a lock", hint="a lock holds all that the requirements led to"
        )
    if environment.python and not _PYTHON.fullmatch(environment.python):
        raise InvalidError(f"{environment.python[:50]!r} is no version of Python", hint='give one such as "3.12"')
    if (count := len(environment.requirements) + len(environment.bare)) > MOST_REQUIREMENTS:
        raise TooLargeError(f"{count} requirements, and {MOST_REQUIREMENTS} are the most")
    if len(environment.lock.encode()) > MOST_LOCK_BYTES:
        raise TooLargeError(f"the lock is longer than {MOST_LOCK_BYTES} bytes")
    lines, bare = (
        tuple(filter(None, (_normal(line, allows_urls=allows_urls) for line in each)))
        for each in (environment.requirements, environment.bare)
    )
    lock = (_normal_locked(line, allows_urls=allows_urls) for line in _logical_lines(environment.lock))
    _check_indexes(environment, allows_urls=allows_urls)
    return Environment(
        requirements=lines,
        lock="".join(f"{line}\n" for line in lock if line),
        python=environment.python,
        image=environment.image,
        bare=bare,
        indexes=environment.indexes,
        trusted_hosts=environment.trusted_hosts,
    )


def _check_indexes(environment: Environment, *, allows_urls: bool) -> None:
    if environment.indexes and not allows_urls:
        raise InvalidError(
            f"{environment.indexes[0][:100]!r} is to be asked for packages, and this server asks its own index alone",
            hint="the administrator allows it with --package-urls allowed, or sets the index with --package-index",
        )
    if len(environment.indexes) > MOST_INDEXES or len(environment.trusted_hosts) > MOST_INDEXES:
        raise TooLargeError(f"more than {MOST_INDEXES} package indexes or trusted hosts")
    for index in environment.indexes:
        if not _INDEX.fullmatch(index):
            raise InvalidError(f"{index[:100]!r} is no package index", hint="give a URL such as https://host/simple")
    for host in environment.trusted_hosts:
        if not _HOST.fullmatch(host):
            raise InvalidError(f"{host[:100]!r} is no host", hint="give a name, and a port where there is one")


def required_names(environment: Environment) -> Sequence[str]:
    """The packages that it names itself, in canonical form."""
    lines = [*environment.requirements, *environment.bare, *environment.lock.splitlines()]
    found = (re.match(_NAME, line) for line in lines)
    return [canonical_name(match[0]) for match in found if match is not None]


def canonical_name(name: str) -> str:
    """A package's name as all its spellings are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _logical_lines(text: str) -> Iterable[str]:
    """Lines of which some end in a backslash, joined."""
    return text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines()


def _normal_locked(line: str, *, allows_urls: bool) -> str:
    """A line of a lock: a requirement and the hashes that its files may have."""
    hashes = sorted(_hashes(line))
    plain = _normal(_HASH.sub("", line), allows_urls=allows_urls)
    return " ".join([plain, *(f"--hash={each}" for each in hashes)]) if plain else ""


def _hashes(line: str) -> Iterator[str]:
    return (match["hash"] for match in _HASH.finditer(line))


def _normal(line: str, *, allows_urls: bool) -> str:
    """A requirement in the one form; empty for a comment."""
    text = _COMMENT.sub("", line).strip()
    if not text:
        return ""
    if len(text) > MOST_REQUIREMENT or not text.isprintable():
        raise InvalidError(f"a requirement has up to {MOST_REQUIREMENT} printable characters: {text[:50]!r}")
    if text.startswith("-"):
        option = re.split(r"[\s=]", text, maxsplit=1)[0]
        hint = _OPTIONS.get(option, "give requirements alone, one a line")
        raise InvalidError(f"the option {option[:50]!r} is not allowed among requirements", hint=hint)
    if (found := _REQUIREMENT.fullmatch(text)) is not None:
        return _written(found)
    return _checked_url(text, allows_urls=allows_urls)


def _written(found: re.Match[str]) -> str:
    extras = sorted(canonical_name(each.strip()) for each in (found["extras"] or "[]").strip("[] ").split(",") if each)
    versions = sorted(re.sub(r"\s+", "", each) for each in (found["versions"] or "").split(",") if each)
    marker = " ".join((found["marker"] or "").lstrip("; ").split())
    text = canonical_name(found["name"]) + (f"[{','.join(extras)}]" if extras else "") + ",".join(versions)
    return f"{text} ; {marker}" if marker else text


def _checked_url(text: str, *, allows_urls: bool) -> str:
    named = _NAMED_URL.fullmatch(text)
    is_url = named is not None or "://" in text or text.startswith((".", "/", "~")) or "/" in text
    if not is_url:
        raise InvalidError(
            f"{text[:100]!r} is no requirement",
            hint='write a name and versions, such as "numpy>=2,<3" or "pandas[excel]"',
        )
    if not allows_urls:
        raise InvalidError(
            f"{text[:100]!r} names a URL, a repository or a file, and this server installs from its index alone",
            hint="the administrator allows it with --package-urls allowed, or puts a wheel into the wheels directory",
        )
    if named is None:
        raise InvalidError(f"{text[:100]!r} does not say whose package it is", hint='write "name @ https://..."')
    return text
