"""How a command is written in a list of commands, in the language of whoever reads it."""

import re

from bot.platforms.commands.table import Command
from bot.words import Words, sentence

PLACEHOLDER = re.compile(r"[A-Z]+")
PLACEHOLDERS = {
    "ACCOUNT": sentence("ACCOUNT"),
    "ALIASES": sentence("ALIASES"),
    "AMONG": sentence("AMONG"),
    "AS": sentence("AS"),
    "BOOK": sentence("BOOK"),
    "BRACKETS": sentence("BRACKETS"),
    "CARD": sentence("CARD"),
    "CARDS": sentence("CARDS"),
    "CAST": sentence("CAST"),
    "CHANCE": sentence("CHANCE"),
    "CHARACTER": sentence("CHARACTER"),
    "CODE": sentence("CODE"),
    "COMMAND": sentence("COMMAND"),
    "COUNT": sentence("COUNT"),
    "DEPTH": sentence("DEPTH"),
    "DESCRIPTION": sentence("DESCRIPTION"),
    "DICE": sentence("DICE"),
    "DOCUMENT": sentence("DOCUMENT"),
    "EVERY": sentence("EVERY"),
    "FILE": sentence("FILE"),
    "GREETING": sentence("GREETING"),
    "HINT": sentence("HINT"),
    "KEYS": sentence("KEYS"),
    "KIND": sentence("KIND"),
    "LANGUAGE": sentence("LANGUAGE"),
    "MOST": sentence("MOST"),
    "NAME": sentence("NAME"),
    "PEOPLE": sentence("PEOPLE"),
    "PERCENT": sentence("PERCENT"),
    "PERSONA": sentence("PERSONA"),
    "PICTURE": sentence("PICTURE"),
    "PIN": sentence("PIN"),
    "PRESET": sentence("PRESET"),
    "QUESTION": sentence("QUESTION"),
    "QUIET": sentence("QUIET"),
    "REPLIES": sentence("REPLIES"),
    "SCENARIO": sentence("SCENARIO"),
    "SCENE": sentence("SCENE"),
    "SETTING": sentence("SETTING"),
    "SUGGEST": sentence("SUGGEST"),
    "TEXT": sentence("TEXT"),
    "TITLE": sentence("TITLE"),
    "TO": sentence("TO"),
    "TOKENS": sentence("TOKENS"),
    "TURN": sentence("TURN"),
    "VALUE": sentence("VALUE"),
    "WORDS": sentence("WORDS"),
}
"""What stands for something else; small letters are typed as they are."""


def usage(command: Command, words: Words) -> str:
    """Write down how a command is typed, with what stands for something else in somebody's language."""
    return PLACEHOLDER.sub(lambda found: words.say(PLACEHOLDERS[found[0]]), command.usage)
