"""Many live stories on one small machine: all that the bot may import of the engine."""

from engine.config import EngineSettings
from engine.conversion import convert, converted
from engine.counting import count_tokens
from engine.demo import demo_model
from engine.engine import Engine
from engine.errors import (
    Busy,
    EmptyPrompt,
    EmptyText,
    EngineError,
    InvalidSampling,
    ModelError,
    NoModel,
    PromptTooLong,
    WorkerDied,
)
from engine.figures import Figures, Occupancy, Tier, Totals
from engine.messages import Explained, ExplainedText, Finish, Finished, ModelInfo, Priority, Scores
from engine.plan import Capability
from engine.prompt import Piece, Prompt, Segment
from engine.sampling import MAX_SEED, Sampling
from engine.stream import Stream

__all__ = [
    "MAX_SEED",
    "Busy",
    "Capability",
    "EmptyPrompt",
    "EmptyText",
    "Engine",
    "EngineError",
    "EngineSettings",
    "Explained",
    "ExplainedText",
    "Figures",
    "Finish",
    "Finished",
    "InvalidSampling",
    "ModelError",
    "ModelInfo",
    "NoModel",
    "Occupancy",
    "Piece",
    "Priority",
    "Prompt",
    "PromptTooLong",
    "Sampling",
    "Scores",
    "Segment",
    "Stream",
    "Tier",
    "Totals",
    "WorkerDied",
    "convert",
    "converted",
    "count_tokens",
    "demo_model",
]
