import json
from datetime import UTC, datetime
from typing import Any

import pytest

from characters import CardError, CardFile, Container, edit_card, export_card, open_card
from tests.characters.pictures import END, HEADER, PIXEL, V1, json_bytes, png_of

NOW = datetime(2026, 3, 7, 21, 5, tzinfo=UTC)
WRITTEN = """{
  "spec": "chara_card_v3", "spec_version": "3.0", "root": 1e3,
  "name": "Lena",
  "data": {"name": "Lena", "first_mes": "Hi.", "odd": [1.0, 1E+2, "\\u00e9\\/"], "group_only_greetings": [],
    "extensions": {"other/thing": {"kept" :  1.50}, "troupe/state": {"a": 1}}, "modification_date": 5}
}"""


def opened(container: Container = "json", raw: str = WRITTEN) -> CardFile:
    file = open_card(raw.encode(), source="lena.json")
    return open_card(export_card(file, container), source=f"lena.{container}")


def data_of(file: CardFile) -> dict[str, Any]:
    return json.loads(file.card.raw)["data"]


@pytest.mark.parametrize("container", ["json", "png", "charx"])
def test_an_edit_changes_what_it_names_and_the_date(container: Container) -> None:
    before = opened(container)
    after = edit_card(before, {"description": "A baker.", "tags": ["one", "two"], "first_mes": None}, now=NOW)
    expected = data_of(before) | {"description": "A baker.", "tags": ["one", "two"], "modification_date": 1772917500}
    if container == "json":
        del expected["first_mes"]
    assert data_of(after) == expected | ({} if container == "json" else {"first_mes": ""})
    assert (after.card.description, after.card.tags, after.container) == ("A baker.", ("one", "two"), container)
    for kept in ('[1.0, 1E+2, "\\u00e9\\/"]', '{"kept" :  1.50}', "1e3"):
        assert kept in after.card.raw


def test_the_edited_file_is_read_again_as_it_is() -> None:
    after = edit_card(opened("png"), {"nickname": "Le"}, now=NOW)
    again = open_card(after.data, source="lena.png")
    assert (again.card, again.picture) == (after.card, after.picture)


def test_copies_at_the_root_follow() -> None:
    after = edit_card(opened(), {"name": "Lotte"}, now=NOW)
    assert json.loads(after.card.raw)["name"] == after.card.name == "Lotte"


def test_of_the_extensions_only_those_that_are_named_change() -> None:
    after = edit_card(opened(), {"extensions": {"troupe/state": None, "troupe/new": [1]}}, now=NOW)
    assert data_of(after)["extensions"] == {"other/thing": {"kept": 1.5}, "troupe/new": [1]}
    assert data_of(edit_card(opened(), {"extensions": None}, now=NOW)).get("extensions") is None


def test_a_flat_card_stays_flat() -> None:
    after = edit_card(open_card(json_bytes(V1), source="ann.json"), {"scenario": "A shop."}, now=NOW)
    assert json.loads(after.card.raw) == V1 | {"scenario": "A shop.", "modification_date": 1772917500}


def test_a_picture_beside_the_card_stays_its_face() -> None:
    picture = png_of((HEADER, PIXEL, END))
    file = open_card(json_bytes(V1), source="ann.json", beside=picture)
    assert file.picture == edit_card(file, {"scenario": "A shop."}, now=NOW).picture == picture


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"colour": "red"}, "there is no field 'colour' to change, where one of a card was expected"),
        ({"name": ""}, 'field "data.name" is missing or empty, where the character\'s name was expected'),
        ({"name": None}, 'field "data.name" is missing or empty, where the character\'s name was expected'),
        ({"description": 7}, 'field "description" is 7, where a text was expected'),
        ({"tags": "one"}, "field \"tags\" is 'one', where a list of texts was expected"),
        ({"extensions": []}, 'field "extensions" is [], where an object was expected'),
        ({"extensions": {"troupe/x": float("nan")}}, 'field "extensions" cannot be written as JSON'),
        ({"extensions": {"troupe/x": object()}}, 'field "extensions" cannot be written as JSON'),
    ],
)
def test_a_change_that_makes_no_card_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(CardError) as raised:
        edit_card(opened(), changes, now=NOW)
    assert raised.value.problem == problem


def test_sources_are_only_added() -> None:
    once = edit_card(opened(), {"source": ["a"]}, now=NOW)
    assert data_of(edit_card(once, {"source": ("a", "b")}, now=NOW))["source"] == ["a", "b"]
    for less in (["b"], [], None):
        with pytest.raises(
            CardError, match=r'field "source" may only be added to: what it held must stand first in it\.'
        ):
            edit_card(once, {"source": less}, now=NOW)
