"""Commands about scenes: they start, end, and are gone on with."""

import shlex
from dataclasses import fields

from bot.errors import PlayError
from bot.platforms.terminal.commands.table import Act, Command, needed, sub_words
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.language import LANGUAGES
from bot.roleplay.opening import Wishes
from bot.words import counted, sentence

SHOWN_TURNS = 5
OPTIONS = tuple(field.name for field in fields(Wishes))


async def _show(player: Player, argument: str) -> None:
    scene = await player.director.scene(PLACE)
    if scene is None:
        player.answer("Nothing is played here. /scene start starts a scene, /scene resume goes on with one.")
        return
    told = [sentence("Scene {id}: {title}", id=scene.id, title=scene.title)]
    if scene.scenario:
        told.append(sentence("Scenario: {scenario}", scenario=scene.scenario))
    if scene.language in LANGUAGES:
        told.append(sentence("Language of the replies: {language}", language=LANGUAGES[scene.language].own))
    player.screen.answer("\n".join(map(player.words.say, told)))


async def _start(player: Player, argument: str) -> None:
    names, wishes = read_start(argument)
    await player.open(await player.cards_called(names), wishes)
    player.show(await player.story())


async def _end(player: Player, argument: str) -> None:
    ended = await player.director.scenes.end(PLACE, player.account)
    player.answer("{title} has ended; /scene resume {id} goes on with it.", title=ended.scene.title, id=ended.scene.id)
    if ended.recap:
        player.screen.answer(ended.recap)
    player.scene = None


async def _list(player: Player, argument: str) -> None:
    entries = await player.director.scenes.played(PLACE, player.account)
    if not entries:
        player.answer("Nothing has been played here yet.")
    for entry in entries:
        line = counted(
            "{id}: {title} · {names} · one turn · {day}",
            "{id}: {title} · {names} · {count:,} turns · {day}",
            count=entry.turns,
            id=entry.id,
            title=entry.title,
            names=player.words.listed(entry.names),
            day=entry.last.date().isoformat(),
        )
        now = sentence("{scene} · now", scene=line)
        player.screen.answer(player.words.say(line if entry.has_ended else now))


async def _resume(player: Player, argument: str) -> None:
    wanted = needed("scene resume", argument, "3")
    player.scene = await player.director.scenes.resume(PLACE, player.account, wanted)
    player.answer("{title} goes on.", title=player.scene.title)
    player.show((await player.story())[-SHOWN_TURNS:])


async def _title(player: Player, argument: str) -> None:
    title = needed("scene title", argument, "Rain")
    player.scene = await player.director.scenes.set_title(PLACE, player.account, title)
    player.answer("This scene is called {title} now.", title=player.scene.title)


async def _language(player: Player, argument: str) -> None:
    wanted = needed("scene language", argument, "Japanese")
    player.scene = await player.director.scenes.set_language(PLACE, player.account, wanted)
    if player.scene.language:
        player.answer("From now on the replies are in {language}.", language=LANGUAGES[player.scene.language].own)
    else:
        player.answer("From now on the replies may be in any language.")


async def _scenario(player: Player, argument: str) -> None:
    player.scene = await player.director.scenes.set_scenario(PLACE, player.account, argument)
    if player.scene.scenario:
        player.answer("The scenario now: {scenario}", scenario=player.scene.scenario)
    else:
        player.answer("This scene has no scenario now.")


def read_start(argument: str) -> tuple[list[str], Wishes]:
    """Read names of cards, and options such as `title="Night train"` among them. Raises PlayError."""
    try:
        words = shlex.split(argument)
    except ValueError as error:
        raise PlayError("A quotation mark in the names of the cards is not closed.") from error
    names: list[str] = []
    options: dict[str, str] = {}
    for word in words:
        name, is_option, value = word.partition("=")
        if is_option and name.lower() in OPTIONS:
            options[name.lower()] = value
        else:
            names.append(word)
    return names, Wishes(**options)


SCENE: dict[str, Act] = {
    "": _show,
    "start": _start,
    "end": _end,
    "list": _list,
    "resume": _resume,
    "title": _title,
    "language": _language,
    "scenario": _scenario,
}

COMMANDS = (
    Command(
        "scene",
        "[start|end|list|resume|title|language|scenario]",
        "show the scene; start, end or change it; go on with another",
        sub_words("scene", SCENE),
    ),
)
