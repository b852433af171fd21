import base64
import json
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from characters import CardError, CardFile, Container, bundled_cards, digest_of, export_card, load_card, open_card
from characters.formats import charx
from characters.formats import png as reader
from characters.formats.parts import is_object, object_of, parts_of
from tests.characters.formats.test_charx import JPEG, packed
from tests.characters.pictures import (
    END,
    HEADER,
    PIXEL,
    V1,
    V2,
    V3,
    coded,
    compressed_text,
    json_bytes,
    png,
    png_of,
    text,
)

CONTAINERS: tuple[Container, ...] = ("json", "png", "charx")
ICON = png_of((HEADER, PIXEL, END))
SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "cards"


def opened(data: bytes, beside: bytes | None = None) -> CardFile:
    return open_card(data, source="a.card", beside=beside)


def again(file: CardFile, container: Container) -> CardFile:
    return opened(export_card(file, container))


def fields_of(file: CardFile) -> dict[str, Any]:
    root = json.loads(file.card.raw)
    return root["data"] if isinstance(root.get("data"), dict) else root


def chunks_of(data: bytes) -> list[tuple[str, bytes]]:
    return [(chunk.kind, bytes(chunk.body)) for chunk in reader.chunks(data, "a.png")]


NUMBERS = st.sampled_from(["1.0", "1e3", "1E+2", "-0", "0.10", "12345678901234567890", "5e-324"])
STRINGS = st.sampled_from(['"\\u00e9"', '"\\/"', '"\\ud83d\\ude00"', '"\\ud800"', '"\\u0000"']) | st.text().map(
    json.dumps
)
VALUES = st.recursive(
    NUMBERS | STRINGS | st.sampled_from(["null", "true", "[ ]", "{ }"]),
    lambda inside: (
        st.lists(inside, max_size=3).map(lambda items: f"[{' , '.join(items)}]")
        | st.dictionaries(st.text(max_size=5), inside, max_size=3).map(object_of)
    ),
    max_leaves=6,
)
UNKNOWN = st.dictionaries(st.text(max_size=8).map("x-".__add__), VALUES, max_size=3)
TEXT = st.text(max_size=20).map(json.dumps)
TEXTS = st.lists(TEXT, max_size=3).map(lambda items: f"[{', '.join(items)}]")
SILLYTAVERNS = st.fixed_dictionaries(
    {},
    optional={
        "talkativeness": NUMBERS,
        "world": TEXT,
        "depth_prompt": TEXT.map(lambda prompt: object_of({"prompt": prompt, "depth": "2", "x-odd": "1.0"})),
    },
)
KNOWN = st.fixed_dictionaries(
    {"name": st.sampled_from(['"Ann"', '"\\u00c5sa"', '"猫"'])},
    optional={
        **dict.fromkeys(
            "nickname description personality scenario first_mes mes_example creator_notes system_prompt "
            "post_history_instructions creator character_version".split(),
            TEXT,
        ),
        **dict.fromkeys("alternate_greetings group_only_greetings tags source".split(), TEXTS),
        "extensions": st.builds(lambda known, unknown: object_of(known | unknown), SILLYTAVERNS, UNKNOWN),
        "creation_date": NUMBERS,
        "modification_date": NUMBERS,
        "character_book": UNKNOWN.map(lambda extra: object_of({"entries": "[]"} | extra)),
    },
)
FIELDS = st.builds(lambda known, unknown: {**unknown, **known}, KNOWN, UNKNOWN)
SPECS = st.sampled_from(["chara_card_v2", "chara_card_v3"])


@st.composite
def cards(draw: st.DrawFn) -> str:
    """Any valid card, as text: V1, V2 or V3, with unknown fields everywhere, spelled in any way."""
    fields, order = draw(FIELDS), draw(st.randoms(use_true_random=False))
    names = [*fields]
    order.shuffle(names)
    shuffled = {name: fields[name] for name in names}
    if draw(st.booleans()):
        return object_of({"description": '""'} | shuffled)
    spec = draw(SPECS)
    root = {"spec": f'"{spec}"', "spec_version": f'"{spec[-1]}.0"', "data": object_of(shuffled)}
    return object_of(draw(UNKNOWN) | root)


