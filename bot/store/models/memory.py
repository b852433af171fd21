"""The tables of what a story remembers beside its turns: notes, summaries, values, reasons, and what is attached."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.models.table import NUMBERED, STRICT, Table


class Note(Table):
    """An author's note for a scene, or for one character in it. `depth` counts messages, `frequency` replies."""

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("scene_id", "card_id"), NUMBERED)

    id: Mapped[int] = mapped_column(primary_key=True)
    scene_id: Mapped[int] = mapped_column(ForeignKey("scenes.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))
    text: Mapped[str]
    depth: Mapped[int]
    frequency: Mapped[int]


class Summary(Table):
    """What happened up to a turn, behind which it stands; the newest counts. `person_id` is whoever edited it.

    `window_from_id` is where the window began when it was made: until that moves, the one before is still read.
    """

    __tablename__ = "summaries"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    window_from_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id"))


class State(Table):
    """The values that a story keeps, as they are at a turn; the newest counts. `person_id` is whoever set them."""

    __tablename__ = "states"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), index=True)
    values: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Reason(Table):
    """Why a reply is as it is: who was asked, which lore was told, what it cost; what lore has to remember then.

    `prompt` is the exact text that the model read, compressed; None once it is let go of.
    """

    __tablename__ = "reasons"
    __table_args__ = STRICT

    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    fields: Mapped[dict[str, Any]]
    effects: Mapped[dict[str, Any]]
    prompt: Mapped[bytes | None]


class SceneBook(Table):
    """That a lorebook is attached to a scene."""

    __tablename__ = "scene_books"
    __table_args__ = STRICT

    scene_id: Mapped[int] = mapped_column(ForeignKey("scenes.id"), primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)


class SceneDocument(Table):
    """That a document is attached to a scene."""

    __tablename__ = "scene_documents"
    __table_args__ = STRICT

    scene_id: Mapped[int] = mapped_column(ForeignKey("scenes.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), primary_key=True)
