"""What a command is, on every platform: its words, what it takes, what it does. It knows no command and no platform."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.errors import PlayError
from bot.platforms.player import Player

MOST_DIGITS = 10


class Kind(Enum):
    """What an option takes. For the names of things platforms offer what there is, as far as they can."""

    TEXT = auto()
    NUMBER = auto()
    CHOICE = auto()
    FILE = auto()
    TURN = auto()
    CARDS = auto()
    CARD = auto()
    CHARACTER = auto()
    PERSONA = auto()
    BRANCH = auto()
    SCENE = auto()
    BOOK = auto()
    DOCUMENT = auto()
    PRESET = auto()
    SETTING = auto()
    LANGUAGE = auto()


@dataclass(frozen=True, slots=True)
class Option:
    """Something that a command takes; `help` is a sentence without its end.

    A number is a whole one `least` to `most`. Where commands are typed, an option is a word, and the last one all the
    rest; one with a mark `until` ends there, and a flag is typed as `name=value`, at either end of a command that takes
    a long text. A long one may have lines and paragraphs. `example` is for who forgot it.
    """

    name: str
    help: str
    kind: Kind = Kind.TEXT
    is_needed: bool = False
    choices: tuple[str, ...] = ()
    least: int = 1
    most: int = 1_000_000
    until: str = ""
    is_flag: bool = False
    is_long: bool = False
    example: str = ""

    @property
    def usage(self) -> str:
        """How it is written in a list of commands."""
        name = "|".join(self.choices) if self.choices else self.name.upper()
        shown = f"{self.name}={name}" if self.is_flag else f"{name}{self.until}"
        return shown if self.is_needed else f"[{shown}]"


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a command: what it is called, and how its bytes are read.

    `beside` returns the picture that lies beside it, if there is one.

    `read` takes the most bytes wanted, and may return one more. It raises PlayError where the file cannot be read.
    """

    name: str
    read: Callable[[int], Awaitable[bytes]]
    beside: Callable[[], Awaitable[bytes | None]] = _nothing


@dataclass(frozen=True, slots=True)
class Given:
    """What was given to a command, by the names of its options."""

    values: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Mapping[str, Attached] = field(default_factory=dict[str, Attached])

    def text(self, name: str) -> str:
        """Return what was given for an option, without white space around it; empty where nothing was."""
        return self.values.get(name, "").strip()

    def number(self, name: str) -> int | None:
        """Return the number that was given for an option; None where none was."""
        return int(self.text(name)) if self.text(name) else None

    def file(self, name: str) -> Attached | None:
        """Return the file that was given for an option; None where none was."""
        return self.files.get(name)


Act = Callable[[Player, Given], Awaitable[None]]
Draft = Callable[[Player, Given], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a person can ask for. Its `path` is a word, or a group's and one in it.

    The `usual` one of a group is meant where the group's word stands alone, or no word of the group follows it.
    Where platforms have forms, one opens for its long text where none is given: with what `draft` returns as it reads
    now, and without a draft only where the text is needed.
    """

    path: tuple[str, ...]
    help: str
    act: Act
    options: tuple[Option, ...] = ()
    is_usual: bool = False
    draft: Draft | None = None

    @property
    def name(self) -> str:
        return " ".join(self.path)

    @property
    def usage(self) -> str:
        """How it is written in a list of commands."""
        return " ".join((f"/{self.name}", *(option.usage for option in self.options)))

    @property
    def example(self) -> str:
        """How it is used, for who forgot something."""
        shown = (f"{option.example}{option.until}" for option in self.options if option.example)
        return " ".join((f"/{self.name}", *shown))

    def form(self, given: Given) -> Option | None:
        """Return the option whose text a form is opened for; None where there is none, or it was given."""
        for option in self.options:
            if option.is_long and (self.draft or option.is_needed) and not given.text(option.name):
                return option
        return None

    def check(self, given: Given) -> None:
        """Raise PlayError, with an example, where what has to be there is not, or is none of what may be there."""
        for option in self.options:
            value = given.text(option.name)
            if option.is_needed and not (value or given.file(option.name)):
                raise PlayError("/{command} needs more, for example {example}", command=self.name, example=self.example)
            if value and option.kind is Kind.NUMBER and not _is_number(value, option):
                raise PlayError(
                    "/{command} takes a whole number from {least} to {most:,} as {option}, not {value}.",
                    command=self.name,
                    least=option.least,
                    most=option.most,
                    option=option.name,
                    value=value[:40],
                )
            if value and option.kind is Kind.CHOICE and value not in option.choices:
                raise PlayError(
                    "/{command} takes one of these as {option}: {choices}.",
                    command=self.name,
                    option=option.name,
                    choices=", ".join(option.choices),
                )


def _is_number(value: str, option: Option) -> bool:
    return (
        value.isascii()
        and value.isdecimal()
        and len(value) <= MOST_DIGITS
        and option.least <= int(value) <= option.most
    )
