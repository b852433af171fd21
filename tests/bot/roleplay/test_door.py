"""Who is let in, who may do what in a scene, and how much, with a real database and a real worker."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.core import Access, Account, Place, Role
from bot.errors import NotAllowed, TooManyReplies, TooManyTokens
from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.roleplay.permissions import Action
from bot.store import people, servers, usage
from bot.store.database import Database
from engine import Engine
from tests.bot.roleplay.conftest import AT, SILENT, card, line, listen, say, told

pytestmark = pytest.mark.asyncio(loop_scope="module")

INN, OTHER, HERE = Place("discord:1", server="discord:inn"), Place("discord:2", server="discord:other"), Place("term:1")
KIM, ADA, BO = (Account(f"discord:{name.lower()}", name) for name in ("Kim", "Ada", "Bo"))
MODERATOR = Account("discord:mod", "Mo", Role.MODERATOR)
SPECTATOR = Account("discord:kim", "Kim", Role.SPECTATOR)
OWNER = Account("term:1", "Anna", Role.OWNER)


@pytest_asyncio.fixture(loop_scope="module")
async def locked(database: Database, director: Director) -> AsyncIterator[Director]:
    """Give a director whose machine is as it is at first."""
    async with database.writing() as session:
        await servers.change(session, servers.MACHINE, access=None)
    yield director


async def may_speak(director: Director, account: Account, place: Place = HERE) -> bool:
    try:
        await director._house.allow(Action.SPEAK, account, place)
    except NotAllowed:
        return False
    return True


async def test_at_first_nobody_but_the_owner_uses_the_machine(locked: Director) -> None:
    for account in (KIM, MODERATOR):
        with pytest.raises(NotAllowed, match="not open to you yet"):
            await locked.scenes.start(HERE, account, [SILENT], at=AT)
    await locked.scenes.start(HERE, OWNER, [SILENT], at=AT)
    with pytest.raises(NotAllowed, match="not open to you yet"):
        await say(locked, "Hello?", account=KIM, place=HERE)
    with pytest.raises(NotAllowed):
        await locked.suggesting.lines(HERE, KIM)
    with pytest.raises(NotAllowed):
        await locked.personas.create(HERE, KIM, "Kay")
    assert len(await told(locked, HERE)) == 1


async def test_the_owner_invites_and_takes_it_back(locked: Director) -> None:
    await locked.door.open_to(HERE, OWNER, Access.INVITED)
    await locked.door.invite(HERE, OWNER, Account(KIM.id, KIM.id))
    assert [await may_speak(locked, account) for account in (KIM, ADA, OWNER)] == [True, False, True]
    await locked.door.uninvite(HERE, OWNER, KIM)
    assert not await may_speak(locked, KIM)
    await locked.door.open_to(HERE, OWNER, Access.OPEN)
    assert await may_speak(locked, ADA)


async def test_a_server_is_opened_by_itself(locked: Director) -> None:
    await locked.door.open_to(INN, OWNER, Access.OPEN)
    assert [await may_speak(locked, KIM, place) for place in (INN, OTHER, HERE)] == [True, False, False]
    assert (await locked.door.access(INN), await locked.door.access(OTHER)) == (Access.OPEN, Access.OWNER)
    await locked.door.open_to(HERE, OWNER, Access.OPEN)
    await locked.door.open_to(INN, OWNER, Access.OWNER)
    assert [await may_speak(locked, KIM, place) for place in (INN, OTHER)] == [False, True]
    await locked.door.open_to(INN, OWNER, None)
    assert await may_speak(locked, KIM, INN)


async def test_the_door_is_the_owners_alone(director: Director) -> None:
    for work in (director.door.open_to(INN, MODERATOR, Access.OPEN), director.door.invite(INN, MODERATOR, KIM)):
        with pytest.raises(NotAllowed, match="owner"):
            await work


async def test_players_open_scenes_where_moderators_let_them(director: Director) -> None:
    with pytest.raises(NotAllowed, match="opened by moderators"):
        await director.scenes.start(INN, KIM, [SILENT], at=AT)
    with pytest.raises(NotAllowed, match="moderators"):
        await director.door.let_players_open(INN, KIM, are_allowed=True)
    await director.door.let_players_open(INN, MODERATOR, are_allowed=True)
    await director.scenes.start(INN, KIM, [SILENT], at=AT)
    with pytest.raises(NotAllowed):
        await director.scenes.start(Place("discord:9", server="discord:inn"), KIM, [SILENT], at=AT)
    await director.door.let_players_open(INN, MODERATOR, are_allowed=False)
    with pytest.raises(NotAllowed):
        await director.scenes.start(INN, KIM, [SILENT], at=AT)
    await director.scenes.start(HERE, KIM, [SILENT], at=AT)


async def test_who_has_come_in_may_retry_and_narrate(director: Director) -> None:
    await director.scenes.start(INN, MODERATOR, [card("Mira")], at=AT)
    await say(director, "Hello.", account=KIM, place=INN)
    for action in (director.retry, director.narrate):
        with pytest.raises(NotAllowed, match="say something in it first"):
            async with action(INN, ADA):
                pass
        async with action(INN, KIM) as performance:
            assert await listen(performance)


async def test_who_looks_on_says_nothing_and_stops_nothing(director: Director) -> None:
    await director.scenes.start(INN, MODERATOR, [SILENT], at=AT)
    with pytest.raises(NotAllowed, match="only look on"):
        await say(director, "Hello.", account=SPECTATOR, place=INN)
    with pytest.raises(NotAllowed, match="only look on"):
        director.stop(INN, SPECTATOR)
    assert len(await told(director, INN)) == 1


async def test_one_takes_back_ones_own_lines_and_the_opener_all(director: Director) -> None:
    await director.door.let_players_open(INN, MODERATOR, are_allowed=True)
    await director.scenes.start(INN, ADA, [card("Mira")], at=AT)
    await say(director, "Hello.", account=KIM, place=INN)
    assert len(await told(director, INN)) == 3
    with pytest.raises(NotAllowed, match="whoever wrote it"):
        await director.turns.undo(INN, KIM)
    with pytest.raises(NotAllowed, match="whoever wrote it"):
        await director.turns.undo(INN, BO, count=2)
    await director.turns.undo(INN, KIM, count=2)
    await say(director, "Well.", account=KIM, place=INN)
    await say(director, "Hm, Mira.", account=BO, place=INN)
    for count in (3, 4):
        with pytest.raises(NotAllowed):
            await director.turns.undo(INN, KIM, count=count)
    await director.turns.undo(INN, ADA, count=4)
    assert len(await told(director, INN)) == 1


async def test_replies_are_limited_for_players_and_the_line_is_heard(database: Database, engine: Engine) -> None:
    director = Director(database, engine, PlaySettings(reply_tokens=8, replies_per_minute=2), seed=7)
    await director.scenes.start(INN, MODERATOR, [card("Mira")], at=AT)
    for text in ("One.", "Two."):
        assert await say(director, text, account=KIM, place=INN)
    with pytest.raises(TooManyReplies, match="it goes on for you in"):
        await say(director, "Three.", account=KIM, place=INN)
    with pytest.raises(TooManyReplies):
        await director.suggesting.lines(INN, KIM)
    assert (await told(director, INN))[-1] == ("Kim", "Three.")
    assert await say(director, "And I, Mira?", account=ADA, place=INN)
    assert await say(director, "And I, Mira?", account=MODERATOR, place=INN)
    assert await say(director, "And again, Mira?", account=MODERATOR, place=INN)
    assert await say(director, "And again, Mira?", account=MODERATOR, place=INN)


async def test_tokens_are_counted_for_whoever_asked_and_limited(database: Database, engine: Engine) -> None:
    director = Director(database, engine, PlaySettings(reply_tokens=8, tokens_per_day=20), seed=7)
    await director.scenes.start(INN, MODERATOR, [card("Mira")], at=AT)

    async def used(account: Account) -> int:
        async with database.reading() as session:
            known = await people.known(session, account)
            return await usage.tokens(session, known.id, director._house.now().date()) if known else 0

    async with director.hear(line("Hello.", account=KIM, place=INN)) as performance:
        async for reply in performance:
            assert [chunk async for chunk in reply]
    figures = reply.figures
    assert figures
    assert await used(KIM) == figures.read_head + figures.read_turn + figures.read_tail + figures.written > 20
    assert await used(ADA) == 0
    with pytest.raises(TooManyTokens, match="midnight UTC"):
        await say(director, "Well?", account=KIM, place=INN)
    before = await used(MODERATOR)
    await director.suggesting.lines(INN, MODERATOR, count=1)
    suggested = await used(MODERATOR)
    assert suggested > before
    assert await director.why.tokens(INN, MODERATOR)
    assert await used(MODERATOR) > suggested
    with pytest.raises(TooManyTokens):
        await director.why.tokens(INN, KIM)
