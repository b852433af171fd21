"""What is set for a server by typing, and the state of the bot itself."""

import pytest

from bot.core import Place, Role
from tests.bot.platforms.theatre import Typist

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def keeper(alone: Typist) -> Typist:
    """Give a moderator of a server."""
    alone.player.place = Place("discord:1", "tavern", "discord:9")
    return alone


async def test_what_is_given_is_set_and_all_is_shown(keeper: Typist) -> None:
    [told] = await keeper("/settings server cast=tolly,fennel replies=3 language=ja pings=off quiet=5")
    assert told.splitlines() == [
        "answer Usual cast: Tolly, Fennel",
        "Language: ja",
        "Replies a minute for each person: 3",
        "Tokens a day for each person: as is usual",
        "Seconds of quiet before an answer: 5",
        "Nobody is pinged.",
    ]
    [told] = await keeper("/settings server cast=- replies=-")
    assert "Usual cast: as is usual" in told
    assert "Replies a minute for each person: as is usual" in told
    assert "Language: ja" in told


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("replies=many", "fail /settings server takes a whole number from 0 to 1,000 as replies, not many."),
        ("quiet=61", "fail /settings server takes a whole number from 0 to 60 as quiet, not 61."),
        ("language=tlh", "fail I speak these languages: en, ja, ru, zh."),
        ("cast=nobody", "fail The card nobody cannot be read"),
    ],
)
async def test_what_makes_no_sense_is_refused(keeper: Typist, typed: str, refusal: str) -> None:
    [told] = await keeper(f"/settings server {typed}")
    assert told.startswith(refusal)
    assert (await keeper("/settings server"))[0].startswith("answer Usual cast: as is usual")


async def test_without_a_server_there_is_nothing_to_set(alone: Typist) -> None:
    assert await alone("/settings server replies=3") == [
        "fail This place belongs to no server: there is nothing to be set for one."
    ]


async def test_players_may_be_let_open_scenes(keeper: Typist) -> None:
    await keeper("/settings server opening=on")
    assert await keeper.player.director.servers.players_open(keeper.player.place)
    await keeper("/settings server opening=off")
    assert not await keeper.player.director.servers.players_open(keeper.player.place)
    assert keeper.player.account.role >= Role.MODERATOR


async def test_who_wants_to_be_pinged_says_so(alone: Typist) -> None:
    assert await alone("/settings ping") == ["answer You are not pinged."]
    assert await alone("/settings ping on") == ["answer You are pinged when a reply was long in coming."]
    assert await alone("/settings ping off") == ["answer You are not pinged."]


async def test_the_status_tells_of_the_bot_itself(alone: Typist) -> None:
    [told] = await alone("/status")
    lines = told.splitlines()
    assert "running, 0 waiting" in lines[0]
    assert "held in memory: " in lines[1]
    assert "Others are kept ready: 0 MiB in memory" in lines[2]
    assert lines[3] == "Up for 0 h 0 min."
