"""Messages of Discord as the story reads them. It knows no story, and sends nothing."""

import re
from collections.abc import Iterable, Iterator

import discord

from bot.core import Account, Incoming, Patience, Place, Role

EMOJI = re.compile(r"<a?:(\w+):\d+>")
TIMESTAMP = re.compile(r"<t:-?\d+(?::\w)?>")
COMMAND = re.compile(r"</([\w\- ]+):\d+>")
MENTION = re.compile(r"<(@!?|@&|#)(\d+)>")

Channel = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread | discord.DMChannel
"""Where a story can be played."""


def id_of(thing: discord.abc.Snowflake | int) -> str:
    """Return how the bot calls something of Discord."""
    return f"discord:{thing if isinstance(thing, int) else thing.id}"


def snowflake(id: str) -> int:
    """Return how Discord calls something of the bot's."""
    return int(id.removeprefix("discord:"))


def place_of(channel: Channel) -> Place:
    """Return the place that a channel, a thread or a private chat is."""
    if isinstance(channel, discord.DMChannel):
        return Place(id_of(channel), str(channel.recipient or ""), for_adults=False)
    return Place(id_of(channel), channel.name, id_of(channel.guild), for_adults=channel.is_nsfw())


def account_of(user: discord.abc.User, role: Role, *, language: str = "") -> Account:
    """Return the account of somebody, under the name that they have where they write."""
    return Account(id_of(user), user.display_name, role, language)


def incoming_of(
    message: discord.Message, place: Place, account: Account, *, bot: int, quiet_s: int | None = None
) -> Incoming:
    """Return what a person wrote, as the story takes it; its text can be empty. It waits `quiet_s` for an answer."""
    reference = message.reference
    replied = (id_of(reference.message_id),) if reference and reference.message_id else ()
    return Incoming(
        place,
        account,
        id_of(message),
        text_of(message, bot=bot),
        message.edited_at or message.created_at,
        patience=_patience(quiet_s),
        replied_to=replied,
        mentions_bot=any(user.id == bot for user in message.mentions),
    )


def _patience(quiet_s: int | None) -> Patience:
    usual = Patience()
    if quiet_s is None:
        return usual
    return Patience(alone_s=quiet_s, several_s=quiet_s, most_s=max(usual.most_s, quiet_s))


def text_of(message: discord.Message, *, bot: int) -> str:
    """Return the text of a message with names in place of mentions and emoji, and a line for each picture."""
    names = {user.id: "" if user.id == bot else user.display_name for user in message.mentions}
    names |= {role.id: role.name for role in message.role_mentions}
    channels = {channel.id: getattr(channel, "name", "") for channel in message.channel_mentions}

    def named(found: re.Match[str]) -> str:
        id = int(found[2])
        return f"#{channels.get(id, 'channel')}" if found[1] == "#" else names.get(id, "somebody")

    text = MENTION.sub(named, EMOJI.sub(r":\1:", COMMAND.sub(r"/\1", message.content)))
    return "\n".join(
        filter(None, (TIMESTAMP.sub("", text).strip(), *_pictures(message.attachments), *_stickers(message)))
    )


def _pictures(attachments: Iterable[discord.Attachment]) -> Iterator[str]:
    for one in attachments:
        if (one.content_type or "").startswith("image/"):
            yield f"[image: {one.description}]" if one.description else "[image]"


def _stickers(message: discord.Message) -> Iterator[str]:
    yield from (f"[sticker: {sticker.name}]" for sticker in message.stickers)


def is_voice(message: discord.Message) -> bool:
    """Tell whether a message is somebody's recorded voice."""
    return message.flags.voice
