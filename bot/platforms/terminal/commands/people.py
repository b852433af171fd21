"""Commands about who plays: personas, the cards that somebody has, and who is let in."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from pathlib import Path

from bot.core import Access, Account
from bot.errors import PlayError
from bot.platforms.terminal.commands import collection
from bot.platforms.terminal.commands.table import Command
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.personas import MOST_PICTURE_MIB
from bot.words import Sentence, sentence

Act = Callable[[Player, str], Awaitable[None]]


async def _personas(player: Player, argument: str) -> None:
    playing = await player.director.personas.playing(PLACE, player.account)
    lines = [
        "\n".join(
            filter(
                None,
                (
                    f"{'>' if playing and playing.persona == one.id else '-'} {one.name}"
                    + (f" ({one.brackets})" if one.brackets else ""),
                    one.description and f"  {one.description}",
                ),
            )
        )
        for one in await player.director.personas.list(PLACE, player.account)
    ]
    if lines:
        player.screen.answer("\n".join(lines))
    else:
        player.answer("You have no personas yet: /persona create NAME: DESCRIPTION makes one.")


async def _use(player: Player, name: str) -> None:
    if name:
        playing = await player.director.personas.use(PLACE, player.account, name)
    else:
        playing = await player.director.personas.drop(PLACE, player.account)
    player.scene = await player.director.scene(PLACE)
    player.answer("You play {name} from here on.", name=playing.name)


async def _create(player: Player, argument: str) -> None:
    name, description = _split(argument)
    made = await player.director.personas.create(PLACE, player.account, name, description=description)
    player.answer("There is a persona {name} now: /persona use {name} plays it.", name=made.name)


async def _edit(player: Player, argument: str) -> None:
    name, description = _split(argument)
    if not description:
        raise PlayError("Say what is to be known of {name}: /persona edit {name}: DESCRIPTION.", name=name)
    changed = await player.director.personas.edit(PLACE, player.account, name, description=description)
    player.answer("The persona {name} is changed.", name=changed.name)


async def _rename(player: Player, argument: str) -> None:
    name, wanted = _split(argument)
    changed = await player.director.personas.edit(PLACE, player.account, name, name=wanted)
    player.scene = await player.director.scene(PLACE)
    player.answer("The persona is called {name} now.", name=changed.name)


async def _brackets(player: Player, argument: str) -> None:
    name, written = _split(argument)
    changed = await player.director.personas.edit(PLACE, player.account, name, brackets=written)
    if changed.brackets:
        player.answer("A line typed as {brackets} is said by {name}.", brackets=changed.brackets, name=changed.name)
    else:
        player.answer("The persona {name} has no brackets any more.", name=changed.name)


async def _picture(player: Player, argument: str) -> None:
    name, path = _split(argument)
    picture = await to_thread(_read, path) if path else b""
    changed = await player.director.personas.edit(PLACE, player.account, name, picture=picture)
    player.answer("The persona {name} is changed.", name=changed.name)


async def _delete(player: Player, name: str) -> None:
    gone = await player.director.personas.delete(PLACE, player.account, name)
    player.scene = await player.director.scene(PLACE)
    player.answer("The persona {name} is deleted; the story keeps what was said under that name.", name=gone.name)


async def _cards(player: Player, argument: str) -> None:
    lines: list[str] = []
    for card in await player.director.library.cards(PLACE, player.account):
        marks = [
            player.words.say(mark)
            for mark, holds in (
                (sentence("yours"), card.is_own),
                (sentence("published"), card.is_published),
                (sentence("comes with Troupe"), card.is_bundled),
            )
            if holds
        ]
        lines.append(f"- {card.name} ({', '.join(marks)})")
    player.screen.answer("\n".join(lines))


async def _publish(player: Player, name: str) -> None:
    card = await player.director.library.publish(PLACE, player.account, "card", name)
    player.answer("Everybody who is let in can use {name} now.", name=card.name)


async def _unpublish(player: Player, name: str) -> None:
    card = await player.director.library.unpublish(PLACE, player.account, "card", name)
    player.answer("{name} is yours alone again.", name=card.name)


async def _remove(player: Player, name: str) -> None:
    card = await player.director.library.remove(PLACE, player.account, "card", name)
    player.answer("The card {name} is removed; stories keep what they know of it.", name=card.name)


async def _access(player: Player, argument: str) -> None:
    if argument and argument not in list(Access):
        raise PlayError(
            "/access takes one of {choices}: only you, whom you invite, or everybody.",
            choices=player.words.listed([access.value for access in Access]),
        )
    if argument:
        await player.director.door.open_to(PLACE, player.account, Access(argument))
    player.screen.answer(player.words.say(ACCESS[await player.director.door.access(PLACE)]))


async def _invite(player: Player, argument: str) -> None:
    guest = _guest(argument)
    await player.director.door.invite(PLACE, player.account, guest)
    player.answer("{account} is invited.", account=guest.id)


async def _uninvite(player: Player, argument: str) -> None:
    guest = _guest(argument)
    await player.director.door.uninvite(PLACE, player.account, guest)
    player.answer("{account} is not invited any more.", account=guest.id)


async def _persona(player: Player, argument: str) -> None:
    await _named("persona", PERSONA, argument or "list")(player, argument.partition(" ")[2].strip())


async def _card(player: Player, argument: str) -> None:
    await _named("card", CARD, argument or "list")(player, argument.partition(" ")[2].strip())


def _named(command: str, acts: dict[str, Act], argument: str) -> Act:
    word = argument.partition(" ")[0].lower()
    if word in acts:
        return acts[word]
    near = get_close_matches(word, acts, n=1) or list(acts)[:1]
    raise PlayError(
        "There is no /{command} {word}: did you mean /{command} {near}?", command=command, word=word[:40], near=near[0]
    )


def _split(argument: str) -> tuple[str, str]:
    """Part a name, which holds no colon, from what follows it."""
    name, _, rest = argument.partition(":")
    return name.strip(), rest.strip()


def _guest(argument: str) -> Account:
    platform, _, id = argument.partition(":")
    if not platform or not id or " " in argument:
        raise PlayError("Somebody is invited by their account, for example /invite discord:80351110224678912.")
    return Account(argument, argument)


def _read(path: str) -> bytes:
    try:
        with Path(path).expanduser().open("rb") as file:
            return file.read((MOST_PICTURE_MIB << 20) + 1)
    except (OSError, ValueError) as error:
        raise PlayError("The picture {path} cannot be read.", path=path) from error


PERSONA: dict[str, Act] = {
    "list": _personas,
    "use": _use,
    "create": _create,
    "edit": _edit,
    "rename": _rename,
    "brackets": _brackets,
    "picture": _picture,
    "delete": _delete,
}
CARD: dict[str, Act] = {
    "list": _cards,
    "import": collection.import_card,
    "export": collection.export_card,
    "show": collection.show_card,
    "publish": _publish,
    "unpublish": _unpublish,
    "remove": _remove,
}
ACCESS: dict[Access, Sentence] = {
    Access.OWNER: sentence("Only you may use this bot."),
    Access.INVITED: sentence("You and those whom you invite may use this bot."),
    Access.OPEN: sentence("Everybody may use this bot."),
}

COMMANDS = (
    Command("persona", "[use|create|edit NAME: TEXT]", "whom you play: list, use, create, edit, brackets …", _persona),
    Command(
        "card", "[import FILE|export NAME FILE|…]", "your cards: import, export, list, show, publish, remove", _card
    ),
    Command("access", "[owner|invited|open]", "who may use this bot", _access),
    Command("invite", "ACCOUNT", "let somebody use this bot, as in discord:123", _invite),
    Command("uninvite", "ACCOUNT", "take an invitation back", _uninvite),
)
