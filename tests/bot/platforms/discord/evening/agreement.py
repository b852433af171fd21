"""At the end of an evening: what the story is, what the channel shows, and what the engine holds."""

import asyncio
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import discord
import pytest
from PIL import Image

from bot.core import Author, Turn
from bot.platforms.controls import ROW, Button
from bot.platforms.discord.desk import HERE
from bot.platforms.discord.menus import REACTIONS
from bot.platforms.discord.posting import NAME_CHARACTERS
from bot.platforms.discord.suggestions import Wish
from bot.platforms.discord.surface import BACK, LIMIT_CHARACTERS
from bot.platforms.splitting import split
from bot.roleplay import script
from engine import Engine, Prompt, Sampling, plan, reading
from engine.llama.model import Model
from engine.messages import Request
from tests.bot.platforms.discord.evening.company import CAST, Evening, drawn
from tests.bot.platforms.discord.loopback.answers import COMMAND, COMPONENT
from tests.bot.platforms.discord.loopback.options import SUBCOMMAND
from tests.bot.platforms.discord.loopback.shown import Shown
from tests.bot.platforms.discord.playing import place_of

LIMIT = LIMIT_CHARACTERS - NAME_CHARACTERS - len("****\n")
ANSWERS = [" Yes"]
IDLE_S, TRIES = 2.5, 4
"""So long the engine is left alone, so often: it reads the last reply, and anew what trims have shifted."""


def everything_was_used(evening: Evening) -> None:
    """Check that no command, menu, button or reaction was left out."""
    asked = [*evening.inn.world.state.interactions.values()]
    commands = {name_of(one.data) for one in asked if one.kind == COMMAND}
    menus = {menu.name for menu in evening.client.desk.tree.get_commands(type=discord.AppCommandType.message)}
    wanted = {command.name for command in HERE} | menus
    assert wanted == commands, wanted ^ commands
    pressed = {one.data["custom_id"][:3] for one in asked if one.kind == COMPONENT}
    assert {*(f"t:{one}" for one in Button), *(f"g:{one}" for one in Wish), "a:y", "a:n", "h:b"} <= pressed
    assert evening.reacted == REACTIONS.keys()


def name_of(data: dict[str, Any]) -> str:
    """Return a command as it was used, with the word behind its group's."""
    words = [one["name"] for one in data.get("options", ()) if one["type"] == SUBCOMMAND]
    return " ".join((data["name"], *words))


async def story_and_channel_agree(evening: Evening) -> None:
    """Each turn stands in the channel, whole and once, under its speaker's name and face; nothing else does."""
    story = [turn for turn in await evening.inn.director.story(place_of(evening.tavern)) if turn.text]
    shown = {one.id: one for one in evening.tavern.shown}
    told: list[list[Shown]] = []
    for turn in story:
        told.append([shown[int(one.message.split(":")[1])] for one in await evening.inn.director.messages.of(turn.id)])
        check_shown(turn, told[-1])
    ids = {one.id for posts in told for one in posts}
    assert {one.id for one in evening.own()} <= ids, "a post of a character is left that is not in the story"
    for message in evening.said:
        assert message.deleted or (message.id in ids) is not bool(message.reactions.get(BACK)), message.content
    check_order(story, told)
    check_buttons(evening, told[-1])


def check_shown(turn: Turn, posts: Sequence[Shown]) -> None:
    """Check that posts show a turn: a person's own line as they typed it, any other whole and under a face."""
    assert posts, f"nothing shows {turn.name}: {turn.text}"
    assert not any(BACK in one.reactions for one in posts), turn.text
    if turn.author is Author.PERSON and not posts[0].record.webhook:
        return
    assert {one.author.rstrip("\u200a") for one in posts} == {turn.name}
    if turn.name in CAST:
        assert all(colour_of(one.face) == colour_of(drawn(CAST[turn.name])) for one in posts), turn.name
    contents = [one.content for one in posts]
    assert contents == split(turn.text, LIMIT), turn.text
    assert len(posts) == 1 or "".join("".join(contents).split()) == "".join(turn.text.split())


def check_order(story: Sequence[Turn], told: Sequence[Sequence[Shown]]) -> None:
    """Check that posts stand in the order of the story: all that are the bot's, all that are people's."""
    for own in (True, False):
        ids = [one.id for posts in told for one in posts if bool(one.record.webhook) is own]
        assert all(one < other for one, other in pairwise(ids))


def check_buttons(evening: Evening, newest: Sequence[Shown]) -> None:
    """Check that there is one row of buttons, under the last post of the newest reply."""
    assert evening.newest.id == newest[-1].id
    assert len(evening.newest.buttons) == len(ROW)


async def story_and_cache_agree(evening: Evening, anew: Engine, model: Path) -> None:
    """What the engine holds is the story as it would be read now, to the last token; and so is what it makes of it."""
    for number in range(TRIES):
        await asyncio.sleep(IDLE_S)
        channel, prompt = await asked(evening)
        found = await evening.engine.score(channel, prompt, ANSWERS, depth=1)
        length = await asyncio.to_thread(length_of, prompt, model, evening.engine.info.window)
        cost = found.figures  # what was cut off the last reply's end leaves that to be read
        assert (cost.held + cost.read_commit, cost.read - cost.read_commit) == (length, cost.read_tail), found
        assert evening.engine.occupancy.held[channel] == length
        read = await anew.score(f"anew {number}", prompt, ANSWERS, depth=1)
        if found.candidates[0] == pytest.approx(read.candidates[0], abs=1e-4):
            return
    raise AssertionError(f"{found} is not {read}")


async def asked(evening: Evening) -> tuple[str, Prompt]:
    """Return the channel of the story in the tavern, and a question about it, rendered afresh."""
    director = evening.inn.director
    scene = await director.scene(place_of(evening.tavern))
    assert scene
    return scene.channel, script.question(scene, "Anna", "What now?", await director._house.template())


def length_of(prompt: Prompt, path: Path, window: int) -> int:
    """Count the tokens of a prompt's story as a model reads it, in a window."""
    model = Model(path, gpu_layers=0)
    try:
        request = Request(0, "", prompt, Sampling(max_tokens=1), candidates=tuple(ANSWERS), depth=1)
        return plan.length_of(reading.read(model, request, window=window).story)
    finally:
        model.close()


def colour_of(face: bytes | None) -> object:
    assert face
    return Image.open(BytesIO(face)).convert("RGB").getpixel((5, 5))
