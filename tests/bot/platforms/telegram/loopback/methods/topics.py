"""Topics of forums and of private chats."""

from tests.bot.platforms.telegram.loopback.calls import TABLE, Call
from tests.bot.platforms.telegram.loopback.refusals import NO_THREAD, bad
from tests.bot.platforms.telegram.loopback.state import Chat, Json, State, Topic, User

ICON_COLOR = 0x6FB9F0


def begin_topic(state: State, chat: Chat, author: User, name: str) -> Topic:
    """Begin a topic: its id is that of the service message which says so."""
    message = state.keep(chat, author, {"forum_topic_created": {"name": name, "icon_color": ICON_COLOR}})
    message.thread, message.is_topic = message.id, True
    topic = chat.topics[message.id] = Topic(message.id, name)
    return topic


@TABLE.answers("createForumTopic")
async def create_forum_topic(call: Call) -> Json:
    """Begin a topic."""
    chat = _forum(call)
    if not 1 <= len(call.text("name")) <= 128:
        raise bad("TOPIC_TITLE_EMPTY" if not call.text("name") else "TOPIC_TITLE_TOO_LONG")
    topic = begin_topic(call.state, chat, call.state.bot, call.text("name"))
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": ICON_COLOR}


@TABLE.answers("editForumTopic")
async def edit_forum_topic(call: Call) -> bool:
    """Rename a topic."""
    topic = _topic(call)
    if call.text("name") == topic.name:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.name = call.text("name") or topic.name
    return True


@TABLE.answers("closeForumTopic")
async def close_forum_topic(call: Call) -> bool:
    """Let nobody write into a topic."""
    topic = _topic(call)
    if topic.is_closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.is_closed = True
    return True


@TABLE.answers("reopenForumTopic")
async def reopen_forum_topic(call: Call) -> bool:
    """Let people write into a topic again."""
    topic = _topic(call)
    if not topic.is_closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.is_closed = False
    return True


@TABLE.answers("deleteForumTopic")
async def delete_forum_topic(call: Call) -> bool:
    """Delete a topic and its messages."""
    chat, topic = _forum(call), _topic(call)
    remove_topic(call.state, chat, topic)
    return True


def remove_topic(state: State, chat: Chat, topic: Topic) -> None:
    """Take a topic away, with all that was said there."""
    topic.is_deleted = True
    chat.messages = {number: message for number, message in chat.messages.items() if message.thread != topic.id}
    state.changed.ring()


def _forum(call: Call) -> Chat:
    chat = call.chat()
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    if chat.kind != "private" and chat.members.get(call.state.bot.id) != "administrator":
        raise bad("not enough rights to create a topic")
    return chat


def _topic(call: Call) -> Topic:
    topic = _forum(call).topics.get(call.number("message_thread_id"))
    if not topic or topic.is_deleted:
        raise bad(NO_THREAD)
    return topic
