"""The wall: what a chat shows of its story. It is a view of the story, and is brought up to it after each action.

It knows no platform: a `Surface` is one chat there.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from bot.core import Author, Place, Turn
from bot.errors import NothingPlayed
from bot.platforms.controls import Button, row
from bot.platforms.delivery import Outbox, Pace, Posts, deliver, show_whole
from bot.roleplay.director import Director
from bot.roleplay.performance import Reply

SHOWN_TURNS = 5
"""Of a story that a chat shows nothing of yet, as after an import."""
DIVIDED_TURNS = 2
"""Shown again behind a divider, where much has left the story."""
MOST_UNASKED = 10
"""Posts that vanish without a question."""
TOLD_TURNS = 12


class Surface(Protocol):
    """One chat of a platform, to be written on. Posts are known by their ids, `platform:message-id`.

    All of it raises Unreachable and Unsteady.
    """

    @property
    def pace(self) -> Pace: ...

    def outbox(self, name: str, character: int | None) -> Outbox:
        """Return where somebody's posts go: a character's by its id, or the narrator's, or a person's by hand."""
        ...

    async def remove(self, posts: Sequence[str]) -> None:
        """Take posts of the bot away; those that are gone already do not count."""
        ...

    async def mark(self, posts: Sequence[str]) -> None:
        """Mark people's posts as out of the story, where that can be done."""
        ...

    async def unmark(self, posts: Sequence[str]) -> None:
        """Take that mark off."""
        ...

    async def controls(self, post: str, buttons: Sequence[tuple[Button, str]], turn: int) -> None:
        """Put buttons under a post of the bot; none take them away."""
        ...

    async def ask_to_remove(self, count: int) -> None:
        """Ask those who look after the place whether so many posts are to vanish."""
        ...

    async def divide(self, turns: Sequence[Turn]) -> None:
        """Say that the story goes on from here, behind these turns."""
        ...


class Wall:
    """What one chat shows. What changes it goes one after another."""

    def __init__(self, director: Director, place: Place, surface: Surface) -> None:
        self.surface = surface
        self._director = director
        self._messages = director.messages
        self._place = place
        self._changing = asyncio.Lock()
        self._controlled: str | None = None
        self._asked: frozenset[str] = frozenset()

    async def follow(self, reply: Reply) -> None:
        """Show a reply while it is spoken, in the place of the one that it replaces. Raises Unreachable."""
        await self._take_controls_away()
        outbox = self.surface.outbox(reply.speaker, reply.turn.character)
        await deliver(reply, await self._posts(reply.turn, outbox), self.surface.pace)

    async def show(self, turns: Sequence[Turn]) -> None:
        """Show turns that read differently now, or are told instead of others. Raises Unreachable."""
        for turn in turns:
            async with self._changing:
                shown = await self._messages.of(turn.id)
                if turn.text and (shown or await self._replaced(turn)) and all(one.is_ours for one in shown):
                    outbox = self.surface.outbox(turn.name, turn.character)
                    await show_whole(turn.text, await self._posts(turn, outbox))
        await self.tidy()

    async def tidy(self, *, is_sure: bool = False) -> None:
        """Bring the chat up to the story: take away what has left it, show what is new, move the buttons.

        Where many posts would vanish that is asked about first, unless `is_sure`. Raises Unreachable.
        """
        async with self._changing:
            try:
                out = await self._messages.out_of_story(self._place)
                back = await self._messages.back_in_story(self._place)
                new = await self._messages.unshown(self._place, last=SHOWN_TURNS)
            except NothingPlayed:
                return await self._take_controls_away()
            await self._leave([one.message for one in out if one.is_ours], is_sure=is_sure)
            if marks := [one.message for one in out if not one.is_ours]:
                await self.surface.mark(marks)
                await self._messages.marked(*marks)
            if unmarked := [one.message for one in back]:
                await self.surface.unmark(unmarked)
                await self._messages.unmarked(*unmarked)
            if len({one.turn for one in out}) > 1:
                await self.surface.divide((await self._told())[-DIVIDED_TURNS:])
            for turn in new:
                outbox = self.surface.outbox(turn.name, turn.character)
                await show_whole(turn.text, await self._posts(turn, outbox))
            await self._control()

    async def keep(self) -> None:
        """Let the posts stay that were asked about: from now on they show nothing."""
        async with self._changing:
            await self._messages.gone(*self._asked)

    async def _leave(self, posts: Sequence[str], *, is_sure: bool) -> None:
        if len(posts) > MOST_UNASKED and not is_sure:
            if not self._asked.issuperset(posts):
                self._asked = frozenset(posts)
                await self.surface.ask_to_remove(len(posts))
        elif posts:
            await self._messages.gone(*posts)
            await self.surface.remove(posts)

    async def _posts(self, turn: Turn, outbox: Outbox) -> Posts:
        """Return the posts that are to show a turn: its own, or those of the one that it replaces."""
        shown = await self._messages.of(turn.id)
        if not shown and (former := await self._replaced(turn)):
            await self._messages.moved(former, turn.id)
            shown = await self._messages.of(turn.id)

        async def sent(post: str) -> None:
            await self._messages.sent(turn.id, post)

        return Posts(outbox, self.surface.pace, ids=[one.message for one in shown], sent=sent, gone=self._messages.gone)

    async def _replaced(self, turn: Turn) -> int | None:
        """Return the alternative whose posts can show a turn instead: in the same place, by the same speaker."""
        for one in await self._messages.out_of_story(self._place):
            other = await self._messages.turn(one.message) if one.is_ours else None
            if other and (other.parent, other.author, other.name) == (turn.parent, turn.author, turn.name):
                return other.id
        return None

    async def _control(self) -> None:
        """Put the buttons under the newest reply, and take them from the one before."""
        told = await self._told()
        shown = await self._messages.of(told[-1].id) if told and told[-1].author is not Author.PERSON else ()
        posts = [one.message for one in shown if one.is_ours]
        if not posts:
            return await self._take_controls_away()
        if self._controlled != posts[-1]:
            await self._take_controls_away()
        alternatives = await self._director.swipes.alternatives(self._place)
        buttons = row(shown=alternatives.shown, alternatives=len(alternatives.turns))
        await self.surface.controls(posts[-1], buttons, told[-1].id)
        self._controlled = posts[-1]

    async def _take_controls_away(self) -> None:
        if post := self._controlled or await self._controlled_before():
            await self.surface.controls(post, (), 0)
        self._controlled = ""

    async def _controlled_before(self) -> str:
        """Return the post that has had the buttons since before the bot was started, if one may."""
        if self._controlled is not None:
            return ""
        for turn in reversed(await self._told()):
            posts = [one.message for one in await self._messages.of(turn.id) if one.is_ours]
            if turn.author is not Author.PERSON and posts:
                return posts[-1]
        return ""

    async def _told(self) -> list[Turn]:
        return [turn for turn in await self._director.story(self._place, last=TOLD_TURNS) if turn.text]
