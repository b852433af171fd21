"""Prompts written down and read back."""

from hypothesis import given
from hypothesis import strategies as st

from bot.roleplay.prompts import read, text_of, written
from engine import Piece, Prompt, Segment

TEXTS = st.text(max_size=20)
PIECES = st.lists(st.builds(Piece, TEXTS, st.booleans()), max_size=3).map(tuple)
SEGMENTS = st.builds(Segment, PIECES, TEXTS, st.booleans(), st.booleans())
SEVERAL = st.lists(SEGMENTS, max_size=3).map(tuple)
PROMPTS = st.builds(Prompt, story=SEVERAL, tail=SEVERAL, cue=SEGMENTS)


@given(PROMPTS)
def test_a_prompt_comes_back_as_it_was(prompt: Prompt) -> None:
    assert read(written(prompt)) == prompt


def test_the_text_is_all_that_is_read() -> None:
    story, tail, cue = (Segment((Piece(text), Piece("|", markup=True))) for text in ("story", "tail", "cue"))
    assert text_of(Prompt(story=(story,), tail=(tail,), cue=cue)) == "story|tail|cue|"
