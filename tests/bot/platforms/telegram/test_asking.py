"""Commands on Telegram: offered, typed, as menus, and with files."""

import json
import re

import pytest

from bot.core import Place
from bot.roleplay.director import Director
from characters.faces import monogram
from tests.bot.platforms.telegram.conftest import Inn, answered, plays, said, settings_for
from tests.bot.platforms.telegram.loopback.world import World
from tests.bot.platforms.theatre import LANGUAGES

pytestmark = pytest.mark.asyncio(loop_scope="module")

CARD = json.dumps({
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {"name": "Ines", "description": "Ines mends nets.", "first_mes": "Ines *nods* at {{user}}."},
}).encode()  # fmt: skip


async def test_commands_are_offered_by_scope_and_language(world: World, director: Director) -> None:
    world.faults.server_error("setMyCommands", 502)
    inn = Inn(world, director, settings_for(world))
    async with inn.open():
        await check_offers(inn)


async def check_offers(inn: Inn) -> None:
    anna, bo = inn.world.person("Anna", language="ja"), inn.world.person("Bo")
    group = inn.world.group("Inn", admins=[anna], members=[bo])
    tried = 3 * len(LANGUAGES.tags) + 1
    await inn.until(lambda: len(inn.world.asked("setMyCommands")) == tried)
    here = inn.world.commands(anna, anna.private())
    assert here[:3] == ["start", "help", "scene"]
    assert {"link", "export", "delete", "privacy", "invite"} <= {*here}
    assert "invite" in inn.world.commands(anna, group)
    assert "invite" not in inn.world.commands(bo, group)


async def test_a_group_of_commands_is_a_menu(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room, "Mira, Tolly")
    await anna.says(room, "/cast")
    menu = await room.until(lambda room: next((one for one in room.said if "mute" in one.labels), None))
    await anna.presses(menu, "mute")
    names = await room.until(lambda room: next((one for one in room.said if "Mira" in one.labels), None))
    press = await anna.presses(names, "Tolly")
    assert "silent now" in await press.answered()
    await anna.says(room, "/scene title")
    prompt = await room.until_said("/scene title\n")
    await anna.says(room, "A wet night", reply_to=prompt)
    await room.until_said("This scene is called A wet night now.")


async def test_help_and_mistakes(inn: Inn) -> None:
    anna, room = await inn.owner()
    asked = await anna.says(room, "/help")
    await room.until(lambda room: any(one.id > asked.id and "/scene — " in one.text for one in room.said))
    await anna.says(room, "/help card")
    await room.until_said("/card import")
    await anna.says(room, "/sceen")
    await room.until_said("did you mean /scene?")
    await anna.says(room, "/privacy")
    await room.until_said("stored in the database")
    await anna.says(room, "/status@troupe_bot")
    await room.until_said("waiting")
    told = len(room.said)
    await anna.says(room, "/status@other_bot")
    await anna.says(room, "Hello?")
    await room.until_said("Nothing is played here yet")
    assert len(room.said) <= told + 2


async def test_a_card_comes_as_a_file_and_goes_out_as_one(inn: Inn) -> None:
    anna, room = await inn.owner()
    await anna.says(room, "/card import")
    await room.until_said("Send the file with /card import as its caption")
    await anna.sends_document(room, "ines.json", CARD)
    await room.until_said("Ines")
    await anna.sends_photo(room, monogram("Ines", 64, 64), caption="/card import")
    await room.until_said("send it as a file")
    greeting = await plays(anna, room, "Ines")
    assert greeting.html == "Ines <i>nods</i> at Anna."
    await anna.says(room, "/card export Ines json")
    sent = await room.until(lambda room: next((one for one in room.said if one.document), None))
    assert json.loads(room.content(sent))["data"]["name"] == "Ines"


async def test_the_picture_of_a_card_is_shown_once_when_it_enters(inn: Inn) -> None:
    anna, room = await inn.owner()
    await room.until(lambda room: any(one.is_photo for one in room.said))
    await anna.sends_document(room, "ines.json", CARD)
    await room.until_said("Ines")
    asked = await anna.says(room, "/card export Ines png")
    sent = await room.until(lambda room: next((one for one in room.said if one.document), None))
    await anna.says(room, "/card remove Ines")
    await room.until_said("is removed")
    await anna.sends_document(room, "ines.png", room.content(sent))
    await plays(anna, room, "Ines")
    await said(inn, anna, room, "Hello.")
    await said(inn, anna, room, "Hello again.")
    pictures = [one for one in room.said if one.id > asked.id and one.is_photo]
    assert [one.html for one in pictures] == ["<b>Ines</b>"]
    assert pictures[0].message.is_silent


