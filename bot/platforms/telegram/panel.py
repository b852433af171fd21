"""The settings as a menu that changes in place: an overview, and a page for each choice. It survives a restart."""

from collections.abc import Sequence

from bot.core import Role
from bot.errors import NotAllowed, PlayError
from bot.platforms.choices import AS_USUAL, CHOICES, SERVER_CHOICES, Choice
from bot.platforms.delivery import persist
from bot.platforms.player import Player
from bot.platforms.telegram.formatting import Formatted, bold
from bot.platforms.telegram.keyboards import LABEL_CHARACTERS, Labelled, columns, kept, keyboard
from bot.platforms.telegram.menus import PREFIX as MENU
from bot.platforms.telegram.posting import Posting
from bot.platforms.telegram.reading import is_private
from bot.platforms.telegram.stage import Spot, Stage
from bot.platforms.telegram.tongues import warn
from bot.roleplay.permissions import MODERATORS
from bot.words import Sentence, sentence

PREFIX = "p"
SCENE, SERVER = "scene", "server"
PAGES = {SCENE: CHOICES, SERVER: SERVER_CHOICES}
OPENED_BY = {"settings": SCENE, "settings server": SERVER}
NARROW_CHARACTERS = 16
Page = tuple[Formatted, list[Sequence[Labelled]]]


class Panel:
    """What somebody sets by choosing, for a scene and for a group."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def offer(self, spot: Spot, player: Player, typed: str) -> bool:
        """Show the settings where they were asked for without more; False where it was something else."""
        page = OPENED_BY.get(" ".join(typed.lower().split()))
        if page is None or (page == SERVER and is_private(spot.chat)):
            return False
        said, rows = await self._overview(spot, player, page)
        posting = Posting(self._stage.chat(spot))
        await persist(lambda: posting.send(said, markup=keyboard(rows), is_silent=True))
        return True

    async def pressed(self, spot: Spot, player: Player, data: str, message: int) -> None:
        """Turn to another page, or set what was chosen. Raises PlayError."""
        _, key, *chosen = data.split(":", 2)
        await player.look()
        if key in PAGES:
            said, rows = await self._overview(spot, player, key)
        else:
            choice = _choice(key)
            _check(player, choice)
            if chosen:
                await self._set(player, choice, chosen[0])
            said, rows = await _page(player, choice)
        chat, markup = self._stage.chat(spot), keyboard(rows)
        await persist(lambda: chat.edit(message, said, markup=markup))

    async def _set(self, player: Player, choice: Choice, chosen: str) -> None:
        values = [value for value, _ in await choice.options(player) if kept(value) == chosen]
        if not values:
            raise PlayError("That is not offered any more: /settings shows what is.")
        await player.director.door.admit(player.place, player.account)
        await choice.choose(player, values[0])
        await warn(player)

    async def _overview(self, spot: Spot, player: Player, page: str) -> Page:
        """Return all that can be set, with what counts now."""
        await player.director.door.admit(player.place, player.account)
        choices = [one for one in PAGES[page] if player.scene or not one.of_scene or one.of_server]
        for one in choices:
            _check(player, one)
        heading = sentence("Settings of this group") if page == SERVER else sentence("Settings")
        said = bold(player.words.say(heading))
        for one in choices:
            if is_private(spot.chat) or one.of_server or one.of_scene:  # in a group it is nobody's alone
                said = said + Formatted(f"\n{player.words.say(one.title)}: {await _now(player, one)}")
        rows = columns([(player.words.say(one.short), f"{PREFIX}:{one.key}") for one in choices], 2)
        return said, [*rows, self._others(spot, player, page)]

    def _others(self, spot: Spot, player: Player, page: str) -> Sequence[Labelled]:
        if page == SERVER:
            return [("◀", f"{PREFIX}:{SCENE}")]
        is_run = not is_private(spot.chat) and player.account.role >= Role.MODERATOR
        group = [(player.words.say(sentence("This group")), f"{PREFIX}:{SERVER}")]
        return [*(group if is_run else []), (player.words.say(sentence("More")), f"{MENU}:settings")]


def _check(player: Player, choice: Choice) -> None:
    if choice.of_server and player.account.role < Role.MODERATOR:
        raise NotAllowed(MODERATORS.refusal)


async def _page(player: Player, choice: Choice) -> Page:
    """Return the values of a choice, the one that counts with a mark."""
    now = await choice.now(player)
    told = [(value, player.words.say(shown)) for value, shown in await choice.options(player)]
    said = bold(player.words.say(choice.title))
    if any(len(shown) > LABEL_CHARACTERS - 2 for _, shown in told):
        said = said + Formatted("".join(f"\n{number}. {shown}" for number, (_, shown) in enumerate(told, 1)))
        told = [(value, str(number)) for number, (value, _) in enumerate(told, 1)]
    buttons = [
        (f"{'✓ ' if value == now else ''}{shown}", f"{PREFIX}:{choice.key}:{kept(value)}") for value, shown in told
    ]
    is_narrow = all(len(label) <= NARROW_CHARACTERS for label, _ in buttons)
    back = [("◀", f"{PREFIX}:{SERVER if choice.of_server else SCENE}")]
    return said, [*columns(buttons, 2 if is_narrow else 1), back]


async def _now(player: Player, choice: Choice) -> str:
    now = await choice.now(player)
    shown = next((shown for value, shown in await choice.options(player) if value == now), None)
    return player.words.say(shown or (Sentence("{word}", {"word": now}) if now else AS_USUAL))


def _choice(key: str) -> Choice:
    for choice in (*CHOICES, *SERVER_CHOICES):
        if choice.key == key:
            return choice
    raise PlayError("That is not offered any more: /settings shows what is.")
