"""What is found in a user folder."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core import Order
from bot.errors import TroupeError
from bot.roleplay.moving.folder import Group, Somebody, survey
from bot.roleplay.moving.tables import Kind
from tests.bot.roleplay.moving.household import GROUP_CHAT, LEFT, LONG, OLD_GROUP_CHAT, build


def test_everything_is_found(tmp_path: Path) -> None:
    folder = build(tmp_path / "default-user")
    home = survey(folder)
    assert [path.stem for path in home.cards] == ["Mira", "Tolly", "Tolly1", "broken", "default_Wren"]
    assert {name: [path.name for path in found] for name, found in home.sprites.items()} == {
        "Mira": ["anger.png", "joy.png"],
        "Mira/bust": ["joy.png"],
        "Nobody": ["joy.png"],
        "Storm/coat": ["fear.png", "neutral.webp"],
        "Wren": ["neutral.png"],
    }
    worn = {"Mira": "Mira", "Tolly1": "Re: Tolly", "default_Wren": "Wren", "Tolly": "Tolly", "Nobody": "Nina?"}
    assert [home.wardrobe(stem, name) for stem, name in worn.items()] == ["Mira", "Storm/coat", "Wren", "", "Nobody"]
    assert [path.name for path in home.worlds] == ["Harbour.json", "broken.json"]
    assert home.personas == (
        Somebody("Ann", "Ann is a baker; {{char}} knows her.", folder / "User Avatars" / "ann.png"),
        Somebody("Kim", "", folder / "User Avatars" / "kim.png"),
        Somebody("Long", LONG),
    )
    assert [(kind, path.stem) for kind, path in home.presets] == [
        (Kind.TEXT, "Calm"),
        (Kind.TEXT, "broken"),
        (Kind.KOBOLD, "Calm"),
        (Kind.CHAT, "Balanced"),
    ]
    assert (home.problems, dict(home.left)) == ((), LEFT)


def test_chats_are_in_the_order_of_their_last_messages(tmp_path: Path) -> None:
    chats = survey(build(tmp_path)).chats
    assert [chat.path.stem for chat in chats if chat.path.stem not in ("broken", "begun")] == [
        OLD_GROUP_CHAT,
        "alone",
        "Mira - 2026-03-05",
        GROUP_CHAT,
        "again",
    ]
    assert [chat.last for chat in chats[:2]] == [
        datetime(2023, 6, 19, 16, 13, tzinfo=UTC),
        datetime(2026, 3, 5, 21, 14, tzinfo=UTC),
    ]
    crew = Group(
        tmp_path / "groups" / "1.json",
        "The crew",
        ("Tolly1", "Tolly", "Mira", "Missing"),
        frozenset({"Tolly"}),
        Order.LIST,
    )
    pair = Group(tmp_path / "groups" / "2.json", "The pair", ("Mira", "default_Wren"))
    assert {chat.path.stem: chat.group for chat in chats if chat.group} == {GROUP_CHAT: crew, OLD_GROUP_CHAT: pair}
    (old,) = (chat.metadata for chat in chats if chat.group == pair)
    assert json.loads(old)["note_prompt"] == "The sea is calm."
    assert {chat.character for chat in chats} == {"Mira", "Gone", ""}


@pytest.mark.skipif(sys.platform != "linux", reason="nothing else is a file that can be opened and not read")
def test_a_chat_that_cannot_be_read_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "chats" / "Mira" / "odd.jsonl").symlink_to("/proc/self/mem")
    assert {chat.path.stem for chat in survey(tmp_path).chats} >= {"odd", "again"}


@pytest.mark.parametrize("inner", ["default-user", "data/default-user", "public"])
def test_the_program_s_whole_folder_will_do(tmp_path: Path, inner: str) -> None:
    home = build(tmp_path / inner)
    assert survey(tmp_path).folder == home


def test_any_other_folder_will_not(tmp_path: Path) -> None:
    with pytest.raises(TroupeError, match="is no user folder of SillyTavern: one such as data/default-user"):
        survey(tmp_path)


@pytest.mark.parametrize("content", [b"\xff", b"[]", b"{", b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}"])
def test_settings_and_groups_that_cannot_be_read_are_told(tmp_path: Path, content: bytes) -> None:
    build(tmp_path)
    for name in ("settings.json", *(f"groups/{number}.json" for number in (1, 2, 3))):
        (tmp_path / name).write_bytes(content)
    home = survey(tmp_path)
    assert [str(problem).startswith("The file") for problem in home.problems] == [True] * 4
    assert (home.personas, len(home.chats), [chat.group for chat in home.chats if chat.group]) == ((), 7, [])


def test_odd_values_are_no_reason_to_fail(tmp_path: Path) -> None:
    build(tmp_path)
    odd = {"personas": {"../settings.json": "Ann", "x": 7, "y": " "}, "persona_descriptions": []}
    (tmp_path / "settings.json").write_text(json.dumps({"power_user": odd, "extension_settings": [1]}))
    (tmp_path / "groups" / "1.json").write_text(
        '{"members": "Mira.png", "activation_strategy": "x", "chats": {}, "past_metadata": [], "chat_id": {}}'
    )
    home = survey(tmp_path)
    assert home.personas == (Somebody("Ann"),)
    assert home.problems == ()
