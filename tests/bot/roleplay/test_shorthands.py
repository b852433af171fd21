"""What is typed as a shorthand, wherever it is typed; with a real database and a real worker."""

import pytest

from bot.core import TurnState
from bot.errors import LineTooLong, PlayError
from bot.roleplay.director import MAX_LINE_CHARACTERS, Director
from bot.store import reasons
from bot.store.database import Database
from engine import InvalidSampling
from tests.bot.roleplay.conftest import (
    ADA,
    GREETING,
    KIM,
    PLACE,
    SILENT,
    begin,
    card,
    line,
    listen,
    open_scene,
    overhear,
    say,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def sampling(database: Database, turn: int) -> dict[str, float]:
    """Return how a reply was drawn."""
    async with database.reading() as session:
        reason = await reasons.of(session, turn)
    assert reason
    return reason.fields["sampling"]


async def test_a_plus_is_a_retry_and_three_let_the_reply_go_on(director: Director) -> None:
    await open_scene(director, card("Mira"))
    [former] = await say(director, "Hello.")
    [again] = await say(director, " + ", account=ADA)
    assert again != former
    [(speaker, more)] = await say(director, "+++", account=ADA)
    assert speaker == "Mira"
    assert await told(director) == [GREETING, ("Kim", "Hello."), ("Mira", again[1] + more)]
    assert str(await director.swipes.alternatives(PLACE)) == "2/2"


async def test_numbers_count_for_one_message(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "-temp=1.5 Hello. -top_p=0.5")
    await say(director, "+ -temp=0.1")
    await say(director, "+")
    first, second, third = (await director.swipes.alternatives(PLACE)).turns
    assert (await told(director))[1] == ("Kim", "Hello.")
    drawn = [await sampling(database, turn.id) for turn in (first, second, third)]
    assert [(one["temperature"], one["top_p"]) for one in drawn] == [(1.5, 0.5), (0.1, 0.95), (0.8, 0.95)]
    await say(director, "+++ -temp=0.2")
    assert (await sampling(database, third.id))["temperature"] == 0.2


async def test_numbers_of_a_line_count_for_all_who_answer_it_also_when_it_was_heard_meanwhile(
    director: Director, database: Database
) -> None:
    await open_scene(director, card("Mira"), card("Tomas"))
    count = 0
    async with director.hear(line("Mira?")) as performance:
        async for reply in performance:
            await begin(reply)
            count += 1
            if count == 1:
                await overhear(director, "Mira, Tomas! -temp=1.4")
            async for _ in reply:
                pass
    replies = [turn for turn in await director.story(PLACE) if turn.name in ("Mira", "Tomas")][1:]
    temperatures = [(await sampling(database, turn.id))["temperature"] for turn in replies]
    assert temperatures == [0.8, 1.4, 1.4]


async def test_numbers_behind_a_plus_count_where_a_line_lost_its_reply(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    await director.turns.undo(PLACE, ADA)
    await say(director, "+ -temp=1.3")
    assert (await sampling(database, (await director.story(PLACE))[-1].id))["temperature"] == 1.3


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("-temp=9 Hello.", InvalidSampling),
        ("-temp=1", PlayError),
        ("x" * (MAX_LINE_CHARACTERS + 1), LineTooLong),
        ("-temp=1 " * 200_000, LineTooLong),
        ("+", PlayError),
    ],
)
async def test_what_is_refused_is_not_recorded(
    director: Director, database: Database, text: str, error: type[Exception]
) -> None:
    await open_scene(director, SILENT)
    with pytest.raises(error):
        await say(director, text)
    assert len(await stored(database)) == 1


@pytest.mark.parametrize("text", ["", "  \n", "// " + "x" * 100_000, "((brb))"])
async def test_what_is_no_line_is_not_recorded(director: Director, database: Database, text: str) -> None:
    await open_scene(director, card("Mira"))
    assert await say(director, text) == []
    assert len(await stored(database)) == 1


async def test_a_shorthand_while_somebody_speaks_says_so_and_disturbs_nothing(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            for text in ("+", "+++"):
                with pytest.raises(PlayError, match="still speaking"):
                    async with talkative.hear(line(text, account=ADA)) as other:
                        await listen(other)
            talkative.stop(PLACE, KIM)
    assert [turn.state for turn in await talkative.story(PLACE)] == [TurnState.DONE, TurnState.DONE, TurnState.CUT]
