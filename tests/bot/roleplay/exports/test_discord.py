"""Channels of Discord as DiscordChatExporter writes them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import Author
from bot.errors import StoryFileError
from bot.roleplay.exports import Story, Told, read_story
from tests.bot.roleplay.exports.stories import at


def message(name: str, content: str, **more: Any) -> dict[str, Any]:
    author = {"id": "1", "name": name.lower(), "nickname": name, "isBot": more.pop("bot", False), "roles": []}
    return {
        "id": "9",
        "type": "Default",
        "timestamp": "2026-03-05T22:14:00+01:00",
        "content": content,
        "author": author,
        **more,
    }


def export(*messages: object, **more: object) -> bytes:
    guild, channel = {"id": "1", "name": "Harbour"}, {"id": "2", "type": "GuildTextChat", "name": "the ferry"}
    return json.dumps({"guild": guild, "channel": channel, "messages": messages, **more}, indent=2).encode()


def read(data: bytes, *people: str) -> Story:
    return read_story(data, source="ferry.json", people=people)


def test_bots_are_characters_and_all_others_people() -> None:
    story = read(
        export(
            message("Ann", "Is there tea?"),
            message("Tolly", "*He lifts the kettle.*\n\nAlways.", bot=True, type="Reply"),
            message("Kim", "Kim has joined.", type="GuildMemberJoin"),
            message("Ann", "", attachments=[{"fileName": "cup.png", "url": "https://a.example/cup.png"}]),
            message("Mira", "", bot=True, embeds=[{"title": "Fog", "description": "It is thick."}]),
            message("Ann", ""),
        )
    )
    when = at(14)
    assert story == Story(
        "the ferry",
        (
            Told(Author.PERSON, "Ann", "Is there tea?", when),
            Told(Author.CHARACTER, "Tolly", "*He lifts the kettle.*\n\nAlways.", when),
            Told(Author.PERSON, "Ann", "[cup.png]", when),
            Told(Author.CHARACTER, "Mira", "Fog\nIt is thick.", when),
        ),
        when,
    )


def test_a_person_can_speak_through_a_bot() -> None:
    (told,) = read(export(message("Kim", "Hi.", bot=True)), "kim").turns
    assert told.author is Author.PERSON


def test_a_long_export_has_many_lines() -> None:
    story = read(export(*(message("Ann", str(number)) for number in range(8_000))))
    assert len(story.turns) == 8_000
    assert story.turns[-1].at == at(14)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (export(), "it holds no message, where at least one was expected"),
        (export(messages={}), 'field "messages" is missing, where a list of messages was expected'),
        (export(7), "it holds no message, where at least one was expected"),
        (export(message("Ann", "x") | {"content": 7}), 'field "messages[0].content" is a number, where text was'),
        (export(message("Ann", "x") | {"author": {}}), 'field "messages[0].author.name" is missing or empty'),
        (export()[:-3], "it is not valid JSON"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, problem: str) -> None:
    with pytest.raises(StoryFileError) as raised:
        read(data)
    assert str(raised.value).startswith(f"The story ferry.json cannot be read: {problem}")


@given(data=st.text('{}[]":,messagscontent 1\n', max_size=60))
def test_any_file_is_read_or_refused_with_a_sentence(data: str) -> None:
    sentence = ""
    try:
        assert read(b'{"messages": [' + data.encode()).turns
    except StoryFileError as error:
        sentence = str(error)
    assert not sentence or sentence.endswith(".")
