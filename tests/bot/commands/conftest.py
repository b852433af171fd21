"""The command line in this process, at a data folder of its own, and with no model."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import cli

Troupe = Callable[..., Result]


@pytest.fixture
def troupe(tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Troupe:
    """Run a command and return what became of it; a path stands for a file in the working folder."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TROUPE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TROUPE_ENGINE__MODEL", str(tiny_model))

    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(cli, [*map(str, arguments)], prog_name="troupe")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
