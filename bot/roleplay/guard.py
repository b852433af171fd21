"""Watches one try at a reply as it comes: what is forbidden, or was said before, is held back and noted."""

import asyncio
from collections.abc import Iterable

from bot.roleplay.forbidden import Forbidden, Screen
from bot.roleplay.quality import Echo, Flaw


class Guard:
    """One try on its way out. `flaw` says why it should be given up; then nothing more is passed on."""

    def __init__(self, formers: Iterable[str], what: Forbidden, *, behind: str = "") -> None:
        self._screen = Screen(what, behind)
        self._echo = Echo(formers)
        self.flaw: Flaw | None = None

    async def push(self, chunk: str) -> str:
        """Take more of the reply and return what of it is certain."""
        # Patterns may take a while; nobody else waits for them.
        is_slow = self._screen.what.may_be_slow
        certain = await asyncio.to_thread(self._screen.push, chunk) if is_slow else self._screen.push(chunk)
        text = self._echo.push(certain)
        return self._judged(text)

    async def finish(self) -> str:
        """Return what was held back, once nothing more comes."""
        is_slow = self._screen.what.may_be_slow
        rest = await asyncio.to_thread(self._screen.finish) if is_slow else self._screen.finish()
        text = self._echo.push(rest) + self._echo.finish()
        return self._judged(text)

    def release(self) -> str:
        """Return what was held back because it was said before, and let the rest come."""
        return self._echo.release()

    def _judged(self, text: str) -> str:
        if self._screen.is_hit:
            self.flaw = Flaw.FORBIDDEN
            return text + self._echo.release()
        if self._echo.is_echo:
            self.flaw = Flaw.REPEATED
        return text
