"""The state of a story, such as `day 3 · evening · trust: wary`: defined, shown, updated. It knows no story. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self, cast

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import PlayError
from bot.roleplay.values import Choice, Definition, Value, one_line
from bot.words import Sentence, sentence
from characters import Card

EXTENSION = "troupe/state"
MOST_VALUES = 12
BETWEEN = " · "

DEFINITIONS = TypeAdapter[tuple[Definition, ...]](
    Annotated[tuple[Annotated[Definition, Field(discriminator="kind")], ...], Field(max_length=MOST_VALUES)]
)

WRONG = {
    "string_too_long": sentence("it has more than {max_length} characters"),
    "string_too_short": sentence("it is empty"),
    "too_long": sentence("it has more than {max_length} entries"),
    "too_short": sentence("it has fewer than {min_length} entries"),
    "less_than_equal": sentence("it is more than {le}"),
    "greater_than_equal": sentence("it is less than {ge}"),
    "missing": sentence("it is missing"),
    "unexpected_keyword_argument": sentence("it is not known here"),
    "union_tag_invalid": sentence("its kind is none of number, choice and text"),
    "union_tag_not_found": sentence("its kind is none of number, choice and text"),
    "name": sentence("it is no name, which begins with a letter and has only letters, digits, spaces, _, ' and -"),
    "line": sentence("it is not one line without control characters"),
}
NO_SUCH = {
    "int": sentence("it is no whole number"),
    "string": sentence("it is no text"),
    "bool": sentence("it is neither true nor false"),
    "tuple": sentence("it is no list"),
    "dataclass": sentence("it is no object"),
}
UNFIT = sentence("it is not as it should be")
"""By pydantic's names for what is wrong, or how these begin."""


@dataclass(frozen=True, slots=True)
class State:
    """What a story keeps: a value for each definition, in the same order."""

    definitions: tuple[Definition, ...]
    values: tuple[Value, ...]

    @classmethod
    def start(cls, definitions: Iterable[Definition]) -> Self:
        """Return the values that a story begins with."""
        defined = tuple(definitions)
        return cls(defined, tuple(one.first for one in defined))

    @property
    def line(self) -> str:
        """The values as one line for people and model; empty where there are none."""
        shown = (one.show(value) for one, value in zip(self.definitions, self.values, strict=True))
        return BETWEEN.join(filter(None, shown))

    @property
    def json(self) -> str:
        """The values by name, as a JSON object; `update` reads it back."""
        names = (one.name for one in self.definitions)
        return json.dumps(dict(zip(names, self.values, strict=True)), ensure_ascii=False)

    @property
    def longest(self) -> int:
        """The bytes of the longest JSON object that the values can become: no model needs more tokens for it."""
        longest = {one.name: max(one.extremes, key=lambda text: len(text.encode())) for one in self.definitions}
        return len(json.dumps(longest, ensure_ascii=False).encode())

    @property
    def schema(self) -> str:
        """The JSON schema of an update, for a sampling's `json_schema`."""
        properties = {one.name: one.schema for one in self.definitions}
        return json.dumps(
            {"type": "object", "properties": properties, "required": list(properties)}, ensure_ascii=False
        )


@dataclass(frozen=True, slots=True)
class Update:
    """A state after an update. `refused` are sentences about the values that were left as they had been."""

    state: State
    refused: tuple[Sentence, ...] = ()


def update(state: State, answer: str) -> Update:
    """Read new values from a JSON object. What does not fit is refused, and what is not named stays as it was."""
    try:
        read: object = json.loads(answer)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        return Update(state, (sentence("The state stays as it was: the answer is no JSON object."),))
    refused: list[Sentence] = []
    for name, value in cast(dict[str, object], read).items():
        try:
            state = change(state, name, value)
        except PlayError as error:
            refused.append(error.said)
    return Update(state, tuple(refused))


def change(state: State, name: str, value: object) -> State:
    """Set one value, such as a person writes it. Raises PlayError where none has that name, or it does not fit."""
    for place, one in enumerate(state.definitions):
        if one.name.casefold() != name.strip().casefold():
            continue
        read = one.read(value)
        if read is None:
            raise PlayError(
                "{name} cannot be {value}: {expected} was expected.",
                name=one.name,
                value=_quoted(value),
                expected=one.expected,
            )
        return replace(state, values=(*state.values[:place], read, *state.values[place + 1 :]))
    known = ", ".join(one.name for one in state.definitions) or sentence("nothing")
    raise PlayError("The story keeps no {name}, it keeps {known}.", name=_quoted(name), known=known)


def read_definitions(extension: object, *, source: str) -> tuple[Definition, ...]:
    """Check what a card or scene, called `source` in messages, says under `troupe/state`. Raises PlayError."""
    try:
        definitions = DEFINITIONS.validate_json(json.dumps(extension), strict=True)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in detail["loc"])
        problem = sentence("{place}: {problem}", place=f"{EXTENSION}{path}", problem=_wrong(detail))
        raise _unusable(source, problem) from error
    names = [one.name.casefold() for one in definitions]
    for one in definitions:
        if names.count(one.name.casefold()) > 1:
            raise _unusable(source, sentence("{name} is defined more than once", name=one.name))
        if isinstance(one, Choice) and len({option.casefold() for option in one.options}) < len(one.options):
            raise _unusable(source, sentence("two options of {name} are the same", name=one.name))
        if one.read(one.first) != one.first:
            problem = sentence(
                "{name} cannot start as {value}, {expected} was expected",
                name=one.name,
                value=_quoted(one.first),
                expected=one.expected,
            )
            raise _unusable(source, problem)
    return definitions


def definitions_of(card: Card) -> tuple[Definition, ...]:
    """Return what a card defines in its extensions; nothing where it does not. Raises PlayError."""
    data = json.loads(card.raw).get("data")
    extensions = cast(dict[str, Any], data).get("extensions") if isinstance(data, dict) else None
    if not isinstance(extensions, dict) or EXTENSION not in extensions:
        return ()
    return read_definitions(cast(dict[str, object], extensions)[EXTENSION], source=card.name)


def joined(*groups: Iterable[Definition]) -> tuple[Definition, ...]:
    """Join definitions, the scene's first, then each card's: those whose name is taken, and the 13th, are left out."""
    named: dict[str, Definition] = {}
    for one in (one for group in groups for one in group):
        named.setdefault(one.name.casefold(), one)
    return tuple(named.values())[:MOST_VALUES]


def _wrong(detail: ErrorDetails) -> Sentence:
    """Say what is wrong with a value in a definition."""
    if known := WRONG.get(detail["type"]):
        return replace(known, facts=detail.get("ctx", {}))
    return next((known for kind, known in NO_SUCH.items() if detail["type"].startswith(kind)), UNFIT)


def _unusable(source: str, problem: Sentence) -> PlayError:
    return PlayError(
        "The state that {source} defines cannot be used: {problem}.", source=_quoted(source), problem=problem
    )


def _quoted(value: object) -> str:
    text = one_line(str(value))
    return f"“{text[:40]}{'…' if len(text) > 40 else ''}”"
