import stat
import zlib
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.errors import CardError
from characters.formats import charx
from tests.characters.pictures import V3, json_bytes

CARD = ("card.json", json_bytes(V3))
JPEG = b"\xff\xd8\xff\xe0" + b"pixels" * 10 + b"\xff\xd9"


def packed(*files: tuple[str | ZipInfo, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", compression) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return target.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(CardError) as raised:
        charx.read_charx(data, "a.charx")
    assert str(raised.value).isprintable()
    return raised.value.problem


@pytest.mark.parametrize("compression", [ZIP_STORED, ZIP_DEFLATED])
@pytest.mark.parametrize("front", [b"", JPEG])
def test_a_card_is_read_also_behind_a_jpeg(compression: int, front: bytes) -> None:
    data = front + packed(CARD, ("assets/icon/main.png", b"picture"), compression=compression)
    assert charx.is_charx(data)
    assert charx.read_charx(data, "a.charx").name == "Cleo"
    assert charx.member(data, "assets/icon/main.png", "a.charx") == b"picture"
    assert (charx.cover(data) or b"") == front


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ([("a.json", b"{}")], "there is no 'card.json' in the archive"),
        ([("sub/card.json", b"{}")], "there is no 'card.json' in the archive"),
        ([CARD, ("../evil", b"")], "the archive holds '../evil', which leads out of it"),
        ([CARD, ("a/../../evil", b"")], "the archive holds 'a/../../evil', which leads out of it"),
        ([CARD, ("/etc/evil", b"")], "the archive holds '/etc/evil', which leads out of it"),
        ([CARD, ("C:\\evil", b"")], "the archive holds 'C:\\\\evil', which leads out of it"),
        ([CARD, ("a//b", b"")], "the archive holds 'a//b', which leads out of it"),
        ([CARD, ("a" * 301, b"")], f"the archive holds '{'a' * 12}...{'a' * 13}', whose path is too long"),
        (
            [CARD] + [(f"{number}", b"") for number in range(2_000)],
            "the archive holds 2,001 files, where at most 2,000 ",
        ),
    ],
)
def test_an_archive_that_is_no_cards_is_refused(files: list[tuple[str, bytes]], problem: str) -> None:
    assert refusal(packed(*files)).startswith(problem)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused() -> None:
    assert refusal(packed(CARD, CARD)) == "the archive holds 'card.json', which is in it twice"


def test_links_and_encrypted_files_are_refused() -> None:
    link = ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refusal(packed(CARD, (link, b"/etc/passwd"))) == "the archive holds 'link', which is a link"
    data = bytearray(packed(CARD))
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    assert refusal(bytes(data)) == "the archive holds 'card.json', which is encrypted"


def test_other_ways_of_packing_are_refused() -> None:
    data = packed(CARD, compression=ZIP_BZIP2)
    assert refusal(data) == "the archive holds 'card.json', which is packed in a way that no card is"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = packed(CARD, ("zeros", bytes(charx.LIMIT_EXPANDED_BYTES)))
    assert len(bomb) < 2**18
    assert refusal(bomb) == "the archive is larger than 128 MiB unpacked"


def test_a_size_that_lies_is_noticed() -> None:
    data = bytearray(packed(CARD, ("zeros", bytes(10**6))))
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises(CardError, match="'zeros' in the archive is damaged"):
        charx.member(bytes(data), "zeros", "a.charx")


@pytest.mark.parametrize("end", [30, 100, -1])
def test_a_file_that_is_cut_short_is_refused(end: int) -> None:
    assert refusal(packed(CARD)[:end]) == "the archive is damaged or cut short"


def test_an_archive_may_be_64_mib_and_no_larger() -> None:
    data = packed(CARD)
    assert refusal(bytes(charx.LIMIT_BYTES - len(data) + 1) + data) == "the archive is larger than 64 MiB"


def test_the_same_files_give_the_same_bytes() -> None:
    files = {"card.json": b"{}", "assets/a.png": zlib.compress(b"x")}
    data = charx.write_charx(files)
    assert data == charx.write_charx(files)
    assert charx.files(data, "") == files
    assert charx.find(data, "none", "") is None


WHOLE = packed(CARD, ("assets/icon/main.png", b"picture"))


@given(st.data())
def test_a_mutated_archive_is_a_card_or_a_card_error(data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(WHOLE))] * 2)))
    mutated = WHOLE[:start] + data.draw(st.binary(max_size=40)) + WHOLE[end:]
    with suppress(CardError):
        assert charx.read_charx(mutated, "a.charx").name
