"""The play on Discord from its beginning: what is told where it cannot begin, and `troupe run` as a process."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import PlatformError
from bot.platforms import discord
from bot.platforms.config import DiscordSettings
from tests.bot.platforms.discord.playing import LANGUAGES, Inn
from tests.bot.roleplay.conftest import card

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("without_commands")]

ROOT = Path(__file__).parents[4]
POINTING = "tests.bot.platforms.discord.loopback.pointing"


def settings(token: str) -> DiscordSettings:
    return DiscordSettings(token=SecretStr(token))


@asynccontextmanager
async def running(inn: Inn, data: Path, model: Path, token: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the program as a process of its own."""
    variables = {
        **os.environ,
        **inn.world.environment,
        "PYTHONPATH": str(ROOT),
        "TROUPE_DATA": str(data),
        "TROUPE_DISCORD__TOKEN": token,
        "TROUPE_ENGINE__MODEL": str(model),
        "TROUPE_ENGINE__WINDOW": "1024",
        "TROUPE_PLAY__REPLY_TOKENS": "12",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", POINTING, "bot", "run"),
        env=variables,
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_wrong_token_is_one_sentence(inn: Inn) -> None:
    with inn.world.pointed(), pytest.raises(PlatformError, match="does not take the token"):
        await discord.play(inn.director, settings("wrong"), LANGUAGES, tell=lambda line: None)


async def test_without_message_content_it_is_told_what_to_switch_on_and_mentions_are_heard(inn: Inn) -> None:
    told: list[str] = []
    inn.world.rules.privileged.discard("message_content")
    await inn.opens_story(card("Mira"))
    with inn.world.pointed():
        playing = asyncio.create_task(
            discord.play(inn.director, settings(inn.world.token), LANGUAGES, tell=lambda said: told.append(str(said)))
        )
        try:
            async with asyncio.timeout(10):
                while True:
                    if any("connected" in line for line in told):
                        break
                    await asyncio.sleep(0.05)
            assert "Message Content Intent" in told[0]
            await inn.anna.says(inn.tavern, "Can you hear me?")
            await inn.anna.says(inn.tavern, f"<@{inn.world.state.me.id}> And now?")
            await inn.until(lambda told: any("And now?" in text for _, text in told))
            assert not any("hear me" in text for _, text in await inn.told())
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)


async def test_a_process_plays_survives_a_kill_and_ends_in_good_order(inn: Inn, data: Path, tiny_model: Path) -> None:
    await inn.opens_story(card("Mira"))
    async with running(inn, data, tiny_model, inn.world.token) as process:
        await inn.tavern.post("Mira waves at Anna.", within_s=30)
        await inn.anna.says(inn.tavern, "Good evening!")
        await inn.tells("Good evening!")
        await inn.answered()
        inn.world.faults.meanwhile("POST /webhooks/*", process.kill)  # its post arrives, and it never knows
        await inn.anna.says(inn.tavern, "Are you there?")
        await asyncio.wait_for(process.wait(), 20)
    await inn.anna.says(inn.tavern, "Hello?")
    async with running(inn, data, tiny_model, inn.world.token) as process:
        await inn.tells("Hello?")
        await inn.answered()
        posts = [one.content for one in inn.tavern.shown if one.author == "Mira"]
        assert posts == [text for name, text in await inn.told() if name == "Mira" and text]
        process.send_signal(signal.SIGTERM)
        _, err = await process.communicate()
        assert process.returncode == 128 + signal.SIGTERM
    assert "Discord: connected as" in err.decode()
    assert inn.world.token not in err.decode()
