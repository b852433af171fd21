"""The Bot API over HTTP, on a port of its own: what the bot's library talks to instead of api.telegram.org."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.bot.platforms.telegram.loopback.calls import Call, Upload
from tests.bot.platforms.telegram.loopback.checks import violations
from tests.bot.platforms.telegram.loopback.faults import Fault, Faults, Harm, Rates
from tests.bot.platforms.telegram.loopback.methods import METHODS
from tests.bot.platforms.telegram.loopback.methods.files import UPLOAD_BYTES
from tests.bot.platforms.telegram.loopback.refusals import Refused
from tests.bot.platforms.telegram.loopback.state import State
from tests.bot.platforms.telegram.loopback.updates import Updates

REQUEST_BYTES = UPLOAD_BYTES + 1024 * 1024
PROXY_PAGE = "<html><head><title>{code}</title></head><body>nginx</body></html>"


@dataclass
class Request:
    """What the bot asked for, and what it was told; `refusal` is None where it got what it wanted."""

    method: str
    values: dict[str, str | Upload]
    refusal: Refused | None = None


@dataclass
class Server:
    """Answers requests for one bot."""

    state: State
    updates: Updates
    rates: Rates
    faults: Faults = field(default_factory=Faults)
    requests: list[Request] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None
    _delivery: "asyncio.Task[None] | None" = None

    async def open(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        app = web.Application(client_max_size=REQUEST_BYTES)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._load)
        # only so does a poll end when the client goes
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0][:2])
        self._delivery = asyncio.create_task(self.updates.deliver())

    async def close(self) -> None:
        """Stop listening."""
        self.faults.clear()
        if self._delivery:
            self._delivery.cancel()
            await asyncio.wait([self._delivery])
        if self._runner:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if self.faults.is_offline:
            return _cut(request)
        if request.match_info["token"] != self.state.token:
            return _refusal(Refused(401))
        call = Call(method, await _read(request), self.state, self.updates, self.rates)
        noted = Request(method, call.values)
        self.requests.append(noted)
        self.violations += _wrong(call)
        try:
            return await self._through(request, call, self.faults.meet(method))
        except Refused as refusal:
            noted.refusal = refusal
            return _refusal(refusal)
        finally:
            self.state.changed.ring()

    async def _through(self, request: web.Request, call: Call, fault: Fault | None) -> web.Response:
        """Answer a request, with all that a fault does to it."""
        if fault and fault.harm is Harm.HELD:
            await fault.released.wait()
        if fault and fault.refusal:
            raise fault.refusal
        if fault and fault.harm is Harm.BROKEN:
            page = PROXY_PAGE.format(code=fault.code)
            return web.Response(status=fault.code, text=page, content_type="text/html")
        if fault and fault.harm is Harm.LOST:
            return _cut(request)
        result = await self._carry_out(call)
        if self.faults.is_offline or (fault and fault.harm is Harm.UNANSWERED):
            return _cut(request)
        return web.json_response({"ok": True, "result": result})

    async def _carry_out(self, call: Call) -> Any:
        method = METHODS.get(call.method.lower())
        if not method:
            self.violations.append(f"{call.method} is not spoken by this server")
            raise Refused(404, "method not found")
        try:
            return await method(call)
        except asyncio.CancelledError:
            if call.method.lower() == "getupdates":
                call.updates.leave()
            raise

    async def _load(self, request: web.Request) -> web.Response:
        file_id = self.state.paths.get(request.match_info["path"])
        if self.faults.is_offline:
            return _cut(request)
        fault = self.faults.meet("file")
        if fault and fault.harm is Harm.HELD:
            await fault.released.wait()
        if fault and fault.harm in (Harm.LOST, Harm.UNANSWERED):
            return _cut(request)
        if file_id is None or request.match_info["token"] != self.state.token or fault:
            return _refusal(Refused(404))
        return web.Response(body=self.state.files[file_id], content_type="application/octet-stream")


async def _read(request: web.Request) -> dict[str, str | Upload]:
    """Read the parameters of a request, however they come."""
    values: dict[str, str | Upload] = dict(request.query)
    if request.content_type == "application/json":
        values |= await request.json()
        return values
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            values[name] = Upload(value.filename, value.file.read())
        else:
            values[name] = value if isinstance(value, str) else bytes(value).decode()
    return values


def _wrong(call: Call) -> list[str]:
    """Hold a request against the description; files that others name with attach:// are no parameters."""
    attached = {name for value in call.values.values() if isinstance(value, str) for name in _ATTACHED.findall(value)}
    values = {
        name: value.content if isinstance(value, Upload) else value
        for name, value in call.values.items()
        if name not in attached
    }
    return violations(call.method, values)


_ATTACHED = re.compile(r"attach://(\w+)")


def _refusal(refusal: Refused) -> web.Response:
    return web.json_response(refusal.as_json(), status=refusal.code)


def _cut(request: web.Request) -> web.Response:
    """Cut the connection; what is returned goes nowhere."""
    if request.transport:
        request.transport.abort()
    return web.Response()
