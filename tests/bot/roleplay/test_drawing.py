"""The tree of a story as text."""

from collections.abc import Mapping, Sequence

from bot.core import Turn
from bot.roleplay.drawing import Tree, drawn, rows
from bot.words import Words
from tests.bot.roleplay.conftest import turn


def grown(*parents: int, deleted: Sequence[int] = ()) -> list[Turn]:
    """Make turns by the ids of their parents, 0 for none; people and Mira take turns by depth."""
    depth: dict[int, int] = {0: 0}
    turns: list[Turn] = []
    for id, parent in enumerate(parents, start=1):
        depth[id] = depth[parent] + 1
        text = "" if id in deleted else f"Line {id}."
        made = turn(id, "Mira" if depth[id] % 2 else "Kim", text, parent=parent)
        turns.append(made if parent else Turn(id, None, made.author, made.name, text, made.state, made.at))
    return turns


def shown(turns: Sequence[Turn], leaf: int | None, names: Mapping[int, Sequence[str]] | None = None) -> list[str]:
    return drawn(Tree(turns, leaf, names or {}), Words()).splitlines()


def test_nothing_is_drawn_of_a_story_that_has_not_begun() -> None:
    assert shown([], None) == []


def test_a_run_is_folded_to_its_ends() -> None:
    assert shown(grown(0, 1, 2), 3) == ["#1 Mira: Line 1.", "#2 Kim: Line 2.", "#3 Mira: Line 3.  ← here"]
    assert shown(grown(0, 1, 2, 3, 4), 5) == ["#1 Mira: Line 1.", "… 3 turns", "#5 Mira: Line 5.  ← here"]


def test_where_the_story_stands_is_shown_in_the_middle_of_a_run() -> None:
    assert shown(grown(*range(9)), 5) == [
        "#1 Mira: Line 1.",
        "… 3 turns",
        "#5 Mira: Line 5.  ← here",
        "… 3 turns",
        "#9 Mira: Line 9.",
    ]


def test_before_the_first_turn_all_ways_are_drawn() -> None:
    assert shown(grown(0, 1), None) == ["#1 Mira: Line 1.", "#2 Kim: Line 2."]
    assert shown(grown(0, 1, 0, 3), None) == [
        "├─ #1 Mira: Line 1.  (1 of 2)",
        "│  #2 Kim: Line 2.",
        "#3 Mira: Line 3.  (2 of 2)",
        "#4 Kim: Line 4.",
    ]


def test_a_fork_shows_the_ways_beside_it_first_and_the_story_goes_on_in_its_column() -> None:
    turns = grown(0, 1, 2, 3, 4, 2, 6, 7, 8)
    assert shown(turns, 5, {5: ("main",), 9: ("storm", "rain")}) == [
        "#1 Mira: Line 1.",
        "#2 Kim: Line 2.",
        "├─ #6 Mira: Line 6.  (2 of 2)",
        "│  … 2 turns",
        "│  #9 Kim: Line 9.  [storm]  [rain]",
        "#3 Mira: Line 3.  (1 of 2)",
        "#4 Kim: Line 4.",
        "#5 Mira: Line 5.  [main]  ← here",
    ]


def test_ways_fork_in_columns_of_their_own() -> None:
    assert shown(grown(0, 1, 2, 3, 2, 5, 5, 7), 4) == [
        "#1 Mira: Line 1.",
        "#2 Kim: Line 2.",
        "├─ #5 Mira: Line 5.  (2 of 2)",
        "│  #7 Kim: Line 7.  (2 of 2)",
        "│  #8 Mira: Line 8.",
        "#3 Mira: Line 3.  (1 of 2)",
        "#4 Kim: Line 4.  ← here",
    ]
    nested = shown(grown(0, 1, 2, 3, 2, 5, 6, 5, 8), 4)
    assert "│  ├─ #6 Kim: Line 6.  (1 of 2)" in nested
    assert "│  │  #7 Mira: Line 7." in nested


def test_alternatives_that_led_nowhere_are_only_counted() -> None:
    retried = grown(0, 1, 2, 2, 2, 5)
    assert shown(retried, 6) == ["#1 Mira: Line 1.", "… 2 turns", "#6 Kim: Line 6.  ← here"]
    assert shown(retried, 5)[-2:] == ["#5 Mira: Line 5.  (3 of 3)  ← here", "#6 Kim: Line 6."]
    assert "├─ #3 Mira: Line 3.  (1 of 3)  [old]" in shown(retried, 6, {3: ("old",)})


def test_what_says_nothing_is_shown_only_where_something_hangs_on_it() -> None:
    assert shown(grown(0, 1, 2, deleted=[3]), 2) == ["#1 Mira: Line 1.", "#2 Kim: Line 2.  ← here"]
    assert shown(grown(0, 1, 2, deleted=[2]), 3)[1] == "#2 Kim: (deleted)"
    assert shown(grown(0, 1, deleted=[2]), 2)[1] == "#2 Kim: (deleted)  ← here"


def test_a_line_of_the_drawing_is_a_line() -> None:
    long = turn(1, "Kim", "One\ntwo  " + "three " * 40)
    [line] = shown([long], 1)
    assert line.startswith("#1 Kim: One two three")
    assert len(line) < 90


def test_a_story_of_three_hundred_turns_fits_on_a_screen() -> None:
    parents = list(range(300))
    for alternative, fork in ((50, 40), (120, 100), (200, 119), (250, 199)):
        parents[alternative] = fork
    assert len(shown(grown(*parents), 300)) < 24
    retried = [0, *(max(1, id - 1 - (id % 3 == 0)) for id in range(2, 301))]
    assert len(shown(grown(*retried), 300)) <= 6


def test_a_very_long_story_is_drawn_too() -> None:
    turns = grown(*range(20_000))
    assert [row.folded for row in rows(Tree(turns, 20_000))] == [0, 19_998, 0]


def test_every_way_that_led_on_is_drawn_once() -> None:
    deep = [0]
    for id in range(2, 400):
        deep.append(max(1, id // 2))
    turns = grown(*deep)
    ids = [row.turn.id for row in rows(Tree(turns, 399)) if row.turn]
    assert len(ids) == len(set(ids))
    assert {1, 399} <= set(ids)
