"""The first hour: the bot is let in, the server is set up, the cards are brought, the scene begins."""

from bot.platforms.discord import panel
from bot.platforms.discord.suggestions import Wish
from tests.bot.platforms.discord.evening.company import CAST, Evening, card
from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.playing import there

GUEST = "discord:80351110224678912"


async def the_bot_comes_in(evening: Evening) -> None:
    """Nothing is played yet: the bot says nothing but to who asks it."""
    anna, ben = evening.anna, evening.ben
    await anna.says(evening.tavern, "Is anybody here?")
    await evening.runs(anna, "/access", "Everybody may use this bot.", who="open")
    await evening.runs(anna, "/invite", "is invited", account=GUEST)
    await evening.runs(anna, "/uninvite", "is not invited any more", account=GUEST)
    await evening.runs(ben, "/help", "/scene", "/narrate")
    await evening.runs(ben, "/help", "/cast mute", command="cast")
    await evening.runs(evening.cleo, "/privacy", "stored in the database")
    await evening.runs(evening.cleo, "/link", "Send /link")
    await evening.runs(anna, "/scene show", "Nothing is played here")
    assert [one.content for one in evening.tavern.shown] == ["Is anybody here?"]


async def the_server_is_set_up(evening: Evening) -> None:
    """Anna goes through the panel: each select, each button."""
    anna, server = evening.anna, evening.inn.server
    keepers, office, kitchen = (
        server.role("Keepers", "manage_messages"),
        server.channel("office"),
        server.channel("kitchen"),
    )
    server.gives(evening.ben, keepers)
    shown = there(await evening.runs(anna, "/settings server"))
    await anna.selects(shown, panel.MODERATORS.text, keepers)
    await anna.selects(shown, panel.PLAYERS.text)
    await anna.selects(shown, panel.CHANNELS.text, evening.tavern, kitchen)
    await anna.selects(shown, panel.ALARMS.text, office)
    await evening.presses(anna, shown, panel.MORE.text)
    await anna.selects(shown, panel.LANGUAGE.text, "ja")
    await anna.selects(shown, panel.LANGUAGE.text, panel.OWN_LANGUAGE.text)
    for name, text in {"cast": "Mira", "replies": "900", "tokens": "", "quiet": "1"}.items():
        form = await anna.presses(shown, panel.WRITTEN[name].text)
        await evening.submits(anna, form, text)
    for switch in (panel.PINGS, panel.OPENING, panel.OPENING):
        await evening.presses(anna, shown, switch.text)
    await evening.presses(anna, shown, panel.BACK.text)
    await evening.runs(anna, "/settings server", "Usual cast: Mira", "a minute for each person: 900", pings="on")
    await evening.runs(evening.cleo, "/settings server", "That is up to the moderators")
    await evening.runs(evening.cleo, "/settings ping", "You are pinged", when="on")
    await evening.runs(evening.cleo, "/settings ping", "You are not pinged", when="off")


async def the_cards_are_brought(evening: Evening) -> None:
    """Four characters: two by a command, two from the menu of a message; one more comes and goes again."""
    anna, cleo = evening.anna, evening.cleo
    ilse, tomas, *others = CAST
    for name in (ilse, tomas):
        await evening.runs(anna, "/card import", f"imported: {name}", file=card(name))
    files = await anna.says(evening.tavern, "Look who else is here.", *map(card, others))
    await evening.chooses(anna, files, "Import card", *(f"imported: {name}" for name in others))
    await evening.runs(cleo, "/card import", "imported: Vesna", file=card("Vesna"))
    assert "Vesna" in await cleo.autocompletes(evening.tavern, "/card show", card="ves")
    await evening.runs(cleo, "/card show", "Vesna helps at the inn.", card="Vesna")
    form = await evening.runs(cleo, "/card edit", card="Vesna", field="personality")
    await evening.submits(cleo, form, "Dry and kind.")
    await evening.runs(cleo, "/card show", "Dry and kind.", card="Vesna")
    await evening.runs(cleo, "/card publish", "Everybody", card="Vesna")
    await evening.runs(evening.ben, "/card list", "Vesna (published)")
    await evening.runs(cleo, "/card unpublish", "yours alone", card="Vesna")
    exported = await evening.runs(cleo, "/card export", "Vesna.png", card="Vesna", format="png")
    assert any(
        file.filename == "Vesna.png" for one in (there(exported), *exported.followups) for file in one.attachments
    )
    await evening.runs(cleo, "/card remove", "is removed", card="Vesna")


async def the_scene_begins(evening: Evening) -> None:
    """Three of the four are there from the beginning; what is beside the story stays out of it."""
    anna, ben, cleo, tavern = evening.anna, evening.ben, evening.cleo, evening.tavern
    ilse, tomas, rosa, odo = CAST
    await evening.runs(anna, "/scene start", cards=f"{ilse}, {tomas}, {rosa}", title="Rain")
    await tavern.post(ilse, "waves at Anna.")
    assert any("An AI plays the characters here" in one.content for one in tavern.shown)
    await evening.says(anna, f"Good evening, {ilse}. Is there a room left?")
    await ben.says(tavern, "// Sorry, I am late.")
    await cleo.says(tavern, "pk;system")
    await cleo.says(tavern, "tul!list")
    await evening.says(ben, f"{tomas}, what does the bell mean?")
    await evening.says(cleo, f"And you, {rosa}, are you cold?")
    await evening.runs(anna, "/cast add", f"{odo} is here now.", card=odo)
    await evening.says(anna, f"{odo}, you are late too.")
    await cleo.types(tavern)
    await evening.says(cleo, f"{ben.mention} <:rain:123456789012345678> look at {odo}!")
    assert (await evening.story())[-2][1] == f"Ben :rain: look at {odo}!"
    picture = Upload("door.png", b"\x89PNG\r\n\x1a\n")
    evening.said.append(await ben.says(tavern, f"{ilse}, see who is there?", picture))
    await evening.until_heard(evening.said[-1])
    await evening.settled()
    await evening.says(anna, "It was you who left the door open.", reply_to=evening.newest)


async def lines_are_suggested(evening: Evening) -> None:
    """A line is said as it is suggested, another is changed first; there can be others."""
    cleo = evening.cleo
    offered = there(await evening.runs(cleo, "/suggest", count=2))
    await evening.presses(cleo, offered, f"g:{Wish.SAY}:1")
    form = await cleo.presses(offered, f"g:{Wish.EDIT}:2")
    await evening.submits(cleo, form, "Odo, I would rather not.")
    others = await evening.presses(cleo, offered, f"g:{Wish.ANOTHER}:0")
    assert others.text.startswith("`1` ")
