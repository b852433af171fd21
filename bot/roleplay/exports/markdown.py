"""Stories as Markdown. It knows no database. Pure."""

import re

from bot.roleplay.exports.story import Story, Told

SIGNS = re.compile(r"[\\`<\[\]&|~]")
STRESS = re.compile(r"[*_]")
STRUCTURE = re.compile(r"^(#{1,6}(?=\s|$)|[-+>=]|\d{1,9}(?=[.)])|\*(?=\s|$)|(?:\*\s*){3,}$|(?:_\s*){3,}$)")
BREAK = "  \n"


def to_markdown(story: Story) -> str:
    """Write a story as it reads now. Of what people wrote only *, ** and _ are Markdown, everything else is text."""
    title = f"# {_plain(story.title)}" if story.title else ""
    about = " · ".join(map(_plain, story.about))
    blocks = (title, about, *(_turn(told) for told in story.turns if told.text.strip()))
    return "\n\n".join(filter(None, blocks)) + "\n"


def _turn(told: Told) -> str:
    first, *rest = re.split(r"\n\s*\n", told.text.strip())
    name = f"**{_plain(told.name)}:** " if told.name else ""
    return "\n\n".join((f"{name}{_lines(first)}", *map(_lines, rest)))


def _lines(paragraph: str) -> str:
    return BREAK.join(_text(line) for line in paragraph.splitlines())


def _text(line: str) -> str:
    """Write a line so that none of its signs is taken for structure."""
    escaped = SIGNS.sub(r"\\\g<0>", " ".join(line.split()))
    return STRUCTURE.sub(lambda sign: f"{sign[0]}\\" if sign[0].isdecimal() else f"\\{sign[0]}", escaped)


def _plain(text: str) -> str:
    return STRESS.sub(r"\\\g<0>", _text(text))
