"""Private answers, with the real client in a Discord of ours: long ones, files, and those that come too late."""

import pytest

from tests.bot.platforms.discord.playing import Inn, account_of, place_of
from tests.bot.roleplay.conftest import SILENT

pytestmark = pytest.mark.asyncio(loop_scope="module")

EDIT = "PATCH /webhooks/*/messages/@original"


async def told(inn: Inn, count: int, text: str) -> None:
    for number in range(count):
        await inn.director.turns.say_as(place_of(inn.tavern), account_of(inn.anna), "Mira", f"{number} {text}")


async def test_a_long_answer_comes_in_several_posts_and_a_very_long_one_as_a_file(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await told(inn, 4, "It rains. " * 90)
        answer = await inn.anna.runs(inn.tavern, "/story show")
        await answer.says("3 It rains")
        posts = [one for one in (answer.message, *answer.followups) if one]
        assert len(posts) > 1
        assert all(len(one.content) <= 2000 and one.private_to for one in posts)
        await told(inn, 8, "It pours. " * 90)
        answer = await inn.anna.runs(inn.tavern, "/story show")
        shown = await answer.done()
        assert [name for name in map(str, shown.files) if "answer.md" in name]
        assert shown.private


async def test_a_file_is_handed_over_privately(inn: Inn) -> None:
    async with inn.scene(SILENT):
        answer = await inn.anna.runs(inn.tavern, "/story export", format="md")
        await answer.says("The story is in")
        assert answer.private


async def test_an_answer_that_comes_too_late_is_shown_in_the_channel_for_a_while(inn: Inn) -> None:
    async with inn.scene(SILENT):
        inn.world.faults.refuses(EDIT, 401, 50027, "Invalid Webhook Token")
        await inn.anna.runs(inn.tavern, "/cast list")
        await inn.tavern.until(lambda shown: any("Present: Mira" in one.content for one in shown))


async def test_an_answer_that_is_refused_is_not_shown_to_all(inn: Inn) -> None:
    async with inn.scene(SILENT):
        shown = [one.content for one in inn.tavern.shown]
        refused = inn.world.faults.refuses(EDIT, 400, 50035, "Invalid Form Body")
        await inn.anna.runs(inn.tavern, "/link")
        await inn.tavern.until(lambda shown: refused.met)
        await (await inn.anna.runs(inn.tavern, "/cast list")).says("Mira")
        assert [one.content for one in inn.tavern.shown] == shown


async def test_a_command_that_is_told_of_too_late_is_not_done(inn: Inn) -> None:
    async with inn.scene(SILENT) as client:
        inn.world.faults.refuses("POST /interactions/{interaction_id}/{interaction_token}/callback", 404, 10062, "gone")
        with pytest.raises(AssertionError, match="no response"):
            await inn.anna.runs(inn.tavern, "/undo")
        assert len(await inn.told()) == 1
        assert client.is_ready()


async def test_the_bot_speaks_the_language_of_whoever_asks(inn: Inn) -> None:
    yuki = inn.server.person("Yuki", locale="ja")
    async with inn.playing():
        answer = await yuki.runs(inn.tavern, "/undo")
        text = await answer.says("。")
        assert "Nothing is played" not in text


async def test_a_private_answer_shows_no_preview(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await told(inn, 1, "https://a.example/b")
        shown = await (await inn.anna.runs(inn.tavern, "/story show")).done()
        assert "<https://a.example/b>" in shown.content
