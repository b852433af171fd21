"""What can be typed behind `troupe`: cards, lorebooks, stories, imports. What they need is imported when they run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.desk import DATA, at_desk

if TYPE_CHECKING:
    from bot.store.holdings import Kind

PATH = click.Path(path_type=Path)
"""One that may not be there: of many files that is a line of the report, and the others come in."""

FILES = click.argument("files", metavar="FILE|FOLDER...", nargs=-1, required=True, type=PATH)
NAME = click.argument("name", metavar="NAME|#NUMBER")
OUTPUT = click.option("--output", "-o", metavar="FILE", required=True, type=PATH)
KEEP = click.option("versions", "--keep-old", flag_value="keep", help="Keep the old one beside a new version.")
REPLACE = click.option(
    "versions", "--replace", flag_value="replace", help="Let a new version take the old one's place."
)


def _collection(name: str, kind: "Kind", help: str) -> click.Group:
    """Make the commands about what somebody has of one kind."""

    @click.group(name, help=help)
    def group() -> None:
        pass

    @group.command("import")
    @FILES
    @KEEP
    @REPLACE
    @DATA
    def bring(files: tuple[Path, ...], versions: str | None, data: str | None) -> None:
        """Import files and folders.

        What is there already, known by its content, is left alone.
        """
        with at_desk(data) as desk:
            from bot.commands import library

            sys.exit(library.bring(desk, kind, files, versions or "ask"))

    @group.command("list")
    @DATA
    def show_all(data: str | None) -> None:
        """List what you have."""
        with at_desk(data) as desk:
            from bot.commands import library

            library.show_list(desk, kind)

    @group.command("show")
    @NAME
    @DATA
    def show(name: str, data: str | None) -> None:
        """Print what is written in it."""
        with at_desk(data) as desk:
            from bot.commands import library

            (library.show_card if kind == "card" else library.show_book)(desk, name)

    @group.command("check")
    @click.argument("name", metavar="FILE|NAME|#NUMBER")
    @DATA
    def check(name: str, data: str | None) -> None:
        """Read it as a critic.

        Told are its lengths, and what is missing, unknown, or can never come in.
        """
        with at_desk(data) as desk:
            from bot.commands import library

            library.check(desk, kind, name)

    @group.command("remove")
    @NAME
    @DATA
    def remove(name: str, data: str | None) -> None:
        """Remove it.

        Stories keep what they know of it.
        """
        with at_desk(data) as desk:
            from bot.commands import library

            library.remove(desk, kind, name)

    return group


card = _collection("card", "card", "Your character cards.")
lore = _collection("lore", "book", "Your lorebooks.")


@card.command("export")
@NAME
@OUTPUT
@DATA
def export_card(name: str, output: Path, data: str | None) -> None:
    """Write a card to a new file.

    It ends with .json, .png or .charx, which says how the card is packed.
    """
    with at_desk(data) as desk:
        from bot.commands import library

        library.export_card(desk, name, output)


@lore.command("export")
@NAME
@OUTPUT
@click.option("--dialect", type=click.Choice(["original", "v3", "sillytavern"]), default="original", show_default=True)
@DATA
def export_lore(name: str, output: Path, dialect: str, data: str | None) -> None:
    """Write a lorebook to a new file.

    It is JSON, as it came, or in another dialect.
    """
    with at_desk(data) as desk:
        from bot.commands import library

        library.export_book(desk, name, output, dialect)


@click.group("story")
def story() -> None:
    """Your stories."""


@story.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PATH)
@click.option(
    "--card", "cards", metavar="CARD", multiple=True, help="A card of somebody in it: a file, or one of ours."
)
@click.option("--person", "people", metavar="NAME", multiple=True, help="In a log: somebody who is no character.")
@DATA
def import_story(files: tuple[Path, ...], cards: tuple[str, ...], people: tuple[str, ...], data: str | None) -> None:
    """Import chats and logs.

    They are SillyTavern's (.jsonl), DiscordChatExporter's (.json), or logs of `Name: text` (.txt).
    troupe chat goes on with the last of them; the others are in /scene list.
    """
    with at_desk(data) as desk:
        from bot.commands import stories
        from bot.platforms.terminal import find_cards

        sys.exit(stories.bring_stories(desk, files, find_cards(cards) if cards else (), people))


@story.command("list")
@DATA
def list_stories(data: str | None) -> None:
    """List the scenes of this machine.

    Each with its number, the day it was last played, how many turns it has, and its title.
    """
    with at_desk(data) as desk:
        from bot.commands import stories

        stories.show_stories(desk)


@story.command("export")
@click.argument("name", metavar="[NUMBER|TITLE]", default="")
@OUTPUT
@DATA
def export_story(name: str, output: Path, data: str | None) -> None:
    """Write a story to a new file.

    It ends with .md, .html, .jsonl (for SillyTavern) or .txt. Without a name it is the story that you play.
    """
    with at_desk(data) as desk:
        from bot.commands import stories

        stories.export_story(desk, name, output)


@click.group("import")
def moving() -> None:
    """Move in from another program."""


@moving.command("sillytavern")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and change nothing.")
@KEEP
@REPLACE
@DATA
def sillytavern(folder: Path, dry_run: bool, versions: str | None, data: str | None) -> None:
    """Take in a whole user folder.

    It is one such as SillyTavern/data/default-user. What moves are cards with their sprites, lorebooks, personas,
    presets of samplers, chats and groups. It can be done again: what is there already is left alone. Chats become
    scenes that have ended, which /scene resume goes on with.
    """
    with at_desk(data) as desk:
        from bot.commands import stories
        from bot.roleplay.intake import performing, rehearsing

        sys.exit(stories.move(desk, folder, versions or "ask", rehearsing if dry_run else performing))
