"""What the moderators of a server set, and what it changes."""

import pytest

from bot.core import Account, Place, Role, ServerRules
from bot.errors import NotAllowed, PlayError, TooManyReplies
from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.roleplay.limits import limited
from tests.bot.roleplay.conftest import AT, card, line, listen

pytestmark = pytest.mark.asyncio(loop_scope="module")

INN = Place("discord:1", "tavern", "discord:9")
OTHER = Place("discord:2", "market", "discord:8")
ANNA = Account("discord:11", "Anna", Role.MODERATOR)
BEN = Account("discord:12", "Ben", Role.PLAYER)


async def test_rules_are_kept_for_one_server_and_found_by_another_director(director: Director, data: object) -> None:
    changed = await director.servers.change(INN, ANNA, cast=("Mira",), language="ja", moderators=("discord:5",))
    assert changed == ServerRules(cast=("Mira",), language="ja", moderators=("discord:5",))
    again = Director(director._house.database, director._house.engine, PlaySettings())
    assert again.servers.known(INN) == ServerRules()
    assert await again.servers.rules(INN) == changed
    assert again.servers.known(INN) == changed
    assert await again.servers.rules(OTHER) == ServerRules()


async def test_only_moderators_change_them_and_only_on_a_server(director: Director) -> None:
    with pytest.raises(NotAllowed):
        await director.servers.change(INN, BEN, language="ja")
    with pytest.raises(PlayError, match="belongs to no server"):
        await director.servers.change(Place("discord:3"), ANNA, language="ja")
    with pytest.raises(PlayError, match="At most 25"):
        await director.servers.change(INN, ANNA, channels=tuple(map(str, range(26))))
    with pytest.raises(PlayError, match="no number"):
        await director.servers.change(INN, ANNA, replies_per_minute=-1)
    assert await director.servers.rules(INN) == ServerRules()


async def test_a_server_s_limit_counts_there_and_not_elsewhere(director: Director) -> None:
    await director.servers.change(INN, ANNA, replies_per_minute=1)
    await director.door.let_players_open(INN, ANNA, are_allowed=True)
    await director.scenes.start(INN, ANNA, [card("Mira")], at=AT)
    async with director.hear(line("Hello, Mira!", account=BEN, place=INN)) as performance:
        assert await listen(performance)
    with pytest.raises(TooManyReplies):
        async with director.hear(line("Mira?", account=BEN, place=INN)) as performance:
            await listen(performance)


@pytest.mark.parametrize(
    ("owner", "server", "counts"), [(12, None, 12), (12, 3, 3), (3, 12, 3), (0, 5, 5), (5, 0, 5), (0, None, 0)]
)
async def test_the_stricter_limit_counts(owner: int, server: int | None, counts: int) -> None:
    settings = PlaySettings(replies_per_minute=owner, tokens_per_day=owner)
    now = limited(settings, ServerRules(replies_per_minute=server, tokens_per_day=server))
    assert (now.replies_per_minute, now.tokens_per_day) == (counts, counts)


async def test_a_platform_keeps_notes_of_its_own(director: Director) -> None:
    assert await director.servers.kept("discord.commands") == ""
    await director.servers.keep("discord.commands", "abc")
    assert await director.servers.kept("discord.commands") == "abc"
    await director.servers.keep("discord.commands", "")
    assert await director.servers.kept("discord.commands") == ""
