"""Who answers: first whether anybody does, then whoever is addressed, else one by the scene's order."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import Answering, Author, CastingRules, Member, Order, Turn
from bot.errors import PlayError
from bot.roleplay.casting import Heard, answerers, called, candidates, follower, likeliest, rivals, why
from bot.roleplay.names import mentioned
from tests.bot.roleplay.conftest import turn

MIRA, TOMAS, ADA = cast = (
    Member(1, "Mira", ""),
    Member(2, "Tomás Vale", ""),
    Member(3, "Ada", "", aliases=("Red",)),
)
PLAIN = CastingRules()
ALL = CastingRules(order=Order.LIST)
BY_MODEL = CastingRules(order=Order.MODEL)
WORDS = ["Mira", "Ada", "Red", "Hello", "rain", "Миру", "ミラ"]
MEMBERS = st.lists(
    st.builds(
        Member,
        character=st.integers(1, 6),
        name=st.sampled_from(["Mira", "Ada", "Tomás", "Мира", "ミラ", "Mira Vale"]),
        block=st.just(""),
        talkativeness=st.sampled_from([0.0, 0.2, 1.0]),
        muted=st.booleans(),
    ),
    max_size=6,
    unique_by=(lambda one: one.character, lambda one: one.name),
)
RULES = st.builds(
    CastingRules,
    answering=st.sampled_from([None, *Answering]),
    chance_percent=st.integers(0, 100),
    order=st.sampled_from(Order),
    most_replies=st.integers(1, 4),
)
HEARD = st.builds(
    Heard,
    lines=st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), max_size=3),
    people=st.integers(1, 3),
    replied_to=st.lists(st.integers(1, 7), max_size=2),
    bot_mentioned=st.booleans(),
    last_speaker=st.none() | st.integers(1, 7),
    spoken=st.frozensets(st.integers(1, 6)),
)


def heard(
    *lines: str,
    people: int = 1,
    replied_to: tuple[int, ...] = (),
    bot_mentioned: bool = False,
    own: Member | None = None,
) -> Heard:
    """Say what was heard; it is a character's `own` line where one is given."""
    spoken = frozenset({own.character} if own else ())
    return Heard(lines, people, replied_to, bot_mentioned, next(iter(spoken), None), spoken)


def answering(text: str, rules: CastingRules = PLAIN, *, members: tuple[Member, ...] = cast) -> list[str]:
    return [one.name for one in answerers(members, heard(text), rules, Random(0))]


def answers(members: tuple[Member, ...], said: Heard | None = None, rules: CastingRules = PLAIN) -> Counter[str]:
    """Count who answers in a thousand tries; "" where nobody does."""
    chosen = [answerers(members, said or heard("Hello."), rules, Random(seed)) for seed in range(1000)]
    return Counter("+".join(one.name for one in speakers) for speakers in chosen)


@pytest.mark.parametrize(
    ("rules", "said", "expected"),
    [
        (CastingRules(), heard("Hello."), True),
        (CastingRules(), heard("Hello.", people=2), False),
        (CastingRules(), heard("Ada?", people=2), True),
        (CastingRules(), heard("Red?", people=2), True),
        (CastingRules(), heard("Hm.", "Well, Ada?", "Hm.", people=2), True),
        (CastingRules(), heard("Yes.", people=2, replied_to=(2,)), True),
        (CastingRules(), heard("Yes.", people=2, replied_to=(9,)), False),
        (CastingRules(), heard("You!", people=2, bot_mentioned=True), True),
        (CastingRules(Answering.ALWAYS), heard("Hello.", people=2), True),
        (CastingRules(Answering.ADDRESSED), heard("Hello."), False),
        (CastingRules(Answering.CHANCE, chance_percent=0), heard("Hello."), False),
        (CastingRules(Answering.CHANCE, chance_percent=0), heard("Ada?"), True),
        (CastingRules(Answering.CHANCE, chance_percent=0), heard("You!", bot_mentioned=True), True),
        (CastingRules(Answering.CHANCE, chance_percent=100), heard("Hello.", people=2), True),
        (CastingRules(Answering.CALLED), heard("Ada?", replied_to=(2,), bot_mentioned=True), False),
    ],
)
def test_whether_anybody_answers_is_decided_before_who(rules: CastingRules, said: Heard, expected: bool) -> None:
    assert bool(answerers(cast, said, rules, Random(0))) is expected


def test_chance_answers_so_many_lines_in_a_hundred() -> None:
    rules = CastingRules(Answering.CHANCE, chance_percent=30)
    assert 600 < answers(cast, rules=rules)[""] < 800


