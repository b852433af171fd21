"""The first tables: who plays, with which cards, and the trees of turns that come of it.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _cards()
    _scenes()
    _turns()
    _cast()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_accounts_person_id"), "accounts", ["person_id"])
    op.create_table(
        "personas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_personas_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personas")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_personas_person_id_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("original", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("digest", name=op.f("uq_cards_digest")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )


def _scenes() -> None:
    op.create_table(
        "places",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sqlite_strict=True,
    )
    op.create_table(
        "scenes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("leaf_id", sa.Integer(), nullable=True),
        sa.Column("window_from_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_scenes_place_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_scenes_person_id")),
        sa.ForeignKeyConstraint(["leaf_id"], ["turns.id"], name=op.f("fk_scenes_leaf_id")),
        sa.ForeignKeyConstraint(["window_from_id"], ["turns.id"], name=op.f("fk_scenes_window_from_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenes")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_scenes_place_id"), "scenes", ["place_id"])


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scene_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.CheckConstraint("parent_id < id", name=op.f("ck_turns_parent_is_older")),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_turns_scene_id")),
        sa.ForeignKeyConstraint(
            ["scene_id", "parent_id"], ["turns.scene_id", "turns.id"], name=op.f("fk_turns_scene_id_parent_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_turns_person_id")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_turns_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.UniqueConstraint("event", name=op.f("uq_turns_event")),
        sa.UniqueConstraint("scene_id", "id", name=op.f("uq_turns_scene_id_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_turns_scene_id_parent_id"), "turns", ["scene_id", "parent_id"])
    _what_turns_say_and_show()


def _what_turns_say_and_show() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_revisions_turn_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_revisions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_revisions_turn_id"), "revisions", ["turn_id"])
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("foreign_id", sa.Text(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_messages_turn_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("foreign_id", name=op.f("uq_messages_foreign_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_messages_turn_id"), "messages", ["turn_id"])


def _cast() -> None:
    op.create_table(
        "cast",
        sa.Column("scene_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("talkativeness", sa.REAL[float](), nullable=False),
        sa.Column("muted", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.Column("examples", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_cast_scene_id")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_cast_card_id")),
        sa.ForeignKeyConstraint(
            ["scene_id", "after_id"], ["turns.scene_id", "turns.id"], name=op.f("fk_cast_scene_id_after_id")
        ),
        sa.PrimaryKeyConstraint("scene_id", "card_id", name=op.f("pk_cast")),
        sqlite_strict=True,
    )