async def test_a_story_comes_and_goes_as_a_file(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    await said(inn, anna, room, "Hello.")
    await anna.says(room, "/export jsonl")
    sent = await room.until(lambda room: next((one for one in room.said if one.document), None))
    before = await inn.story(room)
    asked = await anna.sends_document(room, "story.jsonl", room.content(sent), caption="/story import")
    await answered(room, asked)
    assert await inn.story(room) == before


async def test_a_scene_is_in_the_language_of_who_opens_it(inn: Inn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.roleplay.strengths.STRENGTHS", ((re.compile("."), ("en",)),))
    jan, room = await inn.owner("Jan", language="de")
    for _ in range(2):
        await plays(jan, room)
    assert (await inn.scene(room)).language == "de"
    await jan.says(room, "/status")
    await room.until_said("waiting")
    assert len([one for one in room.said if "was not made for Deutsch" in one.text]) == 1


async def test_settings_are_chosen_in_a_menu_that_changes_in_place(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    inn.world.faults.lose_answer("sendMessage")
    await anna.says(room, "/settings")
    panel = await room.until_said("Longest reply, in tokens: as is usual")
    await inn.until(lambda: bool(inn.world.asked("editMessageText")))
    assert panel.buttons[:2] == [["Style", "Length"], ["Answers", "Language"]]
    for button, choice, value, label in (
        ("Length", "Longest reply, in tokens", "200", "200"),
        ("Style", "Style (preset)", "Creative", "Creative"),
        ("Answers", "What is answered", "every line", "2"),
        ("Language", "Language of the replies", "Deutsch", "Deutsch"),
        ("Ping me", "Ping me after a long wait", "on", "on"),
    ):
        await anna.presses(panel, button)
        await room.until(lambda _, label=label: label in panel.labels)
        await anna.presses(panel, label)
        await room.until(lambda _, label=label: f"✓ {label}" in panel.labels)
        await anna.presses(panel, "◀")
        await room.until(lambda _, told=f"{choice}: {value}": told in panel.text.splitlines())
    scene = await inn.scene(room)
    assert (scene.settings.reply_tokens, scene.settings.preset, scene.language) == (200, "Creative", "de")
    assert scene.rules.answering == "always"
    assert len([one for one in room.said if one.text.startswith("Settings")]) == 1
    await anna.presses(panel, "Length")
    await room.until(lambda _: "as is usual" in panel.labels)
    await anna.presses(panel, "as is usual")
    await room.until(lambda _: "✓ as is usual" in panel.labels)
    assert (await inn.scene(room)).settings.reply_tokens is None


async def test_moderators_set_a_group_in_its_menu(inn: Inn) -> None:
    anna, bo = inn.world.person("Anna"), inn.world.person("Bo")
    group = inn.world.group("Inn", admins=[anna], members=[bo], bot="administrator")
    await anna.says(group, "/settings server")
    panel = await group.until_said("Settings of this group")
    press = await bo.presses(panel, "Quiet")
    assert "up to the moderators" in await press.answered()
    await anna.presses(panel, "Quiet")
    await group.until(lambda _: "15" in panel.labels)
    await anna.presses(panel, "15")
    await group.until(lambda _: "✓ 15" in panel.labels)
    assert (await inn.director.servers.rules(Place("", server=f"telegram:{group.id}"))).quiet_s == 15


async def test_a_long_name_has_its_button_too(inn: Inn) -> None:
    anna, room = await inn.owner()
    name = "Inéš " * 12 + "of the Nets"
    await anna.sends_document(room, "ines.json", CARD.replace(b'"Ines"', json.dumps(name).encode()))
    await room.until_said("of the Nets")
    await anna.says(room, "/card show")
    menu = await room.until(lambda room: next((one for one in room.said if "Mira" in one.labels), None))
    label = next(label for label in menu.labels if label.startswith("Inéš"))
    assert label.endswith("…")
    assert "Ines mends nets." in await (await anna.presses(menu, label)).answered()
    await anna.says(room, f"/card remove {name}")
    await room.until_said("is removed")
    press = await anna.presses(menu, label)
    assert "not offered any more" in await press.answered()


async def test_the_gallery_has_room_for_every_card(inn: Inn) -> None:
    anna, room = await inn.owner()
    await room.until(lambda room: any(one.is_photo for one in room.said))
    told = {"name": "😀" * 190, "description": "*Mends* 😀. " * 200, "first_mes": "😀" * 900}
    card = json.dumps({"spec": "chara_card_v2", "spec_version": "2.0", "data": told}).encode()
    await anna.sends_document(room, "smile.json", card)
    await room.until_said("😀")
    asked = await anna.says(room, "/start")
    gallery = await room.until(
        lambda room: next((one for one in room.said if one.is_photo and one.id > asked.id), None)
    )
    assert gallery.text.startswith("😀")
    assert gallery.text.count("…") == 3


async def test_a_file_that_is_no_card_gets_advice(inn: Inn) -> None:
    anna, room = await inn.owner()
    await anna.sends_document(room, "world.json", b'{"entries": {}}')
    await room.until_said("/lore import")