def test_only_who_is_present_and_not_muted_can_be_addressed() -> None:
    muted = (replace(MIRA, muted=True), TOMAS)
    assert answerers(muted, heard("Mira?", people=2), CastingRules(), Random(0)) == ()
    assert answerers(muted, heard("Yes.", people=2, replied_to=(1,)), CastingRules(), Random(0)) == ()
    longer = (replace(MIRA, name="Anna-Maria", muted=True), replace(ADA, name="Anna"))
    assert answerers(longer, heard("Anna-Maria?", people=2), CastingRules(), Random(0)) == ()


@pytest.mark.parametrize(
    ("said", "order", "reason"),
    [
        (heard("Hm, Red?"), Order.LIST, "named"),
        (heard("Hm, Red?", replied_to=(3,)), Order.LIST, "replied to"),
        (heard("Hm.", replied_to=(1,)), Order.LIST, "in turn"),
        (heard("Hm."), Order.NATURAL, "willing"),
        (heard("Hm."), Order.POOLED, "silent until now"),
        (heard("Hm."), Order.MANUAL, "asked for"),
        (heard("Hm."), Order.MODEL, "model"),
        (heard("Ada?"), Order.MODEL, "named"),
    ],
)
def test_there_is_a_reason_for_each_choice(said: Heard, order: Order, reason: str) -> None:
    assert why(ADA, cast, said, CastingRules(order=order)) == reason


def test_where_the_model_has_no_choice_it_is_no_reason() -> None:
    assert why(ADA, (ADA,), heard("Hm."), BY_MODEL) == "willing"


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (heard("Where is Red, Mira?"), (ADA, MIRA)),
        (heard("Mira?", "And Ada?", "Mira?"), (MIRA, ADA)),
        (heard("And you, Ada?", replied_to=(2,)), (TOMAS, ADA)),
        (heard("Well?", replied_to=(2, 1)), (TOMAS, MIRA)),
    ],
)
def test_whoever_is_addressed_answers_whatever_the_order(
    order: Order, said: Heard, expected: tuple[Member, ...]
) -> None:
    assert answerers(cast, said, CastingRules(order=order), Random(0)) == expected


def test_the_named_are_no_more_than_the_cap() -> None:
    assert answering("Ada, Vale, Mira!") == ["Ada", "Tomás Vale", "Mira"]
    assert answering("Ada, Vale, Mira!", CastingRules(most_replies=2)) == ["Ada", "Tomás Vale"]
    crowd = tuple(Member(number, f"Mira{number}", "") for number in range(50))
    assert answering(" ".join(one.name for one in crowd), members=crowd) == ["Mira0", "Mira1", "Mira2"]


def test_where_nobody_is_named_one_answers_by_talkativeness() -> None:
    chosen = answers((replace(MIRA, talkativeness=0.9), replace(ADA, talkativeness=0.1)))
    assert set(chosen) == {"Mira", "Ada"}
    assert 800 < chosen["Mira"] < 950


def test_those_who_like_to_talk_alike_answer_alike_often() -> None:
    chosen = answers(tuple(replace(one, talkativeness=1.0) for one in cast))
    assert set(chosen) == {one.name for one in cast}
    assert min(chosen.values()) > 250


def test_somebody_answers_even_where_all_are_taciturn() -> None:
    assert set(answers(tuple(replace(one, talkativeness=0.001) for one in cast[::2]))) == {"Mira", "Ada"}


def test_who_never_talks_answers_only_when_named() -> None:
    members = (replace(MIRA, talkativeness=0.0), replace(ADA, talkativeness=0.1))
    assert set(answers(members)) == {"Ada"}
    assert set(answers(members, heard("Mira?"))) == {"Mira"}
    assert set(answers(members[:1])) == {""}


def test_who_is_muted_never_answers() -> None:
    members = (replace(MIRA, talkativeness=1.0, muted=True), ADA)
    assert set(answers(members, heard("Mira, Ada?"))) == {"Ada"}
    assert set(answers(members, heard("Mira?"))) == {"Ada"}
    assert set(answers(members[:1], heard("Mira?"))) == {""}
    assert set(answers(members[:1], heard("Mira?"), ALL)) == {""}


@pytest.mark.parametrize(
    ("last", "rules", "expected"),
    [
        (None, ALL, [1, 2, 3]),
        (3, ALL, [1, 2, 3]),
        (1, ALL, [2, 3, 1]),
        (9, ALL, [1, 2, 3]),
        (1, replace(ALL, most_replies=2), [2, 3]),
        (3, replace(ALL, most_replies=2), [1, 2]),
    ],
)
def test_a_list_goes_round(last: int | None, rules: CastingRules, expected: list[int]) -> None:
    said = replace(heard("Hello."), last_speaker=last)
    assert [one.character for one in answerers(cast, said, rules, Random(0))] == expected


