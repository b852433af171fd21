"""Players and their personas, lorebooks and documents, memory, branches, settings.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

from bot.store.search import FILED_UNDER, indexed

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _library()
    _scenes()
    _memory()
    _attached()
    _search()
    _people_known_before()
    _scenes_known_before()
    _said_before()


def _people() -> None:
    op.create_table(
        "servers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_servers")),
        sqlite_strict=True,
    )
    op.create_table(
        "presets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_presets_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presets")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_presets_person_id_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "usage",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_usage_person_id")),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_usage")),
        sqlite_strict=True,
    )


def _library() -> None:
    op.create_table(
        "books",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("digest", name=op.f("uq_documents_digest")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_passages_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_passages_document_id"), "passages", ["document_id"])
    op.create_table(
        "holdings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("server_id", sa.Text(), nullable=True),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("book_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("persona_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(card_id IS NOT NULL) + (book_id IS NOT NULL) + (document_id IS NOT NULL) + (persona_id IS NOT NULL) = 1",
            name=op.f("ck_holdings_one_thing"),
        ),
        sa.CheckConstraint("(person_id IS NULL) <> (server_id IS NULL)", name=op.f("ck_holdings_one_holder")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_holdings_book_id")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_holdings_card_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_holdings_document_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_holdings_person_id")),
        sa.ForeignKeyConstraint(["persona_id"], ["personas.id"], name=op.f("fk_holdings_persona_id")),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_holdings_server_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holdings")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_holdings_person_id"), "holdings", ["person_id"])
    op.create_index(op.f("ix_holdings_server_id"), "holdings", ["server_id"])


def _scenes() -> None:
    op.create_table(
        "branches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scene_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("leaf_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["scene_id", "leaf_id"], ["turns.scene_id", "turns.id"], name=op.f("fk_branches_scene_id_leaf_id")
        ),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_branches_scene_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branches")),
        sa.UniqueConstraint("scene_id", "name", name=op.f("uq_branches_scene_id_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "players",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scene_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("persona_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_players_person_id")),
        sa.ForeignKeyConstraint(["persona_id"], ["personas.id"], name=op.f("fk_players_persona_id")),
        sa.ForeignKeyConstraint(
            ["scene_id", "after_id"], ["turns.scene_id", "turns.id"], name=op.f("fk_players_scene_id_after_id")
        ),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_players_scene_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_players")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_players_scene_id_person_id"), "players", ["scene_id", "person_id"])
    op.create_table(
        "events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_strict=True,
    )


def _memory() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scene_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("frequency", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_notes_card_id")),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_notes_scene_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("scene_id", "card_id", name=op.f("uq_notes_scene_id_card_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "summaries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("window_from_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_summaries_person_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_summaries_turn_id")),
        sa.ForeignKeyConstraint(["window_from_id"], ["turns.id"], name=op.f("fk_summaries_window_from_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summaries")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_summaries_turn_id"), "summaries", ["turn_id"])
    op.create_table(
        "states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_states_person_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_states_turn_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_states")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_states_turn_id"), "states", ["turn_id"])
    op.create_table(
        "reasons",
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("effects", sa.Text(), nullable=False),
        sa.Column("prompt", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_reasons_turn_id")),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_reasons")),
        sqlite_strict=True,
    )


def _attached() -> None:
    op.create_table(
        "scene_books",
        sa.Column("scene_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_scene_books_book_id")),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_scene_books_scene_id")),
        sa.PrimaryKeyConstraint("scene_id", "book_id", name=op.f("pk_scene_books")),
        sqlite_strict=True,
    )
    op.create_table(
        "scene_documents",
        sa.Column("scene_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_scene_documents_document_id")),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_scene_documents_scene_id")),
        sa.PrimaryKeyConstraint("scene_id", "document_id", name=op.f("pk_scene_documents")),
        sqlite_strict=True,
    )


def _search() -> None:
    for name in ("turns_fts", "passages_fts"):
        op.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(text, tokenize='unicode61 remove_diacritics 2')")


# By hand: Alembic would copy each of these tables for a column with a foreign key.


def _people_known_before() -> None:
    op.execute("ALTER TABLE people ADD COLUMN is_invited INTEGER DEFAULT '0' NOT NULL")
    op.execute("ALTER TABLE people ADD COLUMN wants_ping INTEGER DEFAULT '0' NOT NULL")
    op.execute("ALTER TABLE personas ADD COLUMN brackets TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE places ADD COLUMN server_id TEXT CONSTRAINT fk_places_server_id REFERENCES servers (id)")


def _scenes_known_before() -> None:
    for column in (
        "paused_at TEXT",
        "branch_id INTEGER CONSTRAINT fk_scenes_branch_id REFERENCES branches (id)",
        "is_notebook INTEGER DEFAULT '0' NOT NULL",
        *(f"{name} TEXT DEFAULT '' NOT NULL" for name in ("language", "house_rules", "lore")),
        *(f"{name} TEXT DEFAULT '{{}}' NOT NULL" for name in ("rules", "settings", "afterwards", "state")),
        "kept TEXT",
    ):
        op.execute(f"ALTER TABLE scenes ADD COLUMN {column}")
    for column in (
        "aliases TEXT DEFAULT '' NOT NULL",
        "settings TEXT DEFAULT '{}' NOT NULL",
        "has_left INTEGER DEFAULT '0' NOT NULL",
        "moves TEXT DEFAULT '' NOT NULL",
    ):
        op.execute(f"ALTER TABLE cast ADD COLUMN {column}")
    for column in ("is_ours", "is_marked"):
        op.execute(f"ALTER TABLE messages ADD COLUMN {column} INTEGER DEFAULT '0' NOT NULL")
    op.execute("ALTER TABLE turns ADD COLUMN pinned INTEGER DEFAULT '0' NOT NULL")
    op.execute("ALTER TABLE turns ADD COLUMN kept TEXT")


def _said_before() -> None:
    """Let what was said before be found: what each turn says by its newest revision, filed under its scene."""
    newest = "SELECT max(id) FROM revisions GROUP BY turn_id"
    said = sa.text(
        "SELECT turns.id, turns.scene_id, revisions.text FROM revisions JOIN turns ON turns.id = revisions.turn_id "
        f"WHERE revisions.id IN ({newest}) AND revisions.text <> ''"
    )
    file = sa.text("INSERT INTO turns_fts (rowid, text) VALUES (:id, :text)")
    connection = op.get_bind()
    for turn, scene, text in connection.execute(said).all():
        connection.execute(file, {"id": turn, "text": f"{FILED_UNDER}{scene} {indexed(text)}"})
