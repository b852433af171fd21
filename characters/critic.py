"""Reads a card as a critic would: what is missing, what it costs, what will not work. It knows no model."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from characters.card import Card
from characters.errors import CardError, quote
from characters.lore import Book, problems, read_card_book
from characters.lore.decorators import split_decorators
from characters.macros import unknown_macros

HEAD = ("description", "personality", "scenario", "system_prompt", "post_history_instructions")
"""What is read before every reply; examples are the first to leave."""

DEPTH_PROMPT = "extensions.depth_prompt"

EXPECTED = ("description", "personality", "scenario", "first_mes", "mes_example")

_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»|「[^」\n]*」|『[^』\n]*』")
_LABEL = re.compile(r"^\s*(?:\{\{user\}\}|<user>)\s*[:：]", re.IGNORECASE | re.MULTILINE)
_VERBS = (
    r"say|ask|repl|answer|nod|smile|laugh|sigh|whisper|shout|think|feel|decide|walk|step|turn|look|stare|blush|reach|grab|"
    r"take|sit|stand|lean|agree|smirk|shrug"
)
_ACTS = re.compile(
    rf"(?<!\w)(?:\{{\{{user\}}\}}|<user>)\s(?:\w+ly\s)?(?:(?:{_VERBS})(?:s|ies|es)|said|asked|replied|answered|nodded|smiled|"
    rf"laughed|sighed|thought|felt|decided|walked|turned|looked)(?!\w)|"
    rf"(?<!\w)you\s(?:\w+ly\s)?(?:say|ask|reply|answer|nod|smile|laugh|sigh|whisper|shout|decide|blush|agree|smirk|shrug|"
    rf"said|asked|replied|answered|nodded|smiled|laughed|sighed|decided|blushed)(?!\w)|"
    r"(?<!\w)(?:ты|вы)\s(?:говоришь|говорите|отвечаешь|отвечаете|киваешь|киваете|улыбаешься|улыбаетесь)(?!\w)|"
    r"你(?:说道|回答|点头|笑着说|说：)|あなたは(?:言った|答えた|頷いた|うなずいた)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one field of a card; `field` is its name in the format, `head` for all that is read first."""

    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.field}: {self.text}"


def check_card(card: Card, count_tokens: Callable[[str], int]) -> tuple[Remark, ...]:
    """Remark on a card, a line each: sizes in tokens, empty fields, what nothing expands, what can never happen."""
    book, fault = _book_of(card)
    return (
        *(Remark("card", doubt) for doubt in card.warnings),
        *_sizes(card, book, count_tokens),
        *_empty(card),
        *_macros(card),
        *_greetings(card),
        *fault,
        *(Remark("character_book", problem) for problem in (problems(book) if book else ())),
    )


def _book_of(card: Card) -> tuple[Book | None, Sequence[Remark]]:
    try:
        return read_card_book(card, source=card.name), ()
    except CardError as error:
        return None, (Remark("character_book", f"cannot be read: {error.problem}."),)


def _sizes(card: Card, book: Book | None, count_tokens: Callable[[str], int]) -> Iterator[Remark]:
    texts = dict(_texts(card))
    sizes = {name: count_tokens(text) for name, text in texts.items() if text.strip()}
    lore = sum(count_tokens(text) for text in _constant(book))
    for name, size in sizes.items():
        yield Remark(name, f"{_tokens(size)}.")
    if lore:
        yield Remark("character_book", f"{_tokens(lore)} that are always told.")
    total = sum(size for name, size in sizes.items() if name in (*HEAD, DEPTH_PROMPT)) + lore
    yield Remark("head", f"{_tokens(total)} in all are read before every reply.")


def _empty(card: Card) -> Iterator[Remark]:
    for name in EXPECTED:
        if not getattr(card, name).strip():
            yield Remark(name, "is empty.")


def _macros(card: Card) -> Iterator[Remark]:
    for name, text in _texts(card):
        for macro in unknown_macros(text):
            yield Remark(name, f"has the macro {quote(macro)}, which is not known here and stays as it is written.")


def _greetings(card: Card) -> Iterator[Remark]:
    for name, text in _texts(card):
        if name.startswith(("first_mes", "alternate_greetings", "group_only_greetings")):
            found = _LABEL.search(text) or _ACTS.search(_QUOTED.sub('""', text))
            if found:
                yield Remark(name, f"speaks or acts for the player: {quote(' '.join(found[0].split()))}.")


def _texts(card: Card) -> Iterator[tuple[str, str]]:
    """Yield what the model reads of a card, by the names of the fields."""
    for name in (*HEAD[:3], "first_mes", "mes_example", *HEAD[3:]):
        yield name, getattr(card, name)
    if card.depth_prompt:
        yield DEPTH_PROMPT, card.depth_prompt.text
    for name in ("alternate_greetings", "group_only_greetings"):
        for place, text in enumerate(getattr(card, name)):
            yield f"{name}[{place}]", text


def _constant(book: Book | None) -> Iterator[str]:
    for entry in book.entries if book else ():
        if entry.enabled and entry.constant:
            yield split_decorators(entry.content)[1]


def _tokens(count: int) -> str:
    return "1 token" if count == 1 else f"{count:,} tokens"
