"""Reads a lorebook as a critic: what can never be told in it, or does nothing. It knows no story."""

from collections.abc import Iterator

from characters.errors import Clause, PatternError, clause, quote
from characters.lore.book import Book, Entry
from characters.lore.decorators import split_decorators
from characters.lore.patterns import compile_regex, is_regex


def problems(book: Book) -> tuple[Clause, ...]:
    """List what is wrong with the enabled entries of a book, a sentence each."""
    return tuple(
        problem
        for entry in book.entries
        if entry.enabled
        for problem in (*_of_keys(entry, quote(entry.title)), *_of_the_rest(entry, quote(entry.title), book))
    )


def _of_keys(entry: Entry, title: str) -> Iterator[Clause]:
    decorators, _ = split_decorators(entry.content)
    faults = {key: _fault(key) for key in entry.keys}
    conditions = (
        *(entry.secondary_keys if entry.selective else ()),
        *decorators.additional_keys,
        *decorators.exclude_keys,
    )
    broken = {key: fault for key in conditions if key.strip() and (fault := _fault(key))}
    for key, fault in (faults | broken).items():
        if fault:
            yield clause(
                "The lore entry {entry} has the key {key}, which is never found: {fault}.",
                entry=title,
                key=quote(key),
                fault=fault,
            )
    if entry.constant or decorators.activate:
        return
    if all(faults.values()):
        yield clause(
            "The lore entry {entry} can never be told: it is not constant, and no key of it can be found.", entry=title
        )
    elif broken:
        yield clause(
            "The lore entry {entry} can never be told: a key that it asks for besides is no valid regular expression.",
            entry=title,
        )


def _fault(key: str) -> Clause | None:
    if not key.strip():
        return clause("it is empty")
    if is_regex(key):
        try:
            compile_regex(key)
        except PatternError as error:
            return clause("it is no valid regular expression ({problem})", problem=error.problem)
    return None


def _of_the_rest(entry: Entry, title: str, book: Book) -> Iterator[Clause]:
    decorators, content = split_decorators(entry.content)
    if not content.strip():
        yield clause("The lore entry {entry} says nothing.", entry=title)
    if entry.use_probability and entry.probability <= 0:
        yield clause("The lore entry {entry} can never be told: its probability is 0.", entry=title)
    if decorators.dont_activate and not decorators.activate:
        yield clause("The lore entry {entry} can never be told: its decorator @@dont_activate forbids it.", entry=title)
    if entry.delay_until_recursion > 0 and (book.recursive_scanning is False or entry.exclude_recursion):
        yield clause(
            "The lore entry {entry} can never be told: it waits for recursion, which is switched off for it.",
            entry=title,
        )
    if decorators.unknown:
        yield clause(
            "The lore entry {entry} has the decorator {decorator}, which is not known here and does nothing.",
            entry=title,
            decorator=quote(decorators.unknown[0]),
        )
