"""What can be wrong with a card or a lorebook. `str(error)` is one sentence that may be shown to a user.

`said` is the same, ready to be translated by whoever knows words of other languages.
"""

import os
import reprlib
from collections.abc import Mapping


class Clause(str):
    """What is to be said, in English; `text` is the same with places for the `facts`.

    Whoever knows words says it in other languages. A fact may be a clause, too.
    """

    text: str
    facts: Mapping[str, object]
    plural: str = ""
    """What is said instead for every number but 1, the number being the fact `count`."""


def clause(text: str, /, **facts: object) -> Clause:
    """Say something with facts in it; catalogues are made from the texts that stand in calls of this."""
    said = Clause(text.format(**facts))
    said.text, said.facts = text, facts
    return said


def counted(one: str, many: str, /, *, count: int, **facts: object) -> Clause:
    """Say something about a number of things."""
    said = clause(one if count == 1 else many, count=count, **facts)
    said.text, said.plural = one, many
    return said


class CardError(Exception):
    """A card cannot be read.

    `problem` is a clause that names the field, where there is one, and what was expected of it.
    """

    def __init__(self, source: str, problem: Clause) -> None:
        self.said = self._sentence("".join(char if char.isprintable() else "?" for char in source), problem)
        super().__init__(self.said)
        self.source = source
        self.problem = problem

    @staticmethod
    def _sentence(source: str, problem: Clause) -> Clause:
        return clause("The card {source} cannot be read: {problem}.", source=source, problem=problem)


class CardRefused(CardError):
    """A card can be read, but nobody will play it."""

    @staticmethod
    def _sentence(source: str, problem: Clause) -> Clause:
        return clause("The card {source} is refused: {problem}.", source=source, problem=problem)


class LorebookError(CardError):
    """A lorebook cannot be read, be it a card's or one of its own."""

    @staticmethod
    def _sentence(source: str, problem: Clause) -> Clause:
        return clause("The lorebook {source} cannot be read: {problem}.", source=source, problem=problem)


class PatternError(ValueError):
    """A regular expression cannot be used; `problem` says why."""

    def __init__(self, text: str, /, **facts: object) -> None:
        self.problem = clause(text, **facts)
        super().__init__(self.problem)


def quote(value: object) -> str:
    """Quote a value out of a file, on one line and cut short, for a message."""
    return reprlib.repr(value)


def refused(error: OSError) -> Clause:
    """Return what the operating system says: it has one sentence for each of its refusals."""
    return clause(os.strerror(error.errno)) if error.errno else clause("the system does not say why")
