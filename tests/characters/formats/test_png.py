import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.card import Card
from characters.errors import CardError
from characters.formats import png as reader
from tests.characters.pictures import (
    END,
    HEADER,
    PIXEL,
    SIGNATURE,
    V2,
    V3,
    chunk,
    coded,
    compressed_international_text,
    compressed_text,
    international_text,
    json_bytes,
    png,
    png_of,
    text,
)


def read(data: bytes) -> Card:
    return reader.read_png(data, "a.png")


def refusal(data: bytes) -> str:
    with pytest.raises(CardError) as raised:
        read(data)
    assert str(raised.value).isprintable()
    return raised.value.problem


def is_a_card_or_a_printable_error(data: bytes) -> bool:
    try:
        return bool(read(data).name)
    except CardError as error:
        return str(error).isprintable()


@pytest.mark.parametrize("kind", [text, compressed_text, international_text, compressed_international_text])
@pytest.mark.parametrize("keyword", [b"chara", b"ccv3", b"Chara", b"CCV3"])
def test_every_kind_of_text_chunk_carries_a_card(kind: type, keyword: bytes) -> None:
    assert read(png(kind(keyword, coded(V3)))).name == "Cleo"


@pytest.mark.parametrize(
    "payload",
    [
        coded(V2) + b"\n",
        b"\r\n".join([coded(V2)[:20], coded(V2)[20:]]),
        coded(V2).rstrip(b"="),
        base64.b64encode(b"\xef\xbb\xbf" + json_bytes(V2)),
        b" " + json_bytes(V2),
    ],
)
def test_how_the_text_is_coded_may_vary(payload: bytes) -> None:
    assert read(png(text(b"chara", payload))).name == "Bob"


@pytest.mark.parametrize("swapped", [1, -1])
def test_ccv3_wins_wherever_it_stands(swapped: int) -> None:
    texts = [text(b"chara", coded(V2)), text(b"ccv3", coded(V3))][::swapped]
    assert read(png(*texts)).name == "Cleo"


def test_two_chunks_must_say_the_same() -> None:
    assert read(png(text(b"chara", coded(V2)), compressed_text(b"Chara", coded(V2)))).name == "Bob"
    problem = refusal(png(text(b"chara", coded(V2)), text(b"chara", coded(V3))))
    assert problem == 'its chunks "chara" say different things, where one was expected'
    card = read(png(text(b"ccv3", coded(V3)), text(b"chara", coded(V2)), text(b"ccv3", coded(V2))))
    assert (card.name, card.warnings[0][:57]) == ("Bob", 'Its newer copy was left out, because its chunks "ccv3" sa')


def test_a_crowd_of_chunks_is_refused() -> None:
    problem = 'it has 9 chunks "chara", where one was expected'
    assert refusal(png(*[text(b"chara", coded(V2))] * 9)) == problem


def test_a_card_may_stand_behind_the_pixels_and_the_file_go_on_behind_its_end() -> None:
    assert read(png_of((HEADER, PIXEL, text(b"chara", coded(V2)), END)) + b"more").name == "Bob"


def test_a_broken_ccv3_gives_way_to_chara_with_a_warning() -> None:
    card = read(png(text(b"chara", coded(V2)), text(b"ccv3", b"#")))
    assert card.name == "Bob"
    assert card.warnings == ('Its newer copy was left out, because its chunk "ccv3" is not base64.',)


def test_where_both_are_broken_the_first_problem_is_told() -> None:
    assert refusal(png(text(b"chara", b"#"), text(b"ccv3", coded([])))) == "its JSON is not an object"


@pytest.mark.parametrize(
    ("chunks", "problem"),
    [
        ((), 'it is a picture without a character: no text chunk "ccv3" or "chara" is in it'),
        ((text(b"comment", coded(V2)),), "it is a picture without a character: "),
        (((b"tEXt", b"chara"),), "it is no"),
        ((text(b"chara", b""),), "it is not valid JSON ("),
        ((text(b"chara", b"!!!!"),), 'its chunk "chara" is not base64'),
        ((text(b"chara", b"YQYQY"),), 'its chunk "chara" is not base64'),
        ((text(b"chara", "é".encode()),), 'its chunk "chara" is not base64'),
        ((text(b"chara", base64.b64encode(b"\xff{}")),), "its text is neither UTF-8 nor UTF-16 (byte 0)"),
        ((text(b"chara", base64.b64encode(b" " * (8 * 2**20 + 1))),), "its JSON is larger than 8 MiB"),
        (((b"zTXt", b"ccv3\0\0nothing"),), 'its chunk "ccv3" cannot be decompressed'),
        (((b"zTXt", b"ccv3"),), 'its chunk "ccv3" is cut short'),
        (((b"zTXt", b"ccv3\0\0" + zlib.compress(coded(V3))[:-6]),), 'its chunk "ccv3" is cut short'),
        (((b"iTXt", b"ccv3\0\0\0en"),), 'its chunk "ccv3" is cut short'),
        (((b"iTXt", b"ccv3\0"),), 'its chunk "ccv3" is cut short'),
        (((b"iTXt", b"ccv3\0\x01\0\0\0plain"),), 'its chunk "ccv3" cannot be decompressed'),
    ],
)
def test_a_png_without_a_readable_card_is_refused(chunks: tuple[tuple[bytes, bytes], ...], problem: str) -> None:
    assert refusal(png(*chunks)).startswith(problem)


