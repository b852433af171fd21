"""The tables, as the newest migration leaves them. They know no query."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import REAL, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.core import Author, TurnState
from bot.store.columns import Fields, Flag, Moment, OneOf, Words

# Strict: SQLite keeps any value in any column otherwise.
STRICT = {"sqlite_strict": True}
# Autoincrement: no id is given out twice, so what a platform or a cache remembers never comes to mean another row.
NUMBERED = STRICT | {"sqlite_autoincrement": True}


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Words,
        datetime: Moment,
        bool: Flag,
        float: REAL,
        dict[str, Any]: Fields,
        Author: OneOf(Author),
        TurnState: OneOf(TurnState),
    }


class Person(Table):
    __tablename__ = "people"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)


class Account(Table):
    """`id` is `platform:foreign-id`; one person can have several."""

    __tablename__ = "accounts"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str]


class Place(Table):
    """`id` is `platform:foreign-id`."""

    __tablename__ = "places"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


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


class Persona(Table):
    """Who a person plays."""

    __tablename__ = "personas"
    __table_args__ = (UniqueConstraint("person_id", "name"), NUMBERED)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    description: Mapped[str]
    picture: Mapped[bytes | None]


class Scene(Table):
    """`opened_by` is the name that its opener plays under. Turns point back at scenes, hence `use_alter`."""

    __tablename__ = "scenes"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[str] = mapped_column(ForeignKey("places.id"), index=True)
    title: Mapped[str]
    opened_by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    scenario: Mapped[str]
    leaf_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id", use_alter=True))
    window_from_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id", use_alter=True))
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Cast(Table):
    """A card in a scene: under the name it plays, with its text as the model reads it, expanded once and frozen."""

    __tablename__ = "cast"
    __table_args__ = (
        ForeignKeyConstraint(["scene_id", "after_id"], ["turns.scene_id", "turns.id"]),
        STRICT,
    )

    scene_id: Mapped[int] = mapped_column(ForeignKey("scenes.id"), primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    block: Mapped[str]
    talkativeness: Mapped[float]
    muted: Mapped[bool]
    after_id: Mapped[int | None]
    examples: Mapped[str]


class Turn(Table):
    """A node of a scene's tree. It is younger than its parent and of the same scene, so no path loops or strays."""

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("scene_id", "id"),
        ForeignKeyConstraint(["scene_id", "parent_id"], ["turns.scene_id", "turns.id"]),
        CheckConstraint("parent_id < id", name="parent_is_older"),
        Index(None, "scene_id", "parent_id"),
        NUMBERED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scene_id: Mapped[int] = mapped_column(ForeignKey("scenes.id"))
    parent_id: Mapped[int | None]
    author: Mapped[Author]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))
    name: Mapped[str]
    state: Mapped[TurnState]
    at: Mapped[datetime]
    event: Mapped[str | None] = mapped_column(unique=True)


class Revision(Table):
    """What a turn says; the newest counts. `person_id` is whoever wrote this revision."""

    __tablename__ = "revisions"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Message(Table):
    """A message on a platform (`platform:message-id`) that shows a turn or a part of it; in the order of sending."""

    __tablename__ = "messages"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    foreign_id: Mapped[str] = mapped_column(unique=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), index=True)
