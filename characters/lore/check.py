"""Reads a lorebook as a critic: what can never be told in it, or does nothing. It knows no story."""

from collections.abc import Iterator

from characters.errors import quote
from characters.lore.book import Book, Entry
from characters.lore.decorators import split_decorators
from characters.lore.patterns import compile_regex, is_regex


def problems(book: Book) -> tuple[str, ...]:
    """List what is wrong with the enabled entries of a book, a sentence each."""
    return tuple(
        f"The lore entry {quote(entry.title)} {problem}."
        for entry in book.entries
        if entry.enabled
        for problem in (*_of_keys(entry), *_of_the_rest(entry, book))
    )


def _of_keys(entry: Entry) -> Iterator[str]:
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
            yield f"has the key {quote(key)}, which is never found: {fault}"
    if entry.constant or decorators.activate:
        return
    if all(faults.values()):
        yield "can never be told: it is not constant, and no key of it can be found"
    elif broken:
        yield "can never be told: a key that it asks for besides is no valid regular expression"


def _fault(key: str) -> str:
    if not key.strip():
        return "it is empty"
    if is_regex(key):
        try:
            compile_regex(key)
        except ValueError as error:
            return f"it is no valid regular expression ({error})"
    return ""


def _of_the_rest(entry: Entry, book: Book) -> Iterator[str]:
    decorators, content = split_decorators(entry.content)
    if not content.strip():
        yield "says nothing"
    if entry.use_probability and entry.probability <= 0:
        yield "can never be told: its probability is 0"
    if decorators.dont_activate and not decorators.activate:
        yield "can never be told: its decorator @@dont_activate forbids it"
    if entry.delay_until_recursion > 0 and (book.recursive_scanning is False or entry.exclude_recursion):
        yield "can never be told: it waits for recursion, which is switched off for it"
    if decorators.unknown:
        yield f"has the decorator {quote(decorators.unknown[0])}, which is not known here and does nothing"
