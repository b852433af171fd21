"""Full-text search: what is written becomes words, in every script, and SQLite's FTS5 finds them.

It knows no table but the indexes. A text is filed under a number, a scene's or a document's, and found only there.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import regex
from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    TableClause,
    Text,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
)
from sqlalchemy.ext.asyncio import AsyncSession

WORD = regex.compile(
    r"(?P<unspaced>[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Hangul}]+)"
    r"|(?:(?!(?&unspaced))[\p{L}\p{N}])+"
)
POSSESSIVE = regex.compile(r"(?<=\w)['’]s\b")
LATIN_MARKS = regex.compile(r"(?<=\p{Latin})\p{M}+")
MARKS = regex.compile(r"\p{M}+")
RUSSIAN_ENDING = regex.compile(
    "(?<=[а-я]{3})(?:иями|иях|ями|ами|его|ого|ему|ому|ими|ыми|ией|"
    "ев|ов|ах|ях|ам|ям|ем|ом|им|ым|ей|ой|ий|ый|ия|ию|ии|ье|ью|ая|яя|ую|юю|ое|ее|ие|ые|а|я|ы|и|о|е|у|ю|ь|й)$"
)
FILED_UNDER = "\ue000"
"""In front of a number: no text has it, since it is no letter, yet FTS5 takes it for one."""

MOST_COUNTED = 100
"""Words of one search; a line has room for 4,000."""


class Index(StrEnum):
    """An index by the name of its table. `rowid` is the id of the turn or passage."""

    TURNS = "turns_fts"
    PASSAGES = "passages_fts"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many texts there are, and how many of them have each word; words that none has are left out."""

    texts: int
    having: Mapping[str, int]


def words(text: str) -> list[str]:
    """Return the words of a text, folded, without endings of the plural and of Russian cases.

    Of scripts without spaces, and of Korean, whose words have particles, it is each two characters that stand
    together, or one that stands alone.
    """
    return [word for run in WORD.finditer(_folded(text)) for word in _words(run)]


def indexed(text: str) -> str:
    """Return what FTS5 is given of a text: its words, and each character of scripts without spaces."""
    folded = _folded(text)
    single = (char for run in WORD.finditer(folded) if run["unspaced"] and len(run[0]) > 1 for char in run[0])
    return " ".join([*(word for run in WORD.finditer(folded) for word in _words(run)), *single])


async def put(session: AsyncSession, index: Index, id: int, text: str, *, number: int) -> None:
    """File a text under a number, in place of what it said before; an empty one is found no more."""
    await take_out(session, index, [id])
    if text:
        await file(session, index, [(id, indexed(text))], number=number)


async def file(session: AsyncSession, index: Index, texts: Sequence[tuple[int, str]], *, number: int) -> None:
    """File new texts under a number, each with its id and as `indexed` gave it."""
    rows = [{"rowid": id, "text": f"{FILED_UNDER}{number} {text}"} for id, text in texts]
    await session.execute(insert(_table(index)), rows)


async def take_out(session: AsyncSession, index: Index, ids: Sequence[int]) -> None:
    """Let texts be found no more."""
    fts = _table(index)
    for id in ids:
        await session.execute(delete(fts).where(fts.c.rowid == id))


async def counts(
    session: AsyncSession, index: Index, numbers: Sequence[int], wanted: Sequence[str], *, before: int | None = None
) -> Counts:
    """Count the texts that are filed under some numbers, all of them and those with each word.

    Only those `before` an id count, where one is given. Of many words only the first count.
    """
    if not numbers:
        return Counts(0, {})
    asked = list(dict.fromkeys(wanted[:MOST_COUNTED]))
    queries = [_under(numbers), *(_both(numbers, [word]) for word in asked)]
    each = func.json_each(json.dumps(queries)).table_valued("key", "value")
    fts = _table(index)
    having = select(func.count()).select_from(fts).where(_matches(index, each.c.value))
    if before is not None:
        having = having.where(fts.c.rowid < before)
    rows = await session.execute(select(having.scalar_subquery()).select_from(each).order_by(each.c.key))
    texts, *found = rows.scalars()
    return Counts(texts, {word: count for word, count in zip(asked, found, strict=True) if count})


async def find(
    session: AsyncSession,
    index: Index,
    numbers: Sequence[int],
    wanted: Sequence[str],
    *,
    most: int,
    before: int | None = None,
    among: CTE | None = None,
) -> tuple[int, ...]:
    """Return the ids of the texts under some numbers that have any of these words, the best by BM25 first.

    Only those `before` an id and `among` those of a path count, where these are given.
    """
    if not wanted or not numbers:
        return ()
    fts = _table(index)
    best = select(fts.c.rowid).where(_matches(index, _both(numbers, wanted[:MOST_COUNTED])))
    if before is not None:
        best = best.where(fts.c.rowid < before)
    if among is not None:
        # Not by `rowid` alone: SQLite would search all anew for each turn of the path, for a minute in a long story.
        best = best.where((fts.c.rowid + 0).in_(select(among.c.id)))
    return tuple(await session.scalars(best.order_by(literal_column("rank")).limit(most)))


def _folded(text: str) -> str:
    plain = POSSESSIVE.sub(" ", unicodedata.normalize("NFKC", text).casefold().replace("ё", "е"))
    bare = LATIN_MARKS.sub("", unicodedata.normalize("NFD", plain))
    return MARKS.sub("", unicodedata.normalize("NFC", bare))


def _words(run: regex.Match[str]) -> Iterator[str]:
    text = run[0]
    if not run["unspaced"]:
        yield _stem(text)
    elif len(text) == 1:
        yield text
    else:
        yield from (text[place : place + 2] for place in range(len(text) - 1))


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        if word.endswith("ies") and len(word) > 4:
            return f"{word[:-3]}y"
        return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
    return RUSSIAN_ENDING.sub("", word, count=1)


def _table(index: Index) -> TableClause:
    return table(index.value, column("rowid", Integer), column("text", Text))


def _matches(index: Index, query: str | ColumnElement[str]) -> ColumnElement[bool]:
    return literal_column(index.value).op("MATCH", is_comparison=True)(query)


def _both(numbers: Sequence[int], wanted: Sequence[str]) -> str:
    return f"{_under(numbers)} AND ({' OR '.join(map(_quoted, wanted))})"


def _under(numbers: Sequence[int]) -> str:
    return f"({' OR '.join(_quoted(f'{FILED_UNDER}{number}') for number in numbers)})"


def _quoted(word: str) -> str:
    """Write a word so that nothing in it is syntax to FTS5."""
    return '"' + word.replace('"', '""').replace("\x00", " ") + '"'
