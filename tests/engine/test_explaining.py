"""Texts explained token by token: true to a new reading, and without a trace in the channel."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest

from engine import EmptyText, Engine, EngineSettings, Explained, Prompt, PromptTooLong, Sampling, Tier
from engine.llama.batch import MOST_DRAWS
from engine.messages import Cancel, Explanation, Failed, Finished, Request
from engine.plan import tokens_of
from tests.engine.conftest import GREEDY, Bench, segment, told, turn
from tests.engine.naive import Naive
from tests.tiny_gguf import WORDS

Open = Callable[..., Bench]
TAIL = (segment("system", "Now the narrator speaks."),)
LONG = Sampling(temperature=0, repeat_penalty=1.0, max_tokens=30)
TEXT = "The猫 said: they were — like this 🙂."


def ask(bench: Bench, prompt: Prompt, text: str = TEXT, *, rivals: int = 3, channel: str = "a") -> int:
    bench.ids += 1
    bench.tell(Request(bench.ids, channel, prompt, Sampling(max_tokens=1), explained=text, rivals=rivals))
    return bench.ids


def explain(
    bench: Bench, prompt: Prompt, text: str = TEXT, *, rivals: int = 3
) -> tuple[tuple[Explained, ...], Finished]:
    id = ask(bench, prompt, text, rivals=rivals)
    while not (ended := bench.ended(id)):
        bench.step()
    assert isinstance(ended, Finished), ended
    (tokens,) = [one.tokens for one in bench.events if isinstance(one, Explanation) and one.id == id]
    return tokens, ended


def held(bench: Bench, channel: str = "a") -> tuple[tuple[int, ...], list[int]]:
    """What a channel has read, and in which cells."""
    sequence = bench.worker._loaded.cache._ledger._channels[channel]
    return tokens_of(sequence.spans), list(sequence.cells)


def straight(bench: Bench, model: Path, prompt: Prompt, text: str) -> list[tuple[float, np.ndarray]]:
    """Read a text anew; return each token's probability, and those of all others, the likeliest first."""
    request = Request(0, "a", prompt, Sampling(max_tokens=1), explained=text)
    reading = bench.worker._loaded.jobs.read(request)
    tokens, before = reading.explained, tuple(reading.tokens)
    naive = Naive(model, cells=1024)
    rows = naive.behind(before + tokens, range(len(before), len(before) + len(tokens)))
    naive.close()
    chances = [np.exp(rows[len(before) + place]) for place in range(len(tokens))]
    return [(row[token], np.sort(np.delete(row, token))[::-1]) for row, token in zip(chances, tokens, strict=True)]


@pytest.mark.parametrize("kind", ["tiny_model", "tiny_rwkv7", "tiny_lfm2"])
@pytest.mark.parametrize("tail", [(), TAIL], ids=["reply", "aside"])
def test_a_text_is_as_probable_as_in_a_new_reading(
    open_worker: Open, kind: str, request: pytest.FixtureRequest, tail: tuple
) -> None:
    model: Path = request.getfixturevalue(kind)
    bench = open_worker(model, window=1024)
    prompt = told(turn(1), turn(2), tail=tail)
    tokens, _ = explain(bench, prompt)
    expected = straight(bench, model, prompt, TEXT)
    assert "".join(token.text for token in tokens) == TEXT
    assert len(tokens) == len(expected) > 10
    for token, (probability, others) in zip(tokens, expected, strict=True):
        assert token.probability == pytest.approx(probability, abs=2e-3)
        np.testing.assert_allclose([chance for _, chance in token.rivals], others[:3], atol=2e-3)


def test_the_probabilities_of_all_tokens_in_a_place_make_one(bench: Bench) -> None:
    size = bench.worker._loaded.model.size
    tokens, _ = explain(bench, told(turn(1)), "then", rivals=size - 1)
    for token in tokens:
        assert token.probability + sum(chance for _, chance in token.rivals) == pytest.approx(1)
    texts = [text for text, _ in tokens[0].rivals]
    assert "<|im_end|>" in texts
    assert all(texts)


def test_a_rival_is_shown_as_it_would_be_read_in_its_place(bench: Bench) -> None:
    tokens, _ = explain(bench, told(turn(1)), "🙂é", rivals=1000)
    cat = next(place for place, token in enumerate(tokens) if token.text)
    assert tokens[cat].text == "🙂"
    if cat:
        assert all("\ufffd" in text for text, _ in tokens[cat - 1].rivals if not text.startswith("<"))


def test_what_was_written_greedily_was_likeliest_everywhere(bench: Bench) -> None:
    text, _ = bench.play(told(turn(1)))
    tokens, _ = explain(bench, told(turn(1)), text)
    assert all(token.probability >= token.rivals[0][1] for token in tokens)


def test_a_channel_is_left_as_it_was(bench: Bench) -> None:
    turns = [turn(number) for number in range(1, 5)]
    reply, _ = bench.play(told(*turns))
    before = held(bench)
    for prompt in (told(*turns), told(*turns[:2]), told(*turns, tail=TAIL), told(turn(9)), told(*turns, turn(7))):
        explain(bench, prompt, reply)
        assert held(bench) == before
    assert not bench.worker._loaded.cache._ledger._forks


