"""The question whether many posts are to vanish, for moderators. It can be answered after a restart too."""

import re

import discord

from bot.platforms.discord.pressing import desk_of
from bot.words import Words, counted, sentence

YES = sentence("Remove them")
NO = sentence("Keep them")


class QuestionButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"a:([yn])"):
    """An answer to the question."""

    def __init__(self, answer: str, label: str) -> None:
        style = discord.ButtonStyle.danger if answer == "y" else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=label, custom_id=f"a:{answer}", style=style))
        self.is_yes = answer == "y"

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> "QuestionButton":
        return cls(match[1], getattr(item, "label", None) or "?")

    async def callback(self, interaction: discord.Interaction) -> None:
        await desk_of(interaction).answer_question(interaction, is_yes=self.is_yes)


def question(words: Words, count: int) -> tuple[str, discord.ui.View]:
    """Return the question about so many posts, with its buttons."""
    view = discord.ui.View(timeout=None)
    view.add_item(QuestionButton("y", words.say(YES)))
    view.add_item(QuestionButton("n", words.say(NO)))
    view.stop()
    asked = counted(
        "One post is not in the story any more. Moderators: is it to be removed?",
        "{count} posts are not in the story any more. Moderators: are they to be removed?",
        count=count,
    )
    return words.say(asked), view
