"""What is done with one message, from its menu or by a reaction, with the real client in a Discord of ours."""

import asyncio

import pytest

from bot.core import Author
from bot.platforms.discord import reading
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.shown import Shown
from tests.bot.platforms.discord.playing import Inn, account_of, place_of
from tests.bot.roleplay.conftest import SILENT, card

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def lines(inn: Inn, *texts: str) -> None:
    """Let Anna say lines that nobody answers."""
    for count, text in enumerate(texts, start=2):
        await inn.anna.says(inn.tavern, text)
        await until_told(inn, count)


async def until_told(inn: Inn, count: int) -> None:
    """Wait until the story has so many turns."""
    async with asyncio.timeout(10):
        while True:
            if len(await inn.told()) == count:
                return
            await asyncio.sleep(0.02)


def post(room: Room, *words: str) -> Shown:
    """Return the post that has these words."""
    return next(one for one in room.shown if all(word in f"{one.author}: {one.content}" for word in words))


async def test_a_line_is_edited_from_its_menu(inn: Inn) -> None:
    async with inn.scene(SILENT):
        form = await inn.anna.uses(post(inn.tavern, "Mira waves"), "Edit")
        assert form.modal
        label, text = next(iter(form.modal.fields.items()))
        assert text == "Mira waves at Anna."
        await inn.anna.submits(form, {label: "Mira nods."})
        await inn.tavern.post("Mira nods.")


async def test_a_line_is_deleted_from_its_menu_by_whoever_may(inn: Inn) -> None:
    eve = inn.server.person("Eve")
    async with inn.scene(SILENT):
        mira = post(inn.tavern, "Mira waves")
        refused = await eve.uses(mira, "Delete from the story")
        await refused.says("That is up to whoever wrote it")
        assert refused.private
        await (await inn.anna.uses(mira, "Delete from the story")).says("/restore brings it back")
        await inn.tavern.until(lambda shown: not any("Mira waves" in one.content for one in shown))


async def test_a_retry_from_a_line_above_takes_back_what_follows(inn: Inn) -> None:
    async with inn.scene(card("Mira")):
        first = await inn.anna.says(inn.tavern, "Good evening!")
        await inn.answered()
        await inn.anna.says(inn.tavern, "And then?")
        await inn.answered()
        before = await inn.told()
        assert len(before) == 5
        await inn.anna.uses(first, "Retry from here")
        await until_told(inn, 3)
        after = await inn.answered()
        story = await inn.told()
        assert story[:2] == before[:2]
        assert after.content.startswith(story[2][1].strip())


async def test_a_branch_begins_at_a_line_and_can_have_a_thread(inn: Inn) -> None:
    async with inn.scene(SILENT) as client:
        for text in ("One.", "Two."):
            await inn.director.turns.say_as(place_of(inn.tavern), account_of(inn.anna), "Mira", text)
            await client.stage.wall(client.get_channel(inn.tavern.id)).tidy()  # type: ignore[arg-type]
        form = await inn.anna.uses(post(inn.tavern, "One."), "Branch here")
        assert form.modal
        made = await inn.anna.submits(form, {next(iter(form.modal.fields)): "Storm"})
        await made.says("The story goes on in the branch Storm.", "It can have a thread of its own.")
        told = ["Mira waves at Anna.", "One."]
        assert [text for _, text in await inn.told()] == told
        offered = next(one for one in [made.message, *made.followups] if one and "thread" in one.content)
        opened = await inn.anna.presses(offered, "Open a thread")
        await opened.says("The branch Storm is played in")
        [thread] = [one for one in client.guilds[0].threads if one.name == "Storm"]
        story = await inn.director.story(reading.place_of(thread))
        assert [(turn.name, turn.text) for turn in story] == await inn.told()
        room = Room(inn.world.state, inn.world.state.channels[thread.id])
        await room.until(lambda shown: [one.content for one in shown if one.author == "Mira"] == told)


