"""Replies with settings that reach beyond one draw: banned strings, grammars, and requests that fail alone."""

import json
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import EngineSettings, InvalidSampling, Prompt, Sampling
from engine.constraint import Constraint
from engine.errors import GrammarError
from engine.llama.batch import Chunk
from engine.llama.memory import Memory
from engine.llama.model import Model
from engine.messages import Cancel, Failed, Finish, Finished, Request
from engine.reading import read
from engine.text import fold
from engine.writing import SPARE_RETREATS, Writing
from tests.engine.conftest import GREEDY, Bench, segment, told, turn

Open = Callable[..., Bench]

WARM = Sampling(temperature=1.0, repeat_penalty=1.0, max_tokens=40, seed=3)
LIKELY = (b"a", b"b", b" the", b" th", b" t", b"h", b"e", b" ", b"A", b"T", "é".encode()[:1], "é".encode()[1:])


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> Iterator[Model]:
    opened = Model(tiny_model, gpu_layers=0)
    yield opened
    opened.close()


@lru_cache(maxsize=8)
def likely_tokens(model: Model) -> list[int]:
    return [model.pieces.index(piece) for piece in LIKELY]


def babble(model: Model, tokens: list[int]) -> np.ndarray:
    """Return logits that depend on the last two tokens alone, and prefer a few that make words together."""
    chance = np.random.default_rng(crc32(repr(tokens[-2:]).encode()))
    logits = chance.standard_normal(model.size).astype(np.float32)
    logits[likely_tokens(model)] += 6 + 2 * chance.standard_normal(len(LIKELY)).astype(np.float32)
    return logits


def write(model: Model, sampling: Sampling) -> tuple[list[str], Writing, int]:
    """Write a reply in a fork that holds what was read of it; return what was shown, and the number of draws."""
    writing = Writing(model, sampling, [])
    fork: list[int] = []
    shown: list[str] = []
    while not writing.ended:
        drawn = writing.draw(babble(model, fork))
        assert 0 <= drawn.taken_back <= len(fork)
        del fork[len(fork) - drawn.taken_back :]
        shown.append(drawn.text)
        assert len(shown) <= (sampling.max_tokens + SPARE_RETREATS) * 40
        if not writing.ended:
            assert fork == writing.tokens[:-1]
            fork.append(writing.tokens[-1])
    assert fork == writing.tokens[: len(fork)]
    shown.append(writing.rest())
    writing.close()
    return shown, writing, len(shown) - 1


def decoded(model: Model, tokens: list[int]) -> str:
    """Return the text of some tokens, without a character that is not finished."""
    return getincrementaldecoder("utf-8")("replace").decode(b"".join(model.pieces[token] for token in tokens))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=120)
@given(
    banned=st.lists(st.text("abthe é", min_size=1, max_size=6), max_size=4),
    seed=st.integers(0, 50),
    temperature=st.sampled_from([0.0, 1.0]),
    tokens=st.integers(1, 30),
)
def test_a_reply_never_shows_a_banned_string_and_always_ends(
    model: Model, banned: list[str], seed: int, temperature: float, tokens: int
) -> None:
    free = replace(WARM, seed=seed, temperature=temperature, max_tokens=tokens)
    shown, writing, _ = write(model, replace(free, banned_strings=tuple(banned)))
    text = "".join(shown)
    assert not any(fold(one) in fold(text) for one in banned)
    assert text == decoded(model, writing.tokens)
    assert writing.ended is not Finish.LENGTH or len(writing.tokens) == tokens
    unrestricted = "".join(write(model, free)[0])
    if not any(fold(one) in fold(unrestricted) for one in banned):
        assert text == unrestricted


def test_without_banned_strings_nothing_is_kept_to_go_back_to(model: Model) -> None:
    writing = Writing(model, WARM, [])
    writing.draw(babble(model, []))
    assert not writing._points


def test_a_place_to_go_back_to_is_kept_only_while_text_is_held(model: Model) -> None:
    writing = Writing(model, replace(WARM, banned_strings=(" the end of it",), max_tokens=300), [])
    most = 0
    while not writing.ended:
        writing.draw(babble(model, writing.tokens))
        most = max(most, len(writing._points))
        assert len(writing._points) == writing._text.held_tokens
    assert 1 <= most <= 5


