"""How a scene opens: its head is expanded once, and frozen. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.core import Member
from bot.errors import PlayError
from bot.roleplay.names import check_names
from bot.roleplay.script import NARRATOR
from characters import Card, expand


@dataclass(frozen=True, slots=True)
class Opening:
    """What a scene starts with. The first member says `greeting`, where it is not empty."""

    title: str
    scenario: str
    members: tuple[Member, ...]
    greeting: str


def opening(cards: Sequence[tuple[int, Card]], *, user: str, persona: str = "", rng: Random, now: datetime) -> Opening:
    """Expand the cards (each with its id) of a scene that `user` opens, whose description `persona` is.

    The first card gives the greeting; where there are several, one of its group greetings if it has any.
    Raises PlayError where there is no card, where nobody could speak under a name, or two would under the same.
    """
    if not cards:
        raise PlayError("A scene needs at least one character.")
    check_names([card.spoken_name for _, card in cards], taken=(user, NARRATOR))

    def expanded(card: Card, text: str) -> str:
        return expand(text, char=card.spoken_name, user=user, persona=persona, rng=rng, now=now).strip()

    first = cards[0][1]
    for_groups = [text for text in first.group_only_greetings if len(cards) > 1 and text.strip()]
    greetings = for_groups or first.greetings
    return Opening(
        title=", ".join(card.spoken_name for _, card in cards),
        scenario="\n".join(dict.fromkeys(filter(None, (expanded(card, card.scenario) for _, card in cards)))),
        members=tuple(
            Member(
                character=id,
                name=card.spoken_name,
                block="\n".join(filter(None, (expanded(card, part) for part in _described(card)))),
                talkativeness=card.talkativeness,
                examples=expanded(card, card.mes_example),
            )
            for id, card in cards
        ),
        greeting=expanded(first, greetings[0]) if greetings else "",
    )


def _described(card: Card) -> tuple[str, ...]:
    """Return what the model reads of a card, in parts."""
    return (
        "{{char}}: " + card.description,
        card.personality.strip() and "{{char}}'s personality: " + card.personality,
        card.system_prompt,
        card.post_history_instructions,
    )
