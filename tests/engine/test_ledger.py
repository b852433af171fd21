"""The ledger: its account of sequences and cells follows every operation."""

from engine.ledger import Ledger
from engine.plan import Remove, Span

HEAD = Span((1, 2, 3), "head", pinned=True)
TURNS = tuple(Span((10 * n, 10 * n + 1), str(n)) for n in range(1, 4))


def filled(ledger: Ledger, name: str = "a"):
    held = ledger.channel(name)
    held.layout = (HEAD, *TURNS)
    ledger.fill(held, 9)
    return held


def test_a_channel_knows_only_what_was_read_into_it() -> None:
    ledger = Ledger(2)
    held = ledger.channel("a")
    held.layout = (HEAD, *TURNS)
    assert held.spans == ()
    ledger.fill(held, 4)
    assert held.spans == (HEAD, Span((10,), "1"))
    assert ledger.channels() == {"a": 4}


def test_cells_that_a_fork_shares_count_once() -> None:
    ledger = Ledger(2)
    held = filled(ledger)
    fork = ledger.fork(held, 5)
    assert fork.spans == (HEAD, TURNS[0])
    assert ledger.cells == 9
    ledger.fill(fork, 2)
    assert ledger.cells == 11
    ledger.drop(fork)
    assert ledger.cells == 9


def test_an_adopted_fork_replaces_the_channel_and_frees_its_sequence() -> None:
    ledger = Ledger(2)
    held = filled(ledger)
    fork = ledger.fork(held)
    ledger.fill(fork, 1)
    assert not ledger.has_free(1)
    assert ledger.adopt("a", fork) is held
    assert ledger.has_free(1)
    assert ledger.channels() == {"a": 10}
    assert ledger.cells == 10


def test_removed_runs_leave_the_rest_in_order() -> None:
    ledger = Ledger(1)
    held = filled(ledger)
    cells = list(held.cells)
    ledger.remove(held, [Remove(3, 5), Remove(5, 7)])
    assert held.spans == (HEAD, TURNS[1])
    assert held.cells == cells[:3] + cells[5:7]


def test_keeping_cuts_spans_and_cells() -> None:
    ledger = Ledger(1)
    held = filled(ledger)
    ledger.keep(held, 4)
    assert held.spans == (HEAD, Span((10,), "1"))
    assert ledger.cells == 4


def test_channels_are_listed_least_recently_used_first() -> None:
    ledger = Ledger(3)
    for name in "abc":
        filled(ledger, name)
    ledger.channel("a")
    assert list(ledger.channels()) == ["b", "c", "a"]
    ledger.forget("b")
    assert list(ledger.channels()) == ["c", "a"]
    assert ledger.has_free(1)
