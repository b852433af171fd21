"""Interactions as people start them, and the answers they get."""

from dataclasses import dataclass
from typing import Any

from tests.bot.platforms.discord.loopback import answers, shown, told
from tests.bot.platforms.discord.loopback.components import BUTTON, LINK, SELECTS, STRING_SELECT, walk
from tests.bot.platforms.discord.loopback.forms import Form, choose
from tests.bot.platforms.discord.loopback.options import command_data, find_command, resolve
from tests.bot.platforms.discord.loopback.shown import WITHIN_S, Shown
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import LOADING, Channel, Interaction, Message, User

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command, a click or a form: a message, a form to fill in, or just an acknowledgement."""

    state: State
    interaction: Interaction

    @property
    def modal(self) -> Form | None:
        one = self.interaction
        return Form(self.state, one.channel, one.message, one.modal) if one.modal else None

    @property
    def message(self) -> Message | None:
        """The first answer; None where there is none, or it has been deleted."""
        reply = self.interaction.reply
        return reply if reply and not reply.deleted else None

    @property
    def followups(self) -> list[Message]:
        return [message for message in self.interaction.followups if not message.deleted]

    @property
    def text(self) -> str:
        """What the answers say, the later ones included; empty while the bot still thinks."""
        found = [*([self.message] if self.message else []), *self.followups]
        return "\n".join(shown.look(self.state, message).text for message in found)

    @property
    def private(self) -> bool:
        return bool(self.message and self.message.private_to)

    def told(self) -> str:
        name = self.interaction.data.get("name") or self.interaction.data.get("custom_id")
        return f"the answer to {name}: {self.text or self.interaction.answered}"

    async def says(self, *words: str, within_s: float = WITHIN_S) -> str:
        """Wait until the answers have all these words, and return what they say."""

        def holds() -> bool:
            return bool(self.text) and all(word in self.text for word in words)

        await shown.until(self.state, holds, self.told, within_s)
        return self.text

    async def done(self, within_s: float = WITHIN_S) -> Shown:
        """Wait until the first answer is there and is no longer a promise."""

        def holds() -> bool:
            return self.message is not None and not self.message.flags & LOADING

        await shown.until(self.state, holds, self.told, within_s)
        assert self.message
        return shown.look(self.state, self.message)


async def ask(
    state: State, user: User, channel: Channel, kind: int, data: Json, message: Message | None = None
) -> Answer:
    """Start an interaction and wait until it is acknowledged; fails as Discord's clients do when it is not in time."""
    key = state.id()
    interaction = Interaction(key, f"token{key}", kind, user, channel, data, state.now(), message)
    state.interactions[interaction.token] = interaction
    answer = Answer(state, interaction)
    state.publish("INTERACTION_CREATE", told.interaction(interaction, state.me), channel.guild, None)
    within_s = state.rules.answer_within_s + 0.5
    await shown.until(state, lambda: interaction.answered, lambda: f"no response to {data}", within_s)
    return answer


async def run(state: State, user: User, channel: Channel, command: str, given: Json) -> Answer:
    return await ask(state, user, channel, answers.COMMAND, command_data(state, channel, user, command, given))


async def autocomplete(state: State, user: User, channel: Channel, command: str, given: Json) -> list[str]:
    data = command_data(state, channel, user, command, given, list(given)[-1])
    answer = await ask(state, user, channel, answers.AUTOCOMPLETE, data)
    return [choice["name"] for choice in answer.interaction.choices or ()]


async def use_menu(
    state: State, user: User, channel: Channel, menu: str, kind: int, target: int, resolved: Json
) -> Answer:
    command = find_command(state, channel, user, menu, kind)
    data = {"id": str(command.id), "name": menu, "type": kind, "target_id": str(target), "resolved": resolved}
    return await ask(state, user, channel, answers.COMMAND, data)


async def press(state: State, user: User, message: Message, name: str) -> Answer:
    """Press a button; fails where it is not there, is disabled, or is on a message that this person cannot see."""
    _check_seen(user, message)
    buttons = [one for one in walk(message.components) if one["type"] == BUTTON]
    fits = [one for one in buttons if name in (one.get("custom_id"), one.get("label"), shown.label(one))]
    fits = fits or [one for one in buttons if name and name in shown.label(one)]
    assert fits, f"There is no button {name}; there are {[shown.label(one) for one in buttons]}."
    assert not fits[0].get("disabled"), f"The button {name} is disabled."
    assert fits[0].get("style") != LINK, f"The button {name} is a link."
    data = {"custom_id": fits[0]["custom_id"], "component_type": BUTTON, "id": fits[0]["id"]}
    return await ask(state, user, message.channel, answers.COMPONENT, data, message)


async def select(state: State, user: User, message: Message, name: str, chosen: list[Any]) -> Answer:
    _check_seen(user, message)
    found = [one for one in walk(message.components) if one["type"] in SELECTS]
    fits = [one for one in found if name in (one["custom_id"], one.get("placeholder"))]
    assert fits, f"There is no select {name}; there are {[one.get('placeholder', one['custom_id']) for one in found]}."
    assert not fits[0].get("disabled"), f"The select {name} is disabled."
    resolved: Json = {}
    if fits[0]["type"] == STRING_SELECT:
        values = choose(fits[0], chosen)
    else:
        values = [resolve(state, message.channel, one, resolved) for one in chosen]
    data = {"custom_id": fits[0]["custom_id"], "component_type": fits[0]["type"], "id": fits[0]["id"], "values": values}
    return await ask(
        state, user, message.channel, answers.COMPONENT, data | ({"resolved": resolved} if resolved else {}), message
    )


def _check_seen(user: User, message: Message) -> None:
    assert not message.deleted, "That message is gone."
    assert message.private_to in (None, user), f"{user.name} cannot see that message."
