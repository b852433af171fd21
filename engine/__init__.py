"""Many live stories on one small machine: all that the bot may import of the engine."""

from engine.config import EngineSettings
from engine.conversion import convert, converted
from engine.demo import demo_model
from engine.engine import Engine
from engine.errors import (
    Busy,
    EmptyPrompt,
    EngineError,
    InvalidSampling,
    ModelError,
    NoModel,
    PromptTooLong,
    WorkerDied,
)
from engine.messages import Figures, Finish, Finished, ModelInfo, Occupancy, Priority, Tier, Totals
from engine.plan import Capability
from engine.prompt import Piece, Prompt, Segment
from engine.sampling import MAX_SEED, Sampling
from engine.stream import Stream

__all__ = [
    "MAX_SEED",
    "Busy",
    "Capability",
    "EmptyPrompt",
    "Engine",
    "EngineError",
    "EngineSettings",
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
    "Segment",
    "Stream",
    "Tier",
    "Totals",
    "WorkerDied",
    "convert",
    "converted",
    "demo_model",
]
