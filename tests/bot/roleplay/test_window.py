from dataclasses import replace

import pytest

from bot.core import Member, Player, Summary
from bot.roleplay import blocks
from bot.roleplay.templates import FORMATS, Template
from bot.roleplay.window import since
from tests.bot.roleplay.conftest import scene, turn

MIRA = Member(1, "Mira", "Mira keeps an inn.")
ONE, TWO, THREE = turn(1, "Mira", "One."), replace(turn(2, "Kim", "Two."), pinned=True), turn(3, "Mira", "Three.")
STORY = replace(
    scene(ONE, TWO, THREE, members=(MIRA,)),
    summary=Summary(2, "Both came."),
    former=(Summary(1, "She came."),),
)


def test_what_a_trim_has_let_go_of_is_gone_but_for_what_is_pinned() -> None:
    left = since(STORY, 3)
    assert (left.turns, left.window_from, left.pinned) == ((THREE,), 3, (TWO,))
    assert (left.former, left.summary) == ((), Summary(2, "Both came."))
    assert since(STORY, 2).pinned == ()
    assert since(left, 3) == left


def test_a_summary_that_stands_in_the_window_stays() -> None:
    assert since(STORY, 1).former == STORY.former


def test_examples_that_left_alone_are_gone_too() -> None:
    assert since(STORY, 1).window_from == 1


def test_where_no_turn_of_the_path_is_meant_nothing_changes() -> None:
    assert since(STORY, None) == STORY
    assert since(STORY, 9) == STORY


@pytest.mark.parametrize("template", [one for one in FORMATS.values() if not one.alternates], ids=lambda one: one.name)
def test_what_a_trim_leaves_reads_as_it_did(template: Template) -> None:
    """Else all that stands behind it would be read again."""
    guest = Member(2, "Guest", "A stranger.", after=1, has_left=True, moves=(3,))
    lark = Player(1, 7, "Lark", None, "Lark: A bell founder.", after=2)
    story = replace(STORY, members=(MIRA, guest), players=(lark,), turns=(*STORY.turns, turn(4, "Mira", "Four.")))
    whole, left = (
        [segment.text for segment in template.render(blocks.story(read, template))] for read in (story, since(story, 4))
    )
    rest = iter(whole)
    assert len(left) < len(whole)
    assert all(text in rest for text in left), (whole, left)
