"""Groups and topics: who is heard, who may what, what is told apart."""

import asyncio

import pytest

from bot.core import Place
from bot.platforms.telegram.formatting import formatted
from tests.bot.platforms.telegram.conftest import Inn, answered, plays, said
from tests.bot.platforms.telegram.loopback.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_people_are_told_apart_and_moderators_open_scenes(inn: Inn) -> None:
    anna, bo = inn.world.person("Anna"), inn.world.person("Bo")
    group = inn.world.group("Inn", admins=[anna], members=[bo], bot="administrator")
    refused = await bo.says(group, "/scene start Mira")
    assert "opened by moderators" in (await group.until_after(refused)).text
    await plays(anna, group)
    await said(inn, anna, group, "Mira, hello.")
    reply = await said(inn, bo, group, "Mira, and me?")
    assert [name for name, _ in await inn.story(group)] == ["Mira", "Anna", "Mira", "Bo", "Mira"]
    assert group.drafted == []
    assert len([one for one in group.said if one.labels]) == 1
    press = await bo.presses(reply, "⋯")
    assert await press.answered() == ""


async def test_what_a_closed_topic_did_not_take_is_there_when_it_is_open_again(inn: Inn) -> None:
    anna = inn.world.person("Anna")
    forum = inn.world.group("Forum", admins=[anna], is_forum=True)
    cellar = forum.topic("Cellar")
    greeting = await plays(anna, forum, topic=cellar)
    await anna.says(forum, "Hello, Mira.", reply_to=greeting, topic=cellar)
    cellar.is_closed = True
    async with asyncio.timeout(10):
        while len(told := await inn.story(forum, cellar.id)) < 3:  # noqa: ASYNC110 it is another database's news
            await asyncio.sleep(0.02)
    await inn.until(lambda: any(one.refusal for one in inn.world.asked("sendMessage")))
    cellar.is_closed = False
    asked = await anna.says(forum, "/status", topic=cellar)
    shown = await answered(forum, asked)
    assert shown.text == formatted(told[-1][1]).text


async def test_strangers_press_in_vain(inn: Inn) -> None:
    anna, cleo = inn.world.person("Anna"), inn.world.person("Cleo")
    group = inn.world.group("Inn", admins=[anna], members=[cleo], bot="administrator")
    await plays(anna, group)
    reply = await said(inn, anna, group, "Mira, hello.")
    told = await inn.story(group)
    press = await cleo.presses(reply, "⟲")
    assert "those who play in this scene" in await press.answered()
    assert press.is_alert
    assert await inn.story(group) == told
    assert reply.labels


async def test_privacy_mode_is_explained_once_and_mentions_and_replies_work(inn: Inn) -> None:
    anna = inn.world.person("Anna")
    group = inn.world.group("Inn", admins=[anna])
    await group.until_said("privacy mode is on")
    greeting = await plays(anna, group)
    await anna.says(group, "The bot cannot hear this.")
    by_reply = await anna.says(group, "Hello there.", reply_to=greeting)
    await answered(group, by_reply)
    await said(inn, anna, group, "@troupe_bot and by name.")
    told = await inn.story(group)
    assert [text for name, text in told if name == "Anna"] == ["Hello there.", "and by name."]
    assert len([one for one in group.said if "privacy mode" in one.text]) == 1


async def test_a_mention_alone_lets_somebody_speak(inn: Inn) -> None:
    anna = inn.world.person("Anna")
    group = inn.world.group("Inn", admins=[anna])
    await plays(anna, group)
    await said(inn, anna, group, "@troupe_bot")
    assert [name for name, _ in await inn.story(group)] == ["Mira", "Mira"]


async def test_each_topic_is_a_place_of_its_own_and_replies_elsewhere_are_none(inn: Inn) -> None:
    anna = inn.world.person("Anna")
    forum = inn.world.group("Forum", admins=[anna], is_forum=True, bot="administrator")
    cellar, attic = forum.topic("Cellar"), forum.topic("Attic")
    await plays(anna, forum, topic=cellar)
    greeting = await plays(anna, forum, "Tolly", topic=attic)
    assert greeting.thread == attic.id
    await said(inn, anna, forum, "Tolly, hello.", topic=attic)
    assert [name for name, _ in await inn.story(forum, cellar.id)] == ["Mira"]
    assert [name for name, _ in await inn.story(forum, attic.id)] == ["Tolly", "Anna", "Tolly"]
    group = inn.world.group("Plain", admins=[anna], bot="administrator")
    greeting = await plays(anna, group)
    line = await anna.says(group, "Mira, hello.", reply_to=greeting)
    assert line.thread is not None
    await answered(group, line)
    assert len(await inn.story(group)) == 3


async def test_a_story_follows_its_group_when_that_grows(inn: Inn) -> None:
    anna = inn.world.person("Anna")
    group = inn.world.group("Inn", admins=[anna], kind="group", bot="administrator")
    await plays(anna, group)
    group.becomes_supergroup()
    await inn.world.until_confirmed()
    await said(inn, anna, group, "Mira, hello.")
    assert [name for name, _ in await inn.story(group)] == ["Mira", "Anna", "Mira"]


async def test_what_was_written_before_a_group_grew_is_not_taken_for_what_was_written_since(inn: Inn) -> None:
    anna = inn.world.person("Anna")
    group = inn.world.group("Inn", admins=[anna], kind="group", bot="administrator")
    await plays(anna, group)
    reply = await said(inn, anna, group, "Mira, hello.")
    group.becomes_supergroup()
    await inn.world.until_confirmed()
    while group.shown[-1].id <= reply.id:
        await said(inn, anna, group, "Mira, and now?")
    since = [one.id for one in group.shown]
    numbers = await inn.director.turns.numbers(Place(f"telegram:{group.id}"))
    for number in sorted(numbers.values())[1:3]:  # a line and its reply, in the group as it was
        deleted = await anna.says(group, f"/delete #{number}")
        assert "Deleted" in (await group.until_after(deleted)).text
    await group.until_after(await anna.says(group, "/status"))
    assert since == [one.id for one in group.shown][: len(since)]
    assert not inn.world.asked("deleteMessages")
    assert not inn.world.asked("setMessageReaction")


async def test_a_bot_that_is_thrown_out_stops(inn: Inn, world: World) -> None:
    anna = world.person("Anna")
    group = world.group("Inn", admins=[anna], bot="administrator")
    await plays(anna, group)
    told = len(group.said)
    world.brings_bot(group, anna, "kicked")
    assert len(group.said) == told
    world.brings_bot(group, anna, "administrator")
    await said(inn, anna, group, "Mira, hello again.")
