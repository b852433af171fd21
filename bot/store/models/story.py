"""The tables of what is played: scenes, who is in them, and the trees of their turns."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core import Afterwards, Author, CastingRules, ReplySettings, TurnState
from bot.store.models.table import NUMBERED, STRICT, Table


class Scene(Table):
    """`opened_by` is the name that its opener plays under. Turns point back at scenes, hence `use_alter`.

    `house_rules`, `scenario` and `lore` are what the head of its prompts says, expanded once and frozen. `rules` are
    the casting's, `settings` how replies are written, `afterwards` what follows them, `state` the definitions of what
    the story keeps. `kept` is the object of a file that says of a whole story what no turn does.
    """

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
    paused_at: Mapped[datetime | None]
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id", use_alter=True))
    is_notebook: Mapped[bool] = mapped_column(server_default="0")
    language: Mapped[str] = mapped_column(server_default="")
    house_rules: Mapped[str] = mapped_column(server_default="")
    lore: Mapped[str] = mapped_column(server_default="")
    rules: Mapped[CastingRules] = mapped_column(server_default="{}")
    settings: Mapped[ReplySettings] = mapped_column(server_default="{}")
    afterwards: Mapped[Afterwards] = mapped_column(server_default="{}")
    state: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    kept: Mapped[str | None]


class Cast(Table):
    """A card in a scene: under the name it plays, with its text as the model reads it, expanded once and frozen.

    Its `aliases` stand a line each. Where it `has_left`, its text stays with the model until the scene ends. `moves`
    are the ids of the turns behind which it left, came back, left again, with a space between.
    """

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
    aliases: Mapped[str] = mapped_column(server_default="")
    settings: Mapped[ReplySettings] = mapped_column(server_default="{}")
    has_left: Mapped[bool] = mapped_column(server_default="0")
    moves: Mapped[str] = mapped_column(server_default="")


class Player(Table):
    """Somebody in a scene, as the persona that they took on behind the turn `after_id`; the newest counts.

    Without a persona they play under the name of their account. `block` is the persona as the model reads it, frozen.
    """

    __tablename__ = "players"
    __table_args__ = (
        ForeignKeyConstraint(["scene_id", "after_id"], ["turns.scene_id", "turns.id"]),
        Index(None, "scene_id", "person_id"),
        NUMBERED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scene_id: Mapped[int] = mapped_column(ForeignKey("scenes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    persona_id: Mapped[int | None] = mapped_column(ForeignKey("personas.id"))
    name: Mapped[str]
    block: Mapped[str]
    after_id: Mapped[int | None]


class Turn(Table):
    """A node of a scene's tree. It is younger than its parent and of the same scene, so no path loops or strays.

    `pinned` turns never leave the window. `kept` is the object of a file that the turn was read from.
    """

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
    pinned: Mapped[bool] = mapped_column(server_default="0")
    kept: Mapped[str | None]


class Revision(Table):
    """What a turn says; the newest counts. `person_id` is whoever wrote this revision. `turns_fts` finds the newest."""

    __tablename__ = "revisions"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Message(Table):
    """A message on a platform (`platform:message-id`) that shows a turn or a part of it; in the order of sending.

    It `is_ours` where the bot sent it, and `is_marked` where it is marked there as out of the story.
    """

    __tablename__ = "messages"
    __table_args__ = NUMBERED

    id: Mapped[int] = mapped_column(primary_key=True)
    foreign_id: Mapped[str] = mapped_column(unique=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), index=True)
    is_ours: Mapped[bool] = mapped_column(server_default="0")
    is_marked: Mapped[bool] = mapped_column(server_default="0")


class Event(Table):
    """An event of a platform (`platform:event-id`) that asked for an action and has been seen to."""

    __tablename__ = "events"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Branch(Table):
    """A name for a way through a scene's tree. The one that the scene is on moves along with its leaf."""

    __tablename__ = "branches"
    __table_args__ = (
        UniqueConstraint("scene_id", "name"),
        ForeignKeyConstraint(["scene_id", "leaf_id"], ["turns.scene_id", "turns.id"]),
        NUMBERED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scene_id: Mapped[int] = mapped_column(ForeignKey("scenes.id"))
    name: Mapped[str]
    leaf_id: Mapped[int | None]
