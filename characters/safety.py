"""Cards that are never played: written for adults, with somebody in it who is under 18. It knows no file format."""

import re
import unicodedata
from collections.abc import Iterator
from typing import cast

from characters.ages import ages_in
from characters.card import Card
from characters.errors import CardRefused, Clause, clause, quote
from characters.formats.text import parse

GROWN_UP_YEARS = 18
LIMIT_CHARS = 1_000_000  # of all that is looked through for ages, which takes seconds then

_ADULT_TAGS = frozenset(
    """nsfw nsfl adult adults-only adult-only 18+ +18 18plus r18 r-18 r18+ r-18g x-rated xxx porn porno pornographic
    erotic erotica hentai smut smutty lewd sex sexual explicit ntr ecchi 成人 成人向け 成人向 色情 情色 エロ 18禁
    アダルト порно эротика хентай секс 18+ взрослое для-взрослых erótico erotico adulto pornografía érotique sexe erotik
    성인 야설 """.split()
)
_MINOR_TAGS = frozenset(
    """loli lolicon shota shotacon underage minor child children kid toddler preteen pre-teen jailbait
    萝莉 蘿莉 正太 未成年 幼女 ロリ ショタ 로리 쇼타 лоли шота
    ребенок ребёнок несовершеннолетняя несовершеннолетний""".split()
)
_PLAIN = re.compile(
    r"(?<!\w)(?:nsfw|18\+(?=\s*(?:content|only|card|bot|character|scenario))|adults only|for adults|erotic(?:a|ally)?|"
    r"pornographic|hentai|smut|sexual (?:content|acts?|intercourse|encounters?|desires?|partner)|sex slave|horny|"
    r"blowjobs?|handjobs?|cum(?:ming|shot|s)?|orgasms?|pussy|vagina|penis|clit(?:oris)?|erections?|masturbat\w+|fetish\w*|"
    r"nipples|fuck(?:s|ing)? (?:me|you|her|him)|"
    r"для взрослых|эротик\w*|эротическ\w*|порно\w*|оргазм\w*|минет|"
    r"contenido adulto|erótic\w*|pornográfic\w*|contenu adulte|érotique|erotisch\w*)(?!\w)|"
    r"成人向け|成人内容|色情|18禁|官能小説|セックス|エロい|做爱|性爱|性交|自慰|口交|야한|성인용",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?<!\w)(?:no|not|non|never|without|isn['’]t|avoids?|avoid|zero|нет|без|не|sin|sans|kein\w*|ohne)\W*(?:\w+\W+){0,2}$|"
    r"(?:没有|非|不含|禁止)$",
    re.IGNORECASE,
)
_UNDER_AGE = re.compile(
    r"(?<!\w)(?:is|i['’]m|she['’]s|he['’]s|are|an?)\s(?:still\s)?(?:underage|under-age|preteen)\b(?!\s*(?:content|:))",
    re.IGNORECASE,
)
PLAIN_WORDS = 2
"""So many different words make a card one that is plainly written for adults; one may stand there by chance."""


def refuse_minors(card: Card, source: str) -> None:
    """Raise `CardRefused` for a card that is tagged or plainly written for adults and has somebody under 18 in it."""
    texts = [unicodedata.normalize("NFKC", text) for text in _texts(card)]
    adult = _adult(card, texts)
    if adult and sum(map(len, texts)) > LIMIT_CHARS:
        raise CardRefused(
            source,
            clause(
                "it is written for adults ({adult}), and more than {most:,} characters cannot be checked",
                adult=adult,
                most=LIMIT_CHARS,
            ),
        )
    minor = _minor(card, texts) if adult else None
    if minor:
        raise CardRefused(
            source,
            clause(
                "it is written for adults ({adult}), and it gives somebody an age under 18 ({minor})",
                adult=adult,
                minor=minor,
            ),
        )


def is_for_adults(card: Card) -> bool:
    """Tell whether a card is tagged or plainly written for adults. It reads the whole card: not in an event loop."""
    return bool(_adult(card, [unicodedata.normalize("NFKC", text) for text in _texts(card)]))


def _adult(card: Card, texts: list[str]) -> Clause | None:
    """Say by what a card shows that it is written for adults, None where it does not."""
    if tag := _tag(card, _ADULT_TAGS):
        return tag
    found: dict[str, str] = {}
    for text in texts:
        for word in _PLAIN.finditer(text):
            if not _DENIED.search(text[max(word.start() - 30, 0) : word.start()]):
                found.setdefault(word[0].casefold(), word[0])
        if len(found) >= PLAIN_WORDS:
            one, other = (quote(word) for word in list(found.values())[:PLAIN_WORDS])
            return clause("{one} and {other}", one=one, other=other)
    return None


def _minor(card: Card, texts: list[str]) -> str | None:
    """Say by which words a card has somebody under 18 in it, None where it has not."""
    if tag := _tag(card, _MINOR_TAGS):
        return tag
    for text in texts:
        young = next((age for age in ages_in(text) if age.years < GROWN_UP_YEARS), None)
        if young:
            return quote(young.words)
        if said := _UNDER_AGE.search(text):
            return quote(said[0])
    return None


def _tag(card: Card, words: frozenset[str]) -> Clause | None:
    """Name the first tag of a card that is one of some words."""
    found = next((tag for tag in card.tags if _has(tag, words)), None)
    return None if found is None else clause("tag {tag}", tag=quote(found))


def _has(tag: str, words: frozenset[str]) -> bool:
    """Tell whether a tag is, or holds, one of some words, and does not deny it."""
    plain = unicodedata.normalize("NFKC", tag).casefold().strip()
    if plain.replace(" ", "-") in words:
        return True
    parts = re.split(r"[\s,/_()|]+", plain)
    is_denied = not {"no", "not", "non", "sfw", "anti"}.isdisjoint(parts) or plain.startswith(("non-", "no-", "anti-"))
    return not is_denied and not words.isdisjoint(parts)


def _texts(card: Card) -> Iterator[str]:
    """Yield all that a card says to the model or to people, its lorebook too."""
    yield from (card.description, card.personality, card.scenario, card.first_mes, card.mes_example)
    yield from (card.creator_notes, card.system_prompt, card.post_history_instructions)
    yield from (*card.alternate_greetings, *card.group_only_greetings)
    if card.depth_prompt:
        yield card.depth_prompt.text
    root = parse(card.raw, card.name)
    for holder in (root, root.get("data")):
        book = cast("dict[str, object]", holder).get("character_book") if isinstance(holder, dict) else None
        entries = cast("dict[str, object]", book).get("entries") if isinstance(book, dict) else None
        listed = cast("dict[str, object]", entries).values() if isinstance(entries, dict) else entries
        for entry in cast("list[object]", listed) if isinstance(entries, list | dict) else []:
            content = cast("dict[str, object]", entry).get("content") if isinstance(entry, dict) else None
            if isinstance(content, str):
                yield content
