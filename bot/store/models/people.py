"""The tables of who plays: people, their accounts, personas, presets, and what they have used."""

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.models.table import NUMBERED, STRICT, Table


class Server(Table):
    """Where several places belong together; `id` is `platform:foreign-id`. `settings` are its moderators'."""

    __tablename__ = "servers"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    settings: Mapped[dict[str, Any]]


class Place(Table):
    """`id` is `platform:foreign-id`."""

    __tablename__ = "places"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    server_id: Mapped[str | None] = mapped_column(ForeignKey("servers.id"))


class Person(Table):
    """`is_invited`: the owner of the machine lets them use it. Who `wants_ping` is called after a long wait."""

    __tablename__ = "people"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    is_invited: Mapped[bool] = mapped_column(server_default="0")
    wants_ping: Mapped[bool] = mapped_column(server_default="0")


class Account(Table):
    """`id` is `platform:foreign-id`; one person can have several."""

    __tablename__ = "accounts"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str]


class Persona(Table):
    """Who a person plays. `brackets` are what its lines are typed in, as in `k: text`; empty where nothing is."""

    __tablename__ = "personas"
    __table_args__ = (UniqueConstraint("person_id", "name"), NUMBERED)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    description: Mapped[str]
    picture: Mapped[bytes | None]
    brackets: Mapped[str] = mapped_column(server_default="")


class Preset(Table):
    """Settings under a name, of a person's own."""

    __tablename__ = "presets"
    __table_args__ = (UniqueConstraint("person_id", "name"), NUMBERED)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    values: Mapped[dict[str, Any]]


class Usage(Table):
    """What a person has asked of the model on a day (UTC, ISO 8601)."""

    __tablename__ = "usage"
    __table_args__ = STRICT

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    replies: Mapped[int]
    tokens: Mapped[int]
