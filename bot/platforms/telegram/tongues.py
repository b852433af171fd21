"""In which language a scene starts: that of somebody's app. Where the model is weak in it, an honest word."""

from bot.errors import PlayError
from bot.platforms.player import Player
from bot.roleplay.language import LANGUAGES, read_language
from bot.roleplay.strengths import weakness

ENGLISH = "en"


def default_language(player: Player) -> str:
    """Return the language that replies are asked for in where nobody says so; empty for English, which cards are in."""
    try:
        tag = read_language(player.account.language)
    except PlayError:
        return ""
    return "" if tag == ENGLISH else tag


async def warn(player: Player) -> None:
    """Say once to somebody that the model is not known for the language of their scene."""
    scene = await player.look()
    language = scene.language if scene else ""
    model = player.director.status(scene).model
    told = weakness(model, language, LANGUAGES[language].own) if language in LANGUAGES else None
    if told and await player.director.messages.is_new(f"{player.account.id}:weak:{language}:{model}"):
        await player.screen.note(player.words.say(told))
