import logging
from pathlib import Path

import pytest

from bot.app import logging_to
from bot.errors import DataFolderError


def test_what_happens_is_logged_to_a_file_and_not_to_the_console(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Half a character cannot be passed on from one process of a test run to another.
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.NullHandler()])
    with logging_to(tmp_path / "logs"):
        logging.getLogger("engine").warning("half \ud83d of it")
        logging.getLogger("engine").debug("story")
    logging.getLogger("engine").warning("after the end")
    log = (tmp_path / "logs" / "troupe.log").read_text()
    assert "WARNING engine: half ? of it" in log
    assert "story" not in log
    assert "after the end" not in log
    assert capsys.readouterr() == ("", "")


def test_a_folder_that_takes_no_logs(tmp_path: Path) -> None:
    (tmp_path / "logs").touch()
    with pytest.raises(DataFolderError, match=r"logs cannot be used: File exists"), logging_to(tmp_path / "logs"):
        pass
