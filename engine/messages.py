"""What the engine and its worker process say to each other."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from engine.errors import EngineError, ModelError
from engine.figures import Figures, Occupancy
from engine.plan import Capability
from engine.prompt import Prompt
from engine.sampling import Sampling


class Finish(StrEnum):
    """Why a reply ended."""

    END = "end"
    STOP = "stop"
    LENGTH = "length"
    CANCELLED = "cancelled"


class Priority(IntEnum):
    """How urgent a request is, the most urgent first."""

    INTERACTIVE = 0
    RETRY = 1
    NARRATION = 2
    SUGGESTION = 3
    BACKGROUND = 4


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What the loaded model is and can do. `window` is in tokens, for each channel; `parallel` replies run at once.

    `bos` and `eos` are the texts of its tokens for a beginning and an end; the engine puts the former in front of
    every story where the model `adds_bos`.
    """

    name: str = ""
    chat_template: str | None = None
    bos: str = ""
    eos: str = ""
    adds_bos: bool = False
    capability: Capability = Capability.APPEND
    window: int = 0
    parallel: int = 0
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """One reply to be written. Told to the worker. `exact` reads again what the cache holds only approximately.

    Where there are `candidates` nothing is written: their tokens, of each the first `depth`, are scored as what could
    come behind the cue. Nor is it where a text is to be `explained`, with so many `rivals` of each of its tokens.
    """

    id: int
    channel: str
    prompt: Prompt
    sampling: Sampling
    priority: Priority = Priority.INTERACTIVE
    user: str = ""
    exact: bool = False
    candidates: tuple[str, ...] = ()
    depth: int | None = None
    explained: str = ""
    rivals: int = 0


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop a reply, wherever it is. Told to the worker."""

    id: int


@dataclass(frozen=True, slots=True)
class Stop:
    """End the process in good order. Told to the worker."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded."""

    info: ModelInfo


@dataclass(frozen=True, slots=True)
class Broken:
    """The model could not be loaded."""

    error: ModelError


@dataclass(frozen=True, slots=True)
class Started:
    """A request has left the line."""

    id: int


@dataclass(frozen=True, slots=True)
class Text:
    """Some more of a reply."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Scored:
    """The natural logarithms of the probabilities of each candidate's tokens."""

    id: int
    scores: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """The natural logarithms of the probabilities of each candidate's tokens, and what it took to know them."""

    candidates: tuple[tuple[float, ...], ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Explained:
    """One token of a text: how probable it was in its place, from 0 to 1, and what else was likeliest there.

    The texts of all tokens make up the whole: where a character has several, the last one shows it. A rival that ends
    the reply, or has no text for another reason, is spelled as the vocabulary does.
    """

    text: str
    probability: float
    rivals: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedText:
    """A text token by token, and what it took to know that."""

    tokens: tuple[Explained, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Explanation:
    """The tokens of a text that was to be explained."""

    id: int
    tokens: tuple[Explained, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """A reply has ended. `window_from` is the label of the oldest unpinned segment that was kept."""

    id: int
    reason: Finish
    figures: Figures
    window_from: str | None
    occupancy: Occupancy


@dataclass(frozen=True, slots=True)
class Failed:
    """A request could not be carried out; the others go on."""

    id: int
    error: EngineError


Event = Ready | Broken | Started | Text | Scored | Explanation | Finished | Failed
Order = Request | Cancel | Stop
