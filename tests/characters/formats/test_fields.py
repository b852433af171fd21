import pytest

from characters.errors import CardError
from characters.formats.fields import LIMIT_NAME_CHARS, LIMIT_TEXT_CHARS, Fields, number


def fields(value: object) -> Fields:
    return Fields({"field": value}, "a.json", "data.")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("Hi.", "Hi."),
        (None, ""),
        ("a\r\nb\rc\n\td ", "a\nb\nc\n\td "),
        ("a\x00b\x1b[31mc\x9bd\x7f", "ab[31mcd"),
        ("a\ud800b", "a\ufffdb"),
        ("👩\u200d🚀 и «кот»", "👩\u200d🚀 и «кот»"),
    ],
)
def test_text(value: object, read: str) -> None:
    assert fields(value).text("field") == read
    assert Fields({}, "a.json").text("field") == ""


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (["a", "", "b\r\n"], ("a", "", "b\n")),
        (["a", None], ("a",)),
        ([], ()),
        (None, ()),
        ("", ()),
        ("alone", ("alone",)),
    ],
)
def test_texts(value: object, read: tuple[str, ...]) -> None:
    assert fields(value).texts("field") == read


@pytest.mark.parametrize(("value", "read"), [("1.0", "1.0"), (2, "2"), (1.5, "1.5"), (None, "")])
def test_a_version_may_be_a_number(value: object, read: str) -> None:
    assert fields(value).version("field") == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("Mira", "Mira"),
        ("  Mira \n of\tthe\u2028Heron ", "Mira of the Heron"),
        ("\x1b[31mMira\x00", "[31mMira"),
        ("\u202eMira\ufeff", "Mira"),
        ("Zo\ud800", "Zo\ufffd"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        (" \n ", ""),
        ("\u200b\u200d\x07", ""),
        (None, ""),
    ],
)
def test_a_name_is_one_visible_line(value: object, read: str) -> None:
    assert fields(value).name("field") == read


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("text", 5, 'field "data.field" is a number, where text was expected'),
        ("text", False, 'field "data.field" is true or false, where text was expected'),
        ("text", ["a"], 'field "data.field" is a list, where text was expected'),
        ("text", {}, 'field "data.field" is an object, where text was expected'),
        ("texts", {"0": "a"}, 'field "data.field" is an object, where a list of texts was expected'),
        ("texts", ["a", 5], 'field "data.field[1]" is a number, where text was expected'),
        ("texts", [["a"]], 'field "data.field[0]" is a list, where text was expected'),
        ("version", True, 'field "data.field" is true or false, where text was expected'),
        ("name", 5, 'field "data.field" is a number, where a name was expected'),
        (
            "name",
            "x" * (LIMIT_NAME_CHARS + 1),
            'field "data.field" is 201 characters long, where at most 200 were expected',
        ),
        (
            "text",
            "x" * (LIMIT_TEXT_CHARS + 1),
            'field "data.field" is 1,000,001 characters long, where at most 1,000,000 were expected',
        ),
    ],
)
def test_what_is_not_expected_is_named(kind: str, value: object, problem: str) -> None:
    with pytest.raises(CardError) as raised:
        getattr(fields(value), kind)("field")
    assert raised.value.problem == problem


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (1, 1.0),
        (0.25, 0.25),
        (" 0.25 ", 0.25),
        ("often", None),
        ("nan", None),
        (float("inf"), None),
        (10**400, None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_a_number_may_be_written_as_text(value: object, read: float | None) -> None:
    assert number(value) == read


@pytest.mark.parametrize(
    ("value", "read"), [(2, 2), (2.0, 2), ("2", 2), (1.5, 1.5), ("1.5", 1.5), (None, None), ("", None)]
)
def test_a_field_with_a_number_may_be_written_as_text(value: object, read: float | None) -> None:
    found = fields(value).number("field")
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize("value", ["two", True, [], {}, "nan", 10**400])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(CardError, match="where a number was expected"):
        fields(value).number("field")


def test_a_whole_number_has_no_fraction() -> None:
    assert fields("4.0").whole("field") == 4
    with pytest.raises(CardError) as raised:
        fields(4.25).whole("field")
    assert raised.value.problem == 'field "data.field" is 4.25, where a whole number was expected'


@pytest.mark.parametrize(
    ("value", "read"),
    [(True, True), (0, False), (40, True), (" TRUE ", True), ("false", False), ("1", True), (None, None), ("", None)],
)
def test_a_flag_may_be_written_as_text_or_number(value: object, read: bool | None) -> None:
    assert fields(value).flag("field") is read


@pytest.mark.parametrize("value", ["yes", [], {}])
def test_what_is_no_flag_is_refused(value: object) -> None:
    with pytest.raises(CardError, match="where true or false was expected"):
        fields(value).flag("field")


@pytest.mark.parametrize("value", [None, {}, [], ""])
def test_a_part_that_is_missing_or_empty_has_no_fields(value: object) -> None:
    assert fields(value).part("field").values == {}


def test_a_part_says_where_it_is() -> None:
    with pytest.raises(CardError) as raised:
        fields({"name": 3}).part("field").text("name")
    assert raised.value.problem == 'field "data.field.name" is a number, where text was expected'
    with pytest.raises(CardError, match="where an object was expected"):
        fields(3).part("field")
