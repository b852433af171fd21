"""The tables, as the newest migration leaves them. They know no query."""

from bot.store.models.library import Book, Card, Document, Holding, Passage
from bot.store.models.memory import Note, Reason, SceneBook, SceneDocument, State, Summary
from bot.store.models.people import Account, Person, Persona, Place, Preset, Server, Usage
from bot.store.models.story import Branch, Cast, Event, Message, Player, Revision, Scene, Turn
from bot.store.models.table import Table

__all__ = [
    "Account",
    "Book",
    "Branch",
    "Card",
    "Cast",
    "Document",
    "Event",
    "Holding",
    "Message",
    "Note",
    "Passage",
    "Person",
    "Persona",
    "Place",
    "Player",
    "Preset",
    "Reason",
    "Revision",
    "Scene",
    "SceneBook",
    "SceneDocument",
    "Server",
    "State",
    "Summary",
    "Table",
    "Turn",
    "Usage",
]
