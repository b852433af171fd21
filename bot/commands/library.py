"""Cards and lorebooks from the command line: brought in, listed, shown, checked, written out, removed."""

import os
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import click

from bot.commands.desk import Desk
from bot.commands.held import find, own, row, stored_book, stored_card
from bot.commands.report import Report, columns
from bot.errors import PlayError
from bot.platforms.terminal.files import at_home, write_at
from bot.platforms.terminal.text import clean
from bot.roleplay import collection
from bot.roleplay.intake import CHOICES, Intake, Line, Outcome, Sort, read_file, refusing
from bot.roleplay.tail import tokens_of
from bot.store import people
from bot.store.database import Database
from bot.store.holdings import Held, Kind
from bot.words import Said, sentence
from characters import CARD_SUFFIXES, Card, Container, check_card, load_card
from characters import export_card as pack_card
from characters.faces import sprites
from characters.formats.text import LIMIT_BYTES
from characters.lore import problems, read_book, write_book
from characters.lore.writing import Written
from engine import ModelError, count_tokens

Take = Callable[[Intake, Path], Awaitable[Line]]

CONTAINERS: Mapping[str, Container] = {".json": "json", ".png": "png", ".charx": "charx"}
FACES = (".png", ".jpg", ".jpeg", ".webp")
DIALECTS: Mapping[str, Written | None] = {"original": None, "v3": "lorebook_v3", "sillytavern": "sillytavern"}


def bring(desk: Desk, kind: Kind, paths: Sequence[Path], versions: str) -> int:
    """Import cards or lorebooks from files and folders and return the exit code.

    Of a new version the old one is kept, or replaced, or whoever sits here is asked.
    """
    take, ends = (_take_card, CARD_SUFFIXES) if kind == "card" else (_take_book, (".json",))
    found = [*_files(paths, ends)]

    async def work(database: Database) -> int:
        report = Report(desk.words, len(found))
        async with database.writing() as session:
            person = await people.person_of(session, desk.account)
        intake = Intake(database.writing, person, CHOICES.get(versions, report.choose))
        for path in found:
            report.tell(await take(intake, path))
        return report.close()

    return desk.run(work)


def show_list(desk: Desk, kind: Kind) -> None:
    """Print what somebody has, with the numbers by which it can be named too."""

    async def work(database: Database) -> list[tuple[str, ...]]:
        async with database.reading() as session:
            return [await row(session, kind, held) for held in await own(session, desk, kind)]

    rows = desk.run(work)
    if rows:
        columns(rows)
    else:
        click.echo(desk.words.say(NOTHING[kind]))


def show_card(desk: Desk, wanted: str) -> None:
    """Print what a card says, and which moods it has pictures of."""
    file = desk.run(partial(stored_card, desk, wanted))
    card = file.card
    known = (card.nickname, card.creator, card.character_version, card.spec.upper(), ", ".join(card.tags), card.world)
    about = {
        "": " · ".join(filter(None, known)),
        "creator_notes": card.creator_notes,
        "description": card.description,
        "personality": card.personality,
        "scenario": card.scenario,
        "first_mes": card.first_mes,
        **_numbered("alternate_greetings", card.alternate_greetings),
        **_numbered("group_only_greetings", card.group_only_greetings),
        "mes_example": card.mes_example,
        "system_prompt": card.system_prompt,
        "post_history_instructions": card.post_history_instructions,
        "extensions.depth_prompt": card.depth_prompt.text if card.depth_prompt else "",
        "emotion": ", ".join(sprites(file)),
    }
    _print_parts(card.name, about)


def show_book(desk: Desk, wanted: str) -> None:
    """Print what a lorebook says."""
    book = _book(desk, wanted)
    entries = {f"{one.title} [{', '.join(one.keys)}]": one.content for one in book.book.entries}
    _print_parts(book.name, {"": book.book.description, **entries})


def check(desk: Desk, kind: Kind, wanted: str) -> None:
    """Print what a critic says of a card or a lorebook, be it a file's or one that is stored."""
    path = at_home(wanted)
    is_file = os.path.isfile(path)  # which answers where pathlib raises: for names that are too long
    if kind == "card":
        file = load_card(path) if is_file else desk.run(partial(stored_card, desk, wanted))
        found = _criticised(desk, file.card)
    else:
        data, source = (
            (read_file(path, LIMIT_BYTES), path.name) if is_file else desk.run(partial(stored_book, desk, wanted))
        )
        found = problems(read_book(data, source=source))
    for remark in found:
        click.echo(clean(desk.words.say(remark)))
    if not found:
        click.echo(desk.words.say(sentence("Nothing is wrong with {name}.", name=wanted)))


