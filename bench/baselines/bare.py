"""The bare llama.cpp loop: some sequences in one batch, a sampler chain each, and nothing around it."""

import time
from collections.abc import Sequence
from typing import Any

import llama_cpp

from bench.apart import Tell
from engine import EngineSettings, Prompt, Sampling
from engine.llama.model import Model


def end_tokens(tell: Tell, settings: EngineSettings) -> None:
    """Tell the tokens that would end a reply."""
    tell(tuple(sorted(_load(settings).end_tokens)))


def write_together(
    tell: Tell, settings: EngineSettings, prompts: Sequence[Prompt], sampling: Sampling, repeats: int
) -> None:
    """Tell how many tokens a second are written behind all prompts at once, `repeats` times."""
    model = _load(settings)
    loop = _Loop(model, settings, prompts)
    for _ in range(repeats):
        tell(loop.run(sampling))
    loop.close()


def _load(settings: EngineSettings) -> Model:
    assert settings.model is not None
    return Model(settings.model, gpu_layers=settings.gpu_layers)


class _Loop:
    """One context with a sequence for each prompt, which are read once."""

    def __init__(self, model: Model, settings: EngineSettings, prompts: Sequence[Prompt]) -> None:
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = settings.window * len(prompts)
        parameters.n_batch = parameters.n_ubatch = settings.batch
        parameters.n_seq_max = len(prompts)
        parameters.n_threads = parameters.n_threads_batch = settings.threads
        parameters.flash_attn_type = int(settings.flash_attention)
        parameters.kv_unified = True
        self._model = model
        self._context: Any = llama_cpp.llama_init_from_model(model.pointer, parameters)
        self._memory: Any = llama_cpp.llama_get_memory(self._context)
        self._batch: Any = llama_cpp.llama_batch_init(settings.batch, 0, 1)
        self._lengths: list[int] = []
        self._last: list[int] = []
        for sequence, prompt in enumerate(prompts):
            segments = (*prompt.story, prompt.cue)
            tokens = [token for n, one in enumerate(segments) for token in model.tokenize(one, first=n == 0)]
            for start in range(0, len(tokens) - 1, settings.batch):
                part = tokens[start : min(start + settings.batch, len(tokens) - 1)]
                self._decode([(sequence, start + n, token) for n, token in enumerate(part)])
            self._lengths.append(len(tokens) - 1)
            self._last.append(tokens[-1])

    def close(self) -> None:
        llama_cpp.llama_batch_free(self._batch)
        llama_cpp.llama_free(self._context)

    def run(self, sampling: Sampling) -> float:
        """Write behind all prompts, forget it again, and return the tokens per second from the second token on."""
        chains = [_chain(self._model, sampling) for _ in self._last]
        drawn, texts = self._last, [b""] * len(self._last)
        begun = 0.0
        for step in range(sampling.max_tokens):
            self._decode([(n, self._lengths[n] + step, token) for n, token in enumerate(drawn)])
            drawn = [llama_cpp.llama_sampler_sample(chain, self._context, n) for n, chain in enumerate(chains)]
            texts = [text + self._model.pieces[token] for text, token in zip(texts, drawn, strict=True)]
            begun = begun or time.monotonic()
        seconds = time.monotonic() - begun
        for sequence, length in enumerate(self._lengths):
            llama_cpp.llama_memory_seq_rm(self._memory, sequence, length, -1)
        for chain in chains:
            llama_cpp.llama_sampler_free(chain)
        return len(chains) * (sampling.max_tokens - 1) / seconds

    def _decode(self, tokens: Sequence[tuple[int, int, int]]) -> None:
        """Read (sequence, position, token) each in one batch, with logits behind all of them."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for index, (sequence, position, token) in enumerate(tokens):
            batch.token[index] = token
            batch.pos[index] = position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = sequence
            batch.logits[index] = True
        code = llama_cpp.llama_decode(self._context, batch)
        if code:
            raise RuntimeError(f"llama_decode returned {code}")


def _chain(model: Model, sampling: Sampling) -> Any:
    """Chain what `sampling` asks for as cheaply as llama.cpp can: everything behind top-k sees few candidates."""
    s, llama = sampling, llama_cpp
    biases = (llama.llama_logit_bias * len(s.logit_bias))(*s.logit_bias)
    chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
    for link in (
        llama.llama_sampler_init_logit_bias(model.size, len(biases), biases),
        llama.llama_sampler_init_top_k(s.top_k),
        llama.llama_sampler_init_penalties(model.size, s.repeat_last_n, s.repeat_penalty, 0, 0),
        llama.llama_sampler_init_top_p(s.top_p, 1),
        llama.llama_sampler_init_min_p(s.min_p, 1),
        llama.llama_sampler_init_temp(s.temperature),
        llama.llama_sampler_init_dist(s.seed),
    ):
        llama.llama_sampler_chain_add(chain, link)
    return chain
