"""What the bot does about what it has missed: while it was down, and while the gateway was gone."""

import pytest

from bot.platforms.discord import absence
from tests.bot.platforms.discord.playing import Hasty, Inn, account_of, place_of
from tests.bot.roleplay.conftest import SILENT, card

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("without_commands")]


async def test_lines_that_were_missed_are_heard_told_and_answered_once(
    inn: Inn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hasty, "RATE", 3.0)
    async with inn.scene(card("Mira")):
        await inn.says("Good evening!")
    for number in range(3):
        await inn.anna.says(inn.tavern, f"Line {number}.")
    await inn.anna.says(inn.tavern, "// and this stays out")
    async with inn.playing():
        await inn.tells("Line 2.")
        await inn.answered()
    told = await inn.told()
    assert [name for name, _ in told] == ["Mira", "Anna", "Mira", "Anna", "Anna", "Anna", "Mira"]
    assert [text for _, text in told[3:6]] == ["Line 0.", "Line 1.", "Line 2."]
    assert any("I was away: 3 lines" in one.content for one in inn.tavern.shown)
    shown = [one.content for one in inn.tavern.shown]
    async with inn.playing():
        pass
    assert [one.content for one in inn.tavern.shown] == shown


async def test_of_many_lines_the_newest_are_read_back(inn: Inn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(absence, "MOST_LINES", 3)
    monkeypatch.setattr(absence, "MOST_MESSAGES", 6)
    async with inn.scene(SILENT):
        pass
    for number in range(8):
        await inn.anna.says(inn.tavern, f"Line {number}.")
    async with inn.playing():
        await inn.tells("Line 7.")
        assert [text for _, text in (await inn.told())[1:]] == ["Line 5.", "Line 6.", "Line 7."]
        await inn.tavern.post("the newest 3 lines")


async def test_a_voice_that_was_missed_is_told_once_that_it_is_not_heard(inn: Inn) -> None:
    async with inn.scene(SILENT):
        pass
    await inn.anna.speaks(inn.tavern)
    async with inn.playing():
        await inn.tavern.post("I cannot hear")
    async with inn.playing() as client:
        await client.hearing.present.wait()
        await inn.anna.says(inn.tavern, "One.")
        await inn.tells("One.")
    shown = [one.content for one in inn.tavern.shown]
    assert sum("I cannot hear" in one for one in shown) == 1
    assert not any("I was away" in one for one in shown)


async def test_what_was_deleted_or_edited_meanwhile_is_so_in_the_story(inn: Inn) -> None:
    async with inn.scene(SILENT):
        lines = [await inn.anna.says(inn.tavern, f"Line {number}.") for number in range(3)]
        await inn.tells("Line 2.")
    [greeting] = [one for one in inn.tavern.shown if one.author == "Mira"]
    owner = inn.world.owner(inn.server)
    await owner.deletes(greeting)
    await inn.anna.deletes(lines[0])
    await inn.anna.edits(lines[2], "The last line.")
    async with inn.playing():
        await inn.until(lambda told: [text for _, text in told if text] == ["Line 1.", "The last line."])


async def test_where_history_may_not_be_read_nothing_counts_as_deleted(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await inn.anna.says(inn.tavern, "One.")
        await inn.tells("One.")
    inn.tavern.denies(inn.world.state.me, "read_message_history")
    async with inn.playing():
        await inn.anna.says(inn.tavern, "Two.")
        await inn.tells("Two.")
        assert [text for _, text in (await inn.told())[1:]] == ["One.", "Two."]


async def test_what_stands_above_all_that_was_read_back_is_not_taken_for_deleted(
    inn: Inn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absence, "MOST_MESSAGES", 4)
    async with inn.scene(SILENT):
        for number in range(4):
            await inn.anna.says(inn.tavern, f"Line {number}.")
        await inn.tells("Line 3.")
    for number in range(3):
        await inn.anna.says(inn.tavern, f"// aside {number}")
    async with inn.playing():
        await inn.anna.says(inn.tavern, "Two.")
        await inn.tells("Two.")
        assert len(await inn.told()) == 6


async def test_nothing_is_lost_or_heard_twice_when_a_session_is_resumed(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await inn.anna.says(inn.tavern, "One.")
        await inn.tells("One.")
        inn.world.upsets.cut()
        await inn.anna.says(inn.tavern, "Two.")
        await inn.tells("Two.")
        await inn.anna.says(inn.tavern, "Three.")
        await inn.tells("Three.")
        assert [text for _, text in (await inn.told())[1:]] == ["One.", "Two.", "Three."]


async def test_what_a_lost_session_has_not_told_is_read_back(inn: Inn) -> None:
    async with inn.scene(SILENT):
        inn.world.upsets.forget_sessions()
        inn.world.upsets.cut()
        await inn.anna.says(inn.tavern, "One.")
        await inn.tells("One.")
        await inn.anna.says(inn.tavern, "Two.")
        await inn.tells("Two.")
        assert len(await inn.told()) == 3


async def test_the_wall_is_brought_up_to_the_story(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await (await inn.wall()).surface.outbox("Mira", None).post("A post that nobody noted.", 0)
        post = inn.tavern.last
    await inn.director.turns.say_as(place_of(inn.tavern), account_of(inn.anna), "Mira", "Yes.")
    async with inn.playing():
        await inn.tavern.post("Yes.")
    assert post.id not in [one.id for one in inn.tavern.shown]


async def test_a_channel_that_is_gone_keeps_nobody_from_the_others(inn: Inn) -> None:
    other = inn.server.channel("kitchen")
    async with inn.scene(SILENT):
        await inn.opens_scene(other, SILENT)
    inn.tavern.vanishes()
    await inn.anna.says(other, "Hello?")
    async with inn.playing():
        await inn.until(lambda told: ("Anna", "Hello?") in told, room=other)


async def test_events_that_make_no_sense_end_nothing(inn: Inn) -> None:
    async with inn.scene(SILENT):
        inn.world.upsets.tell("MESSAGE_CREATE", {"nonsense": 1})
        inn.world.upsets.tell("MESSAGE_UPDATE", {"id": "1", "channel_id": "2"})
        inn.world.upsets.tell("TYPING_START", {})
        await inn.anna.says(inn.tavern, "One.")
        await inn.tells("One.")
