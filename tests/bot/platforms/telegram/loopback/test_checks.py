"""Requests are held against the description of the Bot API, where there is one."""

from typing import Any

import aiohttp
import pytest

from tests.bot.platforms.telegram.loopback.checks import spec, violations
from tests.bot.platforms.telegram.loopback.world import World

pytestmark = pytest.mark.skipif(
    spec() is None, reason="shared/specs/telegram-api.json is not beside this checkout: requests are not checked"
)


@pytest.mark.parametrize(
    ("method", "values", "problems"),
    [
        ("sendMessage", {"chat_id": "5", "text": "12"}, []),
        ("sendMessage", {"chat_id": "@tavern", "text": "[1]"}, []),
        ("sendMessage", {"chat_id": "5"}, ["sendMessage: text is missing"]),
        ("sendMessage", {"chat_id": "5", "text": "x", "colour": "red"}, ["sendMessage: colour is unknown"]),
        ("getUpdates", {"timeout": "soon"}, ["getUpdates: timeout should be Integer"]),
        (
            "sendMessage",
            {"chat_id": "5", "text": "x", "entities": '[{"type":"bold","offset":0}]'},
            ["sendMessage: entities should be Array of MessageEntity"],
        ),
        ("sendPhoto", {"chat_id": "5", "photo": b"..."}, []),
        ("setMyCommands", {"commands": "[]", "scope": '{"type":"chat","chat_id":5}'}, []),
        ("setMyMood", {}, ["setMyMood is no method of the Bot API 10.1"]),
    ],
)
def test_what_is_wrong_is_said(method: str, values: dict[str, Any], problems: list[str]) -> None:
    assert violations(method, values) == problems


async def test_the_world_collects_it() -> None:
    async with await World.open() as world, aiohttp.ClientSession() as session:
        async with session.post(f"{world.base_url}{world.token}/sendMessage", json={"chat_id": "5"}) as answer:
            assert (await answer.json())["description"] == "Bad Request: message text is empty"
        async with session.get(f"{world.base_url}{world.token}/sendDice?chat_id=5") as answer:
            assert answer.status == 404
        assert world.violations == ["sendMessage: text is missing", "sendDice is not spoken by this server"]
