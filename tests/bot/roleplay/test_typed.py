"""What a typed line is: an aside, a shorthand, or a line of the story in somebody's voice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PlayError
from bot.roleplay.typed import (
    Aside,
    Brackets,
    Continue,
    Line,
    Overrides,
    Retry,
    is_out_of_character,
    read_brackets,
    read_typed,
)
from engine import InvalidSampling, Sampling

KIT, ANN, EVE = 1, 2, 3


def known(*written: str) -> list[Brackets]:
    return [read_brackets(one, persona) for persona, one in enumerate(written, start=1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("// hm", True),
        ("//", True),
        (" \t// hm", True),
        ("// two\nlines", True),
        ("／／ 等一下", True),
        ("((hm))", True),
        ("((hm)) \n", True),
        ("((two\nlines))", True),
        ("((hm)) ((and hm))", True),
        ("((hm (really)))", True),
        ("(((hm)))", True),
        ("（（等一下））", True),
        ("(hm)", False),
        ("（等一下）", False),
        ("((hm)) she says", False),
        ("((hm)) she ((says))", False),
        ("he says ((hm))", False),
        ("see https://example.org", False),
        ("a // b", False),
        ("/ hm", False),
        (":((", False),
        ("((", False),
        ("привет))", False),
        (")) привет ((", False),
        ("", False),
    ],
)
def test_out_of_character(text: str, expected: bool) -> None:
    assert is_out_of_character(text) is expected
    assert (read_typed(text) == Aside()) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+", Retry()),
        (" + \n", Retry()),
        ("＋", Retry()),
        ("+++", Continue()),
        ("＋＋＋", Continue()),
        ("+ -temp=1.2", Retry(Overrides((("temperature", 1.2),)))),
        ("-top_p=0.5 +++", Continue(Overrides((("top_p", 0.5),)))),
    ],
)
def test_shorthands(text: str, expected: Retry | Continue) -> None:
    assert read_typed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello.",
        "++",
        "++++",
        "+1",
        "+ please",
        "-5 degrees outside",
        "- a list",
        "-temp",
        "-temp = 1",
        "temp=1",
        "—temp=1",
        "-foo=1",
        "-stop=x",
        "-temp=1，x",
        "-grammar=x",
        "-temperature_=1",
        "a -temp=1 b",
        "x-temp=1",
        "((hm)",
        "*smiles*",
    ],
)
def test_what_only_looks_like_a_shorthand_stays_text(text: str) -> None:
    assert read_typed(text) == Line(text)


@pytest.mark.parametrize(
    ("text", "rest", "values"),
    [
        ("-temp=1.2 Hello.", "Hello.", {"temperature": 1.2}),
        ("Hello. -temp=1.2", "Hello.", {"temperature": 1.2}),
        ("-temp=1.2 -top_p=0.9 Hello. -seed=7", "Hello.", {"temperature": 1.2, "top_p": 0.9, "seed": 7}),
        ("Hello,\n  you. \n-TOP-P=1", "Hello,\n  you.", {"top_p": 1}),
        ("--min_p=.05 Hello.", "Hello.", {"min_p": 0.05}),
        ("-temp=1.2\u3000你好。", "你好。", {"temperature": 1.2}),
        ("-presence=0.4 -frequency=-1 x", "x", {"presence_penalty": 0.4, "frequency_penalty": -1}),
        (
            "-decay=0.996 -repeat=1.2 -typical=0.9 x",
            "x",
            {"penalty_decay": 0.996, "repeat_penalty": 1.2, "typical_p": 0.9},
        ),
        ("-temp=1 x -temp=2 -temp=3", "x", {"temperature": 3}),
        ("-temp=1 -foo=1 x", "-foo=1 x", {"temperature": 1}),
        ("-5 degrees -temp=0", "-5 degrees", {"temperature": 0}),
    ],
)
def test_numbers_at_either_end_count_for_one_message(text: str, rest: str, values: dict[str, float]) -> None:
    typed = read_typed(text)
    assert isinstance(typed, Line)
    assert (typed.text, dict(typed.overrides.values)) == (rest, values)


def test_numbers_are_laid_over_a_sampling() -> None:
    typed = read_typed("Hello. -temp=0 -tokens=20")
    assert isinstance(typed, Line)
    assert typed.overrides.over(Sampling(top_k=7, max_tokens=150)) == Sampling(temperature=0, top_k=7, max_tokens=20)
    assert typed.overrides.over(Sampling(max_tokens=10)).max_tokens == 10


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-temp=9 x", "Sampling value temperature = 9 cannot be used: expected a number from 0 to 5."),
        ("x -top_p=-1", "Sampling value top_p = -1 cannot be used: expected a number from 0 to 1."),
        ("x -temp=hot", "Sampling value temperature = 'hot' cannot be used: expected a number from 0 to 5."),
        ("x -temp=nan", "Sampling value temperature = nan cannot be used: expected a number from 0 to 5."),
        ("x -top_k=1.5", "Sampling value top_k = 1.5 cannot be used: expected a whole number from 0 to 100,000."),
        ("+ -seed=-1", "Sampling value seed = -1 cannot be used: expected a whole number from 0 to 4,294,967,294."),
    ],
)
def test_a_number_out_of_range_is_refused_with_the_range(text: str, sentence: str) -> None:
    with pytest.raises(InvalidSampling) as raised:
        read_typed(text)
    assert str(raised.value) == sentence


@pytest.mark.parametrize("text", ["-temp=1", " -temp=1 -top_p=1 ", "[-temp=1]"])
def test_numbers_alone_are_refused(text: str) -> None:
    with pytest.raises(PlayError, match=r"^Numbers such as -temperature=1 count for one message: write them before "):
        read_typed(text, known("[text]"))


@pytest.mark.parametrize(
    ("text", "persona", "rest"),
    [
        ("k: Hello.", KIT, "Hello."),
        ("k:Hello.", KIT, "Hello."),
        ("K: Hello.", KIT, "Hello."),
        (" k: two\nlines ", KIT, "two\nlines"),
        ("[Hello.]", ANN, "Hello."),
        ("[ Hello. ]", ANN, "Hello."),
        ("Hello. -e", EVE, "Hello."),
        ("k: [Hello.]", KIT, "[Hello.]"),
        ("[k: Hello.]", ANN, "k: Hello."),
        ("Hello.", None, "Hello."),
        ("k:", None, "k:"),
        ("[]", None, "[]"),
        ("[ ]", None, "[ ]"),
        ("[Hello.", None, "[Hello."),
        ("k Hello.", None, "k Hello."),
        ("Hello.-e", None, "Hello.-e"),
        ("ask: Hello.", None, "ask: Hello."),
    ],
)
def test_brackets_name_a_persona(text: str, persona: int | None, rest: str) -> None:
    assert read_typed(text, known("k: text", "[text]", "text -e")) == Line(rest, persona)


@pytest.mark.parametrize(
    ("brackets", "text", "persona", "rest"),
    [
        (["k: text", "kit: text"], "kit: Hi.", 2, "Hi."),
        (["[text]", "[[text]]"], "[[Hi.]]", 2, "Hi."),
        (["[text]", "[[text]]"], "[Hi.]", 1, "Hi."),
        (["k: text", "k: text -k"], "k: Hi. -k", 2, "Hi."),
        (["k: text", "K: text"], "K: Hi.", 2, "Hi."),
        (["K: text", "k: text"], "K: Hi.", 1, "Hi."),
        (["k"], "k Hi.", 1, "Hi."),
        (["k"], "know", None, "know"),
        (["textk"], "book", None, "book"),
        (["textk"], "boo k", 1, "boo"),
        (["米：text"], "米：你好", 1, "你好"),
        (["Straße: text"], "straße: Hi.", 1, "Hi."),
        (["*text"], "*bows*", 1, "bows*"),
    ],
)
def test_the_longest_brackets_win_and_no_word_is_cut(
    brackets: list[str], text: str, persona: int | None, rest: str
) -> None:
    assert read_typed(text, known(*brackets)) == Line(rest, persona)


@pytest.mark.parametrize("text", ["-temp=1 k: Hi.", "k: Hi. -temp=1", "k: -temp=1 Hi."])
def test_numbers_count_outside_brackets_and_inside(text: str) -> None:
    assert read_typed(text, known("k: text")) == Line("Hi.", KIT, Overrides((("temperature", 1),)))


@pytest.mark.parametrize("text", ["[-temp=1 Hi.]", "[Hi. -temp=1]"])
def test_numbers_count_inside_closed_brackets(text: str) -> None:
    assert read_typed(text, known("[text]")) == Line("Hi.", KIT, Overrides((("temperature", 1),)))


def test_an_aside_in_a_personas_brackets_is_an_aside() -> None:
    assert read_typed("k: // brb", known("k: text")) == Aside()
    assert read_typed("k: ((brb))", known("k: text")) == Aside()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("k: text", Brackets(1, "k:")),
        ("k:", Brackets(1, "k:")),
        (" [text] ", Brackets(1, "[", "]")),
        ("text -k", Brackets(1, "", " -k")),
        ("<text text>", Brackets(1, "<", " text>")),
    ],
)
def test_brackets_are_written_around_the_word_text(written: str, expected: Brackets) -> None:
    assert read_brackets(written, 1) == expected


@pytest.mark.parametrize("written", ["", "text", " text ", "k" * 41, "a" * 20 + "text" + "b" * 21, "k:\ntext"])
def test_brackets_that_are_none_are_refused(written: str) -> None:
    with pytest.raises(
        PlayError, match=r"^A persona's brackets are from 1 to 40 characters around the word “text”, on"
    ):
        read_brackets(written, 1)


@pytest.mark.parametrize("written", ["// text", "((text))", "/me text", "text -temp=1", "-temp=1 text", "（（text））"])
def test_brackets_that_mean_something_else_are_refused(written: str) -> None:
    with pytest.raises(PlayError, match=r"a line that looks like this means something else\.$"):
        read_brackets(written, 1)


@given(
    text=st.text(max_size=60) | st.text("k:+-(/)[] temp=1.2_p\n", max_size=40),
    brackets=st.lists(st.text("k:[] -text", min_size=1, max_size=10), max_size=3),
)
def test_anything_can_be_typed(text: str, brackets: list[str]) -> None:
    mine = [Brackets(place, one) for place, one in enumerate(brackets)]
    try:
        typed = read_typed(text, mine)
    except (InvalidSampling, PlayError):
        assert "-" in text
    else:
        assert not isinstance(typed, Line) or typed.text in text
