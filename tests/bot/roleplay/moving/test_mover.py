"""A whole house moves: with a real database, and no model."""

import json
import sqlite3
from asyncio import to_thread
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.core import Account, Order, Place, Role, Scene
from bot.roleplay import collection
from bot.roleplay.bringing import Terms
from bot.roleplay.intake import (
    Intake,
    Line,
    Outcome,
    Sort,
    Stage,
    keep_both,
    performing,
    rehearsing,
    replace_old,
)
from bot.roleplay.moving.chats import Rooms
from bot.roleplay.moving.folder import survey
from bot.roleplay.moving.mover import Mover
from bot.roleplay.stories import Format, written
from bot.store import books, holdings, notes, people, personas, presets, scenes
from bot.store.database import FILENAME, Database
from characters import faces
from tests.bot.roleplay.moving.household import (
    GROUP_CHAT,
    LEFT,
    LONG,
    MIRA_CHAT,
    OLD_GROUP_CHAT,
    PIXEL,
    build,
    card,
    settings,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 5, 4, tzinfo=UTC)
PLACE = Place("terminal:main", "Terminal")
KIM = Account("terminal:local", "User", Role.OWNER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path / "default-user")


async def move(database: Database, folder: Path, *, stage: Stage = performing, choose: Any = keep_both) -> list[Line]:
    async with stage(database) as open:
        async with open() as session:
            person = await people.person_of(session, KIM)
        rooms = Rooms(PLACE, KIM, Terms("", 4096, Random(1), NOW))
        mover = Mover(Intake(open, person, choose), rooms, await to_thread(survey, folder))
        lines = [line async for line in mover.move()]
        assert mover.count == len([line for line in lines if line.sort is not Sort.OTHER])
        return lines


def outcomes(lines: list[Line]) -> Counter[tuple[Sort, Outcome]]:
    return Counter((line.sort, line.outcome) for line in lines)


FIRST = {
    (Sort.CARD, Outcome.NEW): 4,
    (Sort.CARD, Outcome.REFUSED): 1,
    (Sort.BOOK, Outcome.NEW): 1,
    (Sort.BOOK, Outcome.REFUSED): 1,
    (Sort.PERSONA, Outcome.NEW): 3,
    (Sort.PRESET, Outcome.NEW): 3,
    (Sort.PRESET, Outcome.REFUSED): 1,
    (Sort.STORY, Outcome.NEW): 5,
    (Sort.STORY, Outcome.REFUSED): 1,
    (Sort.STORY, Outcome.LEFT): 1,
    (Sort.OTHER, Outcome.LEFT): len(LEFT) + 2,
}
AGAIN = {
    (sort, Outcome.KNOWN if outcome is Outcome.NEW else outcome): count for (sort, outcome), count in FIRST.items()
}


