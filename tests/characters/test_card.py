import pytest

from characters import Card


@pytest.mark.parametrize(("nickname", "spoken"), [("", "Cleopatra"), ("Cleo", "Cleo")])
def test_the_spoken_name_is_the_nickname_where_there_is_one(nickname: str, spoken: str) -> None:
    assert Card(name="Cleopatra", nickname=nickname, spec="v3", raw="{}").spoken_name == spoken


@pytest.mark.parametrize(
    ("first", "others", "greetings"),
    [
        ("Hi.", (), ("Hi.",)),
        ("Hi.", ("", "Hello.", " \n"), ("Hi.", "Hello.")),
        ("", ("Hello.",), ("Hello.",)),
        ("", (), ()),
    ],
)
def test_greetings_are_the_first_message_and_its_alternatives_without_the_empty_ones(
    first: str, others: tuple[str, ...], greetings: tuple[str, ...]
) -> None:
    card = Card(name="Ann", spec="v2", raw="{}", first_mes=first, alternate_greetings=others)
    assert card.greetings == greetings


def test_equal_cards_are_one_in_a_set() -> None:
    assert len({Card(name="Ann", spec="v1", raw="{}"), Card(name="Ann", spec="v1", raw="{}")}) == 1
