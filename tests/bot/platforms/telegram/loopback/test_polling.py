"""Updates reach the real library, by polling and by webhook, and are kept until they are confirmed."""

import asyncio
import socket

import pytest
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken
from telegram.ext import ContextTypes, MessageHandler, filters

from tests.bot.platforms.telegram.loopback.plain import bot_of, running
from tests.bot.platforms.telegram.loopback.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    if message := update.message:
        await message.reply_html(f"<i>{message.text}</i>")


ECHO = [MessageHandler(filters.TEXT, echo)]


async def test_a_line_comes_back(world: World) -> None:
    anna = world.person("Anna")
    async with running(world, ECHO):
        room = await anna.starts()
        await room.until_said("/start")
        answer = await room.until_after(await anna.says(room, "Hello & good evening"))
    assert (answer.by, answer.html) == ("Troupe", "<i>Hello &amp; good evening</i>")


async def test_news_comes_by_webhook_with_its_secret_and_none_by_polling(world: World) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    anna = world.person("Anna")
    async with running(world, ECHO, webhook_port=port) as app:
        await anna.starts()
        await anna.private().until_said("/start")
        with pytest.raises(Conflict, match="while webhook is active"):
            await app.bot.get_updates()
        assert (await app.bot.get_webhook_info()).url.endswith("/hook")
        assert world.updates.webhook
        world.updates.webhook.secret = "wrong"
        await anna.says(anna.private(), "unheard")
        world.updates.webhook.secret = "open-sesame"
        await anna.private().until_said("unheard")


async def test_polling_blocks_until_there_is_news(world: World, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await polled(world)
    assert not poll.done()
    await world.person("Anna").starts()
    (update,) = await poll
    assert update.message
    assert update.message.text == "/start"
    assert await bot.get_updates(offset=update.update_id + 1, timeout=0) == ()


async def test_what_was_not_confirmed_comes_again(world: World, bot: Bot) -> None:
    anna = world.person("Anna")
    room = await anna.starts()
    await anna.says(room, "two")
    first, second = await bot.get_updates()
    assert await bot.get_updates() == (first, second)
    assert await bot.get_updates(offset=second.update_id) == (second,)
    world.updates.repeat()
    assert await bot.get_updates(offset=second.update_id) == (second, second)
    assert await bot.get_updates(offset=-1) == (second,)
    assert await bot.get_updates(offset=second.update_id + 1, timeout=0) == ()
    world.updates.repeat()
    assert await bot.get_updates(offset=second.update_id + 1, timeout=0) == (second,)


async def test_a_second_poller_ends_the_first(world: World, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await polled(world)
    async with bot_of(world) as other:
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        await world.person("Anna").starts()
        assert len(await second) == 1


async def test_a_poll_ends_when_its_client_goes(world: World, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await polled(world)
    poll.cancel()
    async with asyncio.timeout(10):
        while world.updates.is_polled:
            await world.state.changed.wait()


async def test_only_news_that_was_asked_for_comes(world: World, bot: Bot) -> None:
    anna = world.person("Anna")
    room = await anna.starts()
    line = await anna.says(room, "look")
    await anna.reacts(line, "🎭")
    start, _ = await bot.get_updates(allowed_updates=["message", "message_reaction"])
    await anna.reacts(line, "🔥")
    await anna.edits(line, "see")
    *_, news = await bot.get_updates(offset=start.update_id)
    assert news.message_reaction
    assert room.shown[-1].reactions == ["🔥"]


async def test_another_token_is_nobody(world: World) -> None:
    nobody = Bot("1:wrong", world.base_url)
    with pytest.raises(InvalidToken):
        await nobody.initialize()
    await nobody.shutdown()


async def polled(world: World) -> None:
    async with asyncio.timeout(10):
        while not world.updates.is_polled:
            await world.updates.news.wait()
