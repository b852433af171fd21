"""Whom a text would ping, given what its sender allowed: the rules of `allowed_mentions`."""

import re
from dataclasses import dataclass
from typing import Any

from tests.bot.platforms.discord.loopback.refusals import invalid
from tests.bot.platforms.discord.loopback.things import Guild, Role, User

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_USER, _ROLE, _ALL = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>"), re.compile(r"@(?:everyone|here)\b")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who is mentioned: all of them are shown as mentions, and those that are allowed are pinged."""

    everyone: bool
    users: list[User]
    roles: list[Role]

    @property
    def pinged(self) -> set[str]:
        """Names of who is pinged: people by name, roles as `@name`, and `@everyone`."""
        names = {user.name for user in self.users} | {f"@{role.name}" for role in self.roles}
        return names | ({"@everyone"} if self.everyone else set())


def find(content: str, allowed: dict[str, Any] | None, users: dict[int, User], guild: Guild | None, any_role: bool):
    """Find whom a text pings; `any_role` says that its sender may ping everyone and every role.

    Without `allowed` everything is parsed. Raises 50035 where a kind is both listed and parsed.
    """
    text = _CODE.sub("", content)
    people = [users[key] for key in _ids(_USER, text) if key in users]
    roles = [guild.roles[key] for key in _ids(_ROLE, text) if guild and key in guild.roles]
    everyone = bool(_ALL.search(text)) and any_role and guild is not None
    roles = [role for role in roles if any_role or role.mentionable]
    if allowed is None:
        return Mentions(everyone, people, roles)
    parse = allowed.get("parse") or []
    for kind in ("users", "roles"):
        if kind in parse and allowed.get(kind):
            raise invalid("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f"parse:{kind} and {kind}")
    return Mentions(
        everyone and "everyone" in parse,
        people if "users" in parse else [user for user in people if user.id in _listed(allowed, "users")],
        roles if "roles" in parse else [role for role in roles if role.id in _listed(allowed, "roles")],
    )


def _ids(pattern: re.Pattern[str], text: str) -> list[int]:
    return list(dict.fromkeys(int(key) for key in pattern.findall(text)))


def _listed(allowed: dict[str, Any], kind: str) -> set[int]:
    return {int(key) for key in allowed.get(kind) or ()}
