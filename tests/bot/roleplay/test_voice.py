"""A reply stays in one mouth, however the model's text is cut into chunks."""

from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.roleplay.voice import Voice, stay_in_voice

OTHERS = ("Tomás Vale", "Kim", "Mira Stone", "猫", "Narrator")

PARTS = st.sampled_from(
    [
        "Mira",
        "mira",
        "Tomás",
        " Vale",
        "KIM",
        "猫",
        ":",
        "：",
        "*",
        "**",
        "[",
        "]",
        '"',
        " ",
        "\n",
        "\n\n",
        "\t",
        "Hello",
        "…",
    ]
)
TEXTS = st.lists(PARTS, max_size=12).map("".join) | st.text(max_size=30)


def spoken(*chunks: str, speaker: str = "Mira", others: Sequence[str] = OTHERS) -> str:
    voice = Voice(speaker, others)
    return "".join(map(voice.push, chunks)) + voice.finish()


async def given_out(*chunks: str) -> tuple[list[str], list[str]]:
    """Return what comes out, and which chunks were never asked for."""
    rest = list(chunks)

    async def model() -> AsyncIterator[str]:
        while rest:
            yield rest.pop(0)

    return [text async for text in stay_in_voice(model(), "Mira", OTHERS)], rest


@pytest.mark.parametrize(
    "text",
    [
        "Hello.",
        "Kim is not here.",
        "Tomás",
        "I say to Kim: go home.",
        "*nods* Kim: no",
        "Hello, Kim:\nyou are late.",
        "Kimberley: a good name.",
        "Kim, listen: the bell.",
        "Kim\n: what?",
        "Narrators: a plague.",
        "Three things:\n- a rope\n- Kim's lamp: broken\n- rum",
        "***",
        "Well.\n***\nNext day.",
        "Hi.\n**",
        "Hi.\nTomás Va",
    ],
)
def test_speech_passes_as_it_is(text: str) -> None:
    assert spoken(text) == text


@pytest.mark.parametrize(
    "header",
    [
        "Kim:",
        "KIM:",
        "kim :",
        "  Kim:",
        "**Kim:**",
        "**Kim**:",
        "*Kim*:",
        "__Kim__ :",
        "### Kim:",
        "> Kim:",
        "- Kim:",
        "[Kim]:",
        "[Kim:]",
        "(Kim):",
        '"Kim":',
        "“Kim”:",
        "«Kim»:",
        "`Kim`:",
        "Kim：",
        "TOMÁS VALE:",
        "Mira Stone:",
        "猫：",
        "Narrator:",
        "Mira:",
    ],
)
def test_another_turn_at_the_start_of_a_line_ends_the_reply(header: str) -> None:
    assert spoken(f" The lamp is out.\n\n{header} Is it?\nMira: It is.") == "The lamp is out."


@pytest.mark.parametrize("header", ["Kim:", "**Kim:**", "Mira Stone:", " \n\tKim:"])
def test_a_reply_that_begins_in_another_mouth_says_nothing(header: str) -> None:
    assert spoken(f"{header} Hello.") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mira: Hello.", "Hello."),
        ("\n\nMira: Hello.", "Hello."),
        ("MIRA： Hello.", "Hello."),
        ("**Mira:** Hello.", "Hello."),
        ("**Mira**: Hello.", "Hello."),
        ("**Mira** : Hello.", "Hello."),
        ("**Mira:** *smiles*", "*smiles*"),
        ("**Mira**: **No.**", "**No.**"),
        ("**Mira**:**No.**", "**No.**"),
        ("*Mira:* *smiles* Hello.", "*smiles* Hello."),
        ("***Mira:*** Hello.", "Hello."),
        ("Mira:*smiles* Hello.", "*smiles* Hello."),
        ("[Mira:] Hello.", "Hello."),
        ("[Mira]: [whispers] Hello.", "[whispers] Hello."),
        ("«Mira:» Hello.", "Hello."),
        ("## Mira: # Hello.", "# Hello."),
        ("Mira:\nHello.", "Hello."),
        ("Mira: Mira is my name.", "Mira is my name."),
        ("Mira:", ""),
        ("**Mira:**", ""),
    ],
)
def test_the_own_name_in_front_is_left_out(text: str, said: str) -> None:
    assert spoken(text) == said


