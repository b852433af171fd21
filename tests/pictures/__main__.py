"""Play a scene on Discord and on Telegram with the demo model, and draw what is shown there.

`python -m tests.pictures [FOLDER]` saves the pictures to docs/pictures, else to another folder. Every word of the
characters is the model's own; another time it says others.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine import convert, demo_model
from tests.bot.platforms.discord.loopback.world import World as Discord
from tests.bot.platforms.telegram.loopback.world import World as Telegram
from tests.pictures import ferry, telephone
from tests.pictures.drawing import draw, page
from tests.pictures.process import ROOT, running

CHANNEL_PX, PHONES_PX, PAGE_PX = 820, 820, 760
PHONE_PX = 880
ABOUT = "The last crossing of the night"


async def _play(model: Path) -> tuple[ferry.Evening, telephone.Evening]:
    with tempfile.TemporaryDirectory() as data:
        fast = Path(data, model.name)
        await asyncio.to_thread(convert, model, fast)
        async with Discord.open() as discord, await Telegram.open() as telegram:
            channel = ferry.Ferry.of(discord)
            async with running(discord, telegram, Path(data), fast) as code:
                private = await telephone.Telephone.of(telegram, code)
                return await channel.play(), await private.play()


def _draw(evening: ferry.Evening, alone: telephone.Evening, folder: Path) -> None:
    draw(page("discord.html", posts=evening.story, about=ABOUT), CHANNEL_PX, folder / "discord.png")
    draw(page("discord.html", posts=evening.private, about=ABOUT), CHANNEL_PX, folder / "discord-private.png")
    phones = page("telegram.html", phones=[alone.gallery, alone.story], height=PHONE_PX)
    draw(phones, PHONES_PX, folder / "telegram.png")
    draw(evening.page, PAGE_PX, folder / "export.png", margin=40)


def main(arguments: Sequence[str]) -> int:
    """Play, and draw; 2 where the demo model or a browser is missing."""
    model = demo_model()
    if model is None:
        sys.stderr.write("There is no demo model here: make setup.\n")
        return 2
    folder = Path(arguments[0]) if arguments else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _draw(*asyncio.run(_play(model)), folder)
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
