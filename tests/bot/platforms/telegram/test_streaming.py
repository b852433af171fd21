"""Replies while they grow: drafts in private chats, edits where there are none, whole posts in groups."""

import pytest

from bot.platforms.telegram.formatting import formatted
from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.roleplay.performance import Reply
from bot.store.database import Database
from engine import Engine
from tests.bot.platforms.telegram.conftest import Impatient, Inn, plays, said, settings_for
from tests.bot.platforms.telegram.loopback.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def director(database: Database, engine: Engine) -> Director:
    """Give a director whose replies are long."""
    return Director(database, engine, PlaySettings(reply_tokens=200), seed=7, clock=Impatient())


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let texts grow by small steps."""
    for name in ("WHOLE_SECONDS", "EDIT_SECONDS", "GROUP_EDIT_SECONDS"):
        monkeypatch.setattr(f"bot.platforms.telegram.surface.{name}", 0.01)


async def test_a_reply_is_a_draft_until_it_is_whole(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    before = len(room.said)
    reply = await said(inn, anna, room, "Tell me all.")
    assert len(room.said) == before + 1
    whole = formatted((await inn.story(room))[-1][1]).text
    assert reply.text == whole
    assert room.drafted
    assert all(whole.startswith(draft[:20]) for draft in room.drafted)
    assert room.draft is None


@pytest.mark.parametrize("method", ["sendMessage", "sendMessageDraft"])
async def test_a_network_that_is_cut_neither_loses_nor_doubles_a_reply(inn: Inn, method: str) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    before = len(room.said)
    inn.world.faults.lose_answer(method)
    reply = await said(inn, anna, room, "Tell me all.")
    assert len(room.said) == before + 1
    assert reply.text == formatted((await inn.story(room))[-1][1]).text


async def test_without_drafts_a_reply_grows_by_edits(inn: Inn) -> None:
    anna, room = await inn.owner()
    await plays(anna, room)
    inn.world.faults.refuse("sendMessageDraft", 404, "Not Found")
    reply = await said(inn, anna, room, "Tell me all.")
    assert reply.text == formatted((await inn.story(room))[-1][1]).text
    assert room.drafted == []


@pytest.mark.parametrize("streams", [False, True])
async def test_groups_are_shown_replies_whole_unless_that_is_set(
    world: World, director: Director, *, streams: bool
) -> None:
    inn = Inn(world, director, settings_for(world, stream_in_groups=streams))
    async with inn.open():
        anna = world.person("Anna")
        group = world.group("Inn", admins=[anna], bot="administrator")
        await plays(anna, group)
        edits = len(world.asked("editMessageText"))
        reply = await said(inn, anna, group, "Mira, tell me all.")
        assert reply.text == formatted((await inn.story(group))[-1][1]).text
        assert group.drafted == []
        if not streams:
            assert len(world.asked("editMessageText")) == edits


async def test_who_blocks_the_bot_stops_the_reply(inn: Inn, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[Reply] = []
    stop = Reply.stop

    def noted(reply: Reply) -> None:
        stopped.append(reply)
        stop(reply)

    monkeypatch.setattr(Reply, "stop", noted)
    anna, room = await inn.owner()
    await plays(anna, room)
    fault = inn.world.faults.hold("sendMessageDraft")
    await anna.says(room, "Tell me all.")
    await fault.met.wait()
    await anna.blocks()
    fault.released.set()
    await inn.until(lambda: inn.world.asked("sendMessage")[-1].refusal is not None)
    assert len(stopped) == 1
    await anna.unblocks()
    await said(inn, anna, room, "Are you there?")
    assert not [one for one in room.said if "Forbidden" in one.text]
    assert [name for name, _ in await inn.story(room)] == ["Mira", "Anna", "Mira", "Anna", "Mira"]


async def test_a_private_topic_is_a_place_of_its_own(director: Director) -> None:
    async with await World.open(private_topics=True) as world:
        inn = Inn(world, director, settings_for(world))
        async with inn.open():
            anna, room = await inn.owner()
            topic = room.topic("Rain")
            greeting = await plays(anna, room, topic=topic)
            assert greeting.thread == topic.id
            await said(inn, anna, room, "Tell me all.", topic=topic)
            assert [name for name, _ in await inn.story(room, topic.id)] == ["Mira", "Anna", "Mira"]
            assert await inn.story(room) == []
            assert world.violations == []
