"""What people do in a channel, as the story takes it in, by the real client in a Discord of ours."""

import asyncio

import pytest

from bot.core import Access
from bot.platforms.discord import proxies
from bot.platforms.discord.proxies import Post, Proxies, is_command
from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.playing import Inn, account_of, place_of
from tests.bot.roleplay.conftest import SILENT, card

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("without_commands")]


@pytest.fixture(autouse=True)
def grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxies, "GRACE_SECONDS", 0.3)


async def test_outside_a_scene_the_bot_is_silent(inn: Inn) -> None:
    async with inn.playing():
        await inn.anna.says(inn.tavern, "Is anybody here?")
        other = inn.server.channel("kitchen")
        await inn.opens_scene(other, SILENT)
        await inn.anna.says(other, "Hello.")
        await inn.until(lambda told: ("Anna", "Hello.") in told, room=other)
        assert [one.author for one in inn.tavern.shown] == ["Anna"]


async def test_asides_stay_out_and_names_stand_for_mentions(inn: Inn) -> None:
    ben = inn.server.person("Ben")
    async with inn.scene(SILENT):
        await inn.anna.says(inn.tavern, "// brb")
        await inn.anna.says(
            inn.tavern, f"{ben.mention}, look <:rain:123456789012345678> in <#{inn.tavern.id}>, </roll:1>"
        )
        await inn.tells("Ben, look :rain: in #tavern, /roll")
        assert len(await inn.told()) == 2


