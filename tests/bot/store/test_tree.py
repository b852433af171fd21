"""The tree against a model of it in plain Python, and what reading a path costs."""

from random import Random

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Author, TurnState
from bot.errors import Missing
from bot.store import models, scenes, tree, turns
from bot.store.database import Database
from tests.bot.store.play import AT, PLACE, open_scene, say, tell


def ancestry(parents: dict[int, int | None], leaf: int | None) -> list[int]:
    path: list[int] = []
    while leaf is not None:
        path.append(leaf)
        leaf = parents[leaf]
    return path[::-1]


@pytest.mark.parametrize("seed", range(5))
async def test_any_walk_through_the_tree_reads_the_path_of_the_model(database: Database, seed: int) -> None:
    rng = Random(seed)
    parents: dict[int, int | None] = {}
    said: dict[int, str] = {}
    leaf = window = None
    async with database.writing() as session:
        scene_id = await open_scene(session)
        for step in range(60):
            anywhere = rng.choice([None, *parents])
            match rng.randrange(6):
                case 0 if anywhere is not None:
                    await turns.revise(session, anywhere, f"revised {step}", person=None, at=AT)
                    said[anywhere] = f"revised {step}"
                case 1:
                    await scenes.set_leaf(session, scene_id, anywhere)
                    leaf = anywhere
                case 2:
                    await scenes.set_window(session, scene_id, anywhere)
                    window = anywhere
                case _:
                    parent = anywhere if step % 5 == 0 else leaf
                    leaf = (await say(session, scene_id, f"said {step}", parent)).id
                    parents[leaf], said[leaf] = parent, f"said {step}"
            path = ancestry(parents, leaf)
            kept = path[path.index(window) :] if window in path else path
            scene = await scenes.current(session, PLACE.id)
            assert scene is not None
            assert [(turn.id, turn.text) for turn in scene.turns] == [(turn, said[turn]) for turn in kept]
            assert scene.window_from == (window if window in path else None)
            assert [turn.id for turn in await scenes.story(session, scene_id)] == path
            assert [turn.id for turn in await scenes.story(session, scene_id, last=3)] == path[-3:]


async def steps_of(session: AsyncSession, *, top: int | None, last: int | None) -> int:
    """Count the steps that SQLite's machine takes to read a path, in tens."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    raw = (await (await session.connection()).get_raw_connection()).driver_connection
    assert raw is not None
    await raw.set_progress_handler(count, 10)
    await tree.path(session, 2000, top=top, last=last)
    return steps


async def test_a_window_of_a_long_story_costs_as_much_as_a_short_story(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        row = {"scene_id": scene, "author": Author.PERSON, "name": "Kim", "state": TurnState.DONE, "at": AT}
        await session.execute(
            insert(models.Turn), [row | {"id": i, "parent_id": i - 1 or None} for i in range(1, 2001)]
        )
        whole = await steps_of(session, top=None, last=None)
        assert await steps_of(session, top=1981, last=None) < whole / 50
        assert await steps_of(session, top=None, last=20) < whole / 50


async def test_a_missing_turn_is_named(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(Missing, match="There is no turn 7"):
            await tree.turn(session, 7)
        assert await tree.path(session, None) == ()


async def test_the_newest_below_a_turn_says_something(database: Database) -> None:
    async with database.writing() as session:
        scene, other = await open_scene(session), await open_scene(session)
        one, two, three = await tell(session, scene, "One.", "Two.", "Three.")
        beside = (await say(session, scene, "Beside.", one)).id
        await say(session, scene, "", three)
        await tell(session, other, "Elsewhere.")
        assert await tree.newest_below(session, scene, two) == three
        assert await tree.newest_below(session, scene, one) == beside
        assert await tree.newest_below(session, scene, None) == beside
        assert await tree.newest_below(session, scene, three) is None
        assert await tree.newest_below(session, scene, beside) is None


async def test_turns_are_numbered_by_their_age_in_a_scene(database: Database) -> None:
    async with database.writing() as session:
        scene, other = await open_scene(session), await open_scene(session)
        [one] = await tell(session, scene, "One.")
        await tell(session, other, "Elsewhere.")
        two = (await say(session, scene, "Two.", one)).id
        assert await tree.ids(session, scene) == (one, two)
        assert [turn.id for turn in await tree.whole(session, scene)] == [one, two]
        found = [await tree.numbered(session, scene, number) for number in (1, 2, 3)]
        assert [turn and turn.id for turn in found] == [one, two, None]
