"""The gateway: hello, heartbeats, identify, resume with replay, members on request, and how all that goes wrong."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.bot.platforms.discord.loopback import intents, payloads, permissions
from tests.bot.platforms.discord.loopback.routes_applications import flags
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import Channel, Guild

DISPATCH, BEAT, IDENTIFY, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 8, 9, 10, 11
UNKNOWN_OP, NOT_DECODED, NOT_IDENTIFIED, BAD_TOKEN, IDENTIFIED_TWICE, NOT_ALLOWED = 4001, 4002, 4003, 4004, 4005, 4014
PAYLOAD_BYTES = 4096


@dataclass(slots=True, eq=False)
class Session:
    """What outlives a connection: everything that was told, so that a resumed one is told what it missed."""

    id: str
    intents: int
    shard: tuple[int, int]
    told: list[str] = field(default_factory=list)
    line: "Line | None" = None

    def tell(self, event: str, data: Any) -> None:
        text = json.dumps({"op": DISPATCH, "s": len(self.told) + 1, "t": event, "d": data})
        self.told.append(text)
        if self.line:
            self.line.put(text)


@dataclass(slots=True, eq=False)
class Line:
    """One connection, and what waits to be sent over it."""

    socket: web.WebSocketResponse
    waiting: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    beats: list[float] = field(default_factory=list)
    session: Session | None = None

    def put(self, text: str) -> None:
        self.waiting.put_nowait(text)

    def send(self, op: int, data: Any = None) -> None:
        self.put(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def write(self, flows: asyncio.Event) -> None:
        while True:
            text = await self.waiting.get()
            await flows.wait()
            await self.socket.send_str(text)


class Gateway:
    """All connections of the bot. `hello_s` is the interval it asks heartbeats for, in seconds."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.hello_s = 41.25
        self.acknowledges = True
        self.sessions: dict[str, Session] = {}
        self.lines: list[Line] = []
        self.beats: list[float] = []
        self.late_s = 0.0
        """The longest that a heartbeat came later than asked for, in seconds."""
        self.identified = self.resumed = 0
        self.flows = asyncio.Event()
        self.flows.set()
        state.listeners.append(self._hear)

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until either side ends it."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        line = Line(socket)
        self.lines.append(line)
        line.send(HELLO, {"heartbeat_interval": int(self.hello_s * 1000)})
        writing = asyncio.create_task(line.write(self.flows))
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT and (code := self._receive(line, message.data)):
                    await socket.close(code=code)
        finally:
            writing.cancel()
            self.lines.remove(line)
            if line.session and line.session.line is line:
                line.session.line = None
            self.state.moved()
        return socket

    def _receive(self, line: Line, text: str) -> int | None:
        """Take one payload; returns the code to close the connection with where it must be."""
        try:
            payload = json.loads(text)
        except ValueError:
            return NOT_DECODED
        if len(text.encode()) > PAYLOAD_BYTES:
            return NOT_DECODED
        op, data = payload.get("op"), payload.get("d")
        if op == BEAT:
            return self._beat(line)
        if op == IDENTIFY:
            return self._identify(line, data)
        if op == RESUME:
            return self._resume(line, data)
        if line.session is None:
            return NOT_IDENTIFIED
        if op == MEMBERS:
            return self._members(line.session, data)
        return None if op in (3, 4) else UNKNOWN_OP

    def _beat(self, line: Line) -> None:
        now = time.monotonic()
        if line.beats:
            self.late_s = max(self.late_s, now - line.beats[-1] - self.hello_s)
        line.beats.append(now)
        self.beats.append(now)
        if self.acknowledges:
            line.send(ACK)
        self.state.moved()

    def _identify(self, line: Line, data: dict[str, Any]) -> int | None:
        if line.session:
            return IDENTIFIED_TWICE
        if data["token"] != self.state.token:
            return BAD_TOKEN
        asked = {name for name, bit in intents.PRIVILEGED.items() if data["intents"] & bit}
        if asked - self.state.rules.privileged:
            return NOT_ALLOWED
        self.identified += 1
        number, count = data.get("shard") or (0, 1)
        session = Session(f"session{self.state.id()}", data["intents"], (number, count))
        self.sessions = {key: one for key, one in self.sessions.items() if one.line or one.shard != session.shard}
        self.sessions[session.id] = session
        session.line, line.session = line, session
        self._welcome(session)
        return None

    def _welcome(self, session: Session) -> None:
        state, number = self.state, session.shard[0]
        mine = [guild for guild in state.guilds.values() if state.me.id in guild.members and _holds(session, guild)]
        ready = {
            "v": 10,
            "user": payloads.user(state.me),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
            "session_id": session.id,
            "resume_gateway_url": state.url.replace("http", "ws", 1),
            "shard": [number, session.shard[1]],
            "application": {"id": str(state.me.id), "flags": flags(state)},
        }
        session.tell("READY", ready)
        for guild in mine:
            session.tell("GUILD_CREATE", self.guild(guild, bool(session.intents & intents.PRIVILEGED["members"])))
        state.moved()

    def guild(self, guild: Guild, with_members: bool) -> Any:
        """A guild with all its channels, which bots are told of even where they may not look, and open threads."""
        me = self.state.me
        found = [one for one in self.state.channels.values() if one.guild is guild]
        seen = [one for one in found if not one.is_thread or permissions.may(one, me, "view_channel")]
        return payloads.guild(guild, seen, me, with_members)

    def _resume(self, line: Line, data: dict[str, Any]) -> int | None:
        session = self.sessions.get(data["session_id"])
        if data["token"] != self.state.token:
            return BAD_TOKEN
        if session is None:
            line.send(INVALID, False)
            return None
        self.resumed += 1
        session.line, line.session = line, session
        for text in session.told[data["seq"] or 0 :]:
            line.put(text)
        session.tell("RESUMED", {})
        self.state.moved()
        return None

    def _members(self, session: Session, data: dict[str, Any]) -> None:
        guild = self.state.guilds[int(data["guild_id"])]
        found, ids = list(guild.members.values()), {int(key) for key in data.get("user_ids") or ()}
        if ids:
            found = [one for one in found if one.user.id in ids]
        elif data.get("query"):
            found = [one for one in found if one.user.name.startswith(data["query"])]
        chunk = {"guild_id": str(guild.id), "members": [payloads.member(one) for one in found]}
        chunk |= {"chunk_index": 0, "chunk_count": 1, "nonce": data.get("nonce")}
        session.tell("GUILD_MEMBERS_CHUNK", chunk)

    def _hear(self, event: str, data: Any, guild: Guild | None, channel: Channel | None) -> None:
        """Tell every session what it asked for and the bot may see."""
        me = self.state.me
        if guild and me.id not in guild.members and event != "GUILD_DELETE":
            return
        if channel and not event.startswith("CHANNEL") and not permissions.may(channel, me, "view_channel"):
            return
        for session in self.sessions.values():
            if _holds(session, guild) and intents.wanted(event, session.intents, channel):
                seen = intents.unread(data, session.intents, me.id) if event.startswith("MESSAGE_") else data
                session.tell(event, seen)


def _holds(session: Session, guild: Guild | None) -> bool:
    """Whether a guild is this shard's; direct messages are the first one's."""
    number, count = session.shard
    return ((guild.id >> 22) % count if guild else 0) == number
