"""What it costs to play on both platforms at once: the same load on one of them, on both, and on the other."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

from engine import EngineSettings
from tests.bot.platforms.discord.loopback.people import Person
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.load.process import CLAIM, Bot, running
from tests.load.town import BEAT_SECONDS, Seat, Town

CARD = "Mira"
AT_THE_DOOR = 8
"""Scenes that are opened at the same time; the lines of all come at once."""
REPLY_TOKENS = 12
GLANCE_SECONDS = 0.5
APART_SECONDS = 0.1
"""Between two who begin, in turn on both platforms: who comes first is answered first."""
TERMINATED = 143
LINES = (
    "What do you see from the window?",
    "And who is that at the door?",
    "I sit down by the fire and listen.",
    "Tell me what you would do now.",
)

Found = tuple[str, float]
Tick = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Load:
    """So many channels and as many chats, half of each where both platforms play; so many lines each time."""

    channels: int = 40
    lines: int = 1
    reply_tokens: int = REPLY_TOKENS


@dataclass(slots=True)
class Diary:
    """What happened: the seconds that answers took in each phase, by platform, and those that a command took."""

    written: int = 0
    answers: dict[tuple[str, str], list[float]] = field(default_factory=dict[tuple[str, str], list[float]])
    commands: list[float] = field(default_factory=list[float])
    unanswered: int = 0
    memory: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


async def measured(settings: EngineSettings, load: Load, folder: Path, tick: Tick) -> AsyncIterator[Found]:
    """Play, and yield each figure by its key. Raises RuntimeError where the bot does not start."""
    diary = Diary()
    async with Town.open() as town, running({**town.settings, **_variables(settings, load, folder)}, folder) as bot:
        await _play(town, bot, load, diary, tick)
        for found in _told(town, diary):
            yield found
        if (code := await bot.ends()) != TERMINATED:
            raise RuntimeError(f"the bot has ended with exit code {code}: {bot.console.strip()[-500:]}")


async def _play(town: Town, bot: Bot, load: Load, diary: Diary, tick: Tick) -> None:
    await town.discord.ready(within_s=60)
    code = (await bot.said(CLAIM))[1]
    channels, chats = town.channels(load.channels), await town.chats(load.channels, code)
    diary.memory.append(bot.resident())
    await _open([*channels, *chats], tick)
    half = load.channels // 2
    phases: Mapping[str, Mapping[str, Sequence[Seat]]] = {
        "first": {"Discord": channels[:half], "Telegram": chats[:half]},
        "then": {"Discord": channels[half:], "Telegram": chats[half:]},
        "Discord": {"Discord": channels},
        "both": {"Discord": channels[:half], "Telegram": chats[:half]},
        "Telegram": {"Telegram": chats},
    }
    office, boss = town.inn.channel("office"), town.discord.owner(town.inn)
    asking = asyncio.create_task(_ask(office, boss, diary))
    try:
        for name, seats in phases.items():
            await _phase(name, seats, 1 if name in ("first", "then") else load.lines, diary, tick)
            diary.memory.append(bot.resident())
    finally:
        asking.cancel()
        await asyncio.wait([asking])


async def _open(seats: Sequence[Seat], tick: Tick) -> None:
    door = asyncio.Semaphore(AT_THE_DOOR)
    opened = 0

    async def opens(seat: Seat) -> None:
        nonlocal opened
        async with door:
            await seat.opens(CARD)
        opened += 1
        tick("platforms: scenes", opened, len(seats))

    await _all(opens(seat) for seat in seats)


async def _phase(name: str, playing: Mapping[str, Sequence[Seat]], lines: int, diary: Diary, tick: Tick) -> None:
    """Let all say lines at once, the next one when the one before is answered."""
    total = lines * sum(map(len, playing.values()))
    done = 0

    async def play(place: int, platform: str, seat: Seat) -> None:
        nonlocal done
        await asyncio.sleep(place * APART_SECONDS)
        for number in range(lines):
            diary.written += 1
            try:
                took = await seat.says(LINES[(diary.written + number) % len(LINES)])
            except TimeoutError:
                diary.unanswered += 1
            else:
                diary.answers.setdefault((name, platform), []).append(took)
            done += 1
            tick(f"platforms: {name}", done, total)

    in_turn = (
        pair
        for pairs in zip(*([(name, one) for one in them] for name, them in playing.items()), strict=True)
        for pair in pairs
    )
    await _all(play(place, *pair) for place, pair in enumerate(in_turn))


async def _ask(office: Room, boss: Person, diary: Diary) -> None:
    """Use a command every now and then, and note how soon it is acknowledged."""
    while True:
        began = time.monotonic()
        with suppress(AssertionError):  # Discord would have told that the bot does not answer
            await boss.runs(office, "/status")
        diary.commands.append(time.monotonic() - began)
        await asyncio.sleep(GLANCE_SECONDS)


async def _all(work: Iterable[Coroutine[None, None, None]]) -> None:
    async with asyncio.TaskGroup() as tasks:
        for one in work:
            tasks.create_task(one)


def _told(town: Town, diary: Diary) -> list[Found]:
    discord, telegram = town.discord, town.telegram
    alone = {name: diary.answers[name, name] for name in ("Discord", "Telegram")}
    both = {name: diary.answers["both", name] for name in alone}
    beats = [later - earlier - BEAT_SECONDS for earlier, later in pairwise(discord.gateway.beats)]
    answered = sum(map(len, diary.answers.values()))
    refused = [asked for asked in discord.wire.asked if asked.status >= 400 and asked.status != 429]
    unkind = [asked for asked in telegram.server.requests if asked.refusal and asked.refusal.code != 429]
    after, end = diary.memory[2], diary.memory[-1]
    return [
        ("load_answered", answered / diary.written),
        ("load_refused", len(refused) + len(unkind)),
        ("load_too_fast_discord", discord.limits.refused),
        ("load_too_fast_telegram", telegram.rates.refusals),
        ("load_beats", len(beats) + 1),
        ("load_beats_missed", sum(late >= BEAT_SECONDS for late in beats)),
        ("load_beat_late_s", max(beats)),
        ("load_command_s", median(diary.commands)),
        ("load_command_p95_s", quantiles(diary.commands, n=20)[-1]),
        ("load_answer_s", median(alone["Discord"])),
        ("load_answer_telegram_s", median(alone["Telegram"])),
        ("load_discord_beside_telegram", median(both["Discord"]) / median(alone["Discord"])),
        ("load_telegram_beside_discord", median(both["Telegram"]) / median(alone["Telegram"])),
        ("load_unfairness", max(max(took) / median(took) for took in (*alone.values(), *both.values()))),
        ("load_memory_bot", end[0] / after[0] if after[0] else 1.0),
        ("load_memory_model", end[1] / after[1] if after[1] else 1.0),
    ]


def _variables(settings: EngineSettings, load: Load, folder: Path) -> dict[str, str]:
    engine = replace(settings, cache=folder / "cache")
    names = ("model", "window", "parallel", "threads", "batch", "cache")
    return {
        **{f"TROUPE_ENGINE__{name.upper()}": str(getattr(engine, name)) for name in names},
        "TROUPE_PLAY__REPLY_TOKENS": str(load.reply_tokens),
        "TROUPE_DATA": str(folder / "data"),
    }
