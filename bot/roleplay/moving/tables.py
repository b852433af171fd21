"""What SillyTavern calls the numbers of its samplers, by the kind of back end that a preset is for."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core import SamplingValue


class Kind(StrEnum):
    """Which back end a preset is for; each has a folder of its own."""

    TEXT = "TextGen Settings"
    KOBOLD = "KoboldAI Settings"
    CHAT = "OpenAI Settings"

    @property
    def short(self) -> str:
        """What tells presets of one name apart."""
        return {Kind.TEXT: "text", Kind.KOBOLD: "KoboldAI", Kind.CHAT: "chat"}[self]


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

WHOLE = ("top_k", "mirostat", "dry_allowed_length", "dry_penalty_last_n", "repeat_last_n")

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
