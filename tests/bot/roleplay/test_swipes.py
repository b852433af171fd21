"""Alternatives of the last reply, and a reply that goes on; with a real database and a real worker."""

from contextlib import AbstractAsyncContextManager

import pytest

from bot.core import Account, Author, TurnState
from bot.errors import PlayError
from bot.roleplay.director import Director
from bot.roleplay.performance import Performance, Reply
from bot.store.database import Database
from engine import Engine
from tests.bot.roleplay.conftest import (
    ADA,
    GREETING,
    KIM,
    LONG,
    PLACE,
    SHORT,
    SILENT,
    begin,
    card,
    line,
    listen,
    narrate,
    open_scene,
    overhear,
    say,
    shown,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def follow(performing: AbstractAsyncContextManager[Performance]) -> list[tuple[str, str]]:
    async with performing as performance:
        return await listen(performance)


async def go_on(director: Director, account: Account = KIM) -> str:
    [(_, more)] = await follow(director.continue_(PLACE, account))
    return more


async def rest(reply: Reply) -> str:
    return "".join([chunk async for chunk in reply])


async def test_another_try_reads_the_story_without_the_former(director: Director) -> None:
    await open_scene(director, card("Mira"))
    [(_, former)] = await say(director, "Hello.")
    async with director.retry(PLACE, KIM) as performance:
        [prompt] = [shown(reply.prompt) async for reply in performance if await rest(reply)]
    assert "Hello." in prompt
    assert former not in prompt


async def test_a_swipe_goes_through_alternatives_and_makes_a_new_one_at_the_end(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    [second] = await follow(director.swipe(PLACE, KIM))
    row = await director.swipes.alternatives(PLACE)
    assert (str(row), row.turn.text) == ("2/2", second[1])
    first, _ = row.turns

    assert (await director.swipes.left(PLACE, ADA)).turn == first
    assert (await director.story(PLACE))[-1] == first
    with pytest.raises(PlayError, match="it is the first"):
        await director.swipes.left(PLACE, ADA)

    assert await follow(director.swipe(PLACE, ADA)) == []
    assert (await told(director))[-1] == second
    [third] = await follow(director.swipe(PLACE, ADA))
    assert (await told(director))[1:] == [("Kim", "Hello."), third]
    assert str(await director.swipes.show(PLACE, KIM, 2)) == "2/3"
    assert (await told(director))[-1] == second
    for number in (0, 4, -1):
        with pytest.raises(PlayError, match=f"There is no alternative {number}: the last reply has 3"):
            await director.swipes.show(PLACE, KIM, number)
    assert (await told(director))[-1] == second


async def test_alternatives_without_words_are_none(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    for _ in range(2):
        await follow(director.swipe(PLACE, KIM))
    row = await director.swipes.alternatives(PLACE)
    await director.turns.delete(PLACE, KIM, row.turns[1].id)
    assert str(await director.swipes.left(PLACE, KIM)) == "1/2"


@pytest.mark.parametrize("greeting", ["Hello.", ""])
async def test_where_there_is_nothing_to_swipe_or_continue_that_is_said(director: Director, greeting: str) -> None:
    await open_scene(director, card("Mira", first_mes=greeting, talkativeness=0.0))
    if greeting:
        assert str(await director.swipes.alternatives(PLACE)) == "1/1"
        with pytest.raises(PlayError, match="There is nothing to retry"):
            await follow(director.swipe(PLACE, KIM))
        await say(director, "Hm.")
    for action in (
        lambda: director.swipes.alternatives(PLACE),
        lambda: director.swipes.left(PLACE, KIM),
        lambda: director.swipes.show(PLACE, KIM, 1),
        lambda: follow(director.swipe(PLACE, KIM)),
    ):
        with pytest.raises(PlayError, match="There is nothing to swipe: the last line is no reply"):
            await action()
    with pytest.raises(PlayError, match="There is nothing to continue: the last line is no reply"):
        await go_on(director)


async def test_a_reply_goes_on_where_it_stopped(director: Director, database: Database, engine: Engine) -> None:
    scene = await open_scene(director, card("Mira"))
    [(_, begun)] = await say(director, "Hello.")
    former = (await director.story(PLACE))[-1]
    held = engine.occupancy.held[scene.channel]
    async with director.continue_(PLACE, ADA) as performance:
        [reply] = [(one, await rest(one)) async for one in performance]
    assert (reply[0].turn.id, reply[0].whole_text) == (former.id, begun + reply[1])
    *_, now = await director.story(PLACE)
    assert (now.id, now.parent, now.text, now.state) == (former.id, former.parent, begun + reply[1], TurnState.DONE)
    assert len(await stored(database)) == 3
    assert reply[0].figures
    assert reply[0].figures.read_head == 0
    assert reply[0].figures.held >= held - 40


async def test_between_old_words_and_new_ones_nothing_is_lost_and_nothing_added(
    database: Database, engine: Engine
) -> None:
    whole = Director(database, engine, LONG, seed=11)
    await open_scene(whole, card("Mira"))
    texts: list[str] = []
    async with whole.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            whole.stop(PLACE, KIM)
            await rest(reply)
    for _ in range(30):
        before = (await whole.story(PLACE))[-1].text
        async with whole.continue_(PLACE, KIM) as performance:
            async for reply in performance:
                first = await begin(reply)
                if first[0].isspace():
                    texts.append(first)
                whole.stop(PLACE, KIM)
                more = first + await rest(reply)
        assert (await whole.story(PLACE))[-1].text == before + more
        if texts:
            break
    assert texts


async def test_a_stop_keeps_what_was_added_and_cuts_the_turn(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    await talkative.turns.say_as(PLACE, KIM, "Mira", "The lamp")
    async with talkative.continue_(PLACE, KIM) as performance:
        async for reply in performance:
            said = await begin(reply)
            assert talkative.stop(PLACE, KIM)
            said += await rest(reply)
    *_, turn = await talkative.story(PLACE)
    assert (turn.text, turn.state) == (f"The lamp{said}", TurnState.CUT)


async def test_a_continuation_that_adds_nothing_leaves_the_turn(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    before = await talkative.story(PLACE)
    async with talkative.continue_(PLACE, KIM) as performance:
        async for _ in performance:
            assert talkative.stop(PLACE, KIM)
    assert await talkative.story(PLACE) == before


async def test_a_crash_in_mid_continuation_loses_nothing_that_was_said_before(
    talkative: Director, database: Database, engine: Engine
) -> None:
    await open_scene(talkative, card("Mira"))
    before = await told(talkative)
    async with talkative.continue_(PLACE, KIM) as performance:
        async for reply in performance:
            await begin(reply)
            restarted = Director(database, engine, SHORT, seed=7)
            assert await restarted.clear_up() == 0
            assert await told(restarted) == before
            break


async def test_retry_behind_a_continuation_speaks_anew_and_keeps_all_of_it(director: Director) -> None:
    await open_scene(director, card("Mira"))
    [(_, begun)] = await say(director, "Hello.")
    more = await go_on(director)
    [(_, again)] = await follow(director.retry(PLACE, ADA))
    row = await director.swipes.alternatives(PLACE)
    assert [turn.text for turn in row.turns] == [begun + more, again]
    assert await told(director) == [GREETING, ("Kim", "Hello."), ("Mira", again)]


async def test_greetings_hand_written_lines_and_narration_go_on_too(director: Director) -> None:
    await open_scene(director, SILENT)
    assert await told(director) == [("Mira", GREETING[1])]
    more = await go_on(director)
    assert await told(director) == [("Mira", GREETING[1] + more)]
    text = await narrate(director, "Rain.")
    more = await go_on(director)
    *_, turn = await director.story(PLACE)
    assert (turn.author, turn.text) == (Author.NARRATOR, text + more)


async def test_a_line_heard_in_a_continuation_hangs_below_it_and_is_answered(director: Director) -> None:
    await open_scene(director, card("Mira"))
    [(_, begun)] = await say(director, "Hello.")
    speakers: list[str] = []
    async with director.continue_(PLACE, KIM) as performance:
        async for reply in performance:
            speakers.append(await begin(reply))
            if len(speakers) == 1:
                await overhear(director, "Mira?")
            speakers[-1] += await rest(reply)
    assert await told(director) == [
        GREETING,
        ("Kim", "Hello."),
        ("Mira", begun + speakers[0]),
        ("Ada", "Mira?"),
        ("Mira", speakers[1]),
    ]


async def test_a_line_heard_before_a_continuation_begins_is_not_hidden(director: Director) -> None:
    await open_scene(director, card("Mira"))
    [(_, begun)] = await say(director, "Hello.")
    async with director.continue_(PLACE, KIM) as performance:
        await overhear(director, "Mira?")
        [(_, more), answer] = await listen(performance)
    assert await told(director) == [GREETING, ("Kim", "Hello."), ("Mira", begun + more), ("Ada", "Mira?"), answer]


async def test_an_edit_in_mid_continuation_stands(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    async with talkative.continue_(PLACE, KIM) as performance:
        async for reply in performance:
            await begin(reply)
            await talkative.turns.edit(PLACE, ADA, reply.turn.id, "*nods*")
            await rest(reply)
    assert await told(talkative) == [("Mira", "*nods*")]


async def test_a_reply_deleted_before_it_goes_on_is_no_longer_there(director: Director) -> None:
    await open_scene(director, card("Mira"))
    async with director.continue_(PLACE, KIM) as performance:
        await director.turns.delete(PLACE, ADA, (await director.story(PLACE))[-1].id)
        with pytest.raises(PlayError, match="no longer there"):
            await listen(performance)
    assert await told(director) == [("Mira", "")]
    assert (await say(director, "Mira?"))[0][0] == "Mira"
