"""The words that the bot's layers share. It knows no platform, no database and no model."""

from bot.core.people import Access, Account, Incoming, Patience, Persona, Place, Player, Role
from bot.core.rules import (
    RANGES,
    Afterwards,
    Answering,
    CastingRules,
    Order,
    ReplySettings,
    SamplingValue,
    ServerRules,
)
from bot.core.story import Author, Branch, Member, Scene, Shown, Summary, Turn, TurnState

__all__ = [
    "RANGES",
    "Access",
    "Account",
    "Afterwards",
    "Answering",
    "Author",
    "Branch",
    "CastingRules",
    "Incoming",
    "Member",
    "Order",
    "Patience",
    "Persona",
    "Place",
    "Player",
    "ReplySettings",
    "Role",
    "SamplingValue",
    "Scene",
    "ServerRules",
    "Shown",
    "Summary",
    "Turn",
    "TurnState",
]
