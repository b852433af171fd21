"""What all parts of the play share: the database, the model, chance, the clock, and who may do what.

It performs no action.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from bot.core import Account, Place, Scene, Turn
from bot.errors import NothingPlayed
from bot.roleplay import script
from bot.roleplay.config import PlaySettings
from bot.roleplay.detection import Formats
from bot.roleplay.limits import Limits, limited, tokens_of
from bot.roleplay.permissions import Action, admits, check, standing
from bot.roleplay.shelves import Shelves
from bot.roleplay.templates import Template
from bot.store import people, scenes, servers, usage
from bot.store.database import Database, Session
from engine import MAX_SEED, Engine, Figures


@dataclass(frozen=True, slots=True)
class Status:
    """What the model is doing: tokens held for a scene, of a window of so many, and how many requests run or wait."""

    model: str
    held: int
    window: int
    running: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the bot fares: the stories held, in `cells_used` of `cells`; what else is kept ready; how long it is up."""

    stories: int
    cells: int
    cells_used: int
    ram_bytes: int
    disk_bytes: int
    up: timedelta


@dataclass(frozen=True, slots=True)
class House:
    """Where the play takes place. With a `seed` the same actions, from the start, give the same story."""

    database: Database
    engine: Engine
    settings: PlaySettings
    formats: Formats
    seed: int | None = None
    limits: Limits = field(default_factory=Limits)
    shelves: Shelves = field(default_factory=Shelves)

    @property
    def room(self) -> int:
        """The tokens of a window that are left beside a reply of the usual length."""
        return self.engine.info.window - self.settings.reply_tokens

    async def scene(self, place: Place) -> Scene:
        """Return the scene that runs at a place. Raises NothingPlayed."""
        async with self.database.reading() as session:
            scene = await scenes.current(session, place.id)
        if scene is None:
            raise NothingPlayed
        return scene

    @asynccontextmanager
    async def changing(self, place: Place) -> AsyncGenerator[tuple[Session, Scene]]:
        """Open a session that writes, with the scene that runs at a place. Raises NothingPlayed."""
        async with self.database.writing() as session:
            scene = await scenes.current(session, place.id)
            if scene is None:
                raise NothingPlayed
            yield session, scene

    async def person(self, account: Account) -> int:
        """Return the id of the person behind an account."""
        async with self.database.writing() as session:
            return await people.person_of(session, account)

    async def allow(self, action: Action, account: Account, where: Scene | Place, turn: Turn | None = None) -> None:
        """Raise NotAllowed where somebody may not do that in a scene or at a place, to a line of it where it is one."""
        scene, place = (where, where.place) if isinstance(where, Scene) else (None, where)
        async with self.database.reading() as session:
            known = await people.known(session, account)
            access = await servers.access(session, place.server)
            may_open = await servers.players_open(session, place)
        here = standing(account, known.id if known else None, scene, turn, may_open=may_open)
        is_admitted = admits(access, role=account.role, is_invited=known is not None and known.is_invited)
        check(action, replace(here, is_admitted=is_admitted))

    async def ask(self, account: Account, place: Place) -> None:
        """Note that somebody asks the model for something at a place. Raises TooManyReplies, TooManyTokens."""
        async with self.database.writing() as session:
            person = await people.person_of(session, account)
            tokens = await usage.tokens(session, person, self.now().date())
            settings = limited(self.settings, await servers.rules(session, place.server))
        self.limits.ask(person, account.role, settings, tokens=tokens, now=self.now())

    async def count(self, session: Session, account: Account, *spent: Figures, replies: int = 1) -> None:
        """Keep what somebody has used of the model, for so many replies."""
        person = await people.person_of(session, account)
        tokens = sum(map(tokens_of, spent))
        await usage.count(session, person, self.now().date(), replies=replies, tokens=tokens)

    async def note_window(self, scene: Scene, label: str | None) -> None:
        """Note what has left a scene's window to make room for something told beside it: `label` is the oldest left."""
        oldest = script.turn_of(label)
        if oldest and scene.turns and oldest != scene.turns[0].id:
            async with self.database.writing() as session:
                await scenes.move_window(session, scene.id, oldest)

    async def template(self) -> Template:
        """Return the chat format of the model that is loaded."""
        return await self.formats.of(self.engine.info)

    def random(self, what: str) -> Random:
        """Return a source of chance for one purpose."""
        return Random() if self.seed is None else Random(f"{self.seed} {what}")

    def drawn(self, what: str) -> int | None:
        """Return a seed for what the model draws; None where every draw is to be another."""
        return None if self.seed is None else self.random(what).randint(0, MAX_SEED)

    def now(self) -> datetime:
        return datetime.now(UTC)
