"""The characters as pictures to page through: choose one or several, choose a greeting, play. It survives a restart."""

import hashlib
from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

from telegram import InlineKeyboardMarkup

from bot.errors import PlayError
from bot.platforms.commands.scene import start
from bot.platforms.delivery import persist
from bot.platforms.player import Player
from bot.platforms.splitting import split
from bot.platforms.telegram.formatting import Formatted, bold, formatted, units
from bot.platforms.telegram.keyboards import cut, keyboard
from bot.platforms.telegram.posting import Posting
from bot.platforms.telegram.stage import Spot, Stage
from bot.platforms.telegram.tongues import default_language, warn
from bot.roleplay.opening import Wishes
from bot.words import Words, sentence
from characters import CardFile, expand
from characters.faces import face

PREFIX = "g"
SIDE_PX = 640
MOST_SHOWN = 40
TOLD_UNITS = 450
"""Of a description and a greeting each: a caption has 1,024."""
NAME_CHARACTERS = 50


@dataclass(frozen=True, slots=True)
class Page:
    """What is looked at: the number of a character, those that are chosen, and a greeting, counted from 0."""

    at: int = 0
    chosen: frozenset[int] = frozenset()
    greeting: int = 0
    known: str = ""

    def data(self, action: str) -> str:
        """Return what is kept with a button."""
        mask = sum(1 << number for number in self.chosen)
        return f"{PREFIX}:{action}:{self.at}:{mask:x}:{self.greeting}:{self.known}"

    @classmethod
    def read(cls, data: str) -> tuple[str, "Page"]:
        """Read what was kept with a button, and what the button does."""
        _, action, at, mask, greeting, known = data.split(":")
        chosen = frozenset(number for number in range(MOST_SHOWN) if int(mask, 16) >> number & 1)
        return action, cls(int(at), chosen, int(greeting), known)


class Gallery:
    """The characters that somebody can play with."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def open(self, spot: Spot, player: Player) -> None:
        """Show the first character. Raises NotAllowed."""
        await player.director.door.admit(player.place, player.account)
        names = await _names(player)
        page = Page(known=_digest(names))
        file = await player.find_card(names[0])
        picture = await to_thread(face, file, SIDE_PX, SIDE_PX)
        caption, buttons = _caption(file, page, player), _buttons(page, file, len(names), player.words)
        posting = Posting(self._stage.chat(spot))
        await persist(lambda: posting.picture(picture, caption, markup=buttons))

    async def pressed(self, spot: Spot, player: Player, data: str, message: int) -> None:
        """Do what a button of the gallery means. Raises PlayError where the characters are others by now."""
        await player.director.door.admit(player.place, player.account)
        action, page = Page.read(data)
        names = await _names(player)
        if page.known != _digest(names):
            raise PlayError("The characters are others by now: /start shows them.")
        if action == "s":
            await self._play(spot, player, page, names, message)
            return
        page = _turned(page, action, len(names))
        file = await player.find_card(names[page.at])
        page = replace(page, greeting=page.greeting % max(1, len(file.card.greetings)))
        caption, buttons = _caption(file, page, player), _buttons(page, file, len(names), player.words)
        picture = await to_thread(face, file, SIDE_PX, SIDE_PX) if action in ("n", "p") else None
        chat = self._stage.chat(spot)
        await persist(lambda: chat.change_picture(message, picture, caption, markup=buttons))

    async def _play(self, spot: Spot, player: Player, page: Page, names: Sequence[str], message: int) -> None:
        """Begin a scene with those who are chosen, or with the one that is looked at; that one greets."""
        numbers = [page.at, *sorted(page.chosen - {page.at})] if page.at in page.chosen else sorted(page.chosen)
        files = [await player.find_card(names[number]) for number in numbers or [page.at]]
        greeting = str(page.greeting + 1) if page.at in (numbers or [page.at])[:1] and files[0].card.greetings else ""
        await start(player, files, Wishes(greeting=greeting, language=default_language(player)))
        await self._stage.chat(spot).put_buttons(message, None)
        await player.show(*await player.story())
        await warn(player)


def _turned(page: Page, action: str, count: int) -> Page:
    match action:
        case "n" | "p":
            return replace(page, at=(page.at + (1 if action == "n" else -1)) % count, greeting=0)
        case "c":
            return replace(page, chosen=page.chosen ^ {page.at})
        case _:
            return replace(page, greeting=page.greeting + 1)


def _buttons(page: Page, file: CardFile, count: int, words: Words) -> InlineKeyboardMarkup:
    greetings = len(file.card.greetings)
    paging = [("◀", page.data("p")), (f"{page.at + 1}/{count}", page.data("n")), ("▶", page.data("n"))]
    choose = sentence("Leave out") if page.at in page.chosen else sentence("Choose too")
    greet = sentence("Greeting {shown}/{count}", shown=page.greeting + 1, count=greetings)
    more = [(words.say(choose), page.data("c")), *([(words.say(greet), page.data("r"))] if greetings > 1 else [])]
    play = sentence("Play with {count}", count=len(page.chosen)) if len(page.chosen) > 1 else sentence("Play")
    return keyboard([*([paging] if count > 1 else []), more, [(words.say(play), page.data("s"))]])


def _caption(file: CardFile, page: Page, player: Player) -> Formatted:
    card = file.card

    def told(text: str) -> str:
        now, user = datetime.now(UTC), player.account.name
        plain = expand(text, char=card.spoken_name, user=user, rng=Random(0), now=now).strip()
        whole, *more = split(plain, TOLD_UNITS, length=units) or [""]
        return f"{whole} …" if more else whole

    mark = "✓ " if page.at in page.chosen else ""
    said = bold(f"{mark}{cut(card.spoken_name, NAME_CHARACTERS)}")
    for text in (card.creator_notes or card.description, *card.greetings[page.greeting : page.greeting + 1]):
        if text.strip():
            said = said + Formatted("\n\n") + formatted(told(text))
    return said


async def _names(player: Player) -> list[str]:
    listed = await player.director.library.cards(player.place, player.account)
    return list(dict.fromkeys(card.name for card in listed))[:MOST_SHOWN]


def _digest(names: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(names).encode(errors="replace")).hexdigest()[:6]
