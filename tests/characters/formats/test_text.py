import pytest

from characters.errors import CardError
from characters.formats import text


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert text.decode("\ufeffá".encode(), "a.json") == "á"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'{"a": "\xff"}', "its text is neither UTF-8 nor UTF-16 (byte 7)"),
        (b"\xed\xa0\x80", "its text is neither UTF-8 nor UTF-16 (byte 0)"),
        (b"\xff\xfea\0\0\xd8", "its text is neither UTF-8 nor UTF-16 (byte 4)"),
        ('{"a": "漢"}'.encode("gbk"), "its text is neither UTF-8 nor UTF-16 (byte 7)"),
        (b" " * (text.LIMIT_BYTES + 1), "its JSON is larger than 8 MiB"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(CardError) as raised:
        text.decode(data, "a.json")
    assert raised.value.problem == problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_text_is_read_in_every_encoding_of_unicode(encoding: str) -> None:
    assert text.decode('{"a": "é漢🐟"}'.encode(encoding), "a.json") == '{"a": "é漢🐟"}'


def test_the_limit_itself_is_allowed() -> None:
    assert len(text.decode(b" " * text.LIMIT_BYTES, "a.json")) == text.LIMIT_BYTES


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "it is not valid JSON (Expecting value, line 1, column 1)"),
        ('{"a":\n 1,}', "it is not valid JSON ("),
        ('{"a": "b', "it is not valid JSON (Unterminated string starting at, line 1, column 7)"),
        ('{"a": 1} {"b": 2}', "it is not valid JSON (Extra data, line 1, column 10)"),
        ('{"a": NaN}', "it is not valid JSON (NaN is no JSON number)"),
        ('{"a": -Infinity}', "it is not valid JSON (-Infinity is no JSON number)"),
        ('{"a": ' + "9" * 5_000 + "}", "a number in its JSON is too long"),
        ('{"a": 1e999}', "the number '1e999' in its JSON is too large"),
        ("[1, 2]", "its JSON is not an object"),
        ("null", "its JSON is not an object"),
    ],
)
def test_what_is_no_object_is_refused(written: str, problem: str) -> None:
    with pytest.raises(CardError) as raised:
        text.parse(written, "a.json")
    assert raised.value.problem.startswith(problem)
    assert "\n" not in str(raised.value)


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


def test_nesting_is_limited() -> None:
    assert text.parse(nested(text.LIMIT_NESTING), "a.json")
    for deep in (nested(text.LIMIT_NESTING + 1), '{"a":' + "[" * 1_000_000, nested(500_000)):
        with pytest.raises(CardError, match="its JSON is nested deeper than 64 levels"):
            text.parse(deep, "a.json")


@pytest.mark.parametrize("written", ['{"a": 1, "b": 2, "a": 3}', '[{}, {"b": {"a": 1, "a": 1}}]'])
def test_a_name_that_stands_twice_can_be_refused(written: str) -> None:
    with pytest.raises(CardError) as raised:
        text.refuse_repeats(written, "a.json")
    assert raised.value.problem == "field 'a' stands twice in one object of its JSON, where one was expected"


def test_a_name_may_stand_in_many_objects() -> None:
    text.refuse_repeats('{"a": {"a": [{"a": 1}, {"a": 1}]}}', "a.json")
