import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.core import Member, Place
from bot.errors import Missing
from bot.store import cast, scenes
from bot.store.database import Database
from tests.bot.store.play import AT, PLACE, add_card, open_scene, say, tell, texts


async def test_a_new_scene_is_current_and_empty(database: Database) -> None:
    async with database.writing() as session:
        scene_id = await open_scene(session)
    async with database.reading() as session:
        scene = await scenes.current(session, PLACE.id)
        assert await scenes.current(session, "terminal:elsewhere") is None
    assert scene is not None
    assert (scene.id, scene.place, scene.title, scene.opened_by) == (scene_id, PLACE, "Rain", "Kim")
    assert (scene.scenario, scene.members, scene.turns, scene.leaf) == ("An inn at night.", (), (), None)


async def test_the_newest_scene_that_has_not_ended_is_current(database: Database) -> None:
    async with database.writing() as session:
        old, new, _ = [await open_scene(session, place) for place in (PLACE, PLACE, Place("terminal:other"))]
        await say(session, new, "Hello")
    async with database.writing() as session:
        scene = await scenes.current(session, PLACE.id)
        assert scene is not None
        assert scene.id == new
        await scenes.end(session, new, at=AT)
        scene = await scenes.current(session, PLACE.id)
        assert scene is not None
        assert scene.id == old
        await scenes.end(session, old, at=AT)
        assert await scenes.current(session, PLACE.id) is None
        assert texts(await scenes.story(session, new)) == ["Hello"]


async def test_a_place_takes_its_newest_name(database: Database) -> None:
    async with database.writing() as session:
        await open_scene(session)
        await open_scene(session, Place(PLACE.id, "renamed"))
        scene = await scenes.current(session, PLACE.id)
    assert scene is not None
    assert scene.place.name == "renamed"


async def test_members_come_back_in_the_order_of_their_arrival(database: Database) -> None:
    async with database.writing() as session:
        scene_id = await open_scene(session)
        otto, mira = await add_card(session, "Otto"), await add_card(session, "Mira")
        turn = await say(session, scene_id, "Who comes there?")
        members = (
            Member(mira, "Mira", "Mira is a smuggler.", talkativeness=0.25, muted=True, examples="Mira: No."),
            Member(otto, "Captain Otto", "Otto is dry.", after=turn.id),
        )
        for member in members:
            await cast.add_member(session, scene_id, member)
    async with database.reading() as session:
        scene = await scenes.current(session, PLACE.id)
    assert scene is not None
    assert scene.members == members


async def test_nobody_is_in_a_scene_twice(database: Database) -> None:
    async with database.writing() as session:
        scene_id = await open_scene(session)
        mira = Member(await add_card(session), "Mira", "")
        await cast.add_member(session, scene_id, mira)
        with pytest.raises(IntegrityError):
            await cast.add_member(session, scene_id, mira)


async def test_the_window_hides_older_turns_from_the_scene_but_not_from_the_story(database: Database) -> None:
    async with database.writing() as session:
        scene_id = await open_scene(session)
        ids = await tell(session, scene_id, *"abcdef")
        await scenes.set_window(session, scene_id, ids[3])
    async with database.reading() as session:
        scene = await scenes.current(session, PLACE.id)
        assert scene is not None
        assert texts(scene.turns) == list("def")
        assert (scene.window_from, scene.leaf) == (ids[3], ids[5])
        assert texts(await scenes.story(session, scene_id)) == list("abcdef")
        assert texts(await scenes.story(session, scene_id, last=2)) == list("ef")
        assert texts(await scenes.story(session, scene_id, last=100)) == list("abcdef")


async def test_a_window_that_is_not_on_the_path_does_not_count(database: Database) -> None:
    async with database.writing() as session:
        scene_id = await open_scene(session)
        ids = await tell(session, scene_id, *"abcd")
        await scenes.set_window(session, scene_id, ids[2])
        await scenes.set_leaf(session, scene_id, ids[1])
        undone = await scenes.current(session, PLACE.id)
        await scenes.set_leaf(session, scene_id, ids[3])
        redone = await scenes.current(session, PLACE.id)
    assert undone is not None
    assert redone is not None
    assert (texts(undone.turns), undone.window_from) == (list("ab"), None)
    assert (texts(redone.turns), redone.window_from) == (list("cd"), ids[2])


async def test_a_window_moves_on_along_the_path_and_never_back(database: Database) -> None:
    async with database.writing() as session:
        scene_id = await open_scene(session)
        ids = await tell(session, scene_id, *"abcdef")
        await scenes.set_leaf(session, scene_id, ids[4])
        for wanted, expected in [(ids[2], ids[2]), (ids[1], ids[2]), (ids[5], ids[2]), (ids[3], ids[3])]:
            await scenes.move_window(session, scene_id, wanted)
            assert (await scenes.scene(session, scene_id)).window_from == expected


async def test_the_leaf_can_go_before_the_first_turn(database: Database) -> None:
    async with database.writing() as session:
        scene_id = await open_scene(session)
        (first,) = await tell(session, scene_id, "a")
        await scenes.set_leaf(session, scene_id, None)
        assert await scenes.story(session, scene_id) == ()
        await say(session, scene_id, "another beginning")
        assert texts(await scenes.story(session, scene_id)) == ["another beginning"]
        await scenes.set_leaf(session, scene_id, first)
        assert texts(await scenes.story(session, scene_id)) == ["a"]


async def test_a_scene_points_at_its_own_turns_only(database: Database) -> None:
    async with database.writing() as session:
        here, there = await open_scene(session), await open_scene(session)
        foreign = await say(session, there, "Hello")
        for point in (scenes.set_leaf, scenes.set_window):
            for turn in (foreign.id, 999):
                with pytest.raises(Missing, match=f"There is no turn {turn}"):
                    await point(session, here, turn)


async def test_a_missing_scene_is_named(database: Database) -> None:
    async with database.writing() as session:
        for action in (
            scenes.end(session, 7, at=AT),
            scenes.set_leaf(session, 7, None),
            scenes.set_window(session, 7, None),
            scenes.story(session, 7),
        ):
            with pytest.raises(Missing, match="There is no scene 7"):
                await action


async def test_the_whole_of_an_ended_scene_stays(database: Database) -> None:
    async with database.writing() as session:
        scene_id = await open_scene(session)
        await tell(session, scene_id, *"ab")
        await scenes.end(session, scene_id, at=AT)
        ended = (await session.execute(text("SELECT opened_at, ended_at FROM scenes"))).one()
        assert ended == ("2026-05-04T21:30:00.000000+00:00",) * 2
        assert texts(await scenes.story(session, scene_id)) == ["a", "b"]
