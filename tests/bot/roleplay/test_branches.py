"""Named branches of a story, with a real database and a real worker."""

import pytest

from bot.errors import PlayError
from bot.roleplay.branches import MOST_NAME_CHARACTERS
from bot.roleplay.director import Director
from bot.roleplay.drawing import drawn
from bot.words import Words
from tests.bot.roleplay.conftest import ADA, GREETING, KIM, PLACE, SILENT, open_scene, say, told

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def play(director: Director, *texts: str) -> None:
    for text in texts:
        await say(director, text)


async def names(director: Director) -> dict[str, str]:
    """Return what each branch ends with."""
    return {one.name: one.leaf.text if one.leaf else "" for one in await director.branches.known(PLACE)}


async def current(director: Director) -> str:
    scene = await director.scene(PLACE)
    assert scene
    return scene.branch


async def test_the_first_branch_names_what_was_and_both_go_on_by_themselves(director: Director) -> None:
    await open_scene(director, SILENT)
    await play(director, "One.", "Two.", "Three.")
    main = await told(director)
    assert await director.branches.known(PLACE) == ()
    two = (await director.story(PLACE))[2]
    made = await director.branches.make(PLACE, ADA, " storm  night ", turn=two.id)
    assert (made.name, made.leaf) == ("storm night", two)
    assert await current(director) == "storm night"
    assert await told(director) == main[:3]
    await play(director, "Thunder.")
    assert await names(director) == {"main": "Three.", "storm night": "Thunder."}

    assert await director.branches.jump(PLACE, ADA, "MAIN") == (await director.story(PLACE))[-1]
    assert (await told(director), await current(director)) == (main, "main")
    await play(director, "Four.")
    await director.turns.undo(PLACE, KIM, count=2)
    assert await names(director) == {"main": "Two.", "storm night": "Thunder."}


async def test_a_branch_begins_where_the_story_stands(director: Director) -> None:
    await open_scene(director, SILENT)
    await director.branches.make(PLACE, ADA, "storm")
    await play(director, "One.")
    assert await names(director) == {"main": GREETING[1], "storm": "One."}


async def test_a_branch_can_begin_before_the_first_turn(director: Director) -> None:
    await open_scene(director, SILENT)
    await director.turns.undo(PLACE, KIM)
    await director.branches.make(PLACE, ADA, "storm")
    await play(director, "One.")
    assert await told(director) == [("Kim", "One.")]
    assert await director.branches.jump(PLACE, ADA, "main") is None
    assert await told(director) == []


async def test_at_a_turn_within_the_story_no_branch_moves_along(director: Director) -> None:
    await open_scene(director, SILENT)
    await play(director, "One.", "Two.")
    await director.branches.make(PLACE, ADA, "storm")
    await director.branches.jump(PLACE, ADA, "#2")
    assert (await told(director))[-1] == ("Kim", "One.")
    assert await current(director) == ""
    await play(director, "Elsewhere.")
    assert await names(director) == {"main": "Two.", "storm": "Two."}
    await director.branches.jump(PLACE, ADA, "3")
    assert await current(director) == "main"
    await director.branches.jump(PLACE, ADA, "storm")
    await director.branches.jump(PLACE, ADA, "3")
    assert await current(director) == "storm"


async def test_without_branches_a_jump_goes_to_any_turn_and_back(director: Director) -> None:
    await open_scene(director, SILENT)
    await play(director, "One.", "Two.")
    before = await told(director)
    await director.branches.jump(PLACE, ADA, "#1")
    await play(director, "Else.")
    assert await told(director) == [GREETING, ("Kim", "Else.")]
    await director.branches.jump(PLACE, ADA, "#3")
    assert await told(director) == before


async def test_forgetting_a_branch_leaves_its_turns(director: Director) -> None:
    await open_scene(director, SILENT)
    await director.branches.make(PLACE, ADA, "storm")
    await play(director, "One.")
    before = await told(director)
    assert (await director.branches.forget(PLACE, ADA, " Storm ")).name == "storm"
    assert await told(director) == before
    assert (await current(director), await names(director)) == ("", {"main": GREETING[1]})
    await play(director, "Two.")
    await director.branches.make(PLACE, ADA, "storm")
    assert await names(director) == {"main": GREETING[1], "storm": "Two."}


@pytest.mark.parametrize("name", ["", " ", "#2", "12", "x" * (MOST_NAME_CHARACTERS + 1), "a\x00b", "main", "Main"])
async def test_a_branch_that_cannot_be_made_leaves_all_as_it_was(director: Director, name: str) -> None:
    await open_scene(director, SILENT)
    with pytest.raises(PlayError, match=r"branch"):
        await director.branches.make(PLACE, ADA, name)
    assert (await current(director), await names(director)) == ("", {})


async def test_what_is_not_there_is_said(director: Director) -> None:
    await open_scene(director, SILENT)
    for to in ("storm", "#2", "0", "", "#x"):
        with pytest.raises(PlayError, match="There is no branch and no turn"):
            await director.branches.jump(PLACE, ADA, to)
    with pytest.raises(PlayError, match="There is no branch storm"):
        await director.branches.forget(PLACE, ADA, "storm")
    with pytest.raises(PlayError, match="not in the story that is played here"):
        await director.branches.make(PLACE, ADA, "storm", turn=9999)
    assert await names(director) == {}
    assert await told(director) == [GREETING]


async def test_there_can_be_so_many_branches_and_no_more(director: Director, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.roleplay.branches.MOST_BRANCHES", 4)
    await open_scene(director, SILENT)
    for number in range(3):
        await director.branches.make(PLACE, ADA, f"way {number}")
    with pytest.raises(PlayError, match="There are 4 branches already"):
        await director.branches.make(PLACE, ADA, "one more")


async def test_the_tree_shows_all_ways(director: Director) -> None:
    await open_scene(director, SILENT)
    await play(director, "One.", "Two.")
    await director.branches.make(PLACE, ADA, "storm", turn=(await director.story(PLACE))[1].id)
    await play(director, "Thunder.", "Rain.")
    assert drawn(await director.branches.tree(PLACE), Words()).splitlines() == [
        "#1 Mira: Mira waves at Kim.",
        "#2 Kim: One.",
        "├─ #3 Kim: Two.  (1 of 2)  [main]",
        "#4 Kim: Thunder.  (2 of 2)",
        "#5 Kim: Rain.  [storm]  ← here",
    ]
