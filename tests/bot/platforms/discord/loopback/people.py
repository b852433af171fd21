"""People, and what they do: they write, edit, delete, react, run commands, press buttons and fill in forms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bot.platforms.discord.loopback import asking, payloads, permissions, posting, shown
from tests.bot.platforms.discord.loopback.asking import Answer
from tests.bot.platforms.discord.loopback.forms import Form
from tests.bot.platforms.discord.loopback.posting import Body, Upload
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.shown import WITHIN_S, Found, Shown
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import THREAD, Channel, Message, User

Post = Message | Shown
VOICE = 1 << 13


def record(post: Post) -> Message:
    return post.record if isinstance(post, Shown) else post


@dataclass(slots=True)
class Person:
    """Somebody with an account. A message may be given as it was shown or as it was returned."""

    state: State
    user: User

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def mention(self) -> str:
        return f"<@{self.user.id}>"

    def sees(self, room: Room) -> list[Shown]:
        """What this person sees in a room, private answers included."""
        return shown.seen(self.state, room.record, self.user)

    async def until(self, room: Room, holds: Callable[[list[Shown]], Found], within_s: float = WITHIN_S) -> Found:
        """Wait until something holds of what this person sees; a failure prints what that was."""
        return await shown.until(
            self.state, lambda: holds(self.sees(room)), lambda: shown.transcript(self.sees(room)), within_s
        )

    def direct(self) -> Room:
        """The conversation between this person and the bot."""
        return Room(self.state, self.state.direct(self.user))

    def closes_direct(self) -> None:
        """Take no more direct messages: the bot's are refused with 50007."""
        self.state.closed.add(self.user)

    async def says(self, room: Room, text: str = "", *files: Upload, reply_to: Post | None = None) -> Message:
        """Post a message; files are `Upload("card.png", data)`."""
        permissions.require_to_send(room.record, self.user)
        sender = posting.Sender(self.user, self._nick(room.record), self.user.avatar)
        body = Body({"content": text}, dict(enumerate(files)))
        return posting.post(self.state, room.record, sender, body, record(reply_to) if reply_to else None)

    async def speaks(self, room: Room) -> Message:
        """Post a recorded voice."""
        permissions.require_to_send(room.record, self.user)
        sender = posting.Sender(self.user, self._nick(room.record), self.user.avatar)
        body = Body({"content": "", "flags": VOICE}, {0: Upload("voice-message.ogg", b"OggS", "audio/ogg")})
        return posting.post(self.state, room.record, sender, body)

    def _nick(self, channel: Channel) -> str:
        member = channel.guild.members.get(self.user.id) if channel.guild else None
        return (member and member.nick) or self.user.display or self.user.name

    async def edits(self, post: Post, text: str) -> None:
        message = record(post)
        assert message.author is self.user, "One edits one's own messages only."
        posting.edit(self.state, message, Body({"content": text}))

    async def deletes(self, post: Post) -> None:
        """Delete a message: one's own, what is private to oneself, or as a moderator another's."""
        message = record(post)
        if message.author is not self.user and message.private_to is not self.user:
            permissions.require(message.channel, self.user, "manage_messages")
        posting.delete(self.state, message)

    async def bulk_deletes(self, *posts: Post) -> None:
        messages = [record(post) for post in posts]
        permissions.require(messages[0].channel, self.user, "manage_messages")
        posting.delete_many(self.state, messages[0].channel, messages)

    async def reacts(self, post: Post, emoji: str) -> None:
        permissions.require(record(post).channel, self.user, "add_reactions")
        posting.react(self.state, record(post), self.user, emoji)

    async def unreacts(self, post: Post, emoji: str) -> None:
        posting.unreact(self.state, record(post), self.user, emoji)

    async def types(self, room: Room) -> None:
        posting.type_in(self.state, room.record, self.user)

    async def opens(self, forum: Room, title: str, text: str) -> Room:
        """Open a post in a forum."""
        thread = Room(self.state, self.state.thread(forum.record, title, self.user, THREAD))
        await self.says(thread, text)
        return thread

    async def starts_thread(self, room: Room, name: str, of: Post | None = None) -> Room:
        thread = self.state.thread(room.record, name, self.user, THREAD, record(of) if of else None)
        return Room(self.state, thread)

    async def posts_as(self, room: Room, name: str, text: str, picture: bytes | None = None) -> Message:
        """Post through a webhook of one's own, as PluralKit and Tupperbox do for their users."""
        home = room.record.home
        own = [one for one in self.state.webhooks.values() if one.creator is self.user and one.channel is home]
        webhook = own[0] if own else self.state.webhook(home, f"{self.name} hook", self.user)
        webhook.application = self.user.id if self.user.bot else None
        avatar = self.state.picture(picture) if picture else None
        sender = posting.Sender(self.user, name, avatar, webhook)
        return posting.post(self.state, room.record, sender, Body({"content": text}))

    async def runs(self, room: Room, command: str, /, **options: Any) -> Answer:
        """Run `/group sub` with options; they may be people, roles, rooms and `Upload`s too.

        Returns once the bot has acknowledged it, and fails if it does not within its three seconds.
        """
        return await asking.run(self.state, self.user, room.record, command, options)

    async def autocompletes(self, room: Room, command: str, /, **options: Any) -> list[str]:
        """Type in the last of the options, and return the names that are offered."""
        return await asking.autocomplete(self.state, self.user, room.record, command, options)

    async def uses(self, target: "Post | Person", menu: str, room: Room | None = None) -> Answer:
        """Choose an entry of a message's context menu; or of a person's, in a room."""
        if isinstance(target, Person):
            assert room, "In which room?"
            bits = {"users": {str(target.user.id): payloads.user(target.user)}}
            return await asking.use_menu(self.state, self.user, room.record, menu, 2, target.user.id, bits)
        message = record(target)
        bits = {"messages": {str(message.id): payloads.message(message, self.state.me)}}
        return await asking.use_menu(self.state, self.user, message.channel, menu, 3, message.id, bits)

    async def presses(self, post: Post, button: str) -> Answer:
        """Press a button that the message has now, by its label, emoji and label, or custom id."""
        return await asking.press(self.state, self.user, record(post), button)

    async def clicks(self, post: Post, custom_id: str) -> Answer:
        """Press a button that the message may no longer have, as from a client that is behind."""
        data = {"custom_id": custom_id, "component_type": 2, "id": 1}
        return await asking.ask(self.state, self.user, record(post).channel, 3, data, record(post))

    async def selects(self, post: Post, select: str, *chosen: Any) -> Answer:
        """Choose in a select, by its placeholder or custom id: labels or values, people, roles or rooms."""
        return await asking.select(self.state, self.user, record(post), select, list(chosen))

    async def submits(self, form: Answer | Form, given: dict[str, Any] | None = None) -> Answer:
        """Send off a form that is open, with fields by label or custom id; the others stay as they stand."""
        opened = form.modal if isinstance(form, Answer) else form
        assert opened, "No form is open."
        return await asking.ask(self.state, self.user, opened.channel, 5, opened.filled(given or {}), opened.message)
