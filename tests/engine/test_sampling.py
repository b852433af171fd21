"""The settings of sampling: what they may be, and what is said of nonsense."""

import math
import pickle
from dataclasses import fields
from typing import Any

import pytest

from engine.errors import InvalidSampling
from engine.sampling import AMOUNTS, BIAS, COUNTS, MAX_SEED, STRINGS, Sampling

Make: Any = Sampling
NUMBERS = {**COUNTS, **AMOUNTS, "seed": (0, MAX_SEED)}


def test_every_setting_has_a_range() -> None:
    assert {field.name for field in fields(Sampling)} == {
        *NUMBERS,
        *STRINGS,
        "logit_bias",
        "grammar",
        "json_schema",
    }


@pytest.mark.parametrize("name", NUMBERS)
def test_the_ends_of_a_range_are_inside(name: str) -> None:
    for value in NUMBERS[name]:
        assert getattr(Make(**{name: value}), name) == value


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("nonsense", [math.nan, math.inf, -math.inf, "1", True, [1], "least", "most"])
def test_nonsense_is_refused_with_name_and_range(name: str, nonsense: object) -> None:
    least, most = NUMBERS[name]
    value = {"least": least - 1, "most": most + 1}.get(nonsense, nonsense) if isinstance(nonsense, str) else nonsense
    with pytest.raises(InvalidSampling) as refused:
        Make(**{name: value})
    assert f" {name} = " in str(refused.value)
    assert f"from {least:,} to {most:,}" in str(refused.value)


@pytest.mark.parametrize("name", [*COUNTS, "seed"])
def test_a_count_is_a_whole_number(name: str) -> None:
    with pytest.raises(InvalidSampling, match="a whole number"):
        Make(**{name: 1.0})


@pytest.mark.parametrize("name", [*sorted(set(NUMBERS) - {"seed"}), *STRINGS, "logit_bias", "grammar", "json_schema"])
def test_none_is_refused(name: str) -> None:
    with pytest.raises(InvalidSampling, match=name):
        Make(**{name: None})


@pytest.mark.parametrize("name", STRINGS)
def test_texts_are_neither_empty_nor_long_nor_many(name: str) -> None:
    count, length = STRINGS[name]
    fine = ("x" * length,) * count
    assert getattr(Make(**{name: fine}), name) == fine
    for nonsense in ((*fine, "x"), ("x" * (length + 1),), ("",), "x", ["x"], (1,)):
        with pytest.raises(InvalidSampling, match=f"{name} .* at most {count} texts of 1 to {length} characters"):
            Make(**{name: nonsense})


@pytest.mark.parametrize("bias", [BIAS[0], BIAS[1], 0.5])
@pytest.mark.parametrize("target", [0, 7, " night"])
def test_a_bias_is_for_a_token_or_a_text(target: int | str, bias: float) -> None:
    assert Sampling(logit_bias=((target, bias),)).logit_bias == ((target, bias),)


@pytest.mark.parametrize(
    "nonsense",
    [
        ((-1, 1.0),),
        ((2**31, 1.0),),
        (("", 1.0),),
        ((True, 1.0),),
        ((1, math.nan),),
        ((1, 101),),
        ((1, "1"),),
        ((1,),),
        ((1, 1, 1),),
        (1, 1),
        {1: 1.0},
        ((1, 1.0),) * 1001,
    ],
)
def test_a_bias_that_makes_no_sense_is_refused(nonsense: object) -> None:
    with pytest.raises(InvalidSampling, match=r"logit_bias .* from -100 to 100"):
        Make(logit_bias=nonsense)


def test_a_grammar_and_a_schema_are_one_too_many() -> None:
    with pytest.raises(InvalidSampling, match=r"json_schema .* none beside a grammar"):
        Sampling(grammar='root ::= "a"', json_schema="{}")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("grammar", "root ::= other", "there is no rule other"),
        ("grammar", 'root ::= root "a" | "a"', "the rule root begins with itself"),
        ("json_schema", '{"type": "text"}', "a type is one of"),
        ("json_schema", "{", "Expecting property name"),
    ],
)
def test_a_grammar_that_cannot_be_followed_is_refused_in_one_short_sentence(name: str, text: str, reason: str) -> None:
    with pytest.raises(InvalidSampling, match=reason) as refused:
        Make(**{name: text})
    assert str(refused.value).startswith(f"Sampling value {name} = ")
    assert str(refused.value).endswith(").")


def test_a_long_grammar_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(InvalidSampling) as refused:
        Sampling(grammar="root ::= a\n" * 1000)
    assert len(str(refused.value)) < 200


def test_a_sampling_survives_the_pipe() -> None:
    sampling = Sampling(seed=1, logit_bias=(("x", 1.0),), json_schema='{"type": "integer"}', banned_strings=("a",))
    assert pickle.loads(pickle.dumps(sampling)) == sampling
