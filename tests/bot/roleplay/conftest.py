"""Stories as values, and a real director: a database in a folder of its own, and a worker with the tiny model."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core import Account, Author, Incoming, Member, Place, Role, Scene, Turn, TurnState
from bot.roleplay import script
from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.roleplay.performance import Performance, Reply
from bot.roleplay.tail import Tail
from bot.roleplay.templates import Template
from bot.store import tree
from bot.store.database import FILENAME, Database
from characters import Card, CardFile
from engine import Engine, EngineSettings, Figures, Prompt
from engine.llama.model import Model

AT = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
PLACE = Place("terminal:here", "the terminal")
KIM, ADA = Account("terminal:1", "Kim", Role.MODERATOR), Account("terminal:2", "Ada", Role.MODERATOR)
SHORT = PlaySettings(reply_tokens=12)
LONG = PlaySettings(reply_tokens=250)
GREETING = ("Mira", "Mira waves at Kim.")

_events = count(1)


def turn(id: int, name: str, text: str, *, parent: int | None = None, author: Author | None = None) -> Turn:
    """Make a turn of a person where it is Kim's or Ada's, of the narrator or of a character otherwise."""
    known = {"Kim": Author.PERSON, "Ada": Author.PERSON, "Narrator": Author.NARRATOR}
    author = author or known.get(name, Author.CHARACTER)
    return Turn(id, parent or id - 1 or None, author, name, text, TurnState.DONE, AT)


def scene(*turns: Turn, members: tuple[Member, ...], scenario: str = "", window_from: int | None = None) -> Scene:
    return Scene(1, PLACE, "Rain", "Kim", scenario, members, turns, window_from)


def shown(prompt: Prompt) -> str:
    """Write down all that the model reads."""
    return "".join(segment.text for segment in (*prompt.story, *prompt.tail, prompt.cue))


def narration(story: Scene, template: Template, hint: str = "") -> Prompt:
    """Ask for a narrator's passage."""
    return script.reply(story, script.NARRATOR, template, tail=Tail(order=script.narration(hint)))


def card(name: str, **fields: str | float | tuple[str, ...]) -> CardFile:
    """Make a character who greets, and talks like all others."""
    told = {"description": f"{name} keeps an inn.", "first_mes": f"{name} waves at {{{{user}}}}."} | fields
    made = Card(name=name, spec="v2", raw="{}", **told)  # type: ignore[arg-type]
    return CardFile(f"{name}.json", f"{name} {fields}".encode(), made)


SILENT = card("Mira", talkativeness=0.0)


def line(text: str, *, account: Account = KIM, event: str = "", place: Place = PLACE) -> Incoming:
    """Make a line that somebody wrote; an event of its own unless one is given."""
    return Incoming(place, account, event or f"terminal:{next(_events)}", text, AT)


async def open_scene(director: Director, *cards: CardFile) -> Scene:
    return await director.scenes.start(PLACE, KIM, cards, at=AT)


async def listen(performance: Performance) -> list[tuple[str, str]]:
    """Follow a performance to its end and return who said what."""
    return [(reply.speaker, "".join([chunk async for chunk in reply])) async for reply in performance]


async def begin(reply: Reply) -> str:
    """Hear the first of a reply."""
    return await anext(aiter(reply))


async def overhear(director: Director, text: str) -> None:
    """Say a line while somebody speaks: it is recorded, and this performance has nothing to show."""
    async with director.hear(line(text, account=ADA)) as performance:
        assert await listen(performance) == []


async def say(director: Director, text: str, *, account: Account = KIM, place: Place = PLACE) -> list[tuple[str, str]]:
    """Say a line and return who answered what."""
    async with director.hear(line(text, account=account, place=place)) as performance:
        return await listen(performance)


async def cost(director: Director, text: str) -> Figures:
    """Say a line and return what the last answer cost."""
    async with director.hear(line(text)) as performance:
        replies = [(reply, [chunk async for chunk in reply]) async for reply in performance]
    figures = replies[-1][0].figures
    assert figures
    return figures


async def narrate(director: Director, hint: str = "") -> str:
    """Let the narrator speak and return what was told."""
    async with director.narrate(PLACE, ADA, hint=hint) as performance:
        [(speaker, text)] = await listen(performance)
    assert speaker == "Narrator"
    return text


async def told(director: Director, place: Place = PLACE) -> list[tuple[str, str]]:
    """Return the story as who said what."""
    return [(one.name, one.text) for one in await director.story(place)]


async def stored(database: Database) -> tuple[Turn, ...]:
    """Return every turn of a data folder, those off the story too."""
    async with database.reading() as session:
        return await tree.turns(session)


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> Iterator[Model]:
    """Load the tiny model for its tokenizer."""
    loaded = Model(tiny_model, gpu_layers=0)
    yield loaded
    loaded.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tiny_model: Path) -> AsyncIterator[Engine]:
    settings = EngineSettings(model=tiny_model, window=1024, parallel=2, threads=1, commit="off")
    async with Engine.open(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def migrated(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(blank, tmp_path_factory.mktemp("migrated") / "data"))
    # Everybody may play here; who may is a matter of tests of its own.
    with closing(sqlite3.connect(folder / FILENAME)) as connection, connection:
        connection.execute("INSERT INTO servers VALUES ('', '', ?)", ['{"access": "open"}'])
    return folder


@pytest.fixture
def data(tmp_path: Path, migrated: Path) -> Path:
    return Path(shutil.copytree(migrated, tmp_path / "data"))


@pytest_asyncio.fixture(loop_scope="module")
async def database(data: Path) -> AsyncIterator[Database]:
    async with Database.open(data) as opened:
        yield opened


@pytest.fixture
def director(database: Database, engine: Engine) -> Director:
    """Give a director whose replies are short."""
    return Director(database, engine, SHORT, seed=7)


@pytest.fixture
def talkative(database: Database, engine: Engine) -> Director:
    """Give a director whose replies are long enough to be interrupted."""
    return Director(database, engine, LONG, seed=7)
