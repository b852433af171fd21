"""Lines that somebody could say next, several at once, beside the story. They leave no trace in it."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

from bot.core import Account, Place, Scene
from bot.errors import ScenePaused
from bot.roleplay import players, script
from bot.roleplay.filters import Filters
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.presets import sampling_for
from bot.roleplay.typed import Overrides
from bot.roleplay.utterance import spoken
from bot.store import presets
from engine import Figures, Priority, Prompt, Sampling

MOST_TOKENS = 60


class Suggesting:
    """Suggests lines; `filters` say what is not to be said."""

    def __init__(self, house: House, filters: Filters) -> None:
        self._house = house
        self._filters = filters

    async def lines(self, place: Place, account: Account, *, count: int = 3) -> tuple[str, ...]:
        """Write different lines that the player could say next, all in one batch.

        There are fewer than `count` where the model had no more ideas. Raises NothingPlayed, NotAllowed, ScenePaused,
        TooManyReplies, TooManyTokens.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.SUGGEST, account, scene)
        if scene.is_paused:
            raise ScenePaused
        await self._house.ask(account, place)
        name = players.name_of(scene, account, await self._house.person(account))
        prompt = script.suggestion(scene, name, await self._house.template())
        figures: list[Figures] = []

        async def one(sampling: Sampling) -> str:
            line, cost = await self._line(scene, prompt, name, sampling, user=account.id)
            figures.extend(cost)
            return line

        lines = await _together([one(sampling) for sampling in await self._samplings(scene, count)])
        async with self._house.database.writing() as session:
            await self._house.count(session, account, *figures, replies=len(figures))
        return await self._filters.allowed(place, tuple(dict.fromkeys(filter(None, lines))))

    async def _samplings(self, scene: Scene, count: int) -> list[Sampling]:
        """Return how each line is drawn: as the scene wants its replies, but short."""
        async with self._house.database.reading() as session:
            own = await presets.used(session, scene)
        seeds = [self._house.drawn(f"{scene.leaf} {number}") for number in range(count)]
        drawn = [sampling_for(self._house.settings, scene, None, own, Overrides(), seed) for seed in seeds]
        return [replace(one, max_tokens=min(one.max_tokens, MOST_TOKENS)) for one in drawn]

    async def _line(
        self, scene: Scene, prompt: Prompt, name: str, sampling: Sampling, *, user: str
    ) -> tuple[str, list[Figures]]:
        async with self._house.engine.stream(
            scene.channel, prompt, sampling, priority=Priority.SUGGESTION, user=user
        ) as stream:
            said = "".join([chunk async for chunk in spoken(stream, name, script.names(scene))])
            finished = stream.finished
        await self._house.note_window(scene, finished.window_from if finished else None)
        return said.partition("\n")[0], [finished.figures] if finished else []


async def _together(work: Sequence[Coroutine[Any, Any, str]]) -> list[str]:
    """Wait for all of it, or for the first that fails: a task group would wrap its error."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
