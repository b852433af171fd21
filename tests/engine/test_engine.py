"""The engine's front with a real worker process: streams, the line, and what happens when the process dies."""

import asyncio
import math
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine import Busy, Engine, EngineSettings, Finish, ModelError, NoModel, Sampling, Stream, WorkerDied
from tests.engine.conftest import GREEDY, told, turn
from tests.tiny_gguf import write_tiny_model

LONG = Sampling(temperature=0, repeat_penalty=1.0, max_tokens=400)


@pytest.fixture
async def engine(tiny_model: Path) -> AsyncIterator[Engine]:
    settings = EngineSettings(model=tiny_model, window=1024, parallel=1, threads=1, queue=5)
    async with Engine.open(settings) as opened:
        yield opened


async def read(stream: Stream) -> str:
    return "".join([text async for text in stream])


async def test_a_reply_streams_and_says_what_it_cost(engine: Engine) -> None:
    async with engine.stream("a", told(turn(1)), GREEDY) as stream:
        text = await read(stream)
    assert text
    assert stream.finished
    assert stream.finished.reason is Finish.LENGTH
    assert stream.finished.figures.written == GREEDY.max_tokens
    assert stream.finished.figures.first_token_s <= stream.finished.figures.total_s
    assert engine.occupancy.held["a"] > 0
    assert (engine.running, engine.waiting) == (0, 0)


async def test_stopping_a_reply_keeps_what_was_written(engine: Engine) -> None:
    async with engine.stream("a", told(turn(1)), LONG) as stream:
        first = await anext(stream)
        stream.stop()
        rest = await read(stream)
    assert stream.finished
    assert stream.finished.reason is Finish.CANCELLED
    assert stream.finished.figures.written < 400
    async with engine.stream("b", told(turn(1)), LONG) as whole:
        assert (await read(whole)).startswith(first + rest)


async def test_leaving_the_block_ends_the_reply(engine: Engine) -> None:
    async with engine.stream("a", told(turn(1)), LONG) as stream:
        await anext(stream)
    assert engine.running == 0
    async with engine.stream("a", told(turn(1)), GREEDY) as following:
        assert await read(following)


async def test_those_in_line_see_their_place_and_a_full_line_refuses(engine: Engine) -> None:
    async with asyncio.TaskGroup() as group, engine.stream("first", told(turn(1)), LONG) as first:
        await anext(first)
        assert first.place_in_line == 0
        waiting = [engine.stream(str(number), told(turn(1)), GREEDY) for number in range(5)]
        streams = [await one.__aenter__() for one in waiting]
        assert [one.place_in_line for one in streams] == [1, 2, 3, 4, 5]
        with pytest.raises(Busy, match="5 requests are waiting"):
            async with engine.stream("more", told(turn(1)), GREEDY):
                pass
        first.stop()
        tasks = [group.create_task(read(one)) for one in streams]
        await asyncio.wait(tasks)
        for one in waiting:
            await one.__aexit__(None, None, None)
    assert all(task.result() for task in tasks)
    assert [one.place_in_line for one in streams] == [0] * 5


async def test_of_ten_thousand_at_once_all_are_served_or_refused(tiny_model: Path) -> None:
    settings = EngineSettings(model=tiny_model, window=512, parallel=4, threads=1, queue=100)
    async with Engine.open(settings) as engine:

        async def ask(number: int) -> bool:
            try:
                async with engine.stream(str(number % 7), told(turn(1)), Sampling(max_tokens=1)) as stream:
                    await read(stream)
                    return True
            except Busy:
                return False

        served = await asyncio.gather(*(ask(number) for number in range(10_000)))
        assert sum(served) >= 100
        assert served[:100] == [True] * 100
        assert (engine.running, engine.waiting) == (0, 0)


def kill(engine: Engine) -> None:
    assert engine._supervisor.process
    os.kill(engine._supervisor.process._process.pid or 0, signal.SIGKILL)


async def test_a_reply_goes_on_where_a_killed_worker_left_it(engine: Engine) -> None:
    async with engine.stream("fresh", told(turn(1)), LONG) as whole:
        expected = await read(whole)
    async with engine.stream("a", told(turn(1)), LONG) as stream, engine.stream("b", told(turn(2)), GREEDY) as other:
        begun = await anext(stream)
        kill(engine)
        text = begun + await read(stream)
        assert await read(other)
    assert stream.was_retried
    assert not other.was_retried
    assert stream.finished
    assert stream.finished.reason is Finish.LENGTH
    assert text[:100] == expected[:100]


async def test_a_request_under_which_the_worker_dies_twice_is_refused_alone(engine: Engine) -> None:
    async with engine.stream("a", told(turn(1)), LONG) as stream, engine.stream("b", told(turn(2)), GREEDY) as other:
        await anext(stream)
        kill(engine)
        while not stream.was_retried:
            await anext(stream)
        await anext(stream)
        kill(engine)
        with pytest.raises(WorkerDied, match="-9"):
            await read(stream)
        assert await read(other)
    assert (engine.running, engine.waiting) == (0, 0)


