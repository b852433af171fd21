"""GBNF: what is read from it, and what is refused with a reason."""

import pytest

from engine.gbnf import MOST_CHARACTERS, Characters, read_gbnf
from engine.grammar import Grammar


def accepts(text: str, reply: str) -> bool:
    grammar = Grammar(read_gbnf(text))
    return None in grammar.step_through(grammar.start, reply)


@pytest.mark.parametrize(
    ("rule", "fits", "unfit"),
    [
        ('"yes"', ["yes"], ["", "ye", "yess"]),
        ('"a" "b"', ["ab"], ["a b", "a"]),
        ('"a" | "b" |', ["a", "b", ""], ["ab"]),
        ('("a" | "b") "c"', ["ac", "bc"], ["c", "abc"]),
        ('(\n"a"\n| "b" # or that\n) "c"', ["ac", "bc"], ["c"]),
        ('"a"*', ["", "a", "aaa"], ["b"]),
        ('"ab"+', ["ab", "abab"], ["", "aba"]),
        ('"x" "ab"?', ["x", "xab"], ["xabab", "ab"]),
        ('"a"{2}', ["aa"], ["a", "aaa"]),
        ('"a"{ 1 , 3 }', ["a", "aa", "aaa"], ["", "aaaa"]),
        ('"a"{2,}', ["aa", "aaaaa"], ["a"]),
        ('"b" "a"{0}', ["b"], ["ba"]),
        ('("a"?)*', ["", "aaa"], ["b"]),
        ('("a" "b"?){2}', ["aa", "aba", "abab"], ["a", "abb"]),
        ("[a-c]", ["a", "b", "c"], ["d", "", "ab"]),
        ("[^a-c]", ["d", "\n", "é"], ["a", "b"]),
        ("[a-]", ["a", "-"], ["b"]),
        ("[-a]", ["a", "-"], ["b"]),
        ("[--0]", ["-", ".", "0"], ["1"]),
        (r"[a\-z]", ["a", "-", "z"], ["b"]),
        (r"[\]\[\\]", ["]", "[", "\\"], ["a"]),
        ("[a^]", ["a", "^"], ["b"]),
        ("[é猫-🙂]", ["é", "猫", "😀"], ["e"]),
        (r'"\x41\u00e9\U0001F642\t\n\r\\\""', ['Aé🙂\t\n\r\\"'], ["A"]),
        (".", ["a", "\n", "🙂"], ["", "ab"]),
        ('other-1 "!"\nother-1 ::= "a"', ["a!"], ["a"]),
        ('"a" root | "b"', ["b", "aab"], ["a"]),
        ('"" "a" ""', ["a"], [""]),
        ('""', [""], ["a"]),
    ],
)
def test_a_rule_means_what_it_means_to_llama_cpp(rule: str, fits: list[str], unfit: list[str]) -> None:
    text = f"# a comment\r\n\nroot  ::=  {rule}  # and another\n"
    assert [reply for reply in [*fits, *unfit] if accepts(text, reply)] == fits


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "there is no rule root"),
        ('other ::= "a"', "there is no rule root"),
        ("root ::= a b\na ::= b", "there is no rule b"),
        ('root ::= "b" a{0}', "there is no rule a"),
        ('root ::= "a"\nroot ::= "b"', "the rule root is defined twice"),
        ('root = "a"', "in line 1, ::= is missing at '= \"a\"'"),
        ('root ::= "a"\n| "b"', "in line 2, the name of a rule is missing"),
        ('root ::= "a', "in line 1, the end of the rule is missing"),
        (r'root ::= "\q"', "the end of the rule is missing"),
        (r'root ::= "\x4"', "the end of the rule is missing"),
        ("root ::= []", "the end of the rule is missing"),
        ("root ::= [^]", "the end of the rule is missing"),
        ('root ::= ("a"', "a closing bracket is missing"),
        ('root ::= "a")', "the end of the rule is missing"),
        ("root ::= *", "there is nothing to repeat"),
        ('root ::= ""+', "there is nothing to repeat"),
        ('root ::= "a"{3,2}', r"nothing can be repeated \{3,2\}"),
        ('root ::= "a"{2001}', r"nothing can be repeated \{2001\}"),
        ('root ::= "a"{1,2001}', r"nothing can be repeated \{1,2001\}"),
        ('root ::= "a"{,2}', "the end of the rule is missing"),
        ("root ::= <[5]>", "the end of the rule is missing"),
        ("root ::= " + "(" * 65 + '"a"' + ")" * 65, "groups are nested more than 64 deep"),
        ("root ::= " + "(" * 5000, "groups are nested more than 64 deep"),
        ("root ::= " + '"ab"{2000}' * 3, "it has more than 10,000 symbols"),
        ("#" * (MOST_CHARACTERS + 1), "it is longer than 65,536 characters"),
        ('root ::= "\0"', "a character that no text can hold"),
        ('root ::= "\udc80"', "a character that no text can hold"),
    ],
)
def test_what_is_no_grammar_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_gbnf(text)


@pytest.mark.parametrize(
    ("characters", "low", "high", "meets"),
    [
        (Characters(((10, 20),)), 20, 30, True),
        (Characters(((10, 20),)), 21, 30, False),
        (Characters(((10, 20),)), 0, 9, False),
        (Characters(((10, 20),)), 12, 13, True),
        (Characters(((10, 20),), negated=True), 12, 13, False),
        (Characters(((10, 20),), negated=True), 12, 21, True),
        (Characters(((10, 20),), negated=True), 9, 20, True),
        (Characters((), negated=True), 0, 0, True),
    ],
)
def test_characters_meet_a_range_of_code_points(characters: Characters, low: int, high: int, meets: bool) -> None:
    assert characters.meets(low, high) is meets
