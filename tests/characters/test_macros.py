from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters import expand
from characters.macros import LIMIT_VARIABLES, unknown_macros

NOW = datetime(2026, 3, 7, 21, 5, tzinfo=UTC)


def expanded(text: str, *, persona: str = "", original: str = "", seed: str = "scene", rng: int = 1) -> str:
    return expand(
        text, char="Mira", user="Sam", persona=persona, original=original, seed=seed, rng=Random(rng), now=NOW
    )


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("", ""),
        ("{{char}} and {{user}}", "Mira and Sam"),
        ("{{CHAR}}, {{ User }}, <BOT>, <bot>, <Char>, <USER>", "Mira, Sam, Mira, Mira, Mira, Sam"),
        ("{{char}}'s{{newline}}x", "Mira's\nx"),
        ("a\n\n{{trim}}\n\nb", "ab"),
        ("a\n{{trim}}\n{{ TRIM }}\nb {{trim}} c", "ab  c"),
        ("{{time}} {{date}}", "21:05 2026-03-07"),
        ("a{{// a note on {{char}} }}b{{//note}}c", "abc"),
        ("a{{comment: x}}b{{hidden_key:x}}c{{comment::x}}d", "abcd"),
        ("{{reverse:Hello}} {{reverse:{{char}}}}", "olleH ariM"),
        ("{{random:only}} {{random::one}}", "only one"),
        (r"{{random:a\, b}}", "a, b"),
        ("{{roll:1}} {{roll 1d1}} {{roll:d1}} {{roll:3d1+4}} {{roll:2D1-2}}", "1 1 1 7 0"),
        ("{{persona}}|{{original}}|{{random}}", "||"),
    ],
)
def test_a_macro_becomes_its_value(text: str, result: str) -> None:
    assert expanded(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "{{unknown}}",
        "{{setvar::x}}",
        "{{char:x}}",
        "{{char.name}}",
        "{{}}",
        "{{ }}",
        "{char}",
        "{{char}",
        "{{char",
        "char}}",
        "}}{{",
        "<START>",
        "<bot",
        "{{roll:}}",
        "{{roll:0}}",
        "{{roll:2d}}",
        "{{roll:many}}",
        "{{roll:100d6}}",
        "{{roll:9999999}}",
    ],
)
def test_what_is_no_macro_stays_as_written(text: str) -> None:
    assert expanded(text) == text


def test_braces_around_a_macro_stay() -> None:
    assert expanded("{{{char}}} {{{{user}}}} {{unknown {{char}}}} {{open {{user}}") == (
        "{Mira} {{Sam}} {{unknown Mira}} {{open Sam"
    )


@pytest.mark.parametrize(
    "text", ["{{random:a,b,c}}", "{{random: a , b , c }}", "{{random::a::b::c}}", "{{random:a::b::c}}"]
)
def test_random_takes_each_option_in_time(text: str) -> None:
    assert {expanded(text, rng=number) for number in range(50)} == {"a", "b", "c"}


def test_an_option_may_hold_a_comma_or_a_macro() -> None:
    text = r"{{random:salt\, pepper,{{char}},<USER>}}"
    assert {expanded(text, rng=number) for number in range(50)} == {"salt, pepper", "Mira", "Sam"}
    assert {expanded("{{random::a, b::c}}", rng=number) for number in range(50)} == {"a, b", "c"}


def test_a_roll_stays_within_its_dice() -> None:
    rolls = {int(expanded("{{roll:2d6+1}}", rng=number)) for number in range(300)}
    assert rolls == set(range(3, 14))


def test_the_same_random_source_gives_the_same_text() -> None:
    text = "{{random:a,b,c,d}}{{roll:1000}}{{pick:a,b,c,d}}" * 5
    assert expanded(text, rng=3) == expanded(text, rng=3) != expanded(text, rng=4)


def test_a_pick_depends_on_its_seed_and_place_alone() -> None:
    text = "{{pick:a,b,c,d}}" * 12
    assert expanded(text, rng=1) == expanded(text, rng=2)
    assert expanded(text, seed="one") != expanded(text, seed="two")
    assert len(set(expanded(text))) > 1


def test_persona_and_original_are_expanded_but_never_within_themselves() -> None:
    assert expanded("{{persona}}", persona="{{user}} is a baker. {{persona}}") == "Sam is a baker. {{persona}}"
    assert expanded("{{original}}", original="{{persona}}!{{original}}", persona="x{{original}}") == (
        "x{{original}}!{{original}}"
    )


@pytest.mark.parametrize(
    ("cast", "result"),
    [
        ((), "Mira | Sam"),
        (("Mira",), "Mira | Sam"),
        (("Tolly", "Mira", "{{user}}"), "Tolly, Mira, {{user}} | Tolly, {{user}}, Sam"),
    ],
)
def test_a_group_is_all_of_the_cast(cast: tuple[str, ...], result: str) -> None:
    text = "{{group}} | {{notChar}}"
    assert expand(text, char="Mira", user="Sam", cast=cast, rng=Random(1), now=NOW) == result


