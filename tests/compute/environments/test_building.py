"""Environments are built once for what they are made from, whole or not at all, and say why they cannot be."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.compute.environments.conftest import MakeEnvironments, MakeWheel
from tidemill.compute.environments import BuildFailedError, BuildState, Environments
from tidemill.compute.models import SYSTEM, Environment
from tidemill.kit.errors import ConflictError, InvalidError, NotFoundError

pytestmark = pytest.mark.anyio
GREET = Environment(requirements=("greet",))


BUILD_WITHOUT_UV = """
import asyncio, sys
from pathlib import Path
from tidemill.compute.environments import Environments, Sources
from tidemill.compute.models import Environment
from tidemill.core.database import open_database
sys.executable = sys._base_executable  # beside which there is no uv
database = open_database(sys.argv[1])
environments = Environments(database, Path(sys.argv[2]), Sources(wheels=Path(sys.argv[3])), {"PATH": ""})
built = asyncio.run(environments.build(Environment(requirements=("greet",))))
print(built.builder, built.hash)
"""


def said_by(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def said_in(python: Path, code: str) -> str:
    return said_by(python, "-I", "-c", code)


async def test_what_was_asked_for_is_installed_and_nothing_of_the_server(
    environments: Environments, make_wheel: MakeWheel
) -> None:
    make_wheel("greet", "1.2", needs=("manners>=1",))
    make_wheel("manners", "1.0")
    python = await environments.python(GREET)
    assert said_in(python, "import greet, manners; print(greet.version)") == "1.2"
    assert said_in(python, "import importlib.util as u; print(u.find_spec('sqlalchemy'))") == "None"


async def test_bare_requirements_come_without_what_they_need(environments: Environments, make_wheel: MakeWheel) -> None:
    make_wheel("greet", "1.2", needs=("manners>=1",))
    make_wheel("manners", "1.0")
    make_wheel("polite", "3.0")
    python = await environments.python(Environment(requirements=("polite",), bare=("greet==1.2",)))
    assert said_in(python, "import greet, polite; print(greet.version, polite.version)") == "1.2 3.0"
    assert said_in(python, "import importlib.util as u; print(u.find_spec('manners'))") == "None"
    (record,) = await environments.list_all()
    assert record.environment.bare == ("greet==1.2",)
    plain = await environments.build(Environment(requirements=("polite", "greet==1.2")))
    assert plain.hash != record.hash


async def test_commands_of_an_environment_work_where_it_lies(environments: Environments, make_wheel: MakeWheel) -> None:
    make_wheel("greet", "1.2")
    python = await environments.python(GREET)
    assert said_by(python.with_name("say-greet")) == "1.2"


@pytest.mark.slow
async def test_pip_builds_the_same_where_there_is_no_uv(
    make_environments: MakeEnvironments, tmp_path: Path, wheels: Path, make_wheel: MakeWheel
) -> None:
    make_wheel("greet", "1.2")
    database, folder = f"sqlite:///{tmp_path / 'test.db'}", tmp_path / "environments"
    builder, hash_ = said_by(sys.executable, "-c", BUILD_WITHOUT_UV, database, folder, wheels).split()
    assert builder == "pip"
    assert (await make_environments().get(hash_)).state is BuildState.READY
    assert said_by(folder / hash_ / "bin" / "say-greet") == "1.2"


async def test_an_empty_environment_takes_a_moment(environments: Environments) -> None:
    built = await environments.build(Environment(python=f"{sys.version_info.major}.{sys.version_info.minor}"))
    assert built.state is BuildState.READY
    assert built.size_bytes
    assert built.build_ms is not None


async def test_the_same_request_in_other_words_is_the_same_environment(
    environments: Environments, make_wheel: MakeWheel
) -> None:
    make_wheel("greet")
    first = await environments.python(Environment(requirements=("greet >= 1, <2",)))
    again = await environments.python(Environment(requirements=("Greet<2,>=1  # said otherwise",)))
    assert first == again
    assert len(await environments.list_all()) == 1


async def test_many_who_ask_at_once_cause_one_build(
    environments: Environments, make_environments: MakeEnvironments, make_wheel: MakeWheel
) -> None:
    make_wheel("greet")
    other_server = make_environments()
    asked = [each.python(GREET) for each in (environments, other_server) for _ in range(5)]
    assert len(set(await asyncio.gather(*asked))) == 1
    log = await environments.log((await environments.list_all())[0].hash)
    assert log.count("-r ") == 1


async def test_a_new_version_among_the_wheels_makes_a_new_environment_and_another_file_does_not(
    environments: Environments, make_wheel: MakeWheel
) -> None:
    make_wheel("greet", needs=("manners",))
    make_wheel("manners", "1.0")
    first = await environments.python(GREET)
    make_wheel("unrelated")
    assert await environments.python(GREET) == first
    make_wheel("manners", "2.0")
    second = await environments.python(GREET)
    assert second != first
    assert said_in(second, "import manners; print(manners.version)") == "2.0"


async def test_what_cannot_be_had_fails_with_the_end_of_the_log_and_leaves_nothing(
    environments: Environments, tmp_path: Path
) -> None:
    with pytest.raises(BuildFailedError, match="greet") as failed:
        await environments.python(GREET)
    assert failed.value.hint is not None
    record = (await environments.list_all())[0]
    assert record.hash[:12] in failed.value.hint
    assert record.state is BuildState.FAILED
    assert "greet" in record.message
    left = [path.name for path in (tmp_path / "environments").iterdir() if path.is_dir()]
    assert left == []


async def test_a_build_that_failed_succeeds_once_the_wheel_is_there(
    environments: Environments, make_wheel: MakeWheel
) -> None:
    with pytest.raises(BuildFailedError):
        await environments.python(GREET)
    make_wheel("greet")
    assert (await environments.python(GREET)).exists()


async def test_a_thousand_who_need_what_failed_do_not_try_again_each(environments: Environments) -> None:
    with pytest.raises(BuildFailedError) as first:
        await environments.python(GREET)
    with pytest.raises(BuildFailedError) as second:
        await environments.python(GREET)
    assert second.value is first.value


async def test_what_a_killed_build_left_does_not_stand_in_the_way(
    environments: Environments, tmp_path: Path, make_wheel: MakeWheel
) -> None:
    make_wheel("greet")
    unfinished = tmp_path / "environments" / f"{await environments.hash_of(GREET)}.new"
    (unfinished / "bin").mkdir(parents=True)
    (unfinished / "bin" / "python").write_text("half")
    assert said_in(await environments.python(GREET), "import greet; print(greet.version)") == "1.0"
    assert not unfinished.exists()


async def test_the_system_is_our_own_interpreter_and_a_version_that_is_not_here_is_refused(
    environments: Environments,
) -> None:
    assert await environments.python(SYSTEM) == Path(sys.executable)
    with pytest.raises(InvalidError, match=r"no Python 3\.99") as refused:
        await environments.python(Environment(python="3.99"))
    assert refused.value.hint is not None


async def test_an_unused_environment_is_collected_and_one_in_use_is_not(
    make_environments: MakeEnvironments, make_wheel: MakeWheel
) -> None:
    make_wheel("greet")
    make_wheel("other")
    now = 1_000_000
    environments = make_environments(clock=lambda: now)
    python = await environments.python(GREET)
    await environments.python(Environment(requirements=("other",)))
    used = await environments.get(await environments.hash_of(GREET))
    with running(python):
        with pytest.raises(ConflictError, match="use the environment"):
            await environments.remove(used.hash)
        collected = await environments.collect(now + 1)
        assert [record.environment.requirements for record in collected] == [("other",)]
    assert [record.hash for record in await environments.list_all()] == [used.hash]
    assert await environments.collect(now) == []
    assert await environments.remove(used.hash[:8]) == used
    assert not python.exists()
    with pytest.raises(NotFoundError):
        await environments.get(used.hash)


@contextmanager
def running(python: Path) -> Generator[None]:
    """A process of an environment, which has begun."""
    code = "print(flush=True); input()"
    with subprocess.Popen([python, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"\n"
        yield


async def test_environments_of_another_machine_on_the_same_database_are_not_ours(
    environments: Environments, make_environments: MakeEnvironments, tmp_path: Path, make_wheel: MakeWheel
) -> None:
    make_wheel("greet")
    await environments.python(GREET)
    elsewhere = make_environments("elsewhere")
    assert await elsewhere.list_all() == []
    assert (await elsewhere.python(GREET)).is_relative_to(tmp_path / "elsewhere")


async def test_an_environment_that_was_built_is_found_by_the_next_server(
    environments: Environments, make_environments: MakeEnvironments, make_wheel: MakeWheel
) -> None:
    make_wheel("greet")
    python = await environments.python(GREET)
    stamp = python.parent.stat().st_mtime_ns
    with_nothing_to_build_with = make_environments(path=os.devnull)
    assert await with_nothing_to_build_with.python(GREET) == python
    assert python.parent.stat().st_mtime_ns == stamp
