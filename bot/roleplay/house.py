"""What all parts of the play share: the database, the model, chance, and the clock. It knows no action."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from bot.core import Account, Place, Scene
from bot.errors import NothingPlayed
from bot.roleplay.config import PlaySettings
from bot.roleplay.detection import Formats
from bot.roleplay.shelves import Shelves
from bot.roleplay.templates import Template
from bot.store import people, scenes
from bot.store.database import Database
from engine import MAX_SEED, Engine


@dataclass(frozen=True, slots=True)
class House:
    """Where the play takes place. With a `seed` the same actions, from the start, give the same story."""

    database: Database
    engine: Engine
    settings: PlaySettings
    formats: Formats
    seed: int | None = None
    shelves: Shelves = field(default_factory=Shelves)

    async def scene(self, place: Place) -> Scene:
        """Return the scene that runs at a place. Raises NothingPlayed."""
        async with self.database.reading() as session:
            scene = await scenes.current(session, place.id)
        if scene is None:
            raise NothingPlayed
        return scene

    async def person(self, account: Account) -> int:
        """Return the id of the person behind an account."""
        async with self.database.writing() as session:
            return await people.person_of(session, account)

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
