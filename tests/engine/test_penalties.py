"""What repetition costs: exact figures on a few scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.penalties import Penalties
from engine.sampling import Sampling

OFF = {"repeat_penalty": 1.0, "presence_penalty": 0.0, "frequency_penalty": 0.0}


def penalised(scores: list[float], tokens: list[int], **settings: float) -> list[float]:
    values = np.array(scores, np.float32)
    Penalties(Sampling(**{**OFF, **settings})).apply(values, np.array(tokens, np.int64))  # type: ignore[arg-type]
    return values.tolist()


def test_a_repeated_token_is_divided_above_zero_and_multiplied_below() -> None:
    assert penalised([2, -2, 2, 0], [0, 1, 0, 3], repeat_penalty=2) == [1, -4, 2, 0]


def test_presence_counts_once_and_frequency_each_time() -> None:
    assert penalised([1, 1, 1], [0, 0, 1], presence_penalty=0.5) == [0.5, 0.5, 1]
    assert penalised([1, 1, 1], [0, 0, 1], frequency_penalty=0.25) == [0.5, 0.75, 1]
    assert penalised([1, 1], [0], frequency_penalty=-1, presence_penalty=-1) == [3, 1]


@pytest.mark.parametrize(("last", "expected"), [(0, [1, 1, 1]), (1, [1, 1, 0]), (2, [1, 0, 0]), (-1, [0, 0, 0])])
def test_only_the_last_tokens_count(last: int, expected: list[float]) -> None:
    assert penalised([1, 1, 1], [0, 1, 2], presence_penalty=1, repeat_last_n=last) == expected


def test_a_count_shrinks_with_each_token_that_follows() -> None:
    shrunk = penalised([0, 0], [0, 1, 0, 1], frequency_penalty=1, penalty_decay=0.5)
    assert shrunk == [-(0.5**3 + 0.5), -(0.5**2 + 1)]


def test_presence_does_not_fade() -> None:
    assert penalised([1, 1], [0] + [1] * 200, presence_penalty=1, penalty_decay=0.5) == [0, 0]


@given(tokens=st.lists(st.integers(0, 4), max_size=30))
def test_decay_is_the_same_as_shrinking_a_count_at_every_step(tokens: list[int]) -> None:
    counts = np.zeros(5)
    for token in tokens:
        counts *= 0.996
        counts[token] += 1
    shrunk = penalised([0] * 5, tokens, frequency_penalty=1, penalty_decay=0.996)
    assert shrunk == pytest.approx((-counts).tolist(), abs=1e-5)


def test_forbidden_tokens_stay_forbidden() -> None:
    assert penalised([-np.inf, 1], [0], repeat_penalty=0.5, frequency_penalty=-2) == [-np.inf, 1]
