"""The loopback Discord with a plain client: rate limits, errors, lost connections, and sessions that resume."""

import asyncio
import time

import aiohttp
import discord
import pytest

from tests.bot.platforms.discord.conftest import Client, logged_in
from tests.bot.platforms.discord.loopback import schema
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.servers import Server
from tests.bot.platforms.discord.loopback.world import World
from tests.bot.platforms.discord.test_loopback_messages import channel_of

SEND = "POST /channels/{channel_id}/messages"


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_429_is_waited_out(client: Client, world: World, tavern: Room, everywhere: bool) -> None:
    world.faults.too_many(SEND, 0.05, everywhere=everywhere)
    await channel_of(client, tavern).send("hello")
    assert [asked.status for asked in world.requests(SEND)] == [429, 200]
    assert tavern.last.content == "hello"


async def test_a_429_without_via_is_not_tried_again(client: Client, world: World, tavern: Room) -> None:
    world.faults.too_many(SEND, 0.05, via=False)
    with pytest.raises(discord.HTTPException, match="429"):
        await channel_of(client, tavern).send("hello")
    assert tavern.shown == []


async def test_limits_are_told_before_they_are_met(client: Client, world: World, tavern: Room) -> None:
    world.limits.by_route[SEND] = (2, 0.2)
    for number in range(5):
        await channel_of(client, tavern).send(str(number))
    assert len(tavern.shown) == 5
    assert world.limits.refused == 0


async def test_an_answer_that_is_lost_was_an_effect_all_the_same(client: Client, world: World, tavern: Room) -> None:
    world.faults.loses_the_answer(SEND, status=503)
    with pytest.raises(discord.DiscordServerError):
        await channel_of(client, tavern).send("hello")
    assert tavern.last.content == "hello"


async def test_what_vanishes_meanwhile_is_unknown(client: Client, world: World, tavern: Room) -> None:
    world.faults.meanwhile(SEND, tavern.vanishes)
    with pytest.raises(discord.NotFound) as missed:
        await channel_of(client, tavern).send("hello")
    assert missed.value.code == 10003


async def test_a_connection_that_hangs_up_is_an_error(client: Client, world: World, tavern: Room) -> None:
    world.faults.hangs_up(SEND)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await channel_of(client, tavern).send("hello")


@pytest.mark.parametrize("way", ["close", "cut", "ask"])
async def test_a_session_resumes_and_is_told_what_it_missed(
    client: Client, world: World, server: Server, tavern: Room, way: str
) -> None:
    anna = server.person("Anna")
    await anna.says(tavern, "before")
    await tavern.until(lambda _: len(client.heard) == 1)
    if way == "close":
        await world.upsets.close(4000)
    elif way == "cut":
        world.upsets.cut()
    else:
        world.upsets.ask_to_reconnect()
    await anna.says(tavern, "meanwhile")
    await tavern.until(lambda _: world.gateway.resumed == 1)
    await anna.says(tavern, "after")
    await tavern.until(lambda _: len(client.heard) == 3)
    assert [text for _, text in client.heard] == ["before", "meanwhile", "after"]
    assert world.gateway.identified == 1


async def test_an_invalid_session_is_begun_anew(client: Client, world: World, server: Server, tavern: Room) -> None:
    world.upsets.invalidate()
    await world.ready(2)
    await server.person("Anna").says(tavern, "hello")
    await tavern.until(lambda _: client.heard == [("Anna", "hello")])


async def test_an_event_that_makes_no_sense_is_survived(
    client: Client, world: World, server: Server, tavern: Room
) -> None:
    world.upsets.tell("NO_SUCH_EVENT", {"what": None})
    await server.person("Anna").says(tavern, "hello")
    await tavern.until(lambda _: client.heard == [("Anna", "hello")])


async def test_heartbeats_are_counted(world: World, tavern: Room) -> None:
    world.gateway.hello_s = 0.1
    async with logged_in(world, Client()):
        await tavern.until(lambda _: len(world.gateway.beats) > 3)
    assert world.gateway.late_s < 5


async def test_intents_that_are_not_switched_on_are_refused(world: World) -> None:
    world.rules.privileged.discard("message_content")
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with logged_in(world, Client()):
            pass


async def test_without_the_intent_content_is_blank_unless_one_is_meant(
    world: World, server: Server, tavern: Room
) -> None:
    anna = server.person("Anna")
    async with logged_in(world, Client(discord.Intents.default())) as client:
        assert client.user
        await anna.says(tavern, "hello")
        await anna.says(tavern, f"hello {client.user.mention}")
        await anna.says(anna.direct(), "psst")
        await tavern.until(lambda _: len(client.heard) == 3)
        assert [text for _, text in client.heard] == ["", f"hello {client.user.mention}", "psst"]


async def test_a_wrong_token_is_refused(world: World) -> None:
    with world.pointed():
        client = discord.Client(intents=discord.Intents.none())
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")
        await client.close()


async def test_two_shards_share_the_servers(world: World, tavern: Room) -> None:
    world.state.shards = 2
    async with logged_in(world, Client()) as client:
        await world.ready(2)
        assert len(client.guilds) == 1
        assert world.gateway.identified == 2


async def test_a_slow_answer_is_waited_for(client: Client, world: World, tavern: Room) -> None:
    world.faults.is_slow(SEND, 0.1)
    sending = asyncio.create_task(channel_of(client, tavern).send("hello"))
    began = time.monotonic()
    await world.asked(SEND)
    await sending
    assert time.monotonic() >= began
    assert tavern.last.content == "hello"


@pytest.mark.skipif(schema.description() is None, reason="discord-openapi.json is not beside this checkout")
@pytest.mark.parametrize(
    ("method", "path", "body", "ok"),
    [
        ("POST", "/channels/{channel_id}/messages", {"content": "hello"}, True),
        ("POST", "/channels/{channel_id}/messages", {"content": 7}, False),
        ("POST", "/channels/{channel_id}/webhooks", {"avatar": None}, False),
        ("POST", "/channels/{channel_id}/sheep", {}, False),
        ("PATCH", "/channels/{channel_id}/typing", None, False),
    ],
)
def test_a_request_is_held_against_the_description(method: str, path: str, body: object, ok: bool) -> None:
    assert (schema.violations(method, path, body) == []) is ok


async def test_many_channels_at_once_lose_nothing(client: Client, world: World, server: Server) -> None:
    anna, rooms = server.person("Anna"), [server.channel(f"table-{number}") for number in range(40)]

    @client.event
    async def on_message(message: discord.Message) -> None:
        if not message.author.bot:
            await message.channel.send(f"heard {message.content}")

    for turn in range(3):
        for room in rooms:
            await anna.says(room, str(turn))
    for room in rooms:
        await room.until(lambda shown: len(shown) == 6)
        assert {one.content for one in room.shown} >= {"heard 0", "heard 1", "heard 2"}
    assert world.limits.refused == 0
