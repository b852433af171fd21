"""What follows each reply by itself, with a real database and a real worker."""

from typing import Any

import pytest

from bot.core import Afterwards, Author
from bot.errors import PlayError
from bot.roleplay import script
from bot.roleplay.director import Director
from bot.roleplay.performance import Performance
from bot.roleplay.templates import CHATML
from engine import Engine
from engine.llama.model import Model
from tests.bot.roleplay.conftest import ADA, KIM, PLACE, begin, line, listen, narrate, open_scene, overhear, told
from tests.bot.roleplay.lorebooks import card, finish

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY: dict[str, Any] = {"kind": "number", "name": "day", "least": 1, "most": 9, "start": 3}


async def speakers(director: Director, text: str) -> tuple[list[str], Performance]:
    async with director.hear(line(text)) as performance:
        spoken = await listen(performance)
    return [name for name, _ in spoken], performance


async def test_nothing_follows_a_reply_unless_it_is_wanted(director: Director) -> None:
    scene = await open_scene(director, card("Mira", state=[DAY]))
    assert scene.afterwards == Afterwards()
    names, performance = await speakers(director, "Hello.")
    assert names == ["Mira"]
    assert (performance.following.suggestions, performance.following.state) == ((), "")


async def test_all_of_it_follows_in_one_go(director: Director) -> None:
    await open_scene(director, card("Mira", state=[DAY]))
    await director.aftermath.change(PLACE, KIM, narrate=True, suggest=2, state=True)
    names, performance = await speakers(director, "Hello.")
    assert names == ["Mira", "Narrator"]
    following = performance.following
    assert following.state == (await director.state.current(PLACE)).line
    assert following.suggestions
    assert len(following.suggestions) <= 2
    assert [name for name, _ in await told(director)] == ["Mira", "Kim", "Mira", "Narrator"]


async def test_only_the_last_of_several_replies_is_followed(director: Director) -> None:
    await open_scene(director, card("Mira"), card("Tomas"))
    await director.aftermath.change(PLACE, KIM, narrate=True)
    names, _ = await speakers(director, "Mira, Tomas!")
    assert names == ["Mira", "Tomas", "Narrator"]


async def test_a_passage_that_was_asked_for_is_not_followed(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.aftermath.change(PLACE, KIM, narrate=True)
    await narrate(director)
    assert [turn.author for turn in await director.story(PLACE)] == [Author.CHARACTER, Author.NARRATOR]


async def test_a_stopped_reply_is_not_followed(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    await talkative.aftermath.change(PLACE, KIM, narrate=True, suggest=2)
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            talkative.stop(PLACE, KIM)
            await finish(reply)
    assert performance.following.suggestions == ()
    assert [name for name, _ in await told(talkative)] == ["Mira", "Kim", "Mira"]


async def test_nothing_follows_where_those_to_come_were_stopped(director: Director) -> None:
    await open_scene(director, card("Mira"), card("Tomas"))
    await director.aftermath.change(PLACE, KIM, narrate=True)
    async with director.hear(line("Mira, Tomas!")) as performance:
        async for reply in performance:
            await finish(reply)
            assert director.stop(PLACE, KIM)
    assert [name for name, _ in await told(director)] == ["Mira", "Kim", "Mira"]


async def test_the_story_can_go_on_while_something_is_made_beside_it(director: Director) -> None:
    await open_scene(director, card("Mira", state=[DAY]))
    await director.aftermath.change(PLACE, KIM, state=True, suggest=3)
    async with director.hear(line("Hello.")) as first:
        await listen(first)
        names, second = await speakers(director, "And on.")
    assert names == ["Mira"]
    assert first.following.suggestions == ()
    assert second.following.suggestions
    assert first.following.state
    assert second.following.state == (await director.state.current(PLACE)).line


async def test_what_is_made_beside_the_story_can_be_stopped(director: Director, engine: Engine) -> None:
    await open_scene(director, card("Mira", state=[DAY]))
    await director.aftermath.change(PLACE, KIM, state=True, suggest=3)
    async with director.hear(line("Hello.")) as performance:
        await listen(performance)
        assert director.stop(PLACE, KIM)
    assert not director.stop(PLACE, KIM)
    assert performance.following.suggestions == ()
    assert engine.running + engine.waiting == 0


async def test_who_breaks_off_leaves_nothing_running(director: Director, engine: Engine) -> None:
    await open_scene(director, card("Mira", state=[DAY]))
    await director.aftermath.change(PLACE, KIM, state=True, suggest=3)

    async def break_off() -> None:
        async with director.hear(line("Hello.")) as performance:
            await listen(performance)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off()
    assert engine.running + engine.waiting == 0
    assert not director.stop(PLACE, KIM)


async def test_lines_that_came_in_meanwhile_are_answered_before_anything_follows(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    await talkative.aftermath.change(PLACE, KIM, narrate=True)
    names: list[str] = []
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            names.append(reply.speaker)
            await begin(reply)
            if len(names) == 1:
                await overhear(talkative, "And me, Mira?")
            await finish(reply)
    assert names == ["Mira", "Mira", "Narrator"]


async def test_settings_are_kept_and_checked(director: Director) -> None:
    await open_scene(director, card("Mira"))
    assert await director.aftermath.change(PLACE, ADA, suggest=3) == Afterwards(suggest=3)
    assert await director.aftermath.change(PLACE, ADA, narrate=True) == Afterwards(narrate=True, suggest=3)
    with pytest.raises(PlayError, match="From 0 to 5 lines"):
        await director.aftermath.change(PLACE, ADA, suggest=6)
    scene = await director.scene(PLACE)
    assert scene
    assert scene.afterwards == Afterwards(narrate=True, suggest=3)


async def test_the_channel_holds_the_story_and_no_more(director: Director, engine: Engine, model: Model) -> None:
    scene = await open_scene(director, card("Mira", state=[DAY]))
    await director.aftermath.change(PLACE, KIM, suggest=2, state=True)
    await speakers(director, "Hello.")
    now = await director.scene(PLACE)
    assert now
    story = script.reply(now, "Mira", CHATML).story
    assert engine.occupancy.held[scene.channel] == sum(len(model.tokenize(segment)) for segment in story)
