"""Each rule of the matching has its test here; words, patterns, decorators and rooms have files of their own."""

from itertools import chain, repeat
from random import Random
from typing import Any

import pytest

from characters.lore import Cause, Defaults, Effects, Moment, Shelf, match
from characters.lore.patterns import LIMIT_ALL_SEARCHES_SECONDS
from tests.characters.lore.samples import book, causes, entry, left_out, told, uids, words

LAZY = "/^(a|a)*$/"


def test_an_entry_is_told_when_a_key_of_it_is_said_and_says_why() -> None:
    outcome = told(entry("wyrm", "dragon"), entry("ship"), say=("Ann: A Dragon!", "Bob: Where?"))
    assert uids(outcome) == ["wyrm"]
    assert causes(outcome) == {"wyrm": Cause("key", "dragon", depth=1)}
    assert outcome.fired[0].ref == "b/wyrm"
    assert outcome.fired[0].content == "About wyrm."
    assert outcome.fired[0].tokens == 2


def test_a_name_before_a_message_is_scanned_too() -> None:
    assert uids(told(entry("ann"), say="Ann: Hello.")) == ["ann"]


def test_a_disabled_entry_is_never_told() -> None:
    assert told(entry("a", enabled=False), entry("b", enabled=False, constant=True), say="a b") == told(say="a b")


@pytest.mark.parametrize(
    ("own", "books", "default", "reached"),
    [(None, None, 2, 2), (None, 3, 2, 3), (1, 3, 2, 1), (0, 3, 2, 0), (9, 0, 2, 5)],
)
def test_the_scan_depth_is_the_entrys_else_the_books_else_the_default(
    own: int | None, books: int | None, default: int, reached: int
) -> None:
    entries = [entry(f"word{depth}", scan_depth=own) for depth in range(5)]
    said = tuple(f"word{depth}" for depth in reversed(range(5)))
    outcome = told(*entries, say=said, of={"scan_depth": books}, defaults=Defaults(scan_depth=default))
    assert sorted(uids(outcome)) == [f"word{depth}" for depth in range(reached)]


def test_each_entry_looks_only_as_far_as_its_own_depth() -> None:
    entries = [entry(f"word{depth}", scan_depth=depth) for depth in range(5)]
    assert not told(*entries, say=tuple(f"word{depth}" for depth in reversed(range(5)))).fired
    assert len(told(*entries, say=tuple(f"word{depth + 1}" for depth in reversed(range(5)))).fired) == 4


@pytest.mark.parametrize(
    ("logic", "said", "is_told"),
    [
        ("any", "key one", True),
        ("any", "key", False),
        ("not_all", "key one", True),
        ("not_all", "key one two", False),
        ("none", "key", True),
        ("none", "key two", False),
        ("all", "key two one", True),
        ("all", "key two", False),
    ],
)
def test_secondary_keys_have_four_logics(logic: Any, said: str, is_told: bool) -> None:
    outcome = told(entry("key", secondary_keys=("one", "two"), logic=logic), say=said)
    assert uids(outcome) == ["key"] * is_told


def test_secondary_keys_do_not_count_where_an_entry_is_not_selective() -> None:
    assert uids(told(entry("key", secondary_keys=("one",), selective=False), say="key")) == ["key"]


def test_the_secondary_keys_that_were_found_are_named() -> None:
    outcome = told(entry("key", secondary_keys=("one", "two", "three")), say="key three one")
    assert causes(outcome)["key"].secondary == ("one", "three")


def test_a_constant_is_told_without_its_keys() -> None:
    outcome = told(entry("key", constant=True, secondary_keys=("one",)), say="nothing")
    assert causes(outcome) == {"key": Cause("constant")}


def test_keys_between_slashes_are_patterns_whatever_the_entry_says_of_case_and_words() -> None:
    entries = [entry(r"/drag(on|oon)s?\b/i", uid="a", case_sensitive=True, whole_words=True), entry("/ship/", uid="b")]
    assert uids(told(*entries, say="DRAGOONS on SHIPS")) == ["a"]


def test_a_pattern_can_ask_for_the_beginning_of_a_message() -> None:
    entries = [entry(r"/\x01Ann:/", uid="mark"), entry("/^Ann:/", uid="hat"), entry("/^Hello/", uid="not")]
    assert uids(told(*entries, say=("Bob: Ann: x", "Ann: Hello"))) == ["mark", "hat"]


def test_a_pattern_that_does_not_compile_is_never_found_and_the_other_keys_are() -> None:
    assert uids(told(entry("/a(/", uid="x"), entry("/a(/", "b", uid="y"), say="a( b")) == ["y"]


