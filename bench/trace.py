"""A seeded synthetic trace: what the players of some channels ask for, one step after the other. It knows no client.

The words are nobody's. With a space in front each is one token of the demo model, so lengths in words are lengths in
tokens. Markup is ChatML, the demo model's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from random import Random

from engine import Piece, Prompt, Segment

WORDS = (
    "the river keeps its own hours and nobody on the pier remembers who lit the lamps before midnight came with fog "
    "a bell rings twice under cold iron while she counts every passenger again slowly as if one more might appear "
    "lamp harbour rope tide gull ladder cabin engine coal brass whistle deck rail mist shore stone bridge market "
    "candle window stair kitchen bread soup tea kettle coat boots letter map coin key door lock garden orchard "
    "fence road cart horse mill wheel barn attic roof rain thunder snow frost wind leaf moss fern oak birch fox owl "
    "cat crow tower clock noon dusk dawn winter autumn spring summer copper silver velvet wool linen thread needle "
    "button ribbon mirror portrait violin drum song story promise secret debt bargain quarrel oath fever cough "
    "bandage scar shoulder elbow whisper laugh nod stare blink falls waits turns carries drops lifts opens burns "
    "sells buys hides finds loses follows leads asks answers quietly sharply never always perhaps beneath beyond "
    "between against toward across"
).split()

RECENT_TURNS = 6

PLAYER = "Anna"
CAST = ("Mira", "Tolly", "Zoya")
NARRATOR = "Narrator"


class Kind(StrEnum):
    """What is asked for: an answer to a new line, another answer, a narrator's passage, or a line to say next."""

    TURN = "turn"
    RETRY = "retry"
    NARRATION = "narration"
    SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a step is something else than a new line, has lore in its tail, or follows an edit or a deletion."""

    retry: float = 0.15
    narration: float = 0.20
    suggestion: float = 0.10
    lore: float = 0.30
    change: float = 0.03


@dataclass(frozen=True, slots=True)
class Lengths:
    """The least and the most words of each kind of text.

    `cards` are all cards of a channel together: three of the longest would leave a small window no room for a story.
    """

    cards: tuple[int, int] = (600, 1500)
    line: tuple[int, int] = (20, 80)
    reply: tuple[int, int] = (80, 250)
    lore: tuple[int, int] = (40, 100)
    order: tuple[int, int] = (15, 25)


MIXED = Rates()
LINES = Rates(retry=0, narration=0, suggestion=0, change=0)
USUAL = Lengths()


@dataclass(frozen=True, slots=True)
class Step:
    """One request. Its prompt has the whole story; a client that has trimmed it goes on from what it kept.

    `said` is what the trace has as the answer, behind the cue; None where the answer is not kept. `is_changed` tells
    that a turn of the story was edited or deleted since the channel's last step.
    """

    channel: str
    kind: Kind
    prompt: Prompt
    said: Piece | None = None
    is_changed: bool = False

    @property
    def stays(self) -> Piece | None:
        """What a client that has written the answer still holds of it: nothing of one that had a tail in front."""
        return None if self.prompt.tail else self.said


@dataclass(frozen=True, slots=True)
class Trace:
    """Steps of some channels, the first of them the busiest: the n-th speaks 1/n as often (Zipf).

    One with fewer steps is the beginning of the longer one.
    """

    seed: int
    channels: int
    steps: int
    rates: Rates = MIXED
    lengths: Lengths = USUAL

    def __iter__(self) -> Iterator[Step]:
        rng = Random(f"{self.seed}")
        stories = [_Story(f"{self.seed}-{number}", self.rates, self.lengths) for number in range(1, self.channels + 1)]
        shares = [1 / rank for rank in range(1, self.channels + 1)]
        for _ in range(self.steps):
            (story,) = rng.choices(stories, shares)
            yield story.step()


def opening(seed: int, words: int) -> Prompt:
    """Return a prompt of a card of so many words and nothing else."""
    rng = Random(f"opening {seed}")
    return Prompt(story=(_segment("system", _said(rng, words), "card", pinned=True),), cue=_cue(CAST[0]))


def from_label(prompt: Prompt, label: str | None) -> Prompt:
    """Leave out the turns older than the one with this label; all of them stay where it is None."""
    oldest = int(label or 0)
    return replace(prompt, story=tuple(one for one in prompt.story if one.pinned or int(one.label) >= oldest))


class _Story:
    """One channel as its players have brought it so far."""

    def __init__(self, channel: str, rates: Rates, lengths: Lengths) -> None:
        self._channel = channel
        self._rates = rates
        self._lengths = lengths
        self._rng = Random(channel)
        self._labels = map(str, count(1))
        cards = self._rng.randint(*lengths.cards) // len(CAST)
        self._head = [
            _segment("system", f" {name}:{_said(self._rng, cards)}", f"card {name}", pinned=True) for name in CAST
        ]
        self._turns: list[Segment] = []
        self._answered = Kind.TURN
        self._speaker = CAST[0]

    def step(self) -> Step:
        kind = self._draw_kind()
        is_changed = self._change()
        if kind is Kind.RETRY:
            self._turns.pop()
        elif kind is not Kind.SUGGESTION:
            self._answered = kind
            self._speaker = NARRATOR if kind is Kind.NARRATION else self._rng.choice(CAST)
        if kind is Kind.TURN:
            self._turns.append(_turn("user", PLAYER, self._words(self._lengths.line), next(self._labels)))
        if kind is Kind.SUGGESTION:
            return Step(self._channel, kind, self._prompt(kind, _cue(PLAYER, role="user")), None, is_changed)
        label = next(self._labels)
        prompt = self._prompt(self._answered, _cue(self._speaker, label))
        said = self._words(self._lengths.reply)
        self._turns.append(_turn("assistant", self._speaker, said, label))
        return Step(self._channel, kind, prompt, Piece(said), is_changed)

    def _draw_kind(self) -> Kind:
        rates = self._rates
        others = (rates.retry, rates.narration, rates.suggestion)
        kinds = (Kind.RETRY, Kind.NARRATION, Kind.SUGGESTION, Kind.TURN)
        (kind,) = self._rng.choices(kinds, (*others, 1 - sum(others)))
        return kind if self._turns else Kind.TURN

    def _change(self) -> bool:
        """Edit or delete a recent turn, or more often leave all as it is."""
        if self._rng.random() >= self._rates.change or len(self._turns) < 2:
            return False
        at = self._rng.randrange(max(0, len(self._turns) - RECENT_TURNS), len(self._turns) - 1)
        if self._rng.random() < 0.5:
            del self._turns[at]
        else:
            self._turns[at] = _turn("user", PLAYER, self._words(self._lengths.line), self._turns[at].label)
        return True

    def _prompt(self, kind: Kind, cue: Segment) -> Prompt:
        lore = [_segment("system", self._words(self._lengths.lore))] if self._rng.random() < self._rates.lore else []
        is_ordered = kind is not Kind.TURN
        order = [_segment("system", self._words(self._lengths.order))] if is_ordered else []
        return Prompt(story=(*self._head, *self._turns), tail=(*lore, *order), cue=cue)

    def _words(self, least_and_most: tuple[int, int]) -> str:
        return _said(self._rng, self._rng.randint(*least_and_most))


def _said(rng: Random, words: int) -> str:
    return "".join(f" {word}" for word in rng.choices(WORDS, k=words))


def _turn(role: str, name: str, said: str, label: str) -> Segment:
    cue = _cue(name, label, role=role)
    return replace(cue, pieces=(*cue.pieces, Piece(said)))


def _cue(name: str, label: str = "", *, role: str = "assistant") -> Segment:
    return _segment(role, f"{name}:", label)


def _segment(role: str, text: str, label: str = "", *, pinned: bool = False) -> Segment:
    markup = Piece(f"<|im_end|>\n<|im_start|>{role}\n", markup=True)
    return Segment((markup, Piece(text)), label, pinned)
