"""Tiny language models with random weights, as GGUF files. They have learnt nothing: they are there to be decoded.

The tokenizer is a byte-level BPE, so any text can be read. The logits lean towards whole printable characters, and
depend on all that was read and on its order, so that a wrong cache shows as another distribution.
"""

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFWriter, RopeScalingType, TokenType, quants
from numpy.random import Generator, default_rng

Architecture = Literal["llama", "rwkv7", "lfm2"]
Tensors = dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]
Shapes = dict[str, tuple[int, int]]

CHATML = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

BEGIN, TURN_START, TURN_END = CONTROL_TOKENS = ("<s>", "<|im_start|>", "<|im_end|>")
WORDS = (
    "the and you that was with his her not but for are have they she him this all what out from said look there were"
    " would back into down hand door eyes over like them just then light could where night voice smile"
)
CHARACTERS = "éèàüöñßжия。の猫…—“”🙂"

WIDTH = 64
HIDDEN = 128
HEADS = 4
KV_HEADS = 2
HEAD_SIZE = WIDTH // HEADS
LAYERS = 2
LFM2_KV_HEADS = [0, KV_HEADS, 0, KV_HEADS]
SHORTCONV_WINDOW = 3
RWKV_HEAD_SIZE = 64
RWKV_RANK = 32
QUANTISED_BLOCK = 32

ATTENTION: Shapes = {
    "attn_q": (WIDTH, WIDTH),
    "attn_k": (KV_HEADS * HEAD_SIZE, WIDTH),
    "attn_v": (KV_HEADS * HEAD_SIZE, WIDTH),
    "attn_output": (WIDTH, WIDTH),
}
SHORT_CONVOLUTION: Shapes = {
    "shortconv.in_proj": (3 * WIDTH, WIDTH),
    "shortconv.conv": (WIDTH, SHORTCONV_WINDOW),
    "shortconv.out_proj": (WIDTH, WIDTH),
}
FEED_FORWARD: Shapes = {"ffn_gate": (HIDDEN, WIDTH), "ffn_up": (HIDDEN, WIDTH), "ffn_down": (WIDTH, HIDDEN)}
RWKV: Shapes = {
    **{f"time_mix_{name}": (WIDTH, WIDTH) for name in ("receptance", "key", "value", "output")},
    **{f"time_mix_{name}1": (RWKV_RANK, WIDTH) for name in "wavg"},
    **{f"time_mix_{name}2": (WIDTH, RWKV_RANK) for name in "wavg"},
    "channel_mix_key": (HIDDEN, WIDTH),
    "channel_mix_value": (WIDTH, HIDDEN),
}
ADDED_TO_FEATURES = {"attn_output", "shortconv.out_proj", "ffn_down", "time_mix_output", "channel_mix_value"}
GAINS = {"attn_q": 1.7, "attn_k": 1.7, "attn_output": 3.0, "time_mix_output": 3.0, "output": 2.0}
CONSTANT_FEATURE = 4.0
REPETITION_AVERSION = 0.15
RWKV_SLOW_DECAY = -6.0
RARE = -4.0


