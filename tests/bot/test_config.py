from pathlib import Path

import pytest

from bot.config import Settings, load
from bot.errors import ConfigError
from bot.roleplay.templates import FORMATS
from engine import demo_model

ROOT = Path(__file__).parents[2]
CHOICES = ", ".join(repr(name) for name in ("auto", *FORMATS))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without a setting, and a data folder `data` in it that is the default."""
    folder = tmp_path / "here"
    (folder / "data").mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("bot.config.user_data_path", lambda *_, **__: folder / "data")
    return folder


def problems(options: dict[str, str | None] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(options or {})
    return str(caught.value).splitlines()


def row(key: str, options: dict[str, str | None] | None = None) -> tuple[str, str]:
    (found,) = ((value, origin) for name, value, origin in load(options or {}).rows() if name == key)
    return found


def test_without_any_setting_the_defaults_hold(here: Path) -> None:
    settings = load({}).settings
    defaults = Settings()
    assert settings.data == here / "data"
    assert settings.engine.model == demo_model()
    assert settings.engine.cache == here / "data" / "cache"
    assert settings.engine.log == here / "data" / "logs" / "model.log"
    assert settings.engine.window == defaults.engine.window
    assert settings.play == defaults.play
    assert settings.terminal.name == "User"
    assert {origin for _, _, origin in load({}).rows()} == {"default"}


def test_the_data_folder_s_default_is_the_user_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({}).settings.data.name == "troupe"


def test_each_source_outdoes_the_one_before(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert row("terminal.name") == ("User", "default")
    (here / "data" / "troupe.toml").write_text("[terminal]\nname = 'Data'\n[engine]\nwindow = 1000")
    assert row("terminal.name") == ("Data", str(here / "data" / "troupe.toml"))
    (here / "troupe.toml").write_text("[terminal]\nname = 'Here'")
    assert row("terminal.name") == ("Here", str(here / "troupe.toml"))
    monkeypatch.setenv("TROUPE_TERMINAL__NAME", "Env")
    assert row("terminal.name") == ("Env", "TROUPE_TERMINAL__NAME")
    assert row("terminal.name", {"terminal.name": "Option"}) == ("Option", "--name")
    assert row("terminal.name", {"terminal.name": None}) == ("Env", "TROUPE_TERMINAL__NAME")
    assert row("engine.window") == ("1000", str(here / "data" / "troupe.toml"))


def test_the_example_for_docker_is_good_as_it_stands(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        name, is_set, value = line.partition("=")
        if is_set and not name.startswith("#"):
            monkeypatch.setenv(name, value)
    settings = load({}).settings
    assert settings.engine.window == 4096
    assert settings.engine.model == demo_model()
    assert settings.discord.token.get_secret_value() == ""


def test_the_data_folder_is_found_before_its_own_file_is_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("toml", "env", "option"):
        (here / name).mkdir()
        (here / name / "troupe.toml").write_text(f"[terminal]\nname = '{name}'")
    (here / "troupe.toml").write_text("data = 'toml'")
    assert load({}).settings.terminal.name == "toml"
    monkeypatch.setenv("TROUPE_DATA", "env")
    assert load({}).settings.terminal.name == "env"
    assert load({"data": "option"}).settings.terminal.name == "option"
    assert load({"data": "option"}).settings.data == here / "option"


def test_a_data_folder_that_is_the_working_folder_is_read_once(here: Path) -> None:
    (here / "troupe.toml").write_text("data = '.'\n[engine]\nwindow = 512")
    assert load({}).settings.engine.window == 512


def test_the_data_folder_s_file_may_not_name_another(here: Path) -> None:
    (here / "data" / "troupe.toml").write_text("data = '/elsewhere'")
    (problem,) = problems()
    assert problem.startswith(f"data in {here / 'data' / 'troupe.toml'} must not be set")


def test_paths_stand_beside_what_sets_them(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "data" / "troupe.toml").write_text("[engine]\nmodel = 'models/a.gguf'")
    assert load({}).settings.engine.model == here / "data" / "models" / "a.gguf"
    (here / "troupe.toml").write_text("[engine]\nmodel = 'b.gguf'")
    assert load({}).settings.engine.model == here / "b.gguf"
    monkeypatch.setenv("TROUPE_ENGINE__MODEL", "~/c.gguf")
    assert load({}).settings.engine.model == tmp_path / "home" / "c.gguf"
    assert load({"engine.model": "/d.gguf"}).settings.engine.model == Path("/d.gguf")


def test_text_from_the_environment_becomes_what_is_expected(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUPE_ENGINE__WINDOW", "2048")
    monkeypatch.setenv("TROUPE_ENGINE__FLASH_ATTENTION", "true")
    monkeypatch.setenv("TROUPE_PLAY__TEMPERATURE", "0.5")
    monkeypatch.setenv("TROUPE_DISCORD__TOKEN", "")
    settings = load({}).settings
    assert (settings.engine.window, settings.engine.flash_attention, settings.play.temperature) == (2048, True, 0.5)
    assert row("discord.token") == ("-", "default")


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("colour = 'red'", "colour in {} is no setting."),
        ("[engine]\nwindwo = 5", "engine.windwo in {} is no setting: did you mean engine.window?"),
        ("[web]\nport = 80", "web.port in {} is no setting."),
        ("[web]", "web in {} is no setting."),
        ("data = 5", "data in {} must be text."),
        ("engine = 5", "engine in {} must be a table of settings."),
        ("[engine]\nwindow = 'many'", "engine.window in {} must be a whole number."),
        ("[engine]\nwindow = '5'", "engine.window in {} must be a whole number."),
        ("[engine]\nwindow = true", "engine.window in {} must be a whole number."),
        ("[engine]\nwindow = 1.5", "engine.window in {} must be a whole number."),
        ("[engine]\nwindow = 2026-01-01", "engine.window in {} must be a whole number."),
        ("[engine]\nmodel = 5", "engine.model in {} must be text."),
        ("[engine]\nflash_attention = 'yes'", "engine.flash_attention in {} must be true or false."),
        ("[engine]\ncache_type = 'q4'", "engine.cache_type in {} must be one of 'f16', 'q8_0'."),
        ("[play]\ntemperature = 'hot'", "play.temperature in {} must be a number."),
        ("[play.temperature]\nnow = 1", "play.temperature in {} must be a number."),
        ("[play]\ntemplate = 'alpaca'", f"play.template in {{}} must be one of {CHOICES}."),
        ("[telegram]\ntoken = 12345", "telegram.token in {} must be text."),
        ("[terminal]\nname = ' '", "terminal.name in {} must not be empty."),
        ('[terminal]\nname = "\\u001B[2J"', "terminal.name in {} must be text without control characters."),
    ],
)
def test_what_a_file_may_not_say(here: Path, toml: str, problem: str) -> None:
    (here / "troupe.toml").write_text(toml)
    assert problems() == [problem.format(here / "troupe.toml")]


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("TROUPE_COLOUR", "red", "colour in TROUPE_COLOUR is no setting."),
        ("TROUPE_WEB__PORT", "80", "web.port in TROUPE_WEB__PORT is no setting."),
        ("TROUPE_ENGINE", "fast", "engine in TROUPE_ENGINE must be a table of settings."),
        ("TROUPE_DATA__DIR", "/x", "data in TROUPE_DATA__DIR must be a path, as text."),
        ("TROUPE_ENGINE__WINDOW", "many", "engine.window in TROUPE_ENGINE__WINDOW must be a whole number."),
        (
            "TROUPE_DISCORD__TOKENS",
            "x",
            "discord.tokens in TROUPE_DISCORD__TOKENS is no setting: did you mean discord.token?",
        ),
    ],
)
def test_what_the_environment_may_not_say(
    here: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert problems() == [problem]


def test_a_value_out_of_its_range_is_found_at_start(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUPE_PLAY__TEMPERATURE", "99")
    (problem,) = problems()
    assert problem.startswith("play in TROUPE_PLAY__TEMPERATURE cannot be used: ")
    assert "temperature" in problem


def test_every_problem_is_told_on_a_line_of_its_own(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "troupe.toml").write_text("colour = 1\n[engine]\nwindow = 'x'")
    monkeypatch.setenv("TROUPE_PLAY__TOP_K", "x")
    assert [problem.split()[0] for problem in problems({"terminal.name": ""})] == [
        "engine.window",
        "colour",
        "play.top_k",
        "terminal.name",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"[engine\nwindow = 5", "line 1"), (b"a = 1\nb = \xff", "not UTF-8")],
)
def test_a_file_that_is_no_toml(here: Path, content: bytes, told: str) -> None:
    (here / "troupe.toml").write_bytes(content)
    (problem,) = problems()
    assert str(here / "troupe.toml") in problem
    assert told in problem


def test_a_file_that_cannot_be_opened(here: Path) -> None:
    (here / "troupe.toml").mkdir()
    assert problems() == [f"The settings in {here / 'troupe.toml'} cannot be read: Is a directory."]


def test_a_data_folder_that_is_a_file_is_left_to_whoever_uses_it(here: Path) -> None:
    (here / "file").touch()
    assert load({"data": "file"}).settings.data == here / "file"


def test_tokens_are_never_shown(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUPE_DISCORD__TOKEN", "hunter2")
    configuration = load({})
    assert configuration.settings.discord.token.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(configuration)
    assert "hunter2" not in str(list(configuration.rows()))
    assert row("discord.token") == ("**********", "TROUPE_DISCORD__TOKEN")
    monkeypatch.setenv("TROUPE_DISCORD__TOKEN__X", "hunter2")
    assert "hunter2" not in str(problems())


@pytest.mark.parametrize(("name", "value"), [("PARALLEL", "-1"), ("WINDOW", "-5"), ("BATCH", "1"), ("THREADS", "-1")])
def test_an_engine_setting_out_of_its_range_names_key_and_range(
    here: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"TROUPE_ENGINE__{name}", value)
    (problem,) = problems()
    assert problem.startswith(f"engine.{name.lower()} in TROUPE_ENGINE__{name} must be a whole number from ")
