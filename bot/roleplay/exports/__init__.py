"""Stories as files: Markdown and HTML out, SillyTavern's JSONL and plain logs out and in, channels of Discord in."""

from bot.roleplay.exports.files import read_story
from bot.roleplay.exports.jsonl import to_jsonl
from bot.roleplay.exports.logs import to_log
from bot.roleplay.exports.markdown import to_markdown
from bot.roleplay.exports.page import to_html
from bot.roleplay.exports.story import Story, Told, tell

__all__ = ["Story", "Told", "read_story", "tell", "to_html", "to_jsonl", "to_log", "to_markdown"]
