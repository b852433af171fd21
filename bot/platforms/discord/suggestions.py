"""Suggested lines as one person sees them: each can be said as theirs, or changed first. After a restart too.

The lines are kept in the message itself.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

import discord

from bot.platforms.discord.links import released
from bot.platforms.discord.pressing import desk_of
from bot.platforms.discord.surface import LIMIT_CHARACTERS
from bot.words import Words, sentence

NUMBERED = re.compile(r"^`(\d)` (.*?)(?=\n`\d` |\Z)", re.MULTILINE | re.DOTALL)
SAY = sentence("Say {number}")
EDIT = sentence("Edit {number}")
ANOTHER = sentence("Other suggestions")
PER_ROW = 5


class Wish(StrEnum):
    """What is done with a suggestion; its value is part of a button's id, so it never changes."""

    SAY = "s"
    EDIT = "e"
    ANOTHER = "a"


class SuggestionButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"g:([sea]):(\d)"):
    """A button under suggestions. The client that it is pressed in does what it means."""

    def __init__(self, wish: Wish, number: int, label: str, row: int | None = None) -> None:
        style = discord.ButtonStyle.primary if wish is Wish.SAY else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=label, custom_id=f"g:{wish}:{number}", style=style, row=row))
        self.wish = wish
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> "SuggestionButton":
        return cls(Wish(match[1]), int(match[2]), getattr(item, "label", None) or "?")

    async def callback(self, interaction: discord.Interaction) -> None:
        lines = lines_in(interaction.message.content) if interaction.message else {}
        await desk_of(interaction).saying.do(interaction, self.wish, self.number, lines)


def suggested(words: Words, lines: Sequence[str]) -> Iterator[tuple[str, discord.ui.View]]:
    """Yield messages that show suggestions, with their buttons; mostly it is one."""
    shown = [f"`{number}` {line}"[:LIMIT_CHARACTERS] for number, line in enumerate(lines, start=1)]
    begin = 0
    while begin < len(shown):
        end = begin + 1
        while end < len(shown) and len("\n".join(shown[begin : end + 1])) <= LIMIT_CHARACTERS:
            end += 1
        yield "\n".join(shown[begin:end]), _view(words, range(begin + 1, end + 1), is_last=end == len(shown))
        begin = end


def lines_in(content: str) -> dict[int, str]:
    """Return the suggestions that a message shows, by their numbers."""
    return {int(number): released(line) for number, line in NUMBERED.findall(content)}


def _view(words: Words, numbers: range, *, is_last: bool) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    rows = -(-len(numbers) // PER_ROW)
    for at, number in enumerate(numbers):
        said = SAY, EDIT
        for place, (wish, label) in enumerate(zip((Wish.SAY, Wish.EDIT), said, strict=True)):
            text = words.say(sentence(label.text, number=number))
            view.add_item(SuggestionButton(wish, number, text, row=place * rows + at // PER_ROW))
    if is_last:
        view.add_item(SuggestionButton(Wish.ANOTHER, 0, words.say(ANOTHER), row=2 * rows))
    view.stop()
    return view
