"""How replies are drawn: named presets, and what is laid over what. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, cast

from bot.core import Member, ReplySettings, SamplingValue, Scene
from bot.errors import PlayError
from bot.roleplay.config import PlaySettings
from bot.roleplay.typed import SHORT, Overrides
from engine import InvalidSampling, Sampling
from engine.errors import clause

Numbers = Mapping[str, SamplingValue]
"""Values by the names of fields of Sampling."""

OwnPresets = Mapping[tuple[int, str], Numbers]
"""Presets of people, each by its person and name."""

PRESETS: Mapping[str, Numbers] = {
    "Creative": {
        "temperature": 1.15,
        "top_k": 0,
        "top_p": 1.0,
        "min_p": 0.05,
        "xtc_probability": 0.3,
        "xtc_threshold": 0.1,
        "dry_multiplier": 0.8,
        "repeat_penalty": 1.03,
    },
    "Balanced": {
        "temperature": 0.9,
        "top_k": 0,
        "top_p": 0.95,
        "min_p": 0.05,
        "xtc_probability": 0.0,
        "xtc_threshold": 0.1,
        "dry_multiplier": 0.8,
        "repeat_penalty": 1.05,
    },
    "Precise": {
        "temperature": 0.5,
        "top_k": 40,
        "top_p": 0.9,
        "min_p": 0.1,
        "xtc_probability": 0.0,
        "xtc_threshold": 0.1,
        "dry_multiplier": 0.0,
        "repeat_penalty": 1.1,
    },
}
"""Each sets the same fields, so that one laid over another leaves nothing of it."""

MOST_REPLY_TOKENS = 4_000
MOST_PRESET_NAME_CHARACTERS = 40

LENGTH = "reply_tokens"
EXACT = "exact"
WINDOW = "window"
ALIASES = SHORT | {"tokens": LENGTH, "max_tokens": LENGTH, "length": LENGTH}
DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in fields(Sampling)}
NAMES = (LENGTH, EXACT, *(name for name in DEFAULTS if name != "max_tokens"))
OWNERS = frozenset(field.name for field in fields(PlaySettings)) & frozenset(NAMES)
"""What the bot's owner can set."""

SWITCH = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False}


class Layer(StrEnum):
    """What sets a value, each over the ones before."""

    OWNER = "owner"
    SCENE_PRESET = "scene's preset"
    SCENE = "scene"
    CHARACTER_PRESET = "character's preset"
    CHARACTER = "character"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting in force, what sets it, and the name of the preset where that is one."""

    name: str
    value: SamplingValue | None
    layer: Layer
    preset: str = ""

    @property
    def is_telling(self) -> bool:
        """Whether it is worth showing: where it is what it always is, and nobody set it, it is not."""
        return self.layer is not Layer.OWNER or self.name in {*OWNERS, EXACT} or self.value != DEFAULTS[self.name]


def sampling_for(
    play: PlaySettings, scene: Scene, member: Member | None, own: OwnPresets, overrides: Overrides, seed: int | None
) -> Sampling:
    """Return how a reply of a character, or of nobody in the cast, is drawn.

    Over what the owner set lie the scene's preset, its numbers, the character's preset, its numbers, and last those of
    one message. The `seed` counts where nobody set one. Raises InvalidSampling.
    """
    values: dict[str, Any] = {one.name: one.value for one in in_force(play, scene, member, own)}
    del values[EXACT]
    values["max_tokens"] = values.pop(LENGTH)
    if values["seed"] is None:
        values["seed"] = seed
    return overrides.over(Sampling(**values))


def is_exact(scene: Scene, member: Member | None) -> bool:
    """Tell whether a reply is to be read exactly."""
    wanted = member.settings.exact if member else None
    return bool(scene.settings.exact if wanted is None else wanted)


def in_force(play: PlaySettings, scene: Scene, member: Member | None, own: OwnPresets) -> tuple[Setting, ...]:
    """Return every setting as it counts for a character, or for nobody in the cast, and where it comes from."""
    owners = {LENGTH: play.reply_tokens, EXACT: False, **asdict(play.sampling(seed=None))}
    found = {name: Setting(name, owners[name], Layer.OWNER) for name in NAMES}
    layers = [(scene.settings, Layer.SCENE_PRESET, Layer.SCENE)]
    if member:
        layers.append((member.settings, Layer.CHARACTER_PRESET, Layer.CHARACTER))
    for settings, by_preset, by_itself in layers:
        numbers = _preset(settings, own)
        found |= {name: Setting(name, value, by_preset, settings.preset) for name, value in numbers.items()}
        found |= {name: Setting(name, value, by_itself) for name, value in _own(settings)}
    return tuple(found.values())


def read_setting(written: str, value: str) -> tuple[str, SamplingValue]:
    """Read a setting's name, a short one too, and its value. Raises PlayError, InvalidSampling with the range."""
    name = read_name(written)
    read = _read(name, value.strip())
    if name == LENGTH:
        if not isinstance(read, int) or not 1 <= read <= MOST_REPLY_TOKENS:
            expected = clause("a whole number from {least:,} to {most:,}", least=1, most=MOST_REPLY_TOKENS)
            raise InvalidSampling(LENGTH, read, expected)
    elif name != EXACT:
        replace(Sampling(), **cast("dict[str, Any]", {name: read}))
    return name, read


