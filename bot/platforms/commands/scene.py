"""Commands about scenes: they start, end, and are gone on with."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.errors import Missing
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.commands.typed import names, words
from bot.platforms.player import Player
from bot.roleplay.language import LANGUAGES
from bot.roleplay.opening import Wishes
from bot.words import counted, sentence
from characters import CardError, CardFile

SHOWN_TURNS = 5


async def _show(player: Player, given: Given) -> None:
    scene = await player.look()
    if scene is None:
        await player.answer("Nothing is played here. /scene start starts a scene, /scene resume goes on with one.")
        return
    told = [sentence("Scene {id}: {title}", id=scene.id, title=scene.title)]
    if scene.scenario:
        told.append(sentence("Scenario: {scenario}", scenario=scene.scenario))
    if scene.language in LANGUAGES:
        told.append(sentence("Language of the replies: {language}", language=LANGUAGES[scene.language].own))
    await player.screen.answer("\n".join(map(player.words.say, told)))


async def _start(player: Player, given: Given) -> None:
    cards = await _cards(player, given.text("cards"))
    wishes = Wishes(**{name: given.text(name) for name in ("greeting", "scenario", "title", "language")})
    await start(player, cards, wishes)
    await player.show(*await player.story())


async def start(player: Player, cards: list[CardFile], wishes: Wishes) -> None:
    """Start a scene with these characters, and tell what had to be guessed in their cards, and what they lack."""
    for card in cards:
        for warning in card.card.warnings:
            await player.note("{source}: {warning}", source=card.source, warning=warning)
    now = datetime.now(UTC)
    player.scene = await player.director.scenes.start(player.place, player.account, cards, at=now, wishes=wishes)
    await tell_lacking(player, cards)


async def tell_lacking(player: Player, cards: Sequence[CardFile]) -> None:
    """Say which lorebooks cards name that do not count in the scene."""
    naming = [card for card in cards if card.card.world]
    for name, world in await player.director.lore.lacking(player.place, naming) if naming else ():
        await player.note(
            "The card of {name} names the lorebook {world}, which is not here: /lore attach brings it in.",
            name=name,
            world=world,
        )


async def _cards(player: Player, written: str) -> list[CardFile]:
    """Find cards by their names, with commas between them, or as words; those that are usual here without any."""
    if not written:
        return [*player.cards]
    found: list[CardFile] = []
    for name in names(written):
        parts = words(name)
        try:
            found.append(await player.find_card(parts[0] if len(parts) == 1 else name))
        except (Missing, CardError):
            if len(parts) == 1:
                raise
            found += [await player.find_card(part) for part in parts]
    return found


async def _end(player: Player, given: Given) -> None:
    ended = await player.director.scenes.end(player.place, player.account)
    await player.answer(
        "{title} has ended; /scene resume {id} goes on with it.", title=ended.scene.title, id=ended.scene.id
    )
    if ended.recap:
        await player.screen.answer(ended.recap)
    player.scene = None


async def _list(player: Player, given: Given) -> None:
    entries = await player.director.scenes.played(player.place, player.account)
    if not entries:
        await player.answer("Nothing has been played here yet.")
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
        await player.screen.answer(player.words.say(line if entry.has_ended else now))


async def _resume(player: Player, given: Given) -> None:
    player.scene = await player.director.scenes.resume(player.place, player.account, given.text("scene"))
    await player.answer("{title} goes on.", title=player.scene.title)
    await player.show(*(await player.story())[-SHOWN_TURNS:])


async def _title(player: Player, given: Given) -> None:
    player.scene = await player.director.scenes.set_title(player.place, player.account, given.text("title"))
    await player.answer("This scene is called {title} now.", title=player.scene.title)


async def _language(player: Player, given: Given) -> None:
    player.scene = await player.director.scenes.set_language(player.place, player.account, given.text("language"))
    if player.scene.language:
        language = LANGUAGES[player.scene.language].own
        await player.answer("From now on the replies are in {language}.", language=language)
    else:
        await player.answer("From now on the replies may be in any language.")


async def _scenario(player: Player, given: Given) -> None:
    player.scene = await player.director.scenes.set_scenario(player.place, player.account, given.text("scenario"))
    if player.scene.scenario:
        await player.answer("The scenario now: {scenario}", scenario=player.scene.scenario)
    else:
        await player.answer("This scene has no scenario now.")


async def _scenario_now(player: Player, given: Given) -> str:
    scene = await player.look()
    return scene.scenario if scene else ""


WISHES = (
    Option("greeting", "the number of a greeting of the card, or words of your own", is_flag=True),
    Option("scenario", "where and how the scene begins, instead of what the cards say", is_flag=True),
    Option("title", "what the scene is called", is_flag=True),
    Option("language", "in which language the characters reply", Kind.LANGUAGE, is_flag=True),
)

COMMANDS = (
    Command(("scene", "show"), "show what is played here", _show, is_usual=True),
    Command(
        ("scene", "start"),
        "start a scene with these characters; the one before ends",
        _start,
        (*WISHES, Option("cards", "whose cards, with commas between them", Kind.CARDS)),
    ),
    Command(("scene", "end"), "end the scene, with a recap", _end),
    Command(("scene", "list"), "list what was played here", _list),
    Command(
        ("scene", "resume"),
        "go on with another scene",
        _resume,
        (Option("scene", "its number or its title", Kind.SCENE, is_needed=True, example="3"),),
    ),
    Command(
        ("scene", "title"),
        "give the scene another title",
        _title,
        (Option("title", "what it is called", is_needed=True, example="Rain"),),
    ),
    Command(
        ("scene", "language"),
        "set the language of the replies",
        _language,
        (Option("language", "which one, or any", Kind.LANGUAGE, is_needed=True, example="Japanese"),),
    ),
    Command(
        ("scene", "scenario"),
        "set where and how the scene plays",
        _scenario,
        (Option("scenario", "in some sentences; nothing takes it away", is_long=True),),
        draft=_scenario_now,
    ),
)
