"""Commands about how replies are written."""

from bot.core import SamplingValue
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.presets import PRESETS, Layer, Setting
from bot.words import Sentence, sentence

ORIGINS = {
    Layer.OWNER: sentence("as the owner set it"),
    Layer.SCENE_PRESET: sentence("the scene's preset"),
    Layer.SCENE: sentence("the scene"),
    Layer.CHARACTER_PRESET: sentence("the character's preset"),
    Layer.CHARACTER: sentence("the character"),
}


async def _show(player: Player, given: Given) -> None:
    preferences = player.director.preferences
    in_force = await preferences.in_force(player.place, character=given.text("character"))
    window = sentence("window: {tokens:,} tokens of each story, for all", tokens=preferences.window)
    await player.screen.answer("\n".join((*(_line(player, one) for one in in_force), player.words.say(window))))


async def _set(player: Player, given: Given) -> None:
    name, value = given.text("setting"), given.text("value")
    await player.director.preferences.set(player.place, player.account, name, value, character=given.text("character"))
    await player.answer("From now on: {setting}.", setting=f"{name} {value}")


async def _preset(player: Player, given: Given) -> None:
    chosen = await player.director.preferences.use(
        player.place, player.account, given.text("preset"), character=given.text("character")
    )
    await player.answer("From now on: {setting}.", setting=chosen)


async def _reset(player: Player, given: Given) -> None:
    await player.director.preferences.reset(
        player.place, player.account, name=given.text("setting"), character=given.text("character")
    )
    await _show(player, given)


async def _presets(player: Player, given: Given) -> None:
    own = player.words.listed([*await player.director.preferences.own(player.account)])
    await player.answer("Presets: {names}.", names=player.words.listed([*PRESETS]))
    if own:
        await player.answer("Your own: {names}.", names=own)


async def _save(player: Player, given: Given) -> None:
    saved = await player.director.preferences.save(player.place, player.account, given.text("name"))
    await player.answer("Saved: {name}.", name=saved)


async def _delete(player: Player, given: Given) -> None:
    gone = await player.director.preferences.delete(player.account, given.text("name"))
    await player.answer("Deleted: {name}.", name=gone)


def _line(player: Player, one: Setting) -> str:
    origin: Sentence = ORIGINS[one.layer]
    preset = f" {one.preset}" if one.preset else ""
    return f"{one.name}: {_shown(one.value)} ({player.words.say(origin)}{preset})"


def _shown(value: SamplingValue | None) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) if isinstance(value, int | float | None) else repr(value)


CHARACTER = Option("character", "for one character alone", Kind.CHARACTER, is_flag=True)
PRESET = Option("name", "what it is called", Kind.PRESET, is_needed=True, example="Rain")

COMMANDS = (
    Command(("settings", "show"), "show how replies are written", _show, (CHARACTER,), is_usual=True),
    Command(
        ("settings", "set"),
        "set how replies are written in this scene",
        _set,
        (
            CHARACTER,
            Option("setting", "what is set", Kind.SETTING, is_needed=True, example="temperature"),
            Option("value", "to what", is_needed=True, example="0.9"),
        ),
    ),
    Command(
        ("settings", "preset"),
        "use a preset in this scene",
        _preset,
        (CHARACTER, Option("preset", "which one", Kind.PRESET, is_needed=True, example="Creative")),
    ),
    Command(
        ("settings", "reset"),
        "take back what was set in this scene",
        _reset,
        (CHARACTER, Option("setting", "which setting; without it, all", Kind.SETTING)),
    ),
    Command(("preset", "list"), "list the presets", _presets, is_usual=True),
    Command(("preset", "save"), "save how replies are written here as a preset of your own", _save, (PRESET,)),
    Command(("preset", "delete"), "delete a preset of your own", _delete, (PRESET,)),
)
