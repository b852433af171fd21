"""Messages of Telegram as the story reads them. It knows no story, and sends nothing."""

from collections.abc import Iterable, Iterator, Sequence

from telegram import Chat, Message, MessageEntity, User

from bot.core import Account, Incoming, Patience, Place, Role

MARKS = {
    MessageEntity.ITALIC: "*",
    MessageEntity.BOLD: "**",
    MessageEntity.UNDERLINE: "__",
    MessageEntity.STRIKETHROUGH: "~~",
    MessageEntity.SPOILER: "||",
    MessageEntity.CODE: "`",
}
QUOTES = (MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE)
PLATFORM = "telegram"


def id_of(number: int) -> str:
    """Return how the bot calls a person, a chat or a group of Telegram."""
    return f"{PLATFORM}:{number}"


def post_id(chat: int, message: int) -> str:
    """Return how the bot calls a message: its number alone says nothing outside of its chat."""
    return f"{PLATFORM}:{chat}:{message}"


def number_of(post: str) -> int:
    """Return the number of a message within its chat."""
    return int(post.rpartition(":")[2])


def thread_of(message: Message) -> int | None:
    """Return the topic that a message stands in. Replies in groups without topics have a thread too, which is none."""
    return message.message_thread_id if message.is_topic_message else None


def place_of(chat: Chat, thread: int | None) -> Place:
    """Return the place that a chat, or a topic of it, is."""
    name = chat.title or chat.first_name or ""
    id = id_of(chat.id) if thread is None else f"{id_of(chat.id)}:{thread}"
    return Place(id, name, "" if is_private(chat) else id_of(chat.id))


def is_private(chat: Chat) -> bool:
    """Tell whether one person is alone with the bot."""
    return chat.type == Chat.PRIVATE


def account_of(user: User, role: Role) -> Account:
    """Return the account of somebody, under the name that they show."""
    return Account(id_of(user.id), user.full_name, role, user.language_code or "")


def incoming_of(message: Message, place: Place, account: Account, *, bot: User, patience: Patience) -> Incoming:
    """Return what a person wrote, as the story takes it; its text can be empty."""
    replied = message.reply_to_message
    is_answer = replied is not None and not replied.forum_topic_created
    return Incoming(
        place,
        account,
        post_id(message.chat.id, message.message_id),
        text_of(message, bot=bot),
        message.edit_date or message.date,
        patience=patience,
        replied_to=(post_id(message.chat.id, replied.message_id),) if replied and is_answer else (),
        mentions_bot=is_for(message, bot),
    )


def is_for(message: Message, bot: User) -> bool:
    """Tell whether a message mentions the bot, or answers something that it has sent."""
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == bot.id:
        return True
    mentions = message.parse_entities([MessageEntity.MENTION]) | message.parse_caption_entities([MessageEntity.MENTION])
    return f"@{bot.username}".lower() in {name.lower() for name in mentions.values()}


def is_unheard(message: Message) -> bool:
    """Tell whether a message has nothing but sounds or moving pictures, which no story takes."""
    moving = message.voice or message.audio or message.video or message.video_note or message.animation
    return bool(moving) and not (message.text or message.caption)


def text_of(message: Message, *, bot: User) -> str:
    """Return the text of a message in Markdown, without the bot's name, and a line for each picture or sticker."""
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities
    written = markdown_of(text, entities, without=f"@{bot.username}")
    return "\n".join(filter(None, (written.strip(), *_pictures(message))))


def _pictures(message: Message) -> Iterator[str]:
    if message.photo:
        yield "[image]"
    if message.sticker:
        yield f"[sticker: {message.sticker.emoji or '?'}]"


def markdown_of(text: str, entities: Iterable[MessageEntity], *, without: str = "") -> str:
    """Write Telegram's formatting as Markdown; a mention of this name is left out."""
    signs = _units(text)
    before: dict[int, list[str]] = {}
    behind: dict[int, list[str]] = {}
    gone: set[int] = set()
    for entity in sorted(entities, key=lambda one: (one.offset, -one.length)):
        start, end = _trimmed(signs, entity.offset, entity.offset + entity.length)
        inside = "".join(signs[start:end])
        if entity.type == MessageEntity.MENTION and inside.lower() == without.lower():
            gone |= set(range(start, end))
        elif entity.type in QUOTES:
            before.setdefault(start, []).append("> ")
            for at in range(start, end):
                if signs[at] == "\n":
                    before.setdefault(at + 1, []).append("> ")
        elif entity.type == MessageEntity.PRE:
            before.setdefault(start, []).append(f"```{entity.language or ''}\n")
            behind.setdefault(end, []).insert(0, "\n```")
        elif (mark := MARKS.get(entity.type)) and end > start:
            before.setdefault(start, []).append(mark)
            behind.setdefault(end, []).insert(0, mark)
    pieces = (
        "".join((*behind.get(at, ()), *before.get(at, ()), sign if at not in gone else ""))
        for at, sign in enumerate([*signs, ""])
    )
    return "".join(pieces)


def _units(text: str) -> list[str]:
    """Return the characters of a text, one that takes two UTF-16 units with nothing behind it."""
    return [piece for sign in text for piece in ((sign, "") if ord(sign) > 0xFFFF else (sign,))]


def _trimmed(signs: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Take white space off both ends of a range: marks of Markdown stand at words."""
    while start < end and signs[start].isspace():
        start += 1
    while end > start and (signs[end - 1].isspace() or (signs[end - 1] == "" and signs[end - 2].isspace())):
        end -= 1
    return start, end
