"""Private stories: who is let in, the gallery, lines and their answers, buttons, edits and deletions."""

import asyncio

import pytest

from bot.core import Account, Place, Role
from bot.store import servers
from bot.store.database import Database
from characters.faces import monogram
from tests.bot.platforms.telegram.conftest import Inn, answered, plays
from tests.bot.platforms.telegram.loopback.rooms import Room, Shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_owner_comes_first_and_lets_others_in(inn: Inn, database: Database) -> None:
    async with database.writing() as session:
        await servers.change(session, servers.MACHINE, access=None)
    bo = inn.world.person("Bo")
    theirs = await bo.starts()
    await theirs.until_said("not open to you yet")
    await bo.starts("wrong")
    await theirs.until_said("not good")
    anna, room = await inn.owner()
    await room.until(lambda room: room.said[-1].is_photo)
    await bo.starts(inn.code)
    await theirs.until(lambda room: len([one for one in room.said if "not good" in one.text]) == 2)
    asked = await anna.says(room, "/invite")
    invitation = (await room.until_after(asked)).text.split("/start ")[1].split()[0]
    await bo.starts(invitation)
    await theirs.until_said("Welcome")
    await theirs.until(lambda room: room.said[-1].is_photo)
    cleo = inn.world.person("Cleo")
    await (await cleo.starts(invitation)).until_said("not good")


async def test_the_gallery_is_paged_through_and_begins_a_scene(inn: Inn) -> None:
    anna, room = await inn.owner()
    gallery = await room.until(lambda room: next((one for one in room.said if one.is_photo), None))
    first = gallery.text
    await anna.presses(gallery, "▶")
    await room.until(lambda _: gallery.text != first)
    await anna.presses(gallery, "Choose too")
    await room.until(lambda _: "✓" in gallery.text)
    chosen = gallery.text.splitlines()[0].removeprefix("✓ ")
    await anna.presses(gallery, "▶")
    await room.until(lambda _: "✓" not in gallery.text)
    other = gallery.text.splitlines()[0]
    await anna.presses(gallery, "Choose too")
    await room.until(lambda _: "Play with 2" in gallery.labels)
    await anna.presses(gallery, "Play with 2")
    await room.until(lambda _: not gallery.labels)
    await room.until(lambda room: room.said[-1].labels)
    story = await inn.story(room)
    scene = await inn.director.scene(Place(f"telegram:{room.id}"))
    assert scene
    assert {member.name for member in scene.present} == {chosen, other}
    assert room.last.html.startswith(f"<b>{story[0][0]}</b>")


