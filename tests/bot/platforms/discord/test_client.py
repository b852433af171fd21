"""The real client in a Discord of ours: a line is heard, and answered on the wall."""

import pytest

from tests.bot.platforms.discord.playing import Inn
from tests.bot.roleplay.conftest import card

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("without_commands")]


async def test_a_character_answers_under_its_own_name(inn: Inn) -> None:
    async with inn.scene(card("Mira")):
        await inn.tavern.post("Mira waves at Anna.")
        await inn.anna.says(inn.tavern, "Good evening!")
        reply = await inn.answered()
        assert reply.author == "Mira"
        assert [name for name, _ in await inn.told()] == ["Mira", "Anna", "Mira"]
