"""The tables of what is brought along: cards, lorebooks, documents, and who has them."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.models.table import NUMBERED, Table


class Card(Table):
    """`original` is the file as it came, `fields` what was read from it, `digest` the file's SHA-256 in hex.

    The blobs come last: SQLite reads through them to reach a column behind.
    """

    __tablename__ = "cards"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    source: Mapped[str]
    fields: Mapped[dict[str, Any]]
    picture: Mapped[bytes | None]
    original: Mapped[bytes]


class Book(Table):
    """A lorebook: `body` is its JSON as it is now, whatever the dialect."""

    __tablename__ = "books"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    source: Mapped[str]
    body: Mapped[str]


class Document(Table):
    """A wiki page, a rule book; `original` is the file as it came, `digest` its SHA-256 in hex."""

    __tablename__ = "documents"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    source: Mapped[str]
    original: Mapped[bytes]


class Passage(Table):
    """A piece of a document, in its order; `heading` is what it stands under. The table `passages_fts` finds it."""

    __tablename__ = "passages"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    heading: Mapped[str]
    text: Mapped[str]


class Holding(Table):
    """That a person, or a server on which it was published, has one card, lorebook, document or persona."""

    __tablename__ = "holdings"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (server_id IS NULL)", name="one_holder"),
        CheckConstraint(
            "(card_id IS NOT NULL) + (book_id IS NOT NULL) + (document_id IS NOT NULL) + (persona_id IS NOT NULL) = 1",
            name="one_thing",
        ),
        Index(None, "person_id"),
        Index(None, "server_id"),
        NUMBERED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    server_id: Mapped[str | None] = mapped_column(ForeignKey("servers.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))
    book_id: Mapped[int | None] = mapped_column(ForeignKey("books.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    persona_id: Mapped[int | None] = mapped_column(ForeignKey("personas.id"))
