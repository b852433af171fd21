"""/pause, /unpause and /filter, and what is said about a reply that is none."""

from dataclasses import dataclass, field
from typing import Self

import pytest

from bot.core import Account, Place, Role, Scene
from bot.platforms.terminal.commands import take
from bot.platforms.terminal.player import PLACE
from bot.roleplay.forbidden import Rule, Side
from bot.roleplay.pauses import Paused
from bot.words import sentence
from tests.bot.platforms.terminal.theatre import FakeDirector, PaperScreen, player


@dataclass
class FakeFilters:
    """Keeps rules in a list."""

    rules: list[Rule] = field(default_factory=list)

    async def of(self, place: Place, account: Account) -> tuple[Rule, ...]:
        assert account.role >= Role.MODERATOR
        return tuple(self.rules)

    async def add(self, place: Place, account: Account, text: str, *, side: Side) -> Rule:
        self.rules.append(Rule(text.strip(), side))
        return self.rules[-1]

    async def remove(self, place: Place, account: Account, text: str) -> None:
        self.rules = [rule for rule in self.rules if rule.text != text]


@dataclass
class SafeDirector(FakeDirector):
    """Can be paused."""

    filters: FakeFilters = field(default_factory=FakeFilters)

    @property
    def pauses(self) -> Self:
        return self

    async def pause(self, place: Place, account: Account) -> Paused:
        self.asked.append("pause")
        return Paused(
            Scene(1, PLACE, "Rain", "Anna", "", (), ()), None, sentence("Somebody has paused {it}.", it="Rain")
        )

    async def resume(self, place: Place, account: Account) -> None:
        self.asked.append("resume")


async def test_a_scene_is_paused_and_goes_on() -> None:
    director, screen = SafeDirector(), PaperScreen()
    playing = player(director, screen)
    for line in ("/pause", "/unpause"):
        await take(playing, line)
    assert director.asked == ["pause", "resume"]
    assert screen.shown == [
        "answer The scene is paused, and its last passage is folded away. /unpause lets it go on.",
        "note Somebody has paused Rain.",
        "answer The scene goes on.",
    ]


async def test_filters_are_set_shown_and_removed() -> None:
    director, screen = SafeDirector(), PaperScreen()
    playing = player(director, screen)
    lines = ("/filter", "/filter add old troll", "/filter add out /gob+lin/i", "/filter add in", "/filter")
    for line in (*lines, "/filter remove old troll"):
        await take(playing, line)
    assert screen.shown == [
        "answer Everything may be said.",
        "answer Not to be said from now on: old troll",
        "answer Not to be said from now on: /gob+lin/i",
        "answer Not to be said from now on: in",
        "answer Not to be said:",
        "answer - old troll (by nobody)\n- /gob+lin/i (by characters)\n- in (by nobody)",
        "answer May be said again: old troll",
    ]
    assert [rule.text for rule in director.filters.rules] == ["/gob+lin/i", "in"]


async def test_another_word_behind_filter_is_refused() -> None:
    director, screen = SafeDirector(), PaperScreen()
    assert not await take(player(director, screen), "/filter drop troll")
    assert screen.shown == ["fail /filter takes nothing, add or remove, as in /filter add out WORD."]


@pytest.mark.parametrize("said", [["Well."], [""]])
async def test_what_a_reply_remarks_is_noted_behind_it(said: list[str | Exception]) -> None:
    director, screen = FakeDirector(answers=[said]), PaperScreen()
    playing = player(director, screen)
    follow = screen.follow

    async def remarked(reply: object) -> None:
        await follow(reply)  # type: ignore[arg-type]
        reply.remark = sentence("{name} repeats it.", name="Mira")  # type: ignore[attr-defined]

    screen.follow = remarked  # type: ignore[method-assign]
    await playing.say("Hi.")
    assert screen.shown[-1] == "note Mira repeats it."
    assert len(screen.shown) == (2 if said[0] else 1)
