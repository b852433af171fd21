"""The link that invites the bot."""

import pytest

from bot.errors import ConfigError
from bot.platforms.discord.inviting import application_of, invitation


def test_it_is_made_from_the_token_alone_and_asks_for_what_is_needed() -> None:
    link = invitation(application_of("MTIzNDU2Nzg5MDEyMzQ1Njc4.x.y"))
    assert "client_id=123456789012345678" in link
    assert "scope=bot+applications.commands" in link
    assert "permissions=309774642240" in link


@pytest.mark.parametrize("token", ["", "nonsense", "!!!.x.y", "bm8gbnVtYmVy.x.y"])
def test_what_is_no_token_is_told(token: str) -> None:
    with pytest.raises(ConfigError, match="token"):
        application_of(token)
