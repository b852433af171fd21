"""Stories from the command line, and a whole house that moves."""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

import click

from bot.commands.desk import Desk
from bot.commands.report import Report, columns
from bot.core import Scene
from bot.errors import NothingPlayed, PlayError
from bot.platforms.terminal import PLACE
from bot.platforms.terminal.files import at_home, write_at
from bot.roleplay.blocks import house_rules
from bot.roleplay.bringing import Terms, bring, fit, twin
from bot.roleplay.exports import read_story
from bot.roleplay.intake import CHOICES, Intake, Line, Outcome, Sort, Stage, keep_both, refusing, rehearsing
from bot.roleplay.moving.chats import Rooms, read_bytes
from bot.roleplay.moving.folder import survey
from bot.roleplay.moving.mover import Mover
from bot.roleplay.scenes import meant
from bot.roleplay.stories import Format, company_of, written
from bot.store import people, scenes
from bot.store.database import Database, Session
from bot.words import sentence
from characters import CardFile

MOST_LISTED = 10_000


def bring_stories(desk: Desk, paths: Sequence[Path], cards: Sequence[CardFile], users: Sequence[str]) -> int:
    """Import stories and return the exit code: each is a scene, and troupe chat goes on with the last."""

    async def work(database: Database) -> int:
        report = Report(desk.words, len(paths))
        for path in paths:
            report.tell(await refusing(Sort.STORY, path.name, partial(_take, desk, database, path, cards, users)))
        return report.close()

    return desk.run(work)


def show_stories(desk: Desk) -> None:
    """Print the scenes that were played at this machine."""

    async def work(database: Database) -> tuple[scenes.Entry, ...]:
        async with database.reading() as session:
            return await scenes.entries(session, PLACE.id, most=MOST_LISTED)

    rows = [(f"{one.id}", f"{one.last:%Y-%m-%d}", f"{one.turns:,}", one.title) for one in desk.run(work)]
    if rows:
        columns(rows)
    else:
        click.echo(desk.words.say(sentence("Nothing was played here yet.")))


def export_story(desk: Desk, wanted: str, output: Path) -> None:
    """Write a story to a new file, in the format that the file's name ends with: the one that is played, or another."""
    end = output.suffix.lower().removeprefix(".")
    if end not in [*Format]:
        raise PlayError(
            "A story goes into a file that ends with one of {ends}: {file} does not.",
            ends=", ".join(f".{format}" for format in Format),
            file=output,
        )

    async def work(database: Database) -> bytes:
        async with database.reading() as session:
            scene = await _scene(session, wanted)
        return (await written(database, scene, Format(end))).data

    file = write_at(output, desk.run(work))
    click.echo(desk.words.say(sentence("Written: {file}.", file=file)))


def move(desk: Desk, folder: Path, versions: str, stage: Stage) -> int:
    """Take in a whole user folder of SillyTavern, really or as a rehearsal, and return the exit code."""
    is_rehearsal, user_folder = stage is rehearsing, at_home(folder)

    async def work(database: Database) -> int:
        home = await to_thread(survey, user_folder)
        async with stage(database) as open:
            async with open() as session:
                person = await people.person_of(session, desk.account)
            report = Report(desk.words, 0)
            choose = CHOICES.get(versions, keep_both if is_rehearsal else report.choose)
            rooms = Rooms(PLACE, desk.account, _terms(desk))
            mover = Mover(Intake(open, person, choose), rooms, home)
            report.expect(mover.count)
            async for line in mover.move():
                report.tell(line)
        return report.close(*([REHEARSED] if is_rehearsal else []))

    return desk.run(work)


REHEARSED = sentence("This was a rehearsal: nothing has changed.")


async def _take(desk: Desk, database: Database, path: Path, cards: Sequence[CardFile], users: Sequence[str]) -> Line:
    """Bring a story in as the scene that is played from now on; one that is there already changes nothing."""
    account, terms = desk.account, _terms(desk)
    data = await to_thread(read_bytes, path)
    story = fit(await to_thread(read_story, data, source=path.name, people=(account.name, *users)), account.name)
    line = Line(Sort.STORY, path.name, Outcome.NEW)
    async with database.writing() as session:
        person = await people.person_of(session, account)
        if known := await twin(session, person, story):
            return replace(line, outcome=Outcome.KNOWN, id=known)
        company, user = await company_of(session, PLACE, account, story, cards)
        if former := await scenes.current(session, PLACE.id):
            await scenes.end(session, former.id, at=terms.now)
        id = await bring(session, PLACE, story, company, user, terms)
        title = (await scenes.scene(session, id)).title
    return replace(line, name=title, id=id)


def _terms(desk: Desk) -> Terms:
    now = datetime.now(UTC)
    return Terms(house_rules(desk.settings.play.house_rules), desk.settings.engine.window, Random(), now)


async def _scene(session: Session, wanted: str) -> Scene:
    """Return the scene that is meant by its number or title; without one that which is played."""
    if wanted:
        found = meant(await scenes.entries(session, PLACE.id, most=MOST_LISTED), wanted)
        return await scenes.scene(session, found.id)
    scene = await scenes.current(session, PLACE.id)
    if scene is None:
        raise NothingPlayed
    return scene
