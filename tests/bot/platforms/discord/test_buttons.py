"""The buttons under the newest reply, with the real client in a Discord of ours."""

import pytest

from bot.core import Role
from bot.roleplay.director import Director
from tests.bot.platforms.discord.playing import Inn, account_of, place_of, there
from tests.bot.roleplay.conftest import SILENT, card

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def spoken(inn: Inn) -> str:
    """Let Mira answer Anna, and return what she says."""
    await inn.anna.says(inn.tavern, "Good evening!")
    reply = await inn.answered()
    await inn.tavern.until(lambda shown: shown[-1].buttons)
    return reply.content


async def shows(inn: Inn, text: str, place: str) -> None:
    """Wait until the newest post says something, and its button which alternative that is."""
    await inn.tavern.until(lambda shown: shown[-1].content == text and any(place in one for one in shown[-1].buttons))


async def test_a_retry_takes_the_place_of_the_reply_and_the_arrows_go_between_them(inn: Inn) -> None:
    async with inn.scene(card("Mira")):
        first = await spoken(inn)
        await inn.anna.presses(inn.tavern.last, "⟲")
        await inn.tavern.until(lambda shown: any("2/2" in one for one in shown[-1].buttons))
        second = inn.tavern.last.content
        assert [one.author for one in inn.tavern.shown][-3:] == ["Mira", "Anna", "Mira"]
        await inn.anna.presses(inn.tavern.last, "◀")
        await shows(inn, first, "1/2")
        await inn.anna.presses(inn.tavern.last, "▶ 1/2")
        await shows(inn, second, "2/2")


async def test_only_the_newest_reply_has_buttons(inn: Inn) -> None:
    async with inn.scene(card("Mira")):
        await inn.tavern.until(lambda shown: shown[-1].buttons)
        greeting = inn.tavern.last
        await spoken(inn)
        assert [bool(one.buttons) for one in inn.tavern.shown][-3:] == [False, False, True]
        turn = (await inn.director.story(place_of(inn.tavern)))[0]
        answer = await inn.anna.clicks(greeting, f"t:r:{turn.id}")
        await answer.says("That is not the newest reply any more: its buttons have moved on.")
        assert all(one.private_to for one in answer.followups)


async def test_who_may_not_is_told_privately(inn: Inn) -> None:
    eve = inn.server.person("Eve")
    async with inn.scene(card("Mira")):
        said = await spoken(inn)
        answer = await eve.presses(inn.tavern.last, "⟲")
        await answer.says("That is up to those who play in this scene")
        assert all(one.private_to for one in answer.followups)
        assert inn.tavern.last.content == said


async def test_buttons_work_after_a_restart(inn: Inn, director: Director) -> None:
    async with inn.scene(card("Mira")):
        first = await spoken(inn)
    async with inn.playing():
        await inn.anna.presses(inn.tavern.last, "⟲")
        await inn.tavern.until(lambda shown: any("2/2" in str(button) for button in shown[-1].buttons))
        assert (await inn.told())[-1][1] in inn.tavern.last.content
        assert first in [turn.text for turn in (await director.swipes.alternatives(place_of(inn.tavern))).turns]


