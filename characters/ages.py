"""Ages that a text gives somebody, in some languages. It knows no card, and judges nobody.

An age is what is said of now: not of the past ("when she was 12"), not of a time ("18 years ago"), not of things.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SENTENCE_ENDS = re.compile(r"[.!?;\n。！？；]")
LOOK_BACK_CHARS = 48
LOOK_AHEAD_CHARS = 32

_WORDS: Sequence[str] = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen".split()
)
_SIGNS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
_RUSSIAN_TENS: Sequence[str] = (
    "десяти одиннадцати двенадцати тринадцати четырнадцати пятнадцати шестнадцати семнадцати".split()  # 10 to 17
)
_NUMBER = r"(?<![\d.,:/$€£-])(?P<n>\d{1,2})(?![\d%])(?![.,]\d)"
_WORD = rf"(?<![\w-])(?P<w>{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_SIGN = r"(?<![\d.,一二三四五六七八九十百千万億亿零])(?P<n>\d{1,2}|[一二三四五六七八九]?十?[一二三四五六七八九]?)"
_LABEL = r"\W{0,4}[:=(\[|–-]\W{0,4}"
_UNIT = r"(?!\s*(?:st|nd|rd|th)\b)(?!\s*(?:hundred|thousand|million|billion|k\b|decade|centur|millenni|a?eon|dozen))"

# Of each language: ages, then what before or behind one shows that it is none.
_ENGLISH = (
    rf"(?:{_NUMBER}|{_WORD})[\s-]{{1,3}}(?:years?|yrs?)[\s-]{{1,3}}olds?\b",
    rf"{_NUMBER}\s?-?(?:y[/.]?o|yrs?/o)\b",
    rf"(?<!\w)age{_LABEL}(?:{_NUMBER}|{_WORD})\b{_UNIT}",
    rf"(?<!\w)(?:aged|age is|age of|my age's)\s+(?:{_NUMBER}|{_WORD})\b{_UNIT}",
    rf"(?<!\w)(?:she|he|they|i|{{{{char}}}})(?:'s|'m|’s|’m|\sis|\sam|\sare)\s(?:only\s|just\s|barely\s|still\s)?"
    rf"(?:{_NUMBER}|{_WORD})(?=\s*(?:[,.;!?)\n]|$|and\b|but\b|years?\b(?!\s+(?:into|in|away|of|late|ago|older))))",
)
_GERMAN = (
    rf"{_NUMBER}\s?(?:jahre?)\salt\b",
    rf"{_NUMBER}-?\s?jährig\w*",
    rf"(?<!\w)alter{_LABEL}{_NUMBER}",
)
_ROMANCE = (
    rf"(?<!\w)(?:edad|idade|âge|età){_LABEL}{_NUMBER}",
    rf"(?<!\w)(?:tiene|tengo|tem|tenho)\s{_NUMBER}\s(?:años|anos)\b",
    rf"(?<!\w)(?:(?:elle|il|{{{{char}}}})\sa|j['’]ai|[âa]gée?\sde|ha|ho)\s{_NUMBER}\s(?:ans|anni)\b",
    rf"{_NUMBER}\s(?:años|anos)\sde\s(?:edad|idade)\b",
    rf"(?<!\w)(?:chica|chico|niña|niño|joven|estudiante|menina|menino|garota|garoto|fille|garçon|lycéenne|lycéen|"
    rf"ragazza|ragazzo|bambina|bambino)\s(?:de|di)\s{_NUMBER}\s(?:años|anos|ans|anni)\b",
)
_RUSSIAN = (
    rf"(?<!\w)возраст\w{{0,3}}(?:{_LABEL}|\s){_NUMBER}",
    rf"(?<!\w)(?:ей|ему|мне|им)\s(?:(?:сейчас|всего|только|лишь|уже|едва)\s){{0,2}}{_NUMBER}(?:\s(?:лет|года?)(?!\w))?(?!\s\w)",
    rf"(?<!\w)(?:ей|ему|мне|им)\s(?:(?:сейчас|всего|только|лишь|уже|едва)\s){{0,2}}{_NUMBER}\s(?:лет|года?)(?!\w)",
    rf"{_NUMBER}-?\s?летн\w+",
    rf"(?<!\w)(?P<r>{'|'.join(_RUSSIAN_TENS)})летн\w+",
)
_EASTERN = (
    rf"{_SIGN}\s?(?:周)?[岁歲歳才](?!月|能|华|華)",
    rf"(?:年龄|年齡|年齢){_LABEL}{_SIGN}",
    rf"(?<!\d){_NUMBER}\s?(?:살|세)(?!기|대|계|트|상)",
    rf"나이{_LABEL}{_NUMBER}",
)
_AGES = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (*_ENGLISH, *_GERMAN, *_ROMANCE, *_RUSSIAN, *_EASTERN))

_THINGS = (
    r"(?:whisk(?:e?y|ies)|scotch|bourbon|malt|rum|wine|brandy|cognac|port|cheese|barrel|cask|oak|bottle|vintage|car|truck|"
    r"motorcycle|bike|ship|boat|house|home|building|mansion|castle|apartment|tree|dog|puppy|cat|horse|mare|hound|mystery|"
    r"secret|grudge|feud|war|debt|tradition|company|club|business|tavern|inn|laptop|phone|computer|sword|book|case|"
    r"vinegar|marriage|relationship|experience|contract|lease|friendship|career)s?|"
    r"(?:виски|коньяк|вин|дом|машин|войн|опыт|стаж|собак|кошк|перерыв|брак|выдержк)\w{0,3}|"
    r"vino|ron|coche|perro|guerra|vinho|carro|vin|voiture|chien|guerre|auto|hund|krieg|haus|威士忌|ウイスキー|위스키|ワイン"
)
_THING_BEFORE = re.compile(rf"(?<!\w)(?:{_THINGS})\W*$", re.IGNORECASE)
_THING_BEHIND = re.compile(
    rf"^\W*(?:(?!with|and|of|in|who)[\w-]+\s){{0,2}}(?:{_THINGS})(?=\W*$|\W*[,:]|\s(?:in|of|with|and|that|which|from|is|was|between|on|for)\b)|"
    r"^\s?(?:years?\s)?in\s(?:an?\s|the\s)?(?:oak|barrel|cask|bottle)",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"['’]s\b|(?<!\w)(?:girl|boy|child|kid|teen\w*|student|daughter|son|sister|brother)(?!\w)", re.IGNORECASE
)
_PART_OF_NUMBER = re.compile(r"(?:[a-z]{3,5}ty|hundred|thousand)[\s-](?:and\s)?$", re.IGNORECASE)
_PAST_BEFORE = re.compile(
    r"(?<!\w)(?:when|until|till|before|after|когда|до|после|cuando|desde|hasta|quando|quand|depuis|als|seit|bis)"
    r"(?:\s+[^\s,;:]+){0,3}\s*$|"
    r"(?<!\w)since(?:\s+\S+)?(?:\s+(?:was|were|turned|the))?\s*$|"
    r"(?<!\w)(?:(?<!is )at|by|from|used to be|not|n['’]t|never|no longer|over|than|least|не|старше|больше|"
    r"no|non|nicht|über)"
    r"(?:\s+(?:an?|the|just|only))?\s*$|"
    r"(?:从|自|在|当|當|超过|不是)\W?$",
    re.IGNORECASE,
)
_PAST_BEHIND = re.compile(
    r"^\W{0,3}(?:at the time|back then|の時|のとき|の頃|頃|ごろ|から|まで|以上|時|时|那年|起|"
    r"开始|的时候|以前|之前|에|때|부터|назад)",
    re.IGNORECASE,
)
_WAS = re.compile(r"(?<!\w)(?:was|were|было|tenía|avait|hatte|war)(?!\w)", re.IGNORECASE)
_WHEN = re.compile(r"^,?\s?(?:when|когда|cuando|quand|quando|als)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Age:
    """An age in years, and the words that give it."""

    years: int
    words: str


def ages_in(text: str) -> Iterator[Age]:
    """Find the ages that a text gives somebody now, in years; those above 99 are nobody's here."""
    text = unicodedata.normalize("NFKC", text)
    for pattern in _AGES:
        for found in pattern.finditer(text):
            years = _years(found.groupdict())
            if years and _is_somebodys(text, found):
                yield Age(years, " ".join(found[0].split()))


def _years(groups: dict[str, str | None]) -> int:
    if word := groups.get("w"):
        return 1 + _WORDS.index(word.lower())
    if stem := groups.get("r"):
        return 10 + _RUSSIAN_TENS.index(stem.lower())
    number = groups.get("n") or ""
    if number.isdecimal():
        return int(number)
    tens, ten, ones = number.rpartition("十")
    return 10 * _SIGNS.get(tens, 1 if ten else 0) + _SIGNS.get(ones, 0)


def _is_somebodys(text: str, found: re.Match[str]) -> bool:
    before = SENTENCE_ENDS.split(text[max(found.start() - LOOK_BACK_CHARS, 0) : found.start()])[-1]
    behind = SENTENCE_ENDS.split(text[found.end() : found.end() + LOOK_AHEAD_CHARS], maxsplit=1)[0]
    thing = _THING_BEHIND.search(behind)
    is_thing = _THING_BEFORE.search(before) or (thing and not _PEOPLE.search(thing[0]))
    was = _PAST_BEFORE.search(before) or _PAST_BEHIND.match(behind)
    was = was or (_WHEN.match(behind) and _WAS.search(before + found[0]))
    return not (is_thing or was or _PART_OF_NUMBER.search(before))