def test_of_a_reply_just_written_nothing_but_itself_is_read(bench: Bench) -> None:
    text, ended = bench.play(told(turn(1), turn(2)))
    tokens, cost = explain(bench, told(turn(1), turn(2)), text)
    assert cost.figures.read == len(tokens)
    assert cost.figures.held > ended.figures.read_head
    assert cost.figures.tier is Tier.RESIDENT


def test_the_channel_of_a_text_is_read_where_it_holds_nothing(bench: Bench) -> None:
    explain(bench, told(turn(1)))
    _, ended = bench.play(told(turn(1)))
    assert (ended.figures.read_head, ended.figures.read_turn) == (0, 0)


def test_others_keep_talking_while_a_long_text_is_read(open_worker: Open) -> None:
    bench = open_worker(window=2048, batch=64)
    expected, _ = open_worker(window=2048, batch=64).play(told(turn(1)), LONG, channel="b")
    text = "".join(f"{number} lamps. " for number in range(70))
    talking = bench.request(told(turn(1)), LONG, channel="b")
    while not bench.text(talking):
        bench.step()
    id = ask(bench, told(turn(1)), text)
    while not bench.ended(talking):
        before = len(bench.text(talking))
        bench.step()
        assert len(bench.text(talking)) > before or bench.ended(talking)
    assert bench.text(talking) == expected
    assert bench.ended(id) is None
    while not (ended := bench.ended(id)):
        bench.step()
    assert isinstance(ended, Finished)
    (tokens,) = [one.tokens for one in bench.events if isinstance(one, Explanation)]
    assert "".join(token.text for token in tokens) == text


def test_logits_are_asked_for_in_portions_however_large_the_batch(open_worker: Open) -> None:
    bench = open_worker(window=2048, batch=1024)
    text = f"{WORDS}. " * 9
    pieces, _ = explain(open_worker(window=2048, batch=64), told(turn(1)), text)
    tokens, _ = explain(bench, told(turn(1)), text)
    assert len(tokens) > MOST_DRAWS
    for one, other in zip(tokens, pieces, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-3)


def test_a_text_that_leaves_no_room_for_the_whole_story_is_explained_behind_its_end(bench: Bench) -> None:
    turns = [turn(number) for number in range(1, 9)]
    bench.play(told(*turns))
    before = held(bench)
    text = f"{WORDS}. " * 4
    tokens, ended = explain(bench, told(*turns), text)
    assert "".join(token.text for token in tokens) == text
    assert ended.window_from not in (None, "1")
    assert held(bench) == before


def test_a_text_beyond_the_window_is_refused_alone(bench: Bench) -> None:
    bench.play(told(turn(1)))
    before = held(bench)
    id = ask(bench, told(turn(1)), WORDS * 30)
    bench.step()
    ended = bench.ended(id)
    assert isinstance(ended, Failed)
    assert isinstance(ended.error, PromptTooLong)
    assert held(bench) == before


@pytest.mark.parametrize("is_held", [True, False])
def test_it_may_be_cancelled_at_every_step(open_worker: Open, is_held: bool) -> None:
    bench = open_worker(batch=64)
    prompt, text = told(turn(1), turn(2)), f"{WORDS}. "
    for steps in range(12):
        if is_held:
            bench.play(prompt, channel=str(steps))
        id = ask(bench, prompt, text, channel=str(steps))
        for _ in range(steps):
            if not bench.ended(id):
                bench.step()
        bench.tell(Cancel(id))
        if not bench.ended(id):
            bench.step()
        assert isinstance(bench.ended(id), Finished)
        assert not bench.worker._loaded.cache._ledger._forks
    assert bench.play(prompt, channel="0")[0] == open_worker(batch=64).play(prompt)[0]


@pytest.fixture
async def engine(tiny_model: Path) -> AsyncIterator[Engine]:
    async with Engine.open(EngineSettings(model=tiny_model, window=512, parallel=1, threads=1)) as opened:
        yield opened


async def test_the_engine_explains_what_it_wrote(engine: Engine) -> None:
    async with engine.stream("a", told(turn(1)), GREEDY) as stream:
        text = "".join([part async for part in stream])
    before = engine.occupancy.held["a"]
    tokens = (await engine.explain("a", told(turn(1)), text, rivals=2)).tokens
    assert "".join(token.text for token in tokens) == text
    assert {len(token.rivals) for token in tokens} == {2}
    assert engine.occupancy.held["a"] == before
    unrivalled = await engine.explain("a", told(turn(1)), text, rivals=0)
    assert {token.rivals for token in unrivalled.tokens} == {()}
    assert (engine.running, engine.waiting) == (0, 0)


async def test_what_cannot_be_explained_is_refused(engine: Engine) -> None:
    with pytest.raises(EmptyText, match=r"^The text is empty.*\.$"):
        await engine.explain("a", told(turn(1)), "")
    with pytest.raises(ValueError, match="0 to 20 rivals"):
        await engine.explain("a", told(turn(1)), "x", rivals=21)
    with pytest.raises(PromptTooLong):
        await engine.explain("a", told(turn(1)), WORDS * 30)
