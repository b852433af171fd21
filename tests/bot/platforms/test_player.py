"""How a player follows what is said."""

from contextlib import suppress

import pytest

from bot.platforms.terminal.seat import say
from bot.roleplay.performance import Reply
from bot.words import sentence
from engine import Busy
from tests.bot.platforms.theatre import LANGUAGES, FakeDirector, PaperScreen, player


@pytest.mark.parametrize("ending", [[], [Busy(64)]])
async def test_a_reply_is_shown_for_good_only_once_it_is_stored(ending: list[Exception]) -> None:
    director = FakeDirector(answers=[["Hel", "lo.", *ending]])

    class Careful(PaperScreen):
        async def spoken(self, reply: Reply) -> None:
            assert director.turns[-1] == (reply.speaker, reply.text)
            await super().spoken(reply)

    screen = Careful()
    with suppress(Busy):
        await say(await player(director, screen), "Hi")
    assert screen.shown == ["Mira: Hello."]


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B, and C")]
)
def test_names_are_joined_as_in_a_sentence(names: list[str], text: str) -> None:
    assert LANGUAGES.best().listed(names) == text


@pytest.mark.parametrize("said", [["Well."], [""]])
async def test_what_a_reply_remarks_is_noted_behind_it(said: list[str | Exception]) -> None:
    screen = PaperScreen()
    playing = await player(FakeDirector(answers=[said]), screen)
    follow = screen.follow

    async def remarked(reply: object) -> None:
        await follow(reply)  # type: ignore[arg-type]
        reply.remark = sentence("{name} repeats it.", name="Mira")  # type: ignore[attr-defined]

    screen.follow = remarked  # type: ignore[method-assign]
    await say(playing, "Hi.")
    assert screen.shown[-1] == "note Mira repeats it."
    assert len(screen.shown) == (2 if said[0] else 1)
