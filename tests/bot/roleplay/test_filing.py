"""From a tree of turns to a story as files know it, and back."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.core import Author, Turn, TurnState
from bot.roleplay.exports import Story, Told, read_story, to_jsonl
from bot.roleplay.filing import Voices, brought, retold, retold_text, speaking, title_of, window_of
from bot.store.stories import Brought, Faces, Whole
from tests.bot.roleplay.conftest import AT, turn
from tests.bot.roleplay.exports.stories import FACE, GOLDEN

LATER = AT + timedelta(hours=1)
VOICES = Voices(5, frozenset({"Ann"}), {"Mira": 9})


def stored(items: tuple[Brought, ...]) -> tuple[Turn, ...]:
    """Return turns as the database gives them back."""
    return tuple(
        Turn(
            id=place + 1,
            parent=None if one.parent is None else one.parent + 1,
            author=one.author,
            name=one.name,
            text="" if one.hidden else one.text,
            state=one.state,
            at=one.at,
            person=one.person,
            character=one.character,
        )
        for place, one in enumerate(items)
    )


def whole_of(story: Story) -> Whole:
    """Return a story as it is once it was brought in and read again."""
    tree = brought(story, VOICES, at=AT)
    turns = stored(tree.turns)
    kept = {place + 1: one.kept for place, one in enumerate(tree.turns) if one.kept}
    path = tuple(turns[place] for place in tree.path)
    return Whole(title_of(story), story.opened_at or AT, story.header, path, turns, kept)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def chat(*messages: dict[str, Any]) -> Story:
    return read_story("\n".join(map(json.dumps, messages)).encode(), source="chat.jsonl")


def test_alternatives_become_turns_side_by_side() -> None:
    story = Story(
        "",
        (
            Told(Author.CHARACTER, "Mira", "Hi.", None, ("Ho.", "", "Hi."), 2, cut=True),
            Told(Author.PERSON, "Ann", "Well?", LATER, ("Well?", "Oh?"), 0),
            Told(Author.PERSON, "Bo", "No."),
            Told(Author.CHARACTER, "System", "Note.", hidden=True, swipes=("Note.", "x")),
        ),
    )
    tree = brought(story, VOICES, at=AT)
    character, person, system = Author.CHARACTER, Author.PERSON, Author.CHARACTER
    assert tree.turns == (
        Brought(character, "Mira", "Ho.", AT, None, character=9),
        Brought(character, "Mira", "Hi.", AT, None, TurnState.CUT, character=9),
        Brought(person, "Ann", "Well?", LATER, 1, person=5),
        Brought(person, "Bo", "No.", LATER, 2),
        Brought(system, "System", "Note.", LATER, 3, hidden=True),
    )
    assert tree.path == (1, 2, 3, 4)
    assert speaking(story) == ("Mira",)


def test_every_field_of_a_file_comes_back() -> None:
    for name in ("solo.jsonl", "group.jsonl", "ferry.jsonl"):
        written = (GOLDEN / name).read_text(encoding="utf-8")
        again = lines(to_jsonl(retold(whole_of(read_story(written.encode(), source=name)))))
        assert again[-len(lines(written)) :] == lines(written)


def test_odd_messages_come_back() -> None:
    messages = (
        {"name": "Mira", "mes": "Hi.", "swipes": ["", "Hi.", ""], "swipe_id": 1, "x": [None]},
        {"name": "Ann", "is_user": True, "mes": "b", "swipes": ["a", "b"], "swipe_id": 1},
        {"name": "Mira", "mes": ""},
        {"name": "Mira", "mes": "", "is_system": True},
        {"name": "Mira", "mes": "", "swipes": ["", "Go."], "swipe_id": 0},
        {"name": "Mira", "mes": "\ud800 \x07", "extra": None},
        {"name": "Mira", "mes": "a\r\nb", "send_date": "not a date"},
        {"name": "Mira", "mes": "twice", "swipes": ["twice", "twice"], "swipe_id": 1},
    )
    assert lines(to_jsonl(retold(whole_of(chat(*messages)))))[1:] == list(messages)


def test_what_was_deleted_is_left_out_and_what_was_changed_is_told() -> None:
    whole = whole_of(chat(*({"name": name, "mes": name, "x": 1} for name in ("Mira", "Tolly", "Bo"))))
    first, second, third = whole.path
    changed = (
        replace(first, text=""),
        replace(second, text="New."),
        third,
        turn(9, "Kim", ""),
        turn(10, "Ann", "Yes."),
    )
    story = retold(replace(whole, path=changed, beside=changed))
    assert [(told.name, told.text) for told in story.turns] == [("Tolly", "New."), ("Bo", "Bo"), ("Ann", "Yes.")]
    assert [line.get("x") for line in lines(to_jsonl(story))[1:]] == [1, 1, None]


def test_another_reply_beside_an_imported_one_keeps_what_was_known_of_it() -> None:
    whole = whole_of(chat({"name": "Mira", "mes": "Hi.", "x": 1}))
    new = replace(whole.path[0], id=2, text="Hello.", at=LATER)
    message = lines(to_jsonl(retold(replace(whole, path=(new,), beside=(*whole.beside, new)))))[1]
    assert (message["mes"], message["swipes"], message["swipe_id"], message["x"]) == ("Hello.", ["Hi.", "Hello."], 1, 1)
    assert message["send_date"] == "2026-05-04T22:30:00Z"


def test_a_reply_that_is_being_spoken_is_not_told_yet() -> None:
    path = (turn(1, "Mira", "Hi."), replace(turn(2, "Mira", "We"), state=TurnState.OPEN))
    assert [told.text for told in retold(Whole("Rain", AT, "", path, path, {})).turns] == ["Hi."]


def test_only_alternatives_of_the_same_speaker_are_swipes() -> None:
    beside = (
        replace(turn(1, "Mira", "Hi."), parent=None),
        replace(turn(2, "Tolly", "Ho."), parent=None),
        replace(turn(3, "Mira", "Hey."), parent=None),
    )
    [told] = retold(Whole("Rain", AT, "", beside[2:], beside, {})).turns
    assert (told.swipes, told.swipe) == (("Hi.", "Hey."), 1)


def test_faces_are_of_cards_and_personas() -> None:
    path = (
        replace(turn(1, "Mira", "Hi."), character=9),
        replace(turn(2, "Kim", "Ho."), person=5),
        turn(3, "Ada", "Hm."),
    )
    story = retold(Whole("Rain", AT, "", path, path, {}), Faces({9: FACE}, {(5, "Kim"): b"kim", (5, "Ada"): b"ada"}))
    assert [told.face for told in story.turns] == [FACE, b"kim", None]


def test_a_title_is_the_storys_or_its_characters() -> None:
    story = chat({"name": "Mira", "mes": "Hi."}, {"name": "Ann", "is_user": True, "mes": "Ho."})
    whole = whole_of(story)
    assert whole.title == "Mira"
    assert title_of(Story("", (Told(Author.PERSON, "Ann", "Hi."),))) == "…"
    header = '{"user_name":"Ann","character_name":"Mira","chat_metadata":{"y":2}}'
    assert lines(to_jsonl(retold(replace(whole, header=header))))[0] == json.loads(header)
    renamed = lines(to_jsonl(retold(replace(whole, header=header, title="Rain"))))[0]
    assert renamed["chat_metadata"] == {"y": 2, "troupe/title": "Rain"}


def test_a_notebook_is_one_text() -> None:
    path = (turn(1, "Kim", "The lamp"), turn(2, "Narrator", " was out."), turn(3, "Kim", ""), turn(4, "Kim", "Rain."))
    [told] = retold_text(Whole("Fog", AT, "", path, path, {})).turns
    assert (told.name, told.text) == ("", "The lamp was out. Rain.")


def test_a_window_begins_where_its_tokens_do() -> None:
    story = Story("", tuple(Told(Author.PERSON, "Ann", "x" * 35) for _ in range(10)))
    tree = brought(story, VOICES, at=AT)
    assert window_of(tree, tokens=1000) is None
    assert window_of(tree, tokens=33) == 7
    assert window_of(tree, tokens=5) == 9
