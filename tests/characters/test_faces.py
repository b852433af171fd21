import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from characters import CardError, faces, open_card
from tests.characters.formats.test_charx import packed
from tests.characters.pictures import V1, V3, chunk, coded, json_bytes, png, text


def picture(form: str = "PNG", size: tuple[int, int] = (40, 60), **options: object) -> bytes:
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0], size[1] // 2))
    target = BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def image_of(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("wanted", ["PNG", "WEBP"])
def test_a_picture_is_cut_to_a_shape_and_the_face_stays(form: str, wanted: faces.Form) -> None:
    image = image_of(faces.resized(picture(form), 20, 20, form=wanted))
    assert (image.format, image.size) == (wanted, (20, 20))
    red, _, blue = image.convert("RGB").getpixel((10, 4))  # pyright: ignore[reportGeneralTypeIssues]
    assert red > 200 > 50 > blue


def test_what_can_be_seen_through_stays_so() -> None:
    target = BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(target, "PNG")
    assert image_of(faces.resized(target.getvalue(), 8, 8)).mode == "RGBA"
    assert image_of(faces.resized(picture(), 8, 8)).mode == "RGB"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "its picture is none, where a PNG, JPEG, GIF or WebP was expected"),
        (b"BM" + bytes(60), "its picture is none, where a PNG, JPEG, GIF or WebP was expected"),
        (picture("JPEG")[:-40], "its picture is damaged"),
        (picture()[:60], "its picture is damaged"),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(CardError) as raised:
        faces.resized(data, 8, 8, source="a.png")
    assert raised.value.problem == problem


@pytest.mark.parametrize("side", [9_000, 12_000, 60_000])
def test_a_bomb_is_never_decoded(side: int) -> None:
    size = side.to_bytes(4, "big")
    header = chunk(b"IHDR", size + size + b"\x08\x02\0\0\0")
    data = picture()[:8] + header + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(CardError, match="its picture has more than 64 megapixels"):
        faces.resized(data, 8, 8)


@given(st.binary(max_size=60), st.integers(8, 200))
def test_a_mutated_picture_is_one_or_a_card_error(noise: bytes, place: int) -> None:
    for whole in (picture(), picture("GIF"), picture("WEBP"), picture("JPEG")):
        try:
            data = faces.resized(whole[:place] + noise + whole[place + len(noise) :], 4, 4)
        except CardError:
            continue
        assert image_of(data).size == (4, 4)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mira", "MI"),
        ("Captain of the Guard", "CG"),
        ("x", "X"),
        ("林黛玉", "林"),
        ("カイ", "カ"),
        ("Мира Волк", "МВ"),
        ("«…»", ""),
        ("", ""),
        ("ß", "SS"),
        ("D'Arc, Jeanne", "DJ"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert faces.initials(name) == letters


@pytest.mark.parametrize("name", ["Mira", "林黛玉", "Мира", "", "\ud800", "مي", "🐈"])
def test_a_face_can_be_drawn_for_any_name(name: str) -> None:
    for form in ("PNG", "WEBP"):
        data = faces.monogram(name, 64, 96, form=form)
        assert data == faces.monogram(name, 64, 96, form=form)
        image = image_of(data)
        assert (image.format, image.size) == (form, (64, 96))
        assert len(image.convert("RGB").getcolors(10_000) or []) > 2


def test_names_have_colours_of_their_own() -> None:
    assert len({faces.monogram(name, 8, 8) for name in ("Ann", "Anna", "Andy", "Anton")}) == 4


@pytest.mark.parametrize(("width", "height"), [(1, 1), (0, -5), (10**6, 1)])
def test_any_size_is_brought_within_bounds(width: int, height: int) -> None:
    for data in (faces.monogram("Mira", width, height), faces.resized(picture(), width, height)):
        assert max(image_of(data).size) <= faces.LIMIT_SIDE_PX


def test_the_face_of_a_card_is_its_main_icon_then_the_first_then_the_picture_around_it() -> None:
    def read(*assets: tuple[str, str, str]) -> bytes | None:
        listed = [{"type": kind, "name": name, "uri": uri, "ext": "png"} for kind, name, uri in assets]
        card = {**V3, "data": {**V3["data"], "assets": listed}}
        files = [(name, picture(size=(size, size))) for size, name in enumerate(["a.png", "b.png"], 1)]
        return open_card(packed(("card.json", json_bytes(card)), *files), source="a").picture

    one, two = ("icon", "other", "embeded://a.png"), ("icon", "main", "embeded://b.png")
    assert (image_of(read(one, two) or b"").size, image_of(read(one) or b"").size) == ((2, 2), (1, 1))
    assert read(("icon", "main", "embeded://none.png")) is None
    assert read(("icon", "main", "https://a.example/a.png")) is None
    assert read(("background", "main", "embeded://a.png")) is None
    around = png(text(b"chara", coded(V3)))
    assert open_card(around, source="a").picture == around


def test_a_face_that_cannot_be_read_is_drawn() -> None:
    broken = open_card(json_bytes(V1), source="a", beside=picture()[:60])
    assert faces.face(broken, 16, 16) == faces.monogram("Ann", 16, 16)
    whole = open_card(json_bytes(V1), source="a", beside=picture())
    assert faces.face(whole, 16, 16) == faces.resized(picture(), 16, 16)


def test_moods_are_found_by_their_names() -> None:
    inline = "data:image/png;base64,iVBORw0KGgo="
    listed = [
        {"type": "emotion", "name": "joy", "uri": "embeded://joy.png", "ext": "png"},
        {"type": "emotion", "name": "joy", "uri": "embeded://card.json", "ext": "png"},
        {"type": "emotion", "name": "fear", "uri": inline, "ext": "png"},
        {"type": "emotion", "name": "rage", "uri": "data:;base64,?", "ext": "png"},
        {"type": "emotion", "name": "text", "uri": "data:,hi", "ext": "png"},
        {"type": "icon", "name": "main", "uri": "ccdefault:", "ext": "png"},
        "odd",
        {"type": 5},
    ]
    card = json.dumps({**V3, "data": {**V3["data"], "assets": listed}}).encode()
    file = open_card(packed(("card.json", card), ("joy.png", picture())), source="a")
    assert faces.sprites(file) == {"joy": picture(), "fear": b"\x89PNG\r\n\x1a\n"}


def test_an_icon_that_is_damaged_is_left_out_with_a_warning() -> None:
    card = {**V3, "data": {**V3["data"], "assets": [{"type": "icon", "name": "main", "uri": "data:;base64,?"}]}}
    file = open_card(json_bytes(card), source="a")
    assert file.picture is None
    assert file.card.warnings == (
        'Its face was left out, because field "data.assets[0].uri" is no base64, where a data: URI was expected.',
    )