def test_in_a_list_the_muted_are_left_out_and_keep_their_place() -> None:
    members = (MIRA, replace(TOMAS, muted=True), ADA)
    said = replace(heard("Hello."), last_speaker=2)
    assert answerers(members, said, ALL, Random(0)) == (ADA, MIRA)


def test_of_a_pool_one_speaks_who_has_not_since_a_person_did() -> None:
    rules = CastingRules(order=Order.POOLED)
    assert set(answers(cast, rules=rules)) == {"Mira", "Tomás Vale", "Ada"}
    said = replace(heard("Hm."), last_speaker=1, spoken=frozenset({1, 2}))
    assert set(answers(cast, said, rules)) == {"Ada"}
    said = replace(said, spoken=frozenset({1, 2, 3}))
    assert set(answers(cast, said, rules)) == {"Tomás Vale", "Ada"}
    assert set(answers((), rules=rules)) == {""}


def test_in_manual_order_nobody_speaks_unasked() -> None:
    manual = CastingRules(order=Order.MANUAL)
    assert set(answers(cast, rules=manual)) == {""}
    assert set(answers(cast, heard("You!", bot_mentioned=True), manual)) == {""}
    assert follower(cast, heard("Hm.", own=MIRA), manual, Random(0)) is None
    assert called(cast, heard("Hm.", own=MIRA), manual, Random(0)) in (TOMAS, ADA)


def test_the_last_speaker_is_skipped_unless_alone() -> None:
    said = heard("I, Mira, ask.", own=MIRA)
    for order in Order:
        rules = CastingRules(order=order)
        for seed in range(20):
            assert MIRA not in answerers(cast, said, rules, Random(seed))
            assert follower(cast, said, rules, Random(seed)) != MIRA
            assert called(cast, said, rules, Random(seed)) in (TOMAS, ADA)
        assert called((MIRA, replace(ADA, muted=True)), said, rules, Random(0)) == MIRA


def test_a_person_who_comes_after_may_be_answered_by_the_last_speaker() -> None:
    said = Heard(("Mira?",), last_speaker=1)
    assert answerers(cast, said, CastingRules(), Random(0)) == (MIRA,)


def test_whom_a_character_names_goes_on() -> None:
    for order in Order:
        said = heard("What do you say, Ada?", own=MIRA)
        assert follower(cast, said, CastingRules(order=order), Random(0)) == ADA


def test_in_a_list_the_next_one_goes_on() -> None:
    assert follower(cast, heard("Hm.", own=TOMAS), ALL, Random(0)) == ADA
    assert follower(cast, heard("Hm.", own=ADA), ALL, Random(0)) == MIRA


def test_who_never_talks_does_not_go_on_by_itself_but_speaks_when_called() -> None:
    members = (MIRA, replace(ADA, talkativeness=0.0))
    said = heard("Hm.", own=MIRA)
    assert follower(members, said, CastingRules(), Random(0)) is None
    assert called(members, said, CastingRules(Answering.CALLED), Random(0)) == members[1]
    assert called((replace(ADA, muted=True),), said, CastingRules(), Random(0)) is None


@pytest.mark.parametrize(
    ("said", "rules", "expected"),
    [
        (heard("Hello."), BY_MODEL, (MIRA, TOMAS, ADA)),
        (heard("Hello.", own=TOMAS), BY_MODEL, (MIRA, ADA)),
        (heard("Ada?"), BY_MODEL, ()),
        (heard("Hm.", replied_to=(1,)), BY_MODEL, ()),
        (heard("Hello."), CastingRules(), ()),
    ],
)
def test_the_model_chooses_where_nobody_is_named(
    said: Heard, rules: CastingRules, expected: tuple[Member, ...]
) -> None:
    assert rivals(cast, said, rules) == expected


def test_the_model_is_not_asked_about_one_or_about_those_who_cannot_speak() -> None:
    members = (MIRA, replace(TOMAS, muted=True), replace(ADA, talkativeness=0.0))
    assert rivals(members, heard("Hello."), BY_MODEL) == ()
    assert answerers(members, heard("Hello."), BY_MODEL, Random(0)) == (MIRA,)


def test_what_is_scored_is_a_word_that_only_one_has() -> None:
    otto, mira = replace(ADA, name="Captain Otto"), replace(MIRA, name="Captain Mira")
    assert candidates((otto, mira, TOMAS)) == (" Otto", " Mira", " Tomás")


