"""The loopback Discord with a plain client: commands, selects, forms, menus, and answers that come too late."""

import asyncio

import discord
import pytest
from discord import app_commands

from tests.bot.platforms.discord.conftest import Client
from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.servers import Server
from tests.bot.platforms.discord.loopback.world import World

Asked = discord.Interaction


class Retitle(discord.ui.Modal, title="A new title"):
    name = discord.ui.Label(text="Title", component=discord.ui.TextInput(default="The inn", max_length=20))

    async def on_submit(self, interaction: Asked, /) -> None:
        assert isinstance(self.name.component, discord.ui.TextInput)
        await interaction.response.send_message(f"Now it is {self.name.component.value}.", ephemeral=True)


class Choice(discord.ui.View):
    @discord.ui.select(
        placeholder="Who", options=[discord.SelectOption(label="Mira"), discord.SelectOption(label="Tom")]
    )
    async def chosen(self, interaction: Asked, select: discord.ui.Select["Choice"]) -> None:
        await interaction.response.edit_message(content=f"{select.values[0]} comes.", view=None)


scene = app_commands.Group(name="scene", description="Scenes")


@scene.command(name="start", description="Start a scene")
async def start(interaction: Asked, card: str, turns: app_commands.Range[int, 1, 9] = 3) -> None:
    await interaction.response.defer()
    await interaction.followup.send(f"{card} for {turns}")
    await interaction.followup.send("Only you see this.", ephemeral=True)


@start.autocomplete("card")
async def cards(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=name, value=name) for name in ("mira", "tom") if name.startswith(typed)]


@scene.command(name="title", description="Change the title")
async def title(interaction: Asked) -> None:
    await interaction.response.send_modal(Retitle())


@scene.command(name="late", description="Answer late")
async def late(interaction: Asked) -> None:
    await asyncio.sleep(0.3)
    try:
        await interaction.response.send_message("too late")
    except discord.NotFound as missed:
        interaction.extras["code"] = LATE["code"] = missed.code


@scene.command(name="who", description="Choose")
async def who(interaction: Asked, guest: discord.Member, card: discord.Attachment) -> None:
    text = (await card.read()).decode()
    await interaction.response.send_message(f"{guest.display_name} brings {text}", view=Choice())


@app_commands.context_menu(name="Why?")
async def why(interaction: Asked, message: discord.Message) -> None:
    await interaction.response.send_message(f"Because of {message.content}.", ephemeral=True)


LATE: dict[str, int] = {}


@pytest.fixture
async def commands(client: Client) -> Client:
    client.tree.add_command(scene)
    client.tree.add_command(why)
    await client.tree.sync()
    return client


async def test_a_command_is_run_and_answers_everybody_and_one(
    commands: Client, server: Server, tavern: Room, world: World
) -> None:
    anna, ben = server.person("Anna"), server.person("Ben")
    answer = await anna.runs(tavern, "/scene start", card="mira", turns=5)
    await answer.says("mira for 5", "Only you see this.")
    assert [one.content for one in tavern.shown] == ["mira for 5"]
    assert [one.content for one in anna.sees(tavern)] == ["mira for 5", "Only you see this."]
    assert len(ben.sees(tavern)) == 1
    assert world.state.created_today == {None: 2}


async def test_what_is_typed_is_completed(commands: Client, server: Server, tavern: Room) -> None:
    assert await server.person("Anna").autocompletes(tavern, "/scene start", card="mi") == ["mira"]


@pytest.mark.parametrize(
    ("command", "options", "says"),
    [
        ("/scene stop", {}, "has no stop"),
        ("/scene start", {}, "card is required"),
        ("/scene start", {"card": "mira", "turns": 10}, "turns must be within"),
        ("/scene start", {"card": "mira", "color": "red"}, "no option color"),
        ("/dance", {}, "There is no command dance here. There are: Why[?], scene."),
    ],
)
async def test_what_the_client_would_not_let_in_fails_the_test(
    commands: Client, server: Server, tavern: Room, command: str, options: dict[str, object], says: str
) -> None:
    with pytest.raises(AssertionError, match=says):
        await server.person("Anna").runs(tavern, command, **options)


async def test_a_form_is_filled_in(commands: Client, server: Server, tavern: Room) -> None:
    anna = server.person("Anna")
    answer = await anna.runs(tavern, "/scene title")
    assert answer.modal
    assert (answer.modal.title, answer.modal.fields) == ("A new title", {"Title": "The inn"})
    sent = await anna.submits(answer, {"Title": "The road"})
    assert (sent.text, sent.private) == ("Now it is The road.", True)
    with pytest.raises(AssertionError, match="Title takes 1 to 20 characters, not 30"):
        await anna.submits(answer, {"Title": "x" * 30})


async def test_people_files_and_selects_are_chosen(commands: Client, server: Server, tavern: Room) -> None:
    anna, ben = server.person("Anna"), server.person("Ben")
    answer = await anna.runs(tavern, "/scene who", guest=ben, card=Upload("card.txt", b"a card"))
    assert answer.text == "Ben brings a card"
    await ben.selects(tavern.last, "Who", "Tom")
    assert (tavern.last.content, tavern.last.selects) == ("Tom comes.", ())


async def test_a_messages_menu_is_used(commands: Client, server: Server, tavern: Room) -> None:
    anna = server.person("Anna")
    said = await anna.says(tavern, "rain")
    answer = await anna.uses(said, "Why?")
    assert answer.text == "Because of rain."


async def test_who_answers_too_late_is_told_that_the_interaction_is_unknown(
    commands: Client, world: World, server: Server, tavern: Room
) -> None:
    world.rules.answer_within_s = 0.1
    with pytest.raises(AssertionError, match="no response to"):
        await server.person("Anna").runs(tavern, "/scene late")
    await tavern.until(lambda _: LATE.get("code") == 10062)


async def test_a_token_dies_after_a_quarter_of_an_hour(
    commands: Client, world: World, server: Server, tavern: Room
) -> None:
    clicks: list[Asked] = []

    @commands.event
    async def on_interaction(interaction: Asked) -> None:
        clicks.append(interaction)

    await (await server.person("Anna").runs(tavern, "/scene start", card="mira")).says("Only you")
    world.pass_time(15 * 60 + 1)
    with pytest.raises(discord.HTTPException) as refused:
        await clicks[0].followup.send("anybody?")
    assert refused.value.code == 50027


async def test_commands_are_counted_and_checked(commands: Client, world: World) -> None:
    world.rules.commands_per_day = 2
    await commands.tree.sync()
    commands.tree.add_command(app_commands.Command(name="more", description="More", callback=more))
    with pytest.raises(discord.HTTPException) as refused:
        await commands.tree.sync()
    assert refused.value.code == 30034


async def more(interaction: Asked) -> None:
    """Never run."""
