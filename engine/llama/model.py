"""A GGUF model: its weights, its vocabulary, and what its file says of itself."""

import ctypes
import hashlib
import os
import re
from collections import deque
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import llama_cpp
import numpy

from engine.errors import Clause, ModelError, clause, refused
from engine.prompt import Piece, Segment

PINNED_VERSION = "0.3.36"
"""The ctypes structures of another version may not match the library's: wrong values, or a crash."""

GGUF_MAGIC = b"GGUF"
PIECE_BYTES = 256
AMX_MARK = b"AMX_INT8 = 1"
"""GCC 12 miscompiles llama.cpp's AMX kernels (ggml-org/llama.cpp pull request 26954): they crash the process on the
first quantised batch. Without the extra buffer types they are not used."""
MROPE_TYPES = frozenset({llama_cpp.LLAMA_ROPE_TYPE_MROPE, llama_cpp.LLAMA_ROPE_TYPE_IMROPE})

WHERE = re.compile(r"^(?:(?:error loading model(?: \w+)?|\w+): )*")
"""What llama.cpp puts in front of a reason: where it was found."""

_messages: deque[str] = deque(maxlen=50)


@llama_cpp.llama_log_callback
def _keep_message(level: int, text: bytes, user_data: ctypes.c_void_p) -> None:
    _messages.append(text.decode("utf-8", "replace").strip())


