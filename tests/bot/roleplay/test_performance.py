"""A reply while it is spoken: what was passed on, and how it ended."""

from dataclasses import dataclass, field
from typing import Self, cast

from bot.roleplay.performance import Reply
from engine import Figures, Finish, Finished, Occupancy, Piece, Prompt, Sampling, Segment, Stream
from engine.messages import Request
from tests.bot.roleplay.conftest import scene, turn

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
        self.finished = Finished(1, self.reason, Figures(), "4", Occupancy())
        raise StopAsyncIteration


def reply(model: Told) -> Reply:
    opened = turn(1, "Mira", "")
    return Reply("Mira", cast("Stream", model), {"Mira", "Kim"}, scene=scene(opened, members=()), turn=opened)


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
    spoken = reply(Told(["<think>", "The lamp", " is"]))
    assert [chunk async for chunk in spoken] == []
    assert (spoken.text, spoken.is_whole) == ("", True)


async def test_a_reply_says_where_it_stands_in_line() -> None:
    assert reply(Told([], place_in_line=3)).place_in_line == 3
