"""Files on this machine."""

from pathlib import Path

import pytest

from bot.errors import PlayError
from bot.platforms.terminal.files import write_new


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written = [write_new("Rain v1.md", text) for text in (b"a", b"b", b"c")]
    assert written == [Path("Rain v1.md"), Path("Rain v1 2.md"), Path("Rain v1 3.md")]
    assert [path.read_bytes() for path in written] == [b"a", b"b", b"c"]


@pytest.mark.parametrize("name", ["nowhere/story.md", "a\0b", "x" * 300])
def test_what_cannot_be_written_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlayError, match="cannot be written: ") as raised:
        write_new(name, b"a")
    assert str(raised.value).endswith(".")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_file_that_found_no_room_is_not_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_open = Path.open

    def full(path: Path, mode: str = "r") -> object:
        real_open(path, mode).close()
        return open("/dev/full", "wb")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(PlayError, match="cannot be written: No space left on device"):
        write_new(str(tmp_path / "story.md"), b"a")
    assert list(tmp_path.iterdir()) == []
