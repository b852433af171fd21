"""The state of a story, such as `day 3 · evening · trust: wary`: defined, shown, updated. It knows no story. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self, cast

from pydantic import Field, TypeAdapter, ValidationError

from bot.errors import PlayError
from bot.roleplay.values import Choice, Definition, Value, one_line
from bot.words import sentence
from characters import Card

EXTENSION = "troupe/state"
MOST_VALUES = 12
BETWEEN = " · "

DEFINITIONS = TypeAdapter[tuple[Definition, ...]](
    Annotated[tuple[Annotated[Definition, Field(discriminator="kind")], ...], Field(max_length=MOST_VALUES)]
)


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
    refused: tuple[str, ...] = ()


def update(state: State, answer: str) -> Update:
    """Read new values from a JSON object. What does not fit is refused, and what is not named stays as it was."""
    try:
        read: object = json.loads(answer)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        return Update(state, ("The state stays as it was: the answer is no JSON object.",))
    refused: list[str] = []
    for name, value in cast(dict[str, object], read).items():
        try:
            state = change(state, name, value)
        except PlayError as error:
            refused.append(str(error))
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
        detail = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in detail["loc"])
        problem = detail["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
        raise _unusable(source, f"{EXTENSION}{path}: {problem[:1].lower()}{problem[1:]}") from error
    names = [one.name.casefold() for one in definitions]
    for one in definitions:
        if names.count(one.name.casefold()) > 1:
            raise _unusable(source, f"{one.name} is defined more than once")
        if isinstance(one, Choice) and len({option.casefold() for option in one.options}) < len(one.options):
            raise _unusable(source, f"two options of {one.name} are the same")
        if one.read(one.first) != one.first:
            raise _unusable(source, f"{one.name} cannot start as {_quoted(one.first)}, {one.expected} was expected")
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


def _unusable(source: str, problem: str) -> PlayError:
    return PlayError(
        "The state that {source} defines cannot be used: {problem}.", source=_quoted(source), problem=problem
    )


def _quoted(value: object) -> str:
    text = one_line(str(value))
    return f"“{text[:40]}{'…' if len(text) > 40 else ''}”"
