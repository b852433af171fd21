"""A server as a test speaks of it: its rooms, its people, and what the bot may do there."""

from dataclasses import dataclass, field

from tests.bot.platforms.discord.loopback import payloads, permissions
from tests.bot.platforms.discord.loopback.people import Person
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import FORUM, TEXT, Guild, Role


@dataclass(slots=True)
class Server:
    """A guild with its rooms; `rooms` has them by name."""

    state: State
    record: Guild
    rooms: dict[str, Room] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.record.id

    def channel(self, name: str, nsfw: bool = False, kind: int = TEXT) -> Room:
        """The channel of that name, made when it is first asked for."""
        if name not in self.rooms:
            self.rooms[name] = Room(self.state, self.state.channel(self.record, name, kind, nsfw))
        return self.rooms[name]

    def forum(self, name: str) -> Room:
        return self.channel(name, kind=FORUM)

    def role(self, name: str, *names: str, mentionable: bool = False) -> Role:
        """Make a role with permissions named as discord.py names them."""
        return self.state.role(self.record, name, permissions.named(*names), mentionable)

    def person(self, name: str, *roles: Role, locale: str = "en-US") -> Person:
        """Somebody new who joins this server."""
        return self.joins(Person(self.state, self.state.user(name, locale=locale)), *roles)

    def bot(self, name: str) -> Person:
        """Another application's bot, such as PluralKit."""
        return self.joins(Person(self.state, self.state.user(name, bot=True)))

    def joins(self, person: Person, *roles: Role) -> Person:
        self.state.join(self.record, person.user, list(roles))
        return person

    def leaves(self, person: Person) -> None:
        member = self.record.members.pop(person.user.id)
        data = {"guild_id": str(self.id), "user": payloads.user(member.user)}
        self.state.publish("GUILD_MEMBER_REMOVE", data, self.record)

    def gives(self, person: Person, *roles: Role) -> None:
        """Let somebody have exactly these roles."""
        member = self.record.members[person.user.id]
        member.roles = list(roles)
        self.state.publish("GUILD_MEMBER_UPDATE", payloads.member(member) | {"guild_id": str(self.id)}, self.record)

    def lets_bot(self, *names: str) -> None:
        """Let the bot's own role allow exactly this, named as discord.py names it."""
        role = self.record.members[self.state.me.id].roles[0]
        role.permissions = permissions.named(*names)
        data = {"guild_id": str(self.id), "role": payloads.role(role)}
        self.state.publish("GUILD_ROLE_UPDATE", data, self.record)

    def throws_bot_out(self) -> None:
        del self.record.members[self.state.me.id]
        self.state.publish("GUILD_DELETE", {"id": str(self.id)}, self.record)