@pytest.mark.parametrize("logic", ["any", "all", "none", "not_all"])
def test_a_condition_with_a_pattern_that_does_not_compile_never_holds(logic: Any) -> None:
    assert not told(entry("key", secondary_keys=("/a(/", "one"), logic=logic), say="key one").fired


def test_a_pattern_that_takes_too_long_counts_as_not_found_and_is_named() -> None:
    outcome = told(entry(LAZY, uid="slow"), entry("b", uid="quick"), say="a" * 64 + "b")
    assert uids(outcome) == ["quick"]
    assert outcome.slow_keys == (LAZY,)


def test_all_patterns_together_have_a_limit_of_time() -> None:
    seconds = chain([0.0, LIMIT_ALL_SEARCHES_SECONDS / 2], repeat(LIMIT_ALL_SEARCHES_SECONDS))
    shelf = Shelf({"b": book(entry("/one/"), entry("/two/"))})
    outcome = match(
        shelf,
        Moment(("one two",), 1),
        Effects(),
        budget=100,
        count=words,
        rng=Random(),
        clock=lambda: next(seconds),
    )
    assert uids(outcome) == ["/one/"]
    assert outcome.slow_keys == ("/two/",)


def test_an_empty_key_finds_nothing() -> None:
    assert not told(entry("", uid="a"), entry(" \n", uid="b"), say=("", " ")).fired


def test_other_texts_are_scanned_for_the_entries_that_ask_for_them() -> None:
    entries = [entry("sea", uid="a", match_scenario=True), entry("sea", uid="b", match_creator_notes=True)]
    outcome = told(*entries, say="Hi.", extras={"scenario": "By the sea."})
    assert causes(outcome) == {"a": Cause("key", "sea", extra="scenario")}


class TestRecursion:
    def test_what_is_told_is_scanned_and_the_cause_names_it(self) -> None:
        outcome = told(entry("a", content="of b"), entry("b", content="of c"), entry("c"), say="a")
        assert uids(outcome) == ["a", "b", "c"]
        assert causes(outcome)["c"] == Cause("key", "c", entry="b/b")

    @pytest.mark.parametrize("field", ["prevent_recursion", "exclude_recursion"])
    def test_entries_can_keep_out_of_it(self, field: str) -> None:
        fields: dict[str, Any] = {field: True}
        middle = entry("b", content="of c", **fields)
        assert uids(told(entry("a", content="of b"), middle, entry("c"), say="a")) == (
            ["a", "b"] if field == "prevent_recursion" else ["a"]
        )

    def test_a_book_can_switch_it_off_and_so_can_the_defaults(self) -> None:
        entries = entry("a", content="of b"), entry("b")
        off = Defaults(recursive_scanning=False)
        assert uids(told(*entries, say="a", of={"recursive_scanning": False})) == ["a"]
        assert uids(told(*entries, say="a", defaults=off)) == ["a"]
        assert uids(told(*entries, say="a", defaults=off, of={"recursive_scanning": True})) == ["a", "b"]

    def test_it_ends_after_its_steps(self) -> None:
        links = [entry(f"k{number}.", content=f"k{number + 1}.") for number in range(9)]
        assert len(told(*links, say="k0.", defaults=Defaults(recursion_steps=3)).fired) == 4

    def test_a_circle_ends(self) -> None:
        assert uids(told(entry("a", content="b"), entry("b", content="a"), say="a")) == ["a", "b"]

    def test_a_delayed_entry_waits_for_it_even_if_its_key_was_said(self) -> None:
        late = entry("late", delay_until_recursion=1)
        assert not told(late, say="late").fired
        outcome = told(late, entry("a", content="x"), say="late a")
        assert causes(outcome)["late"] == Cause("key", "late", depth=0)

    def test_levels_of_delay_open_one_after_the_other_each_when_the_last_has_run_dry(self) -> None:
        second = entry("deep", uid="second", delay_until_recursion=2, group="g")
        first = entry("x", uid="first", content="y", delay_until_recursion=1)
        third = entry("y", uid="third", content="z", delay_until_recursion=1, group="g")
        outcome = told(entry("a", content="x deep"), second, first, third, say="a")
        assert uids(outcome) == ["a", "first", "third"]
        assert left_out(outcome) == {"second": "group"}

    def test_what_finds_no_room_is_not_scanned(self) -> None:
        outcome = told(entry("a", content="b and more words"), entry("b"), say="a", budget=2)
        assert not outcome.fired
        assert left_out(outcome) == {"a": "budget"}

    def test_a_hidden_key_is_found(self) -> None:
        entries = entry("a", content="Told.{{hidden_key:b}}"), entry("b")
        assert uids(told(*entries, say="a")) == ["a", "b"]


