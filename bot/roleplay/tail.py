"""What is told for one reply alone, behind the story, and how much of it there is room for. Pure."""

import re
from dataclasses import dataclass, replace

MOST_TOKENS = 256
"""Of a whole tail: it is read for each reply, and a reply that had one is read a second time into its channel."""

BYTES_A_TOKEN = 3.5
"""By a measure of the demo model's vocabulary; only what is beyond it knows better. Chinese has three bytes a sign."""

MOST_CARD_NOTE_TOKENS = MOST_TOKENS // 2
"""Of a card's own note: a longer one stands in the head, or no room would be left for lore and what players note."""

SENTENCE_ENDS = re.compile(r"[.!?…。！？]+[\"'”’»」』)*_]*(?=\s|$)|[。！？]+[”’」』]*")


@dataclass(frozen=True, slots=True)
class Tail:
    """Texts for one reply, in the order in which the model reads them: what matters most comes last.

    Each passage, memory and piece of lore is a text of its own; the most telling of each kind stands first here.
    `order` says what the reply is to be, and is never left out.
    """

    knowledge: tuple[str, ...] = ()
    memories: tuple[str, ...] = ()
    lore: tuple[str, ...] = ()
    state: str = ""
    note: str = ""
    character_note: str = ""
    language: str = ""
    order: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts as they are read."""
        several = (*reversed(self.knowledge), *reversed(self.memories), *self.lore)
        return tuple(filter(None, (*several, self.state, self.note, self.character_note, self.language, self.order)))


def tokens_of(text: str) -> int:
    """Estimate how many tokens a text is, rather too many than too few."""
    return int(len(text.encode("utf-8", "replace")) / BYTES_A_TOKEN) + 1


def is_brief(note: str) -> bool:
    """Tell whether a card's own note is told with its replies; a longer one stands in its block in the head."""
    return tokens_of(note) <= MOST_CARD_NOTE_TOKENS


def beginning(text: str, most: int) -> str:
    """Return the whole sentences at a text's beginning that have so many tokens at most; of a long one, words."""
    if tokens_of(text) <= most:
        return text
    return whole_sentences(_shortened(text, by=tokens_of(text) - most))


def whole_sentences(cut: str) -> str:
    """Return a text that was cut somewhere up to the end of its last whole sentence, all of it where there is none."""
    ends = [end.end() for end in SENTENCE_ENDS.finditer(cut)]
    return cut[: ends[-1]] if ends else cut


def fitted(tail: Tail, *, most: int = MOST_TOKENS) -> Tail:
    """Leave out what there is no room for: knowledge goes first, then memories, then lore, the last of each first.

    What remains too long after that is cut from its end: the scene's note, then the character's.
    """
    for kind in ("knowledge", "memories", "lore"):
        while getattr(tail, kind) and _length(tail) > most:
            tail = replace(tail, **{kind: getattr(tail, kind)[:-1]})
    for kind in ("note", "character_note", "state"):
        excess = _length(tail) - most
        if excess > 0 and getattr(tail, kind):
            tail = replace(tail, **{kind: _shortened(getattr(tail, kind), by=excess)})
    return tail


def room_beside(tail: Tail, *, most: int = MOST_TOKENS) -> int:
    """Return how many tokens a tail leaves to lore: memories and knowledge make way for it."""
    return max(0, most - _length(replace(tail, knowledge=(), memories=(), lore=())))


def _length(tail: Tail) -> int:
    return sum(map(tokens_of, tail.texts))


def _shortened(text: str, *, by: int) -> str:
    """Cut a text by so many tokens, at a word where there is one."""
    kept = text.encode("utf-8", "replace")[: max(0, int((tokens_of(text) - by - 1) * BYTES_A_TOKEN))]
    whole = kept.decode("utf-8", "ignore")
    return whole.rpartition(" ")[0] or whole