def test_names_are_never_read_as_macros() -> None:
    text = expand("{{char}} {{user}} <USER>", char="{{user}}", user="{{random:a,b}}", rng=Random(1), now=NOW)
    assert text == "{{user}} {{random:a,b}} {{random:a,b}}"


def test_what_macros_insert_is_bounded() -> None:
    text = expanded("{{persona}}" * 1_000, persona="{{original}}", original="x" * 10_000)
    assert text.count("{{original}}") == 1_000
    text = expanded("{{original}}" * 1_000, original="x" * 10_000)
    assert text == "x" * 1_000_000 + "{{original}}" * 900
    assert expanded("{{char}}" * 10_001) == "Mira" * 10_000 + "{{char}}"


def test_nesting_is_bounded() -> None:
    deep = "{{a " * 20 + "{{char}}" + "}}" * 20
    deeper = "{{a " * 40 + "{{char}}" + "}}" * 40
    assert expanded(deep) == deep.replace("{{char}}", "Mira")
    assert expanded(deeper) == deeper


@pytest.mark.parametrize(
    "text",
    ["{{" * 100_000, "{{a " * 50_000 + "}}" * 50_000, "{" * 200_000, "\n" * 200_000 + "x", "{{random:" + "," * 100_000],
)
def test_a_hostile_text_is_read_in_one_pass(text: str) -> None:
    assert expanded(text) == text


PARTS = st.sampled_from(
    ["{{", "}}", "{", "}", ":", "::", ",", "\\", "random", "pick", "roll", "2d6", "reverse", "//", "trim"]
)


@given(st.lists(PARTS | st.sampled_from(["char", "persona", "original", "<BOT>"]) | st.text(max_size=3)).map("".join))
def test_any_text_expands_the_same_way_twice(text: str) -> None:
    assert expanded(text, persona=text) == expanded(text, persona=text)


@given(st.text(alphabet=st.characters(exclude_characters="{}<>")))
def test_a_text_without_macros_stays_as_written(text: str) -> None:
    assert expanded(text) == text


def test_variables_are_set_and_read_and_shared_where_that_is_asked_for() -> None:
    assert expanded("a{{setvar::mood::wary}}b{{getvar::mood}}c{{getvar::none}}d") == "abwarycd"
    assert expanded("{{setvar::x::1}}{{setvar::x::{{getvar::x}}2}}{{getvar::x}}{{GetVar :: x }}") == "1212"
    assert expanded("{{setvar::x::{{char}}}}{{getvar::x}} {{setvar::x::}}[{{getvar::x}}]") == "Mira []"
    shared: dict[str, str] = {}
    for text, result in (("{{setvar::x::7}}", ""), ("{{getvar::x}}", "7")):
        assert expand(text, char="Mira", user="Sam", rng=Random(1), now=NOW, variables=shared) == result


def test_what_a_variable_holds_is_never_read_again_and_bounded() -> None:
    assert expanded("{{setvar::x::{{user}}}}{{getvar::x}}") == "Sam"
    doubling = "{{setvar::x::abc}}" + "{{setvar::x::{{getvar::x}}{{getvar::x}}}}" * 100
    assert len(expanded(doubling + "{{getvar::x}}")) < 5_000_000
    many = "".join(f"{{{{setvar::{number}::x}}}}" for number in range(LIMIT_VARIABLES + 5))
    assert expanded(many) == "".join(f"{{{{setvar::{LIMIT_VARIABLES + number}::x}}}}" for number in range(5))


@pytest.mark.parametrize(
    ("idle", "result"),
    [
        (None, "just now"),
        (timedelta(seconds=-5), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(minutes=2), "2 minutes"),
        (timedelta(hours=1, minutes=5), "1 hour"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=65), "2 months"),
        (timedelta(days=800), "2 years"),
    ],
)
def test_how_long_nothing_was_said(idle: timedelta | None, result: str) -> None:
    text = expand("{{idleDuration}}|{{idle_duration}}", char="Mira", user="Sam", rng=Random(1), now=NOW, idle=idle)
    assert text == f"{result}|{result}"


def test_the_last_message_is_put_in_as_it_is() -> None:
    text = expand("> {{lastMessage}}", char="Mira", user="Sam", rng=Random(1), now=NOW, last_message="{{char}}?")
    assert text == "> {{char}}?"


def test_macros_that_nothing_expands_are_listed_once() -> None:
    text = "{{char}} {{Mood}} {{mood::x}} {{roll:d6}} {{a{{char}}b}} {{}} {{outfit}} {{Mood}}"
    assert unknown_macros(text) == ("{{Mood}}", "{{mood}}", "{{outfit}}")
    assert not unknown_macros("{{" * 100_000)
