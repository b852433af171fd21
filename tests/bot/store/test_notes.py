"""Notes of scenes and characters, and what is counted for them."""

from bot.core import Account, Author
from bot.store import notes, tree
from bot.store.database import Database
from bot.store.notes import Note
from bot.store.people import person_of
from tests.bot.store.play import add_card, open_scene, say


async def test_a_scene_has_one_note_and_each_character_one(database: Database) -> None:
    async with database.writing() as session:
        scene, other = await open_scene(session), await open_scene(session)
        card = await add_card(session)
        await notes.put(session, scene, Note("Be sad.", card, 2, 3))
        await notes.put(session, scene, Note("It rains."))
        await notes.put(session, other, Note("It snows."))
        await notes.put(session, scene, Note("It pours."))
        assert await notes.of(session, scene) == (Note("It pours."), Note("Be sad.", card, 2, 3))
        await notes.put(session, scene, Note("", card))
        assert await notes.of(session, scene) == (Note("It pours."),)
        assert await notes.of(session, other) == (Note("It snows."),)


async def test_replies_are_counted_on_the_way(database: Database) -> None:
    async with database.writing() as session:
        scene, card = await open_scene(session), await add_card(session)
        first = await say(session, scene, "a")
        reply = await say(session, scene, "b", first.id, author=Author.CHARACTER, character=card)
        passage = await say(session, scene, "c", reply.id, author=Author.NARRATOR)
        beside = await say(session, scene, "d", first.id, author=Author.CHARACTER, character=card)
        assert [await tree.replies(session, id) for id in (None, first.id, passage.id, beside.id)] == [0, 0, 2, 1]
        assert await tree.replies(session, passage.id, card) == 1


async def test_the_way_from_somebodys_last_turn(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        kim, ada = [await person_of(session, Account(f"terminal:{name}", name)) for name in ("Kim", "Ada")]
        first = await say(session, scene, "a", person=kim)
        second = await say(session, scene, "b", first.id, person=ada)
        third = await say(session, scene, "c", second.id)
        await say(session, scene, "d", first.id, person=kim)
        assert await tree.last_of(session, third.id, kim) == (first, second, third)
        assert await tree.last_of(session, third.id, ada) == (second, third)
        assert await tree.last_of(session, first.id, ada) == ()
