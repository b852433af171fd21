"""Commands about who plays: personas, and who is let in."""

from dataclasses import replace

from bot.core import Access, Account
from bot.errors import PlayError
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.personas import MOST_PICTURE_MIB
from bot.words import Sentence, sentence

ACCESS: dict[Access, Sentence] = {
    Access.OWNER: sentence("Only you may use this bot."),
    Access.INVITED: sentence("You and those whom you invite may use this bot."),
    Access.OPEN: sentence("Everybody may use this bot."),
}


async def _list(player: Player, given: Given) -> None:
    playing = await player.director.personas.playing(player.place, player.account)
    lines: list[str] = []
    for one in await player.director.personas.list(player.place, player.account):
        mark = ">" if playing and playing.persona == one.id else "-"
        brackets = f" ({one.brackets})" if one.brackets else ""
        lines += [f"{mark} {one.name}{brackets}", *([f"  {one.description}"] if one.description else [])]
    if lines:
        await player.screen.answer("\n".join(lines))
    else:
        await player.answer("You have no personas yet: /persona create NAME: DESCRIPTION makes one.")


async def _use(player: Player, given: Given) -> None:
    personas, name = player.director.personas, given.text("persona")
    if name:
        playing = await personas.use(player.place, player.account, name)
    else:
        playing = await personas.drop(player.place, player.account)
    await player.look()
    await player.answer("You play {name} from here on.", name=playing.name)


async def _create(player: Player, given: Given) -> None:
    made = await player.director.personas.create(
        player.place,
        player.account,
        given.text("name"),
        description=given.text("description"),
        picture=await _picture(given),
        brackets=given.text("brackets"),
    )
    await player.answer("There is a persona {name} now: /persona use {name} plays it.", name=made.name)


async def _edit(player: Player, given: Given) -> None:
    persona, without, picture = given.text("persona"), given.text("without"), await _picture(given)
    if picture is None and not any(map(given.text, ("name", "description", "brackets", "without"))):
        raise PlayError("Say what is to be known of {name}: /persona edit {name}: DESCRIPTION.", name=persona)
    changed = await player.director.personas.edit(
        player.place,
        player.account,
        persona,
        name=given.text("name") or None,
        description="" if without == "description" else given.text("description") or None,
        brackets="" if without == "brackets" else given.text("brackets") or None,
        picture=b"" if without == "picture" else picture,
    )
    await player.look()
    await player.answer("The persona {name} is changed.", name=changed.name)
    if given.text("brackets") and changed.brackets:
        await player.answer(
            "A line typed as {brackets} is said by {name}.", brackets=changed.brackets, name=changed.name
        )


async def _no_description(player: Player, given: Given) -> str:
    return ""


async def _description(player: Player, given: Given) -> str:
    wanted = given.text("persona").casefold()
    known = await player.director.personas.list(player.place, player.account)
    return next((one.description for one in known if one.name.casefold() == wanted), "")


async def _picture(given: Given) -> bytes | None:
    file = given.file("picture")
    return await file.read(MOST_PICTURE_MIB << 20) if file else None


async def _delete(player: Player, given: Given) -> None:
    gone = await player.director.personas.delete(player.place, player.account, given.text("persona"))
    await player.look()
    await player.answer("The persona {name} is deleted; the story keeps what was said under that name.", name=gone.name)


async def _access(player: Player, given: Given) -> None:
    if given.text("who"):
        await player.director.door.open_to(player.place, player.account, Access(given.text("who")))
    await player.screen.answer(player.words.say(ACCESS[await player.director.door.access(player.place)]))


async def _invite(player: Player, given: Given) -> None:
    if not given.text("account"):
        code = await player.director.door.invitation(player.place, player.account)
        await player.answer(
            "Whoever sends me /start {code} in a private chat on Telegram, or /link {code} on Discord, is let in, "
            "once, within a week.",
            code=code,
        )
        return
    guest = _guest(given.text("account"))
    await player.director.door.invite(player.place, player.account, guest)
    await player.answer("{account} is invited.", account=guest.id)


