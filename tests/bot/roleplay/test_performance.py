"""A reply while it is spoken: what was passed on, and how it ended."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Self, cast

import pytest

from bot.roleplay.forbidden import Forbidden
from bot.roleplay.performance import Ask, Reply, Standard
from engine import Figures, Finish, Finished, Occupancy, Piece, Prompt, Sampling, Segment, Stream
from engine.messages import Request
from tests.bot.roleplay.conftest import scene, turn

STANDARD = Standard(100)
CUE = Segment((Piece("<|im_start|>assistant\n", markup=True), Piece("Mira:")))


@dataclass
class Told:
    """A model that says what it was told to, one chunk after another."""

    chunks: list[str]
    cue: Segment = CUE
    reason: Finish = Finish.END
    finished: Finished | None = None
    place_in_line: int = 0
    stops: int = field(default=0)
    on_end: Callable[[], None] = lambda: None

    @property
    def request(self) -> Request:
        return Request(1, "here", Prompt((), self.cue), Sampling())

    def stop(self) -> None:
        self.stops += 1
        self.reason = Finish.CANCELLED

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        if self.chunks and not self.stops:
            return self.chunks.pop(0)
        self.on_end()
        self.finished = Finished(1, self.reason, Figures(), "4", Occupancy())
        raise StopAsyncIteration


def reply(*tries: Told, standard: Standard = STANDARD, begun: str = "", ask: Ask | None = None) -> Reply:
    """Make a reply for which some models are asked in turn."""
    opened = turn(1, "Mira", begun)
    return Reply(
        "Mira",
        ask or (lambda _, number, window: nullcontext(cast("Stream", tries[number]))),
        {"Mira", "Kim"},
        prompt=Prompt((), CUE),
        scene=scene(opened, members=()),
        turn=opened,
        standard=standard,
    )


async def test_a_reply_that_comes_to_its_end_is_whole() -> None:
    model = Told([" The", " lamp ", "\n"])
    spoken = reply(model)
    assert [chunk async for chunk in spoken] == ["The", " lamp"]
    assert (spoken.speaker, spoken.text, spoken.is_whole, spoken.window_from) == ("Mira", "The lamp", True, "4")
    assert model.stops == 0


async def test_a_reply_is_whole_and_over_where_another_would_speak() -> None:
    model = Told([" The lamp.\n", "Kim:", " What?", " Who?"])
    spoken = reply(model)
    assert [chunk async for chunk in spoken] == ["The lamp."]
    assert spoken.is_whole
    assert model.stops == 1
    assert spoken.window_from == "4"


async def test_a_stopped_reply_is_not_whole_and_keeps_what_was_said() -> None:
    spoken = reply(Told([" The", " lamp", " is"]))
    assert await anext(aiter(spoken)) == "The"
    spoken.stop()
    assert [chunk async for chunk in spoken] == []
    assert (spoken.text, spoken.is_whole, spoken.window_from) == ("The", False, "4")


async def test_a_reply_left_in_the_middle_is_not_whole() -> None:
    spoken = reply(Told([" The", " lamp"]))
    assert await anext(aiter(spoken)) == "The"
    assert (spoken.text, spoken.is_whole, spoken.window_from) == ("The", False, None)


async def test_a_reply_is_without_what_the_model_thinks() -> None:
    spoken = reply(Told(["<thi", "nk>Kim:", " asks.</think>", "\n\nMira:", " The lamp."]))
    assert [chunk async for chunk in spoken] == ["The lamp."]
    assert (spoken.text, spoken.is_whole) == ("The lamp.", True)


async def test_a_thought_may_be_opened_by_markup_but_by_no_name() -> None:
    opened = Segment((Piece("<think>\n", markup=True), Piece("Mira:")))
    assert [chunk async for chunk in reply(Told(["Hm.</think> The lamp."], opened))] == ["The lamp."]
    named = Segment((Piece("\n", markup=True), Piece("<think>:")))
    assert [chunk async for chunk in reply(Told([" The lamp."], named))] == ["The lamp."]


async def test_a_reply_that_is_all_thought_says_nothing() -> None:
    spoken = reply(Told(["<think>", "The lamp", " is"]), Told([]))
    assert [chunk async for chunk in spoken] == []
    assert (spoken.text, spoken.is_whole) == ("", False)


async def test_a_reply_says_where_it_stands_in_line() -> None:
    spoken = reply(Told([" The", " lamp"], place_in_line=3))
    assert spoken.place_in_line == 0
    await anext(aiter(spoken))
    assert spoken.place_in_line == 3


LAMP = "The lamp is out, and nobody knows who put it out."


def remark(spoken: Reply) -> str:
    return str(spoken.remark) if spoken.remark else ""


@pytest.mark.parametrize(
    "first",
    [
        Told([]),
        Told([" \n"]),
        Told(["<think>", "Hm."]),
        Told(["\nKim:", " What?"]),
        Told([f" {LAMP}"]),
        Told([" The lamp is out, and", " nobody knows who put it out!"]),
    ],
)
async def test_what_is_no_reply_is_asked_for_once_more_and_never_shown(first: Told) -> None:
    spoken = reply(first, Told([" It rains."]), standard=Standard(100, (LAMP,)))
    assert [chunk async for chunk in spoken] == ["It rains."]
    assert (spoken.is_whole, spoken.tries, remark(spoken)) == (True, 2, "")


@pytest.mark.parametrize(
    ("chunks", "said"),
    [([], "Mira found nothing to say"), (["Kim:", " What?"], "Mira spoke only for others")],
)
async def test_a_second_time_it_is_said_plainly(chunks: list[str], said: str) -> None:
    spoken = reply(Told(list(chunks)), Told(list(chunks)))
    assert [chunk async for chunk in spoken] == []
    assert (spoken.text, spoken.tries) == ("", 2)
    assert remark(spoken).startswith(said)


async def test_what_is_repeated_a_second_time_is_shown_and_said_plainly() -> None:
    spoken = reply(Told([LAMP]), Told(["The lamp", " is out,", LAMP[16:]]), standard=Standard(100, (LAMP,)))
    assert "".join([chunk async for chunk in spoken]) == LAMP
    assert spoken.is_whole
    assert remark(spoken) == "Mira repeats what was said before, even when asked twice."


async def test_a_long_echo_is_not_waited_for_and_goes_on_where_it_is_let_through() -> None:
    long = LAMP * 3
    first, second = Told([LAMP] * 9), Told([LAMP] * 3)
    spoken = reply(first, second, standard=Standard(100, (long,)))
    assert "".join([chunk async for chunk in spoken]) == long
    assert first.stops == 1
    assert len(first.chunks) == 6


@pytest.mark.parametrize("chunks", [[], ["Kim:"], [LAMP]])
async def test_a_reply_that_is_stopped_is_never_asked_for_again(chunks: list[str]) -> None:
    model = Told(chunks)
    spoken = reply(model, standard=Standard(100, (LAMP,)))
    model.on_end = spoken.stop
    assert [chunk async for chunk in spoken] == []
    assert (spoken.is_whole, spoken.tries, remark(spoken)) == (False, 1, "")


async def test_a_reply_that_is_stopped_at_once_asks_no_model() -> None:
    spoken = reply()
    spoken.stop()
    assert [chunk async for chunk in spoken] == []
    assert (spoken.is_whole, spoken.tries) == (False, 0)


async def test_a_reply_goes_on_elsewhere_before_what_is_forbidden() -> None:
    asked: list[tuple[str, str | None]] = []
    tries = [Told([" It", " is", " dark", "ness", " here"]), Told([" dark", "er", " here."])]

    def ask(said: str, number: int, window_from: str | None) -> AbstractAsyncContextManager[Stream]:
        asked.append((said, window_from))
        return nullcontext(cast("Stream", tries[number]))

    spoken = reply(standard=Standard(100, (), Forbidden(["darkness"])), ask=ask)
    assert "".join([chunk async for chunk in spoken]) == "It is darker here."
    assert asked == [("", None), ("It is", "4")]
    assert len(spoken.spent) == 2
    assert (spoken.is_whole, spoken.tries, remark(spoken)) == (True, 2, "")
    assert tries[0].stops == 1


async def test_what_is_forbidden_twice_ends_the_reply_and_is_said_plainly() -> None:
    tries = [Told([" It", " is", " darkness", " here"]), Told([" all", " darkness", " here"])]
    spoken = reply(*tries, standard=Standard(100, (), Forbidden(["/dark\\w+/"])))
    assert "".join([chunk async for chunk in spoken]) == "It is all"
    assert (spoken.text, spoken.is_whole) == ("It is all", False)
    assert remark(spoken).startswith("Mira was about to say something")


async def test_what_goes_on_behind_what_was_said_keeps_its_space() -> None:
    spoken = reply(Told([" out.", "\n", "Kim:", " What?"]), begun="The lamp is")
    assert "".join([chunk async for chunk in spoken]) == " out."


async def test_at_its_limit_a_reply_ends_with_its_sentence() -> None:
    model = Told([" The", " lamp", " is", " out", ".", " Who", " put"], reason=Finish.LENGTH)
    spoken = reply(model, standard=Standard(3))
    assert "".join([chunk async for chunk in spoken]) == "The lamp is out."
    assert spoken.is_whole
    assert model.stops == 1
    broken = reply(Told([" The", " lamp", " flick"], reason=Finish.LENGTH), standard=Standard(2))
    assert "".join([chunk async for chunk in broken]) == "The lamp"


async def test_a_reply_that_is_folded_says_no_more() -> None:
    spoken = reply(Told([" The", " lamp"]))
    assert await anext(aiter(spoken)) == "The"
    spoken.fold()
    assert [chunk async for chunk in spoken] == []
    assert (spoken.text, spoken.is_folded, spoken.is_whole) == ("The", True, False)
