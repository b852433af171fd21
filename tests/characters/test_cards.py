"""The cards that come with Troupe."""

import json
import re
from datetime import UTC, datetime
from importlib.resources.abc import Traversable
from random import Random
from typing import Any

import pytest

from characters import bundled_cards, expand, load_card

TEXTS = (
    "name",
    "description",
    "personality",
    "scenario",
    "first_mes",
    "mes_example",
    "creator_notes",
    "system_prompt",
    "post_history_instructions",
    "creator",
    "character_version",
)
LISTS = ("alternate_greetings", "group_only_greetings", "tags", "source")
FILLED = ("name", "description", "personality", "scenario", "first_mes", "mes_example", "creator_notes")
NOW = datetime(2026, 3, 7, 21, 5, tzinfo=UTC)

every_card = pytest.mark.parametrize("file", bundled_cards().values(), ids=bundled_cards())


def data_of(file: Traversable) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))["data"]


@every_card
def test_it_is_a_whole_v3_card(file: Traversable) -> None:
    root = json.loads(file.read_text(encoding="utf-8"))
    assert (root["spec"], root["spec_version"], root.keys()) == (
        "chara_card_v3",
        "3.0",
        {"spec", "spec_version", "data"},
    )
    data = root["data"]
    assert all(isinstance(data[name], str) for name in TEXTS)
    assert all(isinstance(data[name], list) and all(isinstance(item, str) for item in data[name]) for name in LISTS)
    assert all(data[name].strip() for name in FILLED)
    assert data["creator"] == "Troupe"
    assert data["modification_date"] >= data["creation_date"] > 1_700_000_000
    assert data["assets"] == [{"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}]
    assert all(isinstance(note, str) for note in data.get("creator_notes_multilingual", {}).values())


@every_card
def test_it_reads_without_a_warning(file: Traversable) -> None:
    card = load_card(file).card
    assert (card.spec, card.warnings) == ("v3", ())
    assert card.talkativeness == data_of(file)["extensions"]["talkativeness"]
    assert len(card.greetings) >= 2
    assert card.tags


@every_card
def test_its_examples_show_short_lines_with_actions(file: Traversable) -> None:
    blocks = load_card(file).card.mes_example.split("<START>\n")
    assert blocks[0] == ""
    assert len(blocks) >= 4
    for block in blocks[1:]:
        asked, answered = block.strip().split("\n")
        assert asked.startswith("{{user}}: ")
        assert re.match(r"\{\{char\}\}: .*\*[^*]+\*", answered)
        assert len(answered) < 240


@every_card
def test_no_macro_is_left_when_it_is_played(file: Traversable) -> None:
    card = load_card(file).card
    for text in (card.description, card.scenario, card.mes_example, *card.greetings, *card.group_only_greetings):
        played = expand(text, char=card.spoken_name, user="Sam", rng=Random(1), now=NOW)
        assert not re.search(r"[{}]|<(?!START>)", played)


def test_a_pair_knows_each_other() -> None:
    mira, tolly = (load_card(bundled_cards()[id]).card for id in ("mira", "tolly"))
    assert "Tolly" in mira.description
    assert "Mira" in tolly.description
    assert mira.scenario == tolly.scenario
    assert mira.group_only_greetings
    assert tolly.group_only_greetings


def test_one_is_not_in_english() -> None:
    card = load_card(bundled_cards()["zoya"]).card
    told = (card.description, card.personality, card.scenario, card.creator_notes, *card.greetings, *card.tags)
    assert not re.search(r"[A-Za-z]", re.sub(r"\{\{\w+\}\}", "", "".join(told)))
