"""What a server's moderators set, with the real client in a Discord of ours."""

import pytest

from bot.platforms.discord.reading import id_of
from bot.roleplay.director import Director
from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.playing import Inn, place_of, there
from tests.bot.roleplay.conftest import SILENT

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADULT = b"""{"spec": "chara_card_v2", "data": {"name": "Vera", "description": "Vera, 40, keeps a bar.",
"first_mes": "Hello.", "tags": ["NSFW"]}}"""


async def test_roles_say_who_moderates_and_who_plays(inn: Inn, director: Director) -> None:
    keepers, guests = inn.server.role("Keepers"), inn.server.role("Guests")
    ben, cleo = inn.server.person("Ben", keepers), inn.server.person("Cleo")
    async with inn.scene(SILENT):
        panel = await inn.anna.runs(inn.tavern, "/settings server")
        assert panel.private
        await inn.anna.selects(there(panel), "Roles that moderate", keepers)
        await inn.anna.selects(there(panel), "Roles that play; without any, all do", guests)
        rules = await director.servers.rules(place_of(inn.tavern))
        assert (rules.moderators, rules.players) == ((id_of(keepers.id),), (id_of(guests.id),))
        await (await ben.runs(inn.tavern, "/scene title", title="Rain")).says("This scene is called Rain now.")
        await (await cleo.runs(inn.tavern, "/next")).says("You can only look on here")


async def test_only_moderators_set_anything(inn: Inn) -> None:
    ben = inn.server.person("Ben")
    async with inn.playing():
        answer = await ben.runs(inn.tavern, "/settings server")
        await answer.says("That is up to the moderators of this place.")
        await (await ben.runs(inn.tavern, "/settings server", replies="3")).says("That is up to the moderators")


async def test_it_is_played_in_the_channels_that_were_chosen(inn: Inn) -> None:
    stories, ben = inn.server.channel("stories"), inn.server.person("Ben")
    async with inn.scene(SILENT):
        panel = await inn.anna.runs(inn.tavern, "/settings server")
        await inn.anna.selects(there(panel), "Channels where it is played; without any, all", stories)
        await (await ben.runs(inn.tavern, "/next")).says("It is not played in this channel")
        await (await ben.runs(stories, "/next")).says("Nothing is played here yet")


async def test_texts_and_switches_stand_on_the_other_page(inn: Inn, director: Director) -> None:
    async with inn.playing():
        panel = await inn.anna.runs(inn.tavern, "/settings server")
        await inn.anna.presses(there(panel), "More")
        form = await inn.anna.presses(there(panel), "Usual cast")
        assert form.modal
        await inn.anna.submits(form, {"Usual cast": "mira, fennel"})
        form = await inn.anna.presses(there(panel), "Replies a minute")
        await inn.anna.submits(form, {"Replies a minute": "2"})
        await inn.anna.presses(there(panel), "Pings")
        await inn.anna.presses(there(panel), "Players open scenes here")
        await inn.anna.selects(there(panel), "Language of the bot", "ja")
        rules = await director.servers.rules(place_of(inn.tavern))
        assert (rules.cast, rules.replies_per_minute, rules.pings, rules.language) == (
            ("Mira", "Fennel"),
            2,
            False,
            "ja",
        )
        assert await director.servers.players_open(place_of(inn.tavern))
        form = await inn.anna.presses(there(panel), "Replies a minute")
        await (await inn.anna.submits(form, {"Replies a minute": "many"})).says(
            "/settings server takes a whole number from 0 to 1,000 as replies, not many."
        )
        assert (await director.servers.rules(place_of(inn.tavern))).replies_per_minute == 2


async def test_the_usual_cast_opens_a_scene(inn: Inn) -> None:
    async with inn.playing():
        await (await inn.anna.runs(inn.tavern, "/settings server", cast="mira")).says("Usual cast: Mira")
        await inn.anna.runs(inn.tavern, "/scene start")
        await inn.tavern.until(lambda shown: any(one.author == "Mira" for one in shown))


async def test_moderators_are_told_where_they_want_to_be(inn: Inn) -> None:
    office, ben = inn.server.channel("office"), inn.server.person("Ben")
    async with inn.scene(SILENT):
        panel = await inn.anna.runs(inn.tavern, "/settings server")
        await inn.anna.selects(there(panel), "Channel where moderators are told things", office)
        await ben.runs(inn.tavern, "/pause")
        await office.until(lambda shown: any("paused" in one.content for one in shown))
        assert not any("has paused" in one.content for one in inn.tavern.shown)


async def test_where_they_cannot_be_told_there_moderators_are_told_where_it_happened(inn: Inn) -> None:
    office, ben = inn.server.channel("office"), inn.server.person("Ben")
    async with inn.scene(SILENT):
        panel = await inn.anna.runs(inn.tavern, "/settings server")
        await inn.anna.selects(there(panel), "Channel where moderators are told things", office)
        office.denies(inn.world.state.me, "send_messages")
        await ben.runs(inn.tavern, "/pause")
        await inn.tavern.until(lambda shown: any("has paused" in one.content for one in shown))


async def test_cards_for_adults_are_played_among_adults_only(inn: Inn) -> None:
    cellar = inn.server.channel("cellar", nsfw=True)
    async with inn.playing():
        await (await inn.anna.runs(inn.tavern, "/card import", file=Upload("vera.json", ADULT))).says("Vera")
        refused = await inn.anna.runs(inn.tavern, "/scene start", cards="Vera")
        await refused.says("Vera is written for adults: play that card in an age-restricted channel.")
        await inn.anna.runs(cellar, "/scene start", cards="Vera")
        await cellar.until(lambda shown: any(one.author == "Vera" for one in shown))
