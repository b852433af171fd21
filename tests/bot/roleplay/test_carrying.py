"""A branch that is gone on with at a place of its own."""

import pytest

from bot.core import Account, Place, Role
from bot.errors import NotAllowed, PlayError
from bot.roleplay.director import Director
from tests.bot.roleplay.conftest import ADA, GREETING, KIM, PLACE, SILENT, open_scene, say, told

pytestmark = pytest.mark.asyncio(loop_scope="module")

THREAD = Place("terminal:thread", "Storm")


async def test_a_branch_goes_on_elsewhere_and_the_story_it_came_from_stays(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "One.")
    await director.branches.make(PLACE, KIM, "Storm")
    await say(director, "Two.")
    await director.branches.jump(PLACE, KIM, "main")
    before = await told(director)
    scene = await director.carrying.carry(PLACE, KIM, "storm", THREAD)
    assert await told(director, THREAD) == [GREETING, ("Kim", "One."), ("Kim", "Two.")]
    assert [member.name for member in scene.present] == ["Mira"]
    assert await told(director) == before
    await say(director, "Three.", place=THREAD)
    assert (await told(director, THREAD))[-1] == ("Kim", "Three.")
    assert await told(director) == before
    assert await director.memory.search(THREAD, "Two")


async def test_deleted_turns_are_left_behind(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "One.")
    await say(director, "Two.")
    one = (await director.story(PLACE))[1]
    await director.turns.delete(PLACE, KIM, one.id)
    await director.branches.make(PLACE, KIM, "Storm")
    await director.carrying.carry(PLACE, KIM, "Storm", THREAD)
    assert await told(director, THREAD) == [GREETING, ("Kim", "Two.")]


async def test_what_cannot_be_carried_leaves_nothing(director: Director) -> None:
    with pytest.raises(PlayError, match="Nothing is played"):
        await director.carrying.carry(PLACE, KIM, "Storm", THREAD)
    await open_scene(director, SILENT)
    with pytest.raises(PlayError, match="no branch Storm"):
        await director.carrying.carry(PLACE, KIM, "Storm", THREAD)
    await director.branches.make(PLACE, KIM, "Storm")
    with pytest.raises(NotAllowed):
        await director.carrying.carry(PLACE, Account("terminal:9", "Eve", Role.PLAYER), "Storm", THREAD)
    with pytest.raises(PlayError, match="played there already"):
        await director.carrying.carry(PLACE, ADA, "Storm", PLACE)
    assert await director.scene(THREAD) is None
