from characters.errors import CardError, LorebookError, quote


def test_the_message_is_one_sentence_with_the_file_and_the_problem() -> None:
    assert str(CardError("a.png", "it is empty")) == "The card a.png cannot be read: it is empty."


def test_a_lorebook_is_called_one() -> None:
    assert str(LorebookError("a.json", "it is empty")) == "The lorebook a.json cannot be read: it is empty."


def test_a_file_name_cannot_write_control_characters_to_a_terminal() -> None:
    assert (
        str(CardError("a\n\x1b[31m\udcff.png", "it is empty")) == "The card a??[31m?.png cannot be read: it is empty."
    )


def test_a_quoted_value_is_short_and_on_one_line() -> None:
    assert len(quote("x" * 1_000_000)) < 40
    assert quote("a\nb") == r"'a\nb'"