async def _uninvite(player: Player, given: Given) -> None:
    guest = _guest(given.text("account"))
    await player.director.door.uninvite(player.place, player.account, guest)
    await player.answer("{account} is not invited any more.", account=guest.id)


async def _link(player: Player, given: Given) -> None:
    code = given.text("code")
    if code:
        await redeem(player, code)
        return
    code = await player.director.accounts.code(player.place, player.account)
    await player.answer(
        "Send /link {code} to me from your other account within a quarter of an hour: then cards, personas and "
        "settings are the same for both.",
        code=code,
    )


async def redeem(player: Player, code: str) -> None:
    """Let a code do what it is good for: it makes somebody the owner, lets them in, or joins their accounts.

    Raises PlayError where it is not good.
    """
    match await player.director.door.enter(player.account, code.strip()):
        case Access.OWNER:
            await player.answer("This bot is yours now. /invite lets others in, /access says who may use it.")
        case None:
            accounts = await player.director.accounts.join(player.account, code)
            names = player.words.listed([f"{one.name} ({one.id.partition(':')[0]})" for one in accounts])
            await player.answer("These accounts are yours, and share all that you have: {names}.", names=names)
        case _:
            await player.answer("Welcome! You may play here now.")


def _guest(written: str) -> Account:
    platform, _, id = written.partition(":")
    if not platform or not id or " " in written:
        raise PlayError("Somebody is invited by their account, for example /invite discord:80351110224678912.")
    return Account(written, written)


PERSONA = Option("persona", "which one", Kind.PERSONA, is_needed=True, example="Kit")
BRACKETS = Option("brackets", "how its lines are typed, as in k: text", is_flag=True)
PICTURE = Option("picture", "its face, a picture", Kind.FILE, is_flag=True)
DESCRIPTION = Option("description", "what the characters know of them", is_long=True, example="A tired knight.")
ACCOUNT = Option("account", "whose, as in discord:123", is_needed=True, example="discord:80351110224678912")

COMMANDS = (
    Command(("persona", "list"), "list whom you can play", _list, is_usual=True),
    Command(
        ("persona", "use"),
        "play a persona from here on; without one, yourself",
        _use,
        (replace(PERSONA, is_needed=False),),
    ),
    Command(
        ("persona", "create"),
        "make somebody whom you can play",
        _create,
        (
            BRACKETS,
            PICTURE,
            Option("name", "what they are called", is_needed=True, until=":", example="Kit"),
            DESCRIPTION,
        ),
        draft=_no_description,
    ),
    Command(
        ("persona", "edit"),
        "change a persona",
        _edit,
        (
            Option("name", "what they are called from now on", is_flag=True),
            BRACKETS,
            PICTURE,
            Option(
                "without",
                "take that away",
                Kind.CHOICE,
                choices=("brackets", "picture", "description"),
                is_flag=True,
            ),
            replace(PERSONA, until=":"),
            DESCRIPTION,
        ),
        draft=_description,
    ),
    Command(("persona", "delete"), "delete a persona; the story keeps its lines", _delete, (PERSONA,)),
    Command(
        ("access",),
        "set who may use this bot; shows it without more",
        _access,
        (
            Option(
                "who", "only its owner, whom they invite, or everybody", Kind.CHOICE, choices=tuple(map(str, Access))
            ),
        ),
    ),
    Command(
        ("invite",),
        "let somebody use this bot; without an account, by a one-time code",
        _invite,
        (replace(ACCOUNT, is_needed=False),),
    ),
    Command(
        ("link",),
        "join your accounts on two platforms, or come in by an invitation",
        _link,
        (Option("code", "what /link or /invite gave; without it, a new one for your other account"),),
    ),
    Command(("uninvite",), "take an invitation back", _uninvite, (ACCOUNT,)),
)
