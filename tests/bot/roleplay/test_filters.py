"""Filters of a server, with a real database and a real worker."""

from dataclasses import replace

import pytest

from bot.core import Place, Role, TurnState
from bot.errors import LineFiltered, PlayError
from bot.roleplay.director import Director
from bot.roleplay.forbidden import Rule, Side
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
