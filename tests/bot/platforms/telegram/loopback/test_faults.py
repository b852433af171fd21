"""What goes wrong reaches the real library as the errors that it knows."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio
from telegram import Bot, Update
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import ContextTypes, MessageHandler, filters

from tests.bot.platforms.telegram.loopback.plain import running
from tests.bot.platforms.telegram.loopback.rooms import Room
from tests.bot.platforms.telegram.loopback.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def room(world: World) -> Room:
    return await world.person("Anna").starts()


async def test_patience_is_asked_for_as_often_as_planned(world: World, room: Room, bot: Bot) -> None:
    world.faults.retry_after("sendMessage", 9, spared=1)
    await bot.send_message(room.id, "one")
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(room.id, "two")
    assert refused.value.retry_after == timedelta(seconds=9)
    await bot.send_message(room.id, "three")
    assert [line.text for line in room.said] == ["one", "three"]
    assert [request.refusal is None for request in world.asked("sendMessage")] == [True, False, True]


async def test_a_group_takes_20_a_minute_and_edits_count(world: World, bot: Bot) -> None:
    group = world.group("Tavern", admins=[world.person("Anna")])
    world.rates.is_on, world.rates.burst = True, 100
    sent = await bot.send_message(group.id, "0")
    for number in range(1, 20):
        await sent.edit_text(str(number))
    with pytest.raises(RetryAfter):
        await sent.edit_text("20")
    world.passes(61)
    await sent.edit_text("20")
    assert world.rates.refusals == 1


async def test_a_chat_takes_one_a_second_after_a_burst(world: World, room: Room, bot: Bot) -> None:
    world.rates.is_on = True
    for number in range(world.rates.burst):
        await bot.send_message(room.id, str(number))
    world.state.clock.ahead -= 3  # a slow machine has earned itself more by now
    with pytest.raises(RetryAfter):
        await bot.send_message(room.id, "too fast")
    world.passes(3)
    world.passes(2)
    await bot.send_message(room.id, "later")


@pytest.mark.parametrize("code", [500, 502])
async def test_a_page_of_a_proxy_is_a_network_error(world: World, room: Room, bot: Bot, code: int) -> None:
    world.faults.server_error("sendMessage", code)
    with pytest.raises(NetworkError):
        await bot.send_message(room.id, "x")
    assert room.said == []


async def test_a_connection_lost_before_and_after(world: World, room: Room, bot: Bot) -> None:
    world.faults.lose("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(room.id, "never")
    world.faults.lose_answer("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(room.id, "all the same")
    assert [line.text for line in room.said] == ["all the same"]


async def test_anything_can_be_refused(world: World, room: Room, bot: Bot) -> None:
    world.faults.refuse("*", 400, "CHAT_RESTRICTED")
    with pytest.raises(BadRequest, match="Chat_restricted"):
        await bot.send_message(room.id, "x")


async def test_a_request_is_held_until_released(world: World, room: Room, bot: Bot) -> None:
    fault = world.faults.hold("sendMessage")
    sending = asyncio.create_task(bot.send_message(room.id, "x"))
    await fault.met.wait()
    assert room.said == []
    fault.released.set()
    await sending
    assert room.last.text == "x"


async def test_polling_goes_on_after_the_network_was_away(world: World, room: Room) -> None:
    failures: list[Exception] = []

    async def heard(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message:
            await update.message.reply_text(f"{update.message.text} to you")

    async with running(world, [MessageHandler(filters.TEXT, heard)], failures=failures):
        await room.until_said("/start to you")
        world.faults.lose("getUpdates", times=2)
        world.updates.leave()
        world.updates.news.ring()
        await room.until(lambda _: failures)
        await world.person("Boris").starts()
        anna_again = next(iter(world.state.chats.values()))
        assert anna_again is room.chat
        await room.until(lambda _: len(world.asked("sendMessage")) == 2)
    assert any(isinstance(one, TelegramError) for one in failures)
