import copy
import pickle

from characters.errors import CardError, Clause, LorebookError, clause, quote


def test_the_message_is_one_sentence_with_the_file_and_the_problem() -> None:
    assert str(CardError("a.png", clause("it is empty"))) == "The card a.png cannot be read: it is empty."


def test_a_lorebook_is_called_one() -> None:
    assert str(LorebookError("a.json", clause("it is empty"))) == "The lorebook a.json cannot be read: it is empty."


def test_a_file_name_cannot_write_control_characters_to_a_terminal() -> None:
    assert (
        str(CardError("a\n\x1b[31m\udcff.png", clause("it is empty")))
        == "The card a??[31m?.png cannot be read: it is empty."
    )


def test_a_quoted_value_is_short_and_on_one_line() -> None:
    assert len(quote("x" * 1_000_000)) < 40
    assert quote("a\nb") == r"'a\nb'"


def test_what_is_said_keeps_its_facts_apart_even_where_it_is_copied() -> None:
    said = CardError("a.png", clause("field {field} is {value:,}", field="x{", value=1234)).said
    for one in (said, pickle.loads(pickle.dumps(said)), copy.deepcopy(said)):
        assert str(one) == "The card a.png cannot be read: field x{ is 1,234."
        assert (one.text, one.facts["source"]) == ("The card {source} cannot be read: {problem}.", "a.png")
        problem = one.facts["problem"]
        assert isinstance(problem, Clause)
        assert problem.facts == {"field": "x{", "value": 1234}
