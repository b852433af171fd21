"""Why the model reads what it reads."""

import pytest

from engine.causes import Past, Pasts
from engine.figures import Figures
from engine.plan import Capability, Span, plan

HEAD = Span((1, 2, 3), "card", pinned=True)
CUE = Span((9,), "cue")


def said(*tokens: int, label: str = "") -> Span:
    return Span(tokens, label)


A, B, C = said(11, 12, label="a"), said(21, 22, label="b"), said(31, 32, label="c")


def count(past: Past, held: tuple[Span, ...], *wanted: Span, capability: Capability = Capability.SURGERY) -> Figures:
    story = (*wanted, CUE)
    return past.count(plan(held, story, capability, reread=1), story, cue=CUE)


def after(*story: Span, written: str = "") -> Past:
    past = Past()
    past.has_read(story)
    past.has_written(written)
    return past


def causes(figures: Figures) -> dict[str, int]:
    names = ("head", "turn", "tail", "commit", "trim", "edit", "rebuild", "heal")
    return {name: tokens for name in names if (tokens := getattr(figures, f"read_{name}"))}


def test_the_first_reading_is_head_turns_and_tail() -> None:
    assert causes(count(Past(), (), HEAD, A)) == {"head": 3, "turn": 2, "tail": 1}


def test_only_what_is_new_is_read_when_the_story_grows() -> None:
    assert causes(count(after(HEAD, A), (HEAD, A), HEAD, A, B)) == {"turn": 2, "tail": 1}


def test_a_reply_that_comes_back_as_a_turn_is_a_commit() -> None:
    past = after(HEAD, A, written="b")
    assert causes(count(past, (HEAD, A), HEAD, A, B, C)) == {"commit": 2, "turn": 2, "tail": 1}


def test_what_was_lost_is_a_rebuild() -> None:
    assert causes(count(after(HEAD, A, B), (), HEAD, A, B, C)) == {"rebuild": 7, "turn": 2, "tail": 1}


def test_behind_an_edit_the_story_is_read_again() -> None:
    other = said(77, 78, label="a")
    assert causes(count(after(HEAD, A, B, C), (HEAD, A, B, C), HEAD, other, B, C)) == {"turn": 2, "edit": 4, "tail": 1}


def test_a_shift_reads_nothing_again_and_a_model_that_cannot_shift_reads_all_behind_the_trim() -> None:
    held = (HEAD, A, B, C)
    shifted = count(after(*held), held, HEAD, B, C)
    assert (causes(shifted), shifted.trimmed) == ({"tail": 1}, 2)
    reread = count(after(*held), held, HEAD, B, C, capability=Capability.PREFIX)
    assert (causes(reread), reread.trimmed) == ({"trim": 4, "tail": 1}, 0)


def test_approximate_cells_that_are_read_again_are_healed() -> None:
    story = (HEAD, B, C, CUE)
    work = plan((HEAD,), story, Capability.PREFIX, reread=1)
    healed = after(HEAD, B, C).count(work, story, cue=CUE, approximate_from=3)
    assert causes(healed) == {"heal": 4, "tail": 1}


@pytest.mark.parametrize("capability", list(Capability))
def test_all_that_a_plan_reads_has_a_cause(capability: Capability) -> None:
    for held in ((), (HEAD,), (HEAD, A), (HEAD, C, B), (HEAD, A, B, C)):
        for wanted in ((HEAD,), (HEAD, B), (HEAD, A, C), (A, HEAD, C)):
            story = (*wanted, CUE)
            work = plan(held, story, capability, reread=1)
            assert after(HEAD, A, B).count(work, story, cue=CUE).read == len(work.evaluate.tokens)


def test_a_thousand_channels_are_remembered_and_the_most_silent_is_forgotten() -> None:
    pasts = Pasts()
    first = pasts.of("0")
    for number in range(1000):
        pasts.of(str(number % 1000))
    assert pasts.of("0") is first
    pasts.of("another")
    assert pasts.of("0") is first
    assert pasts.of("1") is not first
