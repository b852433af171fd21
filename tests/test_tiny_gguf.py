import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import llama_cpp
import numpy as np
import pytest
from gguf import GGMLQuantizationType

from tests.tiny_gguf import BEGIN, CHATML, CONTROL_TOKENS, TURN_END, TURN_START, Architecture, write_tiny_model

STORY = "The door opened, and there she was with a light in her hand. “Where have you been?” he said.\n" * 4
UNRELATED = "Übrigens: 猫 — 🙂 42 it rained all night; nobody came."


@llama_cpp.llama_log_callback
def discard(level: int, text: bytes, user_data: ctypes.c_void_p) -> None:
    pass


class Reader:
    """A loaded model with a context of 512 cells and four sequences."""

    def __init__(self, path: Path) -> None:
        llama_cpp.llama_log_set(discard, ctypes.c_void_p(0))
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = 0
        parameters.use_extra_bufts = False  # AMX kernels for quantised weights crash where an older GCC compiled them
        self.model: Any = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
        assert self.model
        context = llama_cpp.llama_context_default_params()
        context.n_ctx, context.n_seq_max, context.kv_unified = 512, 4, True
        context.n_threads = context.n_threads_batch = 1
        context.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        self.context: Any = llama_cpp.llama_init_from_model(self.model, context)
        assert self.context
        self.memory: Any = llama_cpp.llama_get_memory(self.context)
        self.vocabulary: Any = llama_cpp.llama_model_get_vocab(self.model)
        self.size = llama_cpp.llama_vocab_n_tokens(self.vocabulary)

    def close(self) -> None:
        llama_cpp.llama_free(self.context)
        llama_cpp.llama_model_free(self.model)

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        encoded = text.encode()
        tokens = (llama_cpp.llama_token * (len(encoded) + 1))()
        count = llama_cpp.llama_tokenize(self.vocabulary, encoded, len(encoded), tokens, len(tokens), True, special)
        return tokens[:count]

    def spell(self, tokens: list[int]) -> bytes:
        piece = ctypes.create_string_buffer(32)
        lengths = ((llama_cpp.llama_token_to_piece(self.vocabulary, t, piece, 32, 0, True), piece) for t in tokens)
        return b"".join(buffer.raw[:length] for length, buffer in lengths)

    def read(self, tokens: list[int], *, sequence: int = 0) -> np.ndarray:
        """Append tokens to a sequence and return the log probabilities after each, (tokens, vocabulary)."""
        start = llama_cpp.llama_memory_seq_pos_max(self.memory, sequence) + 1
        batch = llama_cpp.llama_batch_init(len(tokens), 0, 1)
        batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, start + i, 1, 1
            batch.seq_id[i][0] = sequence
        assert llama_cpp.llama_decode(self.context, batch) == 0
        rows = [llama_cpp.llama_get_logits_ith(self.context, i) for i in range(len(tokens))]
        logits = np.array([np.ctypeslib.as_array(row, (self.size,)) for row in rows], np.float64)
        llama_cpp.llama_batch_free(batch)
        return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)

    def reread(self, tokens: list[int]) -> np.ndarray:
        """Return the log probabilities after these tokens, read into an empty memory."""
        llama_cpp.llama_memory_clear(self.memory, True)
        return self.read(tokens)[-1]

    def reply(self, prompt: str, length: int) -> list[int]:
        """Return the likeliest tokens, one after the other."""
        tokens = [int(self.reread(self.tokenize(prompt)).argmax())]
        while len(tokens) < length:
            tokens.append(int(self.read(tokens[-1:])[-1].argmax()))
        return tokens


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    reader = Reader(path)
    try:
        yield reader
    finally:
        reader.close()


@pytest.fixture(scope="module", params=get_args(Architecture))
def architecture(request: pytest.FixtureRequest) -> Architecture:
    return request.param


