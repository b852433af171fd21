"""The trace is the same for the same seed, and what it says it is."""

from collections import Counter
from itertools import pairwise

import pytest

from bench.trace import LINES, MIXED, USUAL, WORDS, Kind, Step, Trace, from_label
from engine import Piece, Prompt, Segment, demo_model

STEPS = 3000


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return list(Trace(1, 16, STEPS))


def by_channel(steps: list[Step]) -> dict[str, list[Step]]:
    channels: dict[str, list[Step]] = {}
    for step in steps:
        channels.setdefault(step.channel, []).append(step)
    return channels


def words(segment: Segment) -> int:
    return len(segment.pieces[-1].text.split())


def test_a_seed_gives_one_trace() -> None:
    assert list(Trace(1, 4, 30)) == list(Trace(1, 4, 60))[:30]
    assert list(Trace(1, 4, 30)) != list(Trace(2, 4, 30))


def test_the_rates_are_as_stated(steps: list[Step]) -> None:
    kinds = Counter(step.kind for step in steps)
    for kind, rate in [
        (Kind.RETRY, MIXED.retry),
        (Kind.NARRATION, MIXED.narration),
        (Kind.SUGGESTION, MIXED.suggestion),
    ]:
        assert kinds[kind] / STEPS == pytest.approx(rate, abs=0.02)
    assert sum(step.is_changed for step in steps) / STEPS == pytest.approx(MIXED.change, abs=0.01)
    plain = [step for step in Trace(1, 1, STEPS, LINES) if step.prompt.tail]
    assert len(plain) / STEPS == pytest.approx(MIXED.lore, abs=0.03)


def test_the_busiest_of_sixteen_channels_has_a_share_of_three_tenths(steps: list[Step]) -> None:
    channels = Counter(step.channel for step in steps)
    assert len(channels) == 16
    (_, first), (_, second), *_ = channels.most_common()
    assert first / STEPS == pytest.approx(0.296, abs=0.03)
    assert second / STEPS == pytest.approx(0.148, abs=0.03)


def test_the_lengths_are_as_stated(steps: list[Step]) -> None:
    for channel in by_channel(steps).values():
        cards = [one for one in channel[0].prompt.story if one.pinned]
        assert len(cards) == 3
        assert USUAL.cards[0] - 3 <= sum(words(card) - 1 for card in cards) <= USUAL.cards[1]
        turns = [one for one in channel[-1].prompt.story if not one.pinned]
        assert all(USUAL.line[0] <= words(turn) <= USUAL.reply[1] for turn in turns)
        assert all(sum(map(words, step.prompt.tail)) <= 256 for step in channel)


def test_stories_only_grow_unless_they_are_changed(steps: list[Step]) -> None:
    for channel in by_channel(steps).values():
        for before, after in pairwise(channel):
            if not after.is_changed and after.kind is not Kind.RETRY:
                assert after.prompt.story[: len(before.prompt.story)] == before.prompt.story


def test_a_cue_has_the_label_of_the_turn_that_comes_of_it(steps: list[Step]) -> None:
    for channel in by_channel(steps).values():
        for before, after in pairwise(channel):
            if before.kind is Kind.SUGGESTION:
                assert not before.prompt.cue.label
            elif after.kind in (Kind.TURN, Kind.NARRATION):
                labels = [one.label for one in after.prompt.story]
                assert labels[-2 if after.kind is Kind.TURN else -1] == before.prompt.cue.label
                assert len(labels) == len(set(labels))


def test_a_window_begins_with_its_oldest_turn() -> None:
    story = tuple(Segment((), label, pinned=label == "card") for label in ("card", "1", "2", "4"))
    prompt = Prompt(story=story, cue=Segment(()))
    assert from_label(prompt, None) == prompt
    assert [one.label for one in from_label(prompt, "2").story] == ["card", "2", "4"]
    assert [one.label for one in from_label(prompt, "3").story] == ["card", "4"]


def test_every_word_is_one_token_of_the_demo_model() -> None:
    if (path := demo_model()) is None:
        pytest.skip("the demo model is not installed")
    from engine.llama.model import Model

    model = Model(path, gpu_layers=0)
    assert [word for word in WORDS if len(model.tokenize_piece(Piece(f" {word}"))) != 1] == []
    model.close()
