"""Settings of scenes and characters, and presets of people's own, with a real database and a real worker."""

from typing import Any

import pytest

from bot.core import Place
from bot.errors import NothingPlayed, PlayError
from bot.roleplay.director import Director
from bot.roleplay.presets import Layer, Setting
from bot.store import reasons
from bot.store.database import Database
from engine import InvalidSampling
from tests.bot.roleplay.conftest import ADA, KIM, PLACE, card, line, listen, open_scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def drawn(director: Director, text: str, database: Database) -> list[tuple[dict[str, Any], bool]]:
    """Say a line and return how each answer was drawn, and whether exactly."""
    async with director.hear(line(text)) as performance:
        replies = [(reply, [chunk async for chunk in reply]) async for reply in performance]
    told: list[tuple[dict[str, Any], bool]] = []
    async with database.reading() as session:
        for reply, _ in replies:
            kept = await reasons.of(session, reply.turn.id)
            assert kept
            assert reply._stream
            told.append((kept.fields["sampling"], reply._stream.request.exact))
    return told


async def telling(director: Director, name: str, character: str = "") -> Setting | None:
    told = await director.preferences.in_force(PLACE, character=character)
    return next((one for one in told if one.name == name), None)


async def test_settings_of_scene_and_character_count_from_the_next_reply_on(
    director: Director, database: Database
) -> None:
    await open_scene(director, card("Mira"), card("Tomas"))
    preferences = director.preferences
    await preferences.use(PLACE, KIM, "creative")
    await preferences.set(PLACE, KIM, "tokens", "7")
    await preferences.set(PLACE, KIM, "logit_bias", '{"rain": -5}')
    await preferences.set(PLACE, KIM, "temp", "0.3", character="TOMAS")
    await preferences.set(PLACE, KIM, "exact", "on", character="Tomas")
    (mira, mira_exact), (tomas, tomas_exact) = await drawn(director, "Mira, Tomas?", database)
    expected = {"max_tokens": 7, "logit_bias": [["rain", -5]], "xtc_probability": 0.3}
    assert mira == mira | expected | {"temperature": 1.15}
    assert tomas == tomas | expected | {"temperature": 0.3}
    assert (mira_exact, tomas_exact) == (False, True)
    assert await telling(director, "temperature", "Tomas") == Setting("temperature", 0.3, Layer.CHARACTER)
    assert await telling(director, "temperature") == Setting("temperature", 1.15, Layer.SCENE_PRESET, "Creative")
    await preferences.reset(PLACE, KIM, name="temp", character="Tomas")
    assert await telling(director, "temperature", "Tomas") == Setting(
        "temperature", 1.15, Layer.SCENE_PRESET, "Creative"
    )
    await preferences.reset(PLACE, KIM)
    assert await telling(director, "temperature") == Setting("temperature", 0.8, Layer.OWNER)
    assert await telling(director, "exact", "Tomas") == Setting("exact", True, Layer.CHARACTER)
    assert await telling(director, "logit_bias") is None


async def test_nothing_is_stored_that_no_reply_could_be_drawn_by(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.preferences.set(PLACE, KIM, "grammar", 'root ::= "yes"')
    with pytest.raises(InvalidSampling, match="none beside a grammar"):
        await director.preferences.set(PLACE, KIM, "json_schema", '{"type": "string"}', character="Mira")
    assert await telling(director, "json_schema", "Mira") is None


async def test_presets_are_of_whoever_saved_them(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    preferences = director.preferences
    await preferences.set(PLACE, KIM, "temp", "1.7")
    await preferences.set(PLACE, KIM, "stop", "The end, Fin")
    assert await preferences.save(PLACE, KIM, " My  rain ") == "My rain"
    await preferences.reset(PLACE, KIM)
    assert await preferences.own(ADA) == {}
    with pytest.raises(PlayError, match="There is no preset my rain"):
        await preferences.use(PLACE, ADA, "my rain")
    assert await preferences.use(PLACE, KIM, "my rain") == "My rain"
    [(sampling, _)] = await drawn(director, "Hello.", database)
    assert (sampling["temperature"], sampling["stop"]) == (1.7, ["The end", "Fin"])
    await preferences.set(PLACE, KIM, "temp", "1.1")
    assert await preferences.save(PLACE, KIM, "MY RAIN") == "My rain"
    assert [(name, values["temperature"]) for name, values in (await preferences.own(KIM)).items()] == [
        ("My rain", 1.1)
    ]
    assert await preferences.delete(KIM, "my rain") == "My rain"
    await preferences.reset(PLACE, KIM, name="temperature")
    assert await telling(director, "temperature") == Setting("temperature", 0.8, Layer.OWNER)
    with pytest.raises(PlayError, match="You have no preset my rain"):
        await preferences.delete(KIM, "my rain")


async def test_nobody_has_too_many_presets(director: Director, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.roleplay.preferences.MOST_PRESETS", 3)
    await open_scene(director, card("Mira"))
    for number in range(3):
        await director.preferences.save(PLACE, KIM, f"Preset {number}")
    with pytest.raises(PlayError, match="You have 3 presets"):
        await director.preferences.save(PLACE, KIM, "One more")
    await director.preferences.save(PLACE, KIM, "preset 1")
    await director.preferences.save(PLACE, ADA, "One more")


async def test_who_or_what_is_not_there_is_told(director: Director) -> None:
    with pytest.raises(NothingPlayed):
        await director.preferences.set(Place("terminal:nowhere"), KIM, "temp", "1")
    await open_scene(director, card("Mira"))
    with pytest.raises(PlayError, match="There is no character Bo in this scene"):
        await director.preferences.in_force(PLACE, character="Bo")
    with pytest.raises(PlayError, match="There is no preset Wild"):
        await director.preferences.use(PLACE, KIM, "Wild")


async def test_a_seed_that_is_set_makes_replies_alike(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.preferences.set(PLACE, KIM, "seed", "11")
    async with director.hear(line("Hello.")) as performance:
        first = await listen(performance)
    async with director.retry(PLACE, KIM) as performance:
        assert await listen(performance) == first
