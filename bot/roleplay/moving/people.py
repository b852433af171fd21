"""Personas and presets of another program, taken in as somebody's own. It knows no file."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, count

from bot.errors import PlayError
from bot.roleplay import personas as making
from bot.roleplay.collection import Kin
from bot.roleplay.intake import Intake, Line, Outcome, Sort, outcome_of
from bot.roleplay.moving.samplers import Mapped
from bot.roleplay.moving.tables import Kind
from bot.roleplay.players import free_name
from bot.roleplay.preferences import MOST_PRESETS
from bot.roleplay.presets import MOST_PRESET_NAME_CHARACTERS, PRESETS, named
from bot.roleplay.tail import whole_sentences
from bot.store import personas, presets
from bot.store.database import Session
from bot.words import sentence


async def take_persona(intake: Intake, name: str, description: str, picture: bytes | None, *, source: str) -> Line:
    """Take in a persona; one of its name that says something else is kept beside it, or gives way to it.

    A description that is too long is cut, which is told. Raises PlayError where it will not do.
    """
    wanted = free_name(name, ())
    whole, description = description.strip(), shortened(description.strip())
    cut = sentence(
        "Its description is cut: the first {kept:,} of {count:,} characters are taken, a persona has {most:,} at most.",
        kept=len(description),
        count=len(whole),
        most=making.MOST_DESCRIPTION_CHARACTERS,
    )
    line = Line(Sort.PERSONA, source, Outcome.NEW, wanted, remarks=(cut,) if description != whole else ())
    async with intake.open() as session:
        kin = await _kin(session, intake.person, wanted, description, picture)
    if kin.is_known:
        return replace(line, outcome=Outcome.KNOWN, id=kin.same)
    over = await intake.over(kin, Sort.PERSONA, wanted)
    async with intake.open() as session:
        if over is not None:
            making.check_sizes(description, picture)
            changes = {"description": description, **({"picture": picture} if picture else {})}
            await personas.change(session, over, **changes)
            return replace(line, outcome=Outcome.REPLACED, id=over)
        taken = {one.name for one in await personas.own(session, intake.person)}
        name = free_name(wanted, taken)
        made = await making.make(session, intake.person, name, description=description, picture=picture)
    return replace(line, outcome=outcome_of(kin, None), name=made.name, id=made.id)


async def take_preset(intake: Intake, name: str, kind: Kind, preset: Mapped, *, source: str) -> Line:
    """Take in a preset under its name, or one like it where another has it. Raises PlayError where there are too many.

    What has no counterpart is told.
    """
    remarks = (sentence("Without {left}.", left=", ".join(preset.left)),) if preset.left else ()
    async with intake.open() as session:
        own = await presets.of(session, intake.person)
        free = next(one for one in _names(name, kind) if named(one, PRESETS) is None and _fits(one, preset, own))
        if there := named(free, own):
            return Line(Sort.PRESET, source, Outcome.KNOWN, there)
        if len(own) >= MOST_PRESETS:
            raise PlayError("You have {most} presets: delete one first.", most=MOST_PRESETS)
        await presets.save(session, intake.person, free, preset.values)
    if free != name:
        remarks = (sentence("It is called {name} here.", name=free), *remarks)
    return Line(Sort.PRESET, source, Outcome.NEW, free, remarks=remarks)


def shortened(description: str) -> str:
    """Return as much of a description as a persona may have, in whole sentences unless much would be lost by that."""
    most = making.MOST_DESCRIPTION_CHARACTERS
    if len(description) <= most:
        return description
    cut = description[:most].rstrip()
    sentences = whole_sentences(cut)
    return sentences if len(sentences) > most // 2 else cut


async def _kin(session: Session, person: int, name: str, description: str, picture: bytes | None) -> Kin:
    """Say what somebody has that is like a persona: one that says the same, under a number too; or one of its name."""
    earlier: int | None = None
    numbered = {name.casefold(), *(f"{name} {number}".casefold() for number in range(2, making.MOST_PERSONAS))}
    for one in await personas.own(session, person):
        is_like_it = one.name.casefold() in numbered and one.description == description
        if is_like_it and (picture is None or await personas.picture(session, one.id) == picture):
            return Kin(same=one.id)
        if one.name.casefold() == name.casefold():
            earlier = one.id
    return Kin(earlier=earlier)


def _fits(name: str, preset: Mapped, own: Mapping[str, presets.Numbers]) -> bool:
    """Tell whether a preset can have a name: nothing else has it."""
    there = named(name, own)
    return there is None or dict(own[there]) == dict(preset.values)


def _names(wanted: str, kind: Kind) -> Iterator[str]:
    """Return the names that a preset can have, the best first."""
    marks = chain(("", f" ({kind.short})"), (f" ({kind.short} {number})" for number in count(2)))
    plain = " ".join("".join(char for char in wanted if char.isprintable()).split()) or kind.short
    for mark in marks:
        name = f"{plain}{mark}"
        excess = len(name) - MOST_PRESET_NAME_CHARACTERS
        yield f"{plain[: -excess - 1]}…{mark}" if excess > 0 else name
