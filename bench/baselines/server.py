"""llama-server behind a good client: the same token ids, one request after the other, its prompt cache on."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.apart import Tell
from bench.baselines.kernels import has_extra_buffers
from bench.baselines.prompts import Prompts
from bench.play import PAUSE_SECONDS, REPLY, SHOWN_TOKENS, Played
from bench.trace import Trace
from engine import EngineSettings

HOST = "127.0.0.1"
START_SECONDS = 120.0
POLL_SECONDS = 0.1
REQUEST_SECONDS = 300.0

DEFAULT_SLOTS = 4
"""What a server takes that is told nothing; they share one context."""

TUNED = ("--kv-unified", "--cache-reuse", "64", "--cache-ram", "4096")
"""Parts of a prompt behind a gap are shifted into place; prompts that had to leave wait in RAM, in MiB."""


def play_server(tell: Tell, settings: EngineSettings, trace: Trace, program: Path) -> None:
    """Tell what each step of a trace costs a server with its own set-up."""
    _play(tell, settings, trace, [f"{program}", *_arguments(settings, DEFAULT_SLOTS)])


def play_tuned_server(tell: Tell, settings: EngineSettings, trace: Trace, program: Path) -> None:
    """Tell what each step of a trace costs a server with a slot for each channel."""
    slots = trace.channels
    _play(tell, settings, trace, [f"{program}", *_arguments(settings, slots), "--parallel", f"{slots}", *TUNED])


def play_at(tell: Tell, settings: EngineSettings, trace: Trace, port: int) -> None:
    """Tell what each step of a trace costs a server that listens."""
    prompts = Prompts(settings)
    for step in trace:
        wanted = prompts.want(step)
        asked = time.monotonic()
        chunks = _write(port, wanted.tokens, SHOWN_TOKENS)
        next(chunk for chunk in chunks if chunk.get("content") or chunk.get("stop"))
        tell(Played(time.monotonic() - asked, wanted.is_trimmed))
        for _ in chunks:
            pass
        for _ in _write(port, wanted.written, 1) if wanted.written else ():
            pass
        time.sleep(PAUSE_SECONDS)


def _play(tell: Tell, settings: EngineSettings, trace: Trace, command: Sequence[str]) -> None:
    with closing(socket.create_server((HOST, 0))) as free:
        port = free.getsockname()[1]
    with _serving([*command, "--host", HOST, "--port", str(port)], port):
        play_at(tell, settings, trace, port)


def _arguments(settings: EngineSettings, slots: int) -> list[str]:
    chosen = {
        "--model": settings.model,
        "--ctx-size": settings.window * slots,
        "--threads": settings.threads,
        "--threads-batch": settings.threads,
        "--batch-size": settings.batch,
        "--ubatch-size": settings.batch,
        "--flash-attn": "on" if settings.flash_attention else "off",
        "--cache-type-k": settings.cache_type,
        "--cache-type-v": settings.cache_type,
    }
    words = [f"{word}" for pair in chosen.items() for word in pair]
    return words if has_extra_buffers() else [*words, "--no-repack"]


@contextmanager
def _serving(command: Sequence[str], port: int) -> Iterator[None]:
    """Run a server for as long as the block lasts. Raises RuntimeError where it does not begin to serve."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _is_ready(port):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{command[0]} does not serve (exit code {server.poll()})")
                time.sleep(POLL_SECONDS)
            yield
        finally:
            server.kill()


def _is_ready(port: int) -> bool:
    with closing(HTTPConnection(HOST, port, timeout=REQUEST_SECONDS)) as connection:
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False


def _write(port: int, tokens: Sequence[int], most: int) -> Iterator[dict[str, Any]]:
    """Yield the events of a reply as they come."""
    wanted = {
        "prompt": tokens,
        "n_predict": most,
        "stream": True,
        "cache_prompt": True,
        "temperature": REPLY.temperature,
        "top_k": REPLY.top_k,
        "top_p": REPLY.top_p,
        "min_p": REPLY.min_p,
        "repeat_penalty": REPLY.repeat_penalty,
        "repeat_last_n": REPLY.repeat_last_n,
        "seed": REPLY.seed,
    }
    with closing(HTTPConnection(HOST, port, timeout=REQUEST_SECONDS)) as connection:
        connection.request("POST", "/completion", json.dumps(wanted), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"llama-server answers {answer.status}: {answer.read(500).decode(errors='replace')}")
        for line in answer:
            if line.startswith(b"data:"):
                yield json.loads(line.removeprefix(b"data:"))
