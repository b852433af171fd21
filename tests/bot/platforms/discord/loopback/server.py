"""The HTTP side: every request is authorised, checked, counted, met by what was scripted, and answered as JSON."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from tests.bot.platforms.discord.loopback import (
    routes_applications,
    routes_guilds,
    routes_messages,
    routes_webhooks,
    schema,
)
from tests.bot.platforms.discord.loopback.calls import ROUTES, Call, Handler
from tests.bot.platforms.discord.loopback.faults import Faults, HangUp
from tests.bot.platforms.discord.loopback.gateway import Gateway
from tests.bot.platforms.discord.loopback.limits import Limits
from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.loopback.refusals import Refusal
from tests.bot.platforms.discord.loopback.state import State

API = "/api/v10"
ROUTED = (routes_applications, routes_guilds, routes_messages, routes_webhooks)
OPEN = ("/webhooks/{webhook_id}/{webhook_token}", "/interactions/")
"""Paths that need no token of the bot: they carry one of their own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came, and the status that it was answered with (0: not at all)."""

    route: str
    path: str
    json: Any
    status: int


@dataclass(slots=True)
class Server:
    state: State = field(default_factory=State)
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    asked: list[Asked] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    gateway: Gateway = field(init=False)

    def __post_init__(self) -> None:
        self.gateway = Gateway(self.state)

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[None]:
        """Listen on 127.0.0.1; the address is `state.url`. All connections end with the block."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/", self.gateway.connect)
        app.router.add_get("/cdn/{path:.*}", self._cdn)
        for method, path, handler in ROUTES:
            app.router.add_route(method, API + path, self._serving(method, path, handler))
        app.router.add_route("*", "/{rest:.*}", self._nowhere)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self.state.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await asyncio.gather(*(line.socket.close(code=1001) for line in list(self.gateway.lines)))
            await runner.cleanup()

    def _serving(self, method: str, path: str, handler: Handler) -> Any:
        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, method, path, handler)

        return serve

    async def _serve(self, request: web.Request, method: str, path: str, handler: Handler) -> web.StreamResponse:
        """Answer one request; a refusal is an answer too, and a hang-up is none."""
        body, files = await _read(request)
        route, own = f"{method} {path}", request.path.removeprefix(API)
        headers: dict[str, str] = {}
        status, answer = 0, None
        try:
            self._authorise(request, path)
            self.violations += schema.violations(method, path, body)
            headers = self.limits.count(route, dict(request.match_info))
            fault = self.faults.take(method, path, own)
            await self.faults.strike(fault)
            answer = handler(Call(self.state, dict(request.match_info), dict(request.query), body, files))
            status = 204 if answer is None else 200
            if fault and fault.after:
                raise fault.after
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
            headers |= getattr(refusal, "headers", {})
        except HangUp:
            status = 0
        finally:
            self.asked.append(Asked(route, own, body, status))
            self.state.moved()
        if not status:
            assert request.transport
            request.transport.abort()
        return _answer(status or 500, answer, headers)

    def _authorise(self, request: web.Request, path: str) -> None:
        if path.startswith(OPEN):
            return
        if request.headers.get("Authorization") != f"Bot {self.state.token}":
            raise Refusal(401, 0, "401: Unauthorized")

    async def _cdn(self, request: web.Request) -> web.StreamResponse:
        """Serve attachments by their path, and pictures of people and webhooks by their hash."""
        path = request.match_info["path"]
        if found := self.state.cdn.get(path):
            return web.Response(body=found.data, content_type=found.content_type.partition(";")[0])
        picture = self.state.pictures.get(path.rpartition("/")[2].partition(".")[0])
        return web.Response(body=picture, content_type="image/png") if picture else web.Response(status=404)

    async def _nowhere(self, request: web.Request) -> web.StreamResponse:
        """A path that this Discord does not have is a violation in any case."""
        self.violations.append(f"{request.method} {request.path} is not served here.")
        return _answer(404, {"message": "404: Not Found", "code": 0}, {})


def _answer(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    """Answer JSON with exactly the content type that discord.py looks for."""
    if body is None:
        return web.Response(status=status, headers=headers)
    text = json.dumps(body).encode()
    return web.Response(status=status, body=text, headers={**headers, "Content-Type": "application/json"})


async def _read(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    """Read a body, plain or in parts: the JSON, and files by the number in `files[0]`."""
    if not request.content_type.startswith("multipart/"):
        text = await request.read()
        return (json.loads(text) if text else None), {}
    body, files = None, {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.name == "payload_json":
            body = json.loads(await part.text())
        elif part.name and part.name.startswith("files["):
            data = bytes(await part.read())
            files[int(part.name[6:-1])] = Upload(part.filename or "file", data, part.headers.get("Content-Type", ""))
    return body, files