def members(raw: str) -> dict[str, str]:
    """The fields of a card, spelled as they are."""
    root = parts_of(raw)
    inside = parts_of(root["data"]) if is_object(root.get("data", "")) else {}
    return {name: value for name, value in (root | inside).items() if name not in ("spec", "spec_version", "data")}


@given(cards(), st.sampled_from(CONTAINERS), st.sampled_from(CONTAINERS))
def test_any_card_goes_through_any_two_containers_and_keeps_every_byte_of_every_value(
    raw: str, first: Container, second: Container
) -> None:
    file = opened(raw.encode())
    assert export_card(file, "json") == raw.encode()
    through = again(again(file, first), second)
    assert (through.container, through.card.name) == (second, file.card.name)
    before, after = members(raw), members(through.card.raw)
    icon = {"assets"} if "charx" in (first, second) else set[str]()
    assert {name: after[name] for name in before if name not in icon} == {
        name: value for name, value in before.items() if name not in icon
    }
    assert digest_of(through.card) == digest_of(file.card)


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("file", bundled_cards().values(), ids=bundled_cards())
def test_a_card_that_comes_with_it_survives(file: Any, container: Container) -> None:
    before = load_card(file)
    after = again(before, container)
    assert {**fields_of(after), "assets": 0} == {**fields_of(before), "assets": 0}
    assert after.card.greetings == before.card.greetings


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("name", ["CapoGPT.v2.png", "FluxTheCat.v2.png", "Synthetic.v3.png"])
def test_a_card_as_people_share_it_survives(name: str, container: Container) -> None:
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not beside this checkout")
    before = load_card(SHARED / name)
    after = again(before, container)
    was, now = members(before.card.raw), members(after.card.raw)
    assert {field: now[field] for field in was if field != "assets"} == {
        field: value for field, value in was.items() if field != "assets"
    }


def test_a_png_carries_v2_and_v3_before_its_end_and_its_pixels_stay() -> None:
    before = png(text(b"Chara", coded(V2)), (b"tEXt", b"Title\0kept"), compressed_text(b"ccv3", coded(V3))) + b"behind"
    data = export_card(opened(before), "png")
    kinds = chunks_of(data)
    assert [kind for kind, _ in kinds] == ["IHDR", "tEXt", "IDAT", "tEXt", "tEXt", "IEND"]
    assert (kinds[0][1], kinds[1][1], kinds[2][1]) == (HEADER[1], b"Title\0kept", PIXEL[1])
    old, new = (body.partition(b"\0") for _, body in kinds[3:5])
    assert (old[0], new[0]) == (b"chara", b"ccv3")
    v2, v3 = (json.loads(base64.b64decode(body[2])) for body in (old, new))
    assert (v2["spec"], v2["spec_version"], v3["spec"], v3["spec_version"]) == (
        "chara_card_v2",
        "2.0",
        "chara_card_v3",
        "3.0",
    )
    assert v2["data"]["nickname"] == v3["data"]["nickname"] == "C"


def test_an_apng_keeps_its_frames() -> None:
    control, frame = (b"acTL", struct.pack(">II", 1, 0)), (b"fcTL", b"\0" * 26)
    data = export_card(opened(png(control, frame, text(b"chara", coded(V2)))), "png")
    assert [kind for kind, _ in chunks_of(data)][:4] == ["IHDR", "acTL", "fcTL", "IDAT"]


def test_a_card_without_a_picture_gets_a_drawn_one() -> None:
    data = export_card(opened(json_bytes(V1)), "png")
    assert Image.open(BytesIO(data)).size == (400, 600)
    assert opened(data).card.name == "Ann"


