"""The link that lets the bot in."""

import pytest

from bot.errors import ConfigError
from bot.platforms.discord.inviting import application_of, invitation


def test_an_application_is_known_by_its_token() -> None:
    assert application_of("MTIzNDU2Nzg5MDEyMzQ1Njc4.a.b") == 123456789012345678
    link = invitation(123456789012345678)
    assert "client_id=123456789012345678" in link
    assert "applications.commands" in link


@pytest.mark.parametrize("token", ["x", "hunter2", "ä.b.c", "AAAA.b.c"])
def test_what_is_no_token_gets_a_sentence(token: str) -> None:
    with pytest.raises(ConfigError, match="copy it anew"):
        application_of(token)