def write_tiny_model(
    path: Path,
    *,
    architecture: Architecture = "llama",
    seed: int = 0,
    chat_template: str | None = CHATML,
    context_length: int = 8192,
    yarn_factor: float | None = None,
    weight_type: GGMLQuantizationType = GGMLQuantizationType.F32,
    add_bos: bool = False,
    sentence_pieces: bool = False,
    end_bias: float = RARE,
    long_words: tuple[str, ...] = (),
) -> Path:
    """Write a model of under 1 MB to `path` and return `path`; the same arguments give the same bytes.

    `yarn_factor` is how far the context was stretched to `context_length`. `weight_type` is for matrices whose rows are
    whole blocks of it; the rest stays F32. With `sentence_pieces` the tokenizer is of the kind that puts a space in
    front of every text. Replies hardly ever end by themselves unless `end_bias` is raised: they do after a few hundred
    tokens at 2 and at once at 12. `long_words` are the last tokens of the vocabulary.
    """
    writer = GGUFWriter(path, architecture)
    writer.add_context_length(context_length)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(HIDDEN)
    if yarn_factor is not None:
        writer.add_rope_scaling_type(RopeScalingType.YARN)
        writer.add_rope_scaling_factor(yarn_factor)
        writer.add_rope_scaling_orig_ctx_len(round(context_length / yarn_factor))
    if sentence_pieces:
        add_sentence_pieces(writer)
    else:
        add_byte_pairs(writer, long_words)
    add_special_tokens(writer, chat_template, add_bos=add_bos)
    rng = default_rng(seed)
    blocks = {"llama": llama_blocks, "rwkv7": rwkv7_blocks, "lfm2": lfm2_blocks}[architecture]
    for name, tensor in (vocabulary_tensors(rng, end_bias, len(long_words)) | blocks(writer, rng)).items():
        in_blocks = tensor.ndim == 2 and tensor.shape[1] % QUANTISED_BLOCK == 0
        stored_type = weight_type if in_blocks else GGMLQuantizationType.F32
        writer.add_tensor(name, quants.quantize(tensor, stored_type), raw_dtype=stored_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a plain transformer: its cache can be cut, shifted and copied."""
    return write_tiny_model(tmp_path_factory.mktemp("tiny") / "llama.gguf")


@pytest.fixture(scope="session")
def tiny_rwkv7(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a recurrent model: a sequence has one state instead of a cell for each token."""
    return write_tiny_model(tmp_path_factory.mktemp("tiny") / "rwkv7.gguf", architecture="rwkv7")


@pytest.fixture(scope="session")
def tiny_lfm2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a hybrid: short convolutions, which are recurrent, take turns with attention."""
    return write_tiny_model(tmp_path_factory.mktemp("tiny") / "lfm2.gguf", architecture="lfm2")


def byte_alphabet() -> list[str]:
    """Return the character that stands for each byte: the byte itself where visible, else the next from U+0100 on."""
    visible = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    substitutes = iter(range(0x100, 0x200))
    return [chr(byte if byte in visible else next(substitutes)) for byte in range(0x100)]


def text_tokens() -> list[bytes]:
    """Return every byte, then words and characters grown from their first byte on, so that no two merges compete."""
    texts = [text.encode() for text in [*(f" {word}" for word in WORDS.split()), *CHARACTERS]]
    grown = (text[:length] for text in texts for length in range(2, len(text) + 1))
    return [*(bytes([byte]) for byte in range(0x100)), *dict.fromkeys(grown)]


def is_readable(token: bytes) -> bool:
    """Tell whether a token is whole characters that a terminal shows."""
    text = token.decode(errors="replace")
    return text == "\n" or (text.isprintable() and "\N{REPLACEMENT CHARACTER}" not in text)


def add_byte_pairs(writer: GGUFWriter, long_words: tuple[str, ...]) -> None:
    """Describe a vocabulary of the control tokens, every byte, some words and some characters."""
    alphabet = byte_alphabet()
    spelt = ["".join(alphabet[byte] for byte in token) for token in text_tokens()]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    types = {TokenType.CONTROL: CONTROL_TOKENS, TokenType.NORMAL: spelt, TokenType.USER_DEFINED: long_words}
    writer.add_token_list([token for tokens in types.values() for token in tokens])
    writer.add_token_types([type for type, tokens in types.items() for _ in tokens])
    writer.add_token_merges([f"{token[:-1]} {token[-1]}" for token in spelt if len(token) > 1])


def add_sentence_pieces(writer: GGUFWriter) -> None:
    """Describe the same vocabulary as SentencePiece has it: "▁" is a space, and halves of characters are not used."""
    types = [TokenType.CONTROL] * len(CONTROL_TOKENS)
    spelt: list[str] = [*CONTROL_TOKENS]
    for token in text_tokens():
        is_byte, is_half = (
            len(token) == 1 and token != b" ",
            "\N{REPLACEMENT CHARACTER}" in token.decode(errors="replace"),
        )
        types.append(TokenType.BYTE if is_byte else TokenType.UNUSED if is_half else TokenType.NORMAL)
        spelt.append(
            f"<0x{token.hex().upper()}>" if is_byte else token.hex() if is_half else token.decode().replace(" ", "▁")
        )
    writer.add_tokenizer_model("llama")
    writer.add_token_list(spelt)
    writer.add_token_scores([-float(place) for place in range(len(spelt))])
    writer.add_token_types(types)


def add_special_tokens(writer: GGUFWriter, chat_template: str | None, *, add_bos: bool) -> None:
    """Say which tokens begin and end what, and how a conversation is written with them."""
    writer.add_bos_token_id(CONTROL_TOKENS.index(BEGIN))
    writer.add_eos_token_id(CONTROL_TOKENS.index(TURN_END))
    writer.add_eot_token_id(CONTROL_TOKENS.index(TURN_END))
    writer.add_add_bos_token(add_bos)
    if chat_template is not None:
        writer.add_chat_template(chat_template)


def vocabulary_tensors(rng: Generator, end_bias: float, long_words: int) -> Tensors:
    """Draw what turns tokens into features, the first the same for all, and features into logits with their biases."""
    biases = [RARE] * len(CONTROL_TOKENS) + [0.0 if is_readable(token) else RARE for token in text_tokens()]
    biases[CONTROL_TOKENS.index(TURN_END)] = end_bias
    biases += [RARE] * long_words
    embedding = rng.standard_normal((len(biases), WIDTH), np.float32)
    embedding[:, 0] = CONSTANT_FEATURE
    output = matrices(rng, {"output": (len(biases), WIDTH)})["output.weight"]
    output -= embedding * REPETITION_AVERSION
    output[:, 0] = biases
    return {"token_embd.weight": embedding, "output.weight": output}


def matrices(rng: Generator, shapes: Shapes) -> Tensors:
    """Draw matrices of (rows, columns) that keep the variance of features but for a gain; none adds to the first."""
    tensors: Tensors = {}
    for name, (rows, columns) in shapes.items():
        matrix = rng.standard_normal((rows, columns), np.float32) * np.float32(GAINS.get(name, 1.0) / columns**0.5)
        if name in ADDED_TO_FEATURES:
            matrix[0] = 0.0
        tensors[f"{name}.weight"] = matrix
    return tensors


def vectors(*names: str, value: float = 1.0, size: int = WIDTH) -> Tensors:
    """Return vectors of one value everywhere."""
    return {name: np.full(size, value, np.float32) for name in names}


def llama_blocks(writer: GGUFWriter, rng: Generator) -> Tensors:
    """Describe and draw a transformer with grouped-query attention."""
    writer.add_block_count(LAYERS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_dimension_count(HEAD_SIZE)
    writer.add_layer_norm_rms_eps(1e-5)
    tensors = vectors("output_norm.weight")
    for layer in range(LAYERS):
        parts = matrices(rng, ATTENTION | FEED_FORWARD) | vectors("attn_norm.weight", "ffn_norm.weight")
        tensors |= {f"blk.{layer}.{name}": tensor for name, tensor in parts.items()}
    return tensors


def lfm2_blocks(writer: GGUFWriter, rng: Generator) -> Tensors:
    """Describe and draw a hybrid; a layer without key-value heads is a short convolution."""
    writer.add_block_count(len(LFM2_KV_HEADS))
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(LFM2_KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_shortconv_l_cache(SHORTCONV_WINDOW)
    tensors = vectors("token_embd_norm.weight")
    for layer, kv_heads in enumerate(LFM2_KV_HEADS):
        parts = matrices(rng, (ATTENTION if kv_heads else SHORT_CONVOLUTION) | FEED_FORWARD)
        parts |= vectors("attn_norm.weight", "ffn_norm.weight")
        if kv_heads:
            parts |= vectors("attn_q_norm.weight", "attn_k_norm.weight", value=GAINS["attn_q"], size=HEAD_SIZE)
        tensors |= {f"blk.{layer}.{name}": tensor for name, tensor in parts.items()}
    return tensors


def rwkv7_blocks(writer: GGUFWriter, rng: Generator) -> Tensors:
    """Describe and draw a recurrent model whose state forgets slowly."""
    writer.add_block_count(LAYERS)
    writer.add_head_count(0)
    writer.add_layer_norm_eps(1e-5)
    writer.add_wkv_head_size(RWKV_HEAD_SIZE)
    writer.add_decay_lora_rank(RWKV_RANK)
    writer.add_iclr_lora_rank(RWKV_RANK)
    writer.add_value_residual_mix_lora_rank(RWKV_RANK)
    writer.add_gate_lora_rank(RWKV_RANK)
    tensors = layer_norms("token_embd_norm", "output_norm")
    for layer in range(LAYERS):
        parts = matrices(rng, RWKV) | layer_norms("attn_norm", "attn_norm_2", "time_mix_ln")
        parts |= vectors("time_mix_k_k.weight", "time_mix_k_a.weight")
        parts |= vectors("time_mix_w0.weight", value=RWKV_SLOW_DECAY)
        parts |= vectors("time_mix_a0.weight", "time_mix_v0.weight", "time_mix_r_k.weight", value=0.0)
        parts["time_mix_lerp_fused.weight"] = rng.random((6, 1, 1, WIDTH), np.float32)
        parts["channel_mix_lerp_k.weight"] = rng.random(WIDTH, np.float32)
        tensors |= {f"blk.{layer}.{name}": tensor for name, tensor in parts.items()}
    return tensors


def layer_norms(*names: str) -> Tensors:
    return vectors(*(f"{name}.weight" for name in names)) | vectors(*(f"{name}.bias" for name in names), value=0.0)
