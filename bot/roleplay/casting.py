"""Who answers: pure. It knows no model; for `Order.MODEL` it says what is to be scored, and reads the scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from random import Random
from typing import Self

from bot.core import Answering, Author, CastingRules, Member, Order, Turn
from bot.roleplay.names import mentioned, telling_word

CUE = "({name} says this to"
"""What is read behind the last line, before a name is scored; `name` is whoever said it."""

NEUTRAL_LINE = "..."
"""What the same one says in between, where the names are scored once more: what remains owes nothing to the line."""

SAME_TOKEN = 1e-3
"""Log-probabilities that lie closer are of one token: reading it in another batch changes them by less."""

BY_ORDER = {
    Order.NATURAL: "willing",
    Order.LIST: "in turn",
    Order.POOLED: "silent until now",
    Order.MANUAL: "asked for",
    Order.MODEL: "willing",
}
"""Why somebody answers where nobody is addressed."""

Scores = Sequence[Sequence[float]]
Tokens = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said last, and what is known of it.

    `replied_to` are the characters whose posts it answers on its platform; a post that is no character's is the bot's
    own, and answering it a mention. `last_speaker` is the character who spoke last before, `spoken` are all who have
    since a person did: where `last_speaker` is one of them, what was said is its own.
    """

    lines: Sequence[str]
    people: int = 1
    replied_to: Sequence[int] = ()
    bot_mentioned: bool = False
    last_speaker: int | None = None
    spoken: frozenset[int] = frozenset()

    @classmethod
    def in_story(
        cls,
        turns: Sequence[Turn],
        lines: Sequence[Turn],
        *,
        people: int = 1,
        replied_to: Sequence[int] = (),
        bot_mentioned: bool = False,
    ) -> Self:
        """Gather who has spoken from a story, up to its last turn; `lines` are those to be answered."""
        speakers = [turn.character for turn in turns if turn.character is not None]
        since = takewhile(lambda turn: turn.author is not Author.PERSON, reversed(turns))
        return cls(
            lines=tuple(line.text for line in lines),
            people=people,
            replied_to=tuple(replied_to),
            bot_mentioned=bot_mentioned,
            last_speaker=speakers[-1] if speakers else None,
            spoken=frozenset(turn.character for turn in since if turn.character is not None),
        )


def answerers(members: Sequence[Member], heard: Heard, rules: CastingRules, rng: Random) -> tuple[Member, ...]:
    """Decide whether anybody answers, then who, in order.

    Whoever is addressed always answers, but where `Answering.CALLED` leaves all in silence. Where nobody is, one does,
    or with `Order.LIST` all; with `Order.MODEL` this one stands in for the likeliest of the `rivals`.
    """
    addressed = _addressed(members, heard)
    if not _is_answered(heard, rules, rng, addressed=bool(addressed) or heard.bot_mentioned):
        return ()
    return (addressed or _in_order(members, heard, rules.order, rng))[: rules.most_replies]


def follower(members: Sequence[Member], heard: Heard, rules: CastingRules, rng: Random) -> Member | None:
    """Say who goes on after a character's line, where characters talk among themselves."""
    following = _addressed(members, heard) or _in_order(members, heard, rules.order, rng)
    return following[0] if following else None


def called(members: Sequence[Member], heard: Heard, rules: CastingRules, rng: Random) -> Member | None:
    """Say who speaks where somebody is to, whoever it be; None only where nobody can."""
    if following := follower(members, heard, rules, rng):
        return following
    free = _free(members, heard)
    return next(iter((*_willing(free, rng), *free)), None)


def why(member: Member, members: Sequence[Member], heard: Heard, rules: CastingRules) -> str:
    """Say for what reason one of those who answer was chosen, in a word or two."""
    if member.character in heard.replied_to:
        return "replied to"
    if member in mentioned(members, "\n".join(heard.lines)):
        return "named"
    return "model" if rivals(members, heard, rules) else BY_ORDER[rules.order]


def rivals(members: Sequence[Member], heard: Heard, rules: CastingRules) -> tuple[Member, ...]:
    """Return among whom the model is to choose, in place of the one that was chosen; empty where it is not."""
    if rules.order is not Order.MODEL or _addressed(members, heard):
        return ()
    free = [member for member in _free(members, heard) if member.talkativeness > 0]
    return tuple(free) if len(free) > 1 else ()


