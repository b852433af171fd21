"""Names and descriptions of commands in the languages of the catalogues, where Discord has them."""

from discord import Locale, app_commands

from bot.platforms.discord.slash import JOIN, fitting
from bot.words import Languages, Sentence, Words

LOCALES = (Locale.japanese, Locale.russian, Locale.chinese)
PARTS = app_commands.TranslationContextLocation
COMMANDS = (PARTS.command_name, PARTS.group_name)


class Translator(app_commands.Translator):
    """Asks the catalogues. What one of them has no valid name for keeps its English one."""

    def __init__(self, languages: Languages) -> None:
        self._languages = languages

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        if locale not in LOCALES:
            return None
        words = self._languages.best(locale.value)
        is_menu = isinstance(context.data, app_commands.ContextMenu)
        said = _said(words, string.message, context.location, is_menu=is_menu)
        return said if said != string.message else None


def _said(words: Words, text: str, where: PARTS, *, is_menu: bool) -> str:
    if is_menu:
        return words.say(Sentence(text))
    if where in COMMANDS:
        return command_name(words, text)
    if where is PARTS.parameter_name:
        return option_name(words, text)
    if where is PARTS.group_description:
        return fitting(JOIN.join(command_name(words, word) for word in text.split(JOIN)))
    if where is PARTS.choice_name:
        return text
    return fitting(words.say(Sentence(text)))


def command_name(words: Words, word: str) -> str:
    """Return a word of a command in a language, as in `scene` and `start`."""
    return _valid(words.say(Sentence(f"/{word}")).removeprefix("/"), word)


def option_name(words: Words, name: str) -> str:
    """Return the name of an option in a language."""
    return _valid(words.say(Sentence(f"{name}:")).rstrip(":："), name)


def _valid(name: str, english: str) -> str:
    is_valid = 1 <= len(name) <= 32 and name == name.lower() and all(char.isalnum() or char in "-_" for char in name)
    return name if is_valid else english
