"""What is laid over what, and how settings are typed."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import Member, ReplySettings, SamplingValue
from bot.errors import PlayError
from bot.roleplay.config import PlaySettings
from bot.roleplay.presets import (
    MOST_REPLY_TOKENS,
    PRESETS,
    Layer,
    changed,
    in_force,
    is_exact,
    read_preset_name,
    read_setting,
    sampling_for,
)
from bot.roleplay.typed import Overrides
from engine import InvalidSampling, Sampling
from tests.bot.roleplay.conftest import scene

PLAY = PlaySettings(temperature=0.7, top_k=33)
MIRA = Member(1, "Mira", "")
INN = scene(members=(MIRA,))
OWN = {(7, "Wild"): {"temperature": 1.9, "stop": ("The end",)}}
NOBODYS = Overrides()


def sampling(story: ReplySettings, character: ReplySettings | None = None, overrides: Overrides = NOBODYS) -> Sampling:
    member = replace(MIRA, settings=character) if character else None
    return sampling_for(PLAY, replace(INN, settings=story), member, OWN, overrides, 5)


def numbers(**values: SamplingValue) -> ReplySettings:
    return ReplySettings(sampling=tuple(values.items()))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_can_be_drawn_by_and_leaves_nothing_of_another(name: str) -> None:
    values: dict[str, Any] = dict(PRESETS[name])
    assert Sampling(**values)
    assert values.keys() == PRESETS["Balanced"].keys()


@pytest.mark.parametrize(
    ("story", "character", "overrides", "temperature"),
    [
        (ReplySettings(), None, {}, 0.7),
        (ReplySettings("Precise"), None, {}, 0.5),
        (ReplySettings("Precise", sampling=(("temperature", 0.6),)), None, {}, 0.6),
        (numbers(temperature=0.6), ReplySettings("Creative"), {}, 1.15),
        (numbers(temperature=0.6), ReplySettings(), {}, 0.6),
        (numbers(temperature=0.6), ReplySettings("Creative", sampling=(("temperature", 1.0),)), {}, 1.0),
        (ReplySettings("Wild", 7), None, {}, 1.9),
        (ReplySettings("Wild", 8), None, {}, 0.7),
        (ReplySettings("Gone"), None, {}, 0.7),
        (ReplySettings("Wild", 7), numbers(temperature=1.0), {"temperature": 0.1}, 0.1),
    ],
)
def test_the_nearest_wins(
    story: ReplySettings, character: ReplySettings | None, overrides: dict[str, float], temperature: float
) -> None:
    drawn = sampling(story, character, Overrides(tuple(overrides.items())))
    assert drawn.temperature == temperature
    assert drawn.seed == 5


def test_what_nobody_sets_is_as_the_owner_set_it() -> None:
    assert sampling(ReplySettings()) == PLAY.sampling(seed=5)


def test_texts_and_seeds_can_be_set() -> None:
    assert sampling(ReplySettings("Wild", 7)).stop == ("The end",)
    assert sampling(numbers(seed=3, banned_strings=("a",))) == replace(PLAY.sampling(seed=3), banned_strings=("a",))


def test_a_message_may_shorten_its_reply_but_not_lengthen_it() -> None:
    story = ReplySettings(reply_tokens=300)
    assert sampling(story).max_tokens == 300
    assert sampling(story, ReplySettings(reply_tokens=50)).max_tokens == 50
    assert sampling(story, None, Overrides((("max_tokens", 20),))).max_tokens == 20
    assert sampling(story, None, Overrides((("max_tokens", 900),))).max_tokens == 300


@pytest.mark.parametrize(
    ("story", "character", "exact"),
    [(None, None, False), (True, None, True), (True, False, False), (False, True, True), (None, True, True)],
)
def test_exactness_of_a_character_counts_before_that_of_its_scene(
    story: bool | None, character: bool | None, exact: bool
) -> None:
    member = replace(MIRA, settings=ReplySettings(exact=character))
    assert is_exact(replace(INN, settings=ReplySettings(exact=story)), member) == exact


def test_each_setting_tells_where_it_comes_from() -> None:
    story = ReplySettings("Precise", sampling=(("min_p", 0.2),), reply_tokens=80)
    member = replace(MIRA, settings=ReplySettings("Wild", 7, exact=True))
    told = {one.name: one for one in in_force(PLAY, replace(INN, settings=story), member, OWN)}
    found = {name: (one.value, one.layer, one.preset) for name, one in told.items()}
    assert found["repeat_last_n"] == (256, Layer.OWNER, "")
    assert found["top_k"] == (40, Layer.SCENE_PRESET, "Precise")
    assert found["min_p"] == (0.2, Layer.SCENE, "")
    assert found["reply_tokens"] == (80, Layer.SCENE, "")
    assert found["temperature"] == (1.9, Layer.CHARACTER_PRESET, "Wild")
    assert found["exact"] == (True, Layer.CHARACTER, "")
    assert not told["mirostat"].is_telling
    assert {"repeat_last_n", "top_k", "stop"} < {name for name, one in told.items() if one.is_telling}


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("temperature", "1.2", ("temperature", 1.2)),
        ("Temp", " 2 ", ("temperature", 2)),
        ("top-p", "0.5", ("top_p", 0.5)),
        ("rep_pen", "1.2", ("repeat_penalty", 1.2)),
        ("seed", "7", ("seed", 7)),
        ("tokens", "90", ("reply_tokens", 90)),
        ("reply_tokens", str(MOST_REPLY_TOKENS), ("reply_tokens", MOST_REPLY_TOKENS)),
        ("exact", "on", ("exact", True)),
        ("exact", "No", ("exact", False)),
        ("stop", "The end, *bows*", ("stop", ("The end", "*bows*"))),
        ("stop", r'["\n\n", "a, b"]', ("stop", ("\n\n", "a, b"))),
        ("banned_strings", "", ("banned_strings", ())),
        ("logit_bias", '{"rain": -5, "fog": 2.5}', ("logit_bias", (("rain", -5), ("fog", 2.5)))),
        ("logit_bias", '[[17, -5], ["fog", 1]]', ("logit_bias", ((17, -5), ("fog", 1)))),
        ("grammar", 'root ::= "yes" | "no"', ("grammar", 'root ::= "yes" | "no"')),
    ],
)
def test_a_setting_is_read_as_it_is_typed(name: str, value: str, read: tuple[str, SamplingValue]) -> None:
    assert read_setting(name, value) == read
    assert dict(changed(ReplySettings(), *read).sampling) == (
        {} if read[0] in ("exact", "reply_tokens") else dict([read])
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("temperature", "9", "temperature = 9 cannot be used: expected a number from 0 to 5."),
        ("temp", "warm", "temperature = 'warm' cannot be used: expected a number from 0 to 5."),
        ("temp", "nan", "temperature = nan cannot be used: expected a number from 0 to 5."),
        ("top_k", "1.5", "top_k = 1.5 cannot be used: expected a whole number from 0 to 100,000."),
        ("length", "4001", "reply_tokens = 4001 cannot be used: expected a whole number from 1 to 4,000."),
        ("length", "long", "reply_tokens = 'long' cannot be used: expected a whole number from 1 to 4,000."),
        ("stop", "[1]", "stop = (1,) cannot be used: expected at most 64 texts of 1 to 200 characters."),
        ("grammar", "nonsense", "grammar = 'nonsense' cannot be used: expected a grammar in GBNF"),
        ("logit_bias", "rain", "logit_bias = ('rain',) cannot be used: expected at most 1,000 pairs"),
    ],
)
def test_nonsense_is_told_with_the_range(name: str, value: str, told: str) -> None:
    with pytest.raises(InvalidSampling) as raised:
        read_setting(name, value)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("temprature", "1", "There is no setting temprature: did you mean temperature?"),
        ("wizardry", "1", "There is no setting wizardry."),
        ("window", "99", "All stories have the same window: the owner of the bot sets it, as engine.window."),
        ("exact", "rather", "The setting exact is either on or off."),
    ],
)
def test_what_is_no_setting_is_told(name: str, value: str, told: str) -> None:
    with pytest.raises(PlayError) as raised:
        read_setting(name, value)
    assert str(raised.value) == told


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x00b", "creative", "Balanced "])
def test_a_preset_of_ones_own_needs_a_name_of_its_own(name: str) -> None:
    with pytest.raises(PlayError):
        read_preset_name(name)


def test_a_setting_can_be_taken_back() -> None:
    settings = ReplySettings(sampling=(("temperature", 1.0), ("top_k", 3)), reply_tokens=9, exact=True)
    assert changed(settings, "temperature", None).sampling == (("top_k", 3),)
    assert changed(settings, "temperature", 2.0).sampling == (("top_k", 3), ("temperature", 2.0))
    assert changed(settings, "reply_tokens", None).reply_tokens is None
    assert changed(settings, "exact", None).exact is None
