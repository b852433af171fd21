"""Presets of SillyTavern in the engine's names."""

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roleplay.moving.samplers import Mapped, PresetError, mapped, read_preset
from bot.roleplay.moving.tables import NAMES, NOTHING, Kind
from engine import Sampling


def changed(preset: Mapped) -> dict[str, Any]:
    return {name: value for name, value in preset.values.items() if value != NOTHING[name]}


@pytest.mark.parametrize(
    ("kind", "values", "ours"),
    [
        (Kind.TEXT, {"temp": 0.7, "top_p": 0.9, "top_k": 40}, {"temperature": 0.7, "top_p": 0.9, "top_k": 40}),
        (Kind.TEXT, {"top_k": -1, "typical_p": 0.95, "min_p": 0.1}, {"typical_p": 0.95, "min_p": 0.1}),
        (Kind.TEXT, {"rep_pen": 1.1, "rep_pen_range": 512}, {"repeat_penalty": 1.1, "repeat_last_n": 512}),
        (Kind.TEXT, {"rep_pen_range": 0, "freq_pen": 0.1}, {"frequency_penalty": 0.1}),
        (Kind.TEXT, {"presence_pen": -1, "nsigma": 1.5}, {"presence_penalty": -1, "top_n_sigma": 1.5}),
        (Kind.TEXT, {"dynatemp": True, "min_temp": 0.5, "max_temp": 2}, {"temperature": 1.25, "dynatemp_range": 0.75}),
        (Kind.TEXT, {"dynatemp": False, "min_temp": 0.5, "max_temp": 2, "temp": 0.9}, {"temperature": 0.9}),
        (
            Kind.TEXT,
            {"dry_multiplier": "0.8", "dry_base": 1.8, "dry_allowed_length": 3, "dry_penalty_last_n": 2048},
            {"dry_multiplier": 0.8, "dry_base": 1.8, "dry_allowed_length": 3, "dry_penalty_last_n": 2048},
        ),
        (Kind.TEXT, {"dry_sequence_breakers": '["\\n", "#"]'}, {"dry_sequence_breakers": ("\n", "#")}),
        (Kind.TEXT, {"dry_sequence_breakers": ["~"]}, {"dry_sequence_breakers": ("~",)}),
        (Kind.TEXT, {"dry_sequence_breakers": "~"}, {}),
        (Kind.TEXT, {"xtc_probability": 0.5, "xtc_threshold": 0.2}, {"xtc_probability": 0.5, "xtc_threshold": 0.2}),
        (
            Kind.TEXT,
            {"mirostat_mode": 2, "mirostat_tau": 6, "mirostat_eta": 0.2},
            {"mirostat": 2, "mirostat_tau": 6, "mirostat_eta": 0.2},
        ),
        (Kind.TEXT, {"banned_tokens": '"shivers down"\n[1, 2]\n"a"'}, {"banned_strings": ("shivers down", "a")}),
        (Kind.TEXT, {"grammar_string": 'root ::= "a"'}, {"grammar": 'root ::= "a"'}),
        (Kind.TEXT, {"json_schema": {"type": "boolean"}}, {"json_schema": '{"type": "boolean"}'}),
        (Kind.KOBOLD, {"temp": 0.6, "typical": 0.9}, {"temperature": 0.6, "typical_p": 0.9}),
        (Kind.CHAT, {"temperature": 1.2, "repetition_penalty": 1.2}, {"temperature": 1.2, "repeat_penalty": 1.2}),
        (Kind.CHAT, {"temp": 0.6, "temperature": None}, {}),
    ],
)
def test_numbers_get_the_engine_s_names(kind: Kind, values: dict[str, object], ours: dict[str, Any]) -> None:
    preset = mapped(values, kind)
    assert changed(preset) == ours
    Sampling(**cast("dict[str, Any]", preset.values))


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({"temp": 9}, ("temp 9",)),
        ({"tfs": 0.95, "top_a": 0.2, "smoothing_factor": 0.3}, ("top_a 0.2", "tfs 0.95", "smoothing_factor 0.3")),
        ({"tfs": 1, "top_a": 0, "smoothing_curve": 2, "num_beams": 1, "guidance_scale": "1"}, ()),
        ({"grammar_string": "no grammar"}, ("grammar_string no grammar",)),
        ({"negative_prompt": "x", "logit_bias": [{}]}, ("a negative prompt", "biases of tokens")),
        ({"banned_tokens": "[1]"}, ("banned tokens by their numbers",)),
        ({"genamt": 500, "streaming": True}, ()),
    ],
)
def test_what_has_no_counterpart_is_named(values: dict[str, object], left: tuple[str, ...]) -> None:
    preset = mapped(values, Kind.TEXT)
    assert (preset.left, changed(preset)) == (left, {})


JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.text(max_size=2))


@given(kind=st.sampled_from(Kind), data=st.data())
def test_every_preset_can_be_drawn_by(kind: Kind, data: st.DataObject) -> None:
    names = st.sampled_from([*NAMES[kind], "dynatemp", "min_temp", "max_temp"])
    preset = mapped(data.draw(st.dictionaries(names, JSON, max_size=6)), kind)
    assert preset.values.keys() == NOTHING.keys()
    Sampling(**cast("dict[str, Any]", preset.values))


def test_a_file_that_is_no_preset_is_refused() -> None:
    assert read_preset(json.dumps({"temp": 1}).encode(), Kind.TEXT, source="x.json").values == NOTHING
    for data, problem in {b"\xff": "UTF-8", b"{": "not valid JSON", b'{"entries": {}}': "it sets no sampler"}.items():
        with pytest.raises(PresetError, match=problem):
            read_preset(data, Kind.TEXT, source="x.json")
