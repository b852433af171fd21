"""How commands are typed."""

import pytest

from bot.errors import PlayError
from bot.platforms.commands import COMMANDS, Command, Given, Kind, Option
from bot.platforms.commands.typed import find, names, read, words
from bot.platforms.player import Player


def given(typed: str) -> dict[str, str]:
    """Read a line without its slash, and return what is not empty."""
    command, rest = find(COMMANDS, typed)
    return {name: value.strip() for name, value in read(command, rest).items() if value.strip()}


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("retry", "retry", ""),
        (" RETRY  be brief ", "retry", "be brief "),
        ("cast", "cast list", ""),
        ("cast Add  Mira", "cast add", "Mira"),
        ("story 2", "story show", "2"),
        ("story show 2", "story show", "2"),
        ("write\nOnce upon", "write", "Once upon"),
        ("scene start\nmira", "scene start", "mira"),
    ],
)
def test_the_command_is_found_that_is_meant(typed: str, name: str, rest: str) -> None:
    command, behind = find(COMMANDS, typed)
    assert (command.name, behind) == (name, rest)


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        # turns by their numbers, in front and behind
        ("edit #2 Once  more.", {"turn": "2", "text": "Once  more."}),
        ("edit 3 men come in.", {"text": "3 men come in."}),
        ("edit #2nd of May.", {"text": "#2nd of May."}),
        ("edit #2\nLonger.", {"turn": "2", "text": "Longer."}),
        ("delete #12", {"turn": "12"}),
        ("delete 12", {"turn": "12"}),
        ("branch make stormy night #2", {"name": "stormy night", "turn": "2"}),
        ("branch make stormy night", {"name": "stormy night"}),
        ('branch make "Night #2"', {"name": "Night #2"}),
        ("why tokens #3", {"form": "tokens", "turn": "3"}),
        ("why Prompt 3", {"form": "prompt", "turn": "3"}),
        ("why 3", {"turn": "3"}),
        ("why tokens", {"form": "tokens"}),
        # marks, and marks in quoted names
        ("say Mira: Hm: no.", {"as": "Mira", "text": "Hm: no."}),
        ('say "Dr: Who" : Hm: no.', {"as": "Dr: Who", "text": "Hm: no."}),
        ('say "Hm", she: no.', {"as": '"Hm", she', "text": "no."}),
        ("note Be sad.", {"text": "Be sad."}),
        ("state day=4", {"name": "day", "value": "4"}),
        ("state last seen = at noon", {"name": "last seen", "value": "at noon"}),
        ("lore add dragon, drake = They = sleep.", {"keys": "dragon, drake", "text": "They = sleep."}),
        ("cast talkativeness Mira: 80 %", {"character": "Mira", "percent": "80"}),
        # flags at the ends of a text, never in it
        ("note every=3 Be sad. -depth=2", {"every": "3", "text": "Be sad.", "depth": "2"}),
        ("note She wrote depth=2 on it.", {"text": "She wrote depth=2 on it."}),
        ("note size=3", {"text": "size=3"}),
        ("persona create Kit: Aye. brackets='k: text'", {"name": "Kit", "description": "Aye.", "brackets": "k: text"}),
        ('persona create brackets="k: text" Kit: x=1', {"brackets": "k: text", "name": "Kit", "description": "x=1"}),
        ("persona edit Kit NAME=“Sir Kit”", {"persona": "Kit", "name": "Sir Kit"}),
        ("persona edit Kit: 'tis brackets=x is odd.", {"persona": "Kit", "description": "'tis brackets=x is odd."}),
        # flags among names
        ("scene start mira greeting=2 tolly", {"cards": "mira tolly", "greeting": "2"}),
        ("scene start scenario=\"A title=b\" x=y.png", {"scenario": "A title=b", "cards": "x=y.png"}),
        ("scene start \"title=b\"", {"cards": "\"title=b\""}),
        ("answer chance most=2", {"when": "chance", "most": "2"}),
        ("answer chance=40%", {"chance": "40"}),
        ("after Narrate=ON", {"narrate": "on"}),
        ("settings set temp 1.5 character='Old Tom'", {"setting": "temp", "value": "1.5", "character": "Old Tom"}),
        # names in quotation marks, texts that hold some
        ('cast mute "Old Tom"', {"character": "Old Tom"}),
        ("cast mute Old Tom", {"character": "Old Tom"}),
        ('edit "Hm," she says, "no."', {"text": '"Hm," she says, "no."'}),
        ("story import 'my log.txt' Bo, Anna", {"file": "my log.txt", "people": "Bo, Anna"}),
        ("lore attach my book.json", {"file": "my book.json"}),
        # choices that may be left out
        ("filter add out troll", {"side": "out", "words": "troll"}),
        ("filter add in", {"words": "in"}),
        ("filter add old troll", {"words": "old troll"}),
    ],
)  # fmt: skip
def test_what_was_typed_is_read(typed: str, values: dict[str, str]) -> None:
    assert given(typed) == values


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "There is no command /: /help lists the commands."),
        ("rety", "There is no command /rety: did you mean /retry?"),
        ("remember me", "There is no command /remember: did you mean /memory remember?"),
        ("export", "There is no command /export: did you mean /story export, /card export, /lore export?"),
        ("wizardry now", "There is no command /wizardry: /help lists the commands."),
        ("branch Rain", "/branch goes on with one of these words: list, make, delete, tree."),
        ("continue please", "/continue takes nothing more: please"),
        ("undo two", "/undo takes a whole number from 1 to 1,000,000 as count, not two."),
        ("undo 00000000001", "/undo takes a whole number from 1 to 1,000,000 as count, not 00000000001."),
        ("note depth=deep Hm.", "/note takes a whole number from 0 to 1,000 as depth, not deep."),
        ("note depth= Hm.", "/note needs something behind depth="),
        ("note depth=1 depth=2 Hm.", "/note takes depth only once."),
        ("persona edit Kit name='Sir Kit", "A quotation mark is not closed."),
        ('story import "my log.txt', "A quotation mark is not closed."),
        ("say Hello.", "/say needs more, for example /say Narrator: It rains."),
        ("say : Hello.", "/say needs more, for example /say Narrator: It rains."),
        ("say Mira:", "/say needs more, for example /say Narrator: It rains."),
        ("lore add dragon", "/lore add needs more, for example /lore add dragon, drake = Dragons sleep here."),
    ],
)
def test_what_cannot_be_read_is_told(typed: str, told: str) -> None:
    with pytest.raises(PlayError) as raised:
        given(typed)
    assert str(raised.value) == told


async def _nothing(player: Player, given: Given) -> None: ...


def test_a_number_in_front_of_a_text_may_be_left_out() -> None:
    throw = Command(("throw",), "throw", _nothing, (Option("count", "so many", Kind.NUMBER), Option("what", "what")))
    assert read(throw, "3 stones") == {"count": "3", "what": "stones"}
    assert read(throw, "stones") == {"count": "", "what": "stones"}


def test_words_and_names_are_split() -> None:
    assert words("a 'b c' \"d e\" it's “f g”") == ["a", "b c", "d e", "it's", "f g"]
    assert [*names('Mira, "Tom, the old",, it\'s me')] == ["Mira", '"Tom, the old"', "it's me"]