def candidates(rivals: Sequence[Member]) -> tuple[str, ...]:
    """Return what is scored for each rival, behind a cue: one word, which no other's name has.

    A word shared by several, "Captain Otto" and "Captain Mira", would only be read to learn nothing. Where tokens end
    is the model's affair; of most words the first that differs is the first, or the second.
    """
    return tuple(" " + telling_word(rival.name, [other.name for other in rivals if other != rival]) for rival in rivals)


def likeliest(rivals: Sequence[Member], scores: Scores, neutral: Scores) -> Member:
    """Choose one by the log-probabilities of each rival's candidate, token by token, behind the cue.

    Of each counts what leads to the first token that is its alone, less the same behind a neutral line: what a name
    owes to being a frequent word. Both hold one sequence for each rival.
    """

    tokens = [tuple(zip(*both, strict=True)) for both in zip(scores, neutral, strict=True)]

    def gain(place: int) -> float:
        own = tokens[place]
        shared = max(_shared(own, other) for other in (*tokens[:place], *tokens[place + 1 :], ()))
        return sum(told - usual for told, usual in own[: shared + 1])

    return rivals[max(range(len(rivals)), key=gain)]


def _is_answered(heard: Heard, rules: CastingRules, rng: Random, *, addressed: bool) -> bool:
    match rules.answering or (Answering.ADDRESSED if heard.people > 1 else Answering.ALWAYS):
        case Answering.ALWAYS:
            return True
        case Answering.ADDRESSED:
            return addressed
        case Answering.CHANCE:
            return addressed or 100 * rng.random() < rules.chance_percent
        case Answering.CALLED:
            return False


def _free(members: Sequence[Member], heard: Heard) -> list[Member]:
    """Return who may speak: all but the muted, and whose own line it was unless alone."""
    present = [member for member in members if not member.muted]
    own = heard.last_speaker if heard.last_speaker in heard.spoken else None
    return [member for member in present if member.character != own] or present


def _addressed(members: Sequence[Member], heard: Heard) -> tuple[Member, ...]:
    """Return who may speak of those replied to, then named."""
    replied_to = [member for character in heard.replied_to for member in members if member.character == character]
    called = {one.character: one for one in (*replied_to, *mentioned(members, "\n".join(heard.lines)))}
    free = {member.character for member in _free(members, heard)}
    return tuple(member for character, member in called.items() if character in free)


def _in_order(members: Sequence[Member], heard: Heard, order: Order, rng: Random) -> tuple[Member, ...]:
    free = _free(members, heard)
    match order:
        case Order.NATURAL | Order.MODEL:
            return _willing(free, rng)[:1]
        case Order.LIST:
            return _in_turn(members, free, heard.last_speaker)
        case Order.POOLED:
            fresh = [member for member in free if member.character not in heard.spoken]
            return tuple(rng.sample(fresh or free, min(1, len(free))))
        case Order.MANUAL:
            return ()


def _willing(free: Sequence[Member], rng: Random) -> tuple[Member, ...]:
    """Return those who would speak, each with the probability of its talkativeness; else one above 0. Shuffled."""
    shuffled = rng.sample(free, len(free))
    willing = [member for member in shuffled if rng.random() < member.talkativeness]
    return tuple(willing or [member for member in shuffled if member.talkativeness > 0][:1])


def _in_turn(members: Sequence[Member], free: Sequence[Member], last_speaker: int | None) -> tuple[Member, ...]:
    """Return all who may speak, from behind the last speaker's place on."""
    places = (place for place, member in enumerate(members, start=1) if member.character == last_speaker)
    start = next(places, 0)
    return tuple(member for member in (*members[start:], *members[:start]) if member in free)


def _shared(own: Tokens, other: Tokens) -> int:
    """Return how many tokens two candidates begin with alike, as far as their scores tell."""
    pairs = zip(own, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: all(map(_is_same, *pair)), pairs))


def _is_same(one: float, other: float) -> bool:
    return abs(one - other) < SAME_TOKEN
