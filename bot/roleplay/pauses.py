"""The X-card: anybody present can pause a scene, without a reason, until those who play go on."""

from dataclasses import dataclass

from bot.core import Account, Place, Scene, Turn
from bot.errors import NothingPlayed, PlayError, ScenePaused
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.stages import Stages
from bot.store import scenes, turns
from bot.words import Sentence, sentence


@dataclass(frozen=True, slots=True)
class Paused:
    """A scene that was paused, and the turn that was folded away, if any; it can be restored.

    `remark` is what a platform tells the moderators. It does not say who it was: nobody has to explain a pause.
    """

    scene: Scene
    folded: Turn | None
    remark: Sentence


class Pauses:
    """Pauses scenes and lets them go on."""

    def __init__(self, house: House, stages: Stages) -> None:
        self._house = house
        self._stages = stages

    async def pause(self, place: Place, account: Account) -> Paused:
        """Stop whoever speaks at a place, fold the last passage away, and let nobody speak until the scene goes on.

        Raises ScenePaused where it is paused already; NothingPlayed.
        """
        await self._house.allow(Action.PAUSE, account, place)
        reply = self._stages.fold(place)
        async with self._house.database.writing() as session:
            scene = await scenes.current(session, place.id)
            if scene is None:
                raise NothingPlayed
            if scene.is_paused:
                raise ScenePaused
            now = self._house.now()
            await scenes.change(session, scene.id, paused_at=now)
            last = next((turn for turn in reversed(scene.turns) if turn.text), None)
            # A reply that is not stored yet is folded away when it is.
            if last and (reply is None or reply.turn.id == last.id):
                await turns.revise(session, last.id, "", person=None, at=now)
        # Who asked to be heard before the pause was stored speaks no more either.
        self._stages.fold(place)
        where = place.name or place.id
        remark = sentence("Somebody has paused the scene {title} ({where}).", title=scene.title, where=where)
        return Paused(scene, reply.turn if reply else last, remark)

    async def resume(self, place: Place, account: Account) -> Scene:
        """Let a scene go on; lines said meanwhile are answered by nobody. Raises PlayError, NothingPlayed."""
        scene = await self._house.scene(place)
        await self._house.allow(Action.UNPAUSE, account, scene)
        if not scene.is_paused:
            raise PlayError("The scene is not paused.")
        async with self._house.database.writing() as session:
            await scenes.change(session, scene.id, paused_at=None)
        return await self._house.scene(place)
