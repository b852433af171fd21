import pytest

from characters import Card, CardError, read_card
from characters.formats.prompts import read_prompt

PLAIN = """Lena keeps a bakery by the harbour.
She is patient.

User: Is there bread left?

Lena: One loaf, and it is yours.
It is still warm.

User: Thank you!

Lena: Come back tomorrow.
"""
EXAMPLES = """<START>
{{user}}: Is there bread left?
{{char}}: One loaf, and it is yours.
It is still warm.
{{user}}: Thank you!
{{char}}: Come back tomorrow."""
SCRIPT = """interface = ":"
user = "Sam"
bot = "Lena" # the one who answers

init_prompt = f\'\'\'
{bot} keeps a bakery, \\
and {user} buys bread.

{user}{interface} Is there bread left?

{bot}{interface} One loaf.

{user}{interface} Thanks.

{bot}{interface} Come back.
\'\'\'
"""


def read(text: str) -> Card:
    return read_card(text.encode(), source="lena.txt")


def test_a_plain_prompt_is_a_card_with_examples() -> None:
    card = read(PLAIN)
    assert (card.name, card.spec, card.first_mes) == ("Lena", "v2", "")
    assert card.description == "Lena keeps a bakery by the harbour.\nShe is patient."
    assert card.mes_example == EXAMPLES
    assert read(PLAIN.replace("\n", "\r\n")).mes_example == EXAMPLES


def test_one_of_chatrwkvs_scripts_is_read_and_not_run() -> None:
    card = read(SCRIPT)
    assert (card.name, card.description) == ("Lena", "Lena keeps a bakery, and Sam buys bread.")
    assert card.mes_example.startswith("<START>\n{{user}}: Is there bread left?\n{{char}}: One loaf.")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("User: Hi.\n\nМира: Привет.", "Мира"),
        ("用户：你好。\n\n小雪：你好！", "小雪"),
        ("Lena: Hi.\n\nUser: Hello.", "Lena"),
        ("Sam: Hi.\n\nLena: Hi.\n\nSam: Bread?\n\nLena: None.", "Lena"),
    ],
)
def test_who_is_the_player_shows_by_name_or_order(text: str, name: str) -> None:
    assert read(text).name == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Some words.",
        "Note: buy bread.",
        "Note: one.\n\nTodo: two.",
        "User: Hi.",
        "User: Hi.\n\nLena: Hi.\n\nTolly: Hi.",
        "http://a.example\nhttps://b.example",
        "- {{char}}: Hi\n- {{user}}: Hi",
    ],
)
def test_any_other_text_is_no_prompt(text: str) -> None:
    assert read_prompt(text) is None
    with pytest.raises(CardError, match="neither a PNG picture, an archive, a JSON or YAML object nor a prompt"):
        read(text)


@pytest.mark.parametrize(
    "text", ["a" * 10**6, "a:" * 10**5, "\n" * 10**6, "User: x\n" * 10**5, "init_prompt = '''" * 10**4]
)
def test_a_long_text_is_read_at_once(text: str) -> None:
    assert read_prompt(text) is None
