"""What a model's file says of itself, and text into tokens, piece by piece."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.llama.model import Model
from engine.prompt import Piece, Segment
from tests.tiny_gguf import CONTROL_TOKENS, write_tiny_model

PARTS = st.sampled_from([" the", "voice", " ", "\n", "\n\n", "é", "<0x0A>", *CONTROL_TOKENS]) | st.text()
TEXTS = st.lists(PARTS).map("".join).filter(lambda text: "▁" not in text)


@pytest.fixture(scope="module")
def byte_pairs(tiny_model: Path) -> Iterator[Model]:
    model = Model(tiny_model, gpu_layers=0)
    yield model
    model.close()


@pytest.fixture(scope="module")
def sentence_pieces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    path = tmp_path_factory.mktemp("tiny") / "sentencepiece.gguf"
    model = Model(write_tiny_model(path, sentence_pieces=True, add_bos=True), gpu_layers=0)
    yield model
    model.close()


def test_a_model_knows_what_begins_and_ends_a_text(byte_pairs: Model, sentence_pieces: Model) -> None:
    assert (byte_pairs.bos, byte_pairs.eos, byte_pairs.adds_bos) == ("<s>", "<|im_end|>", False)
    assert (sentence_pieces.bos, sentence_pieces.adds_bos) == ("<s>", True)


def test_a_beginning_is_marked_once(sentence_pieces: Model) -> None:
    segment = Segment((Piece(" the"), Piece(" voice")))
    begin, *rest = sentence_pieces.tokenize(segment, first=True)
    assert begin == CONTROL_TOKENS.index("<s>")
    assert tuple(rest) == sentence_pieces.tokenize(segment)
    assert begin not in rest


@pytest.mark.parametrize("kind", ["byte_pairs", "sentence_pieces"])
@given(texts=st.lists(TEXTS, max_size=4))
def test_tokens_are_the_text_and_nothing_else(request: pytest.FixtureRequest, kind: str, texts: list[str]) -> None:
    model: Model = request.getfixturevalue(kind)
    tokens = model.tokenize(Segment(tuple(map(Piece, texts))))
    assert b"".join(model.pieces[token] for token in tokens) == "".join(texts).encode("utf-8", "replace")
    assert not model.control_tokens.intersection(tokens)


def test_words_that_a_model_has_said_are_the_same_tokens_when_they_are_read(sentence_pieces: Model) -> None:
    said = [sentence_pieces.pieces.index(word) for word in (b" the", b" voice", b" from", b" the", b" door")]
    text = b"".join(sentence_pieces.pieces[token] for token in said).decode()
    assert list(sentence_pieces.tokenize(Segment((Piece(text),)))) == said