class TestChance:
    def test_an_entry_is_told_as_often_as_its_probability_says(self) -> None:
        count = sum(bool(told(entry("a", probability=25), say="a", seed=seed).fired) for seed in range(400))
        assert 70 < count < 130

    def test_who_fails_is_not_asked_again_in_the_same_evaluation(self) -> None:
        entries = (
            entry("a", content="b"),
            entry("b", content="c"),
            entry("c", content="x", constant=True, probability=0),
        )
        outcome = told(*entries, say="a")
        assert uids(outcome) == ["a", "b"]
        assert left_out(outcome) == {"c": "chance"}

    def test_it_does_not_count_where_it_is_switched_off_or_the_entry_is_sticky(self) -> None:
        off = entry("a", probability=0, use_probability=False)
        sticky = entry("b", probability=0, sticky=5)
        assert uids(told(off, sticky, say="a", count=3, effects=Effects({"b/b": 1}))) == ["a", "b"]


class TestGroups:
    def test_one_of_a_group_is_told_by_weight(self) -> None:
        entries = entry("a", group="g", group_weight=1), entry("b", group="g", group_weight=3)
        first = sum(uids(told(*entries, say="a b", seed=seed)) == ["a"] for seed in range(400))
        assert 70 < first < 130
        assert set(left_out(told(*entries, say="a b")).values()) == {"group"}

    def test_no_weight_at_all_is_equal_weight(self) -> None:
        entries = entry("a", group="g", group_weight=0), entry("b", group="g", group_weight=-1)
        assert {uids(told(*entries, say="a b", seed=seed))[0] for seed in range(40)} == {"a", "b"}

    def test_an_override_wins_the_one_with_the_highest_order(self) -> None:
        entries = [
            entry("a", group="g", insertion_order=900),
            entry("b", group="g", group_override=True, insertion_order=1),
            entry("c", group="g", group_override=True, insertion_order=2),
        ]
        assert uids(told(*entries, say="a b c")) == ["c"]

    def test_with_scoring_the_most_keys_found_win_over_an_override(self) -> None:
        entries = [
            entry("a", "x", group="g", group_override=True, group_scoring=True),
            entry("b", "y", group="g"),
            entry("c", "z", group="g", group_override=True, group_scoring=True, secondary_keys=("a", "b")),
        ]
        assert uids(told(*entries, say="a b y c")) == ["c"]

    def test_who_is_not_scored_does_not_lose_by_its_score(self) -> None:
        entries = [
            entry("a", "x", group="g", group_scoring=True),
            entry("b", "y", "z", group="g", group_scoring=True),
            entry("c", group="g", group_override=True),
        ]
        assert uids(told(*entries, say="x y a b z c")) == ["c"]

    def test_only_positive_secondary_keys_score(self) -> None:
        both = Defaults(group_scoring=True)
        entries = [
            entry("a", group="g", secondary_keys=("x", "y"), logic="not_all"),
            entry("b", group="g", secondary_keys=("c", "d"), logic="all"),
            entry("c", group="g", secondary_keys=("x", "y"), logic="none"),
        ]
        assert all(uids(told(*entries, say="a b c d", defaults=both, seed=seed)) == ["b"] for seed in range(9))

    def test_a_sticky_entry_wins(self) -> None:
        entries = entry("a", group="g", sticky=9), entry("b", group="g", group_override=True)
        assert uids(told(*entries, say="b", count=4, effects=Effects({"b/a": 2}))) == ["a"]

    def test_a_group_that_has_spoken_is_closed_to_recursion(self) -> None:
        outcome = told(entry("a", group="g", content="b"), entry("b", group="g"), say="a")
        assert uids(outcome) == ["a"]

    def test_who_is_in_two_groups_has_to_win_in_both(self) -> None:
        entries = [
            entry("a", group="g, h"),
            entry("b", group="g", group_override=True),
            entry("c", group="h"),
        ]
        assert uids(told(*entries, say="a b c")) == ["b", "c"]

    def test_a_loser_may_win_later_where_the_winner_fails_its_chance(self) -> None:
        entries = [
            entry("a", group="g", group_override=True, probability=0),
            entry("b", group="g"),
            entry("c"),
        ]
        outcome = told(*entries, say="a b c")
        assert uids(outcome) == ["b", "c"]
        assert left_out(outcome) == {"a": "chance"}


