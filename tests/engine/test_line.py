"""Who is next: urgency, fair turns for users and their channels, and ageing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Priority, Sampling
from engine.line import AGEING_SECONDS, QUANTUM_TOKENS, Line, Waiter
from engine.messages import Request

PROMPT: Any = None


def request(id: int, user: str = "u", channel: str = "c", priority: Priority = Priority.INTERACTIVE) -> Request:
    return Request(id, channel, PROMPT, Sampling(), priority, user)


def line(*requests: Request, arrived: float = 0.0) -> Line:
    made = Line()
    for one in requests:
        made.add(Waiter(one, arrived))
    return made


def served(made: Line, *, cost: int, now: float = 0.0) -> list[int]:
    order: list[int] = []
    while waiter := made.next(now, lambda request: True):
        made.remove(waiter.request.id)
        made.charge(waiter.request, cost)
        order.append(waiter.request.id)
    return order


def test_one_user_is_served_in_order_of_arrival() -> None:
    assert served(line(*(request(id) for id in (3, 1, 2))), cost=900) == [3, 1, 2]


def test_urgent_requests_go_first() -> None:
    waiting = [request(id, priority=priority) for id, priority in enumerate(reversed(Priority))]
    assert served(line(*waiting), cost=10) == [4, 3, 2, 1, 0]


def test_a_user_with_many_channels_gets_no_more_than_one_with_one() -> None:
    greedy = [request(id, "greedy", f"c{id}") for id in range(8)]
    modest = [request(id, "modest", "m") for id in (10, 11, 12)]
    order = served(line(*greedy, *modest), cost=QUANTUM_TOKENS)
    assert [id for id in order[:6] if id >= 10] == [10, 11, 12]


def test_whoever_asks_for_much_waits_until_the_others_had_as_much() -> None:
    made = line(*(request(id, "long") for id in range(3)), *(request(10 + id, "short") for id in range(12)))
    order: list[int] = []
    while waiter := made.next(0.0, lambda request: True):
        made.remove(waiter.request.id)
        made.charge(waiter.request, 3000 if waiter.request.user == "long" else 500)
        order.append(waiter.request.id)
    between = order.index(1) - order.index(0)
    assert between >= 5


def test_whoever_cannot_start_is_passed_over_and_stays() -> None:
    made = line(request(1, channel="busy"), request(2, channel="free"))
    waiter = made.next(0.0, lambda request: request.channel == "free")
    assert waiter
    assert waiter.request.id == 2
    assert len(made) == 2


def test_waiting_makes_urgent() -> None:
    made = line(request(1, priority=Priority.BACKGROUND))
    made.add(Waiter(request(2, "other"), AGEING_SECONDS * 4))
    assert served(made, cost=1, now=AGEING_SECONDS * 4) == [1, 2]


def test_whoever_finds_no_room_keeps_the_turn_unless_something_more_urgent_comes() -> None:
    made = line(*(request(id, user=str(id)) for id in range(4)))
    first = made.next(0.0, lambda request: True)
    assert [made.next(0.0, lambda request: True) for _ in range(5)] == [first] * 5
    assert made.next(0.0, lambda request: request.id == 2) == Waiter(request(2, user="2"), 0.0)
    later = line(request(5, priority=Priority.RETRY))
    assert later.next(0.0, lambda request: True)
    later.add(Waiter(request(6), 0.0))
    chosen = later.next(0.0, lambda request: True)
    assert chosen
    assert chosen.request.id == 6


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from(Priority)), max_size=20),
    st.integers(0, 5000),
)
def test_everybody_is_served_once(asked: list[tuple[str, str, Priority]], cost: int) -> None:
    waiting = [request(id, user, channel, priority) for id, (user, channel, priority) in enumerate(asked)]
    assert sorted(served(line(*waiting), cost=cost)) == list(range(len(asked)))


@pytest.mark.timeout(20)
def test_ten_thousand_users_in_line_do_not_hold_up_the_rest() -> None:
    made = line(*(request(id, user=str(id), channel=str(id)) for id in range(10_000)))
    for id in range(40):
        waiter = made.next(0.0, lambda request: True)
        assert waiter
        assert waiter == Waiter(request(id, user=str(id), channel=str(id)), 0.0)
        made.remove(id)
        made.charge(waiter.request, 100)