def export_card(desk: Desk, wanted: str, output: Path) -> None:
    """Write a card to a new file, in the container that the file's name ends with. Raises PlayError."""
    container = CONTAINERS.get(output.suffix.lower())
    if container is None:
        ends = ", ".join(CONTAINERS)
        raise PlayError(
            "A card goes into a file that ends with one of {ends}: {file} does not.", ends=ends, file=output
        )
    _write(desk, output, pack_card(desk.run(partial(stored_card, desk, wanted)), container))


def export_book(desk: Desk, wanted: str, output: Path, dialect: str) -> None:
    """Write a lorebook to a new file, as it came or in a dialect."""
    body, source = desk.run(partial(stored_book, desk, wanted))
    wished = DIALECTS[dialect]
    _write(desk, output, write_book(read_book(body, source=source), wished) if wished else body)


def remove(desk: Desk, kind: Kind, wanted: str) -> None:
    """Take something away from whoever sits here. Stories keep what they know of it."""

    async def work(database: Database) -> Held:
        async with database.writing() as session:
            held = await find(session, desk, kind, wanted)
            await collection.give_away(session, kind, held.id, person=await people.person_of(session, desk.account))
            return held

    gone = desk.run(work)
    click.echo(desk.words.say(sentence("Removed: {name}.", name=gone.name)))


NOTHING = {
    "card": sentence("You have no cards yet: troupe card import brings some."),
    "book": sentence("You have no lorebooks yet: troupe lore import brings some."),
}


async def _take_card(intake: Intake, path: Path) -> Line:
    async def take() -> Line:
        return await intake.card(await to_thread(load_card, path))

    line = await refusing(Sort.CARD, path.name, take)
    if line.outcome is Outcome.REFUSED and (words := await to_thread(_words_beside, path)):
        return Line(Sort.CARD, path.name, Outcome.LEFT, because=sentence("It is the face of {file}.", file=words.name))
    return line


async def _take_book(intake: Intake, path: Path) -> Line:
    async def take() -> Line:
        data = await to_thread(read_file, path, LIMIT_BYTES)
        return await intake.book(await to_thread(collection.open_book, data, source=path.name))

    return await refusing(Sort.BOOK, path.name, take)


def _words_beside(path: Path) -> Path | None:
    """Return the card in words that lies beside a picture, if there is one."""
    if path.suffix.lower() not in FACES:
        return None
    beside = (path.with_suffix(end) for end in (".json", ".yaml", ".yml", ".txt"))
    return next((one for one in beside if os.path.isfile(one)), None)


def _files(paths: Sequence[Path], ends: Sequence[str]) -> Iterator[Path]:
    """Return files as they are named, and all of a folder, its folders too, that may be meant."""
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        for one in sorted(path.rglob("*")):
            if one.is_file() and one.suffix.lower() in ends and not one.name.startswith("."):
                yield one


def _criticised(desk: Desk, card: Card) -> tuple[Said, ...]:
    """Return what a critic says of a card, and whose tokens those are: the model's that is set, or estimates."""
    model = desk.settings.engine.model
    how = sentence("The tokens are estimated: no model is set.")
    if model is not None:
        try:
            remarks = check_card(card, partial(count_tokens, model))
        except ModelError as error:
            how = sentence("The tokens are estimated. {problem}", problem=error.said)
        else:
            return *remarks, sentence("The tokens are counted as {model} reads them.", model=model.name)
    return *check_card(card, lambda texts: [*map(tokens_of, texts)]), how


def _write(desk: Desk, output: Path, data: bytes) -> None:
    written = write_at(output, data)
    click.echo(desk.words.say(sentence("Written: {file}.", file=written)))


def _book(desk: Desk, wanted: str) -> collection.BookFile:
    body, source = desk.run(partial(stored_book, desk, wanted))
    return collection.open_book(body, source=source)


def _numbered(field: str, texts: Sequence[str]) -> dict[str, str]:
    """Return texts by the places that they have in a field, named as a critic names them."""
    return {f"{field}[{place}]": text for place, text in enumerate(texts)}


def _print_parts(name: str, parts: Mapping[str, str]) -> None:
    click.secho(clean(name), bold=True)
    for title, told in parts.items():
        if told.strip():
            if title:
                click.secho(f"\n{clean(title)}", fg="cyan")
            click.echo(clean(told).strip())
