"""What one person reads who has used a command or a button: words for their eyes alone, and the story on the wall."""

import logging
from collections.abc import Sequence
from io import BytesIO

import aiohttp
import discord

from bot.errors import PlayError
from bot.platforms.discord.links import held
from bot.platforms.discord.screen import ChannelScreen, GatheringScreen
from bot.platforms.discord.suggestions import suggested
from bot.platforms.discord.surface import LIMIT_CHARACTERS, NOBODY
from bot.platforms.splitting import split
from bot.words import Words

MOST_PARTS = 3
"""Posts of one answer; a longer one is a file."""
MAX_FILE_BYTES = 8 << 20
FILE_NAME = "answer.md"
TOO_LATE = (10015, 10062, 50027)
"""Codes by which Discord refuses what comes too late. Nothing else may show all people what is for one."""

logger = logging.getLogger(__name__)


class InteractionScreen(GatheringScreen):
    """An answer to an interaction that was deferred. Where it can be given no more, 15 minutes after, others see it.

    With `is_thinking` there is a message that says so, and becomes the answer, or goes at the end.
    """

    def __init__(
        self, interaction: discord.Interaction, channel: ChannelScreen, words: Words, *, is_thinking: bool
    ) -> None:
        super().__init__(channel)
        self._interaction = interaction
        self._words = words
        self._is_thinking = is_thinking

    async def file(self, name: str, data: bytes) -> str:
        if len(data) > MAX_FILE_BYTES:
            raise PlayError(
                "{name} is too large for Discord: it has {mib:.0f} MiB, and {most} are the most.",
                name=name,
                mib=len(data) / (1 << 20),
                most=MAX_FILE_BYTES >> 20,
            )
        await self.flush()
        await self._say(file=discord.File(BytesIO(data), name))
        return name

    async def suggestions(self, lines: Sequence[str]) -> None:
        await self.flush()
        for content, view in suggested(self._words, [held(line) for line in lines]):
            await self._say(content, view=view)

    async def offer(self, text: str, view: discord.ui.View) -> None:
        """Offer something by buttons."""
        await self.flush()
        await self._say(text, view=view)

    async def flush(self) -> None:
        """Show what was said so far: as posts, or where they would be many as a file."""
        text = self.gathered()
        parts = split(held(text), LIMIT_CHARACTERS)
        if len(parts) > MOST_PARTS:
            await self._say(file=discord.File(BytesIO(text.encode()), FILE_NAME))
            return
        for part in parts:
            await self._say(part)

    async def close(self) -> None:
        """Show what is left, and take away what is still said to be thought about."""
        await self.flush()
        if self._is_thinking:
            self._is_thinking = False
            try:
                await self._interaction.delete_original_response()
            except (discord.HTTPException, aiohttp.ClientError):
                logger.info("an answer that was not needed could not be taken away")

    async def _say(
        self,
        content: str = discord.utils.MISSING,
        *,
        file: discord.File = discord.utils.MISSING,
        view: discord.ui.View = discord.utils.MISSING,
    ) -> None:
        try:
            if self._interaction.is_expired():
                await self._publicly(content)
            elif self._is_thinking:
                self._is_thinking = False
                files = discord.utils.MISSING if file is discord.utils.MISSING else [file]
                await self._interaction.edit_original_response(
                    content=content, attachments=files, view=view, allowed_mentions=NOBODY
                )
            else:
                await self._interaction.followup.send(
                    content, file=file, view=view, ephemeral=True, allowed_mentions=NOBODY, suppress_embeds=True
                )
        except discord.HTTPException as error:
            logger.info("an answer to an interaction was not taken: %s", error.text)
            if error.code in TOO_LATE:
                await self._publicly(content)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            logger.info("an answer to an interaction was lost: %s", type(error).__name__)

    async def _publicly(self, content: str) -> None:
        """Show an answer in the channel, where it has words."""
        if content is not discord.utils.MISSING:
            await self.show_to_all(content)