@pytest.mark.parametrize(
    ("scores", "neutral", "winner"),
    [
        ([[-1.0], [-3.0], [-2.0]], [[0.0], [0.0], [0.0]], 1),
        ([[-1.0], [-3.0], [-2.0]], [[-1.0], [-4.0], [-2.5]], 2),  # less what a name owes to being a frequent word
        ([[-3.0, -9.0], [-4.0], [-5.0, -0.1]], [[-3.0, -1.0], [-3.0], [-3.0, -1.0]], 1),  # only the first tokens differ
        ([[-1.0, -4.0], [-1.0, -2.0], [-9.0]], [[-2.0, -2.0], [-2.0, -2.0], [-2.0]], 2),  # the first token is shared
        ([[-1.0, -3.0], [-1.0], [-9.0]], [[-1.0, -1.0], [-1.0], [-3.0]], 2),  # one begins with all of another
        ([[-1.0], [-1.0], [-1.0]], [[-1.0], [-1.0], [-1.0]], 1),
    ],
)
def test_the_likeliest_wins_at_the_first_token_of_its_own(
    scores: list[list[float]], neutral: list[list[float]], winner: int
) -> None:
    assert likeliest(cast, scores, neutral).character == winner


def test_what_was_heard_is_gathered_from_the_story() -> None:
    def spoken(*turns: Turn) -> tuple[int | None, frozenset[int]]:
        gathered = Heard.in_story(turns, turns[-1:], people=2, replied_to=[4], bot_mentioned=True)
        assert (gathered.people, gathered.replied_to, gathered.bot_mentioned) == (2, (4,), True)
        assert gathered.lines == tuple(one.text for one in turns[-1:])
        return gathered.last_speaker, gathered.spoken

    mira = replace(turn(2, "Mira", "Hi."), character=1)
    ada = replace(turn(3, "Ada", "Ho.", author=Author.CHARACTER), character=3)
    narrated, kim = turn(4, "Narrator", "It rains."), turn(5, "Kim", "Hm.")
    assert spoken() == (None, frozenset())
    assert spoken(kim) == (None, frozenset())
    assert spoken(mira, kim) == (1, frozenset())
    assert spoken(kim, mira, ada) == (3, frozenset({1, 3}))
    assert spoken(mira, kim, ada, narrated) == (3, frozenset({3}))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("chance_percent", -1, "from 0 to 100"),
        ("chance_percent", 101, "from 0 to 100"),
        ("chance_percent", True, "from 0 to 100"),
        ("most_replies", 0, "from 1 to 10"),
        ("among_themselves", 51, "0 to 50"),
        ("among_themselves", 1.5, "0 to 50"),
    ],
)
def test_a_rule_out_of_its_range_is_refused(name: str, value: float, expected: str) -> None:
    with pytest.raises(PlayError) as raised:
        replace(CastingRules(), **{name: value})
    assert expected in str(raised.value)


@given(members=MEMBERS, said=HEARD, rules=RULES, seed=st.integers(0, 100))
def test_who_answers_was_free_to_is_within_the_cap_and_the_same_with_the_same_seed(
    members: list[Member], said: Heard, rules: CastingRules, seed: int
) -> None:
    speakers = answerers(members, said, rules, Random(seed))
    present = [one for one in members if not one.muted]
    assert speakers == answerers(members, said, rules, Random(seed))
    assert len({one.character for one in speakers}) == len(speakers) <= rules.most_replies
    assert all(one in present for one in speakers)
    if said.last_speaker in said.spoken and len(present) > 1:
        assert said.last_speaker not in {one.character for one in speakers}
    if len(speakers) > 1 and rules.order is not Order.LIST:
        named = {one.character for one in mentioned(members, "\n".join(said.lines))}
        assert {one.character for one in speakers} <= named.union(said.replied_to)


@given(members=MEMBERS, said=HEARD, rules=RULES, seed=st.integers(0, 100))
def test_one_who_is_mentioned_always_answers_first(
    members: list[Member], said: Heard, rules: CastingRules, seed: int
) -> None:
    zoe = Member(9, "Zoë", "", talkativeness=0.0)
    said = replace(said, lines=("Hm, Zoë?", *said.lines), replied_to=())
    expected = () if rules.answering is Answering.CALLED else (zoe,)
    assert answerers([*members, zoe], said, rules, Random(seed))[:1] == expected


@given(members=MEMBERS, said=HEARD, rules=RULES, seed=st.integers(0, 100))
def test_somebody_who_is_free_speaks_when_called(
    members: list[Member], said: Heard, rules: CastingRules, seed: int
) -> None:
    present = [one for one in members if not one.muted]
    speaker = called(members, said, rules, Random(seed))
    assert speaker in present if present else speaker is None
    following = follower(members, said, rules, Random(seed))
    assert following is None or following == speaker
    assert set(one.character for one in rivals(members, said, rules)) <= {one.character for one in present}
