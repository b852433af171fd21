"""A channel written on, by the real client in a Discord of ours, and what can go wrong there."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
import pytest_asyncio
from PIL import Image

from bot.platforms import delivery
from bot.platforms.delivery import Pace, Posts, Unreachable, deliver, show_whole
from bot.platforms.discord import posting, webhooks
from bot.platforms.discord.reading import id_of
from bot.platforms.discord.surface import DiscordSurface
from bot.words import sentence
from characters import Card, CardFile
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.playing import Inn, account_of, place_of
from tests.bot.platforms.speech import Speech
from tests.bot.roleplay.conftest import SILENT, card

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("without_commands")]

EDIT = "PATCH /webhooks/*"
SEND = "POST /webhooks/*"
QUICK = Pace(whole_s=0.02, edit_s=0.05)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 0.02)


@pytest_asyncio.fixture(loop_scope="module")
async def surface(inn: Inn) -> AsyncIterator[DiscordSurface]:
    """Give the tavern to write on."""
    async with inn.playing():
        yield await surface_of(inn, inn.tavern)


async def surface_of(inn: Inn, room: Room) -> DiscordSurface:
    surface = (await inn.wall(room)).surface
    assert isinstance(surface, DiscordSurface)
    return surface


def posts(surface: DiscordSurface, name: str = "Mira", character: int | None = None) -> Posts:
    """Give posts that nobody keeps."""

    async def kept(*ids: str) -> None: ...

    return Posts(surface.outbox(name, character), QUICK, sent=kept, gone=kept)


def drawn(colour: str) -> bytes:
    """Draw a picture of one colour."""
    file = BytesIO()
    Image.new("RGB", (40, 60), colour).save(file, "PNG")
    return file.getvalue()


def portrayed(name: str, colour: str) -> CardFile:
    """Make a silent card with a picture."""
    made = Card(name=name, spec="v2", raw="{}", first_mes=f"{name} waves.", talkativeness=0.0)
    return CardFile(f"{name}.png", name.encode(), made, drawn(colour))


def colour_of(face: bytes | None) -> object:
    assert face
    return Image.open(BytesIO(face)).convert("RGB").getpixel((5, 5))


async def test_characters_have_the_faces_of_their_cards_and_others_drawn_ones(inn: Inn) -> None:
    async with inn.scene(portrayed("Mira", "red"), portrayed("Tomas", "blue")):
        await inn.director.turns.say_as(place_of(inn.tavern), account_of(inn.anna), "Tomas", "Yes.")
        await inn.director.turns.say_as(place_of(inn.tavern), account_of(inn.anna), "narrator", "It rains.")
        await inn.tidy()
        await inn.tavern.post("It rains.")
        _, mira, tomas, narrator = inn.tavern.shown
        assert (colour_of(mira.face), colour_of(tomas.face)) == ((255, 0, 0), (0, 0, 255))
        assert narrator.face
        assert len(inn.tavern.webhooks) == 3


async def test_nothing_that_is_written_can_ping_or_show_a_preview(inn: Inn, surface: DiscordSurface) -> None:
    shown = posts(surface)
    await show_whole(f"@everyone {inn.anna.mention} https://example.org/a", shown)
    await show_whole(f"@here {inn.anna.mention} https://example.org/b", shown)
    await surface.say(sentence("{who} https://example.org", who=inn.anna.mention))
    assert inn.world.pinged == set()
    assert all(one.record.flags & 4 for one in inn.tavern.shown)


async def test_who_wants_to_be_called_is_called_by_the_bot(inn: Inn, surface: DiscordSurface) -> None:
    await surface.ping([account_of(inn.anna).id], sentence("{name} has answered.", name="@everyone"))
    assert inn.world.pinged == {inn.anna.name}
    assert inn.tavern.last.record.webhook is None


async def test_a_webhook_that_is_deleted_is_made_again(inn: Inn, surface: DiscordSurface) -> None:
    await show_whole("One.", posts(surface))
    inn.tavern.loses_webhook()
    await show_whole("Two.", posts(surface))
    assert [(one.author, one.content) for one in inn.tavern.shown] == [("Mira", "One."), ("Mira", "Two.")]


async def test_a_webhook_that_is_deleted_in_mid_reply_loses_nothing(inn: Inn, surface: DiscordSurface) -> None:
    speech = Speech("It rains.")
    delivering = asyncio.create_task(deliver(speech, posts(surface), QUICK))
    await inn.tavern.post("It rains.")
    inn.tavern.loses_webhook()
    speech.says(" It pours.")
    speech.ends()
    await delivering
    assert inn.tavern.last.content == "It rains. It pours."


async def test_the_pool_is_small_and_gives_away_the_face_used_least_lately(
    inn: Inn, surface: DiscordSurface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "POOL", 2)
    for name in ("Ada", "Bo", "Ada", "Cy", "Ada"):
        await show_whole("Hello.", posts(surface, name))
    faces = [one.face for one in inn.tavern.shown]
    assert len(inn.tavern.webhooks) == 2
    assert faces[0] == faces[2] == faces[4]
    assert len({*faces}) == 3


async def test_faces_are_found_again_after_a_restart(inn: Inn) -> None:
    for _ in range(2):
        async with inn.playing():
            await show_whole("Hello.", posts(await surface_of(inn, inn.tavern)))
    assert len(inn.tavern.webhooks) == 1


async def test_threads_and_forum_posts_have_characters_too(inn: Inn) -> None:
    thread = inn.tavern.thread("A tale")
    async with inn.playing():
        post = await inn.anna.opens(inn.server.forum("stories"), "Another", "Once upon a time")
        for room in (thread, post):
            await asyncio.sleep(0.1)
            shown = posts(await surface_of(inn, room))
            await show_whole("One.", shown)
            await show_whole("Two.", shown)
            assert (room.last.author, room.last.content) == ("Mira", "Two.")


async def test_without_manage_webhooks_the_name_is_bold_and_moderators_are_told_once(inn: Inn) -> None:
    inn.tavern.denies(inn.world.state.me, "manage_webhooks")
    async with inn.playing():
        shown = posts(await surface_of(inn, inn.tavern), "*Mi_ra*")
        await show_whole("One.", shown)
        await show_whole("Two.", shown)
        told, post = inn.tavern.shown
        assert "Manage Webhooks" in told.content
        assert post.content == "**\\*Mi\\_ra\\***\nTwo."
        await show_whole("Three.", posts(await surface_of(inn, inn.tavern)))
    async with inn.playing():
        await show_whole("Four.", posts(await surface_of(inn, inn.tavern)))
    assert [one.content.rpartition("\n")[2] for one in inn.tavern.shown[1:]] == ["Two.", "Three.", "Four."]


async def test_a_reply_does_not_wait_for_what_moderators_are_told(inn: Inn) -> None:
    inn.tavern.denies(inn.world.state.me, "manage_webhooks")
    async with inn.playing():
        refused = inn.world.faults.refuses("POST /channels/{channel_id}/messages", 403, 50013)
        await show_whole("One.", posts(await surface_of(inn, inn.tavern)))
    assert refused.met
    assert [one.content for one in inn.tavern.shown] == ["**Mira**\nOne."]


async def test_where_others_have_all_webhooks_the_name_is_bold_and_moderators_are_told(
    inn: Inn, surface: DiscordSurface
) -> None:
    inn.world.rules.webhooks_per_channel = 0
    await show_whole("One.", posts(surface))
    told, post = inn.tavern.shown
    assert "All webhooks of this channel are taken" in told.content
    assert post.content == "**Mira**\nOne."


async def test_names_are_such_as_discord_takes_and_two_of_one_name_stay_apart(
    inn: Inn, surface: DiscordSurface
) -> None:
    await show_whole("One.", posts(surface, "Clyde of Discord, Discord " + "x" * 100, 1))
    for character in (2, 3, 3):
        await show_whole("Two.", posts(surface, "Kim", character))
    names = [one.author for one in inn.tavern.shown]
    assert len(names[0]) <= 80
    assert not any(word in names[0].lower() for word in ("clyde", "discord"))
    assert names[1:] == ["Kim", "Kim\u200a", "Kim"]


async def test_a_long_reply_is_split_and_shrinks_again(inn: Inn, surface: DiscordSurface) -> None:
    shown = posts(surface)
    await show_whole("\n\n".join([f"Paragraph {number} " + "word " * 100 for number in range(8)]), shown)
    assert len(inn.tavern.shown) == 3
    assert all(len(one.content) <= 2000 for one in inn.tavern.shown)
    await show_whole("Short.", shown)
    assert [one.content for one in inn.tavern.shown] == ["Short."]


@pytest.mark.parametrize("everywhere", [False, True])
async def test_the_last_edit_arrives_after_a_429(inn: Inn, surface: DiscordSurface, everywhere: bool) -> None:
    speech = Speech("It rains.")
    delivering = asyncio.create_task(deliver(speech, posts(surface), QUICK))
    await inn.tavern.post("It rains.")
    inn.world.faults.too_many(EDIT, 0.2, everywhere=everywhere, times=2)
    speech.says(" It pours.")
    await asyncio.sleep(0.1)
    speech.says(" So.")
    speech.ends()
    await delivering
    assert [one.content for one in inn.tavern.shown] == ["It rains. It pours. So."]


async def test_the_last_edit_arrives_where_the_connection_drops(inn: Inn, surface: DiscordSurface) -> None:
    speech = Speech("It rains.")
    delivering = asyncio.create_task(deliver(speech, posts(surface), QUICK))
    await inn.tavern.post("It rains.")
    inn.world.faults.hangs_up(EDIT, times=2)
    speech.says(" It pours.")
    speech.ends()
    await delivering
    assert [one.content for one in inn.tavern.shown] == ["It rains. It pours."]


async def test_a_post_that_is_too_old_to_be_edited_is_posted_anew(inn: Inn, surface: DiscordSurface) -> None:
    shown = posts(surface)
    await show_whole("One.", shown)
    inn.world.faults.refuses(EDIT, 400, 30046, "Maximum number of edits to messages older than 1 hour reached.")
    await show_whole("Two.", shown)
    assert [one.content for one in inn.tavern.shown] == ["Two."]


@pytest.mark.parametrize("what", ["vanishes", "denies"])
async def test_a_reply_that_nobody_can_see_any_more_is_stopped(inn: Inn, what: str) -> None:
    inn.tavern.denies(inn.world.state.me, "manage_webhooks")
    async with inn.playing():
        speech = Speech("It rains.")
        delivering = asyncio.create_task(deliver(speech, posts(await surface_of(inn, inn.tavern)), QUICK))
        await inn.tavern.post("It rains.")
        if what == "vanishes":
            inn.tavern.vanishes()
        else:
            inn.tavern.denies(inn.world.state.me, "view_channel", "send_messages")
        speech.says(" It pours.")
        with pytest.raises(Unreachable):
            await asyncio.wait_for(delivering, 10)
        assert speech.is_stopped


async def test_a_scene_outlives_its_channel_and_its_permissions(inn: Inn) -> None:
    other = inn.server.channel("kitchen")
    async with inn.scene(card("Mira")):
        await inn.opens_scene(other, SILENT)
        inn.world.faults.meanwhile(SEND, inn.tavern.vanishes)
        await inn.anna.says(inn.tavern, "Good evening!")
        await inn.until(lambda told: len(told) > 1)
        await inn.anna.says(other, "Hello.")
        await inn.until(lambda told: ("Anna", "Hello.") in told, room=other)


async def test_posts_are_taken_away_together_or_one_by_one(inn: Inn, surface: DiscordSurface) -> None:
    outbox = surface.outbox("Mira", None)
    ids = [await outbox.post(f"{number}.", 0) for number in range(4)]
    await inn.anna.deletes(inn.tavern.shown[0])
    await surface.remove(ids)
    assert inn.tavern.shown == []
    inn.tavern.denies(inn.world.state.me, "manage_messages")
    await asyncio.sleep(0.1)
    ids = [await outbox.post(f"{number}.", 0) for number in range(4)]
    await surface.remove([*ids, ids[0]])
    assert inn.tavern.shown == []


async def test_marks_come_and_go_and_a_post_that_is_gone_is_no_trouble(inn: Inn, surface: DiscordSurface) -> None:
    message = await inn.anna.says(inn.tavern, "Hello.")
    gone = await inn.anna.says(inn.tavern, "Never mind.")
    await inn.anna.deletes(gone)
    ids = [f"discord:{gone.id}", f"discord:{message.id}"]
    await surface.mark(ids)
    assert inn.tavern.last.reactions == {"↩️": 1}
    await surface.unmark(ids)
    assert inn.tavern.last.reactions == {}


async def test_what_discord_does_not_take_at_once_is_done_all_the_same(inn: Inn) -> None:
    async with inn.scene(SILENT):
        message = await inn.anna.says(inn.tavern, "Hello.")
        await inn.tells("Hello.")
        for name in ("Mira", "narrator"):
            await inn.director.turns.say_as(place_of(inn.tavern), account_of(inn.anna), name, "Yes.")
        await inn.tidy()
        await inn.director.turns.undo(place_of(inn.tavern), account_of(inn.anna), count=3)
        inn.world.faults.hangs_up("PUT /channels/*")
        inn.world.faults.fails("DELETE /webhooks/*", status=503)
        await inn.tidy()
        shown = inn.tavern.shown
        assert [one.reactions for one in shown if one.id == message.id] == [{"↩️": 1}]
        assert not any(one.content == "Yes." for one in shown)
        assert shown[-1].content == "───\n> **Mira**: Mira waves at Anna."


async def test_the_state_stands_in_the_post_of_the_newest_reply(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await (await inn.wall()).state("day 3\n· evening")
        assert inn.tavern.last.content == "Mira waves at Anna.\n-# day 3 · evening"
        await inn.director.turns.say_as(place_of(inn.tavern), account_of(inn.anna), "Mira", "Yes.")
        await inn.tidy()
        assert [one.content for one in inn.tavern.shown[1:]] == ["Mira waves at Anna.", "Yes."]


async def test_a_post_whose_answer_was_lost_is_there_once(inn: Inn, surface: DiscordSurface) -> None:
    outbox = surface.outbox("Mira", None)
    former = await outbox.post("Good evening.", 0)
    inn.world.faults.loses_the_answer(SEND)
    again = await outbox.post("Good evening.", 1)
    inn.world.faults.loses_the_answer("POST /channels/*")
    await surface.posting.say("I was away.")
    shown = [(one.content, one.id) for one in inn.tavern.shown]
    assert [id_of(id) for text, id in shown if text == "Good evening."] == [former, again]
    assert [text for text, _ in shown].count("I was away.") == 1


async def test_of_posts_that_say_the_same_all_stay(
    inn: Inn, surface: DiscordSurface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TRIED_AGAIN_SECONDS", 0.0)
    outbox = surface.outbox("Mira", None)
    ids = [await outbox.post("Yes.", number) for number in range(3)]
    assert [id_of(one.id) for one in inn.tavern.shown if one.content == "Yes."] == ids


async def test_posts_of_earlier_runs_and_of_the_same_moment_are_no_strays(
    inn: Inn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TRIED_AGAIN_SECONDS", 0.0)
    async with inn.playing():
        await (await surface_of(inn, inn.tavern)).outbox("Mira", None).post("Before.", 0)
    async with inn.playing():
        outbox = (await surface_of(inn, inn.tavern)).outbox("Mira", None)
        await asyncio.gather(outbox.post("One.", 0), outbox.post("Two.", 1))
    assert sorted(one.content for one in inn.tavern.shown) == ["Before.", "One.", "Two."]


async def test_a_full_pool_whose_webhook_somebody_has_deleted_is_filled_anew(
    inn: Inn, surface: DiscordSurface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "POOL", 1)
    await surface.outbox("Mira", None).post("Hello.", 0)
    inn.tavern.loses_webhook()
    await surface.outbox("Tomas", None).post("Good evening.", 0)
    assert (inn.tavern.last.author, inn.tavern.last.content) == ("Tomas", "Good evening.")


async def test_while_a_reply_is_waited_for_somebody_types(inn: Inn) -> None:
    async with inn.scene(card("Mira")):
        await inn.says("Good evening!")
        assert inn.tavern.typed
