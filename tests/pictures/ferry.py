"""Two people and two characters on a night ferry, on Discord: what is said there, and what Ada sees of it."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bot.platforms.discord.loopback.people import Person
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.shown import Shown
from tests.bot.platforms.discord.loopback.world import World
from tests.pictures.liking import MOST_SWIPES, Liking
from tests.pictures.post import Button, Post

PATIENCE_SECONDS = 120
PRIMARY = 1
MIRA = Liking("wheel river water stand here lamp fog", "he his")
TOLLY = Liking("tea cup pot ginger", "she")
SHORE = Liking("fog ferry shore river water light", "i")
CODE = re.compile(r"`([^`\n]+)`")
STRESS = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
ACTION = re.compile(r"\*(?!\s)([^*]+)\*")
SMALL = re.compile(r"^-# (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Evening:
    """The story with its buttons; what was told to Ada alone, behind it; and the story as a page, exported."""

    story: list[Post]
    private: list[Post]
    page: str


@dataclass(frozen=True, slots=True)
class Ferry:
    """A channel, and who is in it."""

    room: Room
    ada: Person
    kim: Person

    @classmethod
    def of(cls, world: World) -> "Ferry":
        ada = world.person("Ada")
        server = world.server("The Heron", owner=ada)
        return cls(server.channel("night-ferry"), ada, server.person("Kim"))

    async def play(self) -> Evening:
        lounge = await self.ada.runs(self.room, "/access", who="open")
        await lounge.done(PATIENCE_SECONDS)
        assert lounge.message
        await self.ada.deletes(lounge.message)
        await self.ada.runs(self.room, "/scene start", cards="Mira, Tolly")
        await self._seen(lambda posts: posts[-1].author == "Mira" and "⟲" in posts[-1].buttons)
        await self._says(self.ada, "Mira, may I stand beside you at the wheel? I love the river.", MIRA)
        await self._says(self.kim, "*shivers* Tolly, is there any ginger tea left?", TOLLY)
        await self._narrates("The fog opens, and the ferry comes to the shore.", SHORE)
        story = self.sees()
        await self._private(self.ada, "/why")
        await self._private(self.ada, "/suggest", count=3)
        private = [post for post in self.sees() if post.is_private]
        exported = await self._private(self.ada, "/story export", format="html")
        return Evening(story, private, exported.files[0].data.decode())

    def sees(self) -> list[Post]:
        """Return what Ada sees in the channel."""
        return [_post(one) for one in self.ada.sees(self.room)]

    async def _says(self, person: Person, text: str, liking: Liking) -> None:
        said = await person.says(self.room, text)
        await self._seen(lambda posts: posts[-1].id > said.id and "⟲" in posts[-1].buttons)
        await self._swipes(person, liking)

    async def _narrates(self, hint: str, liking: Liking) -> None:
        before = self.room.last.id
        await self.kim.runs(self.room, "/narrate", hint=hint)
        await self._seen(lambda posts: posts[-1].id > before and "⟲" in posts[-1].buttons)
        await self._swipes(self.kim, liking)

    async def _swipes(self, person: Person, liking: Liking) -> None:
        """Look for an alternative that is liked, as people do."""
        for number in range(2, MOST_SWIPES + 1):
            if liking.likes(self.room.last.content):
                return
            await person.presses(self.room.last, "▶")
            label = f"▶ {number}/{number}"
            await self._seen(lambda posts, label=label: label in posts[-1].buttons)

    async def _private(self, person: Person, command: str, **options: Any) -> Shown:
        answer = await person.runs(self.room, command, **options)
        return await answer.done(PATIENCE_SECONDS)

    async def _seen(self, holds: Callable[[list[Shown]], bool]) -> None:
        await self.room.until(lambda posts: posts and holds(posts), PATIENCE_SECONDS)


def _post(shown: Shown) -> Post:
    record = shown.record
    command, whose = _asked(shown)
    rows = [row["components"] for row in record.components if row.get("components")]
    return Post(
        shown.author,
        marked(shown.text),
        record.sent,
        shown.face,
        is_bot=record.webhook is not None or record.author.bot,
        is_private=shown.private,
        is_edited=shown.edited,
        command=command,
        whose=whose,
        buttons=tuple(tuple(Button(one.get("label", ""), one.get("style") == PRIMARY) for one in row) for row in rows),
    )


def _asked(shown: Shown) -> tuple[str, str]:
    """Return the command that a post answers, and who gave it."""
    asked = shown.record.interaction
    if asked is None or "name" not in asked.data:
        return "", ""
    return f"/{asked.data['name']}", asked.user.name


def marked(text: str) -> str:
    """Return a text as Discord shows it, as far as posts of the bot and its players use that."""
    text = html.escape(text, quote=False)
    for pattern, shown in ((CODE, r"<code>\1</code>"), (STRESS, r"<b>\1</b>"), (ACTION, r"<i>\1</i>")):
        text = pattern.sub(shown, text)
    return SMALL.sub(r"<small>\1</small>", text)
