"""Commands as people type them: which one is meant, and what was given to it. Pure."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from bot.errors import PlayError
from bot.platforms.commands.table import Command, Given, Kind, Option

LAST_TURN = re.compile(r"(?:^|\s)#(\d+)\s*$")
QUOTED = r"\"[^\"]*\"|“[^”]*”|\S*"


def find(commands: Sequence[Command], typed: str) -> tuple[Command, str]:
    """Return the command that is meant by a text without its slash, and the rest of the text. Raises PlayError."""
    word, _, rest = typed.strip().partition(" ")
    word, rest = word.lower(), rest.strip()
    group = [command for command in commands if command.path[0] == word]
    if not group:
        near = get_close_matches(word, {command.path[0] for command in commands}, n=1)
        if near:
            raise PlayError("There is no command /{name}: did you mean /{near}?", name=word[:40], near=near[0])
        raise PlayError("There is no command /{name}: /help lists the commands.", name=word[:40])
    sub, _, behind = rest.partition(" ")
    for command in group:
        if command.path[1:] == (sub.lower(),):
            return command, behind.strip()
    usual = next((command for command in group if len(command.path) == 1 or command.is_usual), None)
    if usual and (usual.options or not rest):
        return usual, rest
    raise PlayError(
        "/{name} goes on with one of these words: {words}.",
        name=word,
        words=", ".join(command.path[-1] for command in group if len(command.path) > 1),
    )


def read(command: Command, typed: str) -> dict[str, str]:
    """Read what was typed behind a command: what each of its options is given, by its name. Raises PlayError."""
    values: dict[str, str] = {}
    for option in command.options:
        if option.is_flag:
            values[option.name], typed = _flag(option, typed)
    places = [option for option in command.options if not option.is_flag]
    if len(places) > 1 and places[-1].kind is Kind.TURN and (found := LAST_TURN.search(typed)):
        values[places.pop().name], typed = found[1], typed[: found.start()]
    for option in places:
        values[option.name], typed = _next(option, typed.strip(), is_last=option is places[-1])
    if typed.strip():
        raise PlayError("/{command} takes nothing more: {rest}", command=command.name, rest=typed.strip()[:40])
    command.check(Given(values))
    return values


def _flag(option: Option, typed: str) -> tuple[str, str]:
    found = re.search(rf"(?:^|(?<=\s))-?{option.name}=({QUOTED})", typed, re.IGNORECASE)
    if not found:
        return "", typed
    return found[1].strip('"“”'), f"{typed[: found.start()]} {typed[found.end() :]}".strip()


def _next(option: Option, typed: str, *, is_last: bool) -> tuple[str, str]:
    """Return what the next option is given, and what is left for those behind it."""
    if option.until:
        before, mark, behind = typed.partition(option.until)
        if mark:
            return before.strip(), behind
        return (typed, "") if option.is_needed or is_last else ("", typed)
    if is_last:
        return _whole(option, typed), ""
    word, _, rest = typed.partition(" ")
    match option.kind:
        case Kind.NUMBER:
            return (word, rest) if word.isdecimal() else ("", typed)
        case Kind.TURN:
            return (_number(word), rest) if word.startswith("#") else ("", typed)
        case Kind.CHOICE:
            return (word.lower(), rest) if word.lower() in option.choices or option.is_needed else ("", typed)
        case _:
            return _word(typed)


def _whole(option: Option, typed: str) -> str:
    match option.kind:
        case Kind.TURN:
            return _number(typed)
        case Kind.NUMBER:
            return typed.removesuffix("%").strip()
        case Kind.CHOICE:
            return typed.lower()
        case _:
            return typed


def _number(word: str) -> str:
    return word.removeprefix("#")


def _word(typed: str) -> tuple[str, str]:
    """Take one word off a text, or several in quotation marks."""
    if typed.startswith(('"', "“")):
        if not (found := re.match(r"\"([^\"]*)\"|“([^”]*)”", typed)):
            raise PlayError("A quotation mark is not closed.")
        return found[1] or found[2] or "", typed[found.end() :]
    word, _, rest = typed.partition(" ")
    return word, rest
