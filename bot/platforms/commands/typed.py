"""Commands as people type them: which one is meant, and what was given to it. Pure."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from bot.errors import PlayError
from bot.platforms.commands.table import Command, Given, Kind, Option

LAST_TURN = re.compile(r"(?:^|\s)#(\d+)\s*$")
TURN = re.compile(r"#(\d+)(?!\S)")
QUOTED = r"\"[^\"]*\"|“[^”]*”|'[^']*'(?!\S)"
QUOTATION = re.compile(QUOTED)
PIECE = re.compile(rf"(?:-{{0,2}}\w+=)?(?:{QUOTED})|\S+")
UNCLOSED = re.compile(rf"=(?!{QUOTED})[\"“']")
FLAG = re.compile(r"-{0,2}(\w+)=(.*)", re.DOTALL)
UNNAMED = (Kind.NUMBER, Kind.CHOICE, Kind.TURN, Kind.CARDS)
"""Kinds that are no name: quotation marks around it are no matter of theirs."""


def find(commands: Sequence[Command], typed: str) -> tuple[Command, str]:
    """Return the command that is meant by a text without its slash, and the rest of the text. Raises PlayError."""
    word, rest = _first(typed)
    word = word.lower()
    group = [command for command in commands if command.path[0] == word]
    if not group:
        if near := _near(commands, word):
            raise PlayError("There is no command /{name}: did you mean /{near}?", name=word[:40], near=near)
        raise PlayError("There is no command /{name}: /help lists the commands.", name=word[:40])
    sub, behind = _first(rest)
    for command in group:
        if len(command.path) == 1:
            return command, rest
        if command.path[-1] == sub.lower():
            return command, behind
    usual = next((command for command in group if command.is_usual), None)
    if usual and _takes(usual, rest):
        return usual, rest
    raise PlayError(
        "/{name} goes on with one of these words: {words}.",
        name=word,
        words=", ".join(command.path[-1] for command in group),
    )


def _near(commands: Sequence[Command], word: str) -> str:
    """Return the command that somebody may have meant, or those of groups that end with just this word."""
    within = [command.name for command in commands if command.path[-1] == word]
    return ", /".join(within or get_close_matches(word, {command.path[0] for command in commands}, n=1))


def read(command: Command, typed: str) -> dict[str, str]:
    """Read what was typed behind a command: what each of its options is given, by its name. Raises PlayError."""
    values, typed = _flags(command, typed)
    places = [option for option in command.options if not option.is_flag]
    if len(places) > 1 and places[-1].kind is Kind.TURN:
        # Behind a text a turn is told by its #, or the last word of the text would be taken for it.
        if found := LAST_TURN.search(typed):
            values[places.pop().name], typed = found[1], typed[: found.start()]
        elif places[-2].kind is not Kind.CHOICE:
            places.pop()
    for at, option in enumerate(places):
        values[option.name], typed = _next(option, typed, places[at + 1 :])
    if typed.strip():
        raise PlayError("/{command} takes nothing more: {rest}", command=command.name, rest=typed.strip()[:40])
    command.check(Given(values))
    return values


def words(typed: str) -> list[str]:
    """Split a text into words; several in quotation marks are one. Raises PlayError where a mark is not closed."""
    found: list[str] = []
    while typed := typed.strip():
        word, typed = _word(typed)
        found.append(word)
    return found


def _first(typed: str) -> tuple[str, str]:
    """Take the first word off a text, whatever white space follows it."""
    first, *rest = typed.split(maxsplit=1) or [""]
    return first, rest[0] if rest else ""


def _takes(command: Command, typed: str) -> bool:
    try:
        read(command, typed)
    except PlayError:
        return False
    return True


def _flags(command: Command, typed: str) -> tuple[dict[str, str], str]:
    """Take the flags off a text: at either end of one that may hold anything, elsewhere wherever they stand."""
    flags = {option.name: option for option in command.options if option.is_flag}
    pieces = [(piece, _named(piece[0], flags)) for piece in PIECE.finditer(typed)]
    if any(option and UNCLOSED.search(piece[0]) for piece, option in pieces):
        raise PlayError("A quotation mark is not closed.")
    if any(option.is_long for option in command.options if not option.is_flag):
        others = [at for at, (_, option) in enumerate(pieces) if option is None]
        pieces = [*pieces[: others[0]], *pieces[others[-1] + 1 :]] if others else pieces
    values: dict[str, str] = {}
    for piece, option in reversed(pieces):
        if option is None:
            continue
        if option.name in values:
            raise PlayError("/{command} takes {option} only once.", command=command.name, option=option.name)
        values[option.name] = _value(command, option, piece[0].partition("=")[2])
        typed = f"{typed[: piece.start()].rstrip()} {typed[piece.end() :].lstrip()}".strip()
    return values, typed


def _named(piece: str, flags: dict[str, Option]) -> Option | None:
    found = FLAG.fullmatch(piece)
    return flags.get(found[1].lower()) if found else None


def _value(command: Command, option: Option, written: str) -> str:
    """Read what stands behind a flag's equals sign. Raises PlayError."""
    value = _unquoted(written)
    if not value.strip():
        raise PlayError("/{command} needs something behind {option}=", command=command.name, option=option.name)
    return _plain(option, value)


