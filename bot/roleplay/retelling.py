"""When a story is to be summed up, and how the model is asked to tell it again. Pure."""

import re

from bot.core import Scene, Turn
from bot.roleplay.recall import excerpt
from bot.roleplay.tail import tokens_of

FULL = 3 / 4
"""Of a window: turns leave it soon, in steps of about a third."""

COVERED = 1 / 2
"""Of what the window holds: where the newest summary stands behind so much, it outlives the next trim and tells of all
that leaves in it."""

LONGEST_TOKENS, SHORTEST_TOKENS = 200, 48
WORDS_A_TOKEN = 0.6
QUOTED_CHARACTERS = 120
SENTENCE_ENDS = re.compile(r"[.!?…。！？]+[\"'”’»」』)*_]*")

SUMMARY_ORDER = (
    "The story pauses here. Retell in at most {words} words, in the language of the story and without dialogue, what "
    "has happened so far: who did what, who they are to each other, what they want, owe and know, and where they are "
    "now. What was summed up before belongs to it."
)
RECAP_ORDER = (
    "The story pauses here. {name} was away. Retell in at most {words} words, in the language of the story and without "
    "dialogue, what has happened since {since}."
)
RECAP = "What {name} has missed:"


def room_for_summary(scene: Scene, *, held: int, window: int) -> int:
    """Return of how many tokens a summary is due now, 0 where none is. `held` tokens of the `window` are filled.

    One is due where turns are about to leave that no summary tells of, as long as it can be written without a trim.
    """
    if held < FULL * window or covered(scene) >= COVERED:
        return 0
    room = room_beside(scene, summary_order(LONGEST_TOKENS), held=held, window=window)
    return room if room >= SHORTEST_TOKENS else 0


def room_beside(scene: Scene, order: str, *, held: int, window: int) -> int:
    """Return how many tokens can be written behind an order without a trim, at most as many as a summary may have.

    The last turn may not have been read yet.
    """
    unread = tokens_of(scene.turns[-1].text) if scene.turns else 0
    return max(0, min(LONGEST_TOKENS, window // 4, window - held - unread - tokens_of(order) - SHORTEST_TOKENS))


def covered(scene: Scene) -> float:
    """Return the part of the window's turns, by their length, that the newest summary tells of."""
    told = scene.summary.turn if scene.summary else 0
    length = sum(len(turn.text) for turn in scene.turns)
    return sum(len(turn.text) for turn in scene.turns if turn.id <= told) / max(1, length)


def summary_order(tokens: int) -> str:
    """Return what the model is told where a summary of so many tokens is wanted."""
    return SUMMARY_ORDER.format(words=int(tokens * WORDS_A_TOKEN))


def recap_order(name: str, last: Turn | None, tokens: int) -> str:
    """Return what the model is told where somebody wants to know what happened since their last turn."""
    since = f"they said “{excerpt(last.text, {}, most=QUOTED_CHARACTERS)}”" if last else "the story began"
    return RECAP_ORDER.format(name=name, since=since, words=int(tokens * WORDS_A_TOKEN))


def whole_sentences(text: str) -> str:
    """Leave out a last sentence that breaks off, unless it is the only one."""
    ends = [end.end() for end in SENTENCE_ENDS.finditer(text)]
    return text[: ends[-1]] if ends else text