def test_a_small_chunk_that_grows_without_end_is_refused() -> None:
    bomb = zlib.compress(b" " * (64 * 2**20))
    assert len(bomb) < 100_000
    for carrier in ((b"zTXt", b"ccv3\0\0" + bomb), (b"iTXt", b"ccv3\0\x01\0\0\0" + bomb)):
        assert refusal(png(carrier)) == 'its chunk "ccv3" is larger than 12 MiB decompressed'


CARD = text(b"chara", coded(V2))
WHOLE = png(CARD)
CARD_AT = len(SIGNATURE) + len(chunk(*HEADER))


def test_a_truncated_file_is_refused() -> None:
    for length in range(len(SIGNATURE), len(WHOLE)):
        assert refusal(WHOLE[:length]).startswith("the PNG is cut short: its chunk at byte ")


@pytest.mark.parametrize("length", [2**31, 2**32 - 1, len(CARD[1]) + 10_000])
def test_a_length_that_lies_is_refused(length: int) -> None:
    lying = WHOLE[:CARD_AT] + length.to_bytes(4, "big") + WHOLE[CARD_AT + 4 :]
    assert refusal(lying) == f"the PNG is cut short: its chunk at byte {CARD_AT} goes on behind the end of the file"


@pytest.mark.parametrize("length", [0, len(CARD[1]) - 1])
def test_a_length_that_is_too_small_is_refused(length: int) -> None:
    lying = WHOLE[:CARD_AT] + length.to_bytes(4, "big") + WHOLE[CARD_AT + 4 :]
    assert refusal(lying) == f"the PNG is damaged: the checksum of its chunk 'tEXt' at byte {CARD_AT} is wrong"


def test_a_file_that_does_not_begin_with_its_header_is_refused() -> None:
    problem = "the PNG is damaged: it begins with 'tEXt', where 'IHDR' was expected"
    assert refusal(png_of((CARD, HEADER, PIXEL, END))) == problem


def test_a_png_of_countless_chunks_is_refused() -> None:
    assert refusal(png(*[(b"tEXt", b"")] * 100_000)) == "the PNG has more than 100,000 chunks"


def test_a_png_may_be_20_mib_and_no_larger() -> None:
    padding = reader.LIMIT_BYTES - len(png(CARD, (b"tEXt", b"")))
    assert read(png(CARD, (b"tEXt", b"x" * padding))).name == "Bob"
    assert refusal(png(CARD, (b"tEXt", b"x" * (padding + 1)))) == "the PNG is larger than 20 MiB"


@given(st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    place = data.draw(st.integers(len(SIGNATURE), len(WHOLE) - 1))
    change = data.draw(st.integers(1, 255))
    changed = WHOLE[:place] + bytes([WHOLE[place] ^ change]) + WHOLE[place + 1 :]
    with pytest.raises(CardError):
        read(changed)


@given(st.data())
def test_a_mutated_png_is_a_card_or_a_card_error(data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(len(SIGNATURE), len(WHOLE))] * 2)))
    mutated = WHOLE[:start] + data.draw(st.binary(max_size=40)) + WHOLE[end:]
    assert is_a_card_or_a_printable_error(mutated)


KINDS = st.sampled_from([b"tEXt", b"zTXt", b"iTXt", b"IDAT"])
BODIES = st.tuples(st.sampled_from([b"chara\0", b"ccv3\0\0", b"ccv3\0\x01\0\0\0", b""]), st.binary()).map(b"".join)


@given(st.lists(st.tuples(KINDS, BODIES), max_size=4))
def test_a_whole_png_with_arbitrary_chunks_is_a_card_or_a_card_error(chunks: list[tuple[bytes, bytes]]) -> None:
    assert is_a_card_or_a_printable_error(png(*chunks))
