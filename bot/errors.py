"""Everything the bot can refuse. `str(error)` is one sentence that may be shown to a user; `said` is translated."""

import os
from datetime import timedelta
from math import ceil
from pathlib import Path

from bot.words import Said, Sentence, sentence

MISSING = {
    "book": sentence("There is no lorebook {wanted}."),
    "branch": sentence("There is no branch {wanted}."),
    "card": sentence("There is no card {wanted}."),
    "character": sentence("There is no character {wanted}."),
    "document": sentence("There is no document {wanted}."),
    "open reply": sentence("There is no open reply {wanted}."),
    "persona": sentence("There is no persona {wanted}."),
    "scene": sentence("There is no scene {wanted}."),
    "turn": sentence("There is no turn {wanted}."),
}
NOT_OWNED = {
    "book": sentence("You have no lorebook called {wanted}."),
    "card": sentence("You have no card called {wanted}."),
    "document": sentence("You have no document called {wanted}."),
    "persona": sentence("You have no persona called {wanted}."),
}
OUT_OF_RANGE = {
    "chance_percent": sentence("The chance of an answer is a whole number from {least} to {most}, in percent."),
    "most_replies": sentence("One line brings about from {least} to {most} replies."),
    "among_themselves": sentence("The characters can go on among themselves for {least} to {most} turns."),
}
"""A sentence for each: a noun put into another sentence would need its case, which not all languages share."""


def refused(error: OSError) -> Sentence:
    """Return what the operating system says: catalogues have the commonest of its refusals."""
    return Sentence(os.strerror(error.errno)) if error.errno else sentence("the system does not say why")


class TroupeError(Exception):
    """The bot could not do what was asked. `text` is English, with places for the facts."""

    def __init__(self, text: str, /, **facts: object) -> None:
        self.said = Sentence(text, facts)
        super().__init__(str(self.said))


class ConfigError(TroupeError):
    """The settings cannot be used. Each problem is a sentence on a line of its own."""

    def __init__(self, *problems: Said) -> None:
        named = {f"problem{number}": problem for number, problem in enumerate(problems)}
        super().__init__("\n".join(f"{{{name}}}" for name in named), **named)


class StoreError(TroupeError):
    """Something could not be stored or read back."""


class DataFolderError(StoreError):
    """The data folder cannot be made, or written to."""

    def __init__(self, folder: Path, reason: Said) -> None:
        super().__init__("The data folder {folder} cannot be used: {reason}.", folder=folder, reason=reason)


class DataFolderInUse(StoreError):
    """Another process works in the data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__("The data folder {folder} is in use by another Troupe: stop that one first.", folder=folder)


class DatabaseNewer(StoreError):
    """The database was written by a program that is newer than this one."""

    def __init__(self, path: Path, revision: str) -> None:
        super().__init__(
            "The database {path} (revision {revision}) was written by a newer Troupe: update this one.",
            path=path,
            revision=revision,
        )


class DatabaseDamaged(StoreError):
    """The file is no database of ours, or no longer one."""

    def __init__(self, path: Path) -> None:
        super().__init__("The file {path} is damaged or no database of Troupe: put a backup in its place.", path=path)


class DiskFull(StoreError):
    """No room is left for what was to be written."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            "The disk is full, nothing more can be stored in {folder}: free some space and try again.", folder=folder
        )


class SqliteTooOld(StoreError):
    """The SQLite that Python came with lacks what the store needs."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(
            "Python's SQLite is version {found}, but {needed} or newer is needed.", found=found, needed=needed
        )


class Missing(StoreError):
    """What was asked for by its id or name is not stored; `kind` is one of MISSING."""

    def __init__(self, kind: str, wanted: object) -> None:
        super().__init__(MISSING[kind].text, wanted=wanted)


class NotOwned(StoreError):
    """Somebody has nothing of that name; `kind` is one of NOT_OWNED."""

    def __init__(self, kind: str, wanted: object) -> None:
        super().__init__(NOT_OWNED[kind].text, wanted=wanted)


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


class ScenePaused(PlayError):
    """The scene is paused: nobody speaks."""

    def __init__(self) -> None:
        super().__init__("The scene is paused: nobody speaks until one of those who play resumes it.")


class LineFiltered(PlayError):
    """A line says what is not said at its server."""

    def __init__(self) -> None:
        super().__init__("That line was not taken: it says something that the moderators here do not allow.")


class LineTooLong(PlayError):
    """A line has more characters than a turn may have."""

    def __init__(self, characters: int, most: int) -> None:
        super().__init__(
            "That line has {characters:,} characters; {most:,} are the most that one turn may have.",
            characters=characters,
            most=most,
        )


class InvalidRule(PlayError):
    """A rule of the casting is outside its range; `name` is one of OUT_OF_RANGE."""

    def __init__(self, name: str, *, least: int, most: int) -> None:
        super().__init__(OUT_OF_RANGE[name].text, least=least, most=most)


class NotAllowed(PlayError):
    """Somebody may not do that here; `refusal` says whose it is."""

    def __init__(self, refusal: Sentence) -> None:
        super().__init__(refusal.text, **refusal.facts)


class TooManyReplies(PlayError):
    """Somebody has asked for more replies within a minute than anybody may."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(
            "That was a lot for one minute, and others play too: it goes on for you in {seconds} s.",
            seconds=ceil(wait.total_seconds()),
        )


class TooManyTokens(PlayError):
    """Somebody has used more of the model in a day than anybody may."""

    def __init__(self, wait: timedelta) -> None:
        minutes = ceil(wait.total_seconds() / 60)
        super().__init__(
            "You have played all that one person may in a day: it goes on for you at midnight UTC, "
            "in {hours} h {minutes} min.",
            hours=minutes // 60,
            minutes=minutes % 60,
        )


class PlatformError(TroupeError):
    """A platform does not let the bot in, or no longer."""


class StoryFileError(TroupeError):
    """A story cannot be read from a file; `line` counts from 1, and `problem` is a clause that says what is wrong."""

    def __init__(self, source: str, problem: Said, *, line: int | None = None) -> None:
        shown = "".join(char if char.isprintable() else "?" for char in source)
        if line is None:
            super().__init__("The story {shown} cannot be read: {problem}.", shown=shown, problem=problem)
        else:
            super().__init__(
                "The story {shown} cannot be read: in line {line:,} {problem}.",
                shown=shown,
                line=line,
                problem=problem,
            )


class EmptyStory(StoryFileError):
    """Nobody has said anything yet in a story's file."""
