"""A full evening: three people, four characters, every command and button; then story, channel and cache agree."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.platforms import delivery
from bot.platforms.discord import proxies
from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.store.database import Database
from engine import Engine, EngineSettings
from tests.bot.platforms.discord.evening import agreement, arriving, keeping, talking, turning, upsets
from tests.bot.platforms.discord.evening.company import Evening
from tests.bot.platforms.discord.loopback.world import World
from tests.bot.platforms.discord.playing import Hasty, Inn

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

PLAY = PlaySettings(reply_tokens=16, replies_per_minute=0, summaries=False)


def settings(model: Path) -> EngineSettings:
    return EngineSettings(model=model, window=4096, parallel=2, threads=1, heal="on")


@pytest_asyncio.fixture(loop_scope="module")
async def evening(database: Database, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Evening]:
    """Open the inn, with the bot logged in."""
    monkeypatch.setattr(proxies, "GRACE_SECONDS", 1.0)
    monkeypatch.setattr(delivery, "PATIENCE_SECONDS", 0.02)
    async with Engine.open(settings(tiny_model)) as engine, World.open() as world:
        anna, director = world.person("Anna"), Director(database, engine, PLAY, seed=7, clock=Hasty())
        server = world.server("Inn", anna)
        inn = Inn(world, server, server.channel("tavern"), anna, director)
        async with inn.playing() as client:
            yield Evening(inn, engine, client, server.person("Ben"), server.person("Cleo"), server.bot("PluralKit"))


ACTS = (
    arriving.the_bot_comes_in,
    arriving.the_server_is_set_up,
    arriving.the_cards_are_brought,
    arriving.the_scene_begins,
    arriving.lines_are_suggested,
    talking.buttons_are_pressed,
    talking.more_is_chosen,
    talking.somebody_is_said_by_a_proxy,
    talking.lines_change_in_the_client,
    talking.posts_are_reacted_to,
    talking.messages_have_menus,
    keeping.the_scene_is_arranged,
    keeping.the_story_is_kept_in_mind,
    keeping.replies_are_written_otherwise,
    keeping.they_speak_by_command,
    keeping.it_stops_when_somebody_wants_it,
    turning.the_story_branches,
    turning.much_is_taken_back,
    turning.it_is_played_elsewhere,
    turning.it_ends_and_goes_on,
    upsets.replies_are_long,
    upsets.the_connection_is_cut,
    upsets.there_are_limits,
    upsets.webhooks_vanish,
    upsets.they_stay_late,
)


async def test_an_evening(evening: Evening, tiny_model: Path, caplog: pytest.LogCaptureFixture) -> None:
    for act in ACTS:
        await act(evening)
    agreement.everything_was_used(evening)
    await agreement.story_and_channel_agree(evening)
    async with Engine.open(settings(tiny_model)) as anew:
        await agreement.story_and_cache_agree(evening, anew, tiny_model)
    assert evening.inn.world.violations == []
    assert evening.inn.world.pinged == set()
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
