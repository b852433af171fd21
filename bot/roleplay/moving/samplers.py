"""Presets of samplers as SillyTavern keeps them, for three kinds of back ends, in the engine's own names. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast

from bot.core import SamplingValue
from characters import CardError
from characters.formats.fields import number
from characters.formats.text import parse
from engine import InvalidSampling, Sampling

MOST_BANNED = 500
MOST_BANNED_CHARACTERS = 100


class Kind(StrEnum):
    """Which back end a preset is for; each has a folder of its own."""

    TEXT = "TextGen Settings"
    KOBOLD = "KoboldAI Settings"
    CHAT = "OpenAI Settings"

    @property
    def short(self) -> str:
        """What tells presets of one name apart."""
        return {Kind.TEXT: "text", Kind.KOBOLD: "KoboldAI", Kind.CHAT: "chat"}[self]


@dataclass(frozen=True, slots=True)
class Mapped:
    """A preset's values by the names of Sampling, and what of it has no counterpart: names with their values."""

    values: Mapping[str, SamplingValue]
    left: tuple[str, ...] = ()


NOTHING: Mapping[str, SamplingValue] = {
    "temperature": 1.0,
    "dynatemp_range": 0.0,
    "dynatemp_exponent": 1.0,
    "top_k": 0,
    "top_p": 1.0,
    "min_p": 0.0,
    "typical_p": 1.0,
    "top_n_sigma": 0.0,
    "xtc_probability": 0.0,
    "xtc_threshold": 0.1,
    "dry_multiplier": 0.0,
    "dry_base": 1.75,
    "dry_allowed_length": 2,
    "dry_penalty_last_n": -1,
    "dry_sequence_breakers": ("\n", ":", '"', "*"),
    "repeat_penalty": 1.0,
    "repeat_last_n": -1,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
    "penalty_decay": 1.0,
    "mirostat": 0,
    "mirostat_tau": 5.0,
    "mirostat_eta": 0.1,
    "banned_strings": (),
    "grammar": "",
    "json_schema": "",
}
"""What a preset sets that says nothing: no sampler at work. All presets set all of it."""

_WHOLE = ("top_k", "mirostat", "dry_allowed_length", "dry_penalty_last_n", "repeat_last_n")

_SHARED = {
    "temp": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "typical": "typical_p",
    "typical_p": "typical_p",
    "rep_pen": "repeat_penalty",
    "rep_pen_range": "repeat_last_n",
    "mirostat": "mirostat",
    "mirostat_mode": "mirostat",
    "mirostat_tau": "mirostat_tau",
    "mirostat_eta": "mirostat_eta",
    "grammar": "grammar",
}
NAMES: Mapping[Kind, Mapping[str, str]] = {
    Kind.KOBOLD: _SHARED,
    Kind.TEXT: _SHARED
    | {
        "freq_pen": "frequency_penalty",
        "presence_pen": "presence_penalty",
        "nsigma": "top_n_sigma",
        "dynatemp_exponent": "dynatemp_exponent",
        "xtc_probability": "xtc_probability",
        "xtc_threshold": "xtc_threshold",
        "dry_multiplier": "dry_multiplier",
        "dry_base": "dry_base",
        "dry_allowed_length": "dry_allowed_length",
        "dry_penalty_last_n": "dry_penalty_last_n",
        "dry_sequence_breakers": "dry_sequence_breakers",
        "banned_tokens": "banned_strings",
        "grammar_string": "grammar",
        "json_schema": "json_schema",
    },
    Kind.CHAT: {
        "temperature": "temperature",
        "top_p": "top_p",
        "top_k": "top_k",
        "min_p": "min_p",
        "repetition_penalty": "repeat_penalty",
        "frequency_penalty": "frequency_penalty",
        "presence_penalty": "presence_penalty",
    },
}
UNKNOWN: Mapping[str, float] = {
    "top_a": 0,
    "tfs": 1,
    "epsilon_cutoff": 0,
    "eta_cutoff": 0,
    "rep_pen_slope": 0,
    "rep_pen_decay": 0,
    "encoder_rep_pen": 1,
    "no_repeat_ngram_size": 0,
    "penalty_alpha": 0,
    "num_beams": 1,
    "length_penalty": 1,
    "min_length": 0,
    "guidance_scale": 1,
    "smoothing_factor": 0,
    "smoothing_curve": 1,
    "skew": 0,
    "adaptive_target": -1,
}
"""Samplers that the engine does not have, with the number that switches each off."""

_LOST = {"negative_prompt": "a negative prompt", "logit_bias": "biases of tokens", "prompts": "its prompts"}


def read_preset(data: bytes, kind: Kind, *, source: str) -> Mapped:
    """Read a preset from its file. Raises CardError where it is none.

    What the model may answer at most is no part of a preset here. A number that the engine does not take is left out.
    """
    try:
        values = parse(data.decode("utf-8-sig"), source)
    except UnicodeDecodeError as error:
        raise CardError(source, "it is not UTF-8 text") from error
    if not values.keys() & {*NAMES[kind], "dynatemp"}:
        raise CardError(source, "it sets no sampler, where a preset was expected")
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
    return int(read) if ours in _WHOLE else read


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
