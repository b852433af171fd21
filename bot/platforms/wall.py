"""The wall: what a chat shows of its story. It is a view of the story, and is brought up to it after each action.

It knows no platform: a `Surface` is one chat there.
"""

import asyncio
import logging
import time
from collections.abc import Sequence

from bot.core import Author, Place, Scene, Shown, Turn
from bot.errors import PlayError
from bot.platforms.controls import Button, row
from bot.platforms.delivery import Outbox, Posts, Unsteady, deliver, persist, show_whole
from bot.platforms.splitting import split
from bot.platforms.surface import Surface as Surface
from bot.platforms.waiting import company
from bot.roleplay.director import Director
from bot.roleplay.performance import Reply
from bot.words import sentence

logger = logging.getLogger(__name__)

SHOWN_TURNS = 5
"""Of a story that a chat shows nothing of yet, as after an import."""
DIVIDED_TURNS = 2
"""Shown again behind a divider, where much has left the story."""
MOST_UNASKED = 10
"""Posts that vanish without a question."""
TOLD_TURNS = 12
PING_AFTER_SECONDS = 30.0

OPENING = sentence("An AI plays the characters here, and the story is recorded. What begins with // stays out of it.")


class Wall:
    """What one chat shows. What changes it goes one after another."""

    def __init__(self, director: Director, place: Place, surface: Surface) -> None:
        self.surface = surface
        self._director = director
        self._messages = director.messages
        self._place = place
        self._changing = asyncio.Lock()
        self._controlled: str | None = None
        self._stale: set[str] = set()
        self._row: tuple[str, int, Sequence[tuple[Button, str]]] | None = None
        self._opened: int | None = None
        self._footed: tuple[int, str] | None = None
        self._asked: frozenset[str] = frozenset()
        self._speaking: dict[int, Posts] = {}
        self._formers: dict[int, int] = {}

    async def follow(self, reply: Reply) -> None:
        """Show a reply while it is spoken, in the place of the one that it replaces. Raises Unreachable."""
        began = time.monotonic()
        async with self._changing:
            await self._open(reply.scene)
            if self._controlled is None:
                await self._find_controls()
                await self._show_new(reply.turn.id)
            await self._take_controls_away()
            outbox = self.surface.outbox(reply.speaker, reply.turn.character)
            posts = self._speaking[reply.turn.id] = await self._posts(reply.turn, outbox)
        async with company(self.surface, reply, lambda: posts.has_shown):
            await deliver(reply, posts, self.surface.pace)
        was_long = time.monotonic() - began >= PING_AFTER_SECONDS
        if reply.text and was_long and (accounts := await self._director.pings.waiting(self._place, reply.scene)):
            await self.surface.ping(accounts, sentence("{name} has answered.", name=reply.speaker))

    async def spoken(self, reply: Reply) -> None:
        """Show for good what is stored of a reply, however it ended. Raises Unreachable."""
        posts = self._speaking.pop(reply.turn.id, None)
        former = self._formers.pop(reply.turn.id, None)
        async with self._changing:
            stored = await self._messages.turn(posts.ids[0]) if posts and posts.ids else None
            if former is not None and not reply.whole_text:
                await self._messages.moved(reply.turn.id, former)
            elif posts and stored and stored.id == reply.turn.id and stored.text:
                await show_whole(stored.text, posts)
        await self.tidy()

    async def show(self, turns: Sequence[Turn]) -> None:
        """Show turns that read differently now, or are told instead of others. Raises Unreachable."""
        for turn in turns:
            async with self._changing:
                shown = await self._messages.of(turn.id)
                if turn.text and (shown or await self._replaced(turn)) and all(one.is_ours for one in shown):
                    await self._write(turn)
        await self.tidy()

    async def tidy(self, *, is_sure: bool = False) -> None:
        """Bring the chat up to the story: take away what has left it, show what is new, move the buttons.

        Where many posts would vanish that is asked about first, unless `is_sure`. Raises Unreachable.
        """
        async with self._changing:
            await self._find_controls()
            scene = await self._director.scene(self._place)
            if scene is None:
                return await self._take_controls_away()
            await self._open(scene)
            out = await self._messages.out_of_story(self._place)
            await self._leave(out, is_sure=is_sure)
            await self._come_back()
            await self._show_new()
            await self._control()

    def forget_controls(self) -> None:
        """Put the buttons there anew next time: what stands there now is something else."""
        self._row = None

    async def keep(self) -> None:
        """Let the posts stand that have left the story, after it was asked about them."""
        async with self._changing:
            out = await self._messages.out_of_story(self._place)
            await self._messages.gone(*(one.message for one in out if one.is_ours))
            self._asked = frozenset()

    async def state(self, line: str) -> None:
        """Show a line, how things stand in the story, under its newest reply. Raises Unreachable."""
        async with self._changing:
            told = await self._told()
            if told and told[-1].author is not Author.PERSON:
                await self._take_foot_away()
                self._footed = told[-1].id, line
                await self._write(told[-1])

    async def _open(self, scene: Scene) -> None:
        """Say once how a scene is played."""
        if self._opened != scene.id:
            self._opened = scene.id
            if await self._messages.is_new(f"{self._place.platform}:opening-{scene.id}"):
                await persist(lambda: self.surface.say(OPENING))

    async def _leave(self, out: Sequence[Shown], *, is_sure: bool) -> None:
        """Take away what has left the story; people's posts are marked."""
        posts = [one.message for one in out if one.is_ours]
        left = {one.turn for one in out if one.message not in self._asked}
        if len(posts) <= MOST_UNASKED or is_sure:
            if posts:
                await self._messages.gone(*posts)
                await persist(lambda: self.surface.remove(posts))
        elif not self._asked.issuperset(posts):
            await persist(lambda: self.surface.ask_to_remove(len(posts)))
            self._asked = frozenset(posts)
        if marks := [one.message for one in out if not one.is_ours]:
            await persist(lambda: self.surface.mark(marks))
            await self._messages.marked(*marks)
        if len(left) > 1:
            told = await self._told()
            await persist(lambda: self.surface.divide(told[-DIVIDED_TURNS:]))

    async def _come_back(self) -> None:
        if back := [one.message for one in await self._messages.back_in_story(self._place)]:
            await persist(lambda: self.surface.unmark(back))
            await self._messages.unmarked(*back)

    async def _show_new(self, *but: int) -> None:
        """Show what nothing shows yet, as after an import, or of replies that a run was killed over."""
        for turn in await self._messages.unshown(self._place, last=SHOWN_TURNS):
            if turn.id not in (*self._speaking, *but):
                await self._write(turn)

    async def _write(self, turn: Turn) -> None:
        """Show a whole turn, in the posts that it has or in new ones."""
        outbox = self.surface.outbox(turn.name, turn.character)
        text = turn.text
        if self._footed and self._footed[0] == turn.id:
            footed = text + self.surface.foot(self._footed[1])
            length = self.surface.pace.length
            if len(split(footed, outbox.limit, length=length)) == len(split(text, outbox.limit, length=length)):
                text = footed
        posts = await self._posts(turn, outbox)
        self._formers.pop(turn.id, None)
        await show_whole(text, posts)

    async def _posts(self, turn: Turn, outbox: Outbox) -> Posts:
        """Return the posts that are to show a turn: its own, or those of the one that it replaces."""
        shown = await self._messages.of(turn.id)
        if not shown and (former := await self._replaced(turn)):
            await self._messages.moved(former, turn.id)
            self._formers[turn.id] = former
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
        if self._speaking or not told or told[-1].author is Author.PERSON:
            return await self._take_controls_away()
        try:  # the turn is read together with what the buttons say: the story may have gone on since
            alternatives = await self._director.swipes.alternatives(self._place)
        except PlayError:  # to somebody's line: whoever said that is answered, and tidied after
            return
        turn = alternatives.turn.id
        posts = [one.message for one in await self._messages.of(turn) if one.is_ours]
        if not posts:
            return await self._take_controls_away()
        if self._controlled != posts[-1]:
            await self._take_controls_away()
        await self._sweep()
        wanted = posts[-1], turn, row(shown=alternatives.shown, alternatives=len(alternatives.turns))
        self._controlled = wanted[0]
        if self._row != wanted:
            await persist(lambda: self.surface.controls(wanted[0], wanted[2], turn))
        self._stale.discard(wanted[0])
        self._row = wanted

    async def _take_controls_away(self) -> None:
        if self._controlled:
            self._stale.add(self._controlled)
        self._controlled, self._row = "", None
        await self._sweep()
        await self._take_foot_away()

    async def _sweep(self) -> None:
        """Take the buttons from posts that should have none."""
        for post in [*self._stale]:
            try:
                await self.surface.controls(post, (), 0)
                self._stale.discard(post)
            except Unsteady as error:  # no reply waits for that: they go next time
                logger.info("buttons were not taken away: %s", error)

    async def _take_foot_away(self) -> None:
        """Take the line away from under a reply that is not the newest any more."""
        footed, self._footed = self._footed, None
        for turn in await self._told() if footed else ():
            if footed and turn.id == footed[0]:
                await self._write(turn)

    async def _find_controls(self) -> None:
        """Find the post that has had the buttons since before the bot was started, before another one is written."""
        if self._controlled is None:
            self._controlled = ""
            for turn in await self._told():
                posts = [one.message for one in await self._messages.of(turn.id) if one.is_ours]
                if turn.author is not Author.PERSON and posts:
                    self._controlled = posts[-1]

    async def _told(self) -> list[Turn]:
        return [turn for turn in await self._director.story(self._place, last=TOLD_TURNS) if turn.text]