async def test_candidates_are_scored_and_leave_no_trace(engine: Engine) -> None:
    async with engine.stream("a", told(turn(1)), GREEDY) as stream:
        likely = await anext(stream)
        await read(stream)
    held = engine.occupancy.held["a"]
    scores = (await engine.score("a", told(turn(1)), [likely, "zq", "Tolly"])).candidates
    assert [len(one) > 0 for one in scores] == [True, True, True]
    assert all(value < 0 for one in scores for value in one)
    assert scores[0][0] > max(scores[1][0], scores[2][0])
    assert engine.occupancy.held["a"] <= held
    (fresh,) = (await engine.score("fresh", told(turn(1)), [likely])).candidates
    assert fresh == pytest.approx(scores[0], abs=1e-4)
    with pytest.raises(ValueError, match="candidates"):
        await engine.score("a", told(turn(1)), [])


async def test_behind_a_trim_scores_and_explanations_are_exact_where_that_is_asked(tiny_model: Path) -> None:
    settings = EngineSettings(model=tiny_model, window=256, parallel=1, threads=1, heal="off", commit="off")
    turns, trimmed = [turn(1)], 0
    async with Engine.open(settings) as engine:
        while not trimmed:
            turns.append(turn(len(turns) + 20))
            async with engine.stream("a", told(*turns), GREEDY) as stream:
                await read(stream)
            assert stream.finished
            trimmed = stream.finished.figures.trimmed_after
            turns = turns[[one.label for one in turns].index(str(stream.finished.window_from)) :]
        prompt = told(*turns)
        (shifted,) = (await engine.score("a", prompt, ["Tolly"])).candidates
        (fresh,) = (await engine.score("fresh", prompt, ["Tolly"])).candidates
        assert shifted != pytest.approx(fresh, abs=1e-4)
        explained = (await engine.explain("a", prompt, "Tolly", exact=True)).tokens[0]
        assert explained.probability == pytest.approx(math.exp(fresh[0]), abs=1e-4)
        (exact,) = (await engine.score("a", prompt, ["Tolly"], exact=True)).candidates
        assert exact == pytest.approx(fresh, abs=1e-4)


async def test_the_worker_ends_with_the_engine(tiny_model: Path) -> None:
    async with Engine.open(EngineSettings(model=tiny_model, window=512, parallel=1, threads=1)) as engine:
        process = engine._supervisor.process
        assert process
        assert process._process.is_alive()
    assert process._process.exitcode == 0


async def test_scoring_may_look_at_the_first_tokens_alone(engine: Engine) -> None:
    names = ("Captain Mira of the ferry", "Tolly")
    whole = await engine.score("a", told(turn(1)), names)
    first = await engine.score("a", told(turn(1)), names, depth=2)
    assert [len(scores) for scores in first.candidates] == [2, 2]
    assert [pytest.approx(scores[:2], abs=1e-4) for scores in whole.candidates] == list(first.candidates)
    assert (first.figures.read_again, first.figures.written) == (0, 0)
    assert first.figures.read_tail <= whole.figures.read_tail


async def test_another_model_takes_over_without_a_new_engine(engine: Engine, tmp_path: Path, tiny_model: Path) -> None:
    async with engine.stream("a", told(turn(1)), GREEDY) as stream:
        before = await read(stream)
    other = write_tiny_model(tmp_path / "other.gguf", seed=5)
    await engine.load(EngineSettings(model=other, window=512, parallel=1, threads=1))
    assert (engine.info.name, engine.info.window) == ("other", 512)
    async with engine.stream("a", told(turn(1)), GREEDY) as stream:
        assert await read(stream) != before
    await engine.load(EngineSettings(model=tiny_model, window=1024, parallel=1, threads=1))
    async with engine.stream("a", told(turn(1)), GREEDY) as stream:
        assert await read(stream) == before


async def test_a_model_that_cannot_be_loaded_leaves_the_one_that_is_there(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        await engine.load(EngineSettings(model=tmp_path / "missing.gguf"))
    assert engine.is_loaded
    async with engine.stream("a", told(turn(1)), GREEDY) as stream:
        assert await read(stream)


async def test_unloading_waits_for_who_is_being_answered_and_tells_the_others(engine: Engine) -> None:
    async with engine.stream("a", told(turn(1)), LONG) as first, engine.stream("b", told(turn(1)), GREEDY) as second:
        await anext(first)
        async with asyncio.TaskGroup() as group:
            unloading = group.create_task(engine.unload())
            rest = group.create_task(read(first))
            with pytest.raises(NoModel):
                await read(second)
            with pytest.raises(NoModel, match="No model is loaded"):
                async with engine.stream("c", told(turn(1)), GREEDY):
                    pass
        assert unloading.done()
        assert first.finished
        assert (first.finished.reason, first.finished.figures.written) == (Finish.LENGTH, 400)
        assert rest.result()
    assert not engine.is_loaded
    assert engine._supervisor.process is None
    await engine.load(engine._supervisor.settings)
    async with engine.stream("a", told(turn(1)), GREEDY) as stream:
        assert await read(stream)


async def test_unloading_twice_is_nothing_and_the_engine_closes_without_a_model(engine: Engine) -> None:
    await engine.unload()
    await engine.unload()
