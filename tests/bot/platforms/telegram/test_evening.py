"""Whole evenings: at their ends the story, the chat and the cache say the same."""

from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from bot.core import Place
from bot.platforms import commands
from bot.platforms.commands import COMMANDS, Command, Kind, done
from bot.platforms.player import Player
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
ORDERED = sorted(
    COMMANDS, key=lambda command: (command.path[0] in LAST, command.path[0], command.name == "cast remove")
)
INSTEAD = {
    **dict.fromkeys(("card publish", "card unpublish", "card remove"), "Rosa"),
    **dict.fromkeys(("knowledge detach", "knowledge remove"), "notes"),
    "card edit": "Rosa: personality Dry and kind.",
    "persona edit": "Kit: Mends nets.",
    "jump": "#1",
}
"""What is given where the examples of the commands before have not made what an example names."""
REFUSED = {"branch list", "restore", "settings server", "stop", "undo", "unpause", "write"}
"""What is so in a private chat, behind what the others have done."""


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
    given = INSTEAD.get(command.name) or " ".join(f"{one.example}{one.until}" for one in needed)
    typed = f"/{command.name} {given}".strip()
    if command.name in FILES:
        await person.sends_document(room, *FILES[command.name], caption=typed)
    else:
        await person.says(room, typed)


def written(room: Room) -> dict[int, str]:
    """Return what the bot's messages say, by their numbers."""
    return {one.id: one.document or one.html or "a picture" for one in room.said}


async def test_every_command_is_answered_whatever_is_lost(
    inn: Inn, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    over: dict[str, bool] = {}

    async def noted(player: Player, what: str, act: Callable[[Player], Awaitable[None]]) -> bool:
        is_done = await done(player, what, act)
        over[what] = is_done
        return is_done

    monkeypatch.setattr(commands, "done", noted)
    anna, room = await inn.owner()
    await plays(anna, room)
    await room.until(lambda room: any(one.is_photo for one in room.said))
    for number, command in enumerate(ORDERED):
        if number % 12 == 0:
            inn.world.faults.lose("sendMessage")
        before = written(room)
        over.pop(command.name, None)
        await runs(anna, room, command)
        await room.until(lambda _, name=command.name: name in over)
        assert written(room) != before, f"/{command.name} showed nothing"
        assert not [one for one in room.said if "went wrong" in one.text], command.name
    assert {name for name, is_done in over.items() if not is_done} == REFUSED
    assert "could not be" not in caplog.text
