"""A file that holds a story, in whichever format its content shows. It knows no database."""

from collections.abc import Collection

from bot.errors import StoryFileError
from bot.roleplay.exports.chats import read_chat
from bot.roleplay.exports.discord import is_discord, read_discord
from bot.roleplay.exports.logs import read_log
from bot.roleplay.exports.story import Story
from bot.words import sentence
from characters.formats.text import plain

LIMIT_BYTES = 20 * 1024 * 1024
LIMIT_LINES = 100_000


def read_story(data: bytes, *, source: str, people: Collection[str] = ()) -> Story:
    """Read SillyTavern's JSONL, of one character or a group, DiscordChatExporter's JSON, or a log of `Name: text`.

    `source` is what the file is called in messages; in the last two `people` are the names of those who are no
    characters.
    A very large file takes seconds, and is for a thread. Raises StoryFileError, and then nothing is read.
    """
    if len(data) > LIMIT_BYTES:
        raise StoryFileError(source, sentence("it is larger than {most} MiB", most=LIMIT_BYTES // 2**20))
    try:
        text = plain(data).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(error.encoding, "ignore")
        problem = sentence("its text is neither UTF-8 nor UTF-16")
        raise StoryFileError(source, problem, line=before.count("\n") + 1) from error
    if is_discord(text):
        return read_discord(text, source, people=people)
    if text.count("\n") >= LIMIT_LINES:
        raise StoryFileError(source, sentence("it has more than {most:,} lines", most=LIMIT_LINES))
    if text.lstrip().startswith("{"):
        return read_chat(text, source)
    return read_log(text, source, people=people)
