"""The table as Discord takes it: its limits, in every language, and when Discord is told."""

import re
from collections.abc import Iterator
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.platforms.commands import naming
from bot.platforms.discord.desk import HERE as COMMANDS
from bot.platforms.discord.slash import slash
from bot.platforms.discord.syncing import sync
from bot.platforms.discord.translating import LOCALES, Translator
from bot.words import Languages, Sentence
from tests.bot.platforms.discord.playing import Inn

NAME = re.compile(r"[-_\w]{1,32}")
LANGUAGES = Languages()


class Nobody:
    async def run(self, *asked: object) -> None: ...

    async def complete(self, *asked: object) -> list[app_commands.Choice[str]]:
        return []


@pytest.fixture
async def payloads() -> list[dict[str, Any]]:
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))
    for command in slash(COMMANDS, Nobody()):
        tree.add_command(command)
    translator = Translator(LANGUAGES)
    return [dict(await one.get_translated_payload(tree, translator)) for one in tree.get_commands()]


def parts(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a command, what is in it, and what is in that."""
    yield payload
    for option in payload.get("options", []):
        yield from parts(option)


def names(part: dict[str, Any]) -> list[str]:
    return [part["name"], *(part.get("name_localizations") or {}).values()]


def descriptions(part: dict[str, Any]) -> list[str]:
    return [part["description"], *(part.get("description_localizations") or {}).values()]


def size(payload: dict[str, Any]) -> int:
    """Count as Discord does: the longest of each text in all its languages."""
    total = 0
    for part in parts(payload):
        total += max(map(len, names(part))) + max(map(len, descriptions(part)))
        total += sum(len(choice["name"]) + len(choice["value"]) for choice in part.get("choices", []))
    return total


async def test_discord_takes_the_names_and_descriptions_in_every_language(payloads: list[dict[str, Any]]) -> None:
    for payload in payloads:
        for part in parts(payload):
            for name in names(part):
                assert NAME.fullmatch(name), name
                assert name == name.lower()
            assert all(1 <= len(text) <= 100 for text in descriptions(part)), descriptions(part)
        assert size(payload) <= 8000, payload["name"]


async def test_there_are_not_too_many(payloads: list[dict[str, Any]]) -> None:
    assert len(payloads) <= 100
    for payload in payloads:
        for part in parts(payload):
            assert len(part.get("options", [])) <= 25
            assert len(part.get("choices", [])) <= 25


async def test_nothing_beside_each_other_is_called_the_same(payloads: list[dict[str, Any]]) -> None:
    groups = [payloads, *(part["options"] for payload in payloads for part in parts(payload) if part.get("options"))]
    for group in groups:
        for locale in ("", *(locale.value for locale in LOCALES)):
            called = [(one.get("name_localizations") or {}).get(locale, one["name"]) for one in group]
            assert len(set(called)) == len(called), called


def test_every_word_can_be_translated() -> None:
    words = {word for command in COMMANDS for word in command.path}
    options = {option.name for command in COMMANDS for option in command.options}
    assert [one.text for one in naming.WORDS] == sorted(f"/{word}" for word in words)
    assert {one.text for one in naming.OPTIONS} == {f"{name}:" for name in options}


def test_no_help_is_cut_in_any_language() -> None:
    for words in map(LANGUAGES.best, LANGUAGES.tags):
        for command in COMMANDS:
            for text in (command.help, *(option.help for option in command.options)):
                assert len(words.say(Sentence(text))) <= 100, (words.language, text)


async def test_what_only_few_may_is_offered_to_few(payloads: list[dict[str, Any]]) -> None:
    restricted = {payload["name"] for payload in payloads if payload["default_member_permissions"] is not None}
    assert restricted == {"access", "filter", "invite", "uninvite"}
    [filter] = [payload for payload in payloads if payload["name"] == "filter"]
    assert filter["dm_permission"] is False


async def test_the_commands_that_the_issue_promises_are_there() -> None:
    promised = """scene start,scene end,scene list,scene resume,scene title,scene language,cast add,cast remove,
    cast mute,cast unmute,cast list,next,card import,card list,card show,card export,card remove,narrate,suggest,retry,
    continue,undo,say,persona use,persona create,persona edit,persona list,persona delete,state set,roll,recap,pause,
    note,memory show,lore list,settings show,settings server,branch make,story export,story import,why,stop,
    status,privacy,help"""
    known = {command.name for command in COMMANDS}
    assert {" ".join(name.split()) for name in promised.split(",")} <= known


@pytest.mark.asyncio(loop_scope="module")
async def test_discord_is_told_of_the_commands_only_where_they_have_changed(inn: Inn) -> None:
    for _ in range(2):
        async with inn.playing():
            pass
    assert len(inn.world.requests("PUT /applications/{application_id}/commands")) == 1
    async with inn.playing() as client:
        client.desk.tree.remove_command("roll")
        assert await sync(client.desk.tree, inn.director.servers)
        assert not await sync(client.desk.tree, inn.director.servers)
    assert len(inn.world.requests("PUT /applications/{application_id}/commands")) == 2


@pytest.mark.asyncio(loop_scope="module")
async def test_commands_that_discord_does_not_take_hinder_nothing(inn: Inn) -> None:
    inn.world.faults.fails("PUT /applications/{application_id}/commands", status=400)
    async with inn.playing() as client:
        assert client.is_ready()
    async with inn.playing():  # the next time it is tried again
        pass
    assert len(inn.world.requests("PUT /applications/{application_id}/commands")) == 2


def test_a_command_has_only_texts_in_forms_that_are_long() -> None:
    for command in COMMANDS:
        assert not command.draft or [option for option in command.options if option.is_long], command.name
