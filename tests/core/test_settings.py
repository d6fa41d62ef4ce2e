"""Where a setting's value comes from, and what is no value."""

from pathlib import Path

import pytest

from tidemill.core.settings import (
    Setting,
    all_settings,
    environment_with,
    load_settings,
    unknown_variables,
    wants_colour,
)
from tidemill.kit.errors import InvalidError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_a_flag_wins_over_the_environment_which_wins_over_the_file_which_wins_over_the_default(file: Path) -> None:
    data_dir = str(file.parent)
    flags = {"data_dir": data_dir}
    assert load_settings(flags, {}).settings.server.port == 5000

    file.write_text("port = 1111\n")
    loaded = load_settings(flags, {})
    assert (loaded.settings.server.port, loaded.origins["port"]) == (1111, "file")

    loaded = load_settings(flags, {"TIDEMILL_PORT": "2222"})
    assert (loaded.settings.server.port, loaded.origins["port"]) == (2222, "environment")

    loaded = load_settings({**flags, "port": 3333}, {"TIDEMILL_PORT": "2222"})
    assert (loaded.settings.server.port, loaded.origins["port"]) == (3333, "flag")
    assert loaded.origins["host"] == "default"


def test_the_file_is_found_where_the_environment_says_that_the_data_lies(file: Path) -> None:
    file.write_text('log_level = "debug"\n')
    assert load_settings({}, {"TIDEMILL_DATA_DIR": str(file.parent)}).settings.server.log_level == "debug"


def test_every_setting_has_a_flag_a_variable_a_help_and_a_default_of_its_kind() -> None:
    settings = list(all_settings())
    assert len({setting.name for setting in settings}) == len(settings)
    for setting in settings:
        assert setting.flag == f"--{setting.name.replace('_', '-')}"
        assert setting.variable == f"TIDEMILL_{setting.name.upper()}"
        assert setting.help
        assert type(setting.default) is setting.kind
        assert not setting.choices or setting.default in setting.choices


def test_a_secret_is_marked_as_one() -> None:
    assert {setting.name for setting in all_settings() if setting.secret} == {"s3_secret_access_key"}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TIDEMILL_PORT", "many"),
        ("TIDEMILL_PORT", ""),
        ("TIDEMILL_PORT", "1.5"),
        ("TIDEMILL_PORT", "-1"),
        ("TIDEMILL_PORT", "65536"),
        ("TIDEMILL_HOST", ""),
        ("TIDEMILL_LOG_LEVEL", "loud"),
        ("TIDEMILL_REQUEST_TIMEOUT_S", "0"),
        ("TIDEMILL_REQUEST_TIMEOUT_S", "86401"),
        ("TIDEMILL_MAX_BODY_BYTES", "-1"),
        ("TIDEMILL_MAX_ARTIFACT_BYTES", "0"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name_and_origin(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(InvalidError) as caught:
        load_settings({"data_dir": str(tmp_path)}, {variable: value})
    assert "environment" in caught.value.message
    assert variable in str(caught.value.hint)


@pytest.mark.parametrize(
    "content",
    [
        "port = true",
        "port = 5000.7",
        "port = [1]",
        "host = 7",
        "log_level = 'loud'",
        "unknown = 1",
        "data_dir = '/x'",
        "=",
    ],
)
def test_a_file_that_says_what_cannot_be_is_refused(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(InvalidError):
        load_settings({"data_dir": str(file.parent)}, {})


def test_a_file_that_is_no_text_is_refused_and_none_is_needed(file: Path) -> None:
    load_settings({"data_dir": str(file.parent / "missing")}, {})
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidError, match="cannot be read as TOML"):
        load_settings({"data_dir": str(file.parent)}, {})


def test_what_is_left_out_lies_in_the_data_directory(tmp_path: Path) -> None:
    settings = load_settings({"data_dir": str(tmp_path)}, {}).settings
    assert settings.database_url == f"sqlite:///{tmp_path / 'tidemill.db'}"
    assert settings.artifacts_url == str(tmp_path / "artifacts")
    named = load_settings({"data_dir": str(tmp_path), "database": "postgresql://x", "artifacts": "s3://b"}, {}).settings
    assert (named.database_url, named.artifacts_url) == ("postgresql://x", "s3://b")


def test_the_data_directory_is_absolute_and_knows_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert load_settings({"data_dir": "~/state"}, {}).settings.data_dir == tmp_path / "state"
    assert load_settings({"data_dir": "state"}, {}).settings.data_dir == tmp_path / "state"


def test_a_place_on_this_machine_is_the_same_whatever_folder_a_command_is_called_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    settings = load_settings({"database": "sqlite:///tide.db", "artifacts": "store"}, {}).settings
    assert (settings.database_url, settings.artifacts_url) == (f"sqlite:///{tmp_path}/tide.db", f"{tmp_path}/store")
    settings = load_settings({"database": "sqlite:///~/tide.db", "artifacts": "~/store"}, {}).settings
    assert settings.database_url == f"sqlite:///{tmp_path}/home/tide.db"
    assert settings.artifacts_url == f"{tmp_path}/home/store"


def test_a_data_directory_is_not_the_folder_that_one_happens_to_be_in() -> None:
    with pytest.raises(InvalidError, match="data_dir cannot be empty"):
        load_settings({}, {"TIDEMILL_DATA_DIR": ""})


def test_a_user_without_a_home_is_told_to_name_a_directory() -> None:
    with pytest.raises(InvalidError) as caught:
        load_settings({}, {"TIDEMILL_DATA_DIR": "~nobody-of-this-name/tide"})
    assert "--data-dir" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("s3_secret_access_key", "hush", "***"),
        ("s3_secret_access_key", "", ""),
        ("database", "postgresql://tide:hush@db/mill", "postgresql://tide:***@db/mill"),
        ("database", "postgresql+psycopg://tide:hu/sh:@db:5432/mill", "postgresql+psycopg://tide:***@db:5432/mill"),
        ("database", "postgresql://db/mill?user=tide&password=hush", "postgresql://db/mill?user=tide&password=***"),
        ("database", "postgresql://tide@db:5432/mill", "postgresql://tide@db:5432/mill"),
        ("database", "sqlite:////home/a:b@c/tide.db", "sqlite:////home/a:b@c/tide.db"),
        ("artifacts", "s3://bucket/a:b", "s3://bucket/a:b"),
        ("port", 5000, 5000),
    ],
)
def test_a_value_is_shown_without_what_it_would_give_away(name: str, value: str | int, shown: str | int) -> None:
    assert _setting(name).shown(value) == shown


def test_a_child_gets_settings_by_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMILL_PORT", "1111")
    environment = environment_with({"s3_secret_access_key": "hush"})
    settings = load_settings({}, environment).settings
    assert (settings.storage.s3_secret_access_key, settings.server.port) == ("hush", 1111)


def test_a_variable_that_no_setting_has_is_known_for_a_slip() -> None:
    assert unknown_variables({"TIDEMILL_PROT": "1", "TIDEMILL_PORT": "1", "PATH": ""}) == ["TIDEMILL_PROT"]


@pytest.mark.parametrize(("environment", "wanted"), [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_wanted_unless_switched_off(environment: dict[str, str], wanted: bool) -> None:
    assert wants_colour(environment) is wanted


def _setting(name: str) -> Setting:
    return next(setting for setting in all_settings() if setting.name == name)