@pytest.mark.parametrize("text", ["", " ", "\n", " \n\t \n"])
def test_nothing_but_white_space_is_nothing(text: str) -> None:
    assert spoken(text) == ""


def test_white_space_inside_stays_and_at_both_ends_goes() -> None:
    assert spoken("  \n One.\n\n  Two.\t\n \n") == "One.\n\n  Two."


@pytest.mark.parametrize("name", ["-Zero-", "~Luna~", "[Zero]", "Zero (the pilot)", "*Zero*"])
def test_a_name_may_be_decorated_itself(name: str) -> None:
    assert spoken(f"Hello.\n{name}: Bye.", others=[name]) == "Hello."
    assert spoken(f"{name}: Hello.", speaker=name, others=[]) == "Hello."


@pytest.mark.parametrize("name", ["", "***", " "])
def test_a_name_of_nothing_but_decoration_is_nobodys(name: str) -> None:
    assert spoken("Hello.\n***: Bye.\n: What?", others=[name]) == "Hello.\n***: Bye.\n: What?"
    assert spoken("Hello.\n: Bye.", speaker=name, others=[]) == "Hello.\n: Bye."


def test_a_name_that_grows_when_its_case_is_folded_is_known() -> None:
    assert spoken("Hello.\n**STRASSE:** Bye.", others=["Straße"]) == "Hello."
    assert spoken("**Straße:** Hello.", speaker="STRASSE") == "Hello."


@given(text=TEXTS, cuts=st.lists(st.integers(0, 60), max_size=8))
@example(text="**Mira:** Hi\n**Kim:** Bye", cuts=[3, 8, 9, 14, 17])
def test_the_cut_into_chunks_changes_nothing(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(text)]
    chunks = [text[start:stop] for start, stop in pairwise(edges)]
    assert spoken(*chunks) == spoken(text) == spoken(*text)


@given(text=TEXTS)
def test_what_is_shown_is_a_part_of_the_text_without_white_space_at_its_ends(text: str) -> None:
    said = spoken(text)
    assert said in text
    assert said == said.strip()


@given(text=TEXTS, more=TEXTS)
def test_nothing_shown_is_taken_back(text: str, more: str) -> None:
    voice = Voice("Mira", OTHERS)
    shown = voice.push(text)
    assert spoken(text).startswith(shown)
    assert spoken(text + more).startswith(shown)


@given(text=TEXTS, more=TEXTS)
def test_once_ended_it_stays_silent(text: str, more: str) -> None:
    voice = Voice("Mira", OTHERS)
    voice.push(f"Hello.\n{text}\nKim: ")
    assert voice.ended
    assert voice.push(more) + voice.finish() == ""


def test_text_goes_out_as_soon_as_it_is_certain() -> None:
    voice = Voice("Mira", OTHERS)
    pushed = [voice.push(chunk) for chunk in (" ", "K", "i", "n", "g", " ", "me.\n", "Kim", " ", "said", ":")]
    assert pushed == ["", "", "", "Kin", "g", "", " me.", "", "", "\nKim said", ":"]


async def test_the_model_is_asked_for_no_more_once_another_begins() -> None:
    shown, unread = await given_out(" Hel", "lo.", "\nK", "im", ":", " Hi", "!")
    assert shown == ["Hel", "lo."]
    assert unread == [" Hi", "!"]


async def test_a_line_that_stays_undecided_is_shown_at_the_end() -> None:
    shown, _ = await given_out("Hello.\n", "Ki", "m")
    assert shown == ["Hello.", "\nKim"]


@pytest.mark.parametrize(
    ("chunks", "shown"),
    [
        ([" and", " then. "], " and then."),
        (["ing", " on"], "ing on"),
        (["\n\n", "She waits.\n"], "\n\nShe waits."),
        ([" ", " "], ""),
        ([" So.\nKim:", " What?"], " So."),
        (["\nMira:", " Again."], ""),
        (["Kim: what?"], "Kim: what?"),
    ],
)
def test_behind_what_was_said_already_only_the_end_is_trimmed(chunks: list[str], shown: str) -> None:
    voice = Voice("Mira", OTHERS, begun="*waits*")
    assert "".join([*(voice.push(chunk) for chunk in chunks), voice.finish()]) == shown
