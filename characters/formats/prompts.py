"""Plain prompts of RWKV's programs: some words about a character, then lines of a talk. It knows no JSON."""

import re
from itertools import groupby

from characters.formats.parts import object_of, written
from characters.formats.specs import in_spec

LIMIT_BYTES = 2**20

_LINE = re.compile(r"^[ \t]*([^\s:：\"'{}\[\]<>/#][^:：\n\"'{}\[\]<>/#]{0,39})[:：][ \t]*(?=\S)", re.MULTILINE)
_USERS = frozenset({"user", "you", "human", "me", "q", "用户", "你", "ユーザー", "пользователь", "ты"})
_SETTING = r"^{name}[ \t]*=[ \t]*[\"']([^\"'\n]*)[\"']"
_SCRIPT = re.compile(r"^init_prompt[ \t]*=[ \t]*f?('''|\"\"\")(.*?)\1", re.MULTILINE | re.DOTALL)
LEAST_TURNS_OF_STRANGERS = 4


def read_prompt(text: str) -> str | None:
    """Turn a prompt into a V2 card with examples, as JSON; None where a text is no prompt.

    Lines begin with `Name:`, or as ChatRWKV's scripts have it, with `{bot}{interface}`. Two talk: whoever is called
    User, or begins, is the player. What stands in front of the first line is the description.
    """
    text = _from_script(text.replace("\r\n", "\n"))
    found = list(_LINE.finditer(text))
    names = list(dict.fromkeys(line[1].strip() for line in found))
    turns = [name for name, _ in groupby(line[1].strip() for line in found)]
    user = next((name for name in names if name.casefold() in _USERS), names[0] if names else "")
    if len(names) != 2 or (user.casefold() not in _USERS and len(turns) < LEAST_TURNS_OF_STRANGERS):
        return None
    name = names[1 - names.index(user)]
    labels = {user: "{{user}}", name: "{{char}}"}
    ends = [line.start() for line in found[1:]] + [len(text)]
    said = (
        f"{labels[line[1].strip()]}: {text[line.end() : end].strip()}" for line, end in zip(found, ends, strict=True)
    )
    card = {
        "name": name,
        "description": text[: found[0].start()].strip(),
        "mes_example": "\n".join(("<START>", *said)),
    }
    return in_spec(object_of({field: written(value) for field, value in card.items()}), "v2")


def _from_script(text: str) -> str:
    """Read the prompt out of one of ChatRWKV's scripts without running it; any other text is left as it is."""
    script = _SCRIPT.search(text)
    if script is None:
        return text
    prompt = script[2].replace("\\\n", "")
    for setting in ("user", "bot", "interface"):
        value = re.search(_SETTING.format(name=setting), text, re.MULTILINE)
        prompt = prompt.replace(f"{{{setting}}}", value[1] if value else "")
    return prompt
