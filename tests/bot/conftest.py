"""No test of the bot sees the settings of whoever runs it. The command line runs in this process where it can."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import cli
from bot.store.database import migrate

Troupe = Callable[..., Result]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("TROUPE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder with a database that nobody has used yet."""
    folder = tmp_path_factory.mktemp("blank") / "data"
    migrate(folder)
    return folder


@pytest.fixture
def troupe(tmp_path: Path, blank: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Troupe:
    """Run a command and return what became of it; a path stands for a file in the working folder.

    `typed` is what stands on standard input.
    """
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TROUPE_DATA", str(shutil.copytree(blank, tmp_path / "data")))
    monkeypatch.setenv("TROUPE_ENGINE__MODEL", str(tiny_model))
    typing = tmp_path / "typed"

    def run(*arguments: object, typed: bytes = b"") -> Result:
        typing.write_bytes(typed)
        with typing.open("rb") as keys:
            result = CliRunner().invoke(cli, [*map(str, arguments)], input=keys, prog_name="troupe")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
