"""Who speaks, and why, with a real database and a real worker."""

from dataclasses import replace

import pytest
from sqlalchemy import insert

from bot.core import Account, Answering, Author, Order
from bot.errors import NothingPlayed, PlayError, StillSpeaking
from bot.roleplay import script
from bot.roleplay.casting import CUE, NEUTRAL_LINE
from bot.roleplay.choosing import AMONG_THEMSELVES
from bot.roleplay.director import Director
from bot.roleplay.speaking import Part
from bot.roleplay.templates import CHATML
from bot.store import models, reasons
from bot.store.database import Database
from engine import Engine
from engine.llama.model import Model
from tests.bot.roleplay.conftest import (
    ADA,
    KIM,
    PLACE,
    SILENT,
    begin,
    card,
    line,
    listen,
    narrate,
    open_scene,
    overhear,
    say,
    stored,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

MIRA, TOMAS, ZOYA = CAST = card("Mira"), card("Tomas"), card("Зоя")


async def whys(director: Director, database: Database) -> list[tuple[str, str]]:
    """Return who spoke in the story, and why."""
    found: list[tuple[str, str]] = []
    async with database.reading() as session:
        for turn in await director.story(PLACE):
            if reason := await reasons.of(session, turn.id):
                found.append((turn.name, reason.fields["why"]))
    return found


async def names(director: Director, text: str, *, account: Account = KIM) -> list[str]:
    return [name for name, _ in await say(director, text, account=account)]


async def answered(director: Director, text: str, *, to: str = "", is_at_bot: bool = False) -> list[str]:
    incoming = replace(line(text, account=ADA), replied_to=(to,) if to else (), mentions_bot=is_at_bot)
    async with director.hear(incoming) as performance:
        return [name for name, _ in await listen(performance)]


async def test_one_person_is_always_answered_and_two_where_they_address_somebody(
    director: Director, database: Database
) -> None:
    await open_scene(director, *CAST)
    assert len(await names(director, "Hello.")) == 1
    assert await names(director, "Добрый вечер, Зоя!", account=ADA) == ["Зоя"]
    assert await names(director, "I like it here, Ada.") == []
    assert await names(director, "Скажи Зое, что я пришла. And Tomas?", account=ADA) == ["Зоя", "Tomas"]
    assert [why for _, why in await whys(director, database)] == ["willing", "named", "named", "named"]
    await director.cast.answer(PLACE, KIM, Answering.ALWAYS)
    assert len(await names(director, "Rain again.")) == 1


async def test_who_opened_a_scene_for_others_and_is_silent_does_not_play(director: Director) -> None:
    await open_scene(director, *CAST)
    for _ in range(2):
        assert len(await names(director, "Hello.", account=ADA)) == 1
    assert await names(director, "Hello.") == []


async def test_who_is_replied_to_answers(director: Director, database: Database) -> None:
    await open_scene(director, *CAST)
    await names(director, "Tomas?")
    greeting, mine, tomas = await director.story(PLACE)
    async with database.writing() as session:
        await session.execute(insert(models.Message).values(foreign_id="discord:1", turn_id=tomas.id))
    assert await answered(director, "Well, well.", to="discord:1") == ["Tomas"]
    assert await answered(director, "Well, well.", to=str(greeting.id)) == ["Mira"]
    assert await answered(director, "Well, well.", to=str(mine.id)) == []
    assert await answered(director, "Well, well.", to="discord:2") == []
    assert await answered(director, "Well, well.") == []
    assert [why for _, why in await whys(director, database)] == ["named", "replied to", "replied to"]


async def test_who_mentions_the_bot_or_answers_its_narrator_is_answered(director: Director) -> None:
    await open_scene(director, *CAST)
    await names(director, "Mira?")
    assert await answered(director, "Hm.") == []
    assert len(await answered(director, "You!", is_at_bot=True)) == 1
    await narrate(director)
    narrated = (await director.story(PLACE))[-1]
    assert len(await answered(director, "Really?", to=str(narrated.id))) == 1
    await director.cast.answer(PLACE, KIM, Answering.CALLED)
    assert await answered(director, "Mira!", is_at_bot=True) == []


@pytest.mark.parametrize(
    ("order", "why"), [(Order.LIST, "in turn"), (Order.POOLED, "silent until now"), (Order.NATURAL, "willing")]
)
async def test_each_order_says_why(director: Director, database: Database, order: Order, why: str) -> None:
    await open_scene(director, *CAST)
    await director.cast.order(PLACE, KIM, order)
    spoke = await names(director, "Hello.")
    assert len(spoke) == (3 if order is Order.LIST else 1)
    assert await whys(director, database) == [(name, why) for name in spoke]


async def test_the_model_chooses_and_little_is_read_for_that(
    director: Director, database: Database, engine: Engine, model: Model
) -> None:
    await open_scene(director, *CAST)
    await director.cast.order(PLACE, KIM, Order.MODEL)
    await names(director, "Mira, hello.")
    await director.suggesting.lines(PLACE, KIM, count=1)  # reads the last reply into the channel
    before = engine.occupancy.totals
    assert len(await names(director, "Who knows the way to the pier?")) == 1
    after = engine.occupancy.totals
    assert [why for _, why in await whys(director, database)] == ["named", "model"]

    scene = await director.scene(PLACE)
    assert scene
    asked = replace(scene, turns=scene.turns[:-1])
    story, prompts = [], []
    for between in ("", NEUTRAL_LINE):
        prompt = script.addressee(asked, CUE.format(name="Kim"), CHATML, between=between)
        prompts += [*prompt.tail, prompt.cue]
        story = [prompt.story[-1]]
    reply = script.reply(scene, scene.turns[-1].name, CHATML)
    expected = sum(len(model.tokenize(segment)) for segment in (*story, *prompts, reply.cue))
    candidates = 2 * len(CAST)
    assert after.requests - before.requests == 3
    assert after.read_again == before.read_again
    assert 0 < after.read - before.read - expected <= candidates


async def test_a_named_one_is_not_left_to_the_model(director: Director, engine: Engine) -> None:
    await open_scene(director, *CAST)
    await director.cast.order(PLACE, KIM, Order.MODEL)
    before = engine.occupancy.totals.requests
    assert await names(director, "Tomas?") == ["Tomas"]
    assert engine.occupancy.totals.requests - before == 1


async def test_somebody_speaks_next(director: Director, database: Database) -> None:
    await open_scene(director, *CAST)
    async with director.next(PLACE, KIM) as performance:
        [(first, _)] = await listen(performance)
    assert first != "Mira"
    async with director.next(PLACE, KIM, "зое") as performance:
        [(second, _)] = await listen(performance)
    assert second == "Зоя"
    assert await whys(director, database) == [(first, "asked for"), ("Зоя", "asked for")]
    with pytest.raises(PlayError, match="There is nobody called Otto here"):
        async with director.next(PLACE, KIM, "Otto"):
            pass
    for one in ("Mira", "Tomas", "Зоя"):
        await director.cast.mute(PLACE, KIM, one)
    with pytest.raises(PlayError, match="nobody here who could speak"):
        async with director.next(PLACE, KIM):
            pass


async def test_the_model_says_who_speaks_next(director: Director, engine: Engine) -> None:
    await open_scene(director, *CAST)
    await director.cast.order(PLACE, KIM, Order.MODEL)
    before = engine.occupancy.totals.requests
    async with director.next(PLACE, KIM) as performance:
        [(speaker, _)] = await listen(performance)
    assert speaker in ("Tomas", "Зоя")
    assert engine.occupancy.totals.requests - before == 3


@pytest.mark.parametrize("answering", [Answering.ADDRESSED, Answering.CALLED])
async def test_a_line_that_nobody_answered_is_answered_by_a_retry(director: Director, answering: Answering) -> None:
    await open_scene(director, *CAST)
    await director.cast.answer(PLACE, KIM, answering)
    assert await names(director, "Hello.") == []
    async with director.retry(PLACE, KIM) as performance:
        assert len(await listen(performance)) == 1


async def test_while_somebody_speaks_nobody_is_next(director: Director) -> None:
    await open_scene(director, *CAST)
    async with director.hear(line("Mira?")) as performance:
        async for reply in performance:
            await begin(reply)
            with pytest.raises(StillSpeaking):
                async with director.next(PLACE, KIM):
                    pass
    assert len(await director.story(PLACE)) == 3


async def test_where_nothing_is_played_nobody_is_next(director: Director) -> None:
    with pytest.raises(NothingPlayed):
        async with director.next(PLACE, KIM):
            pass


async def test_characters_go_on_among_themselves_for_so_many_turns(director: Director, database: Database) -> None:
    await open_scene(director, *CAST)
    await director.cast.order(PLACE, KIM, Order.LIST)
    await director.cast.limit(PLACE, KIM, 1)
    await director.cast.let_talk(PLACE, KIM, 3)
    assert await names(director, "Hello.") == ["Tomas", "Зоя", "Mira", "Tomas"]
    assert [why for _, why in await whys(director, database)] == ["in turn", *["among themselves"] * 3]
    assert await names(director, "Mira?") == ["Mira", "Tomas", "Зоя", "Mira"]
    async with director.next(PLACE, KIM, "Зоя") as performance:
        assert [name for name, _ in await listen(performance)] == ["Зоя", "Mira", "Tomas", "Зоя"]
    async with director.retry(PLACE, KIM) as performance:
        assert [name for name, _ in await listen(performance)] == ["Зоя"]
    await narrate(director)


async def test_a_persons_word_ends_the_talk(director: Director) -> None:
    await open_scene(director, *CAST)
    await director.cast.order(PLACE, KIM, Order.LIST)
    await director.cast.limit(PLACE, KIM, 1)
    await director.cast.let_talk(PLACE, KIM, 9)
    spoke: list[str] = []
    async with director.hear(line("Hello.")) as performance:
        async for reply in performance:
            spoke.append(reply.speaker)
            await begin(reply)
            if len(spoke) == 3:
                await overhear(director, "I see.")
            async for _ in reply:
                pass
    assert spoke == ["Tomas", "Зоя", "Mira"]
    assert (await director.story(PLACE))[-1].text == "I see."


async def test_after_a_persons_word_they_talk_as_long_again(director: Director) -> None:
    await open_scene(director, *CAST)
    await director.cast.order(PLACE, KIM, Order.LIST)
    await director.cast.let_talk(PLACE, KIM, 1)
    spoke: list[str] = []
    async with director.hear(line("Tomas?")) as performance:
        async for reply in performance:
            spoke.append(reply.speaker)
            await begin(reply)
            if len(spoke) == 2:
                await overhear(director, "Tomas?")
            async for _ in reply:
                pass
    assert spoke == ["Tomas", "Зоя", "Tomas", "Зоя"]


async def test_a_person_whose_line_only_a_reply_has_read_ends_the_talk_too(director: Director) -> None:
    await open_scene(director, *CAST)
    assert await names(director, "Tomas?") == ["Tomas"]
    await director.cast.let_talk(PLACE, KIM, 9)
    first = Part(Author.CHARACTER, "Tomas")
    among = replace(first, why=AMONG_THEMSELVES)
    assert len(await director._choosing.go_on(PLACE, KIM, [first])) == 1
    assert await director._choosing.go_on(PLACE, KIM, [first, among]) == []
    for other in (replace(first, author=Author.NARRATOR), replace(first, instead_of=(await director.story(PLACE))[-1])):
        assert await director._choosing.go_on(PLACE, KIM, [other]) == []


async def test_a_stop_ends_the_talk(talkative: Director) -> None:
    await open_scene(talkative, *CAST)
    await talkative.cast.let_talk(PLACE, KIM, 9)
    spoke: list[str] = []
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            spoke.append(reply.speaker)
            await begin(reply)
            if len(spoke) == 2:
                talkative.stop(PLACE, KIM)
            async for _ in reply:
                pass
    assert len(spoke) == 2
    assert not talkative.stop(PLACE, KIM)


async def test_those_who_never_talk_do_not_talk_among_themselves(director: Director, database: Database) -> None:
    await open_scene(director, SILENT, card("Tomas", talkativeness=0.0))
    await director.cast.let_talk(PLACE, KIM, 9)
    assert await names(director, "Mira?") == ["Mira"]
    spoken = [turn for turn in await stored(database) if turn.author is Author.CHARACTER]
    assert len(spoken) == 2
