"""Stories' files on this machine: none is written over."""

from itertools import count
from pathlib import Path
from typing import BinaryIO

from bot.errors import PlayError, refused
from bot.roleplay.exports.files import LIMIT_BYTES
from bot.words import Sentence, sentence


def write_new(wanted: str, usual: str, data: bytes) -> Path:
    """Write a file that is not there yet: the one that is wanted, or one of the `usual` name. Raises PlayError."""
    paths = [Path(wanted).expanduser()] if wanted else (_numbered(Path(usual), number) for number in count(1))
    for path in paths:
        try:
            with path.open("xb") as file:
                _fill(file, path, data)
            return path
        except FileExistsError:
            continue
        except (OSError, ValueError) as error:
            raise PlayError("The file {file} cannot be written: {reason}.", file=path, reason=why_not(error)) from error
    raise PlayError("The file {file} is there already: choose another name.", file=wanted)


def read_file(wanted: str) -> bytes:
    """Read a file, as much of it as a story may have and a byte more. Raises PlayError."""
    try:
        with Path(wanted).expanduser().open("rb") as file:
            return file.read(LIMIT_BYTES + 1)
    except (OSError, ValueError) as error:
        raise PlayError("The file {file} cannot be read: {reason}.", file=wanted, reason=why_not(error)) from error


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
