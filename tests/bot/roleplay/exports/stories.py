"""A story of our own to be written, and the files that it becomes."""

from datetime import UTC, datetime
from pathlib import Path

from bot.core import Author
from bot.roleplay.exports import Story, Told
from tests.characters.pictures import END, HEADER, PIXEL, SIGNATURE, V1, chunk, coded

GOLDEN = Path(__file__).parent / "golden"

PIXELS = SIGNATURE + chunk(*HEADER) + chunk(*PIXEL)
FACE = PIXELS + chunk(*END)
CARD = PIXELS + chunk(b"tEXt", b"chara\0" + coded(V1)) + chunk(*END)


def at(minute: int) -> datetime:
    return datetime(2026, 3, 5, 21, minute, tzinfo=UTC)


GREETING = "*She waves a **big** lamp.*\n\n“Last boat.”"
FERRY = Story(
    title="The <last> *ferry*",
    opened_at=at(14),
    turns=(
        Told(Author.CHARACTER, "Mira", GREETING, at(14), ("Go.", GREETING), 1, face=CARD),
        Told(
            Author.PERSON,
            "Ann",
            "<script>alert('x')</script> & *runs*\n# [no](http://a.example) _yes_\n\n\n1. 2*3*4",
            at(15),
        ),
        Told(Author.CHARACTER, "Tolly & Co.", "雨\n「雨だ」", at(16), ("雨\n「雨だ」",), cut=True),
        Told(Author.NARRATOR, "Narrator", "The bell rings.", at(17), ("The bell rings.",)),
        Told(Author.PERSON, "Ann", "", at(18)),
    ),
)
