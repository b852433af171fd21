"""Somebody who plays, on whatever platform, and what can be shown to them. It knows no platform and no command."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from bot.core import Account, Place, Scene, Turn
from bot.errors import Missing
from bot.roleplay.director import Director
from bot.roleplay.following import Following
from bot.roleplay.performance import Performance, Reply
from bot.words import Languages, Words, counted, sentence
from characters import CardFile


class Screen(Protocol):
    """Where a player reads: turns of the story, and words about it, some of them for their eyes alone.

    A turn without a name is a piece of a notebook's text.
    """

    async def turns(self, turns: Sequence[Turn]) -> None:
        """Show turns of the story that are new or read differently now; nothing where they show by themselves."""
        ...

    async def quote(self, turns: Sequence[Turn], numbers: Mapping[int, int]) -> None:
        """Show turns that somebody asked to see, with the numbers that some of them have."""
        ...

    async def answer(self, text: str) -> None:
        """Show what a command asked for."""
        ...

    async def note(self, text: str) -> None:
        """Show a remark that nobody asked for."""
        ...

    async def alarm(self, text: str) -> None:
        """Tell those who look after this place something that they should know at once."""
        ...

    async def fail(self, sentence: str) -> None:
        """Show why something was not done."""
        ...

    async def file(self, name: str, data: bytes) -> str:
        """Hand over a file, and return what it is called where it lies now. Raises PlayError."""
        ...

    async def follow(self, reply: Reply) -> None:
        """Draw a reply to its end, where what is drawn can change."""
        ...

    async def spoken(self, reply: Reply) -> None:
        """Show for good what was said in a reply, however it ended. By then it is stored."""
        ...

    async def suggestions(self, lines: Sequence[str]) -> None:
        """Offer lines that the player could say."""
        ...

    async def state(self, line: str) -> None:
        """Show how things stand in the story now, under its newest turn where that can be done."""
        ...


@dataclass(slots=True)
class Player:
    """Somebody at a place, with a director and a screen.

    A scene opens with these `cards` where nobody names others. `card_file` finds cards that are in no library, such as
    files on this machine. The bot speaks the language of the `scene`, or else that of the account.
    """

    director: Director
    screen: Screen
    languages: Languages
    place: Place
    account: Account
    cards: Sequence[CardFile] = ()
    card_file: Callable[[str], Awaitable[CardFile]] | None = None
    scene: Scene | None = None

    @property
    def words(self) -> Words:
        """What the bot says, in the language that it has here."""
        return self.languages.best(self.scene.language if self.scene else "", self.account.language)

    async def look(self) -> Scene | None:
        """Take note of the scene as it stands now, and return it."""
        self.scene = await self.director.scene(self.place)
        return self.scene

    async def answer(self, text: str, /, **facts: object) -> None:
        """Show what a command asked for, as a sentence."""
        await self.screen.answer(self.words.say(sentence(text, **facts)))

    async def answer_counted(self, one: str, many: str, /, *, count: int, **facts: object) -> None:
        """Show what a command asked for, as a sentence about a number of things."""
        await self.screen.answer(self.words.say(counted(one, many, count=count, **facts)))

    async def note(self, text: str, /, **facts: object) -> None:
        """Show a remark that nobody asked for, as a sentence."""
        await self.screen.note(self.words.say(sentence(text, **facts)))

    async def fail(self, what: Exception) -> None:
        """Show why something was not done."""
        await self.screen.fail(self.words.explain(what))

    async def find_card(self, name: str) -> CardFile:
        """Return the card that is meant by a name. Raises Missing, CardError."""
        try:
            return await self.director.library.find_card(self.place, self.account, name)
        except Missing:
            if self.card_file is None:
                raise
            return await self.card_file(name)

    async def follow(self, performing: AbstractAsyncContextManager[Performance]) -> bool:
        """Follow a performance to its end, and tell whether anybody spoke.

        A reply is shown for good once it is stored, so that none is lost again.
        """
        stored: Reply | None = None
        has_spoken = False
        following: Following | None = None
        try:
            async with performing as performance:
                following = performance.following
                async for reply in performance:
                    if stored:
                        await self._spoken(stored)
                    stored, has_spoken = reply, True
                    await self.screen.follow(reply)
                if stored:
                    await self._spoken(stored)
                    stored = None
            if following and following.state:
                await self.screen.state(following.state)
            if following and following.suggestions:
                await self.screen.suggestions(following.suggestions)
        finally:
            if stored:
                await self._spoken(stored)
        return has_spoken

    async def _spoken(self, reply: Reply) -> None:
        await self.screen.spoken(reply)
        if reply.remark:
            await self.screen.note(self.words.say(reply.remark))

    async def story(self) -> list[Turn]:
        """Return the story so far, but for the turns that were deleted."""
        return [turn for turn in await self.director.story(self.place) if turn.text]

    async def show(self, *turns: Turn) -> None:
        """Show turns of the story that are new or read differently now."""
        await self.screen.turns(self._of_a_text(turns))

    async def quote(self, turns: Sequence[Turn]) -> None:
        """Show turns that somebody asked to see, with their numbers."""
        await self.screen.quote(self._of_a_text(turns), await self.director.turns.numbers(self.place))

    def _of_a_text(self, turns: Sequence[Turn]) -> list[Turn]:
        """Take the names off the pieces of a notebook, which are nobody's."""
        is_notebook = self.scene is not None and self.scene.is_notebook
        return [replace(turn, name="") if is_notebook else turn for turn in turns]

    def status(self) -> str:
        """Say in a line what the model is doing."""
        now = self.director.status(self.scene)
        return self.words.say(
            sentence(
                "{model} · {held:,} of {window:,} tokens · {running} running, {waiting} waiting",
                model=now.model,
                held=now.held,
                window=now.window,
                running=now.running,
                waiting=now.waiting,
            )
        )