async def test_a_reply_grows_as_a_draft_and_a_real_message_follows(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    line = await anna.says(room, "Hello, Mira.")
    reply = await answered(room, line)
    story = await inn.story(room)
    assert story[-2] == ("Anna", "Hello, Mira.")
    assert reply.text == story[-1][1].strip("*_ ") or reply.text in story[-1][1].replace("*", "")
    assert "typing" in room.actions
    assert reply.labels == ["⟲", "◀", "▶", "➕", "⋯"]
    assert len([one for one in room.said if one.labels and "⟲" in one.labels]) == 1


async def test_buttons_retry_swipe_and_delete(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    reply = await answered(room, await anna.says(room, "Hello."))
    await (await anna.presses(reply, "⟲")).answered()
    await room.until(lambda _: "▶ 2/2" in reply.labels)
    second = (await inn.story(room))[-1]
    await anna.presses(reply, "◀")
    await room.until(lambda _: "▶ 1/2" in reply.labels)
    assert (await inn.story(room))[-1] != second
    await anna.presses(reply, "⋯")
    await room.until(lambda _: any("Delete" in label for label in reply.labels))
    why = await anna.presses(reply, next(label for label in reply.labels if "Why" in label))
    assert await why.answered() or room.last.text
    await room.until(lambda _: "⟲" in reply.labels)
    await anna.presses(reply, "⋯")
    await room.until(lambda _: any("Delete" in label for label in reply.labels))
    await anna.presses(reply, next(label for label in reply.labels if "Delete" in label))
    await room.until(lambda room: reply.id not in [one.id for one in room.shown])
    assert not [one for one in inn.world.asked("answerCallbackQuery") if one.refusal], "a press was answered twice"
    assert [name for name, _ in await inn.story(room)] == ["Mira", "Anna"]


async def test_an_old_button_does_nothing_and_says_so(inn: Inn) -> None:
    anna, room = await inn.owner()
    greeting = await plays(anna, room)
    await room.until(lambda _: greeting.labels)
    markup = greeting.message.markup
    await answered(room, await anna.says(room, "Hello."))
    greeting.message.markup = markup
    told = await inn.story(room)
    press = await anna.presses(greeting, "⟲")
    assert "not the newest reply" in await press.answered()
    assert await inn.story(room) == told


async def test_an_edit_changes_the_story_and_a_deletion_is_asked_for(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    line = await anna.says(room, "I leave.")
    await answered(room, line)
    await anna.edits(line, "I *stay*.")
    await inn.until_told(room, ("Anna", "I *stay*."))
    await anna.says(room, "/delete", reply_to=line)
    await room.until_said("Deleted")
    assert ("Anna", "I *stay*.") not in await inn.story(room)
    await room.until(lambda _: line.reactions == ["👻"])


async def test_the_edit_button_asks_for_the_words(inn: Inn) -> None:
    anna, room = await inn.owner()
    greeting = await plays(anna, room)
    await room.until(lambda _: greeting.labels)
    await anna.presses(greeting, "⋯")
    await room.until(lambda _: any("Edit" in label for label in greeting.labels))
    await anna.presses(greeting, next(label for label in greeting.labels if "Edit" in label))
    prompt = await room.until_said("/edit #")
    await anna.says(room, "Mira *smiles*.", reply_to=prompt)
    await room.until(lambda _: greeting.html == "Mira <i>smiles</i>.")
    assert await inn.story(room) == [("Mira", "Mira *smiles*.")]


async def test_suggestions_are_said_by_a_button(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    await anna.says(room, "/suggest 2")
    offered = await room.until(lambda room: next((one for one in room.said if one.labels[:1] == ["1"]), None))
    line = offered.text.splitlines()[0].removeprefix("1. ")
    await anna.presses(offered, "1")
    await room.until(lambda room: any(one.html.startswith("<b>Anna</b>") for one in room.said))
    await room.until(lambda room: room.last.labels and "⟲" in room.last.labels)
    assert (await inn.story(room))[1][0] == "Anna"
    assert line.split()[0] in (await inn.story(room))[1][1]


async def test_what_stays_out_of_the_story(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    await anna.says(room, "// a word between us")
    await answered(room, await anna.says(room, "Hello."))
    assert [name for name, _ in await inn.story(room)] == ["Mira", "Anna", "Mira"]


async def test_a_long_text_takes_several_posts_and_the_last_has_the_buttons(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    text = "\n\n".join(f"*{number}* " + "word " * 180 for number in range(8)).strip()
    place, account = Place(f"telegram:{room.id}"), Account(f"telegram:{anna.id}", "Anna", Role.OWNER)
    await inn.director.turns.say_as(place, account, "Mira", text)
    await anna.says(room, "/status")

    def shown(room: Room) -> list[Shown]:
        return [one for one in room.said if "word word" in one.text]

    await room.until(lambda room: shown(room) and shown(room)[-1].labels)
    posts = shown(room)
    assert [bool(one.labels) for one in posts] == [False, True]
    assert sum(one.html.count("<i>") for one in posts) == 8


async def test_many_posts_vanish_only_once_somebody_has_said_so(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    for number in range(11):
        await anna.says(room, f"/say Mira: Line {number}.")
        last = await room.until_said(f"Line {number}.")
    await room.until(lambda _: last.labels)
    await anna.says(room, "/undo 11")
    asked = await room.until(lambda room: next((one for one in room.said if "Remove them" in one.labels), None))
    assert len([one for one in room.said if one.text.startswith("Line ")]) == 11
    await anna.presses(asked, "Remove them")
    await room.until(lambda room: not [one for one in room.said if one.text.startswith("Line ")])
    await room.until(lambda room: asked.id not in [one.id for one in room.shown])


async def test_what_is_only_heard_is_refused_once(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    for _ in range(2):
        await anna.sends_voice(room)
    await answered(room, await anna.sends_voice(room, caption="I hum."))
    assert len([one for one in room.said if "I cannot hear" in one.text]) == 1
    assert [text for name, text in await inn.story(room) if name == "Anna"] == ["I hum."]


async def test_a_picture_gets_advice_once_and_stays_in_the_story(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    await answered(room, await anna.sends_photo(room, monogram("Ines", 64, 64)))
    await answered(room, await anna.sends_photo(room, monogram("Ines", 64, 64), caption="And this?"))
    assert len([one for one in room.said if "send it as a file" in one.text]) == 1
    assert [text for name, text in await inn.story(room) if name == "Anna"] == ["[image]", "And this?\n[image]"]


async def test_a_press_is_answered_while_what_it_asks_for_takes_long(inn: Inn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.telegram.pressing.BUSY_SECONDS", 0.01)
    anna, room = await inn.owner()
    greeting = await plays(anna, room)
    fault = inn.world.faults.hold("sendMessage")
    await anna.presses(greeting, "⋯")
    await room.until(lambda _: "💡 Suggest" in greeting.labels)
    press = await anna.presses(greeting, "💡 Suggest")
    await asyncio.wait_for(fault.met.wait(), 10)
    assert await press.answered() == ""
    fault.released.set()
    await room.until(lambda room: room.last.labels[:1] == ["1"])
