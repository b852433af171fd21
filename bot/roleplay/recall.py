"""What of the past, or of a document, is worth telling before a reply: which words tell, what is quoted. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log

from bot.core import Turn
from bot.store.search import Counts, words

NEWEST_TURNS = 2
MOST_MEMORIES = 3
MOST_PASSAGES = 2
MOST_TELLING = 12
"""Words of one search, the rarest."""

MEMORY, PASSAGE = log(25), log(20)
"""How rare what is shared must be, together: a word that one text in 25 has is enough, and so are two in 5."""

FEW_TEXTS = 20
"""In fewer, a word that only one of them has tells no more than in so many: not enough for a memory."""

COMMON = 1 / 4
"""A word that more of the texts have than this tells nothing."""

QUOTED_CHARACTERS = 240

SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
SAY_NOTHING = frozenset(
    word
    for word in words(
        "a about after again all also always am an and any are as at be because been before but by can could did do "
        "does doing don down even every for from get go going good got had has have he her here him his how i if in "
        "into is it its just know let like little ll look made make me more much must my never no not now of off oh ok "
        "on one only or other our out over please re really right said say see shall she should so some something "
        "still such take tell than that the their them then there these they thing think this those through to too "
        "two up us ve very want was way we well were what when where which while who why will with without would yeah "
        "yes you your "
        "а без был была были было быть в вам вас весь во вот все всего вы где да даже для до его ее если есть еще же "
        "за здесь и из или им их к как ко когда который кто ли мы меня мне мой на над надо нам нас не него нее нет ни "
        "них но ну о об один он она они оно от по под потом при просто с себя сказал сказала со так такой там тебя "
        "тебе теперь то того тоже только ты у уже хорошо чего чем что чтобы эта эти это этот я"
    )
)


def newest(turns: Iterable[Turn], but: int) -> tuple[Turn, ...]:
    """Return what was said last, the newest first, without the turn that is being spoken."""
    said = [turn for turn in turns if turn.text and turn.id != but]
    return tuple(reversed(said[-NEWEST_TURNS:]))


def asked(said: Iterable[Turn], names: Collection[str]) -> tuple[str, ...]:
    """Return the words of some turns that may tell what they are about, each once: none of those that are everywhere.

    Nor the `names` of who is there: they are in every other line.
    """
    spent = SAY_NOTHING.union(*(words(name) for name in names))
    found = dict.fromkeys(word for turn in said for word in words(turn.text))
    return tuple(word for word in found if word not in spent and (len(word) > 2 or not word.isascii()))


def telling(counts: Counts) -> dict[str, float]:
    """Weigh words by how rare they are, the rarest first; words that many texts have are left out."""
    most = max(1.0, counts.texts * COMMON)
    weights = {
        word: log(max(counts.texts, FEW_TEXTS) / having) for word, having in counts.having.items() if having <= most
    }
    return dict(sorted(weights.items(), key=lambda entry: -entry[1])[:MOST_TELLING])


def is_worth_telling(text: str, weights: Mapping[str, float], least: float) -> bool:
    """Tell whether a text has enough of the telling words."""
    return _weight(text, weights) >= least


def excerpt(text: str, weights: Mapping[str, float], *, most: int = QUOTED_CHARACTERS) -> str:
    """Return the sentence that has most of the telling words, and of those around it what there is room for."""
    sentences = [" ".join(one.split()) for one in SENTENCE.split(text) if one.strip()]
    if not sentences:
        return ""
    first = last = max(range(len(sentences)), key=lambda place: _weight(sentences[place], weights))
    while True:
        wider = [(first, last + 1), (first - 1, last)]
        fitting = [one for one in wider if _fits(sentences, *one, most)]
        if not fitting:
            break
        first, last = fitting[0]
    kept = " ".join(sentences[first : last + 1])
    if len(kept) > most:
        kept = f"{kept[:most].rpartition(' ')[0] or kept[:most]} …"
    return f"{'… ' if first else ''}{kept}{' …' if last < len(sentences) - 1 and not kept.endswith('…') else ''}"


def memory(turn: Turn, weights: Mapping[str, float]) -> str:
    """Quote a turn that has left the window."""
    return f"Earlier, {turn.name}: “{excerpt(turn.text, weights)}”"


def _fits(sentences: Sequence[str], first: int, last: int, most: int) -> bool:
    return first >= 0 and last < len(sentences) and len(" ".join(sentences[first : last + 1])) <= most


def _weight(text: str, weights: Mapping[str, float]) -> float:
    return sum(weights.get(word, 0.0) for word in set(words(text)))
