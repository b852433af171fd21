"""Whole evenings: at their ends the story, the chat and the cache say the same."""

import asyncio
from typing import cast

import pytest

from bot.core import Place
from bot.platforms.commands import COMMANDS, Command, Kind
from bot.platforms.telegram.formatting import formatted
from bot.roleplay import script
from bot.roleplay.house import House
from engine import Engine
from tests.bot.platforms.telegram.conftest import Inn, answered, plays, said
from tests.bot.platforms.telegram.loopback.people import Person
from tests.bot.platforms.telegram.loopback.rooms import Room

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORLD = b'{"name": "World", "entries": {}}'
FILES = {
    "card import": ("rosa.json", b'{"spec": "chara_card_v2", "data": {"name": "Rosa", "description": "Bakes."}}'),
    "lore attach": ("world.json", WORLD),
    "lore import": ("world.json", WORLD),
    "story import": ("story.txt", b"Anna: Hello.\nMira: Good evening.\n"),
    "knowledge attach": ("notes.txt", b"The ferry leaves at nine."),
}
LAST = ("scene", "story", "pause", "unpause", "jump", "notebook", "write", "access", "delete", "undo")
"""They change what the others work on."""
ORDERED = sorted(COMMANDS, key=lambda command: (command.path[0] in LAST, command.path[0]))


async def shown(inn: Inn, room: Room) -> list[str]:
    """Return what the chat shows of the story, in the order of the turns."""
    place = Place(f"telegram:{room.id}")
    posts = {one.id: one for one in room.shown}
    numbers = [
        int(one.message.rpartition(":")[2])
        for turn in await inn.director.story(place)
        for one in await inn.director.messages.of(turn.id)
    ]
    assert numbers == sorted(numbers)
    return [posts[number].text for number in numbers]


async def agree(inn: Inn, room: Room, engine: Engine) -> None:
    """Check that story, chat and cache say the same."""
    told = await inn.story(room)
    seen = await shown(inn, room)
    assert len(seen) == len(told)
    for (name, text), line in zip(told, seen, strict=True):
        assert line in (text, formatted(text).text, f"{name}\n{formatted(text).text}")
    scene = await inn.scene(room)
    assert inn.director.status(scene).held > 0
    prompt = script.question(scene, "Anna", "What now?", await cast("House", inn.director._house).template())
    kept = await engine.score(scene.channel, prompt, [" Yes", " No"], depth=1)
    anew = await engine.score(f"{scene.channel}:anew", prompt, [" Yes", " No"], depth=1)
    for ours, theirs in zip(kept.candidates, anew.candidates, strict=True):
        assert ours == pytest.approx(theirs, abs=0.05)
    assert kept.figures.read < anew.figures.read / 2, "the story was read anew: the cache held another"


async def test_a_private_evening(inn: Inn, engine: Engine) -> None:
    anna, room = await inn.owner()
    inn.world.faults.lose_answer("sendMessage", spared=6)
    inn.world.faults.lose("editMessageReplyMarkup", spared=3)
    inn.world.faults.retry_after("sendMessage", 1, spared=9)
    await plays(anna, room, "Mira")
    first = await anna.says(room, "*enters* Good evening, Mira.")
    reply = await answered(room, first)
    await anna.presses(reply, "⟲")
    await room.until(lambda _: "▶ 2/2" in reply.labels)
    await anna.presses(reply, "➕")
    await room.until(lambda _: not reply.labels)
    await room.until(lambda _: reply.labels)
    await anna.says(room, "/narrate the rain")
    await room.until(lambda room: room.last.html.startswith("<b>Narrator</b>") and room.last.labels)
    await said(inn, anna, room, "I look outside.")
    await anna.edits(first, "*enters* Good evening!")
    await inn.until_told(room, ("Anna", "*enters* Good evening!"))
    await anna.says(room, "/cast add Tolly")
    await room.until_said("Tolly is here now")
    await said(inn, anna, room, "Tolly, sit down.")
    await anna.says(room, "/undo 2")
    await room.until_said("Taken back")
    await said(inn, anna, room, "Mira, another one.")
    await agree(inn, room, engine)


async def test_a_group_evening(inn: Inn, engine: Engine) -> None:
    anna, bo = inn.world.person("Anna"), inn.world.person("Bo")
    group = inn.world.group("Inn", admins=[anna], members=[bo], bot="administrator")
    inn.world.faults.lose_answer("sendMessage", spared=3)
    inn.world.faults.server_error("sendMessage", 502, spared=5)
    await plays(anna, group, "Mira, Tolly")
    await said(inn, anna, group, "Mira, good evening.")
    reply = await said(inn, bo, group, "Tolly, a chair.")
    assert reply.html.startswith("<b>Tolly</b>")
    inn.world.updates.repeat()
    await bo.says(group, "// a word beside")
    inn.world.faults.retry_after("sendMessage", 1)
    await said(inn, anna, group, "Mira, look at him.")
    await bo.says(group, "/retry")
    await group.until(lambda room: "▶ 2/2" in room.last.labels)
    await agree(inn, group, engine)


async def runs(person: Person, room: Room, command: Command) -> None:
    """Give a command with what it needs."""
    needed = [one for one in command.options if one.is_needed and one.kind is not Kind.FILE]
    typed = " ".join((f"/{command.name}", *(f"{one.example}{one.until}" for one in needed)))
    if any(one.is_needed and one.kind is Kind.FILE for one in command.options):
        await person.sends_document(room, *FILES[command.name], caption=typed)
    else:
        await person.says(room, typed)


async def test_every_command_is_answered_whatever_is_lost(inn: Inn, caplog: pytest.LogCaptureFixture) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    for number, command in enumerate(ORDERED):
        if number % 12 == 0:
            inn.world.faults.lose("sendMessage")
        before = len(inn.world.server.requests)
        await runs(anna, room, command)
        asked = room.shown[-1].id

        def is_answered(room: Room, asked: int = asked, before: int = before) -> bool:
            done = [one.method for one in inn.world.server.requests[before:] if one.refusal is None]
            return any(one.id > asked for one in room.said) or any(name.startswith("edit") for name in done)

        await room.until(is_answered)
        await asyncio.sleep(0)
        assert not [one for one in room.said if "went wrong" in one.text], command.name
    assert "could not be" not in caplog.text
