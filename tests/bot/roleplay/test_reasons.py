"""Reasons in words, as a table."""

from typing import Any

import pytest

from bot.core import Turn
from bot.roleplay.reasons import CAME, CAUSES, EXTRAS, explained
from characters.lore.moment import Cause, Reason
from tests.bot.roleplay.conftest import turn


def words(*memories: Turn, **fields: Any) -> list[str]:
    return [str(one) for one in explained("Mira", fields, memories=memories)[1:]]


def lore(**facts: Any) -> str:
    [told] = words(lore=[{"entry": "Dragons", "book": "North", "came": "told", "tokens": 5, **facts}])
    return told


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"kind": "key", "key": "drake", "depth": 0}, "its key drake stands in the newest message; told, 5 tokens."),
        ({"kind": "key", "key": "drake"}, "its key drake stands in the newest message; told, 5 tokens."),
        ({"kind": "key", "key": "drake", "depth": 1}, "its key drake stands in the message before the newest"),
        ({"kind": "key", "key": "drake", "depth": 4}, "its key drake stands 4 messages before the newest; told"),
        ({"kind": "key", "key": "drake", "secondary": ["north"]}, "its key drake + north stands in the newest"),
        ({"kind": "key", "key": "drake", "by": "Winter"}, "its key drake stands in the lore Winter"),
        ({"kind": "key", "key": "drake", "extra": "scenario"}, "its key drake stands in the scenario"),
        ({"kind": "constant", "came": "head"}, "it always counts; it stands at the scene's beginning already."),
        ({"kind": "constant", "came": "budget"}, "it always counts; left out, because there was no more room."),
        ({"kind": "sticky"}, "it has come in lately, and stays for some messages; told"),
        ({"kind": "key", "key": "{text}", "depth": 0}, "its key {text} stands in the newest message"),
    ],
)
def test_why_lore_came_in(facts: dict[str, Any], told: str) -> None:
    assert lore(**facts).startswith(f"Dragons (North): {told}")


def test_every_cause_and_reason_has_words() -> None:
    kinds = Cause.__annotations__["kind"].__args__
    assert set(kinds) == {*CAUSES, "key"}
    assert set(Reason.__args__) <= set(CAME)
    assert all(str(EXTRAS[extra]) for extra in Cause.__annotations__["extra"].__args__[0].__args__)


def test_a_slow_key_is_named() -> None:
    assert words(slow_keys=["/(x+x+)+y/"]) == [
        "The key /(x+x+)+y/ took too long to be looked for, and counts as not found."
    ]


def test_what_was_read_is_told_by_cause() -> None:
    figures = {"held": 1200, "tier": "ram", "read_turn": 9, "read_edit": 1000, "written": 12, "queued_s": 0.26}
    assert words(figures=figures) == [
        "Known already: 1,200 tokens, parked in memory.",
        "Read: 1,009 tokens: 9 of new turns, 1000 again behind an edit.",
        "Written: 12 tokens; 0.3 s in line, the first after 0.0 s, all after 0.0 s.",
    ]


def test_what_was_recalled_is_quoted_on_one_line() -> None:
    old = turn(4, "Kim", f"The key\nlies {'x' * 100}")
    assert words(old, turn(5, "Mira", "Yes."), knowledge=[3, 9]) == [
        f"Reminded of: Kim: The key lies {'x' * 67} …",
        "Reminded of: Mira: Yes.",
        "Told: 2 passages of the documents.",
    ]


def test_a_second_try_is_said_to_be_one() -> None:
    assert words(tries=2) == ["What the model said first was no reply, so it was asked once more."]
    assert words(tries=1) == []


def test_sampling_shows_what_is_not_as_usual() -> None:
    sampling = {"temperature": 0.8, "top_k": 40, "min_p": 0.1, "seed": 7, "max_tokens": 150}
    assert words(sampling=sampling) == ["Drawn with temperature 0.8, min_p 0.1, seed 7, max_tokens 150."]


def test_a_reason_of_another_kind_is_shown_as_it_is() -> None:
    assert str(explained("Mira", {"why": "Kim named her"})[0]) == "Mira was asked: Kim named her."
