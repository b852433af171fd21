"""Chats of other programs become scenes, and come back as they were."""

import json
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core import Author, Place
from bot.roleplay.bringing import Terms, bring, fit, note_of, twin
from bot.roleplay.collection import open_book, take_book, take_card
from bot.roleplay.exports import Story, Told, read_story
from bot.roleplay.stories import Format, company_of, written
from bot.store import books, notes, people, scenes
from bot.store.database import Database
from tests.bot.roleplay.conftest import AT, KIM
from tests.bot.roleplay.lorebooks import book, card, entry

ASYNC = pytest.mark.asyncio(loop_scope="module")
TERMS = Terms("", 4096, Random(1), AT)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=20)
NAMES = st.sampled_from(["Mira", "mira", "Re: Tolly", "Narrator", "Kim", "Ann", "雨"])
ODD = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
UNKNOWN = st.dictionaries(st.sampled_from(["gen_id", "title", "force_avatar", "bias"]), ODD, max_size=3)

_places = count(1)


@st.composite
def messages(draw: st.DrawFn) -> dict[str, Any]:
    """Build a message of a chat as SillyTavern may write it, with fields that nobody knows."""
    is_user, mes = draw(st.booleans()), draw(TEXT)
    swipes = draw(st.lists(TEXT, max_size=3)) if not is_user else []
    place = draw(st.integers(0, len(swipes)))
    extra = {"extra": draw(UNKNOWN)} if draw(st.booleans()) else {}
    swiped = {"swipes": [*swipes[:place], mes, *swipes[place:]], "swipe_id": place} if swipes else {}
    infos = {"swipe_info": [{"extra": draw(UNKNOWN)} for _ in range(len(swipes) + 1)]} if swipes else {}
    date = draw(st.sampled_from([{}, {"send_date": "June 19, 2023 4:13pm"}, {"send_date": 1750000000123}]))
    name = "Ann" if is_user else draw(NAMES)
    is_system = {"is_system": draw(st.booleans())} if draw(st.booleans()) else {}
    return {
        "name": name,
        "is_user": is_user,
        "mes": mes,
        **is_system,
        **date,
        **extra,
        **swiped,
        **infos,
        **draw(UNKNOWN),
    }


HEADERS = st.none() | UNKNOWN.map(
    lambda odd: {"user_name": "Ann", "character_name": "Mira", "chat_metadata": {"integrity": "x", **odd}, **odd}
)


@ASYNC
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=HEADERS, said=st.lists(messages(), min_size=1, max_size=5))
async def test_every_field_of_a_chat_comes_back(
    database: Database, header: dict[str, Any] | None, said: list[dict[str, Any]]
) -> None:
    """Also of groups, which may have no header: then one is written in front."""
    before = [*([header] if header else []), *said]
    data = "\n".join(map(json.dumps, before)).encode()
    story = fit(read_story(data, source="chat.jsonl"), KIM.name)
    place = Place(f"terminal:chat {next(_places)}")
    async with database.writing() as session:
        company, user = await company_of(session, place, KIM, story)
        id = await bring(session, place, story, company, user, TERMS)
        known = await twin(session, user.person, story)
        scene = await scenes.scene(session, id)
    assert known is not None
    if not any(one["mes"] for one in said):
        return
    after = [json.loads(line) for line in (await written(database, scene, Format.JSONL)).data.decode().splitlines()]
    assert after[-len(before) :] == before
    assert len(after) - len(before) == (0 if header else 1)


def chat(*texts: str) -> Story:
    return read_story("\n".join(json.dumps({"name": "Mira", "mes": text}) for text in texts).encode(), source="x")


async def kept(database: Database, story: Story) -> int:
    place = Place(f"terminal:chat {next(_places)}")
    async with database.writing() as session:
        company, user = await company_of(session, place, KIM, story)
        return await bring(session, place, story, company, user, TERMS)


@ASYNC
async def test_a_story_is_known_again_by_what_was_brought_in(database: Database) -> None:
    """The beginning of a longer chat, as SillyTavern keeps checkpoints, is another story."""
    whole, beginning, other = chat("One.", "Two.", "Three."), chat("One.", "Two."), chat("One.", "Two.", "Four.")
    first = await kept(database, whole)
    async with database.writing() as session:
        person = (await scenes.scene(session, first)).opener or 0
        assert [await twin(session, person, one) for one in (whole, beginning, other)] == [first, None, None]
        assert await twin(session, person + 1, whole) is None
    second = await kept(database, beginning)
    async with database.writing() as session:
        assert [await twin(session, person, one) for one in (whole, beginning)] == [first, second]


def test_everybody_gets_a_name_that_can_be_spoken_under() -> None:
    people = [Told(Author.PERSON, name, "x") for name in ("Kim: K", "Narrator")]
    characters = [Told(Author.CHARACTER, name, "x") for name in ("Kim K", "A\u2028B", "Narrator", "User")]
    narrator = Told(Author.NARRATOR, "Any: name", "x")
    story = fit(Story("", (*people, *characters, narrator)), "User")
    assert [one.name for one in story.turns] == [
        *("Kim K", "Narrator 2", "Kim K 2", "A B", "Narrator 3", "User 2"),
        "Any: name",
    ]


@pytest.mark.parametrize(
    ("metadata", "note"),
    [
        ({"note_prompt": "Rain.", "note_interval": 1, "note_depth": 2}, notes.Note("Rain.", depth=2)),
        ({"note_prompt": " Rain. ", "note_interval": "3"}, notes.Note("Rain.", frequency=3)),
        ({"note_prompt": "Rain.", "note_interval": 1, "note_depth": -1}, notes.Note("Rain.")),
        ({"note_prompt": "Rain.", "note_interval": 0}, None),
        ({"note_prompt": "", "note_interval": 1}, None),
        ({"note_prompt": 7, "note_interval": 1}, None),
        ({"note_prompt": "Rain."}, None),
        ([], None),
    ],
)
def test_an_author_s_note_comes_along(metadata: object, note: notes.Note | None) -> None:
    header = json.dumps({"user_name": "Ann", "chat_metadata": metadata})
    assert note_of(Story("", (), header=header)) == note


@ASYNC
async def test_the_lorebook_that_a_card_names_counts_in_a_story_that_is_brought(database: Database) -> None:
    """Whether the card comes with the story or is stored already; one with a lorebook of its own needs no other."""
    naming = {name: card(name, extensions={"world": "Nets"}) for name in ("Mira", "Ada")}
    bringing = card("Ida", entry("It rains.", "rain"), extensions={"world": "Nets"})
    place = Place(f"terminal:chat {next(_places)}")
    counts: list[int] = []
    async with database.writing() as session:
        person = await people.person_of(session, KIM)
        await take_book(session, person, open_book(book(entry("Nets tear.", "net"), name="Nets"), source="n.json"))
        for file in (naming["Mira"], bringing):
            await take_card(session, person, file)
        for name, given in (("Mira", ()), ("Ada", (naming["Ada"],)), ("Ida", ())):
            story = fit(read_story(json.dumps({"name": name, "mes": "Hi."}).encode(), source="x"), KIM.name)
            company, user = await company_of(session, place, KIM, story, given)
            scene = await bring(session, place, story, company, user, TERMS)
            counts.append(len(await books.attached(session, scene)))
    assert counts == [1, 1, 0]
