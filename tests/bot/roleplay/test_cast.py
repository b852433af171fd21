"""Who comes, goes, is muted and called what, with a real database and a real worker."""

import pytest

from bot.core import Account, Answering, CastingRules, Order
from bot.errors import InvalidRule, NotAllowed, NothingPlayed, PlayError, StillSpeaking
from bot.roleplay import script
from bot.roleplay.director import Director
from bot.roleplay.templates import CHATML
from characters import CardFile
from engine.llama.model import Model
from tests.bot.roleplay.conftest import (
    ADA,
    GREETING,
    KIM,
    PLACE,
    SILENT,
    begin,
    card,
    cost,
    line,
    listen,
    open_scene,
    say,
    shown,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

GUEST = Account("terminal:3", "Lee")

MIRA, TOMAS, ZOYA = card("Mira"), card("Tomas"), card("Зоя Львовна")


async def present(director: Director) -> list[str]:
    scene = await director.scene(PLACE)
    assert scene
    return [member.name for member in scene.present]


async def prompt(director: Director) -> str:
    scene = await director.scene(PLACE)
    assert scene
    return shown(script.reply(scene, "Mira", CHATML))


async def test_a_newcomer_is_read_where_it_comes_in_and_nothing_a_second_time(director: Director, model: Model) -> None:
    await open_scene(director, MIRA)
    await say(director, "Hello.")
    leaf = (await director.story(PLACE))[-1].id
    group = card("Tomas", description="A cook who feeds {{user}}. With him: {{notChar}}. All: {{group}}.")
    tomas = await director.cast.add(PLACE, KIM, group)
    assert (tomas.name, tomas.after) == ("Tomas", leaf)
    assert tomas.block == "Tomas: A cook who feeds Kim. With him: Mira, Kim. All: Mira, Tomas."
    assert await present(director) == ["Mira", "Tomas"]
    figures = await cost(director, "Tomas?")
    assert (await director.story(PLACE))[-1].name == "Tomas"
    scene = await director.scene(PLACE)
    assert scene
    [block] = [one for one in script.reply(scene, "Mira", CHATML).story if one.label == f"card {tomas.character}"]
    assert (figures.read_head, figures.read_again) == (len(model.tokenize(block)), 0)
    text = await prompt(director)
    assert text.index("Kim: Hello.") < text.index(tomas.block) < text.index("Kim: Tomas?")


async def test_who_leaves_speaks_no_more_and_comes_back_as_who_they_were(director: Director) -> None:
    await open_scene(director, MIRA, TOMAS)
    before = await prompt(director)
    gone = await director.cast.remove(PLACE, KIM, "tomas")
    assert gone.has_left
    assert await present(director) == ["Mira"]
    assert await prompt(director) == before.replace(
        "Mira waves at Kim.", "Mira waves at Kim.<|im_end|>\n<|im_start|>system\nTomas leaves."
    )
    assert [name for name, _ in await say(director, "Tomas?")] == ["Mira"]
    left = await prompt(director)
    with pytest.raises(PlayError, match=r"There is nobody called Tomas here: there are Mira\."):
        await director.cast.remove(PLACE, KIM, "Tomas")
    assert await director.cast.bring_back(PLACE, KIM, "Ada") is None
    back = await director.cast.bring_back(PLACE, KIM, "Tomas")
    assert back
    assert await present(director) == ["Mira", "Tomas"]
    assert [name for name, _ in await say(director, "Tomas?")] == ["Tomas"]
    told = await prompt(director)
    assert told.startswith(left.removesuffix("Mira:").removesuffix("<|im_start|>assistant\n"))
    assert told.index("Tomas leaves.") < told.index("Kim: Tomas?") < told.index("Tomas comes back.")
    await director.cast.remove(PLACE, KIM, "Tomas")
    assert await director.cast.add(PLACE, KIM, TOMAS) == back
    assert await director.cast.bring_back(PLACE, KIM, "Tomas") is None


async def test_who_is_muted_is_silent_until_asked_for(director: Director) -> None:
    await open_scene(director, MIRA, TOMAS)
    assert (await director.cast.mute(PLACE, KIM, "Mira")).muted
    assert [name for name, _ in await say(director, "Mira?")] == ["Tomas"]
    async with director.next(PLACE, KIM, "Mira") as performance:
        assert [name for name, _ in await listen(performance)] == ["Mira"]
    assert not (await director.cast.unmute(PLACE, KIM, "Mira")).muted
    assert [name for name, _ in await say(director, "Mira?")] == ["Mira"]


async def test_aliases_are_names_in_all_their_cases(director: Director) -> None:
    await open_scene(director, SILENT, ZOYA)
    mira = await director.cast.set_aliases(PLACE, KIM, "Mira", ["ведьма", " the pilot ", "ведьма"])
    assert mira.aliases == ("ведьма", "the pilot")
    for text in ("Спроси у ведьмы.", "Where is that pilot?"):
        assert [name for name, _ in await say(director, text)] == ["Mira"]
    for text in ("Отдай это Зое Львовне.", "Я говорил с Зоей."):
        assert [name for name, _ in await say(director, text)] == ["Зоя Львовна"]
    assert (await director.cast.set_aliases(PLACE, KIM, "the pilot", [])).aliases == ()
    await director.cast.set_aliases(PLACE, KIM, "Зоя", ["ведьма"])
    assert [name for name, _ in await say(director, "Ведьму видели?")] == ["Зоя Львовна"]


@pytest.mark.parametrize(
    ("alias", "problem"),
    [
        ("", "everybody needs one"),
        ("a: b", "has a colon"),
        ("two\nlines", "goes over several lines"),
        ("tomas", "everybody needs a name of their own"),
        ("Kim", "everybody needs a name of their own"),
        ("Narrator", "everybody needs a name of their own"),
        ("x" * 81, "20 aliases of 80 characters"),
    ],
)
async def test_an_alias_that_is_no_name_or_somebody_elses_is_refused(
    director: Director, alias: str, problem: str
) -> None:
    await open_scene(director, MIRA, TOMAS)
    with pytest.raises(PlayError, match=problem):
        await director.cast.set_aliases(PLACE, KIM, "Mira", ["fine", alias])
    scene = await director.scene(PLACE)
    assert scene
    assert {member.aliases for member in scene.members} == {()}


@pytest.mark.parametrize(
    ("newcomer", "problem"),
    [
        (MIRA, "Mira is here already."),
        (card("MIRA", description="Another one."), "everybody needs a name of their own"),
        (card("Kim"), "everybody needs a name of their own"),
        (card("Ada"), "everybody needs a name of their own"),
        (card(" "), "would have no name"),
        (card("Dr: Who"), "has a colon"),
        (card("Long\nName"), "goes over several lines"),
        (card("Tomas", description="He counts every lamp on the pier. " * 200), "There is no room for that"),
    ],
)
async def test_who_cannot_come_in_leaves_no_trace(director: Director, newcomer: CardFile, problem: str) -> None:
    await open_scene(director, MIRA)
    await say(director, "Good evening.", account=ADA)
    before = await director.scene(PLACE)
    with pytest.raises(PlayError, match=problem):
        await director.cast.add(PLACE, KIM, newcomer)
    assert await director.scene(PLACE) == before


async def test_a_cast_of_fifty_is_refused_where_it_has_no_room_and_played_where_it_has(director: Director) -> None:
    await open_scene(director, MIRA)
    with pytest.raises(PlayError, match="There is no room for that"):
        await open_scene(director, *(card(f"Guard{number}", description="A guard. " * 9) for number in range(50)))
    assert await told(director) == [GREETING]
    crowd = [card(f"G{number}", description="", first_mes="") for number in range(50)]
    await open_scene(director, *crowd)
    assert [name for name, _ in await say(director, "G7, G49, G1, G2!")] == ["G7", "G49", "G1"]


async def test_talkativeness_decides_who_answers_unasked(director: Director) -> None:
    await open_scene(director, SILENT, card("Tomas", talkativeness=0.0))
    assert await say(director, "Hello.") == []
    await director.cast.set_talkativeness(PLACE, KIM, "Tomas", 1)
    assert [name for name, _ in await say(director, "Hello.")] == ["Tomas"]
    for nonsense in (-0.1, 1.1, float("nan")):
        with pytest.raises(PlayError, match="from 0"):
            await director.cast.set_talkativeness(PLACE, KIM, "Tomas", nonsense)


async def test_rules_are_kept_with_the_scene(director: Director) -> None:
    await open_scene(director, MIRA, TOMAS)
    cast = director.cast
    await cast.answer(PLACE, KIM, Answering.CHANCE, chance_percent=5)
    await cast.order(PLACE, KIM, Order.LIST)
    await cast.let_talk(PLACE, KIM, 4)
    rules = await cast.limit(PLACE, KIM, 2)
    assert rules == CastingRules(Answering.CHANCE, 5, Order.LIST, 2, 4)
    for nonsense in (0, 99):
        with pytest.raises(InvalidRule, match="from 1 to 10"):
            await cast.limit(PLACE, KIM, nonsense)
    scene = await director.scene(PLACE)
    assert scene
    assert scene.rules == rules
    assert (await cast.answer(PLACE, KIM, None)).chance_percent == 5


async def test_while_somebody_speaks_nobody_comes_or_goes(director: Director) -> None:
    await open_scene(director, MIRA, TOMAS)
    async with director.hear(line("Mira?")) as performance:
        async for reply in performance:
            await begin(reply)
            with pytest.raises(StillSpeaking):
                await director.cast.add(PLACE, KIM, card("Ada Stone"))
            with pytest.raises(StillSpeaking):
                await director.cast.remove(PLACE, KIM, "Tomas")
            await director.cast.mute(PLACE, KIM, "Tomas")
    assert await present(director) == ["Mira", "Tomas"]


async def test_the_cast_is_up_to_whoever_opened_the_scene(director: Director) -> None:
    before = await open_scene(director, MIRA)
    for action in (
        director.cast.add(PLACE, GUEST, TOMAS),
        director.cast.bring_back(PLACE, GUEST, "Mira"),
        director.cast.remove(PLACE, GUEST, "Mira"),
        director.cast.mute(PLACE, GUEST, "Mira"),
        director.cast.set_aliases(PLACE, GUEST, "Mira", ["Red"]),
        director.cast.order(PLACE, GUEST, Order.LIST),
    ):
        with pytest.raises(NotAllowed, match="up to whoever opened the scene"):
            await action
    assert await director.scene(PLACE) == before


async def test_where_nothing_is_played_there_is_no_cast(director: Director) -> None:
    for action in (
        director.cast.add(PLACE, KIM, MIRA),
        director.cast.mute(PLACE, KIM, "Mira"),
        director.cast.order(PLACE, KIM, Order.LIST),
    ):
        with pytest.raises(NothingPlayed):
            await action