def read_name(written: str) -> str:
    """Read the name of a setting. Raises PlayError."""
    name = written.lower().replace("-", "_")
    name = ALIASES.get(name, name)
    if name == WINDOW:
        raise PlayError("All stories have the same window: the owner of the bot sets it, as engine.window.")
    if name in NAMES:
        return name
    if near := get_close_matches(name, [*NAMES, *ALIASES], n=1):
        raise PlayError("There is no setting {name}: did you mean {near}?", name=written[:40], near=near[0])
    raise PlayError("There is no setting {name}.", name=written[:40])


def changed(settings: ReplySettings, name: str, value: SamplingValue | None) -> ReplySettings:
    """Return settings with one other; None takes it back."""
    if name == LENGTH:
        return replace(settings, reply_tokens=cast("int | None", value))
    if name == EXACT:
        return replace(settings, exact=cast("bool | None", value))
    values = dict(settings.sampling)
    values.pop(name, None)
    return replace(settings, sampling=(*values.items(), *([] if value is None else [(name, value)])))


def read_preset_name(written: str) -> str:
    """Read the name that a preset of one's own is to have. Raises PlayError."""
    name = " ".join(written.split())
    if not 1 <= len(name) <= MOST_PRESET_NAME_CHARACTERS or not name.isprintable():
        raise PlayError("A preset's name has from 1 to {most} characters.", most=MOST_PRESET_NAME_CHARACTERS)
    if named(name, PRESETS):
        raise PlayError("The preset {name} comes with Troupe: choose another name for your own.", name=name)
    return name


def named(wanted: str, names: Mapping[str, object]) -> str | None:
    """Return the name that is meant, whatever its capitals."""
    return next((name for name in names if name.casefold() == wanted.strip().casefold()), None)


def _preset(settings: ReplySettings, own: OwnPresets) -> Numbers:
    """Return what a preset sets: nothing where whoever had it has deleted it."""
    if settings.preset_of is not None:
        return own.get((settings.preset_of, settings.preset), {})
    return PRESETS.get(settings.preset, {})


def _own(settings: ReplySettings) -> Iterator[tuple[str, SamplingValue]]:
    yield from settings.sampling
    if settings.reply_tokens is not None:
        yield LENGTH, settings.reply_tokens
    if settings.exact is not None:
        yield EXACT, settings.exact


def _read(name: str, value: str) -> SamplingValue:
    if name == EXACT:
        if value.lower() not in SWITCH:
            raise PlayError("The setting {name} is either on or off.", name=EXACT)
        return SWITCH[value.lower()]
    default = DEFAULTS.get(name, 0)
    if isinstance(default, tuple):
        return _several(value)
    return value if isinstance(default, str) else _number(value)


def _several(value: str) -> SamplingValue:
    """Read texts: a list in JSON, an object of numbers, or texts with commas between."""
    try:
        read: object = json.loads(value)
    except ValueError:
        return tuple(text.strip() for text in value.split(",") if text.strip())
    if isinstance(read, dict):
        return tuple(cast("dict[str, float]", read).items())
    if isinstance(read, list):
        items = (
            tuple(cast("list[object]", one)) if isinstance(one, list) else one for one in cast("list[object]", read)
        )
        return cast("SamplingValue", tuple(items))
    return (value,)


def _number(value: str) -> SamplingValue:
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value
