"""Commands about what the story is reminded of: notes, pins, the summary, and what somebody missed."""

import re
from collections.abc import Awaitable, Callable

from bot.errors import PlayError
from bot.platforms.terminal.commands.table import Command, number
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.tail import MOST_TOKENS
from bot.words import sentence

OFF = "off"
NUMBER = re.compile(r"(?:^|\s)-(depth|every)=(\d{1,6})(?=\s|$)")


async def _note(player: Player, argument: str) -> None:
    """Set a note, `Mira: …` for a character's own; show them all where nothing is said."""
    numbers = {name: int(value) for name, value in NUMBER.findall(argument)}
    text = NUMBER.sub("", argument).strip()
    if not text:
        await _show_notes(player)
        return
    scene = await player.director.scene(PLACE)
    name, colon, rest = text.partition(":")
    names = {member.name.casefold() for member in scene.present} if scene else set[str]()
    is_characters = bool(colon) and name.strip().casefold() in names
    character, said = (name.strip(), rest.strip()) if is_characters else ("", text)
    said = "" if said == OFF else said
    depth, frequency = numbers.get("depth", 4), numbers.get("every", 1)
    is_whole = await player.director.memory.set_note(
        PLACE, player.account, said, character=character, depth=depth, frequency=frequency
    )
    if not said:
        player.answer("The note is gone.")
    elif is_whole:
        player.answer("The note is read with the replies from now on.")
    else:
        player.answer(
            "The note is read with the replies, but only its first {tokens} tokens or so.", tokens=MOST_TOKENS
        )


async def _show_notes(player: Player) -> None:
    notes = await player.director.memory.notes(PLACE)
    if not notes:
        player.answer("There are no notes.")
    for name, note in notes:
        whose = name or player.words.say(sentence("the scene"))
        player.answer(
            "{whose} (depth {depth}, every {frequency}): {text}",
            whose=whose,
            depth=note.depth,
            frequency=note.frequency,
            text=note.text,
        )


async def _memory(player: Player, argument: str) -> None:
    word, _, rest = argument.partition(" ")
    act = ACTIONS.get(word.lower() or "show")
    if act is None:
        raise PlayError("/memory takes one of these: {actions}.", actions=", ".join(ACTIONS))
    await act(player, rest.strip())


async def _show(player: Player, rest: str) -> None:
    summary = await player.director.chronicle.summary(PLACE)
    if summary:
        player.answer("What happened so far: {text}", text=summary.text)
    else:
        player.answer("Nothing was summed up yet.")
    await _pins(player, rest)


async def _summary(player: Player, rest: str) -> None:
    summary = await player.director.chronicle.summarise(PLACE, player.account)
    player.answer("What happened so far: {text}", text=summary.text)


async def _edit(player: Player, rest: str) -> None:
    text = "" if rest == OFF else rest
    if not rest:
        raise PlayError("Say how the summary is to read, or /memory edit {off} to take it away.", off=OFF)
    await player.director.chronicle.edit(PLACE, player.account, text)
    if text:
        player.answer("The summary is changed.")
    else:
        player.answer("The summary is gone.")


async def _remember(player: Player, rest: str) -> None:
    turn = await player.director.memory.remember(PLACE, player.account, rest)
    player.show([turn])


async def _pin(player: Player, rest: str) -> None:
    back = number("memory pin", rest or "1")
    turns = await player.story()
    if back > len(turns):
        raise PlayError("The story has only {count} turns.", count=len(turns))
    turn = await player.director.memory.pin(PLACE, player.account, turns[-back].id)
    player.answer("Pinned: {name}: {text}", name=turn.name, text=turn.text)


async def _unpin(player: Player, rest: str) -> None:
    pins = await player.director.memory.pins(PLACE)
    place = number("memory unpin", rest or "1")
    if place > len(pins):
        raise PlayError("There is no pin {place}: /memory pins lists them.", place=place)
    turn = await player.director.memory.unpin(PLACE, player.account, pins[place - 1].id)
    player.answer("No longer pinned: {name}: {text}", name=turn.name, text=turn.text)


async def _pins(player: Player, rest: str) -> None:
    pins = await player.director.memory.pins(PLACE)
    if not pins:
        player.answer("Nothing is pinned.")
    for place, turn in enumerate(pins, 1):
        player.screen.answer(f"{place}. {turn.name}: {turn.text}")


async def _search(player: Player, rest: str) -> None:
    found = await player.director.memory.search(PLACE, rest)
    if not found:
        player.answer("Nothing like that was said.")
    player.show(found)


async def _recap(player: Player, argument: str) -> None:
    recap = await player.director.chronicle.recap(PLACE, player.account)
    player.answer_counted(
        "In the one turn since your last: {text}",
        "In the {count} turns since your last: {text}",
        count=recap.turns,
        text=recap.text,
    )


ACTIONS: dict[str, Callable[[Player, str], Awaitable[None]]] = {
    "show": _show,
    "summary": _summary,
    "edit": _edit,
    "remember": _remember,
    "pin": _pin,
    "unpin": _unpin,
    "pins": _pins,
    "search": _search,
}

COMMANDS = (
    Command("note", "[NAME:] [TEXT]", "show or set an author's note (-every=N, -depth=N; off takes it away)", _note),
    Command("memory", "[show|summary|edit|remember|pin|unpin|pins|search]", "what the story is reminded of", _memory),
    Command("recap", "", "tell what happened since your last line", _recap),
)
