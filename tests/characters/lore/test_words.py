import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.lore import words as module
from characters.lore.words import Dictionary, word_of


def found(key: str, text: str, *, exact: bool = False, whole: bool = False) -> bool:
    return Dictionary({word_of(key, exact=exact, whole=whole): 7}).found_in(text) == {7}


@pytest.mark.parametrize(
    ("key", "text", "is_found"),
    [
        ("dragon", "Two DRAGONS.", True),
        (" Dragon ", "dragon", True),
        ("straße", "STRASSE", True),
        ("ΟΔΟΣ", "οδος", True),
        ("дракон", "Драконы!", True),
        ("caf\u00e9", "cafe\u0301", True),
        ("red dragon", "a red  dragon", False),
        ("a\0b", "xa\0b", True),
    ],
)
def test_keys_are_found_anywhere_whatever_their_case(key: str, text: str, is_found: bool) -> None:
    assert found(key, text) is is_found


@pytest.mark.parametrize(("text", "is_found"), [("An Ann here.", True), ("ann", False), ("ANN", False)])
def test_case_counts_where_it_is_asked_for(text: str, is_found: bool) -> None:
    assert found("Ann", text, exact=True) is is_found


@pytest.mark.parametrize(
    ("key", "text", "is_found"),
    [
        ("cat", "a Cat!", True),
        ("cat", "cat", True),
        ("cat", "cats concatenate", False),
        ("cat", "bobcat, cat", True),
        ("cat", "cat_s", False),
        ("cat", "cat's", True),
        ("кот", "котёнок", False),
        ("кот", "«Кот»", True),
        ("cat", "cat\u0301", False),
        ("black cat", "black cats", True),
        ("猫", "黒猫が好き", True),
        ("ドラゴン", "ドラゴンたち", True),
        ("고양이", "고양이가 있다", True),
        ("แมว", "แมวดำ", True),
        ("Alice", "私はAliceです", True),
        ("Alice", "我叫Alice。", True),
        ("Alice", "Aliceー", True),
        ("A猫", "BA猫B", True),
    ],
)
def test_whole_words_have_borders_where_their_script_has_any(key: str, text: str, is_found: bool) -> None:
    assert found(key, text, whole=True) is is_found


def test_one_text_may_be_looked_for_in_every_way() -> None:
    ways = [(exact, whole) for exact in (False, True) for whole in (False, True)]
    words = {word_of("Ann", exact=exact, whole=whole): number for number, (exact, whole) in enumerate(ways)}
    dictionary = Dictionary(words)
    assert dictionary.found_in("anna") == {0}
    assert dictionary.found_in("Anna ann") == {0, 1, 2}
    assert dictionary.found_in("Ann") == {0, 1, 2, 3}
    assert Dictionary({}).found_in("Ann") == set()


def test_keys_inside_each_other_are_all_found() -> None:
    keys = ["a", "ab", "abc", "b", "bc", "c"]
    dictionary = Dictionary({word_of(key, exact=False, whole=False): number for number, key in enumerate(keys)})
    assert dictionary.found_in("xabcx") == set(range(6))


def test_a_text_made_to_be_found_in_too_often_is_not_looked_through_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMIT_HITS", 100)
    assert found("b", "a" * 1_000 + "b")
    keys = ["a" * length for length in range(1, 50)] + ["b"]
    dictionary = Dictionary({word_of(key, exact=False, whole=False): number for number, key in enumerate(keys)})
    assert 49 not in dictionary.found_in("a" * 1_000 + "b")


@given(st.lists(st.text("abĀ ", min_size=1, max_size=4).filter(str.strip), max_size=12), st.text("abĀ .", max_size=60))
def test_it_finds_just_what_looking_for_each_would_find(keys: list[str], text: str) -> None:
    words = {key: word_of(key, exact=False, whole=False) for key in keys}
    dictionary = Dictionary({word: number for number, word in enumerate(dict.fromkeys(words.values()))})
    expected = {word.text for word in words.values() if word.text in text.casefold()}
    assert len(dictionary.found_in(text)) == len(expected)
