"""How replies are written: what a scene and its characters want, and presets of people's own."""

from collections.abc import Callable
from dataclasses import replace

from bot.core import Account, Member, Place, ReplySettings, Scene
from bot.errors import PlayError
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.presets import (
    EXACT,
    LENGTH,
    PRESETS,
    Setting,
    changed,
    in_force,
    named,
    read_name,
    read_preset_name,
    read_setting,
    sampling_for,
)
from bot.roleplay.typed import Overrides
from bot.store import cast, people, presets, scenes

MOST_PRESETS = 300


class Preferences:
    """The settings of what is played at a place. They count from the next reply on."""

    def __init__(self, house: House) -> None:
        self._house = house

    @property
    def window(self) -> int:
        """The tokens of each story that the model sees: the bot's owner sets it, for all."""
        return self._house.engine.info.window

    async def in_force(self, place: Place, *, character: str = "") -> tuple[Setting, ...]:
        """Return each setting of a scene, or of a character in it, and where it comes from.

        Left out is what nobody set and is as always. Raises NothingPlayed, PlayError.
        """
        return tuple(one for one in await self._in_force(place, character) if one.is_telling)

    async def set(self, place: Place, account: Account, name: str, value: str, *, character: str = "") -> None:
        """Set one thing, by its name and as it is typed. Raises PlayError, NotAllowed, InvalidSampling."""
        name, read = read_setting(name, value)
        await self._change(place, account, character, lambda settings: changed(settings, name, read))

    async def use(self, place: Place, account: Account, preset: str, *, character: str = "") -> str:
        """Let a preset count, one's own or one that comes with Troupe, and return its name. Raises PlayError."""
        person = await self._house.person(account)
        own = await self.own(account)
        if name := named(preset, own):
            chosen = ReplySettings(preset=name, preset_of=person)
        elif name := named(preset, PRESETS):
            chosen = ReplySettings(preset=name)
        else:
            raise PlayError("There is no preset {name}.", name=preset[:40])
        await self._change(
            place,
            account,
            character,
            lambda settings: replace(settings, preset=chosen.preset, preset_of=chosen.preset_of),
        )
        return name

    async def reset(self, place: Place, account: Account, *, name: str = "", character: str = "") -> None:
        """Take back one setting, or all of a scene or character, its preset too. Raises PlayError."""
        wanted = read_name(name) if name else ""
        await self._change(
            place,
            account,
            character,
            lambda settings: changed(settings, wanted, None) if wanted else ReplySettings(),
        )

    async def own(self, account: Account) -> dict[str, presets.Numbers]:
        """Return the presets of whoever asks, by their names."""
        person = await self._house.person(account)
        async with self._house.database.reading() as session:
            return await presets.of(session, person)

    async def save(self, place: Place, account: Account, name: str, *, character: str = "") -> str:
        """Keep what is in force as a preset of one's own, in place of one of that name, and return its name.

        How long replies are and how exactly they are read is not part of it. Raises PlayError.
        """
        wanted = read_preset_name(name)
        await self._house.allow(Action.KEEP, account, place)
        settings = await self._in_force(place, character)
        values = {one.name: one.value for one in settings if one.name not in (LENGTH, EXACT) and one.value is not None}
        async with self._house.database.writing() as session:
            person = await people.person_of(session, account)
            own = await presets.of(session, person)
            wanted = named(wanted, own) or wanted
            if wanted not in own and len(own) >= MOST_PRESETS:
                raise PlayError("You have {most} presets: delete one first.", most=MOST_PRESETS)
            await presets.save(session, person, wanted, values)
        return wanted

    async def delete(self, account: Account, name: str) -> str:
        """Delete a preset of one's own and return its name; where it counts, nothing takes its place.

        Raises PlayError.
        """
        async with self._house.database.writing() as session:
            person = await people.person_of(session, account)
            wanted = named(name, await presets.of(session, person))
            if wanted is None:
                raise PlayError("You have no preset {name}.", name=name[:40])
            await presets.forget(session, person, wanted)
        return wanted

    async def _in_force(self, place: Place, character: str) -> tuple[Setting, ...]:
        scene = await self._house.scene(place)
        member = _member(scene, character)
        async with self._house.database.reading() as session:
            own = await presets.used(session, scene)
        return in_force(self._house.settings, scene, member, own)

    async def _change(
        self, place: Place, account: Account, character: str, change: Callable[[ReplySettings], ReplySettings]
    ) -> None:
        """Store other settings of a scene or a character, unless a reply could not be drawn by them."""
        async with self._house.changing(place) as (session, scene):
            await self._house.allow(Action.SETTINGS, account, scene)
            member = _member(scene, character)
            settings = change(member.settings if member else scene.settings)
            if member:
                await cast.change_member(session, scene.id, member.character, settings=settings)
            else:
                await scenes.change(session, scene.id, settings=settings)
            scene = await scenes.scene(session, scene.id)
            own = await presets.used(session, scene)
            for one in (None, *scene.members):
                sampling_for(self._house.settings, scene, one, own, Overrides(), None)


def _member(scene: Scene, character: str) -> Member | None:
    """Return the character of that name, None for no name. Raises PlayError where nobody has it."""
    if not character:
        return None
    for member in (*scene.present, *scene.members):
        if member.name.casefold() == character.casefold():
            return member
    raise PlayError("There is no character {name} in this scene.", name=character[:40])
