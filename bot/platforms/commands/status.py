"""Commands about the bot itself."""

from bot.platforms.commands.table import Command, Given
from bot.platforms.player import Player
from bot.words import counted, sentence

HOUR_SECONDS, MINUTE_SECONDS = 3600, 60


async def _status(player: Player, given: Given) -> None:
    health = player.director.health
    seconds = int(health.up.total_seconds())
    told = (
        counted(
            "One story is held in memory: {used:,} of {cells:,} tokens.",
            "{count} stories are held in memory: {used:,} of {cells:,} tokens.",
            count=health.stories,
            used=health.cells_used,
            cells=health.cells,
        ),
        sentence(
            "Others are kept ready: {ram:.0f} MiB in memory, {disk:.0f} MiB on disk.",
            ram=health.ram_bytes / (1 << 20),
            disk=health.disk_bytes / (1 << 20),
        ),
        sentence(
            "Up for {hours} h {minutes} min.",
            hours=seconds // HOUR_SECONDS,
            minutes=seconds % HOUR_SECONDS // MINUTE_SECONDS,
        ),
    )
    await player.screen.answer("\n".join((player.status(), *map(player.words.say, told))))


COMMANDS = (Command(("status",), "show what the model is doing", _status),)
