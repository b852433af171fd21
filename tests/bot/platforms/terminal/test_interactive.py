import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import StringIO

import pytest
from prompt_toolkit.application import AppSession, create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

from bot.platforms.terminal.interactive import SHOWN_TURNS, CommandCompleter, LiveScreen, play
from bot.platforms.terminal.lines import HERE
from tests.bot.platforms.theatre import FakeDirector, player

POLLS = 1000
POLL_SECONDS = 0.01

CTRL_C, CTRL_D, ENTER = "\x03", "\x04", "\r"
ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|.)")


@dataclass
class Terminal:
    """Somebody who types, and everything that was drawn."""

    keys: PipeInput
    director: FakeDirector
    session: AppSession
    drawn: StringIO

    def type(self, text: str) -> None:
        self.keys.send_text(text)

    def press_enter_after(self, text: str) -> None:
        self.type(text + ENTER)

    @property
    def text(self) -> str:
        return ESCAPES.sub("", self.drawn.getvalue())

    @property
    def alive(self) -> str:
        """What stands at the bottom of the screen now: of its changes only the difference is drawn."""
        app = self.session.app
        screen = app.renderer.last_rendered_screen if app else None
        if screen is None:
            return ""
        rows = (screen.data_buffer[row] for row in range(screen.height))
        return "\n".join("".join(row[column].char for column in range(max(row, default=0))).rstrip() for row in rows)

    async def shows(self, text: str) -> None:
        await self.until(lambda: text in self.text or text in self.alive)

    async def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(POLLS):
            if holds():
                return
            await asyncio.sleep(POLL_SECONDS)
        pytest.fail(f"it never came: {self.alive}\n{self.text[-2000:]}")


class Answering(Vt100_Output):
    """An output that says where its cursor is when it is asked, as terminals do: only then is there a status line."""

    keys: PipeInput

    @property
    def responds_to_cpr(self) -> bool:
        return True

    def ask_for_cpr(self) -> None:
        # Later, so that the terminal's write to the pipe is not taken for one of ours.
        asyncio.get_running_loop().call_soon(self.keys.send_text, "\x1b[1;1R")


@asynccontextmanager
async def terminal(director: FakeDirector, *, columns: int = 200) -> AsyncIterator[Terminal]:
    """Play in a terminal of 24 rows, and see that Ctrl-D leaves it."""
    drawn = StringIO()
    colours = ColorDepth.from_env()
    output = Answering(drawn, lambda: Size(24, columns), term="xterm-256color", default_color_depth=colours)
    with create_pipe_input() as keys, create_app_session(input=keys, output=output) as session:
        output.keys = keys
        watched = Terminal(keys, director, session, drawn)
        screen = LiveScreen()
        playing = asyncio.create_task(play(await player(director, screen), screen, []))
        await watched.shows("Ctrl-D leaves")
        yield watched
        if not playing.done():
            watched.type(CTRL_D)
        async with asyncio.timeout(10):
            assert await playing == 0


def director(**changes: object) -> FakeDirector:
    return FakeDirector(members=["Mira"], **changes)  # type: ignore[arg-type]


async def test_what_is_said_and_answered_is_printed_for_good() -> None:
    async with terminal(director(answers=[["Hel", "lo."]])) as screen:
        screen.press_enter_after("Hi there")
        await screen.shows("Mira: Hello.")
        assert "Anna: Hi there" in screen.text
        assert screen.director.asked == ["hear Anna: Hi there"]


async def test_a_reply_grows_above_the_input_and_the_status_stays() -> None:
    async with terminal(director()) as screen:
        screen.press_enter_after("Hi")
        await screen.shows("Mira: …")
        screen.director.chunks.put_nowait("Once upon")
        await screen.shows("Mira: Once upon")
        await screen.shows("Ctrl-C stops the reply · tiny · 1,200 of 4,096 tokens · 1 running")
        screen.director.chunks.put_nowait(None)
        await screen.until(lambda: screen.director.speaking is None)


async def test_the_place_in_line_is_shown() -> None:
    async with terminal(director()) as screen:
        screen.press_enter_after("Hi")
        await screen.until(lambda: screen.director.speaking is not None)
        assert screen.director.speaking
        screen.director.speaking.place_in_line = 3
        await screen.shows("place 3 in line")
        screen.director.chunks.put_nowait(None)


async def test_ctrl_c_stops_the_reply_and_keeps_what_was_said() -> None:
    async with terminal(director(answers=[])) as screen:
        screen.press_enter_after("Hi")
        await screen.until(lambda: screen.director.speaking is not None)
        screen.director.chunks.put_nowait("Once upon")
        await screen.shows("Mira: Once upon")
        screen.type(CTRL_C)
        await screen.shows("(cut short)")
        screen.director.answers = [["Still here."]]
        screen.press_enter_after("Go on")
        await screen.shows("Mira: Still here.")


