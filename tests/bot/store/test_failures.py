"""A data folder that cannot be had: not made, not written to, or held by somebody else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import DataFolderError, DataFolderInUse
from bot.store.database import lock, migrate
from tests.bot.store.process import started


@pytest.mark.parametrize("start", [migrate, lambda data: lock(data).__enter__()], ids=["migrate", "lock"])
@pytest.mark.parametrize("under", ["", "below/it"], ids=["a file", "below a file"])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, start: Callable[[Path], object], under: str) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / under
    with pytest.raises(DataFolderError, match=f"The data folder {folder} cannot be used: "):
        start(folder)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that even root cannot write to: /proc")
def test_a_folder_that_cannot_be_written_to_is_named() -> None:
    with pytest.raises(DataFolderError, match="The data folder /proc cannot be used: "):
        migrate(Path("/proc"))
    with pytest.raises(DataFolderError, match="The data folder /proc cannot be used: "), lock(Path("/proc")):
        pass


LOCKED = """
import sys, time
from pathlib import Path
from bot.store.database import lock

with lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with started(LOCKED, str(data)), pytest.raises(DataFolderInUse, match="in use by another Troupe"), lock(data):
        pass
    with lock(data), pytest.raises(DataFolderInUse), lock(data):
        pass
    with lock(data):
        pass
