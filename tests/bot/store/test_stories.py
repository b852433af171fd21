from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Account, Author, Member, TurnState
from bot.store import cast, models, people, scenes, stories, tree
from bot.store.database import Database
from bot.store.stories import ROWS_AT_ONCE, Brought
from tests.bot.store.play import AT, PLACE, add_card, open_scene, say, tell, texts

LATER = AT + timedelta(days=1)


def line(text: str, parent: int | None = None, **more: Any) -> Brought:
    return Brought(Author.PERSON, "Kim", text, AT, parent, **more)


async def test_a_tree_is_brought_in_as_it_is(database: Database) -> None:
    async with database.writing() as session:
        await tell(session, await open_scene(session), "Elsewhere")
        scene = await open_scene(session)
        brought = (line("a"), line("b", kept="{}"), line("c", 1, state=TurnState.CUT), line("d", 2, hidden=True))
        ids = await stories.bring(session, scene, brought)
        await scenes.set_leaf(session, scene, ids[3])
    async with database.reading() as session:
        whole = await stories.whole(session, scene)
        assert [(one.id, one.text) for one in whole.path] == list(zip(ids[1:], ("b", "c", ""), strict=True))
        assert texts(whole.beside) == ["a", "b", "c", ""]
        assert whole.kept == {ids[1]: "{}"}
        assert (whole.path[1].state, whole.opened_at, whole.header) == (TurnState.CUT, AT, "")
        said = select(models.Revision.text).where(models.Revision.turn_id == ids[3]).order_by(models.Revision.id)
        assert (await session.scalars(said)).all() == ["d", ""]


async def test_ids_of_what_was_brought_in_are_given_out_once(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        lines = [line(str(number), number - 1 if number else None) for number in range(ROWS_AT_ONCE * 2 + 1)]
        ids = await stories.bring(session, scene, lines)
        await scenes.set_leaf(session, scene, ids[-1])
        assert (await say(session, scene, "next", ids[-1])).id == ids[-1] + 1
        assert len(await tree.path(session, ids[-1])) == ROWS_AT_ONCE * 2 + 1


async def attach(session: AsyncSession, scene: int, card: int) -> None:
    """Give a scene notes and a lorebook."""
    for of in (None, card):
        note = insert(models.Note).values(scene_id=scene, card_id=of, text="Fog.", depth=1, frequency=1)
        await session.execute(note)
    book = insert(models.Book).values(name="Sea", source="sea.json", body="{}").returning(models.Book.id)
    await session.execute(insert(models.SceneBook).values(scene_id=scene, book_id=await session.scalar(book)))


async def test_a_scene_begins_again_with_all_but_its_story(database: Database) -> None:
    async with database.writing() as session:
        scene, card = await open_scene(session), await add_card(session)
        turn = (await tell(session, scene, "Hello"))[0]
        await attach(session, scene, card)
        mira = Member(card, "Mira", "Mira: A pilot.", aliases=("Mi", "pilot"))
        await cast.add_member(session, scene, replace(mira, after=turn))
        for name in ("Kim", "Ada"):
            person = await people.person_of(session, Account(f"terminal:{name}", name))
            for after in (None, turn):
                await cast.add_player(session, scene, person=person, name=name, persona=None, block="", after=after)
        await scenes.change(session, scene, state={"day": 3}, kept="{}", paused_at=AT, window_from_id=turn)
        again = await stories.begin_again(session, scene, at=LATER)
    async with database.reading() as session:
        former, new = await scenes.scene(session, scene), await scenes.scene(session, again)
        assert (new.turns, new.window_from, new.is_paused, new.place) == ((), None, False, PLACE)
        assert new.members == (mira,)
        assert [(one.name, one.after) for one in new.players] == [("Kim", None), ("Ada", None)]
        assert texts(former.turns) == ["Hello"]
        row = (await session.execute(select(models.Scene).where(models.Scene.id == again))).scalar_one()
        assert (row.state, row.kept, row.opened_at, row.title) == ({"day": 3}, None, LATER, "Rain")
        for table in (models.Note, models.SceneBook):
            former_rows, new_rows = [
                (await session.scalars(select(table).where(table.scene_id == one))).all() for one in (scene, again)
            ]
            assert len(former_rows) == len(new_rows) > 0


async def test_somebody_knows_their_own_cards_those_of_the_server_and_whom_they_met(database: Database) -> None:
    async with database.writing() as session:
        kim, ada = [await people.person_of(session, Account(f"terminal:{name}", name)) for name in ("Kim", "Ada")]
        await session.execute(insert(models.Server).values(id="discord:1", name="", settings={}))
        names = ("Own", "Lent", "Met", "Here", "Hidden")
        own, lent, met, here, hidden = [await add_card(session, name) for name in names]
        holders = {own: {"person_id": kim}, lent: {"server_id": "discord:1"}, hidden: {"person_id": ada}}
        for card, holder in holders.items():
            await session.execute(insert(models.Holding).values(card_id=card, **holder))
        beginnings = [scenes.Beginning("", "", person, "", AT) for person in (kim, ada, ada)]
        theirs, running, others = [await scenes.open_scene(session, PLACE, one) for one in beginnings]
        for scene, card in ((theirs, met), (running, here), (others, hidden)):
            await cast.add_member(session, scene, Member(card, "X", ""))
    async with database.reading() as session:
        known = await stories.known_cards(session, person=kim, server="discord:1", scene_id=running)
        assert [one.names[0] for one in known] == ["Here", "Met", "Lent", "Own"]
        known = await stories.known_cards(session, person=kim, server="", scene_id=None)
        assert [one.names[0] for one in known] == ["Met", "Own"]
