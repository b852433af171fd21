"""Reads a card as a critic would: what is missing, what it costs, what will not work. It knows no model."""

import re
from collections.abc import Callable, Iterator, Sequence

from characters.card import Card
from characters.errors import CardError, Clause, clause, counted, quote
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


Count = Callable[[Sequence[str]], Sequence[int]]
"""Tells the tokens of some texts, all asked at once: whoever knows a model needs a while to begin."""


def check_card(card: Card, count: Count) -> tuple[Clause, ...]:
    """Remark on a card, a line each: sizes in tokens, empty fields, what nothing expands, what can never happen.

    Each begins with the name of a field; `head` is all that is read first.
    """
    book, fault = _book_of(card)
    return (
        *(_remark(clause("card"), doubt) for doubt in card.warnings),
        *_sizes(card, book, count),
        *_empty(card),
        *_macros(card),
        *_greetings(card),
        *fault,
        *(_remark("character_book", problem) for problem in (problems(book) if book else ())),
    )


def _remark(field: str, remark: str) -> Clause:
    return clause("{field}: {remark}", field=field, remark=remark)


def _book_of(card: Card) -> tuple[Book | None, Sequence[Clause]]:
    try:
        return read_card_book(card, source=card.name), ()
    except CardError as error:
        return None, (_remark("character_book", clause("cannot be read: {problem}.", problem=error.problem)),)


def _sizes(card: Card, book: Book | None, count: Count) -> Iterator[Clause]:
    texts = {name: text for name, text in _texts(card) if text.strip()}
    counts = count([*texts.values(), *_constant(book)])
    sizes = dict(zip(texts, counts, strict=False))
    lore = sum(counts[len(texts) :])
    for name, size in sizes.items():
        yield _remark(name, counted("{count:,} token.", "{count:,} tokens.", count=size))
    if lore:
        told = counted("{count:,} token that is always told.", "{count:,} tokens that are always told.", count=lore)
        yield _remark("character_book", told)
    total = sum(size for name, size in sizes.items() if name in (*HEAD, DEPTH_PROMPT)) + lore
    read = counted(
        "{count:,} token in all is read before every reply.",
        "{count:,} tokens in all are read before every reply.",
        count=total,
    )
    yield _remark(clause("head"), read)


def _empty(card: Card) -> Iterator[Clause]:
    for name in EXPECTED:
        if not getattr(card, name).strip():
            yield _remark(name, clause("is empty."))


def _macros(card: Card) -> Iterator[Clause]:
    for name, text in _texts(card):
        for macro in unknown_macros(text):
            problem = clause(
                "has the macro {macro}, which is not known here and stays as it is written.", macro=quote(macro)
            )
            yield _remark(name, problem)


def _greetings(card: Card) -> Iterator[Clause]:
    for name, text in _texts(card):
        if name.startswith(("first_mes", "alternate_greetings", "group_only_greetings")):
            found = _LABEL.search(text) or _ACTS.search(_QUOTED.sub('""', text))
            if found:
                said = quote(" ".join(found[0].split()))
                yield _remark(name, clause("speaks or acts for the player: {said}.", said=said))


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
