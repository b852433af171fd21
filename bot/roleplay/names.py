"""Finds names in what people say, in every script, and refuses those that nobody could speak under. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby, pairwise

from bot.core import Member
from bot.errors import PlayError
from bot.roleplay.inflection import is_korean_ending, russian_cases, script_of, stands_free

STOP_WORDS = frozenset(
    "a an the of and or in on at to from with for by "
    "le la les l un une de du des d et à au aux en sur sous dans par pour avec sans chez "
    "el los las lo una unos unas del al y con por para sin sobre "
    "il i gli uno di e da dello della dell dei degli delle allo alla all agli alle dal dalla dall nel nella nell sul "
    "sulla sull su per tra fra "
    "o os as um uma do dos das no na nos nas ao aos às em com "
    "der die das den dem des ein eine einer eines einem einen von vom und zu zum zur am im auf aus bei mit nach über "
    "unter für "
    "van het een ter ten te op voor bij uit aan met "
    "и а в во на с со из от до по к ко у о об за над под при для без через между перед".split()
)
"""Articles and prepositions inside a name, "Captain of the Guard", name nobody."""

MAX_NAME_WORDS = 8
"""What follows in a longer name is not looked for."""

UNSPACED = frozenset({"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR"})
COLONS = ":："
APOSTROPHES = str.maketrans("’ʼ‐", "''-")
POSSESSIVE = re.compile(r"(?<=\w)'s\b", re.IGNORECASE)
JOINED_LETTER = re.compile(r"(?<!\w)\w(?=['-]\w)|(?<=\w['-])\w(?!\w)")


class _Kind(Enum):
    SPACED = auto()
    KOREAN = auto()
    UNSPACED = auto()


@dataclass(frozen=True, slots=True)
class _Word:
    """A word, or a run of characters that are written without spaces, folded; `start` and `end` are its place.

    One letter joined to a word, as in d'Anna, keeps an apostrophe, so that it is no name by itself.
    """

    text: str
    kind: _Kind
    start: int
    end: int
    is_capital: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    """Where a word of a name stands in a text; `exact` where it is not inflected."""

    start: int
    end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Span:
    """Where one or more words of a name stand in a row; `whole` where these are all of it."""

    start: int
    end: int
    exact: bool
    whole: bool


def mentioned(members: Sequence[Member], text: str) -> tuple[Member, ...]:
    """Return those whom a text calls by a word of their name or of an alias, in the order of naming.

    Where names overlap the longest wins, then one as it is written over an inflected one, then a whole one over a
    part. Russian cases count in small letters only where the name itself is written so: миру, вере and надежде are
    other words. A name written without spaces, as in Chinese and Japanese, is found by itself and as a whole.
    """
    said = _Said(text)
    spans = [
        (span, member)
        for member in members
        for name in (member.name, *member.aliases)
        for span in _spans(list(_words(name))[:MAX_NAME_WORDS], said)
    ]
    return tuple({member.character: member for member in _longest(spans)}.values())


def one_called(members: Sequence[Member], wanted: str, *, beside: Sequence[str] = ()) -> Member:
    """Return whom somebody means by a name, an alias, or a word of one, in any case and in small letters too.

    Raises PlayError where that is not just one, with the names there are, and those that could be meant `beside` them.
    """
    whole = [one for one in members if _folded(wanted) in map(_folded, (one.name, *one.aliases))]
    found = whole or mentioned(members, wanted.title())
    if len(found) == 1:
        return found[0]
    shown = " ".join(wanted.split())[:80] or "“”"
    if found:
        names = ", ".join(one.name for one in found)
        raise PlayError("Several are called {wanted}: which of {names}?", wanted=shown, names=names)
    if not members and not beside:
        raise PlayError("There is nobody called {wanted} here.", wanted=shown)
    names = ", ".join([*(one.name for one in members), *beside])
    raise PlayError("There is nobody called {wanted} here: there are {names}.", wanted=shown, names=names)


def telling_word(name: str, others: Iterable[str]) -> str:
    """Return the first word of a name that no other has, and which is no stop word; all of it where there is none."""
    known = STOP_WORDS.union(*(_folded(other).split() for other in others))
    return next((word for word in name.split() if _folded(word) not in known), name)


def check_names(names: Iterable[str], *, taken: Iterable[str] = ()) -> None:
    """Raise PlayError where somebody could not speak under a name, or two would under the same."""
    known = {_folded(name) for name in taken}
    for name in names:
        kinds = {unicodedata.category(char) for char in name}
        if all(kind[0] in "ZC" for kind in kinds):
            raise PlayError("Somebody in this scene would have no name: everybody needs one.")
        if kinds & {"Cc", "Zl", "Zp"}:
            raise PlayError(
                "The name {name} goes over several lines: it has to stand on one.", name=" ".join(name.split())
            )
        if any(colon in name for colon in COLONS):
            raise PlayError(
                "The name {name} has a colon, which ends a name in front of a line: choose one without.", name=name
            )
        if _folded(name) in known:
            raise PlayError("Two in this scene would be called {name}: everybody needs a name of their own.", name=name)
        known.add(_folded(name))


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.replace("ё", "е").split())


def _words(text: str) -> Iterator[_Word]:
    plain = POSSESSIVE.sub("  ", unicodedata.normalize("NFKC", text).translate(APOSTROPHES))
    joined = {found.start() for found in JOINED_LETTER.finditer(plain)}
    for kind, chars in groupby(enumerate(plain), key=lambda place: _kind(place[1])):
        if kind:
            (start, first), *rest = chars
            text = _folded(first + "".join(char for _, char in rest))
            joint = "'" if start in joined and not rest and kind is _Kind.SPACED else ""
            yield _Word(text + joint, kind, start, start + 1 + len(rest), first.isupper())


def _kind(char: str) -> _Kind | None:
    if unicodedata.category(char)[0] not in "LMN":
        return None
    script = script_of(char)
    if script == "HANGUL":
        return _Kind.KOREAN
    return _Kind.UNSPACED if script in UNSPACED else _Kind.SPACED


class _Said:
    """What was said, ready to be searched for the words of many names."""

    def __init__(self, text: str) -> None:
        words = list(_words(text))
        self._spaced: dict[str, list[_Word]] = {}
        self._runs = [word for word in words if word.kind is not _Kind.SPACED]
        self._next = {word.end: after.start for word, after in pairwise(words)}
        self._found: dict[tuple[str, bool], dict[int, _Hit]] = {}
        for word in words:
            self._spaced.setdefault(word.text, []).append(word)

    def hits(self, part: _Word) -> dict[int, _Hit]:
        """Find a word of a name, by where it starts."""
        key = part.text, part.is_capital
        if key not in self._found:
            found = self._words(part) if part.kind is _Kind.SPACED else self._within(part)
            self._found[key] = {hit.start: hit for hit in found}
        return self._found[key]

    def follows(self, hit: _Hit, more: Mapping[int, _Hit]) -> _Hit | None:
        """Return which of other hits comes right behind one."""
        return more.get(hit.end) or more.get(self._next.get(hit.end, -1))

    def _words(self, part: _Word) -> Iterator[_Hit]:
        for form in (part.text, *russian_cases(part.text)):
            is_exact = form == part.text
            for word in self._spaced.get(form, ()):
                if is_exact or word.is_capital or not part.is_capital:
                    yield _Hit(word.start, word.end, is_exact)

    def _within(self, part: _Word) -> Iterator[_Hit]:
        size = len(part.text)
        for run in self._runs:
            if run.kind is not part.kind:
                continue
            if part.kind is _Kind.KOREAN:
                if run.text.startswith(part.text) and is_korean_ending(part.text, run.text[size:]):
                    yield _Hit(run.start, run.start + size, exact=len(run.text) == size)
                continue
            for found in re.finditer(re.escape(part.text), run.text):
                if stands_free(run.text, *found.span()):
                    yield _Hit(run.start + found.start(), run.start + found.end(), exact=True)


def _spans(parts: Sequence[_Word], said: _Said) -> Iterator[_Span]:
    """Find rows of words of a name; what lies within a longer one is found too."""
    telling = [part.text not in STOP_WORDS and not part.text.endswith("'") for part in parts]
    hits = [said.hits(part) for part in parts]
    for first, starts in enumerate(hits):
        for hit in starts.values():
            row = [hit]
            for more in hits[first + 1 :]:
                after = said.follows(row[-1], more)
                if after is None:
                    break
                row.append(after)
            is_whole = len(row) == len(parts)
            if is_whole or any(telling[first : first + len(row)]):
                yield _Span(hit.start, row[-1].end, all(one.exact for one in row), is_whole)


def _longest(spans: Sequence[tuple[_Span, Member]]) -> Iterator[Member]:
    """Leave out those that lie within others, and of several at one place all but the best."""
    ordered = sorted(spans, key=lambda entry: (entry[0].start, -entry[0].end))
    reach = 0
    for (_, end), same in groupby(ordered, key=lambda entry: (entry[0].start, entry[0].end)):
        if end > reach:
            reach = end
            here = list(same)
            best = max((span.exact, span.whole) for span, _ in here)
            yield from (member for span, member in here if (span.exact, span.whole) == best)
