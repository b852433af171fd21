"""Runs the migrations on the connection that the program hands over, within that connection's transaction.

`alembic -x data=FOLDER revision --autogenerate --rev-id 0002 -m "What changes."` writes the next one; the folder holds
a database of the revision before. There is no way down: a backup is made on the way up.
"""

from pathlib import Path
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, TypeDecorator

from bot.store.database import migrating
from bot.store.models import Table


def render_item(kind: str, item: Any, _: object) -> str | Literal[False]:
    # A migration stays as it is for ever, so it names SQLite's types, never ours, which may change.
    return f"sa.{type(item.impl).__name__}()" if kind == "type" and isinstance(item, TypeDecorator) else False


def include_name(name: str | None, kind: str, _: object) -> bool:
    # FTS5 keeps an index in tables of its own, which no model describes.
    return kind != "table" or "_fts" not in (name or "")


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        render_item=render_item,
        include_name=include_name,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with migrating(Path(context.get_x_argument(as_dictionary=True)["data"])) as opened:
        run(opened)
