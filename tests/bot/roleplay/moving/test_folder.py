"""What is found in a user folder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core import Order
from bot.errors import TroupeError
from bot.roleplay.moving.folder import Group, Somebody, survey
from bot.roleplay.moving.tables import Kind
from tests.bot.roleplay.moving.household import GROUP_CHAT, build


def test_everything_is_found(tmp_path: Path) -> None:
    home = survey(build(tmp_path))
    assert [path.name for path in home.cards] == ["Mira.png", "Tolly.png", "Tolly1.png", "broken.png"]
    assert {name: [path.name for path in found] for name, found in home.sprites.items()} == {
        "Mira": ["anger.png", "joy.png"]
    }
    assert [path.name for path in home.worlds] == ["Harbour.json", "broken.json"]
    assert home.personas == (
        Somebody("Ann", "Ann is a baker; {{char}} knows her.", tmp_path / "User Avatars" / "ann.png"),
        Somebody("Kim", "", tmp_path / "User Avatars" / "kim.png"),
        Somebody("Long", "x" * 3_000),
    )
    assert [(kind, path.stem) for kind, path in home.presets] == [
        (Kind.TEXT, "Calm"),
        (Kind.TEXT, "broken"),
        (Kind.KOBOLD, "Calm"),
        (Kind.CHAT, "Balanced"),
    ]
    assert (home.problems, home.left) == ((), (("themes", 1),))


def test_chats_are_in_the_order_of_their_last_messages(tmp_path: Path) -> None:
    chats = survey(build(tmp_path)).chats
    assert [chat.path.stem for chat in chats if chat.path.stem != "broken"] == [
        "alone",
        "Mira - 2026-03-05",
        GROUP_CHAT,
        "again",
    ]
    assert chats[0].last == datetime(2026, 3, 5, 21, 14, tzinfo=UTC)
    crew = Group(tmp_path / "groups" / "1.json", "The crew", ("Tolly1", "Tolly", "Mira", "Missing"), frozenset({"Tolly"}), Order.LIST)
    assert {chat.path.stem: chat.group for chat in chats if chat.group} == {GROUP_CHAT: crew}
    assert {chat.character for chat in chats} == {"Mira", "Gone", ""}


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
    for name in ("settings.json", "groups/1.json"):
        (tmp_path / name).write_bytes(content)
    home = survey(tmp_path)
    assert [str(problem).startswith("The file") for problem in home.problems] == [True, True]
    assert (home.personas, len(home.chats), [chat.group for chat in home.chats if chat.group]) == ((), 5, [])


def test_odd_values_are_no_reason_to_fail(tmp_path: Path) -> None:
    build(tmp_path)
    odd = '{"power_user": {"personas": {"../settings.json": "Ann", "x": 7, "y": " "}, "persona_descriptions": []}}'
    (tmp_path / "settings.json").write_text(odd)
    (tmp_path / "groups" / "1.json").write_text('{"members": "Mira.png", "activation_strategy": "x", "chats": {}}')
    home = survey(tmp_path)
    assert home.personas == (Somebody("Ann"),)
    assert home.problems == ()
