"""Who answers a line: whoever it names, else one of those who like to talk."""

import unicodedata
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import Member
from bot.roleplay.casting import STOP_WORDS, choose_speakers


def member(name: str, talkativeness: float = 0.5, *, muted: bool = False) -> Member:
    return Member(sum(map(ord, name)), name, f"{name} is here.", talkativeness, muted)


MIRA, TOMAS, GUARD = member("Mira"), member("Tomás Vale"), member("Captain of the Guard")
CAST = (MIRA, TOMAS, GUARD)
NAMES = st.text("aábcдλ雨'’- ", min_size=1, max_size=8)
MEMBERS = st.lists(
    st.builds(
        Member,
        character=st.integers(1, 5),
        name=NAMES,
        block=st.just(""),
        talkativeness=st.sampled_from([0.0, 0.2, 1.0]),
        muted=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda one: one.character,
)


def named(text: str, *names: str) -> list[str]:
    """Return who is called upon, of members who never speak unasked."""
    members = [member(name, 0.0) for name in names] or [member(one.name, 0.0) for one in CAST]
    return [one.name for one in choose_speakers(members, text, Random(0))]


def answers(members: tuple[Member, ...], text: str = "Hello.") -> Counter[str]:
    """Count who answers in a thousand tries; "" where nobody does."""
    chosen = [choose_speakers(members, text, Random(seed)) for seed in range(1000)]
    return Counter("+".join(one.name for one in speakers) for speakers in chosen)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mira, are you there?", ["Mira"]),
        ("Where did Tomás go, Mira?", ["Tomás Vale", "Mira"]),
        ("Mira! And you, Tomás. Mira?", ["Mira", "Tomás Vale"]),
        ("The guard, Vale and MIRA.", ["Captain of the Guard", "Tomás Vale", "Mira"]),
        ("mira", ["Mira"]),
        ("TOMÁS!", ["Tomás Vale"]),
        ("*looks at Mira*", ["Mira"]),
        ("_Mira_?", ["Mira"]),
        ("@Mira", ["Mira"]),
        ("“Mira”…", ["Mira"]),
        ("Mira—come here.", ["Mira"]),
        ("Mira's lamp", ["Mira"]),
        ("Mira’s lamp", ["Mira"]),
        ("MIRA'S LAMP", ["Mira"]),
        ("It is Tomás' lamp.", ["Tomás Vale"]),
        ("Mira'll come.", ["Mira"]),
        ("L'amie d'Mira", ["Mira"]),
        ("Mira-chan!", ["Mira"]),
        ("'Mira'", ["Mira"]),
        ("Vale.", ["Tomás Vale"]),
        ("O captain!", ["Captain of the Guard"]),
    ],
)
def test_whoever_is_named_answers_in_the_order_of_naming(text: str, expected: list[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "…", "Hello.", "Miranda", "Admira", "Mi ra", "Tomas", "the end of the day", "The", "OF", "Captains", "Mira2"],
)
def test_nothing_else_names_anybody(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Мира", "Где Мира?"),
        ("Мира", "МИРА!"),
        ("Ёлка", "ёлка"),
        ("Αλέξης", "ΑΛΈΞΗΣ"),
        ("मीरा", "मीरा, सुनो"),
        ("Straße", "STRASSE?"),
        ("雨", "雨?"),
        ("Anne-Marie", "Anne-Marie!"),
        ("Anne-Marie", "Marie?"),
        ("D'Artagnan", "D’Artagnan's"),
        ("D'Artagnan", "Artagnan!"),
        ("O'Brien", "O'Brien's hat"),
        ("R2-D2", "r2-d2"),
        ("V", "V's car"),
        ("Agent 47", "47?"),
        ("José", unicodedata.normalize("NFD", "José")),
        (unicodedata.normalize("NFD", "José"), "José"),
        ("El", "El, wait."),
        ("Van der Berg", "Berg"),
        ("Мастер и Маргарита", "маргарита"),
    ],
)
def test_names_of_all_kinds_are_found(name: str, text: str) -> None:
    assert named(text, name) == [name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("मीरा", "राम मत"),
        ("D'Artagnan", "I'd go."),
        ("O'Brien", "O sole mio"),
        ("S", "Mira's lamp"),
        ("D", "I'd go."),
        ("Van der Berg", "der van"),
        ("Lady of the Lake", "the Lord of the manor"),
        ("Мастер и Маргарита", "он и она"),
        ("🦊", "🦊!"),
        ("---", "--- '"),
        ("Seán", "Se an"),
    ],
)
def test_what_only_looks_like_a_name_is_none(name: str, text: str) -> None:
    assert named(text, name) == []