@pytest.fixture(scope="module")
def reader(architecture: Architecture, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path = write_tiny_model(tmp_path_factory.mktemp("tiny") / "model.gguf", architecture=architecture)
    with opened(path) as reader:
        yield reader


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.gguf"


def divergence(expected: np.ndarray, actual: np.ndarray) -> float:
    return float((np.exp(expected) * (expected - actual)).sum())


def test_a_seed_decides_every_byte_of_a_small_file(architecture: Architecture, tmp_path: Path) -> None:
    files = [write_tiny_model(tmp_path / f"{n}", architecture=architecture, seed=n // 2).read_bytes() for n in range(3)]
    assert len(files[0]) < 1_000_000
    assert files[0] == files[1]
    assert files[0] != files[2]


def test_distributions_are_neither_flat_nor_certain(reader: Reader) -> None:
    llama_cpp.llama_memory_clear(reader.memory, True)
    log_probabilities = reader.read(reader.tokenize(STORY)[:64])
    assert np.isfinite(log_probabilities).all()
    entropies = -(np.exp(log_probabilities) * log_probabilities).sum(axis=1)
    assert entropies.min() > 0.2
    assert 2.0 < entropies.mean() < np.log(reader.size) - 1.0


def test_what_was_read_long_ago_and_its_order_still_count(reader: Reader) -> None:
    tokens = reader.tokenize(STORY)[:64]
    other = reader.tokenize(UNRELATED)[0]
    as_read = reader.reread(tokens)
    assert divergence(as_read, reader.reread(tokens)) < 1e-9
    assert divergence(as_read, reader.reread([*tokens[:3], other, *tokens[4:]])) > 1e-3
    assert divergence(as_read, reader.reread([*tokens[:40][::-1], *tokens[40:]])) > 1e-3
    assert divergence(as_read, reader.reread(tokens[8:])) > 1e-3


def test_replies_vary_and_depend_on_the_prompt(reader: Reader) -> None:
    reply = reader.reply(STORY, 40)
    assert len(set(reply)) > 8
    assert reply != reader.reply(UNRELATED, 40)
    assert reader.spell(reply).decode().replace("\n", "").isprintable()


def test_a_fork_goes_its_own_way(reader: Reader) -> None:
    tokens, others = reader.tokenize(STORY)[:64], reader.tokenize(UNRELATED)[:8]
    expected = reader.reread([*tokens, *others])
    reader.reread(tokens)
    llama_cpp.llama_memory_seq_cp(reader.memory, 0, 1, -1, -1)
    reader.read(others[::-1], sequence=1)
    assert divergence(expected, reader.read(others)[-1]) < 1e-9


def test_only_a_cache_of_cells_gives_its_tail_back(reader: Reader, architecture: Architecture) -> None:
    tokens = reader.tokenize(STORY)[:64]
    expected = reader.reread(tokens)
    removed = llama_cpp.llama_memory_seq_rm(reader.memory, 0, 48, -1)
    assert removed == (architecture == "llama")
    if removed:
        assert divergence(expected, reader.read(tokens[48:])[-1]) < 1e-9


def test_control_tokens_are_special_only_in_markup(reader: Reader) -> None:
    for token, text in enumerate(CONTROL_TOKENS):
        assert reader.tokenize(text, special=True) == [token]
        as_text = reader.tokenize(text)
        assert len(as_text) > 1
        assert not any(llama_cpp.llama_vocab_is_control(reader.vocabulary, part) for part in as_text)
    end = CONTROL_TOKENS.index(TURN_END)
    assert [t for t in range(reader.size) if llama_cpp.llama_vocab_is_eog(reader.vocabulary, t)] == [end]
    assert llama_cpp.llama_vocab_eos(reader.vocabulary) == llama_cpp.llama_vocab_eot(reader.vocabulary) == end


def test_any_text_is_read_back_as_it_was(reader: Reader) -> None:
    text = f"{UNRELATED}\n\n  {TURN_START}\t\x00\u2028कखग" + "".join(map(chr, range(1, 0x180)))
    assert reader.spell(reader.tokenize(text)).decode() == text
    assert len(reader.tokenize(" the voice 猫")) == 4


@pytest.mark.parametrize(("yarn_factor", "is_exact"), [(None, True), (4.0, False)])
def test_a_shift_betrays_yarn(path: Path, yarn_factor: float | None, is_exact: bool) -> None:
    with opened(write_tiny_model(path, yarn_factor=yarn_factor)) as reader:
        *tokens, last = reader.tokenize(STORY)[:64]
        expected = reader.reread([*tokens, last])
        reader.reread(tokens)
        llama_cpp.llama_memory_seq_add(reader.memory, 0, 0, -1, 64)
        assert (divergence(expected, reader.read([last])[-1]) < 1e-3) == is_exact


@pytest.mark.parametrize("weight_type", [GGMLQuantizationType.F16, GGMLQuantizationType.Q8_0])
def test_weights_can_be_narrower(architecture: Architecture, path: Path, weight_type: GGMLQuantizationType) -> None:
    wide = write_tiny_model(path, architecture=architecture).stat().st_size
    with opened(write_tiny_model(path, architecture=architecture, weight_type=weight_type)) as reader:
        assert path.stat().st_size < 0.6 * wide
        assert np.isfinite(reader.reread(reader.tokenize(STORY)[:64])).all()


def test_a_reply_ends_when_it_is_made_likely(architecture: Architecture, path: Path) -> None:
    with opened(write_tiny_model(path, architecture=architecture, end_bias=12.0)) as reader:
        assert reader.spell(reader.reply(STORY, 8)).decode() == TURN_END * 8


def test_what_the_file_says_of_itself(reader: Reader, path: Path) -> None:
    assert llama_cpp.llama_model_chat_template(reader.model, None) == CHATML.encode()
    assert llama_cpp.llama_model_n_ctx_train(reader.model) == 8192
    with opened(write_tiny_model(path, chat_template=None, context_length=1024, add_bos=True)) as other:
        assert llama_cpp.llama_model_chat_template(other.model, None) is None
        assert llama_cpp.llama_model_n_ctx_train(other.model) == 1024
        assert other.tokenize(" the") == [CONTROL_TOKENS.index(BEGIN), *reader.tokenize(" the")]