class TestWhoAndWhen:
    @pytest.mark.parametrize(
        ("fields", "is_told"),
        [
            ({"filter_names": ("mira",)}, True),
            ({"filter_names": ("Tom",)}, False),
            ({"filter_names": ("Mira",), "filter_excludes": True}, False),
            ({"filter_names": ("Tom",), "filter_excludes": True}, True),
            ({"filter_tags": ("sailor",)}, True),
            ({"filter_tags": ("cook",)}, False),
            ({"filter_tags": ("sailor",), "filter_excludes": True}, False),
            ({"filter_names": ("Mira",), "filter_tags": ("cook",)}, False),
            ({"triggers": ("swipe", "normal")}, True),
            ({"triggers": ("swipe",)}, False),
            ({"delay": 3}, True),
            ({"delay": 4}, False),
        ],
    )
    def test_an_entry_can_be_for_some_characters_kinds_of_replies_and_times(
        self, fields: dict[str, Any], is_told: bool
    ) -> None:
        entries = entry("a", constant=True, **fields)
        assert bool(told(entries, count=3, speaker="Mira", tags=frozenset({"Sailor"})).fired) is is_told


class TestEffects:
    def test_a_sticky_entry_stays_for_some_messages_and_then_cools_down_for_some(self) -> None:
        timed = entry("a", sticky=2, cooldown=3)
        effects = Effects()
        seen: list[str] = []
        for count in range(1, 9):
            outcome = told(timed, say="a", count=count, effects=effects)
            effects = outcome.effects
            seen += [outcome.fired[0].cause.kind] if outcome.fired else ["-"]
        assert seen == ["key", "sticky", "-", "-", "-", "key", "sticky", "-"]

    def test_an_entry_that_is_not_sticky_cools_down_at_once(self) -> None:
        timed = entry("a", cooldown=2)
        begun = told(timed, say="a", count=5).effects
        assert [bool(told(timed, say="a", count=count, effects=begun).fired) for count in (6, 7)] == [False, True]

    def test_a_sticky_entry_without_a_cooldown_can_match_anew_when_it_ends(self) -> None:
        timed = entry("a", sticky=2)
        begun = told(timed, say="a", count=5).effects
        kinds = [causes(told(timed, say="a", count=count, effects=begun))["a"].kind for count in (6, 7)]
        assert kinds == ["sticky", "key"]

    def test_a_swipe_and_an_undo_decide_anew(self) -> None:
        timed = entry("a", cooldown=9)
        begun = told(timed, say="a", count=5).effects
        assert begun == Effects({"b/a": 5})
        for count in (5, 3):
            again = told(timed, say="a", count=count, effects=begun)
            assert uids(again) == ["a"]
            assert again.effects == Effects({"b/a": count})

    def test_what_began_later_is_forgotten_and_what_belongs_to_absent_books_is_kept(self) -> None:
        effects = Effects({"b/x": 7, "other/y": 2})
        assert told(entry("a"), say="a", count=4, effects=effects).effects == Effects({"other/y": 2})

    def test_nothing_begins_for_what_is_not_told(self) -> None:
        assert told(entry("a", content="too long", sticky=3), say="a", budget=1).effects == Effects()
        assert told(entry("a", probability=0, sticky=3), say="a").effects == Effects()


def test_an_entry_without_content_takes_its_part_and_is_not_told() -> None:
    outcome = told(
        entry("a", group="g", group_override=True, content="@@role user\n \n", sticky=2),
        entry("b", group="g"),
        say="a b",
    )
    assert not outcome.fired
    assert left_out(outcome) == {"b": "group", "a": "empty"}
    assert outcome.effects == Effects({"b/a": 1})


def test_what_is_told_is_ordered_by_position_then_depth_then_order() -> None:
    entries = [
        entry("h", position="outlet"),
        entry("g", position="at_depth", depth=0),
        entry("f", position="at_depth", depth=4, insertion_order=2),
        entry("e", position="at_depth", depth=4, insertion_order=1),
        entry("d", position="after_note"),
        entry("c", position="after_char", insertion_order=-5),
        entry("b", insertion_order=2),
        entry("a", insertion_order=1),
    ]
    assert uids(told(*entries, say="a b c d e f g h")) == list("abcdefgh")


def test_books_stand_in_their_order_where_entries_have_the_same_one() -> None:
    shelf = Shelf({"world": book(entry("a", uid="1")), "card": book(entry("a", uid="1"))})
    outcome = match(shelf, Moment(("a",), 1), Effects(), budget=99, count=words, rng=Random())
    assert [fired.ref for fired in outcome.fired] == ["world/1", "card/1"]
    assert [fired.book for fired in outcome.fired] == ["world", "card"]


def test_macros_are_expanded_by_book_in_keys_once_and_in_contents_each_time() -> None:
    names = {"mira": "Mira", "tom": "Tom"}
    entries = entry("{{char}}", uid="1", content="{{char}} sings.")

    def expand(book: str, text: str) -> str:
        return text.replace("{{char}}", names[book])

    shelf = Shelf({name: book(entries) for name in names}, expand=expand)
    outcome = match(shelf, Moment(("Hi Tom",), 1), Effects(), budget=99, count=words, rng=Random(), expand=expand)
    assert [fired.content for fired in outcome.fired] == ["Tom sings."]
