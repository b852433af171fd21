"""What a reply is told beside the story, gathered from all that the scene keeps, and how it is to be written."""

from dataclasses import dataclass, field, replace
from typing import Any

from bot.core import Scene, Turn
from bot.roleplay import knowledge, memory
from bot.roleplay.house import House
from bot.roleplay.language import reminder
from bot.roleplay.presets import is_exact, sampling_for
from bot.roleplay.statekeeping import state_for
from bot.roleplay.tail import Tail, fitted, room_beside
from bot.roleplay.telling import lore_for
from bot.roleplay.typed import Overrides
from bot.store import presets
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
    member = scene.member(turn.character)
    async with house.database.reading() as session:
        own = await presets.used(session, scene)
    sampling = sampling_for(house.settings, scene, member, own, overrides, house.drawn(f"turn {turn.id}"))
    remembered = await memory.remembered(house, scene, turn)
    quoted = await knowledge.quoted(house, scene, turn)
    tail = Tail(
        state=await state_for(house, scene, turn),
        note=remembered.note,
        character_note=remembered.character_note,
        language=reminder(scene),
        order=order,
    )
    lore = await lore_for(house, scene, turn, why=why, room=room_beside(tail))
    tail = fitted(replace(tail, knowledge=quoted.texts, memories=remembered.memories, lore=lore.texts))
    reasons = {"memories": list(remembered.turns), "knowledge": list(quoted.passages)}
    reasons |= lore.reasons(len(tail.lore))
    return Brief(tail, sampling, is_exact(scene, member), reasons, lore.effects)
