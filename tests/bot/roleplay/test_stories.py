"""Export, import and reset, with a real database and a real worker."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core import Account, Author, CastingRules, Place, ReplySettings, Role, Scene, TurnState
from bot.errors import NotAllowed, NothingPlayed, PlayError, StillSpeaking, StoryFileError
from bot.roleplay.bringing import MOST_CHARACTERS
from bot.roleplay.director import Director
from bot.roleplay.stories import Format
from bot.store import cast, scenes, turns
from bot.store.database import Database
from tests.bot.roleplay.conftest import (
    ADA,
    AT,
    GREETING,
    KIM,
    PLACE,
    begin,
    card,
    line,
    listen,
    open_scene,
    say,
    stored,
    told,
)
from tests.bot.roleplay.exports.stories import FACE, GOLDEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

_places = count(1)


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode().split("\n") if line.strip()]


async def bring(director: Director, data: bytes, *, place: Place = PLACE, **more: Any) -> Scene:
    return await director.stories.bring(place, KIM, data, source="story.jsonl", **more)


async def golden(director: Director, name: str) -> Scene:
    return await bring(director, (GOLDEN / name).read_bytes(), cards=[card("Mira")])


async def exported(director: Director, format: Format = Format.JSONL, place: Place = PLACE) -> bytes:
    return (await director.stories.export(place, ADA, format)).data


async def test_a_story_is_written_in_each_format(director: Director) -> None:
    await open_scene(director, replace(card("Mira"), picture=FACE))
    [(_, answer)] = await say(director, "Is there <tea>?")
    for format, parts in {
        Format.MARKDOWN: ("# Mira\n", "**Mira:** Mira waves at Kim.", "**Kim:** Is there \\<tea>?"),
        Format.HTML: ("<h1>Mira</h1>", "Is there &lt;tea&gt;?", "data:image/png;base64,"),
        Format.JSONL: ('"mes":"Is there <tea>?"', '"user_name":"Kim"'),
    }.items():
        file = await director.stories.export(PLACE, ADA, format)
        assert file.name == f"Mira.{format}"
        assert all(part in file.data.decode() for part in parts)
    assert lines(await exported(director))[-1]["mes"] == answer


async def test_on_a_page_everybody_has_a_face(director: Director) -> None:
    await open_scene(director, replace(card("Mira"), picture=FACE))
    await say(director, "Good evening.")
    page = (await exported(director, Format.HTML)).decode()
    assert page.count("data:image/png;base64,") == 2
    assert page.count('class="face face-') == page.count("<article") == 3


async def test_names_are_made_fit_and_come_back(director: Director) -> None:
    names = ["A: B", "Kim", "Mira", "mira", "Narrator", "A: B"]
    data = "".join(json.dumps({"name": name, "mes": "Hi.", "x": [1]}) + "\n" for name in names).encode()
    await bring(director, data)
    assert [name for name, _ in await told(director)] == ["A B", "Kim 2", "Mira", "mira 2", "Narrator 2", "A B"]
    assert [(one["name"], one["x"]) for one in lines(await exported(director))[1:]] == [(name, [1]) for name in names]


async def test_swipes_of_a_reply_are_written_and_come_back(director: Director) -> None:
    await open_scene(director, card("Mira"))
    [(_, first)] = await say(director, "Hello.")
    async with director.retry(PLACE, KIM) as performance:
        [(_, second)] = await listen(performance)
    data = await exported(director)
    assert lines(data)[-1]["swipes"] == [first, second]
    await bring(director, data)
    *_, last = await director.story(PLACE)
    assert (last.text, last.author) == (second, Author.CHARACTER)
    async with director._house.database.reading() as session:
        assert [one.text for one in await turns.siblings(session, last.id)] == [first, second]


async def test_nothing_is_no_story(director: Director) -> None:
    with pytest.raises(NothingPlayed):
        await exported(director)
    await open_scene(director, card("Mira", first_mes=""))
    with pytest.raises(PlayError, match="the story has not begun"):
        await exported(director)


async def test_a_file_has_a_name_that_every_system_takes(director: Director, database: Database) -> None:
    scene = await open_scene(director, card("Mira"))
    for title, name in {"A/B: <雨>?\n": "A B 雨.md", "...": "story.md", "x" * 200: f"{'x' * 60}.md"}.items():
        async with database.writing() as session:
            await scenes.change(session, scene.id, title=title)
        assert (await director.stories.export(PLACE, KIM, Format.MARKDOWN)).name == name


async def test_a_notebook_is_written_as_a_text(director: Director) -> None:
    async with director.notebook.write(PLACE, KIM, text="The lamp was *out*.") as performance:
        [(_, written)] = await listen(performance)
    assert "\n\nThe lamp was *out*." in (await exported(director, Format.MARKDOWN)).decode()
    assert "Narrator" not in (await exported(director, Format.HTML)).decode()
    data = await exported(director)
    assert [line["mes"] for line in lines(data)[1:]] == ["The lamp was *out*.", written]
    scene = await bring(director, data)
    assert (scene.is_notebook, scene.title, scene.members) == (True, "Notebook", ())
    assert await exported(director) == data


async def test_a_chat_is_brought_in_and_goes_on(director: Director, database: Database) -> None:
    before = await open_scene(director, card("Mira"))
    scene = await golden(director, "solo.jsonl")
    assert await told(director) == [
        ("Mira", "*She waves.* Last boat."),
        ("Ann", "How much?"),
        ("Mira", "Three."),
        ("System", ""),
    ]
    [mira] = scene.members
    assert (mira.name, mira.block) == ("Mira", "Mira: Mira keeps an inn.")
    assert (scene.opened_by, [one.name for one in scene.players], scene.title) == ("Ann", ["Kim"], "Mira")
    assert {one.person is None for one in scene.turns if one.author is Author.PERSON} == {False}
    async with database.reading() as session:
        assert (await scenes.scene(session, before.id)).turns
    [(speaker, answer)] = await say(director, "Two, then.")
    assert (speaker, bool(answer)) == ("Mira", True)
    original, again = lines((GOLDEN / "solo.jsonl").read_bytes()), lines(await exported(director))
    assert again[: len(original)] == original
    assert [line["mes"] for line in again[len(original) :]] == ["Two, then.", answer]


async def test_characters_have_the_cards_that_are_known(director: Director) -> None:
    await open_scene(director, card("Tolly", description="A stoker."))
    scene = await golden(director, "group.jsonl")
    blocks = {member.name: member.block for member in scene.members}
    assert blocks == {"Tolly": "Tolly: A stoker.", "Mira": "Mira: Mira keeps an inn."}
    scene = await bring(director, b"TOLLY: Steam.\nMira: Fog.\nKim: Hm.")
    assert {member.name: member.block for member in scene.members} == {
        "TOLLY": "TOLLY: A stoker.",
        "Mira": "Mira: Mira keeps an inn.",
    }
    other = await director.stories.bring(Place("terminal:other"), ADA, b"Tolly: Steam.\nBo: No.", source="log.txt")
    assert {member.name: member.block for member in other.members} == {"Tolly": "", "Bo": ""}


async def test_what_is_brought_in_is_found(director: Director) -> None:
    await bring(director, b"Ann: Where is the brass lantern?\nMira: On the shelf.")
    assert [turn.text for turn in await director.memory.search(PLACE, "lanterns")] == ["Where is the brass lantern?"]


async def test_a_log_is_brought_in_and_its_people_are_none_of_the_cast(director: Director) -> None:
    scene = await bring(director, b"Mira: Rain.\nkim: Again.\nAda: Hm.\nNarrator: Thunder.", users=["Ada"])
    assert [member.name for member in scene.members] == ["Mira"]
    authors = [Author.CHARACTER, Author.PERSON, Author.PERSON, Author.NARRATOR]
    assert [one.author for one in scene.turns] == authors
    [(speaker, _)] = await say(director, "And now?")
    assert speaker == "Mira"


async def test_a_long_story_is_read_from_where_the_window_begins(director: Director) -> None:
    text = "\n".join(f"{name}: {name} says {number}." for number in range(1500) for name in ("Mira", "Kim"))
    scene = await bring(director, text.encode())
    assert 50 < len(scene.turns) < 500
    assert len(await director.story(PLACE)) == 3000
    [(speaker, _)] = await say(director, "Who is there?")
    assert speaker == "Mira"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xff\xff", "The story story.jsonl cannot be read: in line 1 its text is neither UTF-8 nor UTF-16."),
        (
            b'{"name":"Mira","mes":"Hi."}\n{"mes":',
            "The story story.jsonl cannot be read: in line 2 it is not valid JSON",
        ),
        (b"", "The story story.jsonl cannot be read: it is empty"),
        (
            "\n".join(f"P{number}: x" for number in range(MOST_CHARACTERS + 1)).encode(),
            "That story has 51 characters; 50 are the most.",
        ),
    ],
)
async def test_all_is_brought_in_or_nothing(
    director: Director, database: Database, content: bytes, problem: str
) -> None:
    scene = await open_scene(director, card("Mira"))
    before = await stored(database)
    with pytest.raises((StoryFileError, PlayError)) as raised:
        await bring(director, content)
    assert str(raised.value).startswith(problem)
    assert "\n" not in str(raised.value)
    assert await director.scene(PLACE) == scene
    assert await stored(database) == before


async def test_a_reset_begins_anew_with_the_same_cast_options_and_greeting(
    director: Director, database: Database
) -> None:
    former = await open_scene(director, card("Mira"), card("Tomas"), card("Zoe"))
    await director.preferences.set(PLACE, KIM, "temp", "0.3")
    await director.preferences.set(PLACE, KIM, "tokens", "9", character="Tomas")
    async with database.writing() as session:
        rules = CastingRules(most_replies=2)
        await scenes.change(session, former.id, rules=rules, language="ru", paused_at=AT)
        gone = former.members[2]
        await cast.change_member(session, former.id, gone.character, has_left=True, moves=str(former.leaf))
        await cast.change_member(session, former.id, former.members[1].character, muted=True, after_id=former.leaf)
    await say(director, "Hello.")
    before = await director.story(PLACE)
    scene = await director.stories.reset(PLACE, ADA)
    assert scene.id != former.id
    assert await told(director) == [GREETING]
    assert [(one.name, one.muted, one.after, one.settings.reply_tokens) for one in scene.members] == [
        ("Mira", False, None, None),
        ("Tomas", True, None, 9),
    ]
    assert (scene.settings, scene.rules, scene.language) == (
        ReplySettings(sampling=(("temperature", 0.3),)),
        rules,
        "ru",
    )
    assert [(one.name, one.after) for one in scene.players] == [("Kim", None)]
    assert (scene.is_paused, scene.opened_by, scene.scenario) == (False, "Kim", former.scenario)
    async with database.reading() as session:
        assert await scenes.story(session, former.id) == before
    [(speaker, _)] = await say(director, "Hello again.")
    assert speaker == "Mira"


async def test_greetings_that_were_gone_through_stay_beside_the_one_that_was_chosen(
    director: Director, database: Database
) -> None:
    scene = await open_scene(director, card("Mira"))
    async with database.writing() as session:
        mira = scene.members[0].character
        other = await turns.record(
            session, scene.id, parent=None, author=Author.CHARACTER, name="Mira", text="Oh.", at=AT, character=mira
        )
        await scenes.set_leaf(session, scene.id, scene.leaf)
    await director.stories.reset(PLACE, KIM)
    assert await told(director) == [GREETING]
    [first] = await director.story(PLACE)
    async with database.reading() as session:
        assert [one.text for one in await turns.siblings(session, first.id)] == [GREETING[1], other.text]


async def test_what_has_not_begun_can_be_reset(director: Director) -> None:
    with pytest.raises(NothingPlayed):
        await director.stories.reset(PLACE, KIM)
    await open_scene(director, card("Mira", first_mes=""))
    await say(director, "Hello.")
    assert (await director.stories.reset(PLACE, KIM)).turns == ()
    await director.notebook.open(PLACE, KIM)
    assert (await director.stories.reset(PLACE, KIM)).is_notebook


async def test_what_is_not_up_to_somebody_is_not_done(director: Director) -> None:
    scene = await open_scene(director, card("Mira"))
    stranger, guest = Account("terminal:9", "Bo"), Account("terminal:8", "Eve", Role.SPECTATOR)
    server = Place("discord:2", "a channel", "discord:1")
    for forbidden in (
        director.stories.export(PLACE, stranger, Format.JSONL),
        director.stories.reset(PLACE, stranger),
        director.stories.bring(server, stranger, b"Mira: Rain.", source="log.txt"),
        director.notebook.open(server, stranger),
        director.preferences.set(PLACE, stranger, "temp", "1"),
        director.preferences.use(PLACE, stranger, "Creative"),
        director.preferences.save(PLACE, guest, "Mine"),
    ):
        with pytest.raises(NotAllowed):
            await forbidden
    with pytest.raises(NotAllowed):
        async with director.questions.ask(PLACE, guest, "Who?"):
            pass
    assert await director.scene(PLACE) == scene
    assert await director.scene(server) is None


async def test_nothing_begins_while_somebody_speaks(talkative: Director) -> None:
    scene = await open_scene(talkative, card("Mira"))
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            for beginning in (
                talkative.stories.reset(PLACE, KIM),
                bring(talkative, b"Mira: Rain."),
                talkative.notebook.open(PLACE, KIM),
            ):
                with pytest.raises(StillSpeaking):
                    await beginning
            # What is being said is no part of the story yet.
            assert "Mira waves" in (await exported(talkative, Format.MARKDOWN)).decode()
            reply.stop()
            async for _ in reply:
                pass
    now = await talkative.scene(PLACE)
    assert now
    assert now.id == scene.id


NAMES = {Author.CHARACTER: ("Mira", "Zoë", "雨"), Author.PERSON: ("Kim", "Ada"), Author.NARRATOR: ("Narrator",)}
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=12)


async def grow(database: Database, place: Place, random: Random, texts: Sequence[str]) -> None:
    """Make a tree of turns, some of them cut, revised or deleted, whose story stands somewhere in it."""
    async with database.writing() as session:
        beginning = scenes.Beginning("The *ferry*", "Kim", None, "", AT)
        scene = await scenes.open_scene(session, place, beginning)
        ids: list[int | None] = [None]
        for number, text in enumerate(texts):
            author = random.choice([*Author])
            turn = await turns.record(
                session,
                scene,
                parent=random.choice(ids[-3:]),
                author=author,
                name=random.choice(NAMES[author]),
                text=text,
                at=AT + timedelta(seconds=number),
                state=random.choice([TurnState.DONE, TurnState.DONE, TurnState.CUT]),
            )
            ids.append(turn.id)
            if random.random() < 0.2:
                await turns.revise(session, turn.id, random.choice(["", "Again."]), person=None, at=AT)
        await scenes.set_leaf(session, scene, random.choice(ids[-3:]))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=8), seed=st.integers(0, 2**20))
async def test_what_is_brought_in_is_written_as_it_was(
    director: Director, database: Database, texts: list[str], seed: int
) -> None:
    first, second = (Place(f"terminal:{next(_places)}") for _ in range(2))
    await grow(database, first, Random(seed), texts)
    try:
        written = await exported(director, place=first)
    except PlayError:
        return  # every turn of the story says nothing
    await bring(director, written, place=second)
    assert await exported(director, place=second) == written
    reading = [await exported(director, Format.MARKDOWN, place) for place in (first, second)]
    assert reading[0] == reading[1]
