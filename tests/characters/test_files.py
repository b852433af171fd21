from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile
from zipfile import Path as ZipMember

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters import CardError, bundled_cards, load_card, read_card
from tests.characters.formats.test_charx import packed
from tests.characters.pictures import V1, V2, V3, coded, json_bytes, png, text

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "cards"


@pytest.mark.parametrize(
    ("data", "name", "spec"),
    [
        (json_bytes(V1), "Ann", "v1"),
        (b"\xef\xbb\xbf \r\n" + json_bytes(V2), "Bob", "v2"),
        (json_bytes(V2).decode().encode("utf-16"), "Bob", "v2"),
        ("name: Édith\ncontext: x".encode("utf-16"), "Édith", "v2"),
        ("User: Hi.\n\nÉdith: Hello.".encode("utf-16"), "Édith", "v2"),
        (png(text(b"ccv3", coded(V3))), "Cleo", "v3"),
    ],
)
def test_the_format_is_seen_in_the_content(data: bytes, name: str, spec: str) -> None:
    card = read_card(data, source="card.txt")
    assert (card.name, card.spec) == (name, spec)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xef\xbb\xbf", b"GIF89a", b"\xff\xd8\xff\xe0", b"[]", b'"Ann"', b"\x00" * 100, b"Some words."],
)
def test_what_is_no_card_of_any_kind_is_refused(data: bytes) -> None:
    with pytest.raises(CardError) as raised:
        read_card(data, source="odd.png")
    assert str(raised.value) == (
        "The card odd.png cannot be read: it is neither a PNG picture, an archive, a JSON or YAML object nor a prompt."
    )


@pytest.mark.parametrize("written", ['{"name": "漢", "description": ""}', "name: 漢\ncontext: x"])
def test_words_in_an_older_encoding_are_refused_as_that(written: str) -> None:
    with pytest.raises(CardError, match="its text is neither UTF-8 nor UTF-16"):
        read_card(written.encode("gbk"), source="cat.json")


@given(st.binary() | st.binary().map(b"{".__add__) | st.binary().map(png()[:8].__add__))
def test_arbitrary_bytes_are_a_card_or_a_card_error(data: bytes) -> None:
    with suppress(CardError):
        assert read_card(data, source="random").name


def test_a_loaded_png_keeps_its_bytes_and_is_its_own_picture(tmp_path: Path) -> None:
    data = png(text(b"chara", coded(V2))) + b"trailing"
    (tmp_path / "bob.png").write_bytes(data)
    file = load_card(tmp_path / "bob.png")
    assert (file.source, file.data, file.picture, file.card.name) == ("bob.png", data, data, "Bob")