def rows(data: Path) -> dict[str, int]:
    """Count what is stored of everything."""
    with closing(sqlite3.connect(data / FILENAME)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


async def played(database: Database) -> list[Scene]:
    """Return the scenes that moved, first moved first."""
    async with database.reading() as session:
        listed = await scenes.entries(session, PLACE.id)
        assert all(one.has_ended for one in listed)
        return [await scenes.scene(session, one.id) for one in reversed(listed)]


def objects(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


async def test_a_house_moves_once(database: Database, folder: Path, data: Path) -> None:
    empty = await to_thread(rows, data)
    assert outcomes(await move(database, folder, stage=rehearsing)) == FIRST
    assert await to_thread(rows, data) == empty
    assert outcomes(await move(database, folder)) == FIRST
    moved = await to_thread(rows, data)
    assert outcomes(await move(database, folder)) == AGAIN
    assert await to_thread(rows, data) == moved


async def test_every_line_says_what_and_why(database: Database, folder: Path) -> None:
    lines = {line.source: line for line in await move(database, folder)}
    whys = {source: str(line.because) for source, line in lines.items() if line.outcome is Outcome.REFUSED}
    for source, why in {
        "broken.png": "The card broken.png cannot be read: ",
        "broken.json": "The lorebook broken.json cannot be read: ",
        "TextGen Settings/broken.json": "The preset broken.json cannot be read: its JSON is not an object.",
        "Mira/broken.jsonl": "The story broken.jsonl cannot be read: in line 2 ",
    }.items():
        assert whys.pop(source).startswith(why)
    assert whys == {}
    left = {source: str(line.because) for source, line in lines.items() if line.outcome is Outcome.LEFT}
    assert left.pop("Mira/begun.jsonl").endswith("it holds no message, where at least one was expected.")
    for unworn in ("Nobody", "Mira/bust"):
        assert left.pop(f"characters/{unworn}") == "One picture stays: no card that came wears it."
    assert left.keys() == LEFT.keys()
    assert left["backups"] == "2 files stay: Troupe has no use for them."
    remarks = {source: [*map(str, line.remarks)] for source, line in lines.items() if line.remarks}
    assert remarks == {
        "Mira.png": ["With 2 sprites."],
        "Tolly1.png": ["With 2 sprites."],
        "default_Wren.png": ["With one sprite."],
        "Long": ["Its description is cut: the first 3,999 of 4,999 characters are taken, a persona has 4,000 at most."],
        "TextGen Settings/Calm.json": ["Without tfs 0.9."],
        "KoboldAI Settings/Calm.json": ["It is called Calm (KoboldAI) here."],
        "OpenAI Settings/Balanced.json": ["It is called Balanced (chat) here.", "Without its prompts."],
    }


async def test_what_has_moved_is_all_there(database: Database, folder: Path) -> None:
    await move(database, folder)
    async with database.reading() as session:
        known = await people.known(session, KIM)
        assert known
        cards = await holdings.visible(session, "card", person=known.id)
        assert [one.name for one in cards] == ["Mira", "Tolly", "Re: Tolly", "Wren"]
        mira, storm = [await collection.stored_card(session, cards[place].id) for place in (0, 2)]
        (book,) = await holdings.visible(session, "book", person=known.id)
        assert book.name == "Harbour"
        ann, kim, long = await personas.own(session, known.id)
        assert (ann.name, ann.description) == ("Ann", "Ann is a baker; {{char}} knows her.")
        assert [await personas.picture(session, one.id) for one in (ann, kim)] == [PIXEL, PIXEL]
        own = await presets.of(session, known.id)
    assert LONG.startswith(long.description)
    assert long.description.endswith("stories.")
    assert [sorted(await to_thread(faces.sprites, one)) for one in (mira, storm)] == [
        ["anger", "joy"],
        ["fear", "neutral"],
    ]
    assert mira.card.creator == "us"
    assert [(name, values["temperature"]) for name, values in own.items()] == [
        ("Calm", 0.6),
        ("Calm (KoboldAI)", 0.7),
        ("Balanced (chat)", 0.8),
    ]


async def test_chats_become_scenes_with_their_cast(database: Database, folder: Path) -> None:
    await move(database, folder)
    pair, gone, mira, crew, again = await played(database)
    assert [(one.name, one.block) for one in gone.members] == [("Gone", "")]
    assert [(one.name, one.block) for one in mira.members] == [("Mira", "Mira: Mira works at the harbour.")]
    assert [turn.text for turn in mira.turns] == ["Last boat.", "How much?", "Three."]
    assert [(one.name, one.persona is None, one.block) for one in mira.players] == [
        ("Ann", False, "Ann (a player): Ann is a baker; Mira knows her.")
    ]
    assert [(one.name, one.muted) for one in crew.members] == [("Re Tolly", False), ("Tolly", True), ("Mira", False)]
    assert (crew.title, crew.rules.order) == ("The crew", Order.LIST)
    assert [(one.name, one.block) for one in pair.members] == [
        ("Mira", "Mira: Mira works at the harbour."),
        ("Wren", "Wren: Wren works at the harbour."),
    ]
    assert [turn.character for turn in crew.turns] == [crew.members[2].character, crew.members[0].character, None]
    assert [(one.name, one.block) for one in again.members] == [("Old Mira", "Old Mira: Mira works at the harbour.")]
    async with database.reading() as session:
        assert [book.name for book in await books.attached(session, mira.id)] == ["Harbour"]
        assert await notes.of(session, mira.id) == (notes.Note("It rains.", depth=3, frequency=2),)
        assert await books.attached(session, gone.id) == ()
        assert await notes.of(session, pair.id) == (notes.Note("The sea is calm.", depth=4, frequency=1),)
        assert [book.name for book in await books.attached(session, pair.id)] == ["Harbour"]


async def test_chats_can_be_taken_back_as_they_came(database: Database, folder: Path) -> None:
    await move(database, folder)
    pair, _, mira, crew, _ = await played(database)
    assert objects((await written(database, mira, Format.JSONL)).data.decode()) == objects(MIRA_CHAT)
    group, old = [
        await to_thread((folder / "group chats" / f"{name}.jsonl").read_text) for name in (GROUP_CHAT, OLD_GROUP_CHAT)
    ]
    header, *messages = objects((await written(database, crew, Format.JSONL)).data.decode())
    assert [{**header, "chat_metadata": {"integrity": "y"}}, *messages] == objects(group)
    assert header["chat_metadata"] == {"integrity": "y", "troupe/title": "The crew"}
    header, *messages = objects((await written(database, pair, Format.JSONL)).data.decode())
    assert messages == objects(old)
    assert header["chat_metadata"]["note_prompt"] == "The sea is calm."


async def test_new_versions_are_kept_beside_the_old_ones_or_take_their_place(database: Database, folder: Path) -> None:
    await move(database, folder)
    changed = settings(personas={"kim.png": "Kim"}, persona_descriptions={"kim.png": {"description": "She draws."}})
    await to_thread((folder / "characters" / "Tolly.png").write_bytes, card("Tolly", personality="Slow."))
    await to_thread((folder / "settings.json").write_text, changed)
    before = await played(database)
    for choose, outcome, count in ((keep_both, Outcome.VERSION, 2), (keep_both, Outcome.KNOWN, 2)):
        lines = await move(database, folder, choose=choose)
        assert {line.outcome for line in lines if line.source in ("Tolly.png", "kim.png")} == {outcome}
        async with database.reading() as session:
            known = await people.known(session, KIM)
            assert known
            named = [one.name for one in await holdings.visible(session, "card", person=known.id)]
            assert named.count("Tolly") == count
            assert [one.name for one in await personas.own(session, known.id)] == ["Ann", "Kim", "Long", "Kim 2"]
    assert await played(database) == before


async def test_the_old_one_can_go(database: Database, folder: Path) -> None:
    await move(database, folder)
    await to_thread((folder / "characters" / "Tolly.png").write_bytes, card("Tolly", personality="Slow."))
    await to_thread((folder / "worlds" / "Harbour.json").write_text, '{"entries": {}, "name": "Harbour"}')
    before = await played(database)
    lines = await move(database, folder, choose=replace_old)
    assert Counter(line.outcome for line in lines)[Outcome.REPLACED] == 2
    async with database.reading() as session:
        known = await people.known(session, KIM)
        assert known
        held = [one for kind in ("card", "book") for one in await holdings.visible(session, kind, person=known.id)]
        assert sorted(one.name for one in held) == ["Harbour", "Mira", "Re: Tolly", "Tolly", "Wren"]
        (tolly,) = (one for one in held if one.name == "Tolly")
        assert (await collection.stored_card(session, tolly.id)).card.personality == "Slow."
        (attached,) = await books.attached(session, before[2].id)
        assert await books.body_of(session, attached.id) == '{"entries": {}, "name": "Harbour"}'
    assert await played(database) == before
