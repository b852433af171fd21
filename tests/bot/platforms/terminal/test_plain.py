import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from bot.platforms.terminal.plain import KEPT_BYTES, PlainScreen, lines, play
from engine import Busy
from tests.bot.platforms.theatre import FakeDirector, player


@contextmanager
def holding(*chunks: bytes) -> Iterator[int]:
    """A pipe's end that gives these chunks and then ends."""
    end, start = os.pipe()
    with os.fdopen(start, "wb", buffering=0) as pipe:
        for chunk in chunks:
            pipe.write(chunk)
    try:
        yield end
    finally:
        os.close(end)


@pytest.mark.parametrize(
    ("chunks", "read"),
    [
        ([b""], []),
        ([b"one\ntwo\n"], ["one", "two"]),
        ([b"on", b"e\n\ntw", b"o"], ["one", "", "two"]),
        ([b"Caf\xe9 \xc3\xa9\n"], ["Caf\ufffd é"]),
        ([b"\xf0\x9f", b"\x99\x82"], ["🙂"]),
    ],
)
async def test_lines_come_as_they_were_written(chunks: list[bytes], read: list[str]) -> None:
    with holding(*chunks) as descriptor:
        assert [line async for line in lines(descriptor)] == read


async def test_a_file_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "play.txt").write_text("one\ntwo")
    with (tmp_path / "play.txt").open("rb") as file:
        assert [line async for line in lines(file.fileno())] == ["one", "two"]


async def test_of_an_endless_line_only_so_much_is_kept(tmp_path: Path) -> None:
    (tmp_path / "play.txt").write_bytes(b"x" * (3 * KEPT_BYTES) + b"\nnext")
    with (tmp_path / "play.txt").open("rb") as file:
        long, following = [line async for line in lines(file.fileno())]
    assert KEPT_BYTES <= len(long) < 2 * KEPT_BYTES
    assert following == "next"


async def test_the_loop_goes_on_while_nothing_is_written() -> None:
    end, start = os.pipe()
    written = lines(end)
    waiting = asyncio.ensure_future(anext(written))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    os.write(start, b"there\n")
    assert await waiting == "there"
    os.close(start)
    assert [line async for line in written] == []  # and the thread is done with a number that other files get
    os.close(end)


async def test_without_standard_input_there_are_no_lines() -> None:
    assert [line async for line in lines(None)] == []


async def playing(director: FakeDirector, monkeypatch: pytest.MonkeyPatch, text: bytes) -> int:
    with TemporaryFile() as stdin:
        stdin.write(text)
        stdin.seek(0)
        monkeypatch.setattr(sys, "stdin", stdin)
        return await play(await player(director, PlainScreen()), [])


async def test_the_story_is_printed_then_each_line_is_answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    director = FakeDirector(
        members=["Mira"], turns=[("Mira", "Welcome.")], answers=[["He", "llo.\n\nAnd?\x1b"], ["Bye."]]
    )
    assert await playing(director, monkeypatch, b"Hi\n\n((psst))\n/quit\nnot read") == 0
    out, err = capsys.readouterr()
    assert out == "Mira: Welcome.\nMira: Hello.\n  \n  And?\n"
    assert err == "That stays out of the story.\n"
    assert director.asked == ["hear Anna: Hi"]


async def test_a_line_that_is_refused_does_not_end_the_play(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    director = FakeDirector(members=["Mira"], answers=[["So", Busy(64)], ["Hello."]])
    assert await playing(director, monkeypatch, b"/nonsense\nHi\nAgain\n" + b"x" * 100_000) == 0
    out, err = capsys.readouterr()
    assert out == "Mira: So\nMira: Hello.\n"
    assert [line.split(":")[0] for line in err.splitlines()] == ["troupe", "troupe", "troupe"]
    assert "100,000 characters" in err


@pytest.mark.parametrize(("text", "code"), [(b"", 0), (b"\n\n", 0), (b"/nonsense\n", 1), (b"/cast\n/nonsense\n", 0)])
async def test_the_exit_code_tells_whether_anything_could_be_played(
    monkeypatch: pytest.MonkeyPatch, text: bytes, code: int
) -> None:
    assert await playing(FakeDirector(members=["Mira"]), monkeypatch, text) == code


async def test_a_screen_without_a_standard_output_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    await PlainScreen().answer("Hello.")


async def test_a_file_lies_in_the_working_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert [await PlainScreen().file("Rain.md", b"a"), await PlainScreen().file("Rain.md", b"b")] == [
        "Rain.md",
        "Rain 2.md",
    ]
    assert (tmp_path / "Rain 2.md").read_bytes() == b"b"


async def test_what_follows_a_reply_is_told_apart_from_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    screen = PlainScreen()
    await screen.suggestions(["Yes.", "No."])
    await screen.state("day 3")
    await screen.alarm("Somebody has paused Rain.")
    assert capsys.readouterr() == ("- Yes.\n- No.\n", "day 3\nSomebody has paused Rain.\n")
