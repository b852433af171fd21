"""Forms for long texts. What was typed is handed on whole; where nothing is done with it in time it is lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import discord

from bot.words import Sentence, Words

LABEL_CHARACTERS = 45
INPUT_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class Form:
    """One text to be written, with what it says now filled in; `submit` is given what it says then."""

    title: Sentence
    label: Sentence
    submit: Callable[[discord.Interaction, str], Awaitable[None]]
    text: str = ""
    is_needed: bool = True
    is_long: bool = True


class TextForm(discord.ui.Modal):
    """A form as Discord shows it."""

    def __init__(self, form: Form, words: Words) -> None:
        super().__init__(title=labelled(words.say(form.title)))
        self._input = discord.ui.TextInput["TextForm"](
            style=discord.TextStyle.paragraph if form.is_long else discord.TextStyle.short,
            default=form.text or None,
            required=form.is_needed,
            max_length=INPUT_CHARACTERS,
        )
        self.add_item(discord.ui.Label(text=labelled(words.say(form.label)), component=self._input))
        self._submit = form.submit

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        await self._submit(interaction, self._input.value)


def fits(text: str) -> bool:
    """Tell whether a text can be changed in a form; one that is longer would be cut."""
    return len(text) <= INPUT_CHARACTERS


def labelled(text: str) -> str:
    """Return a label of a form that is short enough for Discord; a sign shows where it was cut."""
    return text if len(text) <= LABEL_CHARACTERS else text[: LABEL_CHARACTERS - 1].rstrip() + "…"
