"""Everything the engine can refuse. `str(error)` is one sentence that may be shown to a user."""

import reprlib


class EngineError(Exception):
    """The engine could not do what was asked."""

    def __reduce__(self) -> tuple[object, ...]:
        return _revive, (type(self), str(self))


def _revive(kind: type[EngineError], message: str) -> EngineError:
    """Build an error that came through the pipe: it brings the sentence, the constructor would want the facts."""
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    return error


class ModelError(EngineError):
    """The model file cannot be used."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"The model {path} cannot be loaded: {reason}.")


class NoModel(EngineError):
    """The model was unloaded, or is being changed for another."""

    def __init__(self) -> None:
        super().__init__("No model is loaded just now. Please try again in a moment.")


class Busy(EngineError):
    """The line is full."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"The model is busy: {waiting} requests are waiting already. Please try again in a moment.")
        self.waiting = waiting


class PromptTooLong(EngineError):
    """What must not be trimmed does not fit the window."""

    def __init__(self, needed: int, window: int) -> None:
        super().__init__(
            f"What the model must read for this reply takes {needed:,} tokens, but its window holds {window:,}: "
            "shorten the last line, remove a character, or set a larger engine.window."
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

    def __init__(self, name: str, value: object, expected: str) -> None:
        super().__init__(f"Sampling value {name} = {reprlib.repr(value)} cannot be used: expected {expected}.")


class InvalidSetting(EngineError):
    """One of the engine's settings is outside its range."""

    def __init__(self, name: str, least: int, most: int) -> None:
        super().__init__(f"The engine's setting {name} must be a whole number from {least:,} to {most:,}.")
        self.name = name
        self.expected = f"a whole number from {least:,} to {most:,}"


class WorkerDied(EngineError):
    """The process that holds the model ended."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"The model's process ended unexpectedly (exit code {exit_code}).")
