"""What a reply is told beside the story, gathered from all that the scene keeps, and how it is to be written."""

from dataclasses import dataclass, field, replace
from typing import Any

from bot.core import Scene, Turn
from bot.roleplay.house import House
from bot.roleplay.statekeeping import state_for
from bot.roleplay.tail import Tail, fitted, room_beside
from bot.roleplay.telling import lore_for
from bot.roleplay.typed import Overrides
from engine import Sampling


@dataclass(frozen=True, slots=True)
class Brief:
    """The tail and the sampling of one reply. `why` and `effects` are kept with its turn."""

    tail: Tail
    sampling: Sampling
    exact: bool = False
    why: dict[str, Any] = field(default_factory=dict[str, Any])
    effects: dict[str, Any] = field(default_factory=dict[str, Any])


async def brief(house: House, scene: Scene, turn: Turn, *, order: str, overrides: Overrides, why: str = "") -> Brief:
    """Gather what the reply that `turn` is opened for is to know and how it is drawn; `order` says what it shall be."""
    sampling = overrides.over(house.settings.sampling(seed=house.drawn(f"turn {turn.id}")))
    tail = replace(Tail(), order=order, state=await state_for(house, scene, turn))
    lore = await lore_for(house, scene, turn, why=why, room=room_beside(tail))
    tail = fitted(replace(tail, lore=lore.texts))
    return Brief(tail=tail, sampling=sampling, why=lore.reasons(len(tail.lore)), effects=lore.effects)