async def test_more_offers_the_rest_privately(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await inn.tavern.until(lambda shown: shown[-1].buttons)
        more = await inn.anna.presses(inn.tavern.last, "⋯")
        assert more.private
        form = await inn.anna.presses(there(more), "Edit")
        assert form.modal
        label = next(iter(form.modal.fields))
        await inn.anna.submits(form, {label: "Mira nods."})
        await inn.tavern.post("Mira nods.")
        why = await inn.anna.presses(there(more), "Why?")
        await why.says("only replies that the model has written have reasons")
        mute = await inn.anna.presses(there(more), "Mute")
        await mute.says("Mira is silent now")


async def test_a_branch_is_named_in_a_form(inn: Inn, director: Director) -> None:
    async with inn.scene(SILENT):
        await inn.tavern.until(lambda shown: shown[-1].buttons)
        more = await inn.anna.presses(inn.tavern.last, "⋯")
        form = await inn.anna.presses(there(more), "Branch here")
        assert form.modal
        answer = await inn.anna.submits(form, {next(iter(form.modal.fields)): "Storm"})
        await answer.says("The story goes on in the branch Storm.")
        assert [one.name for one in await director.branches.known(place_of(inn.tavern))] == ["main", "Storm"]


async def test_a_deletion_takes_the_post_away(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await inn.tavern.until(lambda shown: shown[-1].buttons)
        more = await inn.anna.presses(inn.tavern.last, "⋯")
        answer = await inn.anna.presses(there(more), "Delete")
        await answer.says("/restore brings it back")
        await inn.tavern.until(lambda shown: not any(one.author == "Mira" for one in shown))


async def test_a_suggestion_is_said_as_mine(inn: Inn) -> None:
    async with inn.scene(SILENT):
        offered = await inn.anna.runs(inn.tavern, "/suggest")
        shown = await offered.done()
        assert shown.private
        line = shown.content.splitlines()[0].removeprefix("`1` ")
        await inn.anna.presses(shown, "Say 1")
        post = await inn.tavern.post("Anna", line)
        assert post.webhook
        again = await inn.anna.presses(shown, "Say 1")
        await again.says("You have said that already.")
        assert (await inn.told())[-1] == ("Anna", line)
        assert len(await inn.told()) == 2


async def test_a_suggestion_is_changed_first(inn: Inn) -> None:
    async with inn.scene(SILENT):
        shown = await (await inn.anna.runs(inn.tavern, "/suggest", count=1)).done()
        form = await inn.anna.presses(shown, "Edit 1")
        assert form.modal
        label, text = next(iter(form.modal.fields.items()))
        assert text == shown.content.removeprefix("`1` ")
        await inn.anna.submits(form, {label: "No, thank you."})
        await inn.tavern.post("Anna", "No, thank you.")
        others = await inn.anna.presses(shown, "Other suggestions")
        assert (await others.done()).content.startswith("`1` ")


async def test_many_posts_vanish_only_when_a_moderator_says_so(inn: Inn) -> None:
    eve = inn.server.person("Eve")
    async with inn.scene(SILENT) as client:
        place, anna = place_of(inn.tavern), account_of(inn.anna)
        for number in range(12):
            await inn.director.turns.say_as(place, anna, "Mira", f"Line {number}.")
            await client.stage.wall(client.get_channel(inn.tavern.id)).tidy()  # type: ignore[arg-type]
        answer = await inn.anna.runs(inn.tavern, "/undo", count=12)
        await answer.says("Taken back")
        await inn.tavern.until(lambda shown: any("12 posts are not in the story" in one.content for one in shown))
        [question] = [one for one in inn.tavern.shown if "12 posts" in one.content]
        await (await eve.presses(question, "Remove them")).says("That is up to the moderators of this place.")
        await inn.anna.presses(question, "Remove them")
        gone = ("Line 1", "12 posts")
        await inn.tavern.until(lambda shown: not any(text in one.content for one in shown for text in gone))


async def test_posts_that_are_kept_are_asked_about_no_more(inn: Inn) -> None:
    async with inn.scene(SILENT) as client:
        place, anna = place_of(inn.tavern), account_of(inn.anna, Role.MODERATOR)
        wall = client.stage.wall(client.get_channel(inn.tavern.id))  # type: ignore[arg-type]
        for number in range(11):
            await inn.director.turns.say_as(place, anna, "Mira", f"Line {number}.")
            await wall.tidy()
        await inn.director.turns.undo(place, anna, count=11)
        await wall.tidy()
        await wall.tidy()
        questions = [one for one in inn.tavern.shown if "posts are not in the story" in one.content]
        assert len(questions) == 1
        await inn.anna.presses(questions[0], "Keep them")
        await inn.tavern.until(lambda shown: not any("posts are not" in one.content for one in shown))
        await wall.tidy()
        assert sum("Line" in one.content for one in inn.tavern.shown) >= 11
