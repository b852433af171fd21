"""Each part of the bench yields its figures, on a model that has learnt nothing; how large they are is not asked."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bench import batching, caches, lore, trims
from bench.figures import EXPECTED, Figure, Result, Series
from bench.play import play
from bench.trace import LINES, Rates
from bench.traffic import many_channels, one_story
from characters.lore import Outcome, match
from engine import Engine, EngineSettings
from tests.bench.conftest import SHORT, quiet, short


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.traffic.PAUSE_SECONDS", 0)


async def figures(results: AsyncIterator[Result]) -> dict[str, float]:
    found = {result.key: result.value async for result in results if isinstance(result, Figure)}
    assert found.keys() <= EXPECTED.keys()
    return found


async def test_many_channels_read_next_to_nothing_again(settings: EngineSettings) -> None:
    results = [result async for result in many_channels(settings, short(20), [], quiet, most=4)]
    (series,) = [result for result in results if isinstance(result, Series)]
    assert len(series.ttft_s) == 20
    assert series.trims
    found = {result.key: result.value for result in results if isinstance(result, Figure)}
    assert found["history_reread_ratio"] <= 0.02
    assert found["retry_history_read"] <= 1


async def test_a_reply_is_held_as_if_it_had_been_written(settings: EngineSettings) -> None:
    rates = Rates(retry=0, narration=0, suggestion=0, lore=0, change=0)
    async with Engine.open(settings) as engine:
        steps = [reply.figures async for _, reply, _ in play(engine, short(8, channels=1, rates=rates), pause=0)]
    assert not any(cost.read_commit or cost.read_again for cost in steps)


async def test_in_a_pause_replies_behind_a_tail_are_read_as_the_trace_has_them(settings: EngineSettings) -> None:
    rates = Rates(retry=0, narration=0, suggestion=0, lore=1, change=0)
    async with Engine.open(settings) as engine:
        steps = [reply.figures async for _, reply, _ in play(engine, short(4, channels=1, rates=rates), pause=0.5)]
        assert sum(cost.read_commit for cost in steps) < engine.occupancy.totals.committed


async def test_one_story_is_trimmed(settings: EngineSettings) -> None:
    story = short(16, channels=1, rates=LINES)
    found = await figures(one_story(settings, story, [], quiet, name="story", most=4))
    assert found.keys() == {"ttft_slope", "story_trims"}
    assert 2 <= found["story_trims"] <= 6


async def test_batches_and_gaps(settings: EngineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "SIZES", (8,))
    monkeypatch.setattr(batching, "PROMPT_WORDS", 5)
    monkeypatch.setattr(batching, "READ_WORDS", 50)
    monkeypatch.setattr(batching, "ALONE_TOKENS", 16)
    found = await figures(batching.batching(settings, 8, 1, quiet))
    assert found.keys() == {"write_rate", "write_rate_8", "batch_efficiency_8"}
    assert (await figures(batching.smoothness(settings, 1, quiet)))["itl_under_prefill_ratio"] > 0


async def test_caches_come_back(settings: EngineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "STORY_TOKENS", 600)
    monkeypatch.setattr(caches, "CARD_WORDS", 150)
    assert (await figures(caches.tiers(settings, quiet))).keys() == {"ram_restore_speedup", "disk_restore_speedup"}


async def test_a_story_survives_kill_9(settings: EngineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "Trace", lambda seed, channels, turns, rates: short(turns, channels=1, rates=rates))
    found = await figures(caches.restart(settings, 4, quiet))
    assert found["restart_history_read"] <= 8 * (SHORT.line[1] + SHORT.reply[1])


async def test_trims_cost_little(settings: EngineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trims, "PLAYS", Path("nowhere"))
    monkeypatch.setattr(trims, "SPEECH_WORDS", 10)
    monkeypatch.setattr(trims, "SCORED_TOKENS", 50)
    assert abs((await figures(trims.trims(settings, 2, quiet)))["trim_nll_delta"]) < 0.5


async def test_lore_is_matched_and_some_of_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []

    def watched(*arguments: Any, **options: Any) -> Outcome:
        outcome = match(*arguments, **options)
        found.append(len(outcome.fired) + len(outcome.missed))
        return outcome

    monkeypatch.setattr(lore, "match", watched)
    assert (await figures(lore.lore(300, 3, quiet)))["lore_match_ms"] > 0
    assert len(found) == 3
    assert min(found) > 0
