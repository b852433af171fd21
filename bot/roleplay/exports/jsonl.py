"""Stories as SillyTavern's chats, one JSON object a line. It knows no database.

What a story was read with comes back, but for what has changed since.
"""

import json
from typing import Any

from bot.core import Author
from bot.roleplay.exports.chats import (
    CUT,
    NARRATOR_TYPE,
    NOTEBOOK,
    TITLE,
    UNUSED,
    Header,
    as_list,
    as_object,
    read_header,
    read_message,
)
from bot.roleplay.exports.dates import write_date
from bot.roleplay.exports.story import Story, Told

EXTRA = "extra"
Object = dict[str, Any]


def to_jsonl(story: Story) -> str:
    """Write a story as a chat of SillyTavern; what only Troupe knows stands under names that begin with `troupe/`."""
    lines = (_line(one) for one in (_header(story), *map(_message, story.turns)))
    return "".join(f"{line}\n" for line in lines)


def _line(values: Object) -> str:
    # Half a surrogate pair, as JSON can hold it in what was kept, is written as the escape that it came as.
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace").decode()


def _header(story: Story) -> Object:
    names = {"user_name": story.people, "character_name": story.characters}
    fresh: Object = {field: found[0] if len(found) == 1 else UNUSED for field, found in names.items()}
    kept: Object = json.loads(story.header) if story.header else {**fresh, "chat_metadata": {}}
    was = read_header(kept)
    if story.opened_at and story.opened_at != was.opened_at:
        kept["create_date"] = write_date(story.opened_at)
    if story.title != was.title:
        kept["chat_metadata"] = as_object(kept.get("chat_metadata")) | {TITLE: story.title}
    if story.is_notebook != was.is_notebook:
        kept["chat_metadata"] = as_object(kept.get("chat_metadata")) | {NOTEBOOK: story.is_notebook}
    return kept


def _message(told: Told) -> Object:
    now = _fields(told)
    if not told.kept:
        return now
    kept: Object = json.loads(told.kept)
    was = _fields(read_message(kept, Header(told.name, told.name), kept=""))
    infos = _infos(kept, told) if now.get("swipes") != was.get("swipes") else {}
    return _laid_over(kept, was, now) | infos


def _fields(told: Told) -> Object:
    """Return what a message says of a turn."""
    extra: Object = {CUT: True} if told.cut else {}
    if told.author is Author.NARRATOR:
        extra["type"] = NARRATOR_TYPE
    return {
        "name": told.name,
        "is_user": told.author is Author.PERSON,
        "is_system": told.hidden,
        **({"send_date": write_date(told.at)} if told.at else {}),
        "mes": told.text,
        EXTRA: extra,
        **({"swipe_id": told.swipe, "swipes": list(told.swipes)} if told.swipes else {}),
    }


def _laid_over(kept: Object, was: Object, now: Object) -> Object:
    """Return what was kept, with what is other now than it was."""
    result = {name: value for name, value in kept.items() if name in now or name not in was}
    for name, value in now.items():
        if name == EXTRA:
            inner = _laid_over(as_object(kept.get(name)), was[name], value)
            result |= {name: inner} if inner != as_object(kept.get(name)) else {}
        elif name not in was or value != was[name]:
            result[name] = value
    return result


def _infos(kept: Object, told: Told) -> Object:
    """Return what the file knew of each swipe, in their order now; nothing where it knew nothing."""
    pairs = zip(as_list(kept.get("swipes")), as_list(kept.get("swipe_info")), strict=False)
    known = {str(text): info for text, info in pairs}
    return {"swipe_info": [known.get(text, {EXTRA: {}}) for text in told.swipes]} if known else {}
