"""llama-cpp-python's own `Llama`, with the prefix that it keeps of the last prompt, and with its RAM cache."""

import time
from collections.abc import Iterator
from typing import Any

import llama_cpp

from bench.apart import Tell
from bench.baselines.kernels import has_extra_buffers
from bench.baselines.prompts import Prompts
from bench.play import REPLY, SHOWN_TOKENS, Played
from bench.trace import Trace
from engine import EngineSettings


def play_llama(tell: Tell, settings: EngineSettings, trace: Trace) -> None:
    """Tell what each step of a trace costs, one conversation after the other in one cache."""
    _play(tell, _open(settings), settings, trace)


def play_ram_cache(tell: Tell, settings: EngineSettings, trace: Trace) -> None:
    """Tell what each step of a trace costs where every prompt's state is kept in RAM, 2 GiB of them by default."""
    llama = _open(settings)
    llama.set_cache(llama_cpp.LlamaRAMCache())
    _play(tell, llama, settings, trace)


def _play(tell: Tell, llama: llama_cpp.Llama, settings: EngineSettings, trace: Trace) -> None:
    prompts = Prompts(settings)
    for step in trace:
        wanted = prompts.want(step)
        asked = time.monotonic()
        chunks = _write(llama, wanted.tokens, SHOWN_TOKENS)
        next(chunks)
        tell(Played(time.monotonic() - asked, wanted.is_trimmed))
        for _ in chunks:
            pass
        for _ in _write(llama, wanted.written, 1) if wanted.written else ():
            pass


def _write(llama: llama_cpp.Llama, tokens: list[int], most: int) -> Iterator[Any]:
    chunks: Any = llama.create_completion(
        tokens,
        max_tokens=most,
        temperature=REPLY.temperature,
        top_k=REPLY.top_k,
        top_p=REPLY.top_p,
        min_p=REPLY.min_p,
        repeat_penalty=REPLY.repeat_penalty,
        seed=REPLY.seed,
        stream=True,
    )
    return chunks


def _open(settings: EngineSettings) -> llama_cpp.Llama:
    _load_like_the_engine()
    return llama_cpp.Llama(
        str(settings.model),
        n_gpu_layers=settings.gpu_layers,
        n_ctx=settings.window,
        n_batch=settings.batch,
        n_ubatch=settings.batch,
        n_threads=settings.threads,
        n_threads_batch=settings.threads,
        flash_attn=settings.flash_attention,
        last_n_tokens_size=REPLY.repeat_last_n,
        verbose=False,
    )


def _load_like_the_engine() -> None:
    """`Llama` has no option for what the engine leaves out of a model."""
    library: Any = llama_cpp.llama_cpp
    default = library.llama_model_default_params

    def parameters() -> Any:
        chosen = default()
        chosen.use_extra_bufts = has_extra_buffers()
        return chosen

    library.llama_model_default_params = parameters
