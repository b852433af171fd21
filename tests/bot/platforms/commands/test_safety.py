"""/pause, /unpause and /filter."""

from dataclasses import dataclass, field
from typing import Self

from bot.core import Account, Place, Role, Scene
from bot.platforms.terminal.seat import PLACE
from bot.roleplay.forbidden import Rule, Side
from bot.roleplay.pauses import Paused
from bot.words import sentence
from tests.bot.platforms.theatre import FakeDirector, typist


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
    director = SafeDirector()
    typed = await typist(director)
    assert await typed("/pause", "/unpause") == [
        "answer The scene is paused, and its last passage is folded away. /unpause lets it go on.",
        "alarm Somebody has paused Rain.",
        "answer The scene goes on.",
    ]
    assert director.asked == ["pause", "resume"]


async def test_filters_are_set_shown_and_removed() -> None:
    director = SafeDirector()
    lines = ("/filter", "/filter add old troll", "/filter add out /gob+lin/i", "/filter add in", "/filter")
    assert await (await typist(director))(*lines, "/filter remove old troll") == [
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
    typed = await typist(SafeDirector())
    assert await typed("/filter drop troll") == ["fail /filter goes on with one of these words: list, add, remove."]