def test_a_reply_that_finds_no_way_around_ends_in_front_of_it(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.writing._tokens_with", lambda model, banned: frozenset())
    everything = tuple("abcdefghijklmnopqrstuvwxyz0123456789 .,!?<>()\n\"'-—“”…éèàüöñßжия。の猫🙂")
    monkeypatch.setattr("engine.writing.SPARE_RETREATS", 0)
    shown, writing, draws = write(model, replace(WARM, max_tokens=5, banned_strings=everything))
    assert writing.ended is Finish.STOP
    assert not set(fold("".join(shown))) & set(everything)
    assert draws <= 6


def test_a_reply_ends_where_its_grammar_wants_what_is_banned(model: Model) -> None:
    shown, writing, _ = write(model, replace(WARM, grammar='root ::= "b" | "aa"', banned_strings=("b", "aa")))
    assert writing.ended is Finish.END
    assert "".join(shown) == ""


def test_one_step_back_forbids_every_token_that_holds_the_banned_string(model: Model) -> None:
    writing = Writing(model, replace(WARM, temperature=0.0, banned_strings=("E",)), [])
    logits = np.zeros(model.size, np.float32)
    logits[[b"e" in piece for piece in model.pieces]] = 5
    logits[model.pieces.index(b"z")] = 1
    assert writing.draw(logits).text == "z"
    assert writing._retreats == WARM.max_tokens + SPARE_RETREATS - 1


def test_a_reply_goes_back_with_its_grammar(model: Model) -> None:
    sampling = replace(WARM, grammar='root ::= ("a" | "b" | " the"){6}', banned_strings=("ab", "A the"))
    for seed in range(20):
        shown, writing, _ = write(model, replace(sampling, seed=seed))
        text = "".join(shown)
        assert "ab" not in text
        assert "a the" not in text
        assert writing.ended is Finish.END
        if text.count("a") + text.count("b") + text.count(" the") < 6:
            assert text.endswith("a")


def fresh(bench: Bench, prompt: Prompt, sampling: Sampling) -> str:
    """Write a reply with everything read anew in front of each token."""
    model, window = bench.worker._loaded.model, 512
    memory = Memory(model, EngineSettings(), cells=window, sequences=1, threads=1)
    read_first = [*read(model, Request(1, "a", prompt, sampling), window=window).tokens]
    writing = Writing(model, sampling, read_first)
    text = ""
    while not writing.ended:
        memory.clear()
        tokens = [*read_first, *writing.tokens]
        for start in range(0, len(tokens), 256):
            part = tokens[start : start + 256]
            (last,) = memory.decode([Chunk(0, start, part, draws=1)])
        text += writing.draw(memory.logits(last)).text
    text += writing.rest()
    writing.close()
    memory.close()
    return text


KINDS = ["tiny_model", "tiny_rwkv7", "tiny_lfm2"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tail", [(), (segment("system", "It is night."),)], ids=["no tail", "tail"])
def test_what_comes_behind_a_step_back_is_read_behind_the_right_tokens(
    open_worker: Open, kind: str, tail: tuple, request: pytest.FixtureRequest
) -> None:
    bench = open_worker(request.getfixturevalue(kind))
    prompt = told(turn(1), tail=tail)
    free, _ = bench.play(prompt, replace(WARM, temperature=0.0))
    middle = len(free) // 3
    banned = (free[middle : middle + 6], free[2 * middle : 2 * middle + 4])
    sampling = replace(WARM, temperature=0.0, banned_strings=banned)
    text, ended = bench.play(prompt, sampling)
    first = min(fold(free).index(fold(one)) for one in banned)
    assert text.startswith(free[: max(first - 8, 0)])
    assert not any(fold(one) in fold(text) for one in banned)
    assert text == fresh(bench, prompt, sampling)
    assert ended.figures.written <= sampling.max_tokens
    again, _ = bench.play(prompt, sampling)
    assert again == text
    following = told(turn(1), segment("assistant", f"Mira:{text}", label="r"), turn(2))
    assert bench.play(following)[0] == fresh(bench, following, GREEDY)


@pytest.mark.parametrize("kind", KINDS)
def test_others_write_on_while_somebody_goes_back(open_worker: Open, kind: str, request: pytest.FixtureRequest) -> None:
    model = request.getfixturevalue(kind)
    quiet = open_worker(model)
    banned = replace(WARM, banned_strings=("th", "o", "w"))
    expected = {"a": quiet.play(told(turn(1)), banned, "a")[0], "b": quiet.play(told(turn(2)), WARM, "b")[0]}
    bench = open_worker(model)
    ids = {
        "a": bench.request(told(turn(1)), banned, "a"),
        "b": bench.request(told(turn(2)), WARM, "b"),
    }
    while not all(map(bench.ended, ids.values())):
        bench.step()
    assert {name: bench.text(id) for name, id in ids.items()} == expected


@pytest.mark.parametrize("kind", KINDS)
def test_a_reply_may_be_cancelled_in_any_step_of_going_back(
    open_worker: Open, kind: str, request: pytest.FixtureRequest
) -> None:
    bench = open_worker(request.getfixturevalue(kind), batch=64)
    prompt = told(turn(1), tail=(segment("system", "It is night. " * 12),))
    sampling = replace(WARM, max_tokens=12)
    free, _ = bench.play(prompt, sampling)
    sampling = replace(sampling, banned_strings=(free[6:12], free[20:26]))
    whole, _ = bench.play(prompt, sampling)
    steps = 0
    rereads = 0
    while True:
        steps += 1
        id = bench.request(prompt, sampling)
        for _ in range(steps):
            bench.step()
        rereads += any(job.writing.tokens and job.unread for job in bench.worker._running)
        if bench.ended(id):
            break
        bench.tell(Cancel(id))
        bench.step()
        ended = bench.ended(id)
        assert isinstance(ended, Finished)
        assert ended.reason is Finish.CANCELLED
        assert not any(fold(one) in fold(bench.text(id)) for one in sampling.banned_strings)
    assert bench.text(id) == whole
    assert rereads > 0 or kind == "tiny_model"


def test_a_reply_follows_a_schema(bench: Bench) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 4}}, "required": ["name"]}
    for seed in range(3):
        text, ended = bench.play(told(turn(1)), replace(WARM, seed=seed, json_schema=json.dumps(schema)))
        assert ended.reason is Finish.END
        assert len(json.loads(text)["name"]) <= 4


