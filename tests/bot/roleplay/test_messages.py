"""Messages on a platform and the story that they show, with a real database and a real worker."""

import pytest

from bot.core import Shown, TurnState
from bot.errors import LineFiltered
from bot.roleplay.director import Director
from tests.bot.roleplay.conftest import ADA, GREETING, KIM, PLACE, SILENT, begin, card, line, listen, open_scene, told

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def hear(director: Director, text: str, event: str) -> int:
    """Say a line that a message shows, and return the turn that the story stands at then."""
    async with director.hear(line(text, event=event)) as performance:
        await listen(performance)
    return (await director.story(PLACE))[-1].id


async def test_a_deleted_post_of_a_reply_takes_its_turn_out(director: Director) -> None:
    await open_scene(director, card("Mira"))
    reply = await hear(director, "Hello.", "discord:1")
    await director.messages.sent(reply, "discord:2")
    await director.messages.sent(reply, "discord:3")
    deleted = await director.turns.deleted("discord:2")
    assert deleted
    assert deleted.id == reply
    assert await director.turns.deleted("discord:2") is None
    assert await told(director) == [GREETING, ("Kim", "Hello."), ("Mira", "")]
    assert await director.messages.out_of_story(PLACE) == (Shown("discord:3", reply),)


async def test_a_post_that_the_bot_deletes_or_edits_itself_changes_nothing(director: Director) -> None:
    await open_scene(director, card("Mira"))
    reply = await hear(director, "Hello.", "discord:1")
    await director.messages.sent(reply, "discord:2")
    before = await director.story(PLACE)
    assert await director.turns.edited("discord:2", "Something else.") is None
    await director.messages.gone("discord:2")
    assert await director.turns.deleted("discord:2") is None
    assert await director.story(PLACE) == before
    assert [turn.id for turn in await director.messages.unshown(PLACE, last=1)] == [reply]


async def test_deleting_the_post_of_a_reply_that_is_spoken_stops_it(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    async with talkative.hear(line("Hello.", event="discord:1")) as performance:
        async for reply in performance:
            await begin(reply)
            await talkative.messages.sent(reply.turn.id, "discord:2")
            assert await talkative.turns.deleted("discord:2")
            async for _ in reply:
                pass
    last = (await talkative.story(PLACE))[-1]
    assert (last.text, last.state) == ("", TurnState.CUT)


async def test_a_proxys_post_stands_for_the_line_and_the_lines_deletion_means_nothing(director: Director) -> None:
    await open_scene(director, SILENT)
    turn = await hear(director, "Hello.", "discord:1")
    await director.messages.replaced("discord:1", by="discord:2")
    assert await director.turns.deleted("discord:1") is None
    edited = await director.turns.edited("discord:2", "Good evening.")
    assert edited
    assert (edited.id, edited.text) == (turn, "Good evening.")


async def test_an_edited_line_loses_the_brackets_of_a_persona(director: Director) -> None:
    await open_scene(director, SILENT)
    await director.personas.create(PLACE, KIM, "Knight", brackets="k: text")
    await hear(director, "k: Hail.", "discord:1")
    edited = await director.turns.edited("discord:1", "k: Hail, friends.")
    assert edited
    assert (edited.name, edited.text) == ("Knight", "Hail, friends.")


async def test_an_edit_to_what_is_forbidden_is_refused(director: Director) -> None:
    await open_scene(director, SILENT)
    await director.filters.add(PLACE, KIM, "turnip")
    await hear(director, "Hello.", "discord:1")
    with pytest.raises(LineFiltered):
        await director.turns.edited("discord:1", "You turnip.")
    assert (await told(director))[-1] == ("Kim", "Hello.")


async def test_what_is_undone_is_marked_and_comes_back(director: Director) -> None:
    await open_scene(director, SILENT)
    turn = await hear(director, "Hello.", "discord:1")
    await director.turns.undo(PLACE, KIM)
    assert await director.messages.out_of_story(PLACE) == (Shown("discord:1", turn, is_ours=False),)
    await director.messages.marked("discord:1")
    assert await director.messages.out_of_story(PLACE) == ()
    await director.turns.restore(PLACE, KIM)
    assert [one.message for one in await director.messages.back_in_story(PLACE)] == ["discord:1"]
    await director.messages.unmarked("discord:1")
    assert await director.messages.back_in_story(PLACE) == ()


async def test_a_swipe_moves_the_posts(director: Director) -> None:
    await open_scene(director, card("Mira"))
    former = await hear(director, "Hello.", "discord:1")
    await director.messages.sent(former, "discord:2")
    async with director.retry(PLACE, ADA) as performance:
        await listen(performance)
    now = (await director.story(PLACE))[-1].id
    assert await director.messages.out_of_story(PLACE) == (Shown("discord:2", former),)
    await director.messages.moved(former, now)
    assert await director.messages.out_of_story(PLACE) == ()
    assert await director.messages.of(now) == (Shown("discord:2", now),)
    found = await director.messages.turn("discord:2")
    assert found
    assert found.id == now


@pytest.mark.parametrize("typed", ["+", "+++"])
async def test_a_shorthand_that_is_delivered_twice_counts_once(director: Director, typed: str) -> None:
    await open_scene(director, card("Mira"))
    await hear(director, "Hello.", "telegram:1")
    await hear(director, typed, "telegram:2")
    before = await director.story(PLACE)
    async with director.hear(line(typed, event="telegram:2")) as performance:
        assert await listen(performance) == []
    assert await director.story(PLACE) == before
