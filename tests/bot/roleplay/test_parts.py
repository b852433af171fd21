"""Which turn an action asks for."""

import re
from dataclasses import replace

import pytest

from bot.core import Author, Member
from bot.errors import PlayError
from bot.roleplay import parts, script
from bot.roleplay.typed import Overrides
from engine import Priority
from engine.gbnf import read_gbnf
from engine.grammar import Grammar
from tests.bot.roleplay.conftest import scene, turn

HOT = Overrides((("temperature", 2),))
MEMBERS = (
    Member(1, "Mira", "", aliases=("the keeper",)),
    Member(2, "Captain Otto", ""),
    Member(3, "Captain Flint", ""),
    Member(4, "Gone Girl", "", has_left=True),
)
REPLY, NARRATION = turn(2, "Mira", "Yes."), turn(3, "Narrator", "Rain.")


def test_a_retry_stands_beside_the_reply_and_is_asked_of_the_same() -> None:
    part = parts.retry(REPLY, overrides=HOT, hint="Be brief.")
    assert part
    assert (part.name, part.instead_of, part.continues) == ("Mira", REPLY, None)
    assert (part.order, part.overrides, part.priority, part.why) == ("Be brief.", HOT, Priority.RETRY, "retry")


def test_a_narrator_is_told_to_be_one_again() -> None:
    again = parts.retry(NARRATION, overrides=Overrides(), hint="a storm")
    more = parts.continuation(NARRATION, overrides=Overrides())
    assert again
    assert (again.author, again.order) == (Author.NARRATOR, script.narration("a storm"))
    assert (more.author, more.order) == (Author.NARRATOR, script.narration())


def test_a_greeting_goes_on_but_is_not_retried() -> None:
    greeting = replace(REPLY, parent=None)
    part = parts.continuation(greeting, overrides=HOT)
    assert (part.continues, part.instead_of, part.order, part.overrides) == (greeting, None, "", HOT)
    with pytest.raises(PlayError, match="nothing to retry"):
        parts.retry(greeting, overrides=HOT, hint="")


@pytest.mark.parametrize(
    ("text", "may_end"), [("", False), (" ", False), ("\n\t ", False), ("s", True), (" a\n\nb", True), ("。", True)]
)
def test_what_goes_on_says_something_before_it_ends(text: str, may_end: bool) -> None:
    grammar = Grammar(read_gbnf(parts.continuation(REPLY, overrides=HOT).grammar))
    assert (None in grammar.step_through(grammar.start, text)) is may_end


def test_a_persons_line_is_to_be_answered_and_does_not_go_on() -> None:
    said = turn(1, "Kim", "Hello.")
    assert parts.retry(said, overrides=HOT, hint="") is None
    with pytest.raises(PlayError, match="nothing to continue"):
        parts.continuation(said, overrides=HOT)


def test_where_nothing_is_said_nothing_is_asked_for() -> None:
    with pytest.raises(PlayError, match="nothing to retry"):
        parts.retry(None, overrides=HOT, hint="")
    with pytest.raises(PlayError, match="nothing to continue"):
        parts.continuation(None, overrides=HOT)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Mira", "Mira"),
        (" MIRA ", "Mira"),
        ("The  Keeper", "Mira"),
        ("otto", "Captain Otto"),
        ("Captain Flint", "Captain Flint"),
        ("narrator", "Narrator"),
    ],
)
def test_a_part_is_found_by_name(written: str, name: str) -> None:
    assert parts.named(scene(members=MEMBERS), written).name == name


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("", "Mira, Captain Otto, Captain Flint, Narrator."),
        ("Kim", "Mira, Captain Otto, Captain Flint, Narrator."),
        ("Gone Girl", "Mira, Captain Otto, Captain Flint, Narrator."),
        ("Captain", "which of Captain Otto, Captain Flint?"),
        ("Mira and Otto", "which of Mira, Captain Otto?"),
    ],
)
def test_a_name_that_is_nobodys_or_several_peoples_is_refused_with_those_there_are(written: str, names: str) -> None:
    with pytest.raises(PlayError, match=f"{re.escape(names)}$"):
        parts.named(scene(members=MEMBERS), written)
