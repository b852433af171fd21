"""Everything the engine can refuse. `str(error)` is one sentence that may be shown to a user; `said` can be translated.

It knows no words of other languages.
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


def clause(text: str, /, **facts: object) -> Clause:
    """Say something with facts in it; catalogues are made from the texts that stand in calls of this."""
    said = Clause(text.format(**facts))
    said.text, said.facts = text, facts
    return said


class EngineError(Exception):
    """The engine could not do what was asked. `text` is English, with places for the facts."""

    def __init__(self, text: str, /, **facts: object) -> None:
        self.said = clause(text, **facts)
        super().__init__(self.said)

    def __reduce__(self) -> tuple[object, ...]:
        return _revive, (type(self), self.said)


def _revive(kind: type[EngineError], said: Clause) -> EngineError:
    """Build an error that came through the pipe: it brings the sentence, the constructor would want the facts."""
    error = kind.__new__(kind)
    Exception.__init__(error, said)
    error.said = said
    return error


class GrammarError(ValueError):
    """A grammar, or the JSON schema that is to become one, cannot be followed; `problem` says why."""

    def __init__(self, text: str, /, **facts: object) -> None:
        self.problem = clause(text, **facts)
        super().__init__(self.problem)


class ModelError(EngineError):
    """The model file cannot be used."""

    def __init__(self, path: object, reason: Clause) -> None:
        super().__init__("The model {path} cannot be loaded: {reason}.", path=str(path), reason=reason)


class NoModel(EngineError):
    """The model was unloaded, or is being changed for another."""

    def __init__(self) -> None:
        super().__init__("No model is loaded just now. Please try again in a moment.")


class Busy(EngineError):
    """The line is full."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            "The model is busy: {waiting} requests are waiting already. Please try again in a moment.", waiting=waiting
        )
        self.waiting = waiting


class PromptTooLong(EngineError):
    """What must not be trimmed does not fit the window."""

    def __init__(self, needed: int, window: int) -> None:
        super().__init__(
            "What the model must read for this reply takes {needed:,} tokens, but its window holds {window:,}: "
            "shorten the last line, remove a character, or set a larger engine.window.",
            needed=needed,
            window=window,
        )


class EmptyPrompt(EngineError):
    """There is nothing to go on from."""

    def __init__(self) -> None:
        super().__init__("The prompt is empty: its cue, from which the reply goes on, needs some text.")


class EmptyText(EngineError):
    """There is nothing to explain."""

    def __init__(self) -> None:
        super().__init__("The text is empty: there is no token in it whose probability could be told.")


class InvalidSampling(EngineError):
    """A sampling value is outside its range."""

    def __init__(self, name: str, value: object, expected: Clause) -> None:
        super().__init__(
            "Sampling value {name} = {value} cannot be used: expected {expected}.",
            name=name,
            value=reprlib.repr(value),
            expected=expected,
        )


class InvalidSetting(EngineError):
    """One of the engine's settings is outside its range."""

    def __init__(self, name: str, least: int, most: int) -> None:
        self.name = name
        self.expected = clause("a whole number from {least:,} to {most:,}", least=least, most=most)
        super().__init__("The engine's setting {name} must be {expected}.", name=name, expected=self.expected)


class WorkerDied(EngineError):
    """The process that holds the model ended."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__("The model's process ended unexpectedly (exit code {exit_code}).", exit_code=exit_code)


def refused(error: OSError) -> Clause:
    """Return what the operating system says: it has one sentence for each of its refusals."""
    return clause(os.strerror(error.errno)) if error.errno else clause("the system does not say why")
