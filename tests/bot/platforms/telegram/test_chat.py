"""Writing into a chat against Telegram's refusals, with the real library; no story is played."""

import asyncio

import pytest
import pytest_asyncio
from telegram import Bot

from bot.platforms.delivery import Unreachable, Unsteady, persist
from bot.platforms.telegram.chat import Chat
from bot.platforms.telegram.formatting import Formatted, bold, formatted
from bot.platforms.telegram.keyboards import keyboard
from bot.platforms.telegram.posting import Posting
from bot.platforms.telegram.seen import Seen
from characters.faces import monogram
from tests.bot.platforms.telegram.loopback.people import Person
from tests.bot.platforms.telegram.loopback.rooms import Room
from tests.bot.platforms.telegram.loopback.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def anna(world: World) -> Person:
    return world.person("Anna")


@pytest_asyncio.fixture(loop_scope="module")
async def room(anna: Person) -> Room:
    return await anna.starts()


@pytest.fixture
def chat(bot: Bot, room: Room) -> Chat:
    seen = Seen()
    seen.note(room.id, room.shown[-1].id)
    return Chat(bot, room.id, None, seen)


async def test_a_text_arrives_formatted(chat: Chat, room: Room) -> None:
    await chat.send(formatted("*waves* **hi**"))
    assert room.last.html == "<i>waves</i> <b>hi</b>"


async def test_formatting_that_is_refused_is_left_out(chat: Chat, room: Room, world: World) -> None:
    world.faults.refuse("sendMessage", 400, "Bad Request: can't parse entities: unsupported")
    await chat.send(formatted("*waves*"))
    assert room.last.html == "waves"


@pytest_asyncio.fixture(loop_scope="module")
async def picture() -> bytes:
    return await asyncio.to_thread(monogram, "Mira", 64, 64)


async def test_captions_and_drafts_whose_formatting_is_refused_are_plain(
    chat: Chat, room: Room, world: World, picture: bytes
) -> None:
    for method in ("sendPhoto", "editMessageCaption", "sendMessageDraft"):
        world.faults.refuse(method, 400, "Bad Request: can't parse entities: unsupported")
    number = await chat.picture(picture, formatted("*waves*"))
    assert room.last.html == "waves"
    assert await chat.change_picture(number, None, formatted("*smiles*"))
    assert room.last.html == "smiles"
    await chat.draft(1, formatted("*laughs*"))
    assert room.draft == "laughs"


@pytest.mark.parametrize("method", ["sendMessage", "sendPhoto"])
async def test_a_menu_whose_answer_got_lost_is_there_once_with_its_buttons(
    chat: Chat, room: Room, world: World, picture: bytes, *, method: str
) -> None:
    posting, markup = Posting(chat), keyboard([[("Play", "x")]])

    async def send() -> int:
        if method == "sendPhoto":
            return await posting.picture(picture, bold("Mira"), markup=markup)
        return await posting.send(bold("Mira"), markup=markup)

    world.faults.lose_answer(method)
    with pytest.raises(Unsteady):
        await send()
    number = await send()
    assert [line.id for line in room.said] == [number]
    assert room.last.labels == ["Play"]


@pytest.mark.parametrize("is_edited", [False, True])
async def test_what_was_sent_is_not_sent_again_where_its_answer_got_lost(
    chat: Chat, room: Room, world: World, anna: Person, *, is_edited: bool
) -> None:
    world.faults.lose_answer("sendMessage")
    posting = Posting(chat)
    with pytest.raises(Unsteady):
        await posting.send(formatted("It *rains*."))
    await anna.says(room, "A line that came meanwhile")
    now = "It *rains*. Still." if is_edited else "It *rains*."
    number = await posting.send(formatted(now))
    assert [line.text for line in room.said] == [formatted(now).text]
    assert room.last.id == number


async def test_what_never_arrived_is_sent_again(chat: Chat, room: Room, world: World) -> None:
    world.faults.lose("sendMessage")
    posting = Posting(chat)
    with pytest.raises(Unsteady):
        await posting.send(Formatted("It rains."))
    await posting.send(Formatted("It rains."))
    assert [line.text for line in room.said] == ["It rains."]


async def test_nothing_is_asked_while_telegram_wants_to_be_left_alone(chat: Chat, world: World) -> None:
    world.faults.retry_after("sendMessage", 9)
    with pytest.raises(Unsteady) as refused:
        await chat.send(Formatted("Hello"))
    assert 9 <= refused.value.wait_s < 10
    asked = len(world.asked("sendMessage"))
    with pytest.raises(Unsteady) as refused:
        await chat.send(Formatted("Hello"))
    assert 8 < refused.value.wait_s < 10
    assert len(world.asked("sendMessage")) == asked


async def test_a_wait_is_waited_out(chat: Chat, room: Room, world: World) -> None:
    world.faults.retry_after("sendMessage", 1)
    await persist(lambda: chat.send(Formatted("Hello")))
    assert room.last.text == "Hello"


async def test_waits_are_no_failures_however_many_there_are() -> None:
    waits = [0.01] * 9

    async def act() -> str:
        if waits:
            raise Unsteady("Telegram wants to be left alone.", wait_s=waits.pop())
        return "done"

    assert await persist(act) == "done"


async def test_an_edit_that_changes_nothing_is_done_and_one_of_what_is_gone_is_not(chat: Chat, room: Room) -> None:
    number = await chat.send(Formatted("Hello"))
    assert await chat.edit(number, Formatted("Hello"))
    assert not await chat.edit(number + 50, Formatted("Hello"))
    assert not await chat.edit(room.shown[0].id, Formatted("Hello"))


async def test_who_has_blocked_the_bot_is_out_of_reach(chat: Chat, anna: Person) -> None:
    await anna.blocks()
    with pytest.raises(Unreachable):
        await chat.send(Formatted("Hello"))
    with pytest.raises(Unreachable):
        await chat.draft(1, Formatted("Hello"))


async def test_without_drafts_none_are_sent(chat: Chat, world: World) -> None:
    world.faults.refuse("sendMessageDraft", 404, "Not Found")
    assert chat.has_drafts
    await chat.draft(1, Formatted("Hello"))
    assert not chat.has_drafts


async def test_a_group_is_given_no_more_than_it_takes_in_a_minute(bot: Bot, world: World, anna: Person) -> None:
    group = world.group("Inn", admins=[anna])
    world.rates.is_on = True
    chat = Chat(bot, group.id, None, Seen())
    for number in range(19):
        world.passes(1)
        await chat.send(Formatted(str(number)))
    with pytest.raises(Unsteady) as refused:
        await chat.send(Formatted("one more"))
    assert refused.value.wait_s > 0
    assert world.rates.refusals == 0


async def test_messages_too_old_to_vanish_stay(chat: Chat, world: World) -> None:
    number = await chat.send(Formatted("Hello"))
    assert await chat.delete([number + 20])
    world.passes(49 * 3600)
    assert not await chat.delete([number])


async def test_a_group_that_became_a_supergroup_is_found(bot: Bot, world: World, anna: Person) -> None:
    group = world.group("Inn", admins=[anna], kind="group")
    chat = Chat(bot, group.id, None, Seen())
    group.becomes_supergroup()
    await chat.send(Formatted("Hello"))
    assert group.last.text == "Hello"