async def test_pictures_are_lines(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await inn.anna.says(inn.tavern, "See?", Upload("door.png", b"\x89PNG\r\n\x1a\n"))
        await inn.tells("See?\n[image]")


async def test_a_voice_is_told_that_it_is_not_heard(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await inn.anna.speaks(inn.tavern)
        await inn.tavern.post("I cannot hear")
        assert len(await inn.told()) == 1


async def test_what_is_edited_or_deleted_before_it_was_heard_is_so_in_the_story(inn: Inn) -> None:
    async with inn.scene(SILENT) as client:
        client.hearing.present.clear()
        first, second = [await inn.anna.says(inn.tavern, text) for text in ("One.", "Two.")]
        await inn.anna.edits(first, "Won.")
        await inn.anna.deletes(second)
        await asyncio.sleep(0.1)
        client.hearing.present.set()
        await inn.until(lambda told: told[1:] == [("Anna", "Won."), ("Anna", "")])


async def test_lines_are_told_in_the_order_in_which_they_came(inn: Inn) -> None:
    async with inn.scene(SILENT):
        for number in range(8):
            await inn.anna.says(inn.tavern, f"Line {number}.")
        await inn.until(lambda told: len(told) == 9)
        assert [text for _, text in (await inn.told())[1:]] == [f"Line {number}." for number in range(8)]


async def test_a_reply_to_a_characters_post_addresses_it(inn: Inn) -> None:
    silent = [card("Mira", talkativeness=0.0), card("Tomas", talkativeness=0.0)]
    ben = inn.server.person("Ben")
    async with inn.scene(*silent):
        await inn.anna.says(inn.tavern, "Good evening.")
        await ben.says(inn.tavern, "Good evening to you.")
        await inn.until(lambda told: len(told) >= 3)
        turns = await inn.director.turns.say_as(place_of(inn.tavern), account_of(inn.anna), "Tomas", "I am Tomas.")
        await inn.tidy()
        post = await inn.tavern.post("I am Tomas.")
        assert turns.character
        await ben.says(inn.tavern, "Are you?", reply_to=post)
        await inn.tells("Are you?")
        assert (await inn.answered()).author == "Tomas"


async def test_edits_and_deletions_in_the_client_change_the_story(inn: Inn) -> None:
    async with inn.scene(SILENT):
        first = await inn.anna.says(inn.tavern, "Good evening.")
        second = await inn.anna.says(inn.tavern, "It rains.")
        await inn.tells("It rains.")
        await inn.anna.edits(first, "Good morning.")
        await inn.tells("Good morning.")
        await inn.anna.deletes(second)
        await inn.until(lambda told: ("Anna", "") in told)


async def test_a_bulk_deletion_takes_all_of_it_out(inn: Inn) -> None:
    async with inn.scene(SILENT):
        lines = [await inn.anna.says(inn.tavern, f"Line {number}.") for number in range(4)]
        await inn.until(lambda told: len(told) == 5)
        await inn.anna.bulk_deletes(*lines)
        await inn.until(lambda told: [text for _, text in told[1:]] == [""] * 4)


async def test_a_characters_post_that_is_deleted_takes_its_turn_along(inn: Inn) -> None:
    async with inn.scene(card("Mira")):
        reply = await inn.says("Good evening!")
        await inn.anna.deletes(reply)
        await inn.until(lambda told: told[-1] == ("Mira", ""))
        assert [one.author for one in inn.tavern.shown if one.id == reply.id] == []


async def test_who_types_is_waited_for(inn: Inn) -> None:
    async with inn.scene(card("Mira")):
        ben = inn.server.person("Ben")
        await inn.anna.says(inn.tavern, "Good evening!")
        await ben.types(inn.tavern)
        await inn.tells("Good evening!")
        await asyncio.sleep(0.25)
        assert len(await inn.told()) == 2
        await ben.says(inn.tavern, "Good evening, Mira!")
        await inn.tells("Good evening, Mira!")
        await inn.answered()


async def test_bots_and_commands_to_proxies_never_enter(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await inn.server.bot("Jukebox").says(inn.tavern, "Now playing.")
        await inn.anna.says(inn.tavern, "pk;switch kim")
        await inn.anna.says(inn.tavern, "TUL!list")
        await inn.anna.says(inn.tavern, "Hello.")
        await inn.tells("Hello.")
        assert len(await inn.told()) == 2


@pytest.mark.parametrize("is_post_first", [True, False])
async def test_a_line_that_a_proxy_says_is_its_persona_s(inn: Inn, is_post_first: bool) -> None:
    proxy = inn.server.bot("PluralKit")
    async with inn.scene(SILENT):
        line = await inn.anna.says(inn.tavern, "k: Good evening.")
        await inn.tells("k: Good evening.")
        if is_post_first:
            post = await proxy.posts_as(inn.tavern, "Kestrel", "Good evening.")
            await asyncio.sleep(0.1)
            await inn.anna.deletes(line)
        else:
            await inn.anna.deletes(line)
            post = await proxy.posts_as(inn.tavern, "Kestrel", "Good evening.")
        await inn.until(lambda told: told[-1] == ("Kestrel", "Good evening."))
        assert len(await inn.told()) == 2
        await inn.anna.says(inn.tavern, "I am Anna.")
        await inn.tells("I am Anna.")
        assert [name for name, _ in await inn.told()] == ["Mira", "Kestrel", "Anna"]
        await inn.anna.deletes(post)
        await inn.until(lambda told: told[1] == ("Kestrel", ""))


async def test_what_another_webhook_posts_is_no_line(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await inn.server.bot("News").posts_as(inn.tavern, "News", "It rains.")
        await inn.anna.says(inn.tavern, "Hello.")
        await inn.tells("Hello.")
        assert len(await inn.told()) == 2


async def test_a_line_that_only_vanishes_is_deleted(inn: Inn) -> None:
    async with inn.scene(SILENT):
        line = await inn.anna.says(inn.tavern, "Hello.")
        await inn.tells("Hello.")
        await inn.anna.deletes(line)
        await inn.until(lambda told: told[-1] == ("Anna", ""))


async def test_a_line_that_is_refused_is_told_why(inn: Inn) -> None:
    async with inn.scene(SILENT):
        room = inn.tavern
        await inn.director.filters.add(place_of(room), account_of(inn.anna), "turnip")
        await inn.anna.says(room, "A turnip!")
        assert (await room.post("not taken")).content.startswith("-# ")


async def test_a_private_chat_is_a_scene_of_its_own(inn: Inn) -> None:
    room = inn.anna.direct()
    await inn.director.door.open_to(place_of(room), inn.owner(), Access.OPEN)
    async with inn.playing():
        await inn.anna.says(room, "Hello?")
        await room.until(lambda shown: any("/scene start" in one.content for one in shown))
        await inn.opens_scene(room, card("Mira"))
        await inn.anna.says(room, "Good evening!")
        await inn.until(lambda told: len(told) > 2 and told[-1][0] == "Mira", room=room)
        await room.until(lambda shown: shown[-1].content.startswith("**Mira**\n"))


@pytest.mark.parametrize(
    ("text", "expected"), [("pk;help", True), (" PK!s", True), ("tul!x", True), ("pkg; no", False), ("Hi pk;", False)]
)
async def test_commands_to_proxies_are_known(text: str, expected: bool) -> None:
    assert is_command(text) is expected


async def test_a_post_belongs_to_the_line_that_vanishes_for_it_and_to_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proxies, "GRACE_SECONDS", 0.01)
    heard = Proxies()
    for id, channel, text in ((1, 7, "Yes. Why?"), (2, 7, "k: Yes."), (3, 7, "No."), (4, 8, "k: Yes.")):
        heard.heard(id, channel, text)
    heard.posted(Post(10, 7, "Kestrel", "Yes."))
    heard.heard(11, 7, "Yes. Now!")
    assert [await heard.said_anew(id) for id in (4, 3, 11)] == [None, None, None]
    assert await heard.said_anew(2) == Post(10, 7, "Kestrel", "Yes.")
    assert await heard.said_anew(1) is None


async def test_a_post_may_come_behind_the_deletion() -> None:
    heard = Proxies()
    heard.heard(1, 7, "k: Yes.")
    waiting = asyncio.create_task(heard.said_anew(1))
    await asyncio.sleep(0)
    heard.posted(Post(10, 7, "Kestrel", "Yes."))
    assert await waiting == Post(10, 7, "Kestrel", "Yes.")