def test_a_loaded_json_keeps_its_bytes_and_has_no_picture(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + json_bytes(V1) + b"\r\n"
    (tmp_path / "ann.json").write_bytes(data)
    file = load_card(tmp_path / "ann.json")
    assert (file.data, file.picture, file.card.name) == (data, None, "Ann")
    assert file.card.raw == data.decode("utf-8-sig")


def test_a_card_in_an_archive_is_loaded_like_one_on_disk(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr("cards/ann.json", json_bytes(V1))
    file = load_card(ZipMember(tmp_path / "package.zip", "cards/ann.json"))
    assert (file.source, file.card.name) == ("ann.json", "Ann")


@pytest.mark.parametrize(("card", "suffix"), [("ann.json", ".png"), ("ann.yaml", ".webp"), ("ann.txt", ".jpg")])
def test_a_picture_beside_a_text_is_its_face(tmp_path: Path, card: str, suffix: str) -> None:
    texts = {"ann.json": json_bytes(V1), "ann.yaml": b"name: Ann\ncontext: x", "ann.txt": b"User: Hi.\n\nAnn: Hi."}
    pictures = {".png": png(), ".webp": b"RIFF\0\0\0\0WEBP", ".jpg": b"\xff\xd8\xff"}
    (tmp_path / card).write_bytes(texts[card])
    (tmp_path / "bob.png").write_bytes(png())
    assert load_card(tmp_path / card).picture is None
    (tmp_path / f"ann{suffix}").write_bytes(b"no picture")
    assert load_card(tmp_path / card).picture is None
    (tmp_path / f"ann{suffix}").write_bytes(pictures[suffix])
    file = load_card(tmp_path / card)
    assert (file.picture, file.data, file.card.name) == (pictures[suffix], texts[card], "Ann")


def test_a_picture_beside_one_that_carries_a_card_is_none_of_its(tmp_path: Path) -> None:
    data = png(text(b"chara", coded(V2)))
    (tmp_path / "bob.png").write_bytes(data)
    (tmp_path / "bob.webp").write_bytes(b"RIFF\0\0\0\0WEBP")
    assert load_card(tmp_path / "bob.png").picture == data


def test_an_archive_may_be_larger_than_a_picture(tmp_path: Path) -> None:
    data = packed(("card.json", json_bytes(V3)), ("big", bytes(21 * 2**20)), compression=ZIP_STORED)
    (tmp_path / "cleo.charx").write_bytes(data)
    file = load_card(tmp_path / "cleo.charx")
    assert (file.container, file.card.name, len(file.data)) == ("charx", "Cleo", len(data))


def test_what_cannot_be_opened_is_named_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(CardError, match=r"none\.png cannot be read: the file cannot be opened \(No such file"):
        load_card(tmp_path / "none.png")
    with pytest.raises(CardError, match=r"cannot be read: the file cannot be opened \(Is a directory\)"):
        load_card(tmp_path)
    with pytest.raises(CardError, match=r"that is no name of a file"):
        load_card(tmp_path / "a\0b")


def test_a_file_larger_than_any_card_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    with (tmp_path / "huge.png").open("wb") as file:
        file.write(png()[:8])
        file.truncate(2**40)
    with pytest.raises(CardError, match=r"the PNG is larger than 20 MiB\."):
        load_card(tmp_path / "huge.png")


def test_bundled_cards_are_listed_by_their_short_ids() -> None:
    assert list(bundled_cards()) == ["fennel", "mira", "tolly", "zoya"]


def shared(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not beside this checkout")
    return SHARED / name


def test_a_v2_card_as_people_share_it() -> None:
    file = load_card(shared("CapoGPT.v2.png"))
    card = file.card
    assert (card.name, card.spec, card.creator, card.character_version) == ("CapoGPT", "v2", "Cow", "1.0")
    assert card.greetings == ("Alright boss, what are we working on today?",)
    assert card.mes_example.count("<START>\n{{char}}:") == 3
    assert (card.talkativeness, card.warnings) == (0.5, ())
    assert "\r" not in card.description
    assert '"depth_prompt"' in card.raw
    assert file.picture == shared("CapoGPT.v2.png").read_bytes()


def test_a_v2_card_with_v1_mirrors_at_its_root() -> None:
    card = load_card(shared("FluxTheCat.v2.png")).card
    assert (card.name, card.spec, card.creator) == ("Flux the Cat", "v2", "@kallmeflocc on Discord")
    assert card.creator_notes == "ST Default Bot contest winner: creative prompts category"
    assert card.post_history_instructions.startswith("[System note:")
    assert (card.tags, card.mes_example, card.character_version, card.warnings) == ((), "", "1.0.2", ())
    assert '"creatorcomment"' in card.raw


def test_a_v3_object_in_a_v2_chunk() -> None:
    card = load_card(shared("Synthetic.v3.png")).card
    assert (card.name, card.spec, card.warnings) == ("Synthetic V3 Character", "v3", ())
    assert card.tags == ("synthetic", "test", "v3")
    assert card.greetings == ("Hello! I am a synthetic test character.", "Alternate greeting 1")
    assert '"character_book"' in card.raw