def test_another_picture_becomes_a_png() -> None:
    target = BytesIO()
    Image.new("RGB", (7, 5), "red").save(target, "WEBP", lossless=True)
    file = opened(json_bytes(V1), beside=target.getvalue())
    image = Image.open(BytesIO(export_card(file, "png")))
    assert (image.format, image.size, image.getpixel((0, 0))) == ("PNG", (7, 5), (255, 0, 0))


def card_with(*assets: dict[str, str]) -> dict[str, Any]:
    return {**V3, "data": {**V3["data"], "assets": list(assets)}}


def asset(uri: str, name: str = "main", kind: str = "icon") -> dict[str, str]:
    return {"type": kind, "uri": uri, "name": name, "ext": "png", "odd": "kept"}


def test_the_face_goes_into_an_archive_with_the_card() -> None:
    for listed in ([], [asset("ccdefault:")]):
        file = opened(png(text(b"ccv3", coded(card_with(*listed)))))
        after = again(file, "charx")
        assert after.picture == ICON
        (icon,) = fields_of(after)["assets"]
        assert icon["uri"] == "embeded://assets/icon/image/main.png"
        assert charx.member(after.data, "assets/icon/image/main.png", "") == ICON


def test_an_archive_that_nobody_changed_leaves_as_it_came() -> None:
    card = card_with(asset("embeded://face.png"))
    card["data"] = {**json.loads(export_card(opened(json_bytes(card)), "json"))["data"]}
    whole = json.loads(export_card(again(opened(json_bytes(card)), "png"), "json"))
    data = packed(("card.json", json_bytes(whole)), ("face.png", ICON), ("other.txt", b"kept"))
    assert export_card(opened(data), "charx") == data


def test_assets_move_with_the_card_from_container_to_container() -> None:
    card = card_with(
        asset("embeded://face.png"),
        asset("embedded://a b/happy.png", "happy", "emotion"),
        asset("https://a.example/x.png", "far", "emotion"),
        asset("embeded://none.png", "none", "emotion"),
    )
    file = opened(packed(("card.json", json_bytes(card)), ("face.png", ICON), ("a b/happy.png", b"joy")))
    assert file.picture == ICON
    as_png = again(file, "png")
    assert [one["uri"] for one in fields_of(as_png)["assets"]] == [
        "__asset:0",
        "__asset:1",
        "https://a.example/x.png",
        "embeded://none.png",
    ]
    assert reader.assets(as_png.data, "") == {"0": ICON, "1": b"joy"}
    for file in (as_png, again(as_png, "png")):
        as_charx = again(file, "charx")
        uris = [one["uri"] for one in fields_of(as_charx)["assets"]]
        assert uris[:2] == ["embeded://assets/icon/0.png", "embeded://assets/emotion/1.png"]
        assert charx.member(as_charx.data, "assets/emotion/1.png", "") == b"joy"
    as_json = again(as_charx, "json")
    assert fields_of(as_json)["assets"][1]["uri"] == "data:application/octet-stream;base64,am95"
    assert as_json.picture == ICON
    assert all(one["odd"] == "kept" for one in fields_of(as_json)["assets"])


def test_what_gets_too_large_for_a_container_is_refused_by_a_sentence() -> None:
    noise = b"".join(zlib.crc32(bytes([place % 256])).to_bytes(4, "big") for place in range(2 * 2**20))
    file = opened(packed(("card.json", json_bytes(card_with(asset("embeded://big", "main", "x")))), ("big", noise)))
    with pytest.raises(CardError, match=r"as JSON it would be larger than 8 MiB: its assets need CHARX\."):
        export_card(file, "json")
    large = png(text(b"chara", coded(V2)), (b"tEXt", b"x\0" + bytes(reader.LIMIT_BYTES - 400)))
    with pytest.raises(CardError, match=r"as a PNG it would be larger than 20 MiB\."):
        export_card(opened(large), "png")


def test_a_jpeg_in_front_of_an_archive_is_its_face() -> None:
    file = opened(JPEG + packed(("card.json", json_bytes(V3))))
    assert (file.container, file.picture) == ("charx", JPEG)
