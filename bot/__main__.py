"""The command line. It imports what a command needs when that runs: help is quick, and the model's process light."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import click

from bot.commands.desk import DATA, explained
from bot.commands.groups import card, lore, moving, story

OUTPUT = click.File("w", encoding="utf-8", lazy=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="troupe", prog_name="troupe", message="%(prog)s %(version)s")
def cli() -> None:
    """A whole cast of characters, played by a local model."""


@cli.command()
@click.argument("cards", metavar="[CARD]...", nargs=-1)
@click.option("--model", metavar="GGUF", help="The model that plays, any GGUF file.")
@click.option("--convert", is_flag=True, help="Make a copy of it, once, in a type that processors read faster (Q8_0).")
@DATA
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="The same input gives the same output.")
@click.option("--name", help="The name that you play under.")
def chat(
    cards: tuple[str, ...], model: str | None, convert: bool, data: str | None, seed: int | None, name: str | None
) -> None:
    """Play a scene in this terminal.

    CARD is a character card's file, or the name of one that you have or that comes with Troupe. A scene goes on where
    it was left, unless other characters are named.
    """
    with explained() as reader:
        from bot import app, config
        from bot.commands.held import cards_called

        engine = {"engine.model": model, "engine.convert": "true" if convert else None}
        options = {"data": data, "terminal.name": name, **engine}
        settings = config.load(options).settings
        reader.language = settings.terminal.language
        sys.exit(app.chat(settings, cards_called(settings, cards) if cards else (), seed=seed))


@cli.command()
@DATA
def run(data: str | None) -> None:
    """Play on the platforms that are configured."""
    with explained() as reader:
        from bot import app, config

        settings = config.load({"data": data}).settings
        reader.language = settings.terminal.language
        sys.exit(app.run(settings))


@cli.command()
@DATA
def invite(data: str | None) -> None:
    """Print the link that invites the bot to a Discord server."""
    with explained():
        from bot import config
        from bot.platforms.discord.inviting import application_of, invitation

        token = config.load({"data": data}).settings.discord.token.get_secret_value()
        click.echo(invitation(application_of(token)))


@cli.command()
@click.option("--model", metavar="GGUF", help="The model to measure with.")
@click.option("--json", "json_file", metavar="FILE", type=OUTPUT, help="Write the figures there too.")
@click.option("--svg", "svg_file", metavar="FILE", type=OUTPUT, help="Draw there how soon replies began.")
@click.option("--quick", is_flag=True, help="Measure for some five minutes instead of twenty-five.")
@click.option(
    "--llama-server",
    metavar="PATH",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Let this llama-server play the same traces.",
)
def bench(
    model: str | None, json_file: TextIO | None, svg_file: TextIO | None, quick: bool, llama_server: Path | None
) -> None:
    """Measure the engine on this machine, beside others."""
    with explained():
        from bench.measure import FULL, QUICK
        from bench.report import report
        from bench.rivals import servers
        from bot import app, config

        settings = config.load({"engine.model": model}).settings
        model_file = app.fast_model(settings, app.model_of(settings))
        report(
            replace(settings.engine, model=model_file),
            scale=QUICK if quick else FULL,
            servers=servers(llama_server),
            json_file=json_file,
            svg_file=svg_file,
        )


@cli.command("config")
@DATA
def show_config(data: str | None) -> None:
    """Print every setting, its value and where it came from."""
    with explained():
        from bot import config
        from bot.platforms.terminal.text import one_line

        rows = [tuple(map(one_line, row)) for row in config.load({"data": data}).rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            click.echo("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


for commands in (card, lore, story, moving):
    cli.add_command(commands)


def main() -> None:
    """Run the command line."""
    cli(prog_name="troupe")


if __name__ == "__main__":
    main()