def test_a_grammar_holds_behind_a_prompt_that_was_kept(bench: Bench) -> None:
    yes = replace(WARM, grammar='root ::= " yes" | " no"')
    first, _ = bench.play(told(turn(1)), yes)
    again, ended = bench.play(told(turn(1)), yes)
    assert first in (" yes", " no")
    assert again == first
    assert ended.figures.read_turn == 0


def refuse(constraint: Constraint, token: int) -> bool:
    raise GrammarError("too many ways lead on")


def test_a_grammar_that_cannot_be_followed_fails_its_own_request(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Constraint, "allows", refuse)
    bad = bench.request(told(turn(1)), replace(WARM, grammar='root ::= "a"'))
    fine = bench.request(told(turn(2)), WARM, channel="b")
    while not (bench.ended(bad) and bench.ended(fine)):
        bench.step()
    failed = bench.ended(bad)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, InvalidSampling)
    assert isinstance(bench.ended(fine), Finished)
    assert bench.play(told(turn(1)), WARM)[1].reason is Finish.LENGTH


def test_a_token_that_the_model_does_not_have_fails_its_own_request(bench: Bench) -> None:
    bad = bench.request(told(turn(1)), replace(WARM, logit_bias=((10**6, 1.0),)))
    fine = bench.request(told(turn(2)), WARM, channel="b")
    while not bench.ended(fine):
        bench.step()
    failed = bench.ended(bad)
    assert isinstance(failed, Failed)
    assert "logit_bias" in str(failed.error)
    assert bench.play(told(turn(1)), WARM)[1].reason is Finish.LENGTH


@pytest.mark.parametrize(
    "changed",
    [
        {"top_k": 3},
        {"dry_multiplier": 0.8, "penalty_decay": 0.99, "frequency_penalty": 0.3},
        {"mirostat": 2},
        {"xtc_probability": 0.5, "dynatemp_range": 0.4},
        {"banned_strings": ("th", "w")},
        {"grammar": "root ::= [a-z ]*"},
    ],
)
def test_the_same_seed_writes_the_same(bench: Bench, changed: dict[str, object]) -> None:
    sampling = replace(WARM, **changed)  # type: ignore[arg-type]
    text, _ = bench.play(told(turn(1)), sampling)
    assert bench.play(told(turn(1)), sampling)[0] == text
    assert bench.play(told(turn(1)), replace(sampling, seed=4))[0] != text
