"""The plan: applying it always yields what is wanted, and it never costs more than reading everything again."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Capability, PromptTooLong
from engine.plan import LOW_WATERMARK, Evaluate, Keep, Plan, Remove, Span, clip, fit, length_of, plan


def span(text: str, *, pinned: bool = False) -> Span:
    return Span(tuple(map(ord, text)), text, pinned)


HEAD = span("HEAD", pinned=True)
ONE, TWO, THREE, NEW = span("one"), span("two2"), span("seven"), span("new")
GUEST = span("GUEST", pinned=True)


def flat(spans: tuple[Span, ...]) -> list[int]:
    return [token for one in spans for token in one.tokens]


def apply(work: Plan, held: tuple[Span, ...]) -> list[int]:
    tokens = flat(held)
    for run in work.remove:
        del tokens[run.start : run.stop]
    return tokens[: work.keep.length] + list(work.evaluate.tokens)


@pytest.mark.parametrize(
    ("held", "wanted", "expected"),
    [
        pytest.param((), (HEAD, ONE), Plan((), Keep(0), Evaluate(HEAD.tokens + ONE.tokens)), id="nothing is held"),
        pytest.param((HEAD, ONE), (HEAD, ONE, NEW), Plan((), Keep(7), Evaluate(NEW.tokens)), id="a turn more"),
        pytest.param((HEAD, ONE), (HEAD, ONE), Plan((), Keep(7), Evaluate(())), id="all is held"),
        pytest.param((HEAD, ONE, TWO), (HEAD, ONE), Plan((), Keep(7), Evaluate(())), id="undo"),
        pytest.param(
            (HEAD, ONE, TWO, THREE),
            (HEAD, THREE, NEW),
            Plan((Remove(4, 11),), Keep(9), Evaluate(NEW.tokens)),
            id="a trim shifts what stays",
        ),
        pytest.param(
            (HEAD, ONE, GUEST, TWO, THREE),
            (HEAD, GUEST, THREE),
            Plan((Remove(4, 7), Remove(9, 13)), Keep(14), Evaluate(())),
            id="a trim around a newcomer",
        ),
        pytest.param(
            (HEAD, ONE, TWO, THREE),
            (HEAD, ONE, THREE),
            Plan((), Keep(7), Evaluate(THREE.tokens)),
            id="what stood behind a deleted turn is read again without it",
        ),
        pytest.param(
            (HEAD, ONE, TWO, THREE),
            (HEAD, ONE, NEW, THREE),
            Plan((), Keep(7), Evaluate(NEW.tokens + THREE.tokens)),
            id="an edit",
        ),
        pytest.param(
            (HEAD, GUEST, ONE),
            (HEAD, ONE),
            Plan((), Keep(4), Evaluate(ONE.tokens)),
            id="a pinned span is never shifted away",
        ),
        pytest.param(
            (HEAD, span("once")), (HEAD, span("one")), Plan((), Keep(6), Evaluate((101,))), id="inside a span"
        ),
    ],
)
def test_the_least_work_is_found(held: tuple[Span, ...], wanted: tuple[Span, ...], expected: Plan) -> None:
    assert plan(held, wanted, Capability.SURGERY) == expected


def test_a_model_that_cannot_shift_reads_the_smaller_window_again() -> None:
    work = plan((HEAD, ONE, TWO), (HEAD, TWO), Capability.PREFIX)
    assert work == Plan((), Keep(4), Evaluate(TWO.tokens))


def test_a_model_that_cannot_go_back_keeps_all_or_nothing() -> None:
    assert plan((HEAD, ONE), (HEAD, ONE, TWO), Capability.APPEND).keep == Keep(7)
    assert plan((HEAD, ONE), (HEAD, TWO), Capability.APPEND) == Plan((), Keep(0), Evaluate(HEAD.tokens + TWO.tokens))


def test_the_last_tokens_are_read_again_when_their_logits_are_needed() -> None:
    assert plan((HEAD, ONE), (HEAD, ONE), Capability.SURGERY, reread=1) == Plan((), Keep(6), Evaluate(ONE.tokens[-1:]))


spans = st.lists(
    st.builds(Span, st.lists(st.integers(0, 3), min_size=1, max_size=4).map(tuple), st.just(""), st.booleans()),
    max_size=8,
).map(tuple)


@given(held=spans, wanted=spans, capability=st.sampled_from(Capability), cut=st.integers(0, 30))
def test_applying_the_plan_always_yields_what_is_wanted(
    held: tuple[Span, ...], wanted: tuple[Span, ...], capability: Capability, cut: int
) -> None:
    held = clip(held, cut)
    work = plan(held, wanted, capability)
    assert apply(work, held) == flat(wanted)
    assert len(work.evaluate.tokens) <= length_of(wanted)
    if capability is not Capability.SURGERY:
        assert not work.remove
    if capability is Capability.APPEND:
        assert work.keep.length in (0, length_of(held))


@given(head=spans, turns=spans, gone=st.integers(0, 8), new=spans)
def test_a_trim_reads_nothing_but_the_new_turns(
    head: tuple[Span, ...], turns: tuple[Span, ...], gone: int, new: tuple[Span, ...]
) -> None:
    pinned = tuple(Span((9, index, *one.tokens), pinned=True) for index, one in enumerate(head))
    story = tuple(Span((8, index, *one.tokens)) for index, one in enumerate(turns))
    fresh = tuple(Span((7, index, *one.tokens)) for index, one in enumerate(new))
    work = plan((*pinned, *story), (*pinned, *story[gone:], *fresh), Capability.SURGERY)
    if story[gone:] or not story:
        assert len(work.evaluate.tokens) == length_of(fresh)
    for run in work.remove:
        assert run.start >= length_of(pinned)


@given(story=spans, extra=st.integers(0, 10), window=st.integers(1, 40))
def test_what_fits_is_a_part_of_the_story_that_keeps_its_pinned_spans(
    story: tuple[Span, ...], extra: int, window: int
) -> None:
    try:
        kept = fit(story, extra, window)
    except PromptTooLong:
        last = story[-1:] if story and not story[-1].pinned else ()
        assert length_of([one for one in story if one.pinned] + list(last)) + extra > window
        return
    assert length_of(kept) + extra <= window
    assert [one for one in kept if one.pinned] == [one for one in story if one.pinned]
    rest = [one for one in story if not one.pinned]
    loose = [one for one in kept if not one.pinned]
    assert loose == rest[len(rest) - len(loose) :]


def test_a_trim_goes_down_to_the_low_watermark_at_once() -> None:
    story = (HEAD, *(span("abcde") for _ in range(20)))
    assert fit(story, 0, 104) == story
    kept = fit(story, 0, 100)
    assert length_of(kept) == 64
    assert length_of(kept) <= 4 + 96 * LOW_WATERMARK < length_of(kept) + 5


def test_behind_a_long_head_a_trim_still_leaves_a_part_of_the_story() -> None:
    head = Span(tuple(range(70)), "HEAD", pinned=True)
    kept = fit((head, *(span("abcde") for _ in range(20))), 0, 100)
    assert length_of(kept) == 90


@pytest.mark.parametrize(
    ("leads", "first"),
    [
        pytest.param(range(20), 8, id="any"),
        pytest.param([0, 3, 9, 12], 9, id="the next that may"),
        pytest.param([0, 2, 3, 18], 3, id="the one before, where the next is too far"),
        pytest.param([0, 3, 7], 7, id="the one before, where none follows"),
        pytest.param([0, 18], 8, id="any, where the next is too far and the one before does not fit"),
        pytest.param([], 8, id="any, where none may"),
    ],
)
def test_a_trim_ends_in_front_of_a_span_that_may_lead(leads: Sequence[int], first: int) -> None:
    story = tuple(replace(span("abcde"), label=str(place), may_lead=place in leads) for place in range(20))
    kept = fit((HEAD, *story), 0, 100)
    assert kept == (HEAD, *story[first:])


def test_clipping_cuts_the_last_span() -> None:
    assert [one.label for one in clip((HEAD, ONE), 7)] == ["HEAD", "one"]
    assert clip((HEAD, ONE), 5) == (HEAD, Span(ONE.tokens[:1], "one"))
    assert list(accumulate(map(len, clip((HEAD, ONE), 100)))) == [4, 7]