async def test_what_was_written_in_the_channel_becomes_a_story(inn: Inn) -> None:
    async with inn.playing():
        await inn.anna.says(inn.tavern, "Long ago.")
        first = await inn.anna.says(inn.tavern, "Is anybody there?")
        await inn.anna.posts_as(inn.tavern, "Tomas", "Only me.\nAnd the *cat*.")
        await inn.anna.says(inn.tavern, "// brb")
        await inn.server.bot("Dice").says(inn.tavern, "7")
        await inn.server.person("Ben").says(inn.tavern, f"{inn.anna.mention}, come in!")
        await inn.anna.uses(first, "Story from here")
        await inn.until(lambda told: len(told) == 3)
        story = await inn.director.story(place_of(inn.tavern))
        assert [(turn.author, turn.name, turn.text) for turn in story] == [
            (Author.PERSON, "Anna", "Is anybody there?"),
            (Author.CHARACTER, "Tomas", "Only me.\nAnd the *cat*."),
            (Author.PERSON, "Ben", "Anna, come in!"),
        ]


async def test_a_message_beside_the_story_has_nothing_to_be_done(inn: Inn) -> None:
    async with inn.scene(SILENT):
        aside = await inn.anna.says(inn.tavern, "// tea?")
        for menu in ("Edit", "Why?", "Retry from here"):
            await (await inn.anna.uses(aside, menu)).says("That message is not part of the story.")
        await (await inn.anna.uses(aside, "Import card")).says("That message has no file")


async def test_a_cross_on_a_character_s_post_deletes_it(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await inn.anna.reacts(post(inn.tavern, "Mira waves"), "❌")
        await inn.tavern.until(lambda shown: not any("Mira waves" in one.content for one in shown))
        assert await inn.told() == [("Mira", "")]
        await inn.anna.runs(inn.tavern, "/restore")
        await inn.tavern.until(lambda shown: any(one.content == "Mira waves at Anna." for one in shown))


async def test_a_question_mark_is_answered_in_a_letter(inn: Inn) -> None:
    async with inn.scene(card("Mira")):
        await inn.anna.says(inn.tavern, "Good evening!")
        reply = await inn.answered()
        await inn.anna.reacts(reply, "❓")
        room = inn.anna.direct()
        await room.until(lambda shown: shown)
        await inn.tavern.until(lambda shown: not any(one.reactions.get("❓") for one in shown))


async def test_who_may_not_react_is_told_in_a_letter_and_nothing_happens(inn: Inn) -> None:
    eve = inn.server.person("Eve")
    async with inn.scene(SILENT):
        await eve.reacts(post(inn.tavern, "Mira waves"), "❌")
        await eve.direct().until(lambda shown: any("That is up to whoever wrote it" in one.content for one in shown))
        assert await inn.told() == [("Mira", "Mira waves at Anna.")]


async def test_where_it_is_not_played_reactions_do_nothing(inn: Inn) -> None:
    ben = inn.server.person("Ben")
    async with inn.scene(SILENT) as client:
        await inn.director.turns.say_as(place_of(inn.tavern), account_of(ben), "Mira", "Yes.")
        await client.stage.wall(client.get_channel(inn.tavern.id)).tidy()  # type: ignore[arg-type]
        await inn.director.servers.change(place_of(inn.tavern), inn.owner(), channels=("discord:1",))
        await ben.reacts(post(inn.tavern, "Yes."), "❌")
        await ben.direct().until(lambda shown: any("not played in this channel" in one.content for one in shown))
        assert (await inn.told())[-1] == ("Mira", "Yes.")


async def test_other_reactions_and_those_on_people_s_lines_mean_nothing(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await lines(inn, "One.")
        await inn.anna.reacts(post(inn.tavern, "One."), "❌")
        await inn.anna.reacts(post(inn.tavern, "Mira waves"), "🎉")
        await (await inn.anna.runs(inn.tavern, "/cast list")).says("Mira")
        assert len(await inn.told()) == 2


async def test_a_reaction_lets_a_reply_be_spoken_anew(inn: Inn) -> None:
    async with inn.scene(card("Mira")):
        await inn.anna.says(inn.tavern, "Good evening!")
        await inn.answered()
        await inn.tavern.until(lambda shown: shown[-1].buttons)
        await inn.anna.reacts(inn.tavern.last, "🔁")
        await inn.tavern.until(lambda shown: any("2/2" in button for button in shown[-1].buttons))
        row = await inn.director.swipes.alternatives(place_of(inn.tavern))
        assert len(row.turns) == 2
