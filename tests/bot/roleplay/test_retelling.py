"""When a summary is due, and what is asked of the model for one."""

from dataclasses import replace

import pytest

from bot.core import Scene, Summary
from bot.roleplay.retelling import (
    LONGEST_TOKENS,
    covered,
    recap_order,
    room_for_summary,
    summary_order,
    whole_sentences,
)
from tests.bot.roleplay.conftest import scene, turn

STORY = scene(*(turn(id, "Kim", "x" * 100) for id in range(11, 21)), members=(), window_from=11)


def summed_up(at: int) -> Scene:
    return replace(STORY, summary=Summary(at, "Rain."))


@pytest.mark.parametrize(
    ("story", "held", "is_due"),
    [
        (STORY, 3071, False),
        (STORY, 3072, True),
        (STORY, 3700, True),
        (STORY, 3950, False),
        (STORY, 0, False),
        (summed_up(3), 3072, True),
        (summed_up(14), 3072, True),
        (summed_up(15), 3072, False),
        (summed_up(20), 3700, False),
        (scene(members=()), 3500, True),
    ],
)
def test_a_summary_is_due_before_what_none_tells_of_leaves(story: Scene, held: int, is_due: bool) -> None:
    assert bool(room_for_summary(story, held=held, window=4096)) is is_due


def test_a_summary_is_as_long_as_there_is_room() -> None:
    assert room_for_summary(STORY, held=3072, window=4096) == LONGEST_TOKENS
    assert 48 <= room_for_summary(STORY, held=3800, window=4096) < LONGEST_TOKENS
    assert "at most 120 words" in summary_order(LONGEST_TOKENS)


def test_what_is_covered_is_counted_by_length() -> None:
    long = replace(STORY, turns=(turn(10, "Kim", "x" * 3000), *STORY.turns))
    assert covered(replace(long, summary=Summary(10, "Rain."))) == 0.75
    assert (covered(STORY), covered(scene(members=()))) == (0, 0)


def test_a_recap_names_who_was_away_and_since_when() -> None:
    order = recap_order("Kim", turn(1, "Kim", "Goodbye.\nUntil tomorrow."), 100)
    assert "Kim was away" in order
    assert "since they said “Goodbye. Until tomorrow.”" in order
    assert "since the story began" in recap_order("Kim", None, 100)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Rain fell. They left. Then M", "Rain fell. They left."),
        ("“Rain fell.” They", "“Rain fell.”"),
        ("雨が降った。それ", "雨が降った。"),
        ("No end at all", "No end at all"),
        ("", ""),
    ],
)
def test_a_sentence_that_breaks_off_is_left_out(text: str, whole: str) -> None:
    assert whole_sentences(text) == whole
