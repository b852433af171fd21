"""On a model that has learnt something: what shifted cells are worth."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine import Prompt, Sampling, Segment, convert, converted, demo_model
from engine.plan import tokens_of
from tests.engine.conftest import CUE, Bench, segment
from tests.engine.naive import Naive, divergence

TRIMS = 20
WINDOW = 160
TURNS_AT_ONCE = 2
PEOPLE = ("Anna", "Tolly", "Mira")
SAID = (
    "The tide is late tonight, and so is the last ferry.",
    "Then we have time for one more story. Whose turn is it?",
    "I saw a light on the north shore, where nobody lives.",
    "Did you count the lamps again? There were nine this morning.",
    "Somebody has taken the rope from the landing, and the boat with it.",
    "My grandmother said that the river keeps what it is given.",
    "Hush. That was no bird. Put the lantern out and come inside.",
)
COMING = " The old man laughed and put his hand on the door, but he did not open it."
MOST_DIVERGENCE = 0.3
"""In nats, the mean over the tokens of COMING. Measured behind 20 to 25 trims: 0.04 to 0.11."""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The demo model as it is played."""
    path = demo_model()
    if path is None:
        pytest.skip("the demo model is not installed")
    copy = converted(path, tmp_path)
    convert(path, copy)
    return copy


def test_after_twenty_trims_what_comes_next_is_nearly_that_of_a_new_reading(
    open_worker: Callable[..., Bench], model: Path
) -> None:
    """What stays had read what was trimmed, so that it is no new reading, even where the shift itself is exact."""
    bench = open_worker(model, window=WINDOW, parallel=1, threads=1)
    head = segment("system", "Mira is the pilot of a ferry. She counts lamps.", label="head", pinned=True)
    turns: list[Segment] = []
    number = trims = 0
    while trims < TRIMS:
        for _ in range(TURNS_AT_ONCE):
            line = f"{PEOPLE[number % len(PEOPLE)]}: {SAID[number % len(SAID)]}"
            turns.append(segment("user", line, label=f"{number}"))
            number += 1
        _, ended = bench.play(Prompt((head, *turns), CUE), Sampling(temperature=0, max_tokens=1))
        assert ended.figures.read_again == 0
        trims += ended.figures.trimmed + ended.figures.trimmed_after > 0
        turns = turns[[turn.label for turn in turns].index(str(ended.window_from)) :]
    loaded = bench.worker._loaded
    held = loaded.cache._ledger._channels["a"]
    assert held.approximate_from is not None
    before, coming = tokens_of(held.spans), loaded.model.tokenize(segment("user", f"Anna:{COMING}"))
    (shifted,) = loaded.cache.look_ahead(held, [coming])
    naive = Naive(model, cells=2 * WINDOW, threads=1)
    exact = naive.behind(before + coming, range(len(before) + 1, len(before) + len(coming) + 1))
    naive.close()
    found = [divergence(exact[len(before) + place], row) for place, row in enumerate(shifted, start=1)]
    assert np.mean(found) < MOST_DIVERGENCE
