"""Everything the bot itself says, in English, and in the languages of the catalogues beside this file.

English sentences are the keys. It knows no story and no platform.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Protocol, runtime_checkable

from babel import Locale
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = "en"


@runtime_checkable
class Said(Protocol):
    """What can be said in any language: an English text with places for facts. Layers that know no words have it too:
    what they refuse is made of such clauses. What is about a number of things has a `plural` beside, as sentences do.
    """

    @property
    def text(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something to be said: an English text with places for facts, such as `{name}`, filled in by their names.

    Where there is a `plural` it is meant for every number but 1, the number being the fact `count`.
    """

    text: str
    facts: Mapping[str, object] = field(default_factory=dict[str, object])
    plural: str = ""

    def __str__(self) -> str:
        return _ENGLISH.say(self)


def sentence(text: str, /, **facts: object) -> Sentence:
    """Make a sentence; catalogues are made from the texts that stand in calls of this."""
    return Sentence(text, facts)


def counted(one: str, many: str, /, *, count: int, **facts: object) -> Sentence:
    """Make a sentence about a number of things."""
    return Sentence(one, {"count": count, **facts}, many)


class Words:
    """One language. A sentence that its catalogue does not have is said in English."""

    def __init__(self, translations: NullTranslations | None = None, language: str = ENGLISH) -> None:
        self._translations = translations or NullTranslations()
        self.language = language
        self._locale = Locale.parse(language)
        self.listed(("", ""))  # reads the file of that language, here rather than in the event loop

    def say(self, what: Said) -> str:
        """Say a sentence in this language, and the facts of it that are sentences or clauses themselves."""
        if plural := getattr(what, "plural", ""):
            text = self._translations.ngettext(what.text, plural, int(str(what.facts["count"])))
        else:
            text = self._translations.gettext(what.text) if what.text else ""
        said = {name: self.say(fact) if isinstance(fact, Said) else fact for name, fact in what.facts.items()}
        return text.format(**said)

    def explain(self, error: Exception) -> str:
        """Say in this language why something was not done."""
        said = getattr(error, "said", None)
        return self.say(said) if isinstance(said, Said) else str(error)

    def listed(self, names: Sequence[str]) -> str:
        """Join names as a sentence does."""
        return format_list(names, locale=self._locale)


_ENGLISH = Words()


class Languages:
    """All languages that there is a catalogue for, read once: that blocks, so it is done before the event loop runs."""

    def __init__(self) -> None:
        self._words = {ENGLISH: _ENGLISH}
        for file in sorted(Path(__file__).parent.glob("*.po")):
            self._words[file.stem] = Words(_read(file), file.stem)

    @property
    def tags(self) -> tuple[str, ...]:
        """The languages by their BCP 47 tags."""
        return tuple(self._words)

    def best(self, *wanted: str) -> Words:
        """Return the first language wanted (`zh-Hans`, `pt_BR`; empty ones do not count) that there is, or English."""
        for tag in wanted:
            if words := self._words.get(tag.replace("_", "-").partition("-")[0].lower()):
                return words
        return self._words[ENGLISH]


def _read(file: Path) -> GNUTranslations:
    with file.open("rb") as catalogue:
        compiled = BytesIO()
        write_mo(compiled, read_po(catalogue, locale=file.stem))
    compiled.seek(0)
    return GNUTranslations(compiled)
