"""Lorebooks and cards for tests, as files hold them."""

import json
from typing import Any

from bot.roleplay.performance import Reply
from characters import CardFile, read_card


def entry(content: str, *keys: str, **fields: Any) -> dict[str, Any]:
    return {"keys": list(keys), "content": content, "enabled": True, "insertion_order": 100, "extensions": {}} | fields


def book(*entries: dict[str, Any], name: str = "North") -> bytes:
    numbered = [{"id": number} | one for number, one in enumerate(entries, start=1)]
    return json.dumps({"spec": "lorebook_v3", "data": {"name": name, "extensions": {}, "entries": numbered}}).encode()


def card(name: str, *entries: dict[str, Any], state: list[dict[str, Any]] | None = None, **fields: Any) -> CardFile:
    """Make a V2 card that brings a lorebook along where there are entries, and defines a state where there is one."""
    data: dict[str, Any] = {"name": name, "description": f"{name} keeps an inn.", "first_mes": f"{name} waves."}
    if entries:
        data["character_book"] = {"entries": list(entries), "extensions": {}}
    if state is not None:
        data["extensions"] = {"troupe/state": state}
    written = json.dumps({"spec": "chara_card_v2", "spec_version": "2.0", "data": data | fields}).encode()
    return CardFile(f"{name}.json", written, read_card(written, source=f"{name}.json"))


async def finish(reply: Reply) -> Reply:
    """Hear a reply to its end."""
    async for _ in reply:
        pass
    return reply
