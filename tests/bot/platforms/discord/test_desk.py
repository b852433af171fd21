"""Commands, forms and completion with the real client in a Discord of ours."""

import pytest

from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.playing import Inn, place_of
from tests.bot.roleplay.conftest import SILENT

ROSA = b'{"spec": "chara_card_v2", "data": {"name": "Rosa", "description": "She bakes.", "first_mes": "Hello."}}'

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_command_is_answered_privately_and_what_it_says_in_the_story_stands_on_the_wall(inn: Inn) -> None:
    ben = inn.server.person("Ben")
    async with inn.scene(SILENT):
        answer = await inn.anna.runs(inn.tavern, "/scene title", title="Rain")
        await answer.says("This scene is called Rain now.")
        assert answer.private
        assert all("Rain" not in one.content for one in ben.sees(inn.tavern))
        await inn.anna.runs(inn.tavern, "/say", **{"as": "Mira", "text": "It rains."})
        post = await inn.tavern.post("Mira", "It rains.")
        assert post.webhook
        await inn.anna.until(inn.tavern, lambda shown: not any(one.thinking for one in shown))


async def test_a_refusal_is_private(inn: Inn) -> None:
    async with inn.playing():
        answer = await inn.anna.runs(inn.tavern, "/undo")
        await answer.says("Nothing is played here yet: open a scene first.")
        assert answer.private
        assert inn.tavern.shown == []


async def test_a_scene_is_started_by_the_names_of_cards(inn: Inn) -> None:
    async with inn.playing():
        assert "Mira" in await inn.anna.autocompletes(inn.tavern, "/scene start", cards="mi")
        assert "Mira, Fennel" in await inn.anna.autocompletes(inn.tavern, "/scene start", cards="Mira, fen")
        await inn.anna.runs(inn.tavern, "/scene start", cards="mira", title="Rain")
        await inn.tavern.until(lambda shown: any(one.author == "Mira" for one in shown))
        assert [one.author for one in inn.tavern.shown if one.author != inn.world.state.me.name] == ["Mira"]


async def test_a_long_text_is_asked_for_in_a_form_with_what_it_says_now(inn: Inn) -> None:
    async with inn.scene(SILENT):
        await (await inn.anna.runs(inn.tavern, "/scene scenario", scenario="A storm.")).says("A storm.")
        answer = await inn.anna.runs(inn.tavern, "/scene scenario")
        assert answer.modal
        assert list(answer.modal.fields.values()) == ["A storm."]
        label = next(iter(answer.modal.fields))
        then = await inn.anna.submits(answer, {label: "A calm.\n\nLater."})
        await then.says("The scenario now: A calm.")
        scene = await inn.director.scene(place_of(inn.tavern))
        assert scene
        assert scene.scenario == "A calm.\n\nLater."


async def test_an_edit_without_a_text_opens_a_form(inn: Inn) -> None:
    async with inn.scene(SILENT):
        answer = await inn.anna.runs(inn.tavern, "/edit")
        assert answer.modal
        label, text = next(iter(answer.modal.fields.items()))
        assert text == "Mira waves at Anna."
        await inn.anna.submits(answer, {label: "Mira nods."})
        await inn.tavern.post("Mira nods.")
        assert await inn.told() == [("Mira", "Mira nods.")]


async def test_a_card_comes_as_an_attachment_and_another_way_by_the_menu(inn: Inn) -> None:
    async with inn.playing():
        answer = await inn.anna.runs(inn.tavern, "/card import", file=Upload("rosa.json", ROSA))
        await answer.says("Rosa")
        message = await inn.anna.says(inn.tavern, "look", Upload("nonsense.json", b"{"))
        answer = await inn.anna.uses(message, "Import card")
        await answer.says("nonsense.json")


async def test_an_imported_story_shows_its_last_five_turns(inn: Inn) -> None:
    lines = [f"{'Mira' if number % 2 else 'Tomas'}: Line {number}." for number in range(8)]
    async with inn.playing():
        answer = await inn.anna.runs(
            inn.tavern, "/story import", file=Upload("story.txt", "\n".join(lines).encode()), people="Tomas"
        )
        await answer.says("The story has 8 turns.")
        await inn.tavern.post("Line 7.")
        shown = [f"{one.author}: {one.content}" for one in inn.tavern.shown if "Line" in one.content]
        assert shown == lines[-5:]
