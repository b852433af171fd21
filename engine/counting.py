"""How many tokens texts are, by a model's vocabulary alone: its weights are not loaded."""

import multiprocessing
import os
import signal
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from engine.errors import ModelError, clause
from engine.prompt import Piece, Segment


def count_tokens(model: Path, texts: Sequence[str]) -> tuple[int, ...]:
    """Count the tokens of each text, in a process of its own, and wait for it: half a second.

    Raises ModelError where the model cannot be used.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, model, tuple(texts)), daemon=True)
    process.start()
    theirs.close()
    try:
        counts: tuple[int, ...] | ModelError = ours.recv()
    except EOFError as error:
        process.join()
        ended = clause("the process that was to load it ended (exit code {exit_code})", exit_code=process.exitcode)
        raise ModelError(model, ended) from error
    finally:
        ours.close()
        process.kill()
        process.join()
    if isinstance(counts, ModelError):
        raise counts
    return counts


def _run(answer: Connection, path: Path, texts: tuple[str, ...]) -> None:
    """Be the counter. The import stands here so that llama.cpp is loaded in this process alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["GGML_NO_BACKTRACE"] = "1"
    from engine.llama.model import Model

    try:
        model = Model(path, only_vocabulary=True)
        answer.send(tuple(len(model.tokenize(Segment((Piece(text),)))) for text in texts))
        model.close()
    except ModelError as error:
        answer.send(error)
