"""Cards and lorebooks from the command line."""

import json
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from bot.commands.desk import at_desk
from bot.commands.held import stored_card
from bot.roleplay.tail import tokens_of
from characters import CardFile, Container, digest_of, export_card, load_card, open_card
from characters.faces import ending_of
from characters.formats.text import parse
from characters.moods import with_moods
from engine import count_tokens
from tests.bot.commands.cards import BAD, BOOK, FACE, GOOD, build, place, v2, written
from tests.bot.commands.conftest import Troupe


def outcomes(output: str) -> dict[str, list[str]]:
    """Return the lines of a report by the words that they begin with."""
    found: dict[str, list[str]] = {}
    for line in output.splitlines()[:-1]:
        label, _, told = line.partition("  ")
        found.setdefault(label, []).append(told.strip())
    return found


def test_a_folder_of_every_shape_is_imported_with_a_line_for_each(troupe: Troupe) -> None:
    build(Path("cards"))
    result = troupe("card", "import", "cards")
    lines = outcomes(result.output)
    assert sorted(line.split(" → ")[0] for line in lines["imported"]) == sorted(GOOD)
    assert lines["not taken"] == ["beside.png · It is the face of beside.json."]
    assert len(lines["refused"]) == len(BAD)
    for name, (_, why) in BAD.items():
        (told,) = (line for line in lines["refused"] if name in line)
        assert why in told
    assert (result.exit_code, result.output.splitlines()[-1]) == (
        1,
        f"Cards: {len(GOOD)} imported, {len(BAD)} refused, one not taken.",
    )
    again = outcomes(troupe("card", "import", "cards").output)
    assert (len(again["already there"]), len(again["refused"])) == (len(GOOD), len(BAD))
    assert len(troupe("card", "list").output.splitlines()) == len(GOOD)


def fields_of(file: CardFile) -> dict[str, object]:
    """Return what stands in a card, wherever its specification puts it, but where its assets lie."""
    root = parse(file.card.raw, file.source)
    data = cast("dict[str, object]", root.get("data", root))
    listed = cast("list[dict[str, object]]", data.get("assets", []))
    return data | {"assets": [{name: asset[name] for name in asset if name != "uri"} for asset in listed]}


@pytest.mark.parametrize("container", ["json", "png", "charx"])
def test_a_round_trip_of_the_whole_folder_is_equal_field_by_field(troupe: Troupe, container: Container) -> None:
    folder = build(Path("cards"))
    troupe("card", "import", folder)
    before = {name: load_card(place(folder, name)) for name in GOOD}

    Path("out").mkdir()
    with at_desk(None) as desk:
        for name, file in before.items():
            stored = desk.run(partial(stored_card, desk, file.card.name))
            Path("out", f"{name}.{container}").write_bytes(export_card(stored, container))
    for name, was in before.items():
        now = load_card(Path("out", f"{name}.{container}"))
        assert digest_of(now.card) == digest_of(was.card)
        kept, told = fields_of(was), fields_of(now)
        if container == "charx" and was.picture and not kept["assets"]:
            kept["assets"] = [{"type": "icon", "name": "main", "ext": ending_of(was.picture)}]
        assert {field: told.get(field) for field in kept} == kept
        assert json.dumps(told.get("extensions")) == json.dumps(kept.get("extensions", told.get("extensions")))
        if container == was.container == "json":  # in a picture V3 stands beside V2, in an archive the face is listed
            assert now.card.raw == was.card.raw
    again = outcomes(troupe("card", "import", "out").output)
    assert {outcome: len(lines) for outcome, lines in again.items()} == {"already there": len(GOOD)}


@pytest.mark.parametrize(("command", "sort"), [("card", "Cards"), ("lore", "Lorebooks"), ("story", "Stories")])
def test_a_file_that_is_not_there_keeps_the_others_from_nothing(troupe: Troupe, command: str, sort: str) -> None:
    good = {"card": written(v2("Bea")), "lore": b'{"entries": {}}', "story": b"Ann: Hi.\nBea: Hello.\n"}
    Path("good").write_bytes(good[command])
    result = troupe(command, "import", "gone.json", "good")
    assert (result.exit_code, result.stderr) == (1, "")
    (refused, imported, summary) = result.output.splitlines()
    assert refused.startswith("refused   ")
    assert "gone.json cannot be" in refused
    assert imported.startswith("imported")
    assert summary == f"{sort}: one imported, one refused."


def test_a_path_that_cannot_be_one_is_refused_in_a_sentence(troupe: Troupe) -> None:
    names = ("a" * 300, "~nobody/x")
    assert troupe("card", "import", *names).output.splitlines()[-1] == "Cards: 2 refused."
    for name in names:
        assert "There is no card" in troupe("card", "check", name).stderr
    assert "there is no such file" in troupe("story", "import", "x.txt", "--card", names[0]).stderr


def test_a_face_beside_a_card_goes_into_its_picture(troupe: Troupe) -> None:
    build(Path("cards"))
    troupe("card", "import", "cards/beside.json")
    troupe("card", "export", "lene", "--output", "lene.png")
    assert open_card(Path("lene.png").read_bytes(), source="x").picture
    assert Path("lene.png").read_bytes()[:41] == FACE[:41]
    assert "is there already" in troupe("card", "export", "lene", "--output", "lene.png").stderr