class Model:
    """A loaded model, or only its vocabulary. Close it when no context uses it any more.

    Raises ModelError where the file is missing, no GGUF, cut short, or of a kind that llama.cpp does not know.
    """

    def __init__(self, path: Path, *, gpu_layers: int = 0, only_vocabulary: bool = False) -> None:
        if llama_cpp.__version__ != PINNED_VERSION:
            needed, found = PINNED_VERSION, str(llama_cpp.__version__)
            raise ModelError(
                path, clause("llama-cpp-python {needed} is needed, {found} is installed", needed=needed, found=found)
            )
        _check_file(path)
        llama_cpp.llama_log_set(_keep_message, ctypes.c_void_p(0))
        _messages.clear()
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = gpu_layers
        parameters.vocab_only = only_vocabulary
        parameters.use_extra_bufts = AMX_MARK not in llama_cpp.llama_print_system_info()
        pointer = llama_cpp.llama_model_load_from_file(os.fsencode(path), parameters)
        if not pointer:
            raise ModelError(path, _reason())
        self.path = path
        self.pointer: Any = pointer
        self.vocabulary: Any = llama_cpp.llama_model_get_vocab(pointer)
        self.size = int(llama_cpp.llama_vocab_n_tokens(self.vocabulary))
        if not self.size or llama_cpp.llama_vocab_type(self.vocabulary) == llama_cpp.LLAMA_VOCAB_TYPE_NONE:
            raise ModelError(path, clause("it has no vocabulary"))
        self.pieces = self._piece_table()
        self.control_tokens = frozenset(
            t for t in range(self.size) if llama_cpp.llama_vocab_is_control(self.vocabulary, t)
        )
        self.end_tokens = frozenset(t for t in range(self.size) if llama_cpp.llama_vocab_is_eog(self.vocabulary, t))
        self.silent_tokens = numpy.array(sorted(self.control_tokens - self.end_tokens), numpy.intp)
        self.tokenize_piece = lru_cache(maxsize=4096)(self._tokenize_piece)

    def close(self) -> None:
        llama_cpp.llama_model_free(self.pointer)

    @property
    def chat_template(self) -> str | None:
        template = llama_cpp.llama_model_chat_template(self.pointer, None)
        return template.decode("utf-8", "replace") if template else None

    @property
    def bos(self) -> str:
        return self.text_of(int(llama_cpp.llama_vocab_bos(self.vocabulary)))

    @property
    def eos(self) -> str:
        return self.text_of(int(llama_cpp.llama_vocab_eos(self.vocabulary)))

    @property
    def adds_bos(self) -> bool:
        return bool(llama_cpp.llama_vocab_get_add_bos(self.vocabulary))

    @property
    def trained_window(self) -> int:
        return int(llama_cpp.llama_model_n_ctx_train(self.pointer))

    @property
    def can_use_gpu(self) -> bool:
        return bool(llama_cpp.llama_supports_gpu_offload())

    @property
    def rewrites_state(self) -> bool:
        """Recurrent and hybrid models fold what they read into one state; nothing can be taken out of it."""
        return bool(llama_cpp.llama_model_is_recurrent(self.pointer) or llama_cpp.llama_model_is_hybrid(self.pointer))

    @property
    def has_plain_positions(self) -> bool:
        """llama.cpp aborts the process when the positions of an M-RoPE model are shifted."""
        return llama_cpp.llama_model_rope_type(self.pointer) not in MROPE_TYPES

    @property
    def fingerprint(self) -> str:
        """Tell models apart by size, date and first megabyte of the file: reading all of it would take seconds."""
        status = self.path.stat()
        with self.path.open("rb") as file:
            start = file.read(1 << 20)
        return hashlib.sha256(b"%d %d " % (status.st_size, status.st_mtime_ns) + start).hexdigest()

    def tokenize(self, segment: Segment, *, first: bool = False) -> tuple[int, ...]:
        """Tokenise a segment piece by piece; special tokens are recognised in markup and nowhere else."""
        start = (int(llama_cpp.llama_vocab_bos(self.vocabulary)),) if first and self.adds_bos else ()
        return sum((self.tokenize_piece(piece) for piece in segment.pieces), start)

    def _tokenize_piece(self, piece: Piece) -> tuple[int, ...]:
        """Tokenise a piece behind a newline and leave that out, where there would be a space in front of it."""
        tokens = self._tokens(self._front + piece.text, markup=piece.markup)
        front = self._tokens(self._front)
        return tokens[len(front) :] if tokens[: len(front)] == front else self._tokens(piece.text, markup=piece.markup)

    @cached_property
    def _front(self) -> str:
        """SentencePiece vocabularies put a space in front of each text. Behind another piece that would be one more."""
        return "\n" if self.pieces[self._tokens("a")[0]].startswith(b" ") else ""

    def _tokens(self, text: str, *, markup: bool = False) -> tuple[int, ...]:
        data = text.encode("utf-8", "replace")
        room = len(data) + 16
        buffer = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self.vocabulary, data, len(data), buffer, room, False, markup)
        return tuple(buffer[:count])

    def text_of(self, token: int) -> str:
        """Return how the vocabulary spells a token; nothing where there is no such token."""
        if token < 0:
            return ""
        return llama_cpp.llama_vocab_get_text(self.vocabulary, token).decode("utf-8", "replace")

    def _piece_table(self) -> tuple[bytes, ...]:
        buffer = ctypes.create_string_buffer(PIECE_BYTES)

        def piece(token: int) -> bytes:
            size = llama_cpp.llama_token_to_piece(self.vocabulary, token, buffer, PIECE_BYTES, 0, False)
            if size >= 0:
                return buffer.raw[:size]
            large = ctypes.create_string_buffer(-size)
            llama_cpp.llama_token_to_piece(self.vocabulary, token, large, -size, 0, False)
            return large.raw

        return tuple(map(piece, range(self.size)))


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(path, clause("the file cannot be read ({reason})", reason=refused(error))) from error
    if magic != GGUF_MAGIC:
        raise ModelError(path, clause("it is no GGUF file"))


def _reason() -> Clause:
    errors = [text for text in _messages if "error" in text.lower() or "not within" in text or "failed" in text]
    if not errors:
        return clause("llama.cpp refuses it")
    return clause("llama.cpp says: {message}", message=" ".join(WHERE.sub("", errors[0]).split()).rstrip("."))
