"""The loopback Discord with a plain client: characters that post through webhooks, and their faces."""

import base64

import discord
import pytest

from tests.bot.platforms.discord.conftest import Client
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.servers import Server
from tests.bot.platforms.discord.loopback.world import World
from tests.bot.platforms.discord.test_loopback_messages import channel_of

FACE, OTHER = (
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" + code + "AAAAASUVORK5CYII=")
    for code in ("+M9QDwADhgGAWjR9awAA", "YPhfDwAChwGA60e6kgAA")
)


async def test_a_character_posts_under_its_own_name_and_face(client: Client, tavern: Room) -> None:
    webhook = await channel_of(client, tavern).create_webhook(name="Mira", avatar=FACE)
    message = await webhook.send("It rains", wait=True)
    await message.edit(content="It rains again.")
    await webhook.edit(avatar=OTHER)
    await webhook.send("Come in.", username="Tom")
    mira, tom = tavern.shown
    assert (mira.author, mira.content, mira.face, mira.edited) == ("Mira", "It rains again.", FACE, True)
    assert (tom.author, tom.face) == ("Tom", OTHER)
    assert mira.record.edits == ["It rains"]
    await message.delete()
    assert [shown.author for shown in tavern.shown] == ["Tom"]


async def test_the_applications_own_webhook_carries_buttons_that_work(
    client: Client, server: Server, tavern: Room
) -> None:
    anna, view = server.person("Anna"), discord.ui.View(timeout=None)
    button: discord.ui.Button[discord.ui.View] = discord.ui.Button(label="Retry", emoji="⟲", custom_id="retry:1")

    async def retry(interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content="Another rain.")

    button.callback = retry
    view.add_item(button)
    webhook = await channel_of(client, tavern).create_webhook(name="Mira")
    message = await webhook.send("It rains.", view=view, wait=True)
    await anna.presses(tavern.last, "Retry")
    assert tavern.last.content == "Another rain."
    await message.edit(view=None)
    assert tavern.last.buttons == ()
    with pytest.raises(AssertionError, match="There is no button Retry"):
        await anna.presses(tavern.last, "Retry")


async def test_a_webhook_that_is_gone_is_unknown(client: Client, tavern: Room) -> None:
    webhook = await channel_of(client, tavern).create_webhook(name="Mira")
    tavern.loses_webhook()
    with pytest.raises(discord.NotFound) as missed:
        await webhook.send("It rains.")
    assert missed.value.code == 10015


@pytest.mark.parametrize("name", ["Discord fan", "clyde", "x" * 81])
async def test_some_names_are_refused(client: Client, tavern: Room, name: str) -> None:
    webhook = await channel_of(client, tavern).create_webhook(name="Mira")
    with pytest.raises(discord.HTTPException) as refused:
        await webhook.send("It rains.", username=name)
    assert refused.value.code == 50035


async def test_a_channel_takes_so_many_webhooks(client: Client, world: World, tavern: Room) -> None:
    for number in range(world.rules.webhooks_per_channel):
        await channel_of(client, tavern).create_webhook(name=f"Mira {number}")
    with pytest.raises(discord.HTTPException) as refused:
        await channel_of(client, tavern).create_webhook(name="one more")
    assert refused.value.code == 30007


async def test_a_webhook_posts_in_threads_of_its_own_channel_only(client: Client, server: Server, tavern: Room) -> None:
    inside, outside = tavern.thread("A tale"), server.channel("elsewhere").thread("Another")
    webhook = await channel_of(client, tavern).create_webhook(name="Mira")
    message = await webhook.send("It rains.", thread=discord.Object(inside.id), wait=True)
    await message.edit(content="It pours.")
    assert inside.last.content == "It pours."
    with pytest.raises(discord.NotFound) as missed:
        await webhook.send("It rains.", thread=discord.Object(outside.id))
    assert missed.value.code == 10003


async def test_the_post_of_another_bot_replaces_a_players_line(client: Client, server: Server, tavern: Room) -> None:
    anna, pluralkit = server.person("Anna"), server.bot("PluralKit")
    said = await anna.says(tavern, "hello")
    await pluralkit.posts_as(tavern, "Ada", "hello")
    await anna.deletes(said)
    assert [(one.author, one.content) for one in tavern.shown] == [("Ada", "hello")]
    await tavern.until(lambda _: len(client.heard) == 2, within_s=5)
    assert client.heard == [("Anna", "hello"), ("Ada", "hello")]
