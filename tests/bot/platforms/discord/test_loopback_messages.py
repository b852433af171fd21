"""The loopback Discord with a plain client: messages, permissions, files, reactions, and whom a post pings."""

import io

import discord
import pytest
from discord.http import Route

from tests.bot.platforms.discord.conftest import Client
from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.servers import Server
from tests.bot.platforms.discord.loopback.world import World


def channel_of(client: Client, room: Room) -> discord.TextChannel:
    channel = client.get_channel(room.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_the_client_knows_the_server_and_its_people(client: Client, server: Server, tavern: Room) -> None:
    anna = server.person("Anna")
    assert [guild.name for guild in client.guilds] == ["Inn"]
    assert channel_of(client, tavern).permissions_for(client.guilds[0].me).manage_webhooks
    member = await client.guilds[0].fetch_member(anna.user.id)
    assert member.name == "Anna"


async def test_a_message_goes_round(client: Client, server: Server, tavern: Room) -> None:
    anna = server.person("Anna")

    @client.event
    async def on_message(message: discord.Message) -> None:
        if not message.author.bot:
            await message.reply(f"You said {message.content}.")

    await anna.says(tavern, "hello")
    answer = await tavern.post("You said hello.")
    assert answer.reply_to
    assert answer.reply_to.author is anna.user


async def test_edits_and_deletions_reach_the_client(client: Client, world: World, server: Server, tavern: Room) -> None:
    anna, told = server.person("Anna"), []

    @client.event
    async def on_raw_message_edit(event: discord.RawMessageUpdateEvent) -> None:
        told.append(("edit", event.message.content))
        world.state.moved()

    @client.event
    async def on_raw_message_delete(event: discord.RawMessageDeleteEvent) -> None:
        told.append(("delete", event.message_id))
        world.state.moved()

    @client.event
    async def on_raw_bulk_message_delete(event: discord.RawBulkMessageDeleteEvent) -> None:
        told.append(("bulk", event.message_ids))
        world.state.moved()

    first, second, third = [await anna.says(tavern, text) for text in ("one", "two", "three")]
    await anna.edits(first, "uno")
    await anna.deletes(first)
    await world.owner(server).bulk_deletes(second, third)
    await tavern.until(lambda _: len(told) == 3)
    assert told == [("edit", "uno"), ("delete", first.id), ("bulk", {second.id, third.id})]
    assert tavern.shown == []


async def test_history_reads_back_in_pages(client: Client, server: Server, tavern: Room) -> None:
    anna = server.person("Anna")
    said = [await anna.says(tavern, str(number)) for number in range(120)]
    channel = channel_of(client, tavern)
    newest = [message.content async for message in channel.history(limit=105)]
    assert newest == [str(number) for number in range(119, 14, -1)]
    after = [message.content async for message in channel.history(after=discord.Object(said[116].id))]
    assert after == ["117", "118", "119"]


async def test_files_come_and_go(client: Client, server: Server, tavern: Room) -> None:
    anna, channel = server.person("Anna"), channel_of(client, tavern)
    said = await anna.says(tavern, "my card", Upload("card.png", b"picture"))
    message = await channel.fetch_message(said.id)
    assert await message.attachments[0].read() == b"picture"
    await channel.send(file=discord.File(io.BytesIO(b"story"), "story.txt", description="a story"))
    file = tavern.last.files[0]
    assert (file.filename, file.data, file.description) == ("story.txt", b"story", "a story")


async def test_reactions_are_seen_from_both_sides(client: Client, server: Server, tavern: Room) -> None:
    anna = server.person("Anna")

    @client.event
    async def on_raw_reaction_add(event: discord.RawReactionActionEvent) -> None:
        if event.user_id == anna.user.id:
            message = channel_of(client, tavern).get_partial_message(event.message_id)
            await message.add_reaction("👍")

    said = await anna.says(tavern, "hello")
    await anna.reacts(said, "🔁")
    await tavern.until(lambda shown: shown[0].reactions == {"🔁": 1, "👍": 1})


@pytest.mark.parametrize(
    ("content", "allowed", "pinged"),
    [
        ("hi <@{anna}>", None, {"Anna"}),
        ("hi <@{anna}>", discord.AllowedMentions.none(), set()),
        ("`<@{anna}>`", None, set()),
        ("hi @everyone", None, set()),
        ("hi <@&{guests}>", None, {"@guests"}),
        ("hi <@&{guests}>", discord.AllowedMentions(roles=False), set()),
        ("hi <@{anna}> <@{ben}>", discord.AllowedMentions(users=[discord.Object(1)]), set()),
    ],
)
async def test_who_is_pinged_is_computed(
    client: Client,
    world: World,
    server: Server,
    tavern: Room,
    content: str,
    allowed: discord.AllowedMentions | None,
    pinged: set[str],
) -> None:
    ids = {"anna": server.person("Anna").user.id, "ben": server.person("Ben").user.id}
    ids["guests"] = server.role("guests", mentionable=True).id
    channel = channel_of(client, tavern)
    if allowed:
        await channel.send(content.format(**ids), allowed_mentions=allowed)
    else:
        await channel.send(content.format(**ids))
    assert world.pinged == pinged


async def test_what_is_too_long_or_empty_is_refused(client: Client, tavern: Room) -> None:
    channel = channel_of(client, tavern)
    for content, code in (("x" * 2001, 50035), ("   ", 50006)):
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send(content)
        assert refused.value.code == code


async def test_permissions_that_are_taken_away_are_missed(client: Client, server: Server, tavern: Room) -> None:
    channel = channel_of(client, tavern)
    tavern.denies(client_user := server.state.me, "send_messages")
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("hello")
    assert refused.value.code == 50013
    tavern.denies(client_user, "view_channel")
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("hello")
    assert refused.value.code == 50001
    tavern.vanishes()
    with pytest.raises(discord.NotFound) as missed:
        await channel.send("hello")
    assert missed.value.code == 10003


async def test_a_nonce_that_is_enforced_posts_once(client: Client, world: World, tavern: Room) -> None:
    channel = channel_of(client, tavern)
    await channel.send("once", nonce=7)
    body = {"content": "once", "nonce": 7, "enforce_nonce": True}
    await client.http.request(Route("POST", f"/channels/{tavern.id}/messages"), json=body)
    assert len(tavern.shown) == 1


async def test_an_old_message_takes_few_edits(client: Client, world: World, tavern: Room) -> None:
    message = await channel_of(client, tavern).send("old")
    world.pass_time(3601)
    for number in range(world.rules.edits_of_old):
        await message.edit(content=str(number))
    with pytest.raises(discord.HTTPException) as refused:
        await message.edit(content="too much")
    assert refused.value.code == 30046


async def test_direct_messages_threads_and_forums_are_places_too(client: Client, world: World, server: Server) -> None:
    anna, forum = server.person("Anna"), server.forum("stories")
    user = await client.fetch_user(anna.user.id)
    await user.send("psst")
    assert anna.direct().last.content == "psst"
    post = await anna.opens(forum, "The inn", "It rains.")
    thread = await client.fetch_channel(post.id)
    assert isinstance(thread, discord.Thread)
    await thread.send("Come in.")
    assert [one.content for one in post.shown] == ["It rains.", "Come in."]
    tavern = server.channel("cellar", nsfw=True)
    began = await tavern_thread(client, tavern)
    assert began.parent_id == tavern.id
    assert began.is_nsfw()


async def tavern_thread(client: Client, tavern: Room) -> discord.Thread:
    channel = await client.fetch_channel(tavern.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("A tale")
    return await message.create_thread(name="A tale")


async def test_who_takes_no_direct_messages_cannot_be_written_to(client: Client, server: Server) -> None:
    anna = server.person("Anna")
    anna.closes_direct()
    user = await client.fetch_user(anna.user.id)
    with pytest.raises(discord.Forbidden) as refused:
        await user.send("psst")
    assert refused.value.code == 50007


async def test_links_are_previewed_unless_they_are_kept_from_it(client: Client, tavern: Room) -> None:
    channel = channel_of(client, tavern)
    await channel.send("see https://a.example and <https://b.example> and `https://c.example`")
    await channel.send("see https://a.example", suppress_embeds=True)
    assert [one.record.previews for one in tavern.shown] == [["https://a.example"], []]


async def test_a_server_that_invites_the_bot_later_is_known_too(client: Client, world: World) -> None:
    cellar = world.server("Cellar").channel("wine")
    await cellar.until(lambda _: client.get_channel(cellar.id))
    await channel_of(client, cellar).send("hello")
    assert cellar.last.content == "hello"


async def test_posts_of_webhooks_are_deleted_as_anothers(client: Client, server: Server, tavern: Room) -> None:
    channel = channel_of(client, tavern)
    webhook = await channel.create_webhook(name="Mira")
    message = await webhook.send("It rains.", wait=True)
    server.lets_bot("view_channel", "send_messages", "read_message_history")
    with pytest.raises(discord.Forbidden):
        await channel.get_partial_message(message.id).delete()
