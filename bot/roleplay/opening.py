"""How a scene opens, and how somebody comes into one: texts of cards are expanded once, and frozen. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from bot.core import Member, Scene
from bot.errors import PlayError
from bot.roleplay.names import check_names
from bot.roleplay.script import NARRATOR, pinned_tokens
from bot.roleplay.tail import is_brief
from bot.roleplay.templates import Template
from characters import Card, expand

SILENCE = "0"
"""The greeting of whoever wants none."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a scene is to open with instead of what the cards say; what is empty is left to them.

    `greeting` is the number of one of the card's, from 1, or a text. `language` is a BCP 47 tag.
    """

    greeting: str = ""
    scenario: str = ""
    title: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a scene starts with. The first member says one of the `greetings`, the one at the place `first`."""

    title: str
    scenario: str
    members: tuple[Member, ...]
    greetings: tuple[str, ...] = ()
    first: int = 0

    @property
    def greeting(self) -> str:
        return self.greetings[self.first] if self.greetings else ""


@dataclass(frozen=True, slots=True)
class Company:
    """Who plays with a card that is expanded, and when.

    `user` opened the scene, whose description `persona` is; `cast` are all characters in it. What one text sets as a
    variable, those behind it know. `seed` decides what is picked.
    """

    user: str
    cast: Sequence[str]
    rng: Random
    now: datetime
    persona: str = ""
    seed: str = ""
    variables: dict[str, str] = field(default_factory=dict[str, str])

    def expanded(self, char: str, text: str) -> str:
        """Expand the macros of a card's text."""
        return expand(
            text,
            char=char,
            user=self.user,
            persona=self.persona,
            cast=self.cast,
            rng=self.rng,
            now=self.now,
            seed=self.seed,
            variables=self.variables,
        ).strip()


def opening(
    cards: Sequence[tuple[int, Card]],
    *,
    user: str,
    persona: str = "",
    rng: Random,
    now: datetime,
    wishes: Wishes = Wishes(),
) -> Opening:
    """Expand the cards (each with its id) of a scene that `user` opens, whose description `persona` is.

    The first card greets: where there are several, with its group greetings before its others.
    Raises PlayError where there is no card or greeting that is wished for, where nobody could speak under a name, or
    two would under the same.
    """
    if not cards:
        raise PlayError("A scene needs at least one character.")
    names = [card.spoken_name for _, card in cards]
    check_names(names, taken=(user, NARRATOR))
    company = Company(user, names, rng, now, persona, seed=str(now))
    told = [(card.spoken_name, card.scenario) for _, card in cards]
    scenarios = (company.expanded(*one) for one in ([(names[0], wishes.scenario)] if wishes.scenario else told))
    scenario = "\n".join(dict.fromkeys(filter(None, scenarios)))
    members = tuple(arriving(id, card, company) for id, card in cards)
    return Opening(
        wishes.title or ", ".join(names), scenario, members, *_greetings(cards[0][1], company, wishes.greeting)
    )


def arriving(character: int, card: Card, company: Company) -> Member:
    """Make a card (of this id) one of a scene."""
    name = card.spoken_name
    return Member(
        character=character,
        name=name,
        block="\n".join(filter(None, (company.expanded(name, part) for part in _described(card)))),
        talkativeness=card.talkativeness,
        examples=company.expanded(name, card.mes_example),
    )


def check_room(scene: Scene, template: Template, room: int) -> None:
    """Raise PlayError where what a scene tells before every reply is longer than there is room, in tokens."""
    tokens = pinned_tokens(scene, template)
    if tokens > room > 0:
        raise PlayError(
            "There is no room for that: the rules, the scenario and the cards would have about {tokens:,} tokens, "
            "and the window holds {room:,} beside a reply. Leave somebody out, or set a larger engine.window.",
            tokens=tokens,
            room=room,
        )


def _greetings(card: Card, company: Company, wish: str) -> tuple[tuple[str, ...], int]:
    """Return all that a card may greet with, and the place of what it does."""
    for_groups = card.group_only_greetings if len(company.cast) > 1 else ()
    texts = (company.expanded(card.spoken_name, text) for text in (*for_groups, *card.greetings))
    greetings = tuple(dict.fromkeys(filter(None, texts)))
    if wish == SILENCE:
        return (), 0
    if not (wish.isascii() and wish.isdecimal()):
        own = company.expanded(card.spoken_name, wish)
        return (own, *greetings) if own else greetings, 0
    if not 1 <= int(wish[:10]) <= len(greetings):
        raise PlayError(
            "{name} has no greeting number {wanted}: there are {count}, and {silence} is for none.",
            name=card.spoken_name,
            wanted=wish[:10],
            count=len(greetings),
            silence=SILENCE,
        )
    return greetings, int(wish) - 1


def _described(card: Card) -> tuple[str, ...]:
    """Return what the model reads of a card before all turns, in parts."""
    note = card.depth_prompt.text if card.depth_prompt else ""
    return (
        "{{char}}: " + card.description,
        card.personality.strip() and "{{char}}'s personality: " + card.personality,
        card.system_prompt,
        card.post_history_instructions,
        "" if is_brief(note) else note,
    )
