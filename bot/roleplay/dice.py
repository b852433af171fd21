"""Dice as players write them, `2d6+1` or `4d6kh3`: read, thrown, and told in a line. It knows no scene. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from bot.errors import PlayError
from bot.words import Sentence, sentence

MOST_CHARACTERS = 100
MOST_DICE = 100
MOST_SIDES = 1_000_000
MOST_ADDED = 1_000_000
LONGEST_CHAIN = 20
"""So often at most one exploding die is thrown again: a coin, at worst, gets there once in a million throws."""
MOST_SHOWN = 20

TERM = r"[+-]?(?:\d*d(?:\d+|%)!?(?:(?:k[hl]?|d[hl])\d*)?!?|\d+)"
ROLL = re.compile(rf"(?:{TERM})(?:(?=[+-]){TERM})*", re.ASCII)
PARTS = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<count>\d*)d(?P<sides>\d+|%)(?P<early>!?)(?:(?P<how>k[hl]?|d[hl])(?P<of>\d*))?(?P<late>!?)"
    r"|(?P<number>\d+))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Die:
    """One throw of one die. One that is not kept does not count."""

    value: int
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a roll that is added, or taken away where `sign` is -1: dice, or without any the number `fixed`."""

    sign: int
    dice: tuple[Die, ...] = ()
    fixed: int = 0

    @property
    def total(self) -> int:
        return self.sign * (self.fixed + sum(die.value for die in self.dice if die.kept))


@dataclass(frozen=True, slots=True)
class Roll:
    """What was thrown. `notation` is as it was read, without spaces."""

    notation: str
    terms: tuple[Term, ...]

    @property
    def total(self) -> int:
        return sum(term.total for term in self.terms)

    @property
    def text(self) -> str:
        """The roll as a line of the story; dice that do not count stand in brackets, very many dice not at all."""
        shown = [(term.sign, one) for term in self.terms for one in _summands(term)]
        first = f"{'-' if shown[0][0] < 0 else ''}{shown[0][1]}"
        rest = "".join(f" {'-' if sign < 0 else '+'} {one}" for sign, one in shown[1:])
        return f"🎲 {self.notation}: {f'{first}{rest} = ' if 1 < len(shown) <= MOST_SHOWN else ''}{self.total}"


def roll(notation: str, rng: Random) -> Roll:
    """Throw dice: terms such as `d20`, `3d6`, `d%` or `7`, with + or - between them.

    Behind a die `kh2` keeps the two highest of its throws, `kl` the lowest, `dh` and `dl` drop them (one where no
    number stands), and `!` throws again, and adds, what shows its highest side. Raises PlayError, which says what was
    expected.
    """
    read = "".join(unicodedata.normalize("NFKC", notation[: MOST_CHARACTERS + 1]).lower().split()).replace("−", "-")
    if len(notation) > MOST_CHARACTERS or not ROLL.fullmatch(read) or "d" not in read:
        raise PlayError(
            "{notation} is no roll: something like 2d6+1, d20, d%, 4d6kh3 or 3d6! was expected.",
            notation=_quoted(notation),
        )
    parts = [part.groupdict() for part in PARTS.finditer(read)]
    _within(
        sum(_number(part["count"]) for part in parts if part["sides"]), sentence("The number of dice"), 1, MOST_DICE
    )
    return Roll(read, tuple(_throw(part, rng) for part in parts))


def _throw(part: dict[str, str], rng: Random) -> Term:
    sign = -1 if part["sign"] == "-" else 1
    if part["number"]:
        return Term(sign, fixed=_within(int(part["number"]), sentence("A number to add"), 0, MOST_ADDED))
    sides = _within(
        100 if part["sides"] == "%" else int(part["sides"]), sentence("A die's number of sides"), 1, MOST_SIDES
    )
    explodes = bool(part["early"] or part["late"])
    if explodes:
        _within(sides, sentence("The number of sides of a die that explodes"), 2, MOST_SIDES)
    count = _within(_number(part["count"]), sentence("The number of dice"), 1, MOST_DICE)
    thrown = [value for _ in range(count) for value in _chain(sides, rng, explodes=explodes)]
    kept = _kept(thrown, part["how"], part["of"])
    return Term(sign, tuple(Die(value, place in kept) for place, value in enumerate(thrown)))


def _chain(sides: int, rng: Random, *, explodes: bool) -> list[int]:
    chain = [rng.randint(1, sides)]
    while explodes and chain[-1] == sides and len(chain) < LONGEST_CHAIN:
        chain.append(rng.randint(1, sides))
    return chain


def _kept(thrown: list[int], how: str | None, of: str | None) -> set[int]:
    """Return the places of the throws that count."""
    places = sorted(range(len(thrown)), key=lambda place: thrown[place])
    if how is None:
        return set(places)
    count = _within(_number(of), sentence("The number of dice to keep or drop"), 1, len(thrown))
    kept = {"kl": places[:count], "dl": places[count:], "dh": places[:-count]}
    return set(kept.get(how, places[-count:]))


def _summands(term: Term) -> list[str]:
    thrown = [str(die.value) if die.kept else f"({die.value})" for die in term.dice]
    return thrown or [str(term.fixed)]


def _number(written: str | None) -> int:
    return int(written or 1)


def _within(value: int, what: Sentence, least: int, most: int) -> int:
    if not least <= value <= most:
        raise PlayError(
            "{what} can be from {least:,} to {most:,}, but {value:,} was written.",
            what=what,
            least=least,
            most=most,
            value=value,
        )
    return value


def _quoted(notation: str) -> str:
    shown = " ".join(notation[:30].split())
    return f"“{shown}{'…' if len(notation) > 30 else ''}”"
