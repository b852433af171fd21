"""Everything the bot can refuse. `str(error)` is one sentence that may be shown to a user."""

from pathlib import Path


class TroupeError(Exception):
    """The bot could not do what was asked."""


class ConfigError(TroupeError):
    """The settings cannot be used. Each problem is a sentence on a line of its own."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))


class StoreError(TroupeError):
    """Something could not be stored or read back."""


class DataFolderError(StoreError):
    """The data folder cannot be made, or written to."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"The data folder {folder} cannot be used: {reason}.")


class DataFolderInUse(StoreError):
    """Another process works in the data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"The data folder {folder} is in use by another Troupe: stop that one first.")


class DatabaseNewer(StoreError):
    """The database was written by a program that is newer than this one."""

    def __init__(self, path: Path, revision: str) -> None:
        super().__init__(f"The database {path} (revision {revision}) was written by a newer Troupe: update this one.")


class DatabaseDamaged(StoreError):
    """The file is no database of ours, or no longer one."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The file {path} is damaged or no database of Troupe: put a backup in its place.")


class DiskFull(StoreError):
    """No room is left for what was to be written."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"The disk is full, nothing more can be stored in {folder}: free some space and try again.")


class SqliteTooOld(StoreError):
    """The SQLite that Python came with lacks what the store needs."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(f"Python's SQLite is version {found}, but {needed} or newer is needed.")


class Missing(StoreError):
    """What was asked for by its id is not stored."""

    def __init__(self, kind: str, wanted: object) -> None:
        super().__init__(f"There is no {kind} {wanted}.")


class PlayError(TroupeError):
    """What a player asked for does not fit the story as it stands."""


class NothingPlayed(PlayError):
    """There is no scene at a place."""

    def __init__(self) -> None:
        super().__init__("Nothing is played here yet: open a scene first.")


class StillSpeaking(PlayError):
    """A reply is under way."""

    def __init__(self) -> None:
        super().__init__("Somebody is still speaking: wait for the end, or stop the reply first.")


class LineTooLong(PlayError):
    """A line has more characters than a turn may have."""

    def __init__(self, characters: int, most: int) -> None:
        super().__init__(f"That line has {characters:,} characters; {most:,} are the most that one turn may have.")


class StoryFileError(TroupeError):
    """A story cannot be read from a file; `line` counts from 1, and `problem` is a clause that says what is wrong."""

    def __init__(self, source: str, problem: str, *, line: int | None = None) -> None:
        shown = "".join(char if char.isprintable() else "?" for char in source)
        place = "" if line is None else f"in line {line:,} "
        super().__init__(f"The story {shown} cannot be read: {place}{problem}.")
