"""The buttons on the newest reply, and what they mean. Each platform only draws them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core import Author, Turn
from bot.errors import PlayError
from bot.platforms.player import Player
from bot.words import Sentence, sentence

PREFIX = "t"


class Button(StrEnum):
    """A button; its value is part of what a platform sends back when it is pressed, so it never changes."""

    RETRY = "r"
    LEFT = "l"
    RIGHT = "n"
    CONTINUE = "c"
    MORE = "m"
    EDIT = "e"
    DELETE = "d"
    BRANCH = "b"
    WHY = "y"
    MUTE = "u"
    SUGGEST = "s"


@dataclass(frozen=True, slots=True)
class Face:
    """How a button looks: a sign for a narrow row, and words."""

    sign: str
    words: Sentence


FACES = {
    Button.RETRY: Face("⟲", sentence("Retry")),
    Button.LEFT: Face("◀", sentence("Previous")),
    Button.RIGHT: Face("▶", sentence("Next")),
    Button.CONTINUE: Face("➕", sentence("Continue")),
    Button.MORE: Face("⋯", sentence("More")),
    Button.EDIT: Face("✎", sentence("Edit")),
    Button.DELETE: Face("✖", sentence("Delete")),
    Button.BRANCH: Face("⑂", sentence("Branch here")),
    Button.WHY: Face("?", sentence("Why?")),
    Button.MUTE: Face("🔇", sentence("Mute")),
    Button.SUGGEST: Face("💡", sentence("Suggest")),
}
ROW = (Button.RETRY, Button.LEFT, Button.RIGHT, Button.CONTINUE, Button.MORE)
REST = (Button.EDIT, Button.DELETE, Button.BRANCH, Button.WHY, Button.MUTE, Button.SUGGEST)
"""What stands behind MORE."""

WHO = {
    (Author.CHARACTER, True): sentence("{name} is a character, played by an AI."),
    (Author.CHARACTER, False): sentence("{name} is a character, and a person wrote this."),
    (Author.NARRATOR, True): sentence("{name} is an AI that tells what happens."),
    (Author.NARRATOR, False): sentence("{name} tells what happens, and a person wrote this."),
    (Author.PERSON, True): sentence("{name} is played by a person."),
    (Author.PERSON, False): sentence("{name} is played by a person."),
}

GONE = sentence("That is not the newest reply any more: its buttons have moved on.")


@dataclass(frozen=True, slots=True)
class Pressed:
    """Which button was pressed, and under which turn."""

    button: Button
    turn: int


def data_of(button: Button, turn: int) -> str:
    """Return what a platform keeps with a button: short (Telegram takes 64 bytes), and enough after a restart."""
    return f"{PREFIX}:{button}:{turn}"


def pressed(data: str) -> Pressed | None:
    """Read what was kept with a button; None where it is none of these."""
    prefix, _, rest = data.partition(":")
    button, _, turn = rest.partition(":")
    if prefix != PREFIX or button not in set(Button) or not turn.isdecimal():
        return None
    return Pressed(Button(button), int(turn))


async def press(player: Player, what: Pressed) -> None:
    """Do what a button means, for those that need no more than the press; MORE and EDIT are drawn by the platform.

    Raises PlayError where its turn is not the last of the story any more, as every action does what it raises.
    """
    turn = await newest(player, what)
    await ACTS[what.button](player, turn)


async def newest(player: Player, what: Pressed) -> Turn:
    """Return the turn that a button stands under. Raises PlayError where it is not the last of the story any more."""
    await player.look()
    told = await player.story()
    if not told or told[-1].id != what.turn:
        raise PlayError(GONE.text)
    return told[-1]


async def retry_from(player: Player, turn: Turn) -> None:
    """Take back what was said behind a turn, then let it be spoken anew, or answered where it is a person's.

    Raises PlayError where it is not on the story that is told, or that is not theirs to do.
    """
    told = await player.story()
    behind = next((place for place, one in enumerate(reversed(told)) if one.id == turn.id), None)
    if behind is None:
        raise PlayError("That message is not in the story as it is told now.")
    if behind:
        await player.director.turns.undo(player.place, player.account, count=behind)
        await player.show()  # what is taken back goes before the new reply comes
    await player.follow(player.director.retry(player.place, player.account))


async def explain(player: Player, turn: Turn) -> None:
    """Say whose a turn is, and why it is as it is."""
    who = WHO[turn.author, turn.person is None]
    told = [Sentence(who.text, {"name": turn.name})]
    try:
        told += (await player.director.why.of(player.place, turn)).sentences
    except PlayError as error:
        told.append(error.said)
    await player.screen.answer("\n".join(map(player.words.say, told)))


async def delete(player: Player, turn: Turn) -> None:
    """Take a turn out of the story."""
    gone = await player.director.turns.delete(player.place, player.account, turn.id)
    await player.answer("Deleted: the turn of {name}. /restore brings it back.", name=gone.name)


async def branch(player: Player, turn: Turn, name: str) -> None:
    """Begin a branch behind a turn."""
    made = await player.director.branches.make(player.place, player.account, name, turn=turn.id)
    await player.answer("The story goes on in the branch {name}.", name=made.name)


async def _retry(player: Player, turn: Turn) -> None:
    await player.follow(player.director.retry(player.place, player.account))


async def _left(player: Player, turn: Turn) -> None:
    await player.show((await player.director.swipes.left(player.place, player.account)).turn)


async def _right(player: Player, turn: Turn) -> None:
    if not await player.follow(player.director.swipe(player.place, player.account)):
        await player.show((await player.director.swipes.alternatives(player.place)).turn)


async def _continue(player: Player, turn: Turn) -> None:
    await player.follow(player.director.continue_(player.place, player.account))


async def _branch(player: Player, turn: Turn) -> None:
    await branch(player, turn, f"{turn.name} {turn.id}")


async def _mute(player: Player, turn: Turn) -> None:
    if turn.author is not Author.CHARACTER:
        raise PlayError("{name} is no character: only characters can be muted.", name=turn.name)
    member = await player.director.cast.mute(player.place, player.account, turn.name)
    await player.answer("{name} is silent now, but for /next {name}.", name=member.name)


async def _suggest(player: Player, turn: Turn) -> None:
    await player.screen.suggestions(await player.director.suggesting.lines(player.place, player.account))


ACTS: dict[Button, Callable[[Player, Turn], Awaitable[None]]] = {
    Button.RETRY: _retry,
    Button.LEFT: _left,
    Button.RIGHT: _right,
    Button.CONTINUE: _continue,
    Button.DELETE: delete,
    Button.BRANCH: _branch,
    Button.WHY: explain,
    Button.MUTE: _mute,
    Button.SUGGEST: _suggest,
}


def row(*, shown: int, alternatives: int) -> Sequence[tuple[Button, str]]:
    """Return the buttons under the newest reply with what stands on them."""
    labels = {Button.RIGHT: f"{FACES[Button.RIGHT].sign} {shown}/{alternatives}" if alternatives > 1 else "▶"}
    return [(button, labels.get(button, FACES[button].sign)) for button in ROW]
