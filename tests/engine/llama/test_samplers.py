"""Draws from hand-made logits: every setting changes what it should, and nothing else."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
import pytest

from engine.constraint import Constraint
from engine.errors import GrammarError, InvalidSampling
from engine.llama.candidates import LAYOUT
from engine.llama.model import Model
from engine.llama.samplers import Sampler, _built_dry
from engine.prompt import Piece, Segment
from engine.sampling import MAX_SEED, Sampling

OFF = Sampling(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, repeat_penalty=1.0, max_tokens=2000, seed=0)
A, B, C, D, E = TOKENS = (300, 301, 302, 303, 304)
FALLING = {A: 0.5, B: 0.25, C: 0.15, D: 0.06, E: 0.04}


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> Iterator[Model]:
    opened = Model(tiny_model, gpu_layers=0)
    yield opened
    opened.close()


Draw = Callable[..., list[int | None]]


@pytest.fixture
def draw(model: Model) -> Draw:
    def draws(count: int, chances: dict[int, float], history: list[int] | None = None, **settings: object) -> list:
        sampling = replace(OFF, **settings)
        sampler = Sampler(model, sampling, seed=sampling.seed or 0, history=history or [])
        logits = logits_of(model, chances)
        drawn = [sampler.draw(logits) for _ in range(count)]
        sampler.close()
        assert logits.tolist() == logits_of(model, chances).tolist()
        return drawn

    return draws


def logits_of(model: Model, chances: dict[int, float]) -> np.ndarray:
    logits = np.full(model.size, -np.inf, np.float32)
    logits[list(chances)] = np.log(list(chances.values()))
    return logits


def shares(drawn: list[int | None]) -> list[float]:
    counted = Counter(drawn)
    return [counted[token] / len(drawn) for token in TOKENS]


def expected(chances: dict[int, float]) -> list[Any]:
    total = sum(chances.values())
    return [pytest.approx(chances.get(token, 0) / total, abs=0.04) for token in TOKENS]


def test_with_everything_off_tokens_come_as_often_as_the_model_says(draw: Draw) -> None:
    assert shares(draw(2000, FALLING)) == expected(FALLING)


def test_with_everything_off_there_is_no_link_in_the_chain(model: Model) -> None:
    def links(**settings: object) -> int:
        sampler = Sampler(model, replace(OFF, **settings), seed=0, history=[])
        return llama_cpp.llama_sampler_chain_n(sampler._chain.pointer) if sampler._chain else 0

    assert links(temperature=0.0) == 0
    assert links() == 1
    on = {
        "top_n_sigma": 1.0,
        "top_k": 5,
        "typical_p": 0.9,
        "top_p": 0.9,
        "min_p": 0.1,
        "xtc_probability": 0.5,
        "temperature": 0.7,
    }
    for name, value in on.items():
        assert links(**{name: value}) == 2
    assert links(**on) == 1 + len(on)
    assert links(repeat_penalty=1.2, frequency_penalty=0.1, logit_bias=((1, 1.0),), grammar="root ::= .") == 1


def test_the_chain_is_in_the_order_that_is_promised(model: Model) -> None:
    everything = Sampling(
        top_n_sigma=1, typical_p=0.9, xtc_probability=0.5, dry_multiplier=0.8, dynatemp_range=0.2, seed=0
    )
    chain = Sampler(model, everything, seed=0, history=[])._chain
    assert chain
    names = [
        llama_cpp.llama_sampler_name(llama_cpp.llama_sampler_chain_get(chain.pointer, index)).decode()
        for index in range(llama_cpp.llama_sampler_chain_n(chain.pointer))
    ]
    assert names == ["dry", "top-n-sigma", "top-k", "typical", "top-p", "min-p", "xtc", "temp-ext", "dist"]


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_temperature_sharpens_and_flattens(draw: Draw, temperature: float) -> None:
    changed = {token: chance ** (1 / temperature) for token, chance in FALLING.items()}
    assert shares(draw(2000, FALLING, temperature=temperature)) == expected(changed)


def test_no_temperature_takes_the_likeliest(draw: Draw) -> None:
    assert draw(3, {**FALLING, A: 0.1}, temperature=0.0) == [B] * 3


@pytest.mark.parametrize("exponent", [1.0, 3.0])
def test_dynamic_temperature_follows_the_entropy(draw: Draw, exponent: float) -> None:
    chances = np.array(list(FALLING.values()))
    entropy = -(chances * np.log(chances)).sum() / np.log(len(chances))
    temperature = 0.5 + (1.5 - 0.5) * entropy**exponent
    changed = {token: chance ** (1 / temperature) for token, chance in FALLING.items()}
    drawn = draw(2000, FALLING, top_k=5, dynatemp_range=0.5, dynatemp_exponent=exponent)
    assert shares(drawn) == expected(changed)


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"top_k": 2}, [A, B]),
        ({"top_p": 0.7}, [A, B]),
        ({"top_p": 0.0}, [A]),
        ({"min_p": 0.3}, [A, B, C]),
        ({"typical_p": 0.2}, [B]),
        ({"top_n_sigma": 1.5}, [A, B, C]),
        ({"xtc_probability": 1.0, "xtc_threshold": 0.2}, [B, C, D, E]),
        ({"xtc_probability": 1.0, "xtc_threshold": 0.1}, [C, D, E]),
        ({"xtc_probability": 1.0, "xtc_threshold": 0.5}, [A, B, C, D, E]),
        ({"top_k": 3, "xtc_probability": 1.0, "xtc_threshold": 0.1}, [C]),
        ({"temperature": 5.0, "top_p": 0.7}, [A, B]),
        ({"temperature": 0.1, "min_p": 0.1}, [A, B]),
    ],
)
def test_who_is_left_among_the_candidates(draw: Draw, settings: dict[str, object], left: list[int]) -> None:
    assert sorted(set(draw(1500, FALLING, **settings))) == left  # type: ignore[type-var]


def test_xtc_comes_as_often_as_it_should(draw: Draw) -> None:
    drawn = draw(2000, {A: 0.5, B: 0.5}, xtc_probability=0.5, xtc_threshold=0.2)
    assert shares(drawn)[0] == pytest.approx(0.25, abs=0.04)


def test_xtc_and_the_draw_do_not_roll_the_same_dice(draw: Draw) -> None:
    half = {A: 0.5, B: 0.5}
    drawn = [draw(2, half, xtc_probability=0.5, xtc_threshold=0.2, seed=seed) for seed in range(800)]
    second = [behind for first, behind in drawn if first == A]
    assert second.count(A) / len(second) == pytest.approx(0.25, abs=0.1)


@pytest.mark.parametrize("version", [1, 2])
def test_mirostat_aims_at_a_surprise(draw: Draw, version: int) -> None:
    falling = {token: 1.0 / (token - 49) for token in range(50, 306)}
    surprises: list[float] = []
    for tau in (0.5, 2.0, 4.0):
        drawn = draw(600, falling, mirostat=version, mirostat_tau=tau)
        surprises.append(float(np.mean([-np.log2(falling[token]) for token in drawn if token])))
    assert surprises[0] + 0.3 < surprises[1]
    assert surprises[1] + 0.3 < surprises[2]


def test_mirostat_takes_the_place_of_what_chooses_candidates(draw: Draw) -> None:
    flat = {token: 1.0 for token in TOKENS}
    assert set(draw(300, flat, mirostat=2, mirostat_tau=20.0, top_k=1, top_p=0.0, min_p=1.0)) == set(TOKENS)
    assert draw(3, FALLING, mirostat=2, temperature=0.0) == [A] * 3


def test_penalties_count_what_was_read_and_what_was_drawn(draw: Draw) -> None:
    even = {A: 0.4, B: 0.35, C: 0.25}
    assert draw(4, even, temperature=0.0, presence_penalty=2.0) == [A, B, C, A]
    assert draw(1, even, [A], temperature=0.0, presence_penalty=2.0) == [B]
    assert draw(2, even, [A, B], temperature=0.0, presence_penalty=2.0, repeat_last_n=1) == [A, B]


def test_a_decaying_count_lets_a_token_come_back(draw: Draw) -> None:
    even = {A: 0.4, B: 0.35}
    settings = {"temperature": 0.0, "frequency_penalty": 1.0, "repeat_last_n": -1}
    history = [A] * 3 + [E] * 40
    assert draw(1, even, history, **settings) == [B]
    assert draw(1, even, history, **settings, penalty_decay=0.9) == [A]


def test_a_bias_by_number_and_by_text(model: Model, draw: Draw) -> None:
    assert draw(2, FALLING, temperature=0.0, logit_bias=((C, 5.0), (C, 1.0))) == [C, C]
    assert draw(1, {**FALLING, A: 0.5}, temperature=0.0, logit_bias=((A, -100.0),)) == [B]
    night = set(model.tokenize(Segment((Piece(" night!"),))))
    assert len(night) > 1
    chances = {**FALLING, **dict.fromkeys(night, 0.001)}
    assert set(draw(100, chances, logit_bias=((" night!", 20.0),))) == night


def test_a_bias_for_a_token_that_the_model_does_not_have_is_refused(model: Model) -> None:
    with pytest.raises(InvalidSampling, match=f"logit_bias .* one of the {model.size} tokens"):
        Sampler(model, replace(OFF, logit_bias=((model.size, 1.0),)), seed=0, history=[])


DRY = {"temperature": 0.0, "dry_multiplier": 5.0, "dry_sequence_breakers": ()}


def test_dry_breaks_a_repetition_off(draw: Draw) -> None:
    likely = {C: 0.9, D: 0.1}
    repeated = [A, B, C, E, A, B]
    assert draw(1, likely, repeated, temperature=0.0) == [C]
    assert draw(1, likely, repeated, **DRY) == [D]
    assert draw(1, likely, repeated, **DRY, dry_allowed_length=3) == [C]
    assert draw(1, likely, repeated, **DRY, dry_penalty_last_n=4) == [C]
    assert draw(1, likely, repeated, **DRY, dry_penalty_last_n=6) == [D]
    assert draw(1, likely, repeated, **{**DRY, "dry_multiplier": 0.5}) == [C]
    assert draw(1, likely, repeated, **{**DRY, "dry_multiplier": 0.5}, dry_base=4.0, dry_allowed_length=1) == [C]
    assert draw(1, likely, [A, *repeated[:3], E, A, *repeated[:2]], **{**DRY, "dry_multiplier": 1.0}, dry_base=4.0) == [
        D
    ]


def test_dry_counts_what_was_drawn(draw: Draw) -> None:
    assert draw(8, {A: 0.9, B: 0.1}, **DRY)[:3] == [A, A, A]
    assert B in draw(8, {A: 0.9, B: 0.1}, **DRY)


@pytest.mark.parametrize("breaker", ["—", ":", "🙂", "é猫"])
def test_a_sequence_breaker_ends_a_repetition(model: Model, draw: Draw, breaker: str) -> None:
    between = list(model.tokenize(Segment((Piece(breaker),))))
    repeated = [A, *between, B, C, E, A, *between, B]
    settings = {**DRY, "dry_allowed_length": 2}
    assert draw(1, {C: 0.9, D: 0.1}, repeated, **settings) == [D]
    settings["dry_sequence_breakers"] = (breaker,)
    assert draw(1, {C: 0.9, D: 0.1}, repeated, **settings) == [C]


def test_dry_is_built_once_for_the_same_settings(model: Model) -> None:
    _built_dry.cache_clear()
    for seed in range(3):
        Sampler(model, replace(OFF, dry_multiplier=0.7), seed=seed, history=[A] * seed)
    assert _built_dry.cache_info().misses == 1


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"temperature": 0.7, "dynatemp_range": 0.3},
        {"top_k": 3, "top_p": 0.9, "min_p": 0.01, "typical_p": 0.95, "top_n_sigma": 2.0},
        {"xtc_probability": 0.5},
        {"mirostat": 1},
        {"mirostat": 2},
        {"dry_multiplier": 0.8, "repeat_penalty": 1.2, "frequency_penalty": 0.2, "penalty_decay": 0.9},
        {"grammar": "root ::= .*"},
    ],
)
@pytest.mark.parametrize("seed", [0, 7, MAX_SEED])
def test_the_same_seed_draws_the_same(draw: Draw, settings: dict[str, object], seed: int) -> None:
    once = draw(60, FALLING, [A, B], **settings, seed=seed)
    assert draw(60, FALLING, [A, B], **settings, seed=seed) == once
    assert draw(60, FALLING, [A, B], **settings, seed=seed // 2 + 1) != once


@pytest.mark.parametrize(
    "settings",
    [
        {"xtc_probability": 0.5},
        {"mirostat": 1, "mirostat_tau": 2.0},
        {"mirostat": 2, "mirostat_tau": 2.0},
        {"dry_multiplier": 0.8},
        {"frequency_penalty": 0.5, "penalty_decay": 0.9},
        {"grammar": "root ::= (. . .)*"},
    ],
)
def test_a_restored_sampler_draws_the_same_again(model: Model, settings: dict[str, object]) -> None:
    sampler = Sampler(model, replace(OFF, **settings), seed=3, history=[A, B])
    logits = logits_of(model, FALLING)
    for _ in range(10):
        sampler.draw(logits)
    state = sampler.save()
    once = [sampler.draw(logits) for _ in range(30)]
    for _ in range(2):
        sampler.restore(state)
        assert [sampler.draw(logits) for _ in range(30)] == once


def test_a_forbidden_token_is_not_drawn(model: Model) -> None:
    for temperature in (0.0, 1.0):
        sampler = Sampler(model, replace(OFF, temperature=temperature), seed=0, history=[])
        logits = logits_of(model, FALLING)
        assert {sampler.draw(logits, {A, C}) for _ in range(200)} <= {B, D, E}
        assert sampler.draw(logits, set(TOKENS)) is None


def written(model: Model, sampling: Sampling, seed: int, *, temperature: float = 1.0) -> tuple[str, bool]:
    """Write from random logits as the grammar of a sampling lets it; tell whether it came to an end."""
    sampler = Sampler(model, replace(sampling, temperature=temperature), seed=seed, history=[])
    chance = np.random.default_rng(seed)
    data = b""
    for _ in range(400):
        token = sampler.draw((chance.standard_normal(model.size) * 3).astype(np.float32))
        if token is None or token in model.end_tokens:
            return data.decode(), True
        data += model.pieces[token]
    return data.decode("utf-8", "ignore"), False


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_reply_that_follows_a_schema_always_parses(model: Model, temperature: float) -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 12},
            "mood": {"enum": ["calm", "wild"]},
            "ages": {"type": "array", "items": {"type": "integer"}, "maxItems": 3},
        },
        "required": ["name", "mood"],
    }
    sampling = replace(OFF, json_schema=json.dumps(schema))
    for seed in range(15):
        text, ended = written(model, sampling, seed, temperature=temperature)
        assert ended
        value = json.loads(text)
        assert set(value) <= set(schema["properties"])
        assert value["mood"] in ("calm", "wild")
        assert len(value["name"]) <= 12


def test_a_finished_grammar_ends_the_reply(model: Model, draw: Draw) -> None:
    (a,) = model.tokenize(Segment((Piece("a"),)))
    (end, *_) = model.end_tokens
    chances = {**FALLING, a: 1e-9, end: 1e-9}
    assert draw(2, chances, grammar='root ::= "a"') == [a, end]
    assert draw(2, {**FALLING, a: 1e-9}, grammar='root ::= "a"') == [a, None]


def test_a_free_draw_that_fits_the_grammar_stands(draw: Draw) -> None:
    free = draw(60, FALLING, seed=5)
    assert draw(60, FALLING, seed=5, grammar="root ::= .*") == free


def test_a_grammar_that_turns_out_to_lead_too_many_ways_is_an_error_of_this_reply(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_many(constraint: Constraint, token: int) -> bool:
        raise GrammarError("too many ways lead on")

    sampler = Sampler(model, replace(OFF, grammar="root ::= .*"), seed=0, history=[])
    monkeypatch.setattr(Constraint, "allows", too_many)
    with pytest.raises(InvalidSampling, match=r"grammar = .*\(too many ways lead on\)"):
        sampler.draw(logits_of(model, FALLING))


def test_grammars_are_followed_as_llama_cpp_follows_them(model: Model) -> None:
    plain = [token for token, piece in enumerate(model.pieces) if is_plain(piece)] + sorted(model.end_tokens)
    chance = random.Random(4)
    states = 0
    for text in random_grammars(chance, 150):
        link = llama_cpp.llama_sampler_init_grammar(model.vocabulary, text.encode(), b"root")
        try:
            constraint = Constraint(text, model.pieces, model.end_tokens)
        except ValueError:
            assert not link, text
            continue
        for _ in range(10 if link else 0):
            ours = [token for token in plain if constraint.allows(token)]
            assert set(ours) == theirs(model, link) & set(plain), text
            states += 1
            if not ours or (token := chance.choice(ours)) in model.end_tokens or len(constraint.progress.state) > 20:
                break
            llama_cpp.llama_sampler_accept(link, token)
            constraint.accept(token)
        llama_cpp.llama_sampler_free(link)
    assert states > 400


def is_plain(piece: bytes) -> bool:
    """Tell whether a piece is whole characters: llama.cpp takes some bytes that are no UTF-8 for text."""
    try:
        return bool(piece.decode()) and b"\0" not in piece
    except UnicodeDecodeError:
        return False


def theirs(model: Model, link: object) -> set[int]:
    data = np.zeros(model.size, LAYOUT)
    data["id"] = range(model.size)
    array = llama_cpp.llama_token_data_array()
    array.data = data.ctypes.data_as(llama_cpp.ctypes.POINTER(llama_cpp.llama_token_data))  # type: ignore[assignment]
    array.size = model.size
    llama_cpp.llama_sampler_apply(link, llama_cpp.ctypes.byref(array))  # type: ignore[arg-type]
    return set(np.flatnonzero(data["logit"] == 0).tolist())


def random_grammars(chance: random.Random, count: int) -> Iterator[str]:
    """Write grammars without repetitions of what may be empty, at which llama.cpp takes fright."""
    terminals = ['"a"', '"the"', '" "', '"é猫"', "[a-z]", "[^a]", "[é-ñ ]", ".", r"[a\-z]", r'"\x41\n"', "[--z]"]

    def item(depth: int) -> str:
        if chance.random() < 0.6 or depth > 2:
            return chance.choice(terminals) + chance.choice(["", "", "", "*", "+", "?", "{2}", "{1,3}", "{0}"])
        if chance.random() < 0.4:
            return f'"q" {chance.choice(["root", "other"])}'
        return f"({alternatives(depth + 1)})"

    def alternatives(depth: int) -> str:
        return " | ".join(
            " ".join(item(depth) for _ in range(chance.randint(1, 3))) for _ in range(chance.randint(1, 2))
        )

    for _ in range(count):
        yield f"root ::= {alternatives(0)}\nother ::= {alternatives(0)}\n"


def test_a_control_token_that_ends_nothing_is_never_drawn(model: Model, draw: Draw) -> None:
    silent = int(model.silent_tokens[0])
    assert set(draw(50, {silent: 0.9, A: 0.1})) == {A}
    end = min(model.end_tokens)
    assert end in draw(50, {end: 0.9, A: 0.1})