def test_two_who_share_a_word_are_both_named_by_it() -> None:
    assert named("Vale?", "Tomás Vale", "Ada Vale", "Mira") == ["Tomás Vale", "Ada Vale"]


def test_where_nobody_is_named_one_answers_by_talkativeness() -> None:
    chosen = answers((member("Mira", 0.9), member("Tomás", 0.1)))
    assert set(chosen) == {"Mira", "Tomás"}
    assert 800 < chosen["Mira"] < 950


def test_those_who_like_to_talk_alike_answer_alike_often() -> None:
    chosen = answers((member("Mira", 1.0), member("Tomás", 1.0), member("Ada", 1.0)))
    assert set(chosen) == {"Mira", "Tomás", "Ada"}
    assert min(chosen.values()) > 250


def test_somebody_answers_even_where_all_are_taciturn() -> None:
    assert set(answers((member("Mira", 0.001), member("Tomás", 0.001)))) == {"Mira", "Tomás"}


def test_who_never_talks_answers_only_when_named() -> None:
    members = (member("Mira", 0.0), member("Tomás", 0.1))
    assert set(answers(members)) == {"Tomás"}
    assert set(answers(members, "Mira?")) == {"Mira"}
    assert set(answers(members[:1])) == {""}


def test_who_is_muted_never_answers() -> None:
    members = (member("Mira", 1.0, muted=True), member("Tomás", 0.1))
    assert set(answers(members, "Mira, Tomás?")) == {"Tomás"}
    assert set(answers(members, "Mira?")) == {"Tomás"}
    assert set(answers(members[:1], "Mira?")) == {""}


def test_the_last_speaker_stays_silent_even_when_named() -> None:
    rng = Random(0)
    assert choose_speakers((MIRA, TOMAS), "I, Mira, ask.", rng, last_speaker=MIRA.character) == (TOMAS,)
    assert choose_speakers((MIRA,), "I, Mira, ask.", rng, last_speaker=MIRA.character) == ()


def test_nobody_answers_where_nobody_is() -> None:
    assert choose_speakers((), "Mira?", Random(0)) == ()


@given(members=MEMBERS, text=st.lists(NAMES, max_size=4).map(" ".join), seed=st.integers(0, 100))
def test_who_answers_was_free_to_and_is_the_same_with_the_same_seed(
    members: list[Member], text: str, seed: int
) -> None:
    speakers = choose_speakers(members, text, Random(seed))
    assert speakers == choose_speakers(members, text, Random(seed))
    assert len(set(speakers)) == len(speakers)
    assert all(one in members and not one.muted for one in speakers)
    assert speakers or not any(one.talkativeness and not one.muted for one in members)


@given(
    words=st.lists(st.text("abcdд雨", min_size=2, max_size=6), min_size=1, max_size=4, unique=True),
    order=st.randoms(use_true_random=False),
)
def test_each_one_who_is_named_answers_once(words: list[str], order: Random) -> None:
    names = [word for word in words if word not in STOP_WORDS]
    text = order.sample(names, len(names))
    assert named(", ".join([*text, *text]), *(names or ["Nobody"])) == text
