"""Whole evenings: at their ends the story, the chat and the cache say the same."""

import pytest

from bot.core import Place
from bot.platforms.telegram.formatting import formatted
from tests.bot.platforms.telegram.conftest import Inn, answered, plays, said
from tests.bot.platforms.telegram.loopback.rooms import Room

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


async def agree(inn: Inn, room: Room) -> None:
    """Check that story, chat and cache say the same."""
    told = await inn.story(room)
    seen = await shown(inn, room)
    assert len(seen) == len(told)
    for (name, text), line in zip(told, seen, strict=True):
        assert line in (text, formatted(text).text, f"{name}\n{formatted(text).text}")
    scene = await inn.scene(room)
    assert inn.director.status(scene).held > 0


async def test_a_private_evening(inn: Inn) -> None:
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
    await agree(inn, room)


async def test_a_group_evening(inn: Inn) -> None:
    anna, bo = inn.world.person("Anna"), inn.world.person("Bo")
    group = inn.world.group("Inn", admins=[anna], members=[bo], bot="administrator")
    await plays(anna, group, "Mira, Tolly")
    await said(inn, anna, group, "Mira, good evening.")
    reply = await said(inn, bo, group, "Tolly, a chair.")
    assert reply.html.startswith("<b>Tolly</b>")
    await bo.says(group, "// a word beside")
    await said(inn, anna, group, "Mira, look at him.")
    await bo.says(group, "/retry")
    await group.until(lambda room: "▶ 2/2" in room.last.labels)
    await agree(inn, group)
