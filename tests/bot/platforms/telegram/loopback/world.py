"""A Telegram of our own for one bot: the place where tests tell their stories."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from tests.bot.platforms.telegram.loopback.faults import Faults, Rates
from tests.bot.platforms.telegram.loopback.methods.profile import scope_key
from tests.bot.platforms.telegram.loopback.people import Person
from tests.bot.platforms.telegram.loopback.rooms import Room
from tests.bot.platforms.telegram.loopback.server import Request, Server
from tests.bot.platforms.telegram.loopback.state import Chat, Clock, Json, State, User
from tests.bot.platforms.telegram.loopback.updates import Updates

TOKEN = "7000000001:AAloopback-token-of-nobody-at-all_0"
FIRST_PERSON = 5_000_001


@dataclass
class World:
    """Telegram, with nobody in it yet but the bot."""

    server: Server

    @classmethod
    async def open(
        cls, *, username: str = "troupe_bot", reads_all: bool = False, private_topics: bool = False
    ) -> "World":
        """Begin; `reads_all` is a bot whose privacy mode is off."""
        bot = User(int(TOKEN.split(":")[0]), "Troupe", username, is_bot=True)
        state = State(TOKEN, bot, Clock(), reads_all, private_topics, users={bot.id: bot})
        server = Server(state, Updates(), Rates(state.clock))
        await server.open()
        return cls(server)

    async def close(self) -> None:
        """End it."""
        await self.server.close()

    async def __aenter__(self) -> "World":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.state.token

    @property
    def url(self) -> str:
        """The server's address; a library wants `base_url` and `base_file_url`."""
        return self.server.url

    @property
    def base_url(self) -> str:
        """What ApplicationBuilder.base_url takes."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What ApplicationBuilder.base_file_url takes."""
        return f"{self.url}/file/bot"

    @property
    def state(self) -> State:
        """All that Telegram remembers."""
        return self.server.state

    @property
    def updates(self) -> Updates:
        """The bot's news that it has not confirmed."""
        return self.server.updates

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self.server.faults

    @property
    def rates(self) -> Rates:
        """The limits of speed; off at first."""
        return self.server.rates

    @property
    def violations(self) -> list[str]:
        """What was wrong with the bot's requests so far; a test ends with none."""
        return self.server.violations

    def asked(self, method: str) -> list[Request]:
        """List the bot's requests of one method, refused ones too."""
        return [request for request in self.server.requests if request.method == method]

    def passes(self, seconds: float) -> None:
        """Let time pass for drafts, presses, rates and dates."""
        self.state.clock.ahead += seconds
        self.state.changed.ring()

    async def until_confirmed(self) -> None:
        """Wait until the bot has confirmed all updates so far."""
        async with asyncio.timeout(10):
            while self.updates.waiting or self.updates.again:
                await self.updates.news.wait(0.5)

    def person(self, name: str, *, language: str = "en", username: str | None = None) -> Person:
        """Bring somebody in."""
        user = User(FIRST_PERSON + len(self.state.users), name, username, language)
        self.state.users[user.id] = user
        return Person(user, self.state, self.updates)

    def group(
        self,
        title: str,
        *,
        admins: Sequence[Person],
        members: Sequence[Person] = (),
        kind: str = "supergroup",
        is_forum: bool = False,
        bot: str = "member",
    ) -> Room:
        """Make a group that the bot was brought into; `bot` is what it is there, such as "administrator".

        The first of the admins owns it. `kind` may be "group", which has no topics.
        """
        ids = itertools.count(1) if kind == "supergroup" else self.state.private_ids
        number = self.state.free_group_id(kind)
        chat = Chat(number, kind, title, ids, is_forum=is_forum)
        chat.members = dict.fromkeys((one.id for one in admins), "administrator") | {admins[0].id: "creator"}
        chat.members |= dict.fromkeys((one.id for one in members), "member")
        self.state.chats[number] = chat
        room = Room(chat, self.state, self.updates)
        self.brings_bot(room, admins[0], bot)
        return room

    def brings_bot(self, room: Room, by: Person, status: str = "member") -> None:
        """Let somebody bring the bot into a group, or make it something else there; "kicked" throws it out."""
        chat, bot = room.chat, self.state.bot
        old = self.state.membership(chat, bot)
        chat.members[bot.id] = status
        new = self.state.membership(chat, bot)
        news = {"chat": chat.as_json(), "from": by.user.as_json(), "date": self.state.clock.date()}
        self.updates.add("my_chat_member", news | {"old_chat_member": old, "new_chat_member": new})

    def commands(self, person: Person, room: Room) -> list[str]:
        """List the names of the commands that somebody is offered in a chat, by Telegram's order of scopes."""
        return [command["command"] for command in self._offered(person, room)]

    def _offered(self, person: Person, room: Room) -> list[Json]:
        chat = room.chat
        here = {"chat_id": chat.id}
        if chat.kind == "private":
            scopes = [{"type": "chat", **here}, {"type": "all_private_chats"}, {"type": "default"}]
        else:
            is_admin = chat.members.get(person.id) in ("creator", "administrator")
            scopes = [
                {"type": "chat_member", "user_id": person.id, **here},
                *([{"type": "chat_administrators", **here}] if is_admin else []),
                {"type": "chat", **here},
                *([{"type": "all_chat_administrators"}] if is_admin else []),
                {"type": "all_group_chats"},
                {"type": "default"},
            ]
        for scope in scopes:
            for language in (person.user.language or "", ""):
                if found := self.state.commands.get((scope_key(scope), language)):
                    return found
        return []
