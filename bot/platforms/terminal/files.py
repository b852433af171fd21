"""Files on this machine: none is written over."""

import os
from itertools import count
from pathlib import Path
from typing import BinaryIO

from bot.errors import PlayError, refused
from bot.words import Sentence, sentence


def at_home(written: str | Path) -> Path:
    """Return the path that somebody wrote, `~` being a home folder; one that nobody has stays as it is."""
    return Path(os.path.expanduser(written))


def write_new(name: str, data: bytes) -> Path:
    """Write a file that is not there yet, into the working folder: with a number where its name is taken.

    Raises PlayError.
    """
    for path in (_numbered(Path(name), number) for number in count(1)):
        try:
            with path.open("xb") as file:
                _fill(file, path, data)
            return path
        except FileExistsError:
            continue
        except (OSError, ValueError) as error:
            raise PlayError("The file {file} cannot be written: {reason}.", file=path, reason=why_not(error)) from error
    raise AssertionError("there are names without end")


def write_at(path: Path, data: bytes) -> Path:
    """Write a file where there is none yet. Raises PlayError."""
    try:
        with at_home(path).open("xb") as file:
            _fill(file, path, data)
    except FileExistsError as error:
        raise PlayError("The file {file} is there already: choose another name.", file=path) from error
    except (OSError, ValueError) as error:
        raise PlayError("The file {file} cannot be written: {reason}.", file=path, reason=why_not(error)) from error
    return path


def why_not(error: Exception) -> Sentence:
    """Say why a file cannot be opened; what is no OSError is about its name."""
    return refused(error) if isinstance(error, OSError) else sentence("that is no name of a file")


def _fill(file: BinaryIO, path: Path, data: bytes) -> None:
    """Write all of a new file, or leave none."""
    try:
        file.write(data)
        file.flush()
    except OSError:
        path.unlink()
        raise


def _numbered(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_stem(f"{path.stem} {number}")
