"""Following a grammar: no text leads further than it may, and no grammar keeps anybody busy."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import GrammarError
from engine.gbnf import read_gbnf
from engine.grammar import MOST_REMEMBERED, Grammar

PATTERNS = st.recursive(
    st.sampled_from(["a", "b", "[ab]", "[^a]", "."]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} | {pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}"])).map(lambda pair: f"({pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)


def as_gbnf(pattern: str) -> str:
    return "root ::= " + re.sub(r"(?<![\[^a-b])[ab](?![\]ab])", lambda letter: f'"{letter[0]}"', pattern)


@given(pattern=PATTERNS, text=st.text("abc", max_size=8))
def test_a_grammar_without_recursion_is_a_regular_expression(pattern: str, text: str) -> None:
    grammar = Grammar(read_gbnf(as_gbnf(pattern)))
    ends = None in grammar.step_through(grammar.start, text)
    assert ends == bool(re.fullmatch(pattern.replace(" ", ""), text))


@given(depth=st.integers(0, 200), extra=st.integers(0, 1))
def test_recursion_counts(depth: int, extra: int) -> None:
    grammar = Grammar(read_gbnf('root ::= "(" root ")" | "x"'))
    state = grammar.step_through(grammar.start, "(" * depth + "x" + ")" * (depth + extra))
    assert (None in state) == (not extra)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('root ::= root "a" | "b"', "root"),
        ("root ::= root", "root"),
        ('root ::= "x" a\na ::= b "y"\nb ::= a "z" | "b"', "a"),
        ('root ::= empty root "a"\nempty ::= also\nalso ::= ""', "root"),
        ('root ::= ("a"?){0,2000}', "root"),
        (
            "root ::= a0\n" + "".join(f'a{i} ::= a{i + 1} "x" | a{i + 1} "y"\n' for i in range(40)) + 'a40 ::= "z"',
            "root",
        ),
    ],
)
def test_what_begins_with_itself_or_in_countless_ways_is_refused(text: str, name: str) -> None:
    with pytest.raises(GrammarError, match=f"the rule {name} begins with itself, or in too many ways"):
        Grammar(read_gbnf(text))


@pytest.mark.parametrize(
    "text",
    [
        'root ::= "a" root "a" | "a" root "b" | "a" root "c" | "d"',
        'root ::= ("a" | "a" "a" | root "b"{0,3} | "b" root){1,3}',
        'root ::= x x x x x x\nx ::= ("a" x | "a" x "b" | "a")?',
    ],
)
def test_what_can_be_read_in_ever_more_ways_ends_with_an_error(text: str) -> None:
    def follow() -> None:
        grammar = Grammar(read_gbnf(text))
        grammar.step_through(grammar.start, "a" * 500)

    with pytest.raises(GrammarError):
        follow()


def test_what_is_remembered_stays_bounded() -> None:
    grammar = Grammar(read_gbnf('root ::= "(" root ")" | "x"'))
    grammar.step_through(grammar.start, "(" * (MOST_REMEMBERED + 10) + "x")
    assert len(grammar._known) <= MOST_REMEMBERED
    assert len(grammar._places) <= 2 * MOST_REMEMBERED
    state = grammar.step_through(grammar.start, "((x))")
    assert None in state
