"""Commands about what the story is reminded of: notes, pins, the summary, and what somebody missed."""

from bot.errors import PlayError
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.memory import MOST_DEPTH, MOST_FREQUENCY
from bot.roleplay.tail import MOST_TOKENS
from bot.words import sentence

OFF = "off"
DEPTH = 4


async def _note(player: Player, given: Given) -> None:
    """Set a note, `Mira: …` for a character's own; show them all where nothing is said."""
    character, text, depth = given.text("character"), given.text("text"), given.number("depth")
    scene = await player.look()
    if character.casefold() not in {member.name.casefold() for member in (scene.present if scene else ())}:
        # What looked like a name is the beginning of the text, as it was typed.
        character, text = "", f"{character}:{given.values.get('text', '')}" if character else text
    if not text:
        await _show_notes(player)
        return
    is_whole = await player.director.memory.set_note(
        player.place,
        player.account,
        "" if text == OFF else text,
        character=character,
        depth=DEPTH if depth is None else depth,
        frequency=given.number("every") or 1,
    )
    if text == OFF:
        await player.answer("The note is gone.")
        await _tell_card_note(player, character)
    elif is_whole:
        await player.answer("The note is read with the replies from now on.")
    else:
        await player.answer(
            "The note is read with the replies, but only its first {tokens} tokens or so.", tokens=MOST_TOKENS
        )


async def _tell_card_note(player: Player, character: str) -> None:
    """Say so where what a card notes counts again."""
    for name, note in await player.director.memory.notes(player.place):
        if note.is_of_card and name.casefold() == character.casefold():
            await player.answer("What the card of {name} notes counts again: {text}", name=name, text=note.text)


async def _show_notes(player: Player) -> None:
    notes = await player.director.memory.notes(player.place)
    if not notes:
        await player.answer("There are no notes.")
    for name, note in notes:
        whose = name or player.words.say(sentence("the scene"))
        if note.is_of_card:
            whose = player.words.say(sentence("{name}, by the card", name=name))
        await player.answer(
            "{whose} (depth {depth}, every {frequency}): {text}",
            whose=whose,
            depth=note.depth,
            frequency=note.frequency,
            text=note.text,
        )


async def _note_now(player: Player, given: Given) -> str:
    whose = given.text("character").casefold()
    notes = await player.director.memory.notes(player.place)
    return next((note.text for name, note in notes if name.casefold() == whose), "")


async def _show(player: Player, given: Given) -> None:
    summary = await player.director.chronicle.summary(player.place)
    if summary:
        await player.answer("What happened so far: {text}", text=summary.text)
    else:
        await player.answer("Nothing was summed up yet.")
    await _pins(player, given)


async def _summary(player: Player, given: Given) -> None:
    summary = await player.director.chronicle.summarise(player.place, player.account)
    await player.answer("What happened so far: {text}", text=summary.text)


async def _edit(player: Player, given: Given) -> None:
    text = "" if given.text("text") == OFF else given.text("text")
    await player.director.chronicle.edit(player.place, player.account, text)
    if text:
        await player.answer("The summary is changed.")
    else:
        await player.answer("The summary is gone.")


async def _summary_now(player: Player, given: Given) -> str:
    summary = await player.director.chronicle.summary(player.place)
    return summary.text if summary else ""


async def _remember(player: Player, given: Given) -> None:
    turn = await player.director.memory.remember(player.place, player.account, given.text("text"))
    await player.show(turn)


async def _pin(player: Player, given: Given) -> None:
    wanted = await player.director.turns.find(player.place, given.text("turn"))
    turn = await player.director.memory.pin(player.place, player.account, wanted.id)
    await player.answer("Pinned: {name}: {text}", name=turn.name, text=turn.text)


async def _unpin(player: Player, given: Given) -> None:
    pins = await player.director.memory.pins(player.place)
    place = given.number("pin") or 1
    if place > len(pins):
        raise PlayError("There is no pin {place}: /memory pins lists them.", place=place)
    turn = await player.director.memory.unpin(player.place, player.account, pins[place - 1].id)
    await player.answer("No longer pinned: {name}: {text}", name=turn.name, text=turn.text)


async def _pins(player: Player, given: Given) -> None:
    pins = await player.director.memory.pins(player.place)
    if not pins:
        await player.answer("Nothing is pinned.")
        return
    await player.screen.answer("\n".join(f"{place}. {turn.name}: {turn.text}" for place, turn in enumerate(pins, 1)))


async def _search(player: Player, given: Given) -> None:
    found = await player.director.memory.search(player.place, given.text("words"))
    if not found:
        await player.answer("Nothing like that was said.")
        return
    await player.quote(found)


async def _recap(player: Player, given: Given) -> None:
    recap = await player.director.chronicle.recap(player.place, player.account)
    await player.answer_counted(
        "In the one turn since your last: {text}",
        "In the {count} turns since your last: {text}",
        count=recap.turns,
        text=recap.text,
    )


COMMANDS = (
    Command(
        ("note",),
        "set what the characters keep in mind; shows it without more",
        _note,
        (
            Option("depth", "so many lines above the newest", Kind.NUMBER, least=0, most=MOST_DEPTH, is_flag=True),
            Option("every", "with every so many replies", Kind.NUMBER, most=MOST_FREQUENCY, is_flag=True),
            Option("character", "for one character alone", Kind.CHARACTER, until=":"),
            Option("text", "what they keep in mind; off takes it away", is_long=True),
        ),
        draft=_note_now,
    ),
    Command(("memory", "show"), "show what the story is reminded of", _show, is_usual=True),
    Command(("memory", "summary"), "sum up what happened so far", _summary),
    Command(
        ("memory", "edit"),
        "change the summary",
        _edit,
        (Option("text", "how it reads; off takes it away", is_needed=True, is_long=True, example="They are friends."),),
        draft=_summary_now,
    ),
    Command(
        ("memory", "remember"),
        "add something that is never forgotten",
        _remember,
        (Option("text", "what", is_needed=True, is_long=True, example="Mira owes Tolly a boat."),),
    ),
    Command(
        ("memory", "pin"),
        "keep a turn with the model for ever",
        _pin,
        (Option("turn", "its number; without it, the last", Kind.TURN),),
    ),
    Command(
        ("memory", "unpin"),
        "let go of a pin",
        _unpin,
        (Option("pin", "its number in the list of pins", Kind.NUMBER),),
    ),
    Command(("memory", "pins"), "list the pins", _pins),
    Command(
        ("memory", "search"),
        "find what was said long ago",
        _search,
        (Option("words", "words of it", is_needed=True, example="boat"),),
    ),
    Command(("recap",), "tell what happened since your last line", _recap),
)
