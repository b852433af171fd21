from random import Random

from characters.lore import Effects, Moment, Shelf, match
from tests.characters.lore.samples import book, entry, left_out, told, uids, words


def test_the_lowest_priority_goes_first_until_the_rest_fits() -> None:
    entries = [entry(name, content="x x x", priority=priority) for name, priority in (("a", 5), ("b", 1), ("c", 9))]
    assert uids(told(*entries, say="a b c", budget=9)) == ["a", "b", "c"]
    assert left_out(told(*entries, say="a b c", budget=8)) == {"b": "budget"}
    assert left_out(told(*entries, say="a b c", budget=5)) == {"a": "budget", "b": "budget"}


def test_an_entry_is_not_kept_for_being_short() -> None:
    entries = [
        entry("a", content="x x x x", priority=9),
        entry("b", content="x x x x", priority=5),
        entry("c", content="x", priority=1),
    ]
    assert uids(told(*entries, say="a b c", budget=5)) == ["a"]


def test_what_would_not_fit_alone_does_not_drive_out_the_others() -> None:
    entries = entry("a", content="x x x x x", priority=9), entry("b", content="x x", priority=1)
    assert uids(told(*entries, say="a b", budget=4)) == ["b"]


def test_without_priorities_the_insertion_order_decides_and_what_was_said_goes_before_recursion() -> None:
    entries = entry("a", content="x x", insertion_order=1), entry("b", content="x x", insertion_order=2)
    assert uids(told(*entries, say="a b", budget=3)) == ["b"]
    chain = entry("z", content="x x"), entry("a", content="x z")
    assert uids(told(*chain, say="a", budget=3)) == ["a"]


def test_each_book_has_a_budget_of_its_own() -> None:
    entries = [entry(name, content="x x", insertion_order=order) for order, name in enumerate("abc")]
    shelf = Shelf(
        {"small": book(*entries, token_budget=4), "none": book(*entries, token_budget=0), "any": book(*entries)}
    )
    outcome = match(shelf, Moment(("a b c",), 1), Effects(), budget=99, count=words, rng=Random())
    assert [missed.ref for missed in outcome.missed] == ["small/a"]
    assert left_out(outcome) == {"a": "book_budget"}


def test_who_ignores_the_budget_ignores_the_books_and_is_first_in_the_whole() -> None:
    bold = entry("a", content="x x x", ignore_budget=True, priority=-9)
    of = {"token_budget": 1}
    assert uids(told(bold, entry("b", content="x"), say="a b", of=of)) == ["a", "b"]
    assert uids(told(bold, entry("b", content="x"), say="a b", of=of, budget=3)) == ["a"]
    assert not told(bold, say="a", budget=2).fired
