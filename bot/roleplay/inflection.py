"""What a language does to a name in a sentence: it knows no cast and no line. Pure.

Words come folded: NFKC, small letters, ё as е.
"""

import re
import unicodedata
from functools import lru_cache

RUSSIAN_CASES = {
    "ия": "ии ию ией иею",
    "ая": "аи ае аю аей аею ой ую ою",
    "я": "и е ю ей ею",
    "а": "ы и е у ой ою ей ею",
    "ий": "ия ию ием ии ого ому им ом его ему ем",
    "ый": "ого ому ым ом",
    "ой": "ого ому ым им ом",
    "й": "я ю ем е",
    "ь": "и ью я ю ем е",
    "лев": "льва льву львом льве лева леву левом левым леве",
    "ов": "ова ову овом овым ове",
    "ев": "ева еву евом евым еве",
    "ин": "ина ину ином иным ине",
    "ын": "ына ыну ыном ыным ыне",
    "ел": "ла лу лом ле ела елу елом еле",
    "ец": "ца цу цом цем це",
    "ок": "ка ку ком ке ока оку оком оке",
    "ек": "ька ьку ьком ьке ка ку ком ке ека еку еком еке",
} | {consonant: " ".join(consonant + case for case in "а у ом ем е".split()) for consonant in "бвгджзклмнпрстфхцчшщ"}
"""What the ending of a name becomes in the other cases, whatever the gender: that is not to be seen from the name.

The short vocative (Саш, Мир) is none of them: мир is the world, and stands in every second line of some stories.
"""

KOREAN_TITLE = "선생님|아가씨|선배|언니|누나|오빠|님|씨|양|군|쨩|형"
KOREAN_PARTICLE = (
    "에게서|한테서|이라고|이라는|이에요|입니다|에게|한테|께서|에서|으로|이랑|하고|까지|부터|처럼|보다|마저|조차|"
    "이나|이야|이여|라고|라는|인데|이다|예요|은|는|이|가|을|를|의|께|에|로|와|과|랑|도|만|아|야|여|네|들|요"
)
KOREAN_ENDING = re.compile(f"(?:{KOREAN_TITLE})?이?(?:{KOREAN_PARTICLE}){{0,2}}")
KOREAN_SHORT_ENDING = re.compile(f"(?:(?:{KOREAN_TITLE})(?:{KOREAN_PARTICLE}){{0,2}}|아|야)?")
"""Behind a name of one syllable, which is a word of its own more often than not."""

HAN_TITLE = ("君", "様", "殿", "先生", "先輩", "小姐", "姑娘", "哥", "姐", "酱")


@lru_cache(maxsize=1024)
def russian_cases(word: str) -> frozenset[str]:
    """Return the forms that a Russian name has beside the first: none where it never changes."""
    for size in (3, 2, 1):
        if len(word) > 1 and (cases := RUSSIAN_CASES.get(word[-size:])):
            return frozenset(word[:-size] + case for case in cases.split())
    return frozenset()


def is_korean_ending(name: str, rest: str) -> bool:
    """Tell whether what follows a Korean name in its word is a title or particles."""
    ending = KOREAN_ENDING if len(name) > 1 else KOREAN_SHORT_ENDING
    return ending.fullmatch(rest) is not None


def stands_free(text: str, start: int, end: int) -> bool:
    """Tell whether a name, found in a text without spaces, is no piece of a longer word.

    One in katakana (ミラ in カミラ), or of one character (雨 in 下雨了), is one where its script goes on beside it.
    """
    name = text[start:end]
    scripts = {script_of(char) for char in name}
    if len(name) > 1 and scripts != {"KATAKANA"}:
        return True
    goes_on = end < len(text) and script_of(text[end]) in scripts and not text.startswith(HAN_TITLE, end)
    return not goes_on and not (start and script_of(text[start - 1]) in scripts)


@lru_cache(maxsize=8192)
def script_of(char: str) -> str:
    """Return the first word of a character's name in Unicode, which is its script where it is a letter."""
    return re.split("[ -]", unicodedata.name(char, ""), maxsplit=1)[0]
