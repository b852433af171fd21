"""Models that are converted once, into the cache folder, because this machine reads another type faster."""

import hashlib
import multiprocessing
import sys
from contextlib import suppress
from pathlib import Path

from engine.errors import ModelError, clause, refused

FOLDER = "models"


def converted(model: Path, cache: Path) -> Path:
    """Return where a model's converted copy lies, or would lie; a changed file has another place.

    Raises ModelError where the model cannot be read.
    """
    try:
        status = model.stat()
    except OSError as error:
        raise ModelError(model, clause("the file cannot be read ({reason})", reason=refused(error))) from error
    mark = hashlib.sha256(f"{model.resolve()} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:8]
    return cache / FOLDER / f"{model.stem}-{mark}-Q8_0.gguf"


def convert(model: Path, target: Path) -> None:
    """Convert a model and wait for it: a second for a small one, minutes for a large one.

    Raises ModelError where that cannot be done; then nothing is left of it.
    """
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(model, target), daemon=True)
    process.start()
    try:
        process.join()
    finally:
        process.kill()
        process.join()
        with suppress(OSError):
            target.with_suffix(".part").unlink()
    if process.exitcode:
        raise ModelError(model, clause("it could not be converted to {target}", target=target))


def _run(model: Path, target: Path) -> None:
    """Be the converter. The import stands here so that llama.cpp is loaded in this process alone."""
    from engine.llama.convert import convert

    sys.exit(convert(model, target))
