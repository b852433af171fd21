"""What the real library writes is shown, changed, taken away, and refused as Telegram refuses it."""

import io
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import CallbackQueryHandler, ContextTypes

from tests.bot.platforms.telegram.loopback.people import Person
from tests.bot.platforms.telegram.loopback.plain import running
from tests.bot.platforms.telegram.loopback.rooms import Room
from tests.bot.platforms.telegram.loopback.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


def keyboard(data: str = "go") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Go on", callback_data=data)]])


def picture(**hidden: str) -> bytes:
    written, info = io.BytesIO(), PngInfo()
    for name, value in hidden.items():
        info.add_text(name, value)
    Image.new("RGB", (300, 200), "teal").save(written, "PNG", pnginfo=info)
    return written.getvalue()


@pytest.fixture
def anna(world: World) -> Person:
    return world.person("Anna", username="anna_a")


@pytest_asyncio.fixture(loop_scope="module")
async def room(anna: Person) -> Room:
    return await anna.starts("CODE")


async def test_a_code_comes_with_the_start(room: Room, bot: Bot) -> None:
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.text == "/start CODE"
    assert update.message.parse_entities([MessageEntity.BOT_COMMAND])


async def test_entities_and_keyboards_are_shown(room: Room, bot: Bot) -> None:
    bold = [MessageEntity("bold", 0, 4)]
    await bot.send_message(room.id, "Mira waves", entities=bold, reply_markup=keyboard())
    assert (room.last.html, room.last.labels) == ("<b>Mira</b> waves", ["Go on"])
    assert "[Go on]" in str(room)


async def test_a_text_is_edited_and_deleted(room: Room, bot: Bot) -> None:
    sent = await bot.send_message(room.id, "one", reply_markup=keyboard())
    await sent.edit_text("two", reply_markup=keyboard())
    assert (room.last.text, room.last.labels) == ("two", ["Go on"])
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("two", reply_markup=keyboard())
    await sent.edit_reply_markup(None)
    assert room.last.labels == []
    await sent.delete()
    assert room.said == []
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await sent.edit_text("three")
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()
    assert await bot.delete_messages(room.id, [sent.message_id, room.shown[0].id])
    assert room.shown == []


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda bot, chat: bot.send_message(chat, "x" * 4097), "Message is too long"),
        (lambda bot, chat: bot.send_message(chat, " \n "), "Message text is empty"),
        (lambda bot, chat: bot.send_message(chat, "<b>", parse_mode="HTML"), "Can't parse entities: .*start tag"),
        (lambda bot, chat: bot.send_message(chat, "x", reply_markup=keyboard("x" * 65)), "Button_data_invalid"),
        (lambda bot, chat: bot.send_message(chat, "x", message_thread_id=77), "Message thread not found"),
        (lambda bot, chat: bot.send_message(1, "x"), "Chat not found"),
        (lambda bot, chat: bot.send_photo(chat, b"no picture"), "Image_process_failed"),
        (lambda bot, chat: bot.send_message(chat, "x", reply_to_message_id=99), "Message to be replied not found"),
        (lambda bot, chat: bot.set_my_commands([("Big", "x")]), "Bot_command_invalid"),
        (lambda bot, chat: bot.send_message_draft(chat, 0, "x"), "Random_id_invalid"),
        (lambda bot, chat: bot.copy_message(chat, chat, 99), "Message to copy not found"),
        (lambda bot, chat: bot.get_file("nothing"), "Invalid file_id"),
    ],
)
async def test_what_telegram_refuses(
    room: Room, bot: Bot, write: Callable[[Bot, int], Awaitable[object]], reason: str
) -> None:
    with pytest.raises(BadRequest, match=reason):
        await write(bot, room.id)
    assert room.said == []


async def test_a_draft_is_followed_by_its_message_or_fades(world: World, room: Room, bot: Bot) -> None:
    await bot.send_message_draft(room.id, 7, "<i>The door", parse_mode=None)
    await bot.send_message_draft(room.id, 7, "The door opens")
    assert (room.draft, room.drafted) == ("The door opens", ["<i>The door", "The door opens"])
    world.passes(31)
    assert room.draft is None
    await bot.send_message_draft(room.id, 8, "Again")
    await bot.send_message(room.id, "Again, whole")
    assert (room.draft, room.last.text) == (None, "Again, whole")


