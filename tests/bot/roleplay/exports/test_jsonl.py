"""SillyTavern's chats, out and in: what was read comes back, but for what has changed since."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import Author, Turn, TurnState
from bot.errors import StoryFileError
from bot.roleplay.exports import Story, Told, read_story, tell, to_jsonl
from tests.bot.roleplay.exports.stories import FERRY, GOLDEN, at

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=40)
NAME = (
    st.text("aBжä雨' -0", min_size=1, max_size=12).map(str.strip).filter(bool).map(lambda name: " ".join(name.split()))
)
TIME = st.none() | st.integers(0, 2**52).map(lambda micros: at(0) + timedelta(microseconds=micros))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def told(draw: st.DrawFn) -> Told:
    author, text = draw(st.sampled_from(Author)), draw(TEXT)
    swipes = draw(st.lists(TEXT, max_size=3)) if author is not Author.PERSON else []
    swipe = draw(st.integers(0, len(swipes)))
    return Told(
        author=author,
        name=draw(NAME),
        text=text,
        at=draw(TIME),
        swipes=(*swipes[:swipe], text, *swipes[swipe:]) if swipes else (),
        swipe=swipe if swipes else 0,
        cut=draw(st.booleans()),
        hidden=draw(st.booleans()),
    )


STORIES = st.builds(
    Story,
    title=NAME | st.just(""),
    turns=st.lists(told(), min_size=1, max_size=4).map(tuple),
    opened_at=TIME,
    is_notebook=st.booleans(),
)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def read(text: str) -> Story:
    return read_story(text.encode(), source="chat.jsonl")


def forgetful(story: Story) -> Story:
    """Return a story without what it was read with."""
    return replace(story, header="", turns=tuple(replace(one, kept="", face=None) for one in story.turns))


def test_a_story_as_a_chat() -> None:
    assert to_jsonl(FERRY) == (GOLDEN / "ferry.jsonl").read_text(encoding="utf-8")
    assert forgetful(read(to_jsonl(FERRY))) == forgetful(FERRY)


def test_a_chat_with_one_character_is_read() -> None:
    story = read((GOLDEN / "solo.jsonl").read_text(encoding="utf-8"))
    swipes = ("Go home.", "*She waves.* Last boat.")
    assert forgetful(story).turns == (
        Told(Author.CHARACTER, "Mira", "*She waves.* Last boat.", at(14), swipes, 1),
        Told(Author.PERSON, "Ann", "How much?", at(15)),
        Told(Author.CHARACTER, "Mira", "Three.", at(16) + timedelta(milliseconds=500)),
        Told(Author.CHARACTER, "System", "A checkpoint.", hidden=True),
    )
    assert (story.title, story.opened_at) == ("", at(14) + timedelta(seconds=5))
    assert (story.people, story.characters) == (("Ann",), ("Mira", "System"))


def test_a_group_is_read_though_it_has_no_header() -> None:
    story = read((GOLDEN / "group.jsonl").read_text(encoding="utf-8"))
    assert forgetful(story).turns == (
        Told(Author.CHARACTER, "Tolly", "Kettle's on.", at(14) + timedelta(seconds=5, milliseconds=412)),
        Told(Author.PERSON, "Ann", "Two cups!"),
        Told(Author.CHARACTER, "Mira", "None for me.", swipes=("None for me.",)),
        Told(Author.NARRATOR, "Ferry", "The bell rings."),
    )
    assert (story.title, story.opened_at, story.header) == ("", None, "")


@pytest.mark.parametrize("name", ["solo.jsonl", "group.jsonl", "ferry.jsonl"])
def test_every_field_of_a_file_comes_back(name: str) -> None:
    written = (GOLDEN / name).read_text(encoding="utf-8")
    again = lines(to_jsonl(read(written)))
    before = lines(written)
    assert again[-len(before) :] == before
    assert again[: -len(before)] in ([], [{"user_name": "Ann", "character_name": "unused", "chat_metadata": {}}])


def test_only_what_has_changed_is_written_anew() -> None:
    story = read((GOLDEN / "solo.jsonl").read_text(encoding="utf-8"))
    first, second, third, last = story.turns
    changed = replace(
        story,
        title="Fog",
        opened_at=at(20),
        turns=(
            replace(first, text="New.", swipes=("Go home.", "*She waves.* Last boat.", "New."), swipe=2),
            replace(second, text="How much is it?", at=at(21)),
            replace(third, author=Author.NARRATOR, cut=True),
            replace(last, hidden=False),
        ),
    )
    before, after = lines((GOLDEN / "solo.jsonl").read_text(encoding="utf-8")), lines(to_jsonl(changed))
    assert after[0] == before[0] | {
        "create_date": "2026-03-05T21:20:00Z",
        "chat_metadata": before[0]["chat_metadata"] | {"troupe/title": "Fog"},
    }
    assert after[1] == before[1] | {
        "mes": "New.",
        "swipe_id": 2,
        "swipes": [*before[1]["swipes"], "New."],
        "swipe_info": [*before[1]["swipe_info"], {"extra": {}}],
    }
    assert after[2] == before[2] | {"mes": "How much is it?", "send_date": "2026-03-05T21:21:00Z"}
    assert after[3] == before[3] | {"extra": before[3]["extra"] | {"troupe/cut": True, "type": "narrator"}}
    assert after[4] == before[4] | {"is_system": False}
    assert forgetful(read(to_jsonl(changed))) == forgetful(changed)
    again = read(to_jsonl(changed))
    undone = replace(again, turns=tuple(replace(turn, cut=False, swipes=(), swipe=0) for turn in again.turns))
    assert forgetful(read(to_jsonl(undone))) == forgetful(undone)
    assert "troupe/cut" not in to_jsonl(undone)


@given(story=STORIES)
def test_a_story_comes_back(story: Story) -> None:
    again = read(to_jsonl(story))
    assert forgetful(again) == story
    assert lines(to_jsonl(again)) == lines(to_jsonl(story))


@given(
    story=STORIES,
    others=st.dictionaries(st.text("xyz", min_size=1), JSON, max_size=3),
    extra=st.none() | st.dictionaries(st.text("xyz", min_size=1), JSON, max_size=3),
)
def test_fields_that_nobody_knows_come_back(story: Story, others: dict[str, Any], extra: dict[str, Any] | None) -> None:
    header, *messages = lines(to_jsonl(story))
    written = [header | others, *(message | others | {"extra": extra} for message in messages)]
    text = "\n".join(map(json.dumps, written))
    assert lines(to_jsonl(read(text))) == written


def message(**fields: object) -> str:
    return json.dumps({"name": "Mira", "mes": "Hi.", **fields})


@pytest.mark.parametrize(
    ("fields", "swipes", "swipe"),
    [
        ({}, (), 0),
        ({"swipes": None}, (), 0),
        ({"swipes": []}, (), 0),
        ({"swipes": ["Hi."]}, ("Hi.",), 0),
        ({"swipes": ["a", "Hi."]}, ("a", "Hi."), 1),
        ({"swipes": ["a", "b"], "swipe_id": 1}, ("a", "Hi."), 1),
        ({"swipes": ["a", "Hi."], "swipe_id": 2}, ("a", "Hi."), 1),
        ({"swipes": ["a"], "swipe_id": 9}, ("a", "Hi."), 1),
        ({"swipes": ["a", None], "swipe_id": "1"}, ("a", "", "Hi."), 2),
    ],
)
def test_a_text_is_always_among_its_swipes(fields: dict[str, object], swipes: tuple[str, ...], swipe: int) -> None:
    (turn,) = read(message(**fields)).turns
    assert (turn.swipes, turn.swipe) == (swipes, swipe)
    assert lines(to_jsonl(read(message(**fields))))[1] == json.loads(message(**fields))


@pytest.mark.parametrize("line", ["", "\n", "\ufeff", "\r\n"])
def test_line_ends_and_empty_lines_are_no_messages(line: str) -> None:
    strange = '{"name":"Mira","mes":"a\u2028b"}'
    story = read(f"{line}{message()}\r\n\r\n{strange}{line.strip(chr(0xFEFF))}")
    assert [turn.text for turn in story.turns] == ["Hi.", "a\u2028b"]


def test_names_come_from_the_header_where_a_message_has_none() -> None:
    header = '{"user_name":"Ann","character_name":"Mira"}'
    story = read(f'{header}\n{{"mes":"a"}}\n{{"name":"","is_user":true,"mes":"b"}}')
    assert [turn.name for turn in story.turns] == ["Mira", "Ann"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"user_name":"Ann"}', "it holds no message, where at least one was expected."),
        ('{"user_name":"A"}\n' * 2, 'in line 2 field "mes" is missing, where a message\'s text was expected.'),
        ('{"a": 1}', 'in line 1 field "mes" is missing, where a message\'s text was expected.'),
        (f"{message()}\n{{}}", 'in line 2 field "mes" is missing, where a message\'s text was expected.'),
        (
            f'{message()}\n{{"user_name":"A"}}',
            'in line 2 field "mes" is missing, where a message\'s text was expected.',
        ),
        (f'{message()}\n\n{{"mes": "x"', "in line 3 it is not valid JSON (Expecting ',' delimiter, column 12)."),
        (f"{message()}\nHello.", "in line 2 it is not valid JSON (Expecting value, column 1)."),
        (f"{message()}\n[1]", "in line 2 its JSON is not an object."),
        (message(mes=7), 'in line 1 field "mes" is a number, where text was expected.'),
        (message(name=None), 'in line 1 field "name" is missing or empty, where the name of who speaks was expected.'),
        (message(name=["x"]), 'in line 1 field "name" is a list, where a name was expected.'),
        (message(name="x" * 201), 'in line 1 field "name" is 201 characters long, where at most 200 were expected.'),
        (message(is_user=1), 'in line 1 field "is_user" is neither true nor false, where one of them was expected.'),
        (message(swipes=[1]), 'in line 1 field "swipes[0]" is a number, where text was expected.'),
        (message(swipes={}), 'in line 1 field "swipes" is an object, where a list of texts was expected.'),
        (
            message(swipes=["x"] * 1001),
            'in line 1 field "swipes" has 1,001 entries, where at most 1,000 were expected.',
        ),
        (message(extra=float("nan")), "in line 1 it is not valid JSON (NaN is no JSON number)."),
        (message(x=1).replace("1", "9" * 5000), "in line 1 a number in its JSON is too long."),
        ('{"mes":"x","a":' + "[" * 100 + "]" * 100 + "}", "in line 1 its JSON is nested deeper than 64 levels."),
        ('{"mes":"x","a":' + "[" * 100_000, "in line 1 its JSON is nested deeper than 64 levels."),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(text: str, problem: str) -> None:
    with pytest.raises(StoryFileError) as raised:
        read(text)
    assert str(raised.value) == f"The story chat.jsonl cannot be read: {problem}"


@given(data=st.binary(max_size=60) | st.text('{}[]":,mesnam 1\n', max_size=60).map(str.encode))
def test_any_file_is_read_or_refused_with_a_sentence(data: bytes) -> None:
    sentence = ""
    try:
        assert read_story(data, source="a\nb").turns
    except StoryFileError as error:
        sentence = str(error)
    assert "\n" not in sentence
    assert not sentence or sentence.endswith(".")


def test_replies_bring_their_siblings_as_swipes() -> None:
    first = Turn(1, None, Author.CHARACTER, "Mira", "Hi.", TurnState.DONE, at(1))
    second, gone = replace(first, id=2, text="Hello.", state=TurnState.CUT), replace(first, id=3, text="")
    line = replace(first, id=4, author=Author.PERSON, name="Ann")
    siblings = [first, second, gone, line]
    assert tell(second, siblings=siblings) == Told(
        Author.CHARACTER, "Mira", "Hello.", at(1), ("Hi.", "Hello."), 1, cut=True
    )
    assert tell(first) == Told(Author.CHARACTER, "Mira", "Hi.", at(1), ("Hi.",))
    assert tell(gone, siblings=siblings).swipes == ("Hi.", "Hello.", "")
    assert tell(line, siblings=siblings, face=b"x", kept="{}") == Told(
        Author.PERSON, "Ann", "Hi.", at(1), face=b"x", kept="{}"
    )
