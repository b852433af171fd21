"""How a test upsets the gateway: connections cut, sessions lost, events that make no sense."""

import asyncio
from typing import Any

from tests.bot.platforms.discord.loopback.gateway import INVALID, RECONNECT, Gateway


class Upsets:
    """What can go wrong between the bot and the gateway, one method each."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    async def close(self, code: int = 1001) -> None:
        """Close every connection with a code, after all that was to be told on it."""
        await asyncio.gather(*(line.socket.close(code=code) for line in list(self.gateway.lines)))

    def cut(self) -> None:
        """Cut every connection as a pulled plug does: no closing frame."""
        for line in list(self.gateway.lines):
            if line.session:
                line.session.line = None
            transport = line.socket._req.transport if line.socket._req else None
            if transport:
                transport.abort()

    def ask_to_reconnect(self) -> None:
        for line in self.gateway.lines:
            line.send(RECONNECT)

    def invalidate(self, resumable: bool = False) -> None:
        """Say that the session is invalid; one that is not resumable is forgotten."""
        if not resumable:
            self.gateway.sessions.clear()
        for line in self.gateway.lines:
            line.send(INVALID, resumable)

    def forget_sessions(self) -> None:
        """Let the next resume be answered with an invalid session."""
        self.gateway.sessions.clear()

    def tell(self, event: str, data: Any) -> None:
        """Tell any event with any data, however malformed."""
        for session in self.gateway.sessions.values():
            session.tell(event, data)

    def send_text(self, text: str) -> None:
        """Send a frame that need not even be JSON."""
        for line in self.gateway.lines:
            line.put(text)

    def hold(self) -> None:
        """Let nothing through to the bot until `release`."""
        self.gateway.flows.clear()

    def release(self) -> None:
        self.gateway.flows.set()
