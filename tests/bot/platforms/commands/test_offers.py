"""What is offered while somebody types."""

import pytest

from bot.platforms.commands.offers import Offer, offers
from bot.platforms.commands.table import Kind
from tests.bot.platforms.theatre import Typist

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def offered(typist: Typist, kind: Kind, typed: str = "", most: int = 25) -> list[str]:
    return [one.value for one in await offers(typist.player, kind, typed, most=most)]


async def test_who_is_there_and_what_there_is_offered(alone: Typist) -> None:
    await alone("/persona create Kit: A tired knight.", "/branch make Storm", "/preset save Rainy")
    assert await offered(alone, Kind.CHARACTER) == ["Mira", "Narrator"]
    assert await offered(alone, Kind.CHARACTER, "nar") == ["Narrator"]
    assert await offered(alone, Kind.PERSONA) == ["Kit"]
    assert await offered(alone, Kind.BRANCH) == ["main", "Storm"]
    assert await offered(alone, Kind.PRESET, "rain") == ["Rainy"]
    assert (await offered(alone, Kind.SETTING, "temp"))[0] == "temperature"
    assert await offered(alone, Kind.LANGUAGE, "日本") == ["Japanese"]
    assert await offered(alone, Kind.TEXT, "a") == []


async def test_turns_are_offered_by_what_they_say_the_newest_first(alone: Typist) -> None:
    await alone("It rains.", "It pours.")
    assert await offers(alone.player, Kind.TURN, "", most=2) == [
        Offer("3", "#3 Anna: It pours."),
        Offer("2", "#2 Anna: It rains."),
    ]
    assert await offered(alone, Kind.TURN, "rains") == ["2"]
    assert await offered(alone, Kind.TURN, "#3") == ["3"]


async def test_of_cards_with_commas_the_last_one_is_completed(alone: Typist) -> None:
    assert "Fennel" in await offered(alone, Kind.CARDS, "fen")
    assert await offered(alone, Kind.CARDS, "Mira , fen") == ["Mira, Fennel"]


async def test_scenes_are_offered_by_number_and_title(alone: Typist) -> None:
    scene = await alone.player.look()
    assert scene
    await alone("/scene title Rain")
    assert await offers(alone.player, Kind.SCENE, "rai", most=25) == [Offer(str(scene.id), f"{scene.id}: Rain")]


async def test_nothing_is_offered_where_nothing_is_played(alone: Typist) -> None:
    await alone("/scene end")
    assert await offered(alone, Kind.TURN) == []
    assert await offered(alone, Kind.BRANCH) == []