def test_a_new_version_is_kept_beside_the_old_one_or_takes_its_place(troupe: Troupe) -> None:
    for number, personality in enumerate(("Kind.", "Cruel.", "Tired.")):
        Path(f"{number}.json").write_bytes(written(v2("Bea", personality=personality)))
    Path("other.json").write_bytes(written(v2("Bea", creator="them")))
    troupe("card", "import", "0.json")
    assert troupe("card", "import", "1.json").output.startswith("new version")
    assert troupe("card", "import", "2.json", "--replace").output.startswith("replaced")
    assert troupe("card", "import", "other.json").output.startswith("imported")
    assert [line.split()[-1] for line in troupe("card", "list").output.splitlines()] == [
        "0.json",
        "2.json",
        "other.json",
    ]
    assert "Kind." in troupe("card", "show", "#1").output
    assert "Cruel." not in "".join(troupe("card", "show", f"#{id}").output for id in (1, 2, 3, 4))


def test_a_card_is_shown_checked_and_removed(troupe: Troupe) -> None:
    Path("bea.json").write_bytes(written(v2("Bea", creator_notes="For sailors.")))
    Path("moods.charx").write_bytes(with_moods(load_card(Path("bea.json")), {"joy": FACE, "anger": FACE}).data)
    troupe("card", "import", "moods.charx")
    assert "emotion\njoy, anger\n" in troupe("card", "show", "bea").output
    troupe("card", "remove", "bea")
    troupe("card", "import", "bea.json")
    shown = troupe("card", "show", "bea").output
    assert all(part in shown for part in ("us · V2 · harbour", "For sailors.", "Mends nets.", "first_mes\nHi."))
    checked = troupe("card", "check", "Bea").output
    assert checked == troupe("card", "check", "bea.json").output
    assert "scenario: is empty." in checked
    assert troupe("card", "remove", "bea").output == "Removed: Bea.\n"
    assert troupe("card", "list").output == "You have no cards yet: troupe card import brings some.\n"
    gone = troupe("card", "remove", "bea")
    assert (gone.exit_code, gone.stderr) == (1, "troupe: There is no card bea.\n")


def test_tokens_are_those_of_the_model_or_estimated(
    troupe: Troupe, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("bea.json").write_bytes(written(v2("Bea")))
    (counted,) = count_tokens(tiny_model, ["Mends nets."])
    lines = troupe("card", "check", "bea.json").output.splitlines()
    assert (lines[0], lines[-1]) == (
        f"description: {counted} tokens.",
        f"The tokens are counted as {tiny_model.name} reads them.",
    )
    monkeypatch.setenv("TROUPE_ENGINE__MODEL", "bea.json")
    lines = troupe("card", "check", "bea.json").output.splitlines()
    assert (lines[0], lines[-1].partition("bea.json")[0]) == (
        f"description: {tokens_of('Mends nets.')} tokens.",
        f"The tokens are estimated. The model {Path.cwd()}/",
    )
    assert tokens_of("Mends nets.") != counted


def test_what_comes_with_troupe_is_not_imported_and_can_be_exported(troupe: Troupe) -> None:
    assert troupe("card", "export", "mira", "-o", "mira.charx").exit_code == 0
    assert "It comes with Troupe." in troupe("card", "import", "mira.charx").output
    wrong = troupe("card", "export", "mira", "-o", "mira.gif")
    assert (wrong.exit_code, wrong.stderr) == (
        1,
        "troupe: A card goes into a file that ends with one of .json, .png, .charx: mira.gif does not.\n",
    )


def test_lorebooks_come_and_go_as_cards_do(troupe: Troupe) -> None:
    world = {"entries": {"0": {"uid": 0, "key": ["net"], "content": "Nets tear.", "order": 5, "odd": 1}}}
    Path("Nets.json").write_text(json.dumps(world))
    Path("bad.json").write_text('{"entries": 7}')
    result = troupe("lore", "import", ".")
    assert (result.exit_code, result.output.splitlines()[-1]) == (1, "Lorebooks: one imported, one refused.")
    assert troupe("lore", "import", "Nets.json").output.startswith("already there")
    assert troupe("lore", "list").output == "#1  Nets  1  Nets.json\n"
    assert "net [net]\nNets tear." in troupe("lore", "show", "nets").output
    troupe("lore", "export", "nets", "-o", "same.json")
    assert json.loads(Path("same.json").read_text()) == world
    troupe("lore", "export", "nets", "-o", "v3.json", "--dialect", "v3")
    v3 = json.loads(Path("v3.json").read_text())
    assert (v3["spec"], v3["data"]["entries"][0]["keys"]) == ("lorebook_v3", BOOK["entries"][0]["keys"])  # type: ignore[index]
    assert "Nothing is wrong" in troupe("lore", "check", "nets").output
    Path("Nets.json").write_text('{"entries": {"0": {"uid": 0, "key": [], "content": "Never."}}}')
    assert troupe("lore", "import", "Nets.json", "--keep-old").output.startswith("new version")
    assert "can never be told" in troupe("lore", "check", "nets").output
    assert troupe("lore", "remove", "#1").output == "Removed: Nets.\n"
    assert troupe("lore", "list").output == "#2  Nets  1  Nets.json\n"
