"""Commands about how replies are written."""

from bot.core import SamplingValue
from bot.errors import PlayError
from bot.platforms.terminal.commands.table import Command
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.presets import PRESETS, Layer, Setting
from bot.words import Sentence, sentence

ORIGINS = {
    Layer.OWNER: sentence("as the owner set it"),
    Layer.SCENE_PRESET: sentence("the scene's preset"),
    Layer.SCENE: sentence("the scene"),
    Layer.CHARACTER_PRESET: sentence("the character's preset"),
    Layer.CHARACTER: sentence("the character"),
}


async def _settings(player: Player, argument: str) -> None:
    preferences = player.director.preferences
    character, words = await _whose(player, argument.split(" "))
    match words:
        case []:
            return await _show(player, character)
        case ["preset", *name] if name:
            chosen = await preferences.use(PLACE, player.account, " ".join(name), character=character)
            player.answer("From now on: {setting}.", setting=chosen)
        case ["reset", *name] if len(name) <= 1:
            await preferences.reset(PLACE, player.account, name="".join(name), character=character)
            await _show(player, character)
        case [name, *value] if value:
            await preferences.set(PLACE, player.account, name, " ".join(value), character=character)
            player.answer("From now on: {setting}.", setting=f"{name} {' '.join(value)}")
        case _:
            raise PlayError(
                "/settings takes a name and a value, as in /settings temperature 0.9, or preset NAME, or reset; "
                "the name of a character may stand in front of it."
            )


async def _preset(player: Player, argument: str) -> None:
    preferences = player.director.preferences
    action, _, name = argument.partition(" ")
    match action, name.strip():
        case (("" | "list"), ""):
            own = player.words.listed([*await preferences.own(player.account)])
            player.answer("Presets: {names}.", names=player.words.listed([*PRESETS]))
            if own:
                player.answer("Your own: {names}.", names=own)
        case "save", name if name:
            player.answer("Saved: {name}.", name=await preferences.save(PLACE, player.account, name))
        case "delete", name if name:
            player.answer("Deleted: {name}.", name=await preferences.delete(player.account, name))
        case _:
            raise PlayError("/preset takes list, or save or delete with a name, as in /preset save Rain.")


async def _whose(player: Player, words: list[str]) -> tuple[str, list[str]]:
    """Return the name of a character that words begin with, or none, and the words behind it."""
    words = [word for word in words if word]
    scene = await player.director.scene(PLACE)
    names = {member.name.casefold(): member.name for member in scene.members} if scene else {}
    for length in range(len(words), 0, -1):
        if name := names.get(" ".join(words[:length]).casefold()):
            return name, words[length:]
    return "", words


async def _show(player: Player, character: str) -> None:
    preferences = player.director.preferences
    lines = [_line(player, one) for one in await preferences.in_force(PLACE, character=character)]
    window = sentence("window: {tokens:,} tokens of each story, for all", tokens=preferences.window)
    player.screen.answer("\n".join((*lines, player.words.say(window))))


def _line(player: Player, one: Setting) -> str:
    origin: Sentence = ORIGINS[one.layer]
    preset = f" {one.preset}" if one.preset else ""
    return f"{one.name}: {_shown(one.value)} ({player.words.say(origin)}{preset})"


def _shown(value: SamplingValue | None) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) if isinstance(value, int | float | None) else repr(value)


COMMANDS = (
    Command(
        "settings",
        "[CHARACTER] [NAME VALUE | preset NAME | reset [NAME]]",
        "show or set how replies are written",
        _settings,
    ),
    Command("preset", "[list | save NAME | delete NAME]", "presets: list them, save or delete your own", _preset),
)