def _next(option: Option, typed: str, behind: Sequence[Option]) -> tuple[str, str]:
    """Return what the next option is given, and what is left for those behind it."""
    if not behind and option.kind is Kind.TEXT:
        return typed, ""
    typed = typed.strip()
    if option.until:
        return _until(option, typed, behind)
    if not behind:
        return _plain(option, typed if option.kind in UNNAMED else _unquoted(typed)), ""
    word, rest = _first(typed)
    match option.kind:
        case Kind.NUMBER:
            return (word, rest) if word.isdecimal() else ("", typed)
        case Kind.TURN:
            found = TURN.match(typed)
            return (found[1], typed[found.end() :]) if found else ("", typed)
        case Kind.CHOICE:
            is_left_over = not rest and any(one.is_needed for one in behind)
            is_one = word.lower() in option.choices and not is_left_over
            return (word.lower(), rest) if is_one or option.is_needed else ("", typed)
        case _:
            return _word(typed)


def _until(option: Option, typed: str, behind: Sequence[Option]) -> tuple[str, str]:
    """Take what stands in front of an option's mark; a mark in a quoted name is none."""
    quoted = QUOTATION.match(typed)
    if quoted and typed[quoted.end() :].lstrip().startswith(option.until):
        return _unquoted(quoted[0]), typed[quoted.end() :].lstrip()[len(option.until) :]
    before, mark, after = typed.partition(option.until)
    if mark:
        return before.strip(), after
    return (_unquoted(typed), "") if option.is_needed or not behind else ("", typed)


def _plain(option: Option, value: str) -> str:
    match option.kind:
        case Kind.TURN:
            return value.removeprefix("#")
        case Kind.NUMBER:
            return value.removesuffix("%").strip()
        case Kind.CHOICE:
            return value.lower()
        case _:
            return value


def _word(typed: str) -> tuple[str, str]:
    """Take one word off a text, or several in quotation marks. Raises PlayError."""
    if found := QUOTATION.match(typed):
        return _unquoted(found[0]), typed[found.end() :]
    if typed.startswith(('"', "“")):
        raise PlayError("A quotation mark is not closed.")
    return _first(typed)


def _unquoted(written: str) -> str:
    """Take the quotation marks off a text that stands in them, and return any other as it is."""
    return written[1:-1] if QUOTATION.fullmatch(written) else written


def names(typed: str) -> Iterator[str]:
    """Yield what stands between commas; a comma in quotation marks is none."""
    for found in re.finditer(rf"(?:{QUOTED}|[^,])+", typed):
        if name := found[0].strip():
            yield name
