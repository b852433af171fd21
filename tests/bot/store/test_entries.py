"""The list of the scenes that were played at a place, and turns found by what shows them."""

from datetime import timedelta

from sqlalchemy import insert

from bot.core import Member, Place
from bot.store import cast, models, scenes, turns
from bot.store.database import Database
from tests.bot.store.play import AT, PLACE, add_card, open_scene, say, tell

LATER = AT + timedelta(days=1)


async def test_scenes_are_listed_with_what_tells_them_apart(database: Database) -> None:
    async with database.writing() as session:
        first = await open_scene(session)
        cards = [await add_card(session, name) for name in ("Tomas", "Mira", "Ada")]
        for card, name in zip(cards, ("Tomas", "Mira", "Ada"), strict=True):
            await cast.add_member(session, first, Member(card, name, ""))
        await cast.change_member(session, first, cards[2], has_left=True)
        root, *_ = await tell(session, first, "One.", "Two.", "Three.")
        await say(session, first, "Another two.", parent=root, at=LATER)
        await scenes.end(session, first, at=LATER)
        second = await open_scene(session)
        await open_scene(session, Place("terminal:elsewhere"))
    async with database.reading() as session:
        entries = await scenes.entries(session, PLACE.id)
        newest = await scenes.entries(session, PLACE.id, most=1)
    assert entries == (
        scenes.Entry(second, "Rain", (), 0, AT, has_ended=False),
        scenes.Entry(first, "Rain", ("Tomas", "Mira"), 2, LATER, has_ended=True),
    )
    assert newest == entries[:1]


async def test_turns_are_meant_by_their_ids_and_by_messages_that_show_them(database: Database) -> None:
    async with database.writing() as session:
        scene, other = await open_scene(session), await open_scene(session)
        ids = await tell(session, scene, "One.", "Two.", "Three.")
        strange = await say(session, other, "Elsewhere.")
        await session.execute(insert(models.Message).values(foreign_id="discord:7", turn_id=ids[1]))
        await session.execute(insert(models.Message).values(foreign_id="discord:8", turn_id=strange.id))
        wanted = [str(ids[2]), "discord:7", "discord:8", "discord:9", str(strange.id), "²", "9" * 40, ""]
        found = await turns.meant(session, scene, wanted)
    assert [turn.text for turn in found] == ["Two.", "Three."]
    async with database.reading() as session:
        assert await turns.meant(session, scene, ()) == ()
