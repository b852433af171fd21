"""Actions, stress and speech in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roleplay.exports.marks import Marked, paragraphs

SIGNS = {"action": "*", "stress": "**", "speech": ""}


def told(parts: tuple[str | Marked, ...]) -> str:
    """Show which parts are marked, as `kind(text)`."""
    return "".join(part if isinstance(part, str) else f"{part.kind}({told(part.parts)})" for part in parts)


def written(parts: tuple[str | Marked, ...]) -> str:
    """Write parts as they stood in the text."""
    return "".join(
        part if isinstance(part, str) else f"{SIGNS[part.kind]}{written(part.parts)}{SIGNS[part.kind]}"
        for part in parts
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("*waves* Hi.", "action(waves) Hi."),
        ("**now**!", "stress(now)!"),
        ("***now***", "stress(action(now))"),
        ("*a **b** c*", "action(a stress(b) c)"),
        ("**a *b***", "stress(a action(b))"),
        ("*a* b *c*", "action(a) b action(c)"),
        ("“a *b* c”", "speech(“a action(b) c”)"),
        ('*says "yes" and nods*', 'action(says speech("yes") and nods)'),
        ('"a" b "c"', 'speech("a") b speech("c")'),
        ("«да» „ja“ 「雨」『雪』 »ja«", "speech(«да») speech(„ja“) speech(「雨」)speech(『雪』) speech(»ja«)"),
        ("*a\nb*", "action(a\nb)"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("*open", "*open"),
        ('*a "b* c', 'action(a "b) c'),
        ('6" tall', '6" tall'),
        ("a* b", "a* b"),
        ("****", "****"),
        ("*a *b", "*a *b"),
        ("”", "”"),
    ],
)
def test_marks_in_a_paragraph(text: str, expected: str) -> None:
    assert [told(parts) for parts in paragraphs(text)] == [expected]


def test_a_mark_ends_with_its_paragraph() -> None:
    assert [told(parts) for parts in paragraphs("\n*a\n\n \nb* c\n")] == ["*a", "b* c"]
    assert list(paragraphs(" \n\n ")) == []


def test_marks_never_nest_deeply() -> None:
    for text in ("“" * 5_000 + "”" * 5_000, "*“" * 5_000, "* " * 10_000, '"«' * 5_000, "***a" * 3_000):
        assert "".join(written(parts) for parts in paragraphs(text)) == text.strip()


@given(text=st.text('*"“”„«»「」a \n', max_size=60))
def test_no_character_is_lost(text: str) -> None:
    shown = "".join(written(parts) for parts in paragraphs(text))
    assert "".join(shown.split()) == "".join(text.split())
