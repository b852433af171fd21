"""Which reply players keep, and where they press ▶ for another one (pure): the demo model is a small one."""

import re
from dataclasses import dataclass

MOST_SWIPES = 12
FEWEST_CHARACTERS, MOST_CHARACTERS = 50, 240
UNLIKED = re.compile(
    r"\b(?:AI|users?|characters?|role|scenes?|story|narrat\w+|reader\w*|project|technology|chapter|text|assistant|reply"
    r"|sentences?|you are a|knife|blood|gold\w*|dead|die[sd]?|wine|old man|woman)\b"
    r"|\b(\w{4,} \w+ \w+)\b.*\b\1\b|[:\[\]”“]|\*\s*\*",
    re.IGNORECASE | re.DOTALL,
)
WHOLE = re.compile(r"[.!?…][\"*]*$")


@dataclass(frozen=True, slots=True)
class Liking:
    """What players want a reply to be about, one of some words, and which words put them off."""

    wanted: str
    unwanted: str

    def likes(self, text: str) -> bool:
        """Tell whether a reply is such a one, whole, and neither short, long, nor about itself."""
        plain = text.strip()
        return (
            FEWEST_CHARACTERS <= len(plain) <= MOST_CHARACTERS
            and WHOLE.search(plain) is not None
            and plain.count("*") % 2 == 0
            and plain.count('"') % 2 == 0
            and not UNLIKED.search(plain)
            and self.are_in(plain)
        )

    def are_in(self, text: str) -> bool:
        """Tell whether a text has one of the words that are wanted, and none of the others."""
        words = set(re.findall(r"\w+", text.lower()))
        return bool(words & set(self.wanted.split())) and not words & set(self.unwanted.split())
