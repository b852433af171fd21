"""Logging in and listening: what goes wrong there is a sentence, or is waited out."""

import asyncio
import socket

import httpx
import pytest
from pydantic import SecretStr

from bot.errors import PlatformError
from bot.platforms import telegram
from bot.roleplay.director import Director
from tests.bot.platforms.telegram.conftest import Inn, plays, said, settings_for
from tests.bot.platforms.telegram.loopback.world import World
from tests.bot.platforms.theatre import LANGUAGES

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_bad_token_is_one_sentence(world: World, director: Director) -> None:
    settings = settings_for(world, token=SecretStr("1:wrong"))
    with pytest.raises(PlatformError, match="does not take the token"):
        await telegram.play(director, settings, LANGUAGES, tell=lambda _: None)
    world.server.requests.clear()


async def test_a_token_that_is_taken_back_is_noticed(inn: Inn) -> None:
    assert inn.playing
    inn.world.faults.refuse("getMe", 401, "Unauthorized")
    with pytest.raises(PlatformError, match="does not take the token"):
        await asyncio.wait_for(asyncio.shield(inn.playing), 10)


@pytest.fixture(autouse=True)
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often whether the token still is good."""
    monkeypatch.setattr("bot.platforms.telegram.connection.WATCH_SECONDS", 0.3)


async def test_a_second_poller_is_one_sentence(
    world: World, director: Director, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.telegram.connection.MOST_CONFLICTS", 2)
    one, two = (Inn(world, director, settings_for(world)) for _ in range(2))
    async with one.open(), two.open():
        assert one.playing
        assert two.playing
        done, _ = await asyncio.wait({one.playing, two.playing}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        errors = [task.exception() for task in done]
    assert errors
    assert all("Another program uses this Telegram token" in str(error) for error in errors)


async def test_a_telegram_that_is_out_of_reach_is_waited_for(
    world: World, director: Director, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.telegram.connection.FIRST_PAUSE_SECONDS", 0.05)
    world.faults.is_offline = True
    inn = Inn(world, director, settings_for(world))
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        playing = tasks.create_task(inn.run())
        await inn.until(lambda: bool(inn.told))
        assert "cannot be reached" in inn.told[0]
        world.faults.is_offline = False
        await inn.until(lambda: len(inn.told) > 1)
        playing.cancel()


async def test_a_webhook_brings_updates_too(world: World, director: Director) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = settings_for(world, webhook_url=f"http://127.0.0.1:{port}/hook", webhook_port=port)
    inn = Inn(world, director, settings)
    early = await world.person("Bo").starts()
    async with inn.open(), httpx.AsyncClient() as stranger:
        await early.until(lambda room: room.said)
        anna, room = await inn.owner()
        await plays(anna, room)
        await said(inn, anna, room, "Hello.")
        assert len(await inn.story(room)) == 3
        assert (await stranger.post(settings.webhook_url, json={"update_id": 1})).status_code == 403


async def test_requests_go_through_a_proxy(world: World, director: Director) -> None:
    far = {
        key: f"http://telegram.invalid{path}" for key, path in (("base_url", "/bot"), ("base_file_url", "/file/bot"))
    }
    inn = Inn(world, director, settings_for(world, proxy=SecretStr(world.url), **far))
    async with inn.open():
        anna, room = await inn.owner()
        await plays(anna, room)


async def test_a_proxy_that_cannot_be_used_is_one_sentence(world: World, director: Director) -> None:
    settings = settings_for(world, proxy=SecretStr("gopher://nowhere"))
    with pytest.raises(PlatformError, match=r"proxy telegram\.proxy cannot be used"):
        await telegram.play(director, settings, LANGUAGES, tell=lambda _: None)


async def test_updates_that_come_again_do_nothing_twice(inn: Inn) -> None:
    anna, room = await inn.owner()
    gallery = await room.until(lambda room: next((one for one in room.said if one.is_photo), None))

    async def again() -> None:
        await inn.until_idle()
        inn.world.updates.repeat()
        await inn.world.until_confirmed()
        await inn.until_idle()
        await room.until_after(await anna.says(room, "/status"))

    await anna.presses(gallery, "Play")
    await room.until(lambda room: "⟲" in room.last.labels)
    await again()
    assert len([one for one in room.said if one.text.startswith("An AI plays")]) == 1
    await said(inn, anna, room, "Hello.")
    await again()
    assert [name for name, _ in await inn.story(room)] == ["Fennel", "Anna", "Fennel"]
    undone = await anna.says(room, "/undo")
    await room.until_after(undone)
    await again()
    assert [name for name, _ in await inn.story(room)] == ["Fennel", "Anna"]


async def test_a_line_is_stored_before_it_is_confirmed(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    fault = inn.world.faults.hold("getUpdates")
    await anna.says(room, "Do not lose this.")
    await asyncio.wait_for(fault.met.wait(), 10)
    assert ("Anna", "Do not lose this.") in await inn.story(room)
    fault.released.set()