async def test_a_press_is_answered_once_and_in_time(world: World, room: Room, anna: Person) -> None:
    failures: list[Exception] = []

    async def pressed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query
        await update.callback_query.answer("Turning", show_alert=True)
        await update.callback_query.edit_message_text(f"turned by {update.callback_query.from_user.first_name}")
        await update.callback_query.answer("Again")

    async with running(world, [CallbackQueryHandler(pressed, "^go$")], failures=failures) as app:
        await app.bot.send_message(room.id, "?", reply_markup=keyboard())
        press = await anna.presses(room.last, "Go on")
        assert (await press.answered(), press.is_alert) == ("Turning", True)
        await room.until_said("turned by Anna")
        await room.until(lambda _: failures)
        late = await anna.presses(await _asks(app.bot, room), "Go on")
        await late.answered()
    assert "query is too old" in str(failures[0]).lower()


async def _asks(bot: Bot, room: Room):
    await bot.send_message(room.id, "more?", reply_markup=keyboard())
    return room.last


async def test_an_old_press_cannot_be_answered(world: World, room: Room, anna: Person, bot: Bot) -> None:
    press = await anna.presses(await _asks(bot, room), "Go on")
    world.passes(16)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(press.query.id)


async def test_documents_come_and_go_unchanged(room: Room, anna: Person, bot: Bot) -> None:
    card = picture(chara="secret")
    await anna.sends_document(room, "mira.png", card, caption="Mira")
    document = (await bot.get_updates())[-1].message.document  # pyright: ignore[reportOptionalMemberAccess]
    assert document
    loaded = await (await document.get_file()).download_as_bytearray()
    assert (document.file_name, bytes(loaded)) == ("mira.png", card)
    await bot.send_document(room.id, card, filename="back.png", caption="*so*", parse_mode="MarkdownV2")
    assert (room.last.document, room.last.html, room.content(room.last)) == ("back.png", "<b>so</b>", card)


async def test_a_file_over_20_mb_cannot_be_loaded(room: Room, anna: Person, bot: Bot) -> None:
    await anna.sends_document(room, "big.gguf", bytes(20 * 1024 * 1024 + 1))
    document = (await bot.get_updates())[-1].message.document  # pyright: ignore[reportOptionalMemberAccess]
    assert document
    with pytest.raises(BadRequest, match="File is too big"):
        await document.get_file()


async def test_photos_lose_what_was_hidden_in_them(room: Room, anna: Person, bot: Bot) -> None:
    line = await anna.sends_photo(room, picture(chara="secret"))
    assert b"secret" not in room.content(line)
    sent = await bot.send_photo(room.id, picture(), caption="Mira", disable_notification=True)
    assert room.last.is_photo
    assert room.last.message.is_silent
    await sent.edit_caption("Ilja")
    assert room.last.text == "Ilja"
    await sent.edit_media(InputMediaPhoto(picture(), caption="Vesna"))
    await bot.send_photo(room.id, sent.photo[-1].file_id)
    album = await bot.send_media_group(room.id, [InputMediaPhoto(picture(), caption="1"), InputMediaPhoto(picture())])
    assert len({one.media_group_id for one in album}) == 1
    assert len(room.said) == 4


async def test_reactions_pins_and_actions(room: Room, bot: Bot) -> None:
    first = room.shown[0]
    await bot.set_message_reaction(room.id, first.id, "👍")
    await bot.pin_chat_message(room.id, first.id)
    await bot.send_chat_action(room.id, "typing")
    copied = await bot.copy_message(room.id, room.id, first.id)
    await bot.send_message(room.id, "x", reply_parameters=ReplyParameters(first.id))
    assert (first.reactions, room.pinned, room.actions) == (["👍"], [first], ["typing"])
    assert [line.text for line in room.said] == ["/start CODE", "x"]
    assert room.said[0].id == copied.message_id
    assert room.last.reply_to == first


async def test_who_blocks_the_bot_or_never_began_hears_nothing(world: World, anna: Person, bot: Bot) -> None:
    room = anna.private()
    with pytest.raises(Forbidden, match="can't initiate"):
        await bot.send_message(room.id, "hello?")
    await anna.starts()
    await anna.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(room.id, "hello?")
    await anna.unblocks()
    await bot.send_message(room.id, "hello")
    assert [update.my_chat_member is not None for update in await bot.get_updates()] == [False, True, True]


async def test_a_group_that_moves_says_where_to(world: World, anna: Person, bot: Bot) -> None:
    group = world.group("Tavern", admins=[anna], kind="group")
    old = group.id
    group.becomes_supergroup()
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(old, "x")
    assert moved.value.new_chat_id == group.id
    await bot.send_message(group.id, "here")
    assert group.last.text == "here"
