"""Presets of samplers as SillyTavern keeps them, for three kinds of back ends, in the engine's own names. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from bot.core import SamplingValue
from bot.roleplay.moving.tables import NAMES, NOTHING, UNKNOWN, WHOLE, Kind
from characters import CardError
from characters.errors import Clause, clause
from characters.formats.fields import number
from characters.formats.text import decode, parse
from engine import InvalidSampling, Sampling

MOST_BANNED = 500
MOST_BANNED_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Mapped:
    """A preset's values by the names of Sampling, and what of it has no counterpart: names with their values."""

    values: Mapping[str, SamplingValue]
    left: tuple[str, ...] = ()


_LOST = {"negative_prompt": "a negative prompt", "logit_bias": "biases of tokens", "prompts": "its prompts"}


class PresetError(CardError):
    """A preset cannot be read."""

    @staticmethod
    def _sentence(source: str, problem: Clause) -> Clause:
        return clause("The preset {source} cannot be read: {problem}.", source=source, problem=problem)


def read_preset(data: bytes, kind: Kind, *, source: str) -> Mapped:
    """Read a preset from its file. Raises PresetError where it is none.

    What the model may answer at most is no part of a preset here. A number that the engine does not take is left out.
    """
    try:
        values = parse(decode(data, source), source)
    except CardError as error:
        raise PresetError(source, error.problem) from error
    if not values.keys() & {*NAMES[kind], "dynatemp"}:
        raise PresetError(source, clause("it sets no sampler, where a preset was expected"))
    return mapped(values, kind)


def mapped(values: Mapping[str, object], kind: Kind) -> Mapped:
    """Translate a preset."""
    found, left = dict(NOTHING), list[str]()
    wanted = {name: _read(NAMES[kind][name], value) for name, value in values.items() if name in NAMES[kind]}
    for name, value in wanted.items():
        ours = NAMES[kind][name]
        if value is not None and not _is_taken(ours, value):
            left.append(f"{name} {_shown(values[name])}")
        elif value is not None:
            found[ours] = value
    if kind is Kind.TEXT:
        found |= _dynamic(values)
    left += _unknown(values)
    return Mapped(found, tuple(left))


def _read(ours: str, value: object) -> SamplingValue | None:
    """Read a value as the engine wants it; None where it says nothing."""
    if reader := _READERS.get(ours):
        return reader(value)
    read = number(value)
    if read is None:
        return None
    if ours == "top_k":
        return max(int(read), 0)
    if ours in ("repeat_last_n", "dry_penalty_last_n"):
        return int(read) if read > 0 else -1  # 0 is all that the model has read
    return int(read) if ours in WHOLE else read


def _texts(value: object) -> tuple[str, ...] | None:
    """Read a list of texts, which may stand in a text as JSON."""
    try:
        items: object = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if not isinstance(items, list) or not items:
        return None
    return tuple(one for one in cast("list[object]", items) if isinstance(one, str) and one) or None


def _banned(value: object) -> tuple[str, ...] | None:
    """Read what is never to be written: of lines that stand in quotes, the text."""
    lines = [line.strip() for line in value.splitlines()] if isinstance(value, str) else []
    quoted = [line[1:-1] for line in lines if _is_quoted(line)]
    return tuple(text for text in quoted if len(text) <= MOST_BANNED_CHARACTERS)[:MOST_BANNED] or None


def _is_quoted(line: str) -> bool:
    return len(line) > 2 and line.startswith('"') and line.endswith('"')


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _schema(value: object) -> str | None:
    return json.dumps(value) if isinstance(value, dict) and value else None


_READERS: Mapping[str, Callable[[object], SamplingValue | None]] = {
    "dry_sequence_breakers": _texts,
    "banned_strings": _banned,
    "grammar": _text,
    "json_schema": _schema,
}


def _dynamic(values: Mapping[str, object]) -> dict[str, SamplingValue]:
    """Read a temperature that moves between two ends: a middle, and how far it goes to each side."""
    least, most = number(values.get("min_temp")), number(values.get("max_temp"))
    if values.get("dynatemp") is not True or least is None or most is None or not 0 <= least < most <= 5:
        return {}
    return {"temperature": round((least + most) / 2, 4), "dynatemp_range": round((most - least) / 2, 4)}


def _unknown(values: Mapping[str, object]) -> Iterator[str]:
    for name, off in UNKNOWN.items():
        value = number(values.get(name))
        if (
            value is not None
            and value != off
            and not (name == "smoothing_curve" and not values.get("smoothing_factor"))
        ):
            yield f"{name} {value:g}"
    banned = values.get("banned_tokens")
    if isinstance(banned, str) and not all(_is_quoted(line.strip()) for line in banned.splitlines() if line.strip()):
        yield "banned tokens by their numbers"
    for name, shown in _LOST.items():
        if values.get(name):
            yield shown


def _is_taken(name: str, value: SamplingValue) -> bool:
    try:
        replace(Sampling(), **cast("dict[str, Any]", {name: value}))
    except InvalidSampling:
        return False
    return True


def _shown(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 20 else f"{text[:19]}…"
