"""Tokens counted by a vocabulary alone."""

from pathlib import Path

import pytest

from engine import ModelError, count_tokens
from engine.llama.model import Model
from engine.prompt import Piece, Segment

TEXTS = ("", "the voice from the door", "<|im_end|> é 漢字", "a\nb")


def test_texts_have_as_many_tokens_as_the_model_reads(tiny_model: Path) -> None:
    model = Model(tiny_model)
    expected = tuple(len(model.tokenize(Segment((Piece(text),)))) for text in TEXTS)
    model.close()
    assert count_tokens(tiny_model, TEXTS) == expected
    assert len(set(expected)) == len(TEXTS)


def test_what_is_no_model_is_told_in_a_sentence(tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF and no more")
    with pytest.raises(ModelError, match=r"bad\.gguf cannot be loaded: llama\.cpp says"):
        count_tokens(bad, TEXTS)
