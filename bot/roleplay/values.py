"""The kinds of values that a story can keep: a number, one of a set, a short text. They know no story. Pure."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from bot.words import Sentence, sentence

MOST_NAME_CHARACTERS = 24
MOST_UNIT_CHARACTERS = 12
MOST_OPTIONS = 20
MOST_TEXT_CHARACTERS = 80
MOST_NUMBER = 1_000_000_000
MOST_LISTED_NUMBERS = 101
"""A range so short is spelled out in the grammar, so that the model cannot leave it."""
NAME = re.compile(r"[^\W\d_](?:[\w '-]*\w)?")
JOINERS = "\u200c\u200d"

Value = int | str


def one_line(text: str) -> str:
    """Bring a text onto one line, without what cannot be shown."""
    return " ".join("".join(char for char in text if char.isspace() or char.isprintable() or char in JOINERS).split())


def _named(name: str) -> str:
    if not NAME.fullmatch(name):
        raise PydanticCustomError("name", "it is no name")
    return name


def _on_one_line(text: str) -> str:
    if text != one_line(text):
        raise PydanticCustomError("line", "it is more than one line")
    return text


Name = Annotated[str, Field(max_length=MOST_NAME_CHARACTERS), AfterValidator(_named)]
Option = Annotated[str, Field(min_length=1, max_length=MOST_TEXT_CHARACTERS), AfterValidator(_on_one_line)]
Unit = Annotated[str, Field(max_length=MOST_UNIT_CHARACTERS), AfterValidator(_on_one_line)]
Bound = Annotated[int, Field(ge=-MOST_NUMBER, le=MOST_NUMBER)]


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from `least` to `most`."""

    name: Name
    least: Bound = 0
    most: Bound = 100
    unit: Unit = ""
    start: int | None = None
    bare: bool = False
    kind: Literal["number"] = "number"

    @property
    def first(self) -> Value:
        return self.least if self.start is None else self.start

    @property
    def expected(self) -> Sentence:
        return sentence("a whole number from {least:,} to {most:,}", least=self.least, most=self.most)

    @property
    def schema(self) -> dict[str, Any]:
        short = self.most - self.least < MOST_LISTED_NUMBERS
        return {"enum": [*range(self.least, self.most + 1)]} if short else {"type": "integer"}

    @property
    def extremes(self) -> tuple[str, ...]:
        """Values among which is the longest, as text."""
        return (str(self.least), str(self.most))

    def read(self, value: object) -> Value | None:
        """Return a value that fits, or None. Digits in a text are a number."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            return None
        if isinstance(value, str) and not re.fullmatch(r"-?\d{1,10}", value.strip()):
            return None
        return int(value) if self.least <= int(value) <= self.most else None

    def show(self, value: Value) -> str:
        """Say the value with its name and unit."""
        return " ".join(filter(None, ("" if self.bare else self.name, str(value), self.unit)))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words."""

    name: Name
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=MOST_OPTIONS)]
    start: str | None = None
    bare: bool = False
    kind: Literal["choice"] = "choice"

    @property
    def first(self) -> Value:
        return self.options[0] if self.start is None else self.start

    @property
    def expected(self) -> Sentence:
        return sentence("one of {options}", options=", ".join(self.options))

    @property
    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.options)}

    @property
    def extremes(self) -> tuple[str, ...]:
        """Values among which is the longest, as text."""
        return self.options

    def read(self, value: object) -> Value | None:
        """Return the option that is meant, whatever its capitals, or None."""
        wanted = one_line(value).casefold() if isinstance(value, str) else None
        return next((option for option in self.options if option.casefold() == wanted), None)

    def show(self, value: Value) -> str:
        """Say the value with its name."""
        return str(value) if self.bare else f"{self.name}: {value}"


@dataclass(frozen=True, slots=True)
class Text:
    """A short text on one line."""

    name: Name
    characters: Annotated[int, Field(ge=1, le=MOST_TEXT_CHARACTERS)] = 40
    start: str = ""
    bare: bool = False
    kind: Literal["text"] = "text"

    @property
    def first(self) -> Value:
        return self.start

    @property
    def expected(self) -> Sentence:
        return sentence("a text of at most {most} characters", most=self.characters)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.characters}

    @property
    def extremes(self) -> tuple[str, ...]:
        """Values among which is the longest, as text."""
        return ("…" * self.characters,)

    def read(self, value: object) -> Value | None:
        """Return the text on one line, or None where it is too long."""
        text = one_line(value) if isinstance(value, str) else None
        return text if text is not None and len(text) <= self.characters else None

    def show(self, value: Value) -> str:
        """Say the value with its name; nothing where it is empty."""
        return f"{self.name}: {value}" if value and not self.bare else str(value)


Definition = Number | Choice | Text
