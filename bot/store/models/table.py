"""What every table is made of: names for its constraints, types for its columns. It knows no table."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import REAL, MetaData
from sqlalchemy.orm import DeclarativeBase

from bot.core import Afterwards, Author, CastingRules, ReplySettings, TurnState
from bot.store.columns import Fields, Flag, Moment, OneOf, Record, Words

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
        CastingRules: Record(CastingRules),
        ReplySettings: Record(ReplySettings),
        Afterwards: Record(Afterwards),
    }
