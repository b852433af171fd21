"""Which tokens a grammar lets through: the same as by trying them all, and none that spoils a character."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.constraint import AT_ONCE, Constraint

WORDS = ["yes", "ye", "s", "no", "n", "y", "{", "}", '{"', '"', '":', " ", "\n", "a", "ab", "猫", "猫a", "é", "1", "12"]
PIECES = (
    b"",
    b"",
    *(bytes([byte]) for byte in range(256)),
    *(word.encode() for word in WORDS),
    "é".encode() + "猫".encode()[:1],
    "猫".encode()[1:] + b"a",
    "🙂".encode()[:3],
)
END, CONTROL = 0, 1
ENDS = frozenset({END})


def token(piece: str | bytes) -> int:
    data = piece.encode() if isinstance(piece, str) else piece
    return PIECES.index(data, 2)


def allowed(constraint: Constraint) -> list[int]:
    return [one for one in range(len(PIECES)) if constraint.allows(one)]


def texts(constraint: Constraint) -> set[bytes]:
    return {PIECES[one] for one in allowed(constraint)}


def test_tokens_are_let_through_by_their_text() -> None:
    constraint = Constraint('root ::= "yes" | "no"', PIECES, ENDS)
    assert texts(constraint) == {b"y", b"ye", b"yes", b"n", b"no"}
    constraint.accept(token("ye"))
    assert texts(constraint) == {b"s"}
    constraint.accept(token("s"))
    assert allowed(constraint) == [END]


def test_a_reply_may_end_where_the_grammar_may() -> None:
    constraint = Constraint('root ::= "a" "b"*', PIECES, ENDS)
    assert not constraint.allows(END)
    constraint.accept(token("a"))
    assert constraint.allows(END)
    constraint.accept(END)
    assert texts(constraint) == {b"", b"b"}


def test_a_token_without_text_is_never_let_through() -> None:
    assert not Constraint("root ::= .*", PIECES, ENDS).allows(CONTROL)


@pytest.mark.parametrize(
    ("characters", "fits", "unfit"),
    [
        ("[é]", "é", "è"),
        ("[猫]", "猫", "犬"),
        ("[^é]", "è", "é"),
        (r"[\u4e00-\u9fff]", "猫", "🙂"),
        ("[🙂]", "🙂", "😀"),
        (r"[\u0800]", "\u0800", "é"),
    ],
)
def test_a_character_may_come_byte_by_byte(characters: str, fits: str, unfit: str) -> None:
    def follow(text: str) -> bool:
        constraint = Constraint(f'root ::= {characters} "."', PIECES, ENDS)
        for byte in text.encode():
            if not constraint.allows(token(bytes([byte]))):
                return False
            assert not constraint.allows(END)
            constraint.accept(token(bytes([byte])))
        return constraint.allows(token("."))

    assert follow(fits)
    assert not follow(unfit)


def test_a_token_may_end_in_the_middle_of_a_character() -> None:
    constraint = Constraint('root ::= "é猫a"', PIECES, ENDS)
    middle = token("é".encode() + "猫".encode()[:1])
    assert constraint.allows(middle)
    constraint.accept(middle)
    assert texts(constraint) == {"猫".encode()[1:2], "猫".encode()[1:] + b"a"}


def test_bytes_that_are_no_text_are_not_let_through() -> None:
    constraint = Constraint("root ::= .*", PIECES, ENDS)
    unfit = {bytes([byte]) for byte in (*range(0x80, 0xC2), *range(0xF5, 0x100))}
    assert not texts(constraint) & unfit
    constraint.accept(token("猫".encode()[:1]))
    assert texts(constraint) == {bytes([byte]) for byte in range(0x80, 0xC0)} | {"猫".encode()[1:] + b"a"}


GRAMMARS = [
    'root ::= "yes" | "no"',
    'root ::= "{" [a-z]* "}"',
    "root ::= [^a]*",
    "root ::= [猫é🙂]+",
    'root ::= "猫a"{2}',
]


@given(grammar=st.sampled_from(GRAMMARS), data=st.data())
def test_a_mask_leaves_the_likeliest_of_what_is_let_through(grammar: str, data: st.DataObject) -> None:
    constraint = Constraint(grammar, PIECES, ENDS)
    for _ in range(data.draw(st.integers(0, 4))):
        if following := [one for one in allowed(constraint) if one != END]:
            constraint.accept(data.draw(st.sampled_from(following)))
    seed = data.draw(st.integers(0, 1000))
    scores = np.random.default_rng(seed).permutation(len(PIECES)).astype(np.float32)
    scores[data.draw(st.integers(0, len(PIECES) - 1))] = -np.inf
    before = scores.copy()
    constraint.mask(scores)
    left = set(np.flatnonzero(scores > -np.inf).tolist())
    possible = {one for one in allowed(constraint) if before[one] > -np.inf}
    assert left <= possible
    assert bool(left) == bool(possible)
    assert all(scores[one] == before[one] for one in left)
    by_score = np.argsort(-before)[:AT_ONCE].tolist()
    likely = possible & set(by_score)
    assert left == likely if likely else max(possible, key=lambda one: before[one], default=None) in {*left, None}


def test_where_none_of_the_likeliest_fits_the_next_likely_ones_do() -> None:
    words = tuple(f"w{number}".encode() for number in range(3 * AT_ONCE))
    others = tuple(f"x{number}".encode() for number in range(2 * AT_ONCE))
    constraint = Constraint('root ::= "w" [0-9]+', (*others, *words), frozenset())
    scores = np.array([10.0] * len(others) + list(range(len(words))), np.float32)
    scores[len(others) :] /= len(words)
    constraint.mask(scores)
    assert np.flatnonzero(scores > -np.inf).tolist() == list(range(len(scores) - AT_ONCE, len(scores)))


def test_going_back_is_setting_the_progress() -> None:
    constraint = Constraint('root ::= "yes" | "no"', PIECES, ENDS)
    start = constraint.progress
    constraint.accept(token("ye"))
    constraint.progress = start
    assert texts(constraint) == {b"y", b"ye", b"yes", b"n", b"no"}
