"""Who wants to be called when a reply is there."""

from dataclasses import replace

import pytest

from bot.core import Account, Place
from bot.roleplay.director import Director
from tests.bot.roleplay.conftest import ADA, KIM, PLACE, SILENT, open_scene, say

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def waiting(director: Director, place: Place = PLACE) -> tuple[str, ...]:
    scene = await director.scene(PLACE)
    assert scene
    return await director.pings.waiting(place, scene)


async def test_nobody_is_called_who_has_not_asked_for_it(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Hello.")
    assert await waiting(director) == ()
    assert not await director.pings.wants(KIM)


async def test_those_are_called_who_have_spoken_since_the_last_reply(director: Director) -> None:
    await open_scene(director, SILENT)
    for account in (KIM, ADA):
        await director.pings.want(account, is_wanted=True)
        assert await director.pings.wants(account)
    await say(director, "Hello.", account=ADA)
    await director.turns.say_as(PLACE, KIM, "Mira", "Yes?")
    assert await waiting(director) == ()
    await say(director, "Hello?")
    assert await waiting(director) == (KIM.id,)
    await director.pings.want(KIM, is_wanted=False)
    assert await waiting(director) == ()


async def test_only_accounts_on_the_platform_of_the_place_are_called(director: Director) -> None:
    await open_scene(director, SILENT)
    await director.pings.want(KIM, is_wanted=True)
    await say(director, "Hello.")
    assert await waiting(director, replace(PLACE, id="discord:1")) == ()
    assert not await director.pings.wants(Account("discord:9", "Nobody"))
