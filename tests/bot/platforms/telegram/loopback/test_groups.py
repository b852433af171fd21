"""Groups: who is who, what the bot may hear, topics, and which commands are offered to whom."""

import pytest
from telegram import (
    Bot,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, Forbidden

from tests.bot.platforms.telegram.loopback.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def heard(bot: Bot) -> list[str]:
    return [update.message.text for update in await bot.get_updates() if update.message and update.message.text]


async def test_privacy_mode_hides_what_is_not_for_the_bot(world: World, bot: Bot) -> None:
    anna, boris = world.person("Anna"), world.person("Boris")
    group = world.group("Tavern", admins=[anna], members=[boris])
    said = await bot.send_message(group.id, "I am here")
    await boris.says(group, "to nobody")
    await boris.says(group, "/help")
    await boris.says(group, "/help@other_bot")
    await boris.says(group, "hey @troupe_bot!")
    reply = await boris.says(group, "to you", reply_to=group.last)
    assert await heard(bot) == ["/help", "hey @troupe_bot!", "to you"]
    assert (reply.reply_to, reply.thread) == (group.last, said.message_id)
    world.brings_bot(group, anna, "administrator")
    await boris.says(group, "to all")
    assert (await heard(bot))[-1] == "to all"
    assert not (await bot.get_me()).can_read_all_group_messages


async def test_people_are_told_apart(world: World, bot: Bot) -> None:
    anna, boris = world.person("Anna"), world.person("Boris", language="ru")
    group = world.group("Tavern", admins=[anna], members=[])
    await boris.joins(group)
    assert {one.user.first_name: one.status for one in await bot.get_chat_administrators(group.id)} == {
        "Anna": "creator"
    }
    assert (await bot.get_chat_member(group.id, boris.id)).status == "member"
    assert (await bot.get_chat(group.id)).title == "Tavern"
    assert await bot.get_chat_member_count(group.id) == 3
    await boris.leaves(group)
    assert (await bot.get_chat_member(group.id, boris.id)).status == "left"
    updates = await bot.get_updates()
    assert [one.effective_user.language_code for one in updates if one.effective_user] == ["en", "ru", "ru"]
    world.brings_bot(group, anna, "kicked")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "x")


async def test_topics_are_apart_and_can_close_and_go(world: World, bot: Bot) -> None:
    anna = world.person("Anna")
    group = world.group("Tavern", admins=[anna], is_forum=True)
    cellar = group.topic("Cellar")
    line = await anna.says(group, "/start", topic=cellar)
    message = (await bot.get_updates())[-1].message
    assert message
    assert (message.message_thread_id, message.is_topic_message) == (cellar.id, True)
    await message.reply_text("down here", message_thread_id=cellar.id)
    assert (group.last.thread, line.thread) == (cellar.id, cellar.id)
    cellar.is_closed = True
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(group.id, "x", message_thread_id=cellar.id)
    group.remove(cellar)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=cellar.id)
    with pytest.raises(BadRequest, match="Textdraft_peer_invalid"):
        await bot.send_message_draft(group.id, 1, "x")
    with pytest.raises(BadRequest, match="Not enough rights"):
        await bot.create_forum_topic(group.id, "Attic")


async def test_private_topics() -> None:
    async with await World.open(private_topics=True) as world, Bot(world.token, world.base_url) as bot:
        room = await world.person("Anna").starts()
        made = await bot.create_forum_topic(room.id, "Attic")
        await bot.send_message_draft(room.id, 1, "x", message_thread_id=made.message_thread_id)
        await bot.send_message(room.id, "up", message_thread_id=made.message_thread_id)
        assert room.last.thread == made.message_thread_id
        assert world.violations == []


async def test_commands_by_scope_and_language(world: World, bot: Bot) -> None:
    anna, boris = world.person("Anna"), world.person("Boris", language="ru")
    group = world.group("Tavern", admins=[anna], members=[boris])
    await bot.set_my_commands([("help", "Help")])
    await bot.set_my_commands([("scene", "Scene")], scope=BotCommandScopeAllGroupChats())
    await bot.set_my_commands([("stsena", "Сцена")], scope=BotCommandScopeAllGroupChats(), language_code="ru")
    await bot.set_my_commands([("access", "Access")], scope=BotCommandScopeAllChatAdministrators())
    assert world.commands(anna, group) == ["access"]
    assert world.commands(boris, group) == ["stsena"]
    assert world.commands(anna, anna.private()) == ["help"]
    await bot.set_my_commands([("here", "Here")], scope=BotCommandScopeChat(group.id))
    assert world.commands(boris, group) == ["here"]
    await bot.delete_my_commands()
    assert world.commands(anna, anna.private()) == []
