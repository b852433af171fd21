"""What commands print: a line for each thing brought, a bar meanwhile, a summary, columns. It knows no file."""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

import click

from bot.platforms.terminal.text import clean, one_line
from bot.roleplay.intake import LABELS, PLURALS, Line, Outcome, Sort, tally
from bot.words import Sentence, Words, sentence

BAR_CELLS = 24
ERASE = "\r\x1b[K"
COLOURS = {
    Outcome.NEW: "green",
    Outcome.KNOWN: "bright_black",
    Outcome.VERSION: "yellow",
    Outcome.REPLACED: "yellow",
    Outcome.REFUSED: "red",
    Outcome.LEFT: "bright_black",
}


class Report:
    """A row of things that are brought in, so many of them; a bar shows how far it is, where a person looks on."""

    def __init__(self, words: Words, count: int) -> None:
        self._words = words
        self._count = count
        self._told = Counter[tuple[Sort, Outcome]]()
        self._width = max(len(words.say(label)) for label in LABELS.values())

    def expect(self, count: int) -> None:
        """Say how many things there will be, where that was not known before."""
        self._count = count

    def tell(self, line: Line) -> None:
        """Print what became of one thing."""
        self._told[line.sort, line.outcome] += 1
        self._erase()
        label = click.style(f"{self._words.say(LABELS[line.outcome]):<{self._width}}", fg=COLOURS[line.outcome])
        click.echo(f"{label}  {one_line(self._shown(line))}")
        self._draw()

    async def choose(self, there: Sentence) -> bool:
        """Ask whether something new takes the place of what is there; where nobody can be asked, both are kept."""
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return False
        self._erase()
        question = f"{self._words.say(there)} {self._words.say(sentence('Keep that too?'))}"
        return not await asyncio.to_thread(click.confirm, clean(question), default=True)

    def close(self, *more: Sentence) -> int:
        """Print the summary and return the exit code, which is 1 where something was refused."""
        self._erase()
        sorts = [sort for sort in Sort if any(told == sort for told, _ in self._told)]
        for sort in sorts or [Sort.OTHER]:
            counts = {outcome: self._told[sort, outcome] for outcome in Outcome if self._told[sort, outcome]}
            parts = [self._words.say(tally(outcome, count)) for outcome, count in (counts or {Outcome.NEW: 0}).items()]
            click.echo(f"{self._words.say(PLURALS[sort]).capitalize()}: {', '.join(parts)}.")
        for one in more:
            click.echo(self._words.say(one))
        return 1 if any(outcome is Outcome.REFUSED for _, outcome in self._told) else 0

    def _shown(self, line: Line) -> str:
        why = self._words.say(line.because) if line.because else ""
        if line.outcome is Outcome.REFUSED and line.source in why:
            return why
        what = " → ".join(filter(None, (line.source, line.name if line.name != line.source else "")))
        return " ".join((what, *(f"· {self._words.say(one)}" for one in (line.because, *line.remarks) if one)))

    @property
    def _has_bar(self) -> bool:
        return self._count > 1 and sys.stderr.isatty()

    def _draw(self) -> None:
        done = self._told.total()
        if self._has_bar and done < self._count:
            cells = BAR_CELLS * done // self._count
            click.echo(f"{'━' * cells}{'╌' * (BAR_CELLS - cells)} {done}/{self._count}", nl=False, err=True)

    def _erase(self) -> None:
        if self._has_bar:
            click.echo(ERASE, nl=False, err=True)


def columns(rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns."""
    shown = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        click.echo("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
