"""Text on its way to a terminal or from one: harmless, and laid out as `Name: text`. It knows no colours."""

import re
import unicodedata

TAB = "    "
INDENT = "  "

LINE_ENDS = re.compile("\r\n|\v|\f|\x85|\u2028|\u2029")


def clean(text: str) -> str:
    """Take out what could steer a terminal or cannot be written to one; line ends and tabs become plain ones."""
    return "".join(_harmless(char) for char in LINE_ENDS.sub("\n", text))


def lay_out(name: str, text: str) -> str:
    """Write a turn down as `Name: text`, every further line indented; a text of nobody's as it is."""
    if not name:
        return clean(text)
    first, *more = clean(text).strip().splitlines() or [""]
    return "\n".join([f"{one_line(name)}: {first}", *(f"{INDENT}{line}" for line in more)])


def one_line(text: str) -> str:
    """Clean a name, or whatever else must stay on its line."""
    return " ".join(clean(text).split())


def _harmless(char: str) -> str:
    if char == "\t":
        return TAB
    category = unicodedata.category(char)
    if category == "Cs":  # half a character, as JSON can hold it: no encoding takes it
        return "\ufffd"
    return "" if category == "Cc" and char != "\n" else char
