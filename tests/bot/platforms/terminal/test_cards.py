import shutil
from pathlib import Path

import pytest

from bot.platforms.terminal.cards import find_cards
from characters import CardError, bundled_cards


def names(*wanted: str) -> list[str]:
    return [card.card.name for card in find_cards(wanted)]


def test_without_a_name_it_is_the_two_that_play_together() -> None:
    assert names() == ["Mira", "Tolly"]


def test_cards_are_found_by_id_by_name_and_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bundled_cards()["fennel"].open("rb") as file:
        (tmp_path / "my card.json").write_bytes(file.read())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert names("zoya", "MIRA") == ["Зоя Львовна", "Mira"]
    assert names("зоя львовна") == ["Зоя Львовна"]
    assert names("my card.json", "~/my card.json") == ["Fennel", "Fennel"]


def test_a_name_that_comes_with_troupe_wins_over_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mira").mkdir()
    monkeypatch.chdir(tmp_path)
    assert names("mira") == ["Mira"]


def test_an_unknown_name_lists_those_that_there_are() -> None:
    with pytest.raises(CardError, match=r"nobody.*no such file.*fennel, mira, tolly, zoya"):
        find_cards(["nobody"])


def test_a_file_that_is_no_card(tmp_path: Path) -> None:
    shutil.copy(__file__, tmp_path / "card.png")
    with pytest.raises(CardError, match=r"card\.png"):
        find_cards([str(tmp_path / "card.png")])
