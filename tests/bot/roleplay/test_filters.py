"""Filters of a server, with a real database and a real worker."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.core import Place, Role, TurnState
from bot.errors import LineFiltered, PlayError
from bot.roleplay.director import Director
from bot.roleplay.forbidden import Rule, Side
from bot.roleplay.opening import Wishes
from bot.store.database import Database
from tests.bot.roleplay.conftest import ADA, AT, GREETING, KIM, PLACE, card, line, listen, open_scene, say, stored, told

pytestmark = pytest.mark.asyncio(loop_scope="module")

MODERATOR = replace(ADA, role=Role.MODERATOR)
ANYTHING = r"/\w/"


async def test_filters_are_set_listed_and_removed_by_moderators(director: Director) -> None:
    assert await director.filters.add(PLACE, MODERATOR, " troll ") == Rule("troll")
    await director.filters.add(PLACE, MODERATOR, "/gob+lin/i", side=Side.INPUT)
    await director.filters.add(PLACE, MODERATOR, "troll", side=Side.OUTPUT)
    rules = (Rule("/gob+lin/i", Side.INPUT), Rule("troll", Side.OUTPUT))
    assert await director.filters.of(PLACE, MODERATOR) == rules
    await director.filters.remove(PLACE, MODERATOR, "troll")
    assert await director.filters.of(PLACE, MODERATOR) == rules[:1]
    with pytest.raises(PlayError, match="no filter troll"):
        await director.filters.remove(PLACE, MODERATOR, "troll")
    with pytest.raises(PlayError, match="moderators"):
        await director.filters.add(PLACE, replace(KIM, role=Role.PLAYER), "troll")
    with pytest.raises(PlayError, match="moderators"):
        await director.filters.of(PLACE, replace(KIM, role=Role.PLAYER))


async def test_places_of_one_server_share_filters_and_others_do_not(director: Director) -> None:
    here, there = Place("terminal:a", server="terminal:s"), Place("terminal:b", server="terminal:s")
    await director.filters.add(here, MODERATOR, "troll")
    assert await director.filters.of(there, MODERATOR) == (Rule("troll"),)
    assert await director.filters.of(PLACE, MODERATOR) == ()


async def test_a_line_that_is_filtered_is_refused_and_not_stored(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    await director.filters.add(PLACE, MODERATOR, "troll", side=Side.INPUT)
    await director.filters.add(PLACE, MODERATOR, "goblin", side=Side.OUTPUT)
    with pytest.raises(LineFiltered):
        await say(director, "You TROLL!")
    assert len(await stored(database)) == 1
    assert (await say(director, "Trolley? Goblin?"))[0][0] == "Mira"


async def test_a_reply_that_is_filtered_is_never_shown_and_that_is_said(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    await director.filters.add(PLACE, MODERATOR, ANYTHING, side=Side.OUTPUT)
    async with director.hear(line("Hello.")) as performance:
        replies = [(reply, [chunk async for chunk in reply]) async for reply in performance]
    [(reply, chunks)] = replies
    assert not any(char.isalnum() for char in "".join(chunks))
    assert reply.tries == 2
    assert str(reply.remark).startswith("Mira was about to say something")
    assert (await told(director))[:2] == [GREETING, ("Kim", "Hello.")]
    assert TurnState.OPEN not in {turn.state for turn in await stored(database)}
    assert await director.suggesting.lines(PLACE, KIM) == ()


async def test_nothing_that_others_come_to_read_gets_past_a_filter(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    told_before, at = await told(director), (await director.story(PLACE))[-1].id
    await director.personas.create(PLACE, KIM, "Knight")
    elsewhere = Place("terminal:elsewhere")
    await director.personas.create(elsewhere, KIM, "Old Troll", brackets="t: text")
    await director.personas.create(elsewhere, KIM, "Bogey", description="A troll.", brackets="b: text")
    await director.chronicle.summarise(PLACE, KIM)
    await director.filters.add(PLACE, MODERATOR, "troll", side=Side.INPUT)
    text = "A Troll stands there."
    refused: list[Callable[[], Awaitable[object]]] = [
        lambda: say(director, "t: Good evening."),
        lambda: say(director, "b: Good evening."),
        lambda: director.turns.edit(PLACE, KIM, at, text),
        lambda: director.turns.say_as(PLACE, KIM, "Mira", text),
        lambda: director.personas.create(PLACE, KIM, "Troll"),
        lambda: director.personas.create(PLACE, KIM, "Ogre", description=text),
        lambda: director.personas.edit(PLACE, KIM, "Knight", name="Troll"),
        lambda: director.personas.edit(PLACE, KIM, "Knight", description=text),
        lambda: director.personas.use(PLACE, KIM, "Old Troll"),
        lambda: director.memory.set_note(PLACE, KIM, text),
        lambda: director.memory.remember(PLACE, KIM, text),
        lambda: director.chronicle.edit(PLACE, KIM, text),
        lambda: director.lore.add(PLACE, KIM, ["bridge"], text),
        lambda: director.lore.add(PLACE, KIM, ["troll"], "Under the bridge."),
        lambda: director.scenes.set_title(PLACE, KIM, text),
        lambda: director.scenes.set_scenario(PLACE, KIM, text),
        lambda: director.scenes.start(PLACE, KIM, [card("Tomas")], at=AT, wishes=Wishes(title=text)),
        lambda: director.branches.make(PLACE, KIM, "troll"),
        lambda: director.cast.set_aliases(PLACE, KIM, "Mira", ["Troll"]),
        lambda: director.notebook.open(PLACE, KIM, title=text),
    ]
    for action in refused:
        with pytest.raises(LineFiltered):
            await action()
    assert await told(director) == told_before
    assert [one.name for one in await director.personas.list(PLACE, KIM)] == ["Knight", "Old Troll", "Bogey"]


async def test_a_pattern_that_never_ends_refuses_nothing_and_hangs_nothing(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.filters.add(PLACE, MODERATOR, r"/(x+x+)+y/")
    assert (await say(director, "x" * 300))[0][0] == "Mira"


async def test_a_filter_holds_for_whoever_is_elsewhere(director: Director) -> None:
    elsewhere = Place("terminal:elsewhere")
    await director.scenes.start(elsewhere, ADA, [card("Mira")], at=AT)
    await director.filters.add(PLACE, MODERATOR, "hello")
    async with director.hear(line("Hello.", place=elsewhere)) as performance:
        assert await listen(performance)