async def test_ctrl_c_clears_a_line_and_on_an_empty_one_says_how_to_leave() -> None:
    async with terminal(director(answers=[["Hello."]])) as screen:
        screen.type("never said" + CTRL_C)
        screen.press_enter_after("Hi")
        await screen.shows("Mira: Hello.")
        assert screen.director.asked == ["hear Anna: Hi"]
        screen.type(CTRL_C)
        await screen.shows("Ctrl-D or /quit leaves.")


async def test_a_line_typed_while_a_reply_streams_is_heard() -> None:
    async with terminal(director()) as screen:
        screen.press_enter_after("Hi")
        await screen.until(lambda: screen.director.speaking is not None)
        screen.press_enter_after("Wait")
        await screen.until(lambda: screen.director.asked == ["hear Anna: Hi", "hear Anna: Wait"])
        screen.director.chunks.put_nowait(None)


async def test_leaving_ends_a_reply_that_streams() -> None:
    watched = director()
    async with terminal(watched) as screen:
        screen.press_enter_after("Hi")
        await screen.until(lambda: watched.speaking is not None)
        watched.chunks.put_nowait("Half a sen")
        await screen.shows("Half a sen")
    assert watched.speaking is None


async def test_quit_leaves() -> None:
    async with terminal(director()) as screen:
        screen.press_enter_after("/quit")


async def test_an_unknown_command_is_not_said() -> None:
    async with terminal(director()) as screen:
        screen.press_enter_after("/rety")
        await screen.shows("There is no command /rety: did you mean /retry?")
        assert screen.director.asked == []


async def test_a_line_of_100_000_characters_is_refused() -> None:
    async with terminal(director()) as screen:
        await asyncio.to_thread(screen.press_enter_after, f"\x1b[200~{'x' * 100_000}\x1b[201~")
        await screen.shows("That line has 100,000 characters")
        assert screen.director.asked == []


async def test_several_pasted_lines_are_one_turn() -> None:
    async with terminal(director(answers=[["Both."]])) as screen:
        screen.press_enter_after("\x1b[200~one\ntwo\x1b[201~")
        await screen.shows("Mira: Both.")
        assert screen.director.asked == ["hear Anna: one\ntwo"]


async def test_the_last_turns_are_shown_at_start() -> None:
    turns = [("Mira", f"Turn {number}.") for number in range(SHOWN_TURNS + 5)]
    async with terminal(director(turns=turns)) as screen:
        assert f"The last {SHOWN_TURNS} of {SHOWN_TURNS + 5} turns; /story shows them all." in screen.text
        assert "Turn 5." in screen.text
        assert "Turn 4." not in screen.text


@pytest.mark.parametrize("rows_of_text", [3, 60])
async def test_of_a_long_reply_as_much_is_alive_as_fits(rows_of_text: int) -> None:
    async with terminal(director(), columns=40) as screen:
        screen.press_enter_after("Hi")
        await screen.until(lambda: screen.director.speaking is not None)
        screen.director.chunks.put_nowait("\n".join(f"row {number}" for number in range(rows_of_text)))
        await screen.shows(f"row {rows_of_text - 1}")
        assert ("row 0" in screen.text) == (rows_of_text == 3)
        screen.director.chunks.put_nowait(None)
        await screen.shows("row 0")


async def test_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    colours = re.compile(r"\x1b\[[0-9;]*38;")
    async with terminal(director(turns=[("Mira", "Hello.")])) as screen:
        assert colours.search(screen.drawn.getvalue())
    monkeypatch.setenv("NO_COLOR", "1")
    async with terminal(director(turns=[("Mira", "Hello.")])) as screen:
        assert not colours.search(screen.drawn.getvalue())


async def test_nothing_that_is_shown_can_steer_the_terminal() -> None:
    async with terminal(
        director(turns=[("Mi\x1b[2Jra", "\x1b]0;owned\x07Hello.")], answers=[["\x1b[9A", "up"]])
    ) as screen:
        screen.press_enter_after("Hi")
        await screen.shows("Mira: [9Aup")
        assert "\x1b]0;owned" not in screen.drawn.getvalue()
        assert "\x1b[9A" not in screen.drawn.getvalue()


async def test_commands_are_completed_from_their_first_letters() -> None:
    completer = CommandCompleter(await player(director(), LiveScreen()))

    def offered(text: str) -> list[str]:
        return [found.text for found in completer.get_completions(Document(text), CompleteEvent())]

    assert offered("/") == [f"/{command.name}" for command in HERE]
    assert offered("/st") == [
        "/stop",
        "/story show",
        "/story export",
        "/story import",
        "/story reset",
        "/state set",
        "/state define",
        "/state forget",
        "/status",
    ]
    assert offered("") == offered("re") == offered("/narrate r") == []
