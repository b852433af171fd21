"""The player at this terminal, and what can be shown to one. It knows no terminal and no command."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import uuid4

from bot.core import Account, Incoming, Place, Role, Scene, Turn
from bot.platforms.terminal.cards import find_card, find_cards
from bot.roleplay.director import Director
from bot.roleplay.following import Following
from bot.roleplay.opening import Wishes
from bot.roleplay.performance import Performance, Reply
from bot.words import Languages, Words, counted, sentence
from characters import CardFile

PLACE = Place("terminal:main", "Terminal")
ACCOUNT = "terminal:local"


class Screen(Protocol):
    """Where a player reads: lines of the story, pieces of a notebook's text, and words about it."""

    def turn(self, name: str, text: str, number: int = 0) -> None:
        """Show a turn of the story, with its number where that is asked for; without a name it is a piece of text."""
        ...

    def answer(self, text: str) -> None:
        """Show what a command asked for."""
        ...

    def note(self, text: str) -> None:
        """Show a remark that nobody asked for."""
        ...

    def fail(self, sentence: str) -> None:
        """Show why something was not done."""
        ...

    async def follow(self, reply: Reply) -> None:
        """Draw a reply to its end, where what is drawn can change."""
        ...

    def spoken(self, reply: Reply, words: Words) -> None:
        """Show for good what was said in a reply; in words how it ended, where that is to be said."""
        ...


@dataclass(slots=True)
class Player:
    """Somebody who plays with a director and watches a screen. `cards` are those that the program was started with.

    `language` is theirs; a scene may have another, and then the bot speaks that.
    """

    director: Director
    screen: Screen
    name: str
    cards: Sequence[CardFile]
    languages: Languages
    language: str = ""
    scene: Scene | None = None

    @property
    def words(self) -> Words:
        """What the bot says, in the language that it has here."""
        return self.languages.best(self.scene.language if self.scene else "", self.language)

    def answer(self, text: str, /, **facts: object) -> None:
        """Show what a command asked for, as a sentence."""
        self.screen.answer(self.words.say(sentence(text, **facts)))

    def answer_counted(self, one: str, many: str, /, *, count: int, **facts: object) -> None:
        """Show what a command asked for, as a sentence about a number of things."""
        self.screen.answer(self.words.say(counted(one, many, count=count, **facts)))

    def note(self, text: str, /, **facts: object) -> None:
        """Show a remark that nobody asked for, as a sentence."""
        self.screen.note(self.words.say(sentence(text, **facts)))

    def fail(self, what: Exception) -> None:
        """Show why something was not done."""
        self.screen.fail(self.words.explain(what))

    @property
    def plays(self) -> str:
        """The name that they play under: a persona's, or their own, with a number where a character has it too."""
        playing = self.scene.players[-1] if self.scene and self.scene.players else None  # nobody else plays here
        is_theirs = playing and (playing.persona is not None or playing.name.startswith(f"{self.name} "))
        return playing.name if playing and is_theirs else self.name

    @property
    def account(self) -> Account:
        return Account(ACCOUNT, self.name, Role.OWNER, self.language)

    async def enter(self) -> None:
        """Go on with the story where it was left, or open one where other characters are wanted."""
        scene = await self.director.scene(PLACE)
        wanted = {card.card.spoken_name for card in self.cards}
        began = {member.name for member in scene.members if member.after is None} if scene else set[str]()
        if scene is None:
            await self.open(await self.cards_called(()))
        elif wanted and wanted != began:
            await self.open(self.cards)
            self.note("The story with {names} has ended.", names=self.words.listed([one.name for one in scene.members]))
        else:
            self.scene = scene

    async def cards_called(self, names: Sequence[str]) -> Sequence[CardFile]:
        """Return the cards that are meant by these names; without any, those that a story begins with here.

        Raises CardError.
        """
        if names:
            return [await find_card(self.director.library, PLACE, self.account, name) for name in names]
        return self.cards or await to_thread(find_cards, ())

    async def open(self, cards: Sequence[CardFile], wishes: Wishes = Wishes()) -> None:
        """Open a new scene with these characters."""
        for card in cards:
            for warning in card.card.warnings:
                self.note("{source}: {warning}", source=card.source, warning=warning)
        now = datetime.now(UTC)
        self.scene = await self.director.scenes.start(PLACE, self.account, cards, at=now, wishes=wishes)

    async def typed(self, line: str) -> tuple[str, str]:
        """Return who says a line that was typed, and the line; without the brackets where it stands in a persona's."""
        if self.scene and self.scene.is_notebook:
            return "", line
        return await self.director.personas.typed(self.account, line) or (self.plays, line)

    async def say(self, text: str) -> None:
        """Say a line in the story, and follow who answers."""
        incoming = Incoming(PLACE, self.account, f"terminal:{uuid4()}", text, datetime.now(UTC))
        await self.follow(self.director.hear(incoming))

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
                        self._spoken(stored)
                    stored, has_spoken = reply, True
                    await self.screen.follow(reply)
                if stored:
                    self._spoken(stored)
                    stored = None
            if following:
                self._show_following(following)
        finally:
            if stored:
                self._spoken(stored)
        return has_spoken

    def _spoken(self, reply: Reply) -> None:
        self.screen.spoken(reply, self.words)
        if reply.remark:
            self.screen.note(self.words.say(reply.remark))

    def _show_following(self, following: Following) -> None:
        """Show what has followed the replies by itself."""
        if following.state:
            self.screen.note(following.state)
        if following.suggestions:
            self.screen.answer("\n".join(f"- {suggestion}" for suggestion in following.suggestions))

    async def story(self) -> list[Turn]:
        """Return the story so far, but for the turns that were deleted."""
        return [turn for turn in await self.director.story(PLACE) if turn.text]

    def show(self, turns: Sequence[Turn], numbers: Mapping[int, int] | None = None) -> None:
        """Show turns of the story, with their numbers where these are given by their ids."""
        for turn in turns:
            name = "" if self.scene and self.scene.is_notebook else turn.name
            self.screen.turn(name, turn.text, *([numbers[turn.id]] if numbers else []))

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
