"""In which language a scene's replies are: what the model is told, each in its own words. Pure."""

from dataclasses import dataclass

from bot.core import Scene
from bot.errors import PlayError

ANY = "From now on the replies may be in any language."
"""Told where a language that the head asks for counts no more."""

NONE = ("", "any", "auto", "none")


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its English name and its own. `order` is what asks for replies in it."""

    name: str
    own: str
    order: str


LANGUAGES = {
    "ar": Language("Arabic", "العربية", "اكتب جميع الردود باللغة العربية."),
    "bg": Language("Bulgarian", "български", "Пиши всички реплики на български."),
    "cs": Language("Czech", "čeština", "Piš všechny repliky česky."),
    "da": Language("Danish", "dansk", "Skriv alle replikker på dansk."),
    "de": Language("German", "Deutsch", "Schreibe alle Antworten auf Deutsch."),
    "el": Language("Greek", "ελληνικά", "Γράψε όλες τις απαντήσεις στα ελληνικά."),
    "en": Language("English", "English", "Write all replies in English."),
    "es": Language("Spanish", "español", "Escribe todas las respuestas en español."),
    "fi": Language("Finnish", "suomi", "Kirjoita kaikki vastaukset suomeksi."),
    "fr": Language("French", "français", "Écris toutes les réponses en français."),
    "hu": Language("Hungarian", "magyar", "Minden választ magyarul írj."),
    "id": Language("Indonesian", "Bahasa Indonesia", "Tulis semua balasan dalam bahasa Indonesia."),
    "it": Language("Italian", "italiano", "Scrivi tutte le risposte in italiano."),
    "ja": Language("Japanese", "日本語", "返答はすべて日本語で書いてください。"),
    "ko": Language("Korean", "한국어", "모든 답변을 한국어로 쓰세요."),
    "nl": Language("Dutch", "Nederlands", "Schrijf alle antwoorden in het Nederlands."),
    "no": Language("Norwegian", "norsk", "Skriv alle svar på norsk."),
    "pl": Language("Polish", "polski", "Pisz wszystkie odpowiedzi po polsku."),
    "pt": Language("Portuguese", "português", "Escreve todas as respostas em português."),
    "ro": Language("Romanian", "română", "Scrie toate răspunsurile în română."),
    "ru": Language("Russian", "русский", "Пиши все реплики по-русски."),
    "sv": Language("Swedish", "svenska", "Skriv alla repliker på svenska."),
    "th": Language("Thai", "ไทย", "เขียนคำตอบทั้งหมดเป็นภาษาไทย"),
    "tr": Language("Turkish", "Türkçe", "Tüm yanıtları Türkçe yaz."),
    "uk": Language("Ukrainian", "українська", "Пиши всі репліки українською."),
    "vi": Language("Vietnamese", "Tiếng Việt", "Hãy viết tất cả câu trả lời bằng tiếng Việt."),
    "zh": Language("Chinese", "中文", "请用简体中文书写所有回复。"),
    "zh-hant": Language("Traditional Chinese", "繁體中文", "請用繁體中文書寫所有回覆。"),
}
TRADITIONAL = ("zh-tw", "zh-hk", "zh-mo")


def read_language(wanted: str) -> str:
    """Return the tag of a language that somebody means by its tag or its name; empty for any. Raises PlayError."""
    written = wanted.strip().casefold()
    if written in NONE:
        return ""
    tag = written.replace("_", "-")
    tag = "zh-hant" if tag.startswith(("zh-hant", *TRADITIONAL)) else tag
    for one in (tag, tag.partition("-")[0]):
        if one in LANGUAGES:
            return one
    for one, language in LANGUAGES.items():
        if written in (language.name.casefold(), language.own.casefold()):
            return one
    raise PlayError(
        "There is no language {wanted} to reply in: choose one of {languages}.",
        wanted=wanted.strip()[:40],
        languages=", ".join(language.own for language in LANGUAGES.values()),
    )


def order(tag: str) -> str:
    """Return what asks for replies in a language; empty where it is unknown, or none."""
    return LANGUAGES[tag].order if tag in LANGUAGES else ""


def reminder(scene: Scene) -> str:
    """Return what a scene's replies are told of their language, where its head says otherwise."""
    told = next((one.order for one in LANGUAGES.values() if one.order in scene.house_rules), "")
    wanted = order(scene.language)
    if wanted == told:
        return ""
    return wanted or ANY
