"""What somebody reads who has reacted to a post: a private letter, or where they take none a remark that fades."""

import aiohttp
import discord

from bot.platforms.discord.screen import ChannelScreen, GatheringScreen
from bot.platforms.discord.surface import LIMIT_CHARACTERS, NOBODY
from bot.platforms.splitting import split


class LetterScreen(GatheringScreen):
    """Words go to a person."""

    def __init__(self, user: discord.User | discord.Member, channel: ChannelScreen) -> None:
        super().__init__(channel)
        self._user = user

    async def close(self) -> None:
        """Send what was said, as one letter."""
        text = self.gathered()
        try:
            for part in split(text, LIMIT_CHARACTERS):
                await self._user.send(part, allowed_mentions=NOBODY, suppress_embeds=True)
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
            await self.show_to_all(text)
