"""One person with a telephone and the engineer of a night ferry, on Telegram."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tests.bot.platforms.telegram.loopback.people import Person
from tests.bot.platforms.telegram.loopback.rooms import Room, Shown
from tests.bot.platforms.telegram.loopback.world import World
from tests.pictures.liking import MOST_SWIPES, Liking
from tests.pictures.post import Button, Post

PATIENCE_SECONDS = 120
WHO = "Tolly"
TEA = Liking("tea cup pot drink ginger", "she")
GLADYS = Liking("gladys engine sing steam sound", "")


@dataclass(frozen=True, slots=True)
class Evening:
    """The characters to choose from; and the story that came of it."""

    gallery: list[Post]
    story: list[Post]


@dataclass(frozen=True, slots=True)
class Telephone:
    """A private chat with the bot."""

    room: Room
    ada: Person

    @classmethod
    async def of(cls, world: World, code: str) -> "Telephone":
        ada = world.person("Ada")
        return cls(await ada.starts(code), ada)

    async def play(self) -> Evening:
        gallery = await self.room.until(lambda room: next((one for one in room.said if one.is_photo), None), 60)
        while not gallery.text.startswith(WHO):
            before = gallery.text
            await self.ada.presses(gallery, "▶")
            await self.room.until(lambda _, before=before: gallery.text != before, PATIENCE_SECONDS)
        chosen = [self._post(gallery)]
        await self.ada.presses(gallery, "Play")
        await self._replied()
        await self._says("*looks into the copper pot* May I have a cup, please?", TEA)
        await self._says("Is Gladys well tonight?", GLADYS)
        story = [self._post(one) for one in self.room.shown if one.id > gallery.id]
        return Evening(chosen, story)

    async def _says(self, text: str, liking: Liking) -> None:
        said = await self.ada.says(self.room, text)
        await self.room.until(lambda room: room.last.id > said.id and "⟲" in room.last.labels, PATIENCE_SECONDS)
        for number in range(2, MOST_SWIPES + 1):
            if liking.likes(self.room.last.text.split("\n", 1)[-1]):
                return
            await self.ada.presses(self.room.last, next(one for one in self.room.last.labels if one.startswith("▶")))
            label = f"▶ {number}/{number}"
            await self.room.until(lambda room, label=label: label in room.last.labels, PATIENCE_SECONDS)

    async def _replied(self) -> None:
        await self.room.until(lambda room: "⟲" in room.last.labels, PATIENCE_SECONDS)

    def _post(self, line: Shown) -> Post:
        return Post(
            line.by,
            line.html,
            datetime.fromtimestamp(line.message.date, UTC),
            is_bot=line.by_bot,
            is_edited=line.message.edited is not None,
            picture=self.room.content(line) if line.is_photo else None,
            buttons=tuple(tuple(map(Button, row)) for row in line.buttons),
        )
