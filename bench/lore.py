"""How long the matcher of lorebooks takes. It knows no model."""

import statistics
import time
from collections.abc import AsyncIterator, Sequence
from random import Random

from bench.figures import Figure, Result, Tick
from characters.lore import Book, Effects, Entry, Moment, Shelf, match

ENTRIES = 2_000
CHARS = 8_000
MESSAGES = 16
ROUNDS = 50
VOCABULARY = 20_000
SEED = 5
BUDGET_TOKENS = 512
REGEX_EVERY, SECONDARY_EVERY, TWO_WORDS_EVERY = 100, 4, 5
"""One entry in so many has a regular expression among its keys, asks for a second key, has a key of two words."""

_SYLLABLES = "ka lo mi ren sha tor vel bri dan eth fol gur hes ist jor nym".split()


async def lore(entries: int, rounds: int, tick: Tick) -> AsyncIterator[Result]:
    """Match a book of so many entries against stories of 8,000 characters, each another; yield the median."""
    chance = Random(SEED)
    words = [_word(chance) for _ in range(VOCABULARY)]
    shelf = Shelf({"book": Book("character_book", tuple(_entry(number, words, chance) for number in range(entries)))})
    took: list[float] = []
    for done in range(1, rounds + 1):
        messages = _messages(words, chance)
        begun = time.perf_counter()
        moment = Moment(messages, len(messages))
        match(shelf, moment, Effects(), budget=BUDGET_TOKENS, count=_tokens, rng=Random(done))
        took.append(time.perf_counter() - begun)
        tick("lore", done, rounds)
    yield Figure("lore_match_ms", statistics.median(took) * 1000)


def _entry(number: int, words: Sequence[str], chance: Random) -> Entry:
    keys = [chance.choice(words), chance.choice(words)]
    if number % TWO_WORDS_EVERY == 0:
        keys.append(f"{chance.choice(words)} {chance.choice(words)}")
    if number % REGEX_EVERY == 0:
        keys.append(f"/{chance.choice(words)}(s|es)?\\b/i")
    secondary = (chance.choice(words), chance.choice(words)) if number % SECONDARY_EVERY == 0 else ()
    content = " ".join(chance.choices(words, k=40))
    return Entry(str(number), tuple(keys), content, secondary_keys=secondary, scan_depth=MESSAGES)


def _messages(words: Sequence[str], chance: Random) -> tuple[str, ...]:
    text = " ".join(chance.choices(words, k=CHARS // 4))[:CHARS]
    size = CHARS // MESSAGES
    return tuple(text[start : start + size] for start in range(0, CHARS, size))


def _word(chance: Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))


def _tokens(text: str) -> int:
    return len(text) // 4
