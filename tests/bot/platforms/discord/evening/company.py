"""Who plays this evening, where, and how a test waits for what they do."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image

from bot.platforms.delivery import Pace
from bot.platforms.discord.surface import DiscordSurface
from characters.formats.png import write_png
from engine import Engine
from tests.bot.platforms.discord.loopback.asking import Answer
from tests.bot.platforms.discord.loopback.people import Person, Post
from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.shown import Shown, until
from tests.bot.platforms.discord.loopback.things import LOADING, Message
from tests.bot.platforms.discord.playing import Client, Inn

CAST = {"Ilse": "red", "Tomas": "blue", "Rosa": "green", "Odo": "yellow"}
"""The characters, all of them adults and innkeepers' folk, with the colours of their faces."""
STILL_S = 0.02
LOOKS = 3
QUICK = Pace(whole_s=0.05, edit_s=0.15)


def drawn(colour: str) -> bytes:
    """Draw a picture of one colour."""
    file = BytesIO()
    Image.new("RGB", (24, 24), colour).save(file, "PNG")
    return file.getvalue()


def card(name: str, **more: object) -> Upload:
    """Make the file of somebody's card, a picture of their colour."""
    fields = {"name": name, "description": f"{name} helps at the inn.", "first_mes": f"{name} waves at {{{{user}}}}."}
    data = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {**fields, "talkativeness": "0.5", **more}}
    picture = write_png(drawn(CAST.get(name, "gray")), {"chara": json.dumps(data).encode()}, name)
    return Upload(f"{name.lower()}.png", picture)


@dataclass
class Evening:
    """An inn where Anna owns the bot, Ben moderates and Cleo plays, as Kestrel where PluralKit says her lines."""

    inn: Inn
    engine: Engine
    client: Client
    ben: Person
    cleo: Person
    kit: Person
    said: list[Message] = field(default_factory=list[Message])
    reacted: set[str] = field(default_factory=set[str])

    @property
    def anna(self) -> Person:
        return self.inn.anna

    @property
    def tavern(self) -> Room:
        return self.inn.tavern

    async def says(self, person: Person, text: str, *, reply_to: Post | None = None) -> Message:
        """Let somebody say a line that belongs to the story, and whoever wants to answer it."""
        message = await person.says(self.tavern, text, reply_to=reply_to)
        self.said.append(message)
        await self.until_heard(message)
        await self.settled()
        return message

    async def until_heard(self, message: Message) -> None:
        """Wait until a message shows a turn of the story."""
        async with asyncio.timeout(10):
            while True:
                if await self.inn.director.messages.turn(f"discord:{message.id}"):
                    return
                await asyncio.sleep(STILL_S)

    async def proxied(self, text: str, *, is_post_first: bool) -> Message:
        """Let Cleo say a line that PluralKit says anew as Kestrel; return the post that stands for it."""
        line = await self.cleo.says(self.tavern, f"k: {text}")
        await self.until_heard(line)
        if not is_post_first:
            await self.cleo.deletes(line)
        post = await self.kit.posts_as(self.tavern, "Kestrel", text)
        if is_post_first:
            await self.cleo.deletes(line)
        self.said.append(post)
        await self.until_heard(post)
        await self.settled()
        return post

    async def runs(
        self, person: Person, command: str, /, *words: str, room: Room | None = None, **given: object
    ) -> Answer:
        """Let somebody use a command, and wait until it is done and has said these words."""
        answer = await person.runs(room or self.tavern, command, **given)
        return await self.over(answer, *words)

    async def writes(self, person: Person, name: str, text: str = "") -> Answer:
        """Let somebody write a line for somebody else; without a text a form opens for it."""
        given: dict[str, Any] = {"as": name, **({"text": text} if text else {})}
        return await self.runs(person, "/say", **given)

    async def over(self, answer: Answer, *words: str) -> Answer:
        """Wait until what was asked for is done: it has answered, or opened a form, or its answer has gone."""

        def is_over() -> bool:
            return answer.message is None or not answer.message.flags & LOADING

        await until(answer.state, is_over, answer.told)
        await self.settled()
        assert "went wrong" not in answer.text, answer.told()
        assert all(word in answer.text for word in words), answer.told()
        found = [one for one in (answer.message, *answer.followups) if one]
        assert all(one.private_to or answer.interaction.channel.guild is None for one in found), answer.told()
        return answer

    async def presses(self, person: Person, post: Post, button: str, *words: str) -> Answer:
        return await self.over(await person.presses(post, button), *words)

    async def chooses(self, person: Person, post: Post, menu: str, *words: str) -> Answer:
        """Let somebody choose an entry of a message's menu."""
        return await self.over(await person.uses(post, menu), *words)

    async def submits(self, person: Person, form: Answer, text: str, *words: str) -> Answer:
        """Let somebody fill in the one field of a form that is open."""
        assert form.modal
        return await self.over(await person.submits(form, {next(iter(form.modal.fields)): text}), *words)

    async def reacts(self, person: Person, post: Post, emoji: str) -> None:
        """Let somebody react to a character's post, and wait until the reaction is taken away again."""
        message = post.record if isinstance(post, Shown) else post
        await person.reacts(message, emoji)
        self.reacted.add(emoji)
        await self.tavern.until(lambda shown: message.deleted or not message.reactions.get(emoji))
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing is under way any more."""
        looks = 0
        async with asyncio.timeout(30):
            while looks < LOOKS:
                await asyncio.sleep(STILL_S)
                looks = 0 if self.client.errands._tasks else looks + 1

    @property
    def newest(self) -> Shown:
        """The post that has the buttons. Nobody can take them from one whose webhook is gone."""
        hooks = [*self.inn.world.state.webhooks.values()]
        [post] = [one for one in self.tavern.shown if "⟲" in one.buttons and one.record.webhook in hooks]
        return post

    def posts(self, *words: str) -> Sequence[Shown]:
        """The posts in the tavern that have these words, oldest first."""
        return [one for one in self.tavern.shown if all(word in f"{one.author}: {one.content}" for word in words)]

    def own(self) -> list[Shown]:
        """The posts of characters, or of whoever else the bot has let speak."""
        me = self.inn.world.state.me
        return [one for one in self.tavern.shown if one.record.webhook and one.record.webhook.creator is me]

    async def story(self) -> list[tuple[str, str]]:
        """The story in the tavern as who said what, without what was deleted."""
        return [(name, text) for name, text in await self.inn.told() if text]

    async def hurries(self) -> None:
        """Let what is said be shown while it grows."""
        surface = (await self.inn.wall()).surface
        assert isinstance(surface, DiscordSurface)
        surface.pace = QUICK
