"""What an application may answer to an interaction, when, and what comes of it."""

from datetime import timedelta
from typing import Any

from tests.bot.platforms.discord.loopback import components, payloads, posting
from tests.bot.platforms.discord.loopback.calls import Call
from tests.bot.platforms.discord.loopback.posting import Body
from tests.bot.platforms.discord.loopback.refusals import Refusal, check_length, invalid, unknown
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import EPHEMERAL, LOADING, Interaction, Message

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
"""Kinds of interactions."""
REPLY, LATER, LATER_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
"""Kinds of answers."""
ALLOWED = {
    COMMAND: (REPLY, LATER, FORM),
    COMPONENT: (REPLY, LATER, LATER_UPDATE, UPDATE, FORM),
    AUTOCOMPLETE: (CHOICES,),
    MODAL: (REPLY, LATER, LATER_UPDATE, UPDATE),
}


def live(state: State, call: Call) -> Interaction:
    """The interaction of the token in the path; raises 50027 once its 15 minutes are over."""
    interaction = state.interactions.get(call.params["webhook_token"])
    if interaction is None or interaction.answered is None:
        raise unknown("Webhook")
    if state.now() - interaction.at > timedelta(seconds=state.rules.token_lives_s):
        raise Refusal(401, 50027, "Invalid Webhook Token")
    return interaction


def respond(state: State, interaction: Interaction, kind: int, body: Body) -> Message | None:
    """Take the first answer; raises 10062 after 3 seconds, 40060 for a second one, 50035 for one of the wrong kind."""
    if state.now() - interaction.at > timedelta(seconds=state.rules.answer_within_s):
        raise unknown("Interaction")
    if interaction.answered is not None:
        raise Refusal(400, 40060, "Interaction has already been acknowledged.")
    if kind not in ALLOWED[interaction.kind] or (kind in (LATER_UPDATE, UPDATE) and interaction.message is None):
        raise invalid("type", "BASE_TYPE_CHOICES", f"An interaction of kind {interaction.kind} takes no {kind}.")
    message = _ANSWERS[kind](state, interaction, body)
    interaction.answered = kind
    if kind in (REPLY, LATER):
        interaction.reply = message
    state.moved()
    return message


def _sender(state: State, interaction: Interaction, private: bool) -> posting.Sender:
    to = interaction.user if private else None
    return posting.Sender(state.me, state.me.name, state.me.avatar, interaction=interaction, private_to=to)


def _reply(state: State, interaction: Interaction, body: Body) -> Message:
    sender = _sender(state, interaction, bool(body.flags & EPHEMERAL))
    return posting.post(state, interaction.channel, sender, body)


def _later(state: State, interaction: Interaction, body: Body) -> Message:
    """Show that the application thinks: a message that is still empty."""
    private = bool(body.flags & EPHEMERAL)
    message = Message(state.id(), interaction.channel, state.me, state.me.name, state.me.avatar, state.now())
    message.interaction, message.kind = interaction, 20 if interaction.kind == COMMAND else 0
    message.flags = LOADING | (EPHEMERAL if private else 0)
    if private:
        message.private_to = interaction.user
        interaction.channel.private.append(message)
    else:
        interaction.channel.messages[message.id] = message
        state.publish("MESSAGE_CREATE", payloads.event(message, state.me), message.channel.guild, message.channel)
    return message


def _later_update(state: State, interaction: Interaction, body: Body) -> Message | None:
    return interaction.message


def _update(state: State, interaction: Interaction, body: Body) -> Message:
    assert interaction.message
    return posting.edit(state, interaction.message, body)


def _choices(state: State, interaction: Interaction, body: Body) -> None:
    choices = body.json.get("choices") or []
    if len(choices) > 25:
        raise invalid("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for choice in choices:
        check_length("data.choices.name", choice["name"], 1, 100)
        check_length("data.choices.value", str(choice["value"]), 1, 100)
    interaction.choices = choices


def _form(state: State, interaction: Interaction, body: Body) -> None:
    components.check_modal(body.json)
    posting.number(body.json["components"])
    interaction.modal = body.json


_ANSWERS: dict[int, Any] = {
    REPLY: _reply,
    LATER: _later,
    LATER_UPDATE: _later_update,
    UPDATE: _update,
    CHOICES: _choices,
    FORM: _form,
}


def find(interaction: Interaction, key: str) -> Message:
    """The first answer by `@original`, or one of the later ones by its id; raises 10008."""
    if key == "@original":
        found = [interaction.reply or interaction.message]
    else:
        found = [one for one in (interaction.reply, *interaction.followups) if one and str(one.id) == key]
    if not found or found[0] is None or found[0].deleted:
        raise unknown("Message")
    return found[0]


def edit(state: State, message: Message, body: Body) -> Message:
    """Edit an answer; one that was promised is there with that."""
    message.flags &= ~LOADING
    return posting.edit(state, message, body)


def follow_up(state: State, interaction: Interaction, body: Body) -> Message:
    """Post a later answer; the first one after a promise takes the promise's place, and is as private as that."""
    if interaction.reply and interaction.reply.flags & LOADING and not interaction.reply.deleted:
        return edit(state, interaction.reply, body)
    message = _reply(state, interaction, body)
    interaction.followups.append(message)
    return message
