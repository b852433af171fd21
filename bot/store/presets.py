"""Presets of people's own: values under a name. It knows no field of them."""

from collections.abc import Mapping

from pydantic import TypeAdapter
from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import SamplingValue, Scene
from bot.store import models

Numbers = Mapping[str, SamplingValue]
NUMBERS: TypeAdapter[Numbers] = TypeAdapter(Mapping[str, SamplingValue])


async def save(session: AsyncSession, person: int, name: str, values: Numbers) -> None:
    """Keep a preset, in place of the one of that name."""
    kept = {"values": dict(values)}
    preset = sqlite.insert(models.Preset).values(person_id=person, name=name, **kept)
    await session.execute(preset.on_conflict_do_update(index_elements=["person_id", "name"], set_=kept))


async def of(session: AsyncSession, person: int) -> dict[str, Numbers]:
    """Return the presets of a person by their names, in the order in which they were first kept."""
    own = select(models.Preset.name, models.Preset.values).where(models.Preset.person_id == person)
    rows = await session.execute(own.order_by(models.Preset.id))
    return {name: NUMBERS.validate_python(values) for name, values in rows}


async def used(session: AsyncSession, scene: Scene) -> dict[tuple[int, str], Numbers]:
    """Return the presets of people that a scene and its characters use, by person and name; not those deleted since."""
    settings = (scene.settings, *(member.settings for member in scene.members))
    wanted = {(one.preset_of, one.preset) for one in settings if one.preset_of is not None}
    if not wanted:
        return {}
    found = select(models.Preset.person_id, models.Preset.name, models.Preset.values)
    rows = await session.execute(found.where(tuple_(models.Preset.person_id, models.Preset.name).in_(list(wanted))))
    return {(person, name): NUMBERS.validate_python(values) for person, name, values in rows}


async def forget(session: AsyncSession, person: int, name: str) -> None:
    """Take a preset away; nothing happens where there is none."""
    own = (models.Preset.person_id == person, models.Preset.name == name)
    await session.execute(delete(models.Preset).where(*own))
