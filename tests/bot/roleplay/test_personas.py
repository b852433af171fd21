"""Personas in scenes, with a real database and a real worker: who says what under which name, and what is read."""

from typing import Any, cast

import pytest

from bot.core import Account, Persona, Place, Scene
from bot.errors import Missing, PlayError
from bot.roleplay import script
from bot.roleplay.director import Director
from bot.roleplay.personas import MOST_DESCRIPTION_CHARACTERS
from bot.roleplay.templates import CHATML
from bot.store.database import Database
from engine import Engine, Prompt
from tests.bot.roleplay.conftest import (
    ADA,
    AT,
    GREETING,
    KIM,
    PLACE,
    SHORT,
    SILENT,
    card,
    open_scene,
    say,
    shown,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

ELSEWHERE = Place("terminal:elsewhere")
KAY = "Kay (a player): A tired knight."


async def create(
    director: Director,
    name: str = "Kay",
    description: str = "A tired knight.",
    *,
    account: Account = KIM,
    brackets: str = "",
) -> Persona:
    return await director.personas.create(PLACE, account, name, description=description, brackets=brackets)


async def scene(director: Director) -> Scene:
    found = await director.scene(PLACE)
    assert found
    return found


async def read(director: Director) -> str:
    """Return what the model reads of the story."""
    return shown(script.reply(await scene(director), "Mira", CHATML))


async def test_without_a_persona_one_plays_under_the_name_of_ones_account(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Hello.")
    await say(director, "Evening.", account=ADA)
    await say(director, "So?", account=ADA)
    assert await told(director) == [GREETING, ("Kim", "Hello."), ("Ada", "Evening."), ("Ada", "So?")]
    assert [player.name for player in (await scene(director)).players] == ["Kim", "Ada"]


async def test_a_persona_sticks_and_is_read_where_it_was_taken_on(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Hello.")
    await create(director)
    player = await director.personas.use(PLACE, KIM, " kay ")
    assert (player.name, player.block) == ("Kay", KAY)
    await say(director, "I am tired.")
    await say(director, "So tired.")
    assert (await told(director))[1:] == [("Kim", "Hello."), ("Kay", "I am tired."), ("Kay", "So tired.")]
    text = await read(director)
    assert text.index("Kim: Hello.") < text.index(KAY) < text.index("Kay: I am tired.")
    assert await director.personas.use(PLACE, KIM, "Kay") == player
    await director.personas.drop(PLACE, KIM)
    await say(director, "Myself.")
    await director.personas.use(PLACE, KIM, "Kay")
    await say(director, "Again.")
    assert (await told(director))[4:] == [("Kim", "Myself."), ("Kay", "Again.")]
    assert (await read(director)).count(KAY) == 1


async def test_a_retry_reads_nothing_again_for_a_persona_that_was_taken_on_behind_the_former_reply(
    director: Director,
) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    await create(director)
    await director.personas.use(PLACE, KIM, "Kay")
    async with director.retry(PLACE, KIM) as performance:
        replies = [(reply, [chunk async for chunk in reply]) async for reply in performance]
    figures = replies[0][0].figures
    assert figures
    assert (figures.read_trim, figures.read_edit, figures.read_rebuild) == (0, 0, 0)
    assert figures.held > figures.read_turn + figures.read_head


async def test_brackets_switch_for_one_line_and_the_model_learns_who_that_is(director: Director) -> None:
    await open_scene(director, SILENT)
    await create(director, brackets="k: text")
    await create(director, "Lo", "A thief.", brackets="[text]")
    await director.personas.use(PLACE, KIM, "Lo")
    for line in ("k: Halt!", "Never.", "K:Stop!", "k: -temp=1 Please."):
        await say(director, line)
    assert (await told(director))[1:] == [
        ("Kay", "Halt!"),
        ("Lo", "Never."),
        ("Kay", "Stop!"),
        ("Kay", "Please."),
    ]
    text = await read(director)
    assert text.count(KAY) == text.count("Lo (a player): A thief.") == 1
    assert text.index(KAY) < text.index("Kay: Halt!")
    playing = await director.personas.playing(PLACE, KIM)
    assert playing
    assert playing.name == "Lo"


async def test_an_aside_in_brackets_stays_out_of_the_story(director: Director) -> None:
    await open_scene(director, SILENT)
    await create(director, brackets="k: text")
    assert await say(director, "k: ((tea?))") == []
    assert await told(director) == [GREETING]


async def test_the_brackets_of_others_are_nothing(director: Director) -> None:
    await open_scene(director, SILENT)
    await create(director, brackets="k: text")
    await say(director, "k: Halt!", account=ADA)
    assert (await told(director))[-1] == ("Ada", "k: Halt!")


async def test_nobody_can_be_called_as_somebody_else_is(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Evening.", account=ADA)
    for name in ("MIRA", "narrator", "ada", "Kim"):
        await create(director, name, brackets=f"{name}> text")
    for name in ("MIRA", "narrator", "ada"):
        before = await scene(director)
        with pytest.raises(PlayError, match="would be called"):
            await director.personas.use(PLACE, KIM, name)
        with pytest.raises(PlayError, match="would be called"):
            await say(director, f"{name}> Hm.")
        assert await scene(director) == before
    await director.personas.use(PLACE, KIM, "Kim")


async def test_two_accounts_of_one_name_are_told_apart(director: Director) -> None:
    other = Account("terminal:3", "Kim", KIM.role)
    await open_scene(director, SILENT)
    for account in (KIM, other, KIM, other):
        await say(director, "Hm.", account=account)
    assert [name for name, _ in (await told(director))[1:]] == ["Kim", "Kim 2", "Kim", "Kim 2"]


async def test_an_account_that_is_renamed_speaks_under_its_new_name(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Hm.")
    await say(director, "Hm.", account=Account(KIM.id, "Kim the Bold", KIM.role))
    assert [name for name, _ in (await told(director))[1:]] == ["Kim", "Kim the Bold"]


async def test_the_next_scene_at_a_place_opens_with_the_persona_played_there_last(director: Director) -> None:
    await open_scene(director, SILENT)
    await create(director)
    await director.personas.use(PLACE, KIM, "Kay")
    mira = card("Mira", talkativeness=0.0, description="{{user}} owes her: {{persona}}")
    opened = await director.scenes.start(PLACE, KIM, [mira], at=AT)
    assert opened.opened_by == "Kay"
    assert opened.turns[0].text == "Mira waves at Kay."
    assert opened.members[0].block == "Mira: Kay owes her: A tired knight."
    assert [(player.name, player.block) for player in opened.players] == [("Kay", KAY)]
    await director.personas.drop(PLACE, KIM)
    assert (await scene(director)).opened_by == "Kay"
    other = await director.scenes.start(ELSEWHERE, KIM, [mira], at=AT)
    assert (other.opened_by, other.members[0].block) == ("Kim", "Mira: Kim owes her:")


async def test_who_comes_in_later_is_who_they_were_at_that_place_unless_that_name_is_taken(
    director: Director, database: Database
) -> None:
    await open_scene(director, SILENT)
    await create(director, account=ADA)
    await director.personas.use(PLACE, ADA, "Kay")
    await open_scene(director, SILENT)
    await say(director, "Hm.", account=ADA)
    await open_scene(director, card("Kay", talkativeness=0.0))
    await say(director, "Hm.", account=ADA)
    await open_scene(director, SILENT)
    await say(director, "Hm.", account=ADA)
    said = [turn.name for turn in await stored(database) if turn.text == "Hm."]
    assert said == ["Kay", "Ada", "Ada"]


async def test_a_scene_opens_under_another_name_where_a_character_has_ones_own(director: Director) -> None:
    opened = await open_scene(director, card("KIM"), SILENT)
    assert (opened.opened_by, opened.turns[0].text) == ("Kim 2", "KIM waves at Kim 2.")


async def test_an_edit_counts_at_once_where_it_is_made(director: Director) -> None:
    await open_scene(director, SILENT)
    made = await create(director)
    await director.personas.use(PLACE, KIM, "Kay")
    await say(director, "Hm.")
    edited = await director.personas.edit(PLACE, KIM, "kay", name="Sir Kay", description="A rested knight.")
    assert (edited.id, edited.name, edited.description) == (made.id, "Sir Kay", "A rested knight.")
    await say(director, "Ha.")
    assert [name for name, _ in (await told(director))[1:]] == ["Kay", "Sir Kay"]
    assert "Sir Kay (a player): A rested knight." in await read(director)


async def test_a_deleted_persona_leaves_the_story_as_it_is(director: Director) -> None:
    await open_scene(director, SILENT)
    await create(director)
    await director.personas.use(PLACE, KIM, "Kay")
    await say(director, "Hm.")
    await director.personas.delete(PLACE, KIM, "Kay")
    assert await director.personas.list(PLACE, KIM) == ()
    await say(director, "Hm.")
    assert [name for name, _ in (await told(director))[1:]] == ["Kay", "Kim"]
    assert KAY in await read(director)


async def test_personas_are_ones_own_until_they_are_published(director: Director) -> None:
    inn = Place("discord:room", server="discord:inn")
    await director.scenes.start(inn, KIM, [SILENT], at=AT)
    made = await director.personas.create(inn, KIM, "Kay")
    with pytest.raises(Missing):
        await director.personas.use(inn, ADA, "Kay")
    await director.library.publish(inn, KIM, "persona", "Kay")
    assert await director.personas.list(inn, ADA) == (made,)
    assert await director.personas.list(ELSEWHERE, ADA) == ()
    assert (await director.personas.use(inn, ADA, "Kay")).name == "Kay"
    with pytest.raises(PlayError, match="You have no persona called Kay"):
        await director.personas.edit(inn, ADA, "Kay", description="Mine.")


async def test_a_picture_is_kept_and_taken_away(director: Director) -> None:
    made = await director.personas.create(PLACE, KIM, "Kay", picture=b"PNG")
    assert await director.personas.picture(made.id) == b"PNG"
    await director.personas.edit(PLACE, KIM, "Kay", description="A knight.")
    assert await director.personas.picture(made.id) == b"PNG"
    await director.personas.edit(PLACE, KIM, "Kay", picture=b"")
    assert await director.personas.picture(made.id) is None


@pytest.mark.parametrize(
    ("name", "description", "brackets", "problem"),
    [
        ("K:ay", "", "", "has a colon"),
        ("K\nay", "", "", "several lines"),
        (" ", "", "", "needs a name"),
        ("x" * 81, "", "", "80 characters at most"),
        ("lo", "", "", "You have a persona called lo already"),
        ("Kay", "x" * (MOST_DESCRIPTION_CHARACTERS + 1), "", "4,000 characters at most"),
        ("Kay", "", "text", "brackets are from 1 to"),
        ("Kay", "", "((text))", "brackets cannot be"),
        ("Kay", "", "L: text", "Your persona Lo has these brackets already"),
    ],
)
async def test_what_will_not_do_is_said_and_nothing_is_kept(
    director: Director, name: str, description: str, brackets: str, problem: str
) -> None:
    other = await create(director, "Lo", brackets="L: text")
    with pytest.raises(PlayError, match=problem):
        await create(director, name, description, brackets=brackets)
    made = await create(director, "Third")
    with pytest.raises(PlayError, match=problem):
        await director.personas.edit(
            PLACE, KIM, "Third", name=name, description=description or None, brackets=brackets or None
        )
    assert await director.personas.list(PLACE, KIM) == (other, made)


class Listening:
    """An engine, and the prompts that it was given."""

    def __init__(self, engine: Engine) -> None:
        self.prompts: list[Prompt] = []
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def stream(self, channel: str, prompt: Prompt, *args: Any, **more: Any) -> Any:
        self.prompts.append(prompt)
        return self._engine.stream(channel, prompt, *args, **more)


async def test_suggestions_are_in_the_voice_of_the_persona(database: Database, engine: Engine) -> None:
    listening = Listening(engine)
    director = Director(database, cast(Engine, listening), SHORT, seed=7)
    await open_scene(director, card("Mira"))
    await create(director)
    await director.personas.use(PLACE, KIM, "Kay")
    await director.suggesting.lines(PLACE, KIM, count=1)
    await director.suggesting.lines(PLACE, ADA, count=1)
    assert [prompt.cue.text.splitlines()[-1] for prompt in listening.prompts] == ["Kay:", "Ada:"]
    assert "Now Kay answers" in shown(listening.prompts[0])
